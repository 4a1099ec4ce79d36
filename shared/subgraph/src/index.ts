export * from './common-type-defs';
export * from './environment';
export * from './page';
export * from './request-context';
export * from './service-client';
export * from './service-process';
export * from './subgraph';
export * from './type-defs';
