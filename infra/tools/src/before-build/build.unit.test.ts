import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../workspace';
import { evaluateWith } from './run-module';

interface Done {
  compiled: number;
  copied: number;
  removed: number;
}

let folder: string;
const put = (file: string, text: string) => {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
};
const built = () =>
  (readdirSync(join(folder, 'dist'), { recursive: true }) as string[])
    .filter((name) => name.includes('.'))
    .sort();

function build(settingsChangedAt = 0): Done {
  return evaluateWith(
    'tools/build.mjs',
    `(async () => {
    const { createRequire } = await import('node:module');
    const { transformFileSync } = createRequire(${JSON.stringify(join(root, 'package.json'))})('@swc/core');
    const compile = (file) => transformFileSync(file, { configFile: ${JSON.stringify(join(root, '.swcrc'))}, swcrc: false, sourceMaps: true });
    return it.buildPackage(${JSON.stringify(folder)}, { compile, settingsChangedAt: ${settingsChangedAt} });
  })()`,
  );
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'junxian-build-'));
  put('src/index.ts', "export { answer } from './room/answer';\n");
  put('src/room/answer.ts', 'export const answer: number = 42;\n');
  put('src/room/answer.unit.test.ts', "it('is', () => {});\n");
  put('src/room/types.d.ts', 'declare const x: number;\n');
  put('src/room/room.graphql', 'type Query { answer: Int }\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('compiles sources, copies the rest and leaves tests and declarations out', () => {
  expect(build()).toEqual({ compiled: 2, copied: 1, removed: 0 });
  expect(built()).toEqual([
    'index.js',
    'index.js.map',
    'room/answer.js',
    'room/answer.js.map',
    'room/room.graphql',
  ]);
  const loaded = evaluateWith<number>(
    'tools/workspace.mjs',
    `(await import(${JSON.stringify(join(folder, 'dist/index.js'))})).default.answer`,
  );
  expect(loaded).toBe(42);
});

it('does nothing the second time, and only what changed the third', () => {
  build();
  expect(build()).toEqual({ compiled: 0, copied: 0, removed: 0 });
  put('src/room/answer.ts', 'export const answer: number = 43;\n');
  utimesSync(join(folder, 'src/room/answer.ts'), 2_000_000_000, 2_000_000_000);
  expect(build()).toEqual({ compiled: 1, copied: 0, removed: 0 });
  expect(readFileSync(join(folder, 'dist/room/answer.js'), 'utf8')).toContain('43');
});

it('notices a source that became older, as after going back to an earlier commit', () => {
  build();
  put('src/room/answer.ts', 'export const answer: number = 41;\n');
  utimesSync(join(folder, 'src/room/answer.ts'), 1_000_000_000, 1_000_000_000);
  expect(build().compiled).toBe(1);
});

it('compiles all again when the settings of the compiler change', () => {
  build();
  expect(build(Date.now() + 60_000).compiled).toBe(2);
});

it('removes what has no source any more, folders included', () => {
  build();
  rmSync(join(folder, 'src/room'), { recursive: true });
  expect(build().removed).toBe(3);
  expect(existsSync(join(folder, 'dist/room'))).toBe(false);
});

it('reports a source that does not compile', () => {
  put('src/broken.ts', 'export const = ;\n');
  expect(() => build()).toThrow(/broken\.ts/);
});
