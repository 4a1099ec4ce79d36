export * from './principals';
export * from './rule';
export * from './test-database';
export * from './test-keys';
export * from './graph-client';
export * from './statement-counter';
