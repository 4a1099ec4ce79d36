export * from './principal';
export * from './assertion';
export * from './citizen-number';
export * from './citizen-id';
export * from './field-cipher';
