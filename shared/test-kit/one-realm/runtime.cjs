// Jest loads every module anew for every test file, in a realm of its own: of TypeORM, Apollo, ajv and the like that are
// 2,500 files, and took a third of the time of the database tests. Here the packages of node_modules are loaded once per
// worker, by Node; what is ours is executed anew for every file as ever, but compiled once. Mocks of packages
// (`jest.mock('pg')`) have no effect under this runtime.
const { createRequire, isBuiltin } = require('node:module');
const { dirname, isAbsolute } = require('node:path');
const { compileFunction } = require('node:vm');
const { ofRunner } = require('./jest-parts.cjs');

const Runtime = ofRunner('jest-runtime').default;

/** By file: its source and what was made of it. A compiled module is a function of its `require`, `exports` …, without state. */
const compiled = new Map();
/** By folder and name: the path of a package's file. */
const paths = new Map();

const isPackage = (name) =>
  !name.startsWith('.') &&
  !isAbsolute(name) &&
  !name.startsWith('@junxian/') &&
  name !== '@jest/globals' &&
  !isBuiltin(name);

module.exports = class OneRealmRuntime extends Runtime {
  constructor(...args) {
    super(...args);
    const { executor } = this;
    executor.compile = (source, filename) => {
      const known = compiled.get(filename);
      if (known?.source === source) return known.module;
      const module = compileFunction(source, executor.injectedModuleParameters, { filename });
      compiled.set(filename, { source, module });
      return module;
    };
  }

  requireModuleOrMock(from, name) {
    if (!isPackage(name)) return super.requireModuleOrMock(from, name);
    const key = `${dirname(from)}\0${name}`;
    const load = createRequire(from);
    if (!paths.has(key)) paths.set(key, load.resolve(name));
    return load(paths.get(key));
  }
};
