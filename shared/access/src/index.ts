export * from './access.rules';
export * from './access-rules-of-schema';
export * from './directives';
export * from './mask.rules';
export * from './masking';
export * from './shield';
