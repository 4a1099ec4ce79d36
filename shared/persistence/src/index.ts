import 'reflect-metadata';

export * from './base-migration';
export * from './database';
export * from './group-by';
export * from './keyset-page';
export * from './migrate';
export * from './naming-strategy';
export * from './postgres-errors';
export * from './provisioning';
export * from './rate-limit.rules';
export * from './rate-limiter';
export * from './row-level-security';
export * from './scope-settings';
