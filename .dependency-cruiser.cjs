// The dependency rules of docs/architecture.md §1. Each is proved by infra/tools/src/boundaries.
// Fixtures, benchmarks and the suites of `testing/` are test code without tests of their own file.
const TEST = '\\.(test|fixture)\\.ts$|/(src/testing|bench)/';
const PURE_PACKAGES = '^shared/(errors|administrative-region|identity|calendar)/';
// A hash of its input and a syntax tree are pure as well.
const PURE_LIBRARIES = '^(node:)?crypto$|node_modules/graphql/';
// What a pure decision must not reach, not even through a file of constants beside it.
const IMPURE = [
  // Not documents: the types of its rows are plain data, and a value of it is what rules-import-pure refuses.
  '^shared/(persistence|messaging|subgraph|observability|access|test-kit)/',
  '^services/[^/]+/src/(main|context|events|environment)\\.ts$',
  '^services/.*\\.(entity|service|resolvers|store)\\.ts$',
  'node_modules/(typeorm|pg|pg-copy-streams|kafkajs|fastify|undici|graphql|dataloader|@apollo)/',
];

module.exports = {
  forbidden: [
    {
      name: 'rules-import-pure',
      comment:
        'A *.rules.ts decides; it imports only pure shared packages and pure files of its own service.',
      severity: 'error',
      from: { path: '\\.rules\\.ts$' },
      to: {
        pathNot: [PURE_PACKAGES, PURE_LIBRARIES],
        dependencyTypesNot: ['local', 'type-only'],
      },
    },
    {
      name: 'rules-reach-no-io',
      comment: 'A *.rules.ts reaches no database, transport, schema or use case, directly or through others.',
      severity: 'error',
      from: { path: '^services/.*\\.rules\\.ts$' },
      to: { path: IMPURE, reachable: true },
    },
    {
      name: 'service-stands-alone',
      comment: 'A service never imports another service; they meet in events and in the graph.',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'shared-below-all',
      comment: 'Shared packages know nothing of who uses them.',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(services|gateway|infra|e2e)/' },
    },
    {
      name: 'gateway-knows-no-service',
      comment: 'The gateway knows the supergraph, not the services.',
      severity: 'error',
      from: { path: '^gateway/' },
      to: { path: '^services/' },
    },
    {
      name: 'rooms-meet-at-services',
      comment: 'A room reaches another room only through its *.service.ts, its *.rules.ts or its types.',
      severity: 'error',
      from: {
        path: '^services/([^/]+)/src/([^/]+)/',
        pathNot: [TEST, '^services/[^/]+/src/(demo|demo-data|migrations|generated)/'],
      },
      to: {
        path: '^services/$1/src/[^/]+/',
        pathNot: ['^services/$1/src/($2|generated)/', '\\.(service|rules|types)\\.ts$'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'no-entity-of-another-room',
      comment: 'Not even the type of another room’s entity: its service returns what others may see.',
      severity: 'error',
      from: {
        path: '^services/([^/]+)/src/([^/]+)/',
        pathNot: [TEST, '^services/[^/]+/src/(demo|demo-data|migrations|generated)/'],
      },
      to: { path: '^services/$1/src/[^/]+/.*\\.entity\\.ts$', pathNot: '^services/$1/src/$2/' },
    },
    {
      name: 'no-cycles',
      comment: 'Files that import each other cannot be understood, tested or loaded one by one.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'declared-dependencies',
      comment: 'What runs in production imports only what its own package.json declares as a dependency.',
      severity: 'error',
      from: { path: '^(services/[^/]+|gateway|shared/[^/]+)/src/', pathNot: TEST },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-test-code-in-src',
      comment: 'Production code imports neither tests nor the test kit.',
      severity: 'error',
      from: { path: '^(services|gateway|shared)/', pathNot: [TEST, '^shared/test-kit/'] },
      to: { path: [TEST, '^shared/test-kit/'] },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: { path: '^(services|gateway|shared|infra|e2e)/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // Stored files, exports, prints and jobs of documents do I/O; row types of its sheets, from the same package, are plain data.
    // The files behind those indexes are checked all the same, each by itself.
    doNotFollow: {
      path: ['node_modules', '^shared/documents/src/(stored-files|exports|prints|jobs)/index\\.ts$'],
    },
    exclude: { path: '(^|/)(dist|generated|public)/' },
    tsPreCompilationDeps: true,
    skipAnalysisNotInRules: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.cjs', '.js', '.json'],
      // Our own packages name their source as "types"; their build output is not looked at.
      mainFields: ['types', 'main'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
