// `node -r ./infra/tools/register.cjs file.ts`: runs TypeScript sources without a build, with @junxian/* taken
// from src. Only for tools and benchmarks; what is deployed runs from dist.
const { existsSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const { transformFileSync } = require('@swc/core');

const root = join(__dirname, '..', '..');
const configFile = join(root, '.swcrc');

process.setSourceMapsEnabled(true);

Module._extensions['.ts'] = (module, file) => {
  const { code } = transformFileSync(file, { configFile, swcrc: false, sourceMaps: 'inline', cwd: root });
  module._compile(code, file);
};

const resolveFilename = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  const name = /^@junxian\/([a-z-]+)$/.exec(request)?.[1];
  if (name) {
    for (const place of [`shared/${name}`, `services/${name}`]) {
      const file = join(root, place, 'src', 'index.ts');
      if (existsSync(file)) return file;
    }
  }
  return resolveFilename.call(this, request, ...rest);
};
