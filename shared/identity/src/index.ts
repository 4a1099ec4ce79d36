export type { JSONWebKeySet, JWK } from 'jose';
export * from './assertion';
export * from './citizen-id';
export * from './citizen-number';
export * from './field-cipher';
export * from './principal';
export * from './sealed-fields';
export * from './uuid';
