// The tiers of docs/architecture.md §8. Sources run through swc; types are checked by `npm run typecheck`.
const base = {
  rootDir: __dirname,
  testEnvironment: 'node',
  transform: { '^.+\\.ts$': '@swc/jest' },
  moduleNameMapper: {
    '^@junxian/([a-z-]+)$': ['<rootDir>/shared/$1/src/index.ts', '<rootDir>/services/$1/src/index.ts'],
  },
  modulePathIgnorePatterns: ['/dist/', '<rootDir>/.data/', '<rootDir>/.tools/'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
};
const withPostgres = {
  globalSetup: '<rootDir>/shared/test-kit/postgres-setup.mjs',
  globalTeardown: '<rootDir>/shared/test-kit/postgres-teardown.mjs',
};
// Packages are loaded once for all test files of a worker; the unit tests keep a realm each.
const oneRealm = {
  testEnvironment: '<rootDir>/shared/test-kit/one-realm/environment.cjs',
  runtime: '<rootDir>/shared/test-kit/one-realm/runtime.cjs',
};
const firstStart = {
  globalSetup: '<rootDir>/e2e/support/first-start-setup.mjs',
  globalTeardown: '<rootDir>/e2e/support/first-start-teardown.mjs',
};
const tier = (displayName, suffixes, extra = {}, folders = '{services,gateway,shared,infra,e2e}') => ({
  ...base,
  ...extra,
  displayName,
  testMatch: suffixes.map((suffix) => `<rootDir>/${folders}/**/*.${suffix}.test.ts`),
});
module.exports = {
  testTimeout: 120_000,
  testSequencer: '<rootDir>/infra/tools/longest-first.cjs',
  projects: [
    tier('unit', ['unit']),
    tier('db', ['db', 'access'], { ...withPostgres, ...oneRealm }),
    tier('kafka', ['kafka'], withPostgres),
    tier('s3', ['s3']),
    // A gateway before small services of the test's own.
    tier('gateway', ['e2e'], {}, 'gateway'),
    // The launcher has bounds on the time of a start: nothing runs beside it.
    tier('launcher', ['e2e'], firstStart, 'e2e/launcher'),
    tier('e2e', ['e2e'], firstStart, 'e2e/!(launcher)'),
  ],
};
