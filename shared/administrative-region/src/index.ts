export * from './codes';
export * from './levels';
export * from './reference';
export * from './reference-names';
export * from './scopes';
