export * from './common-type-defs';
export * from './environment';
export * from './hostile-operations';
export * from './page';
export * from './request-context';
export * from './service-client';
export * from './subgraph';
export * from './type-defs';
