export * from './contracts';
export * from './data-schema';
export * from './envelope';
export * from './event-definition';
export * from './inbox-migration';
export * from './outbox';
export * from './outbox-migration';
export * from './personal-data.rules';
