// Compiles every package: src/**/*.ts → dist/**/*.js, other files copied; tests stay out.
// A file is compiled again when its source or the compiler's settings are newer than its output, so a build
// that has nothing to do takes a fraction of a second. Outputs whose source is gone are removed.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { compiledPackages, root } from './workspace.mjs';

const isTest = (file) => /\.test\.ts$/.test(file);
const isDeclaration = (file) => /\.d\.ts$/.test(file);

/** All files below a folder, as paths relative to it. */
function filesBelow(folder, prefix = '') {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const name = prefix + entry.name;
    if (entry.isDirectory())
      return entry.name === 'node_modules' ? [] : filesBelow(join(folder, entry.name), `${name}/`);
    return [name];
  });
}

/** The files of dist that a source file of src gives; none for tests and declarations. */
export function outputsOf(file) {
  if (isTest(file) || isDeclaration(file)) return [];
  if (!file.endsWith('.ts')) return [file];
  const script = file.replace(/\.ts$/, '.js');
  return [script, `${script}.map`];
}

function removeEmptyFolders(folder, stopAt) {
  for (let at = folder; at !== stopAt && readdirSync(at).length === 0; at = dirname(at)) rmdirSync(at);
}

/**
 * Builds one package.
 * @param {string} folder the package's folder
 * @param {{ compile: (file: string) => { code: string, map?: string }, settingsChangedAt: number }} options
 * @returns {{ compiled: number, copied: number, removed: number }}
 */
export function buildPackage(folder, { compile, settingsChangedAt }) {
  const source = join(folder, 'src');
  const target = join(folder, 'dist');
  const done = { compiled: 0, copied: 0, removed: 0 };
  const expected = new Set();
  for (const file of filesBelow(source)) {
    const outputs = outputsOf(file);
    for (const output of outputs) expected.add(output);
    if (outputs.length === 0) continue;
    const from = join(source, file);
    const changedAt = statSync(from).mtimeMs;
    const main = join(target, outputs[0]);
    // The output carries its source's time stamp: equal means current, also after a checkout of older files.
    const builtFrom = existsSync(main) ? statSync(main).mtimeMs : -1;
    const isCode = file.endsWith('.ts');
    const current =
      Math.abs(builtFrom - changedAt) < 2 &&
      (!isCode || statSync(main).ctimeMs > settingsChangedAt) &&
      outputs.every((output) => existsSync(join(target, output)));
    if (current) continue;
    mkdirSync(dirname(main), { recursive: true });
    if (isCode) {
      const { code, map } = compile(from);
      const mapFile = join(target, outputs[1]);
      writeFileSync(mapFile, map ?? '{}');
      writeFileSync(main, `${code}\n//# sourceMappingURL=${relative(dirname(main), mapFile)}\n`);
      done.compiled += 1;
    } else {
      copyFileSync(from, main);
      done.copied += 1;
    }
    utimesSync(main, changedAt / 1000, changedAt / 1000);
  }
  for (const file of filesBelow(target)) {
    if (expected.has(file)) continue;
    rmSync(join(target, file));
    removeEmptyFolders(dirname(join(target, file)), target);
    done.removed += 1;
  }
  return done;
}

/** Builds all packages. Returns what was done and how long it took. Throws the compiler's message on an error. */
export function build() {
  const startedAt = performance.now();
  const require = createRequire(join(root, 'package.json'));
  const { transformFileSync } = require('@swc/core');
  const settingsFile = join(root, '.swcrc');
  const options = {
    compile: (file) =>
      transformFileSync(file, { configFile: settingsFile, swcrc: false, sourceMaps: true, cwd: root }),
    settingsChangedAt: statSync(settingsFile).mtimeMs,
  };
  const total = { compiled: 0, copied: 0, removed: 0 };
  for (const folder of compiledPackages()) {
    const done = buildPackage(join(root, folder), options);
    for (const key of Object.keys(total)) total[key] += done[key];
  }
  return { ...total, seconds: (performance.now() - startedAt) / 1000 };
}
