export * from './graph-client';
export * from './hostile-operations';
export * from './principals';
export * from './row-level-security';
export * from './rule';
export * from './statement-counter';
export * from './test-database';
export * from './test-keys';
