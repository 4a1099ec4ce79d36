import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../workspace';

interface Violation {
  rule: { name: string };
  from: string;
  to: string;
}

/** A tiny workspace in which every rule of architecture §1 is broken once, and the allowed way is used once. */
const files: Record<string, string> = {
  'package.json': '{"name":"fixture","devDependencies":{"leftpad":"1"}}',
  'node_modules/leftpad/package.json': '{"name":"leftpad","version":"1.0.0","main":"index.js"}',
  'node_modules/leftpad/index.js': 'module.exports = 1;',
  'shared/errors/src/index.ts': 'export const error = 1;',
  'shared/persistence/src/index.ts': 'export const database = 1;',
  'shared/persistence/src/up.ts':
    "import { a } from '../../../services/alpha/src/one/one.service';\nexport const up = a;",
  'gateway/src/peek.ts':
    "import { a } from '../../services/alpha/src/one/one.service';\nexport const peek = a;",
  'services/alpha/src/one/one.service.ts': "import { good } from './good.rules';\nexport const a = good;",
  'services/alpha/src/one/one.entity.ts': 'export interface One { id: string }\nexport const One = 1;',
  'services/alpha/src/one/codes.ts': 'export const codes = [1];',
  'services/alpha/src/one/dirty.ts':
    "import { database } from '@junxian/persistence';\nexport const dirty = database;",
  'services/alpha/src/one/good.rules.ts':
    "import { error } from '@junxian/errors';\nimport { codes } from './codes';\nexport const good = [error, codes];",
  'services/alpha/src/one/bad.rules.ts':
    "import { database } from '@junxian/persistence';\nexport const bad = database;",
  'services/alpha/src/one/file.rules.ts':
    "import { readFileSync } from 'node:fs';\nexport const file = readFileSync;",
  'services/alpha/src/one/far.rules.ts': "import { dirty } from './dirty';\nexport const far = dirty;",
  'services/alpha/src/two/two.service.ts':
    "import { a } from '../one/one.service';\nimport { good } from '../one/good.rules';\nexport const two = [a, good];",
  'services/alpha/src/two/trespass.ts':
    "import { dirty } from '../one/dirty';\nexport const trespass = dirty;",
  'services/alpha/src/two/entity-type.ts':
    "import type { One } from '../one/one.entity';\nexport const id = (one: One) => one.id;",
  'services/alpha/src/two/round.ts': "import { trip } from './trip';\nexport const round = () => trip;",
  'services/alpha/src/two/trip.ts': "import { round } from './round';\nexport const trip = () => round;",
  'services/alpha/src/two/dev.ts': "import leftpad from 'leftpad';\nexport const dev = leftpad;",
  'services/alpha/src/two/lost.ts': "import { gone } from './gone';\nexport const lost = gone;",
  'services/alpha/src/two/tested.ts': "import { t } from './two.unit.test';\nexport const tested = t;",
  'services/alpha/src/two/two.unit.test.ts': 'export const t = 1;',
  'services/beta/src/one/steal.ts':
    "import { a } from '../../../alpha/src/one/one.service';\nexport const steal = a;",
};

const manifest = (name: string, dependencies = {}) =>
  JSON.stringify({
    name: `@junxian/${name}`,
    version: '1.0.0',
    main: 'dist/index.js',
    types: 'src/index.ts',
    dependencies,
  });

let folder: string;
let violations: Violation[];

function put(file: string, text: string) {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

function cruise(): Violation[] {
  const script = join(root, 'node_modules', 'dependency-cruiser', 'bin', 'dependency-cruise.mjs');
  const config = join(root, '.dependency-cruiser.cjs');
  const args = [script, '--config', config, '--output-type', 'json', 'services', 'gateway', 'shared'];
  const options = { cwd: folder, encoding: 'utf8', maxBuffer: 1 << 26 } as const;
  let output: string;
  try {
    output = execFileSync(process.execPath, args, options);
  } catch (error) {
    output = (error as { stdout: string }).stdout;
  }
  return JSON.parse(output).summary.violations;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'junxian-boundaries-'));
  for (const [file, text] of Object.entries(files)) put(file, text);
  const shared = { '@junxian/errors': '1', '@junxian/persistence': '1' };
  put('shared/errors/package.json', manifest('errors'));
  put('shared/persistence/package.json', manifest('persistence'));
  put('services/alpha/package.json', manifest('alpha', shared));
  put('services/beta/package.json', manifest('beta', shared));
  put('gateway/package.json', manifest('gateway'));
  mkdirSync(join(folder, 'services/alpha/node_modules/@junxian'), { recursive: true });
  for (const name of ['errors', 'persistence']) {
    symlinkSync(join(folder, 'shared', name), join(folder, 'services/alpha/node_modules/@junxian', name));
  }
  violations = cruise();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const broken = (rule: string) => violations.filter((it) => it.rule.name === rule).map((it) => it.from);
const alpha = 'services/alpha/src';

it.each([
  ['rules-import-pure', [`${alpha}/one/bad.rules.ts`, `${alpha}/one/file.rules.ts`]],
  ['rules-reach-no-io', [`${alpha}/one/bad.rules.ts`, `${alpha}/one/far.rules.ts`]],
  ['service-stands-alone', ['services/beta/src/one/steal.ts']],
  ['shared-below-all', ['shared/persistence/src/up.ts']],
  ['gateway-knows-no-service', ['gateway/src/peek.ts']],
  ['rooms-meet-at-services', [`${alpha}/two/trespass.ts`]],
  ['no-entity-of-another-room', [`${alpha}/two/entity-type.ts`]],
  ['no-cycles', [`${alpha}/two/round.ts`]],
  ['declared-dependencies', [`${alpha}/two/dev.ts`]],
  ['no-test-code-in-src', [`${alpha}/two/tested.ts`]],
  ['resolvable', [`${alpha}/two/lost.ts`]],
])('%s refuses exactly the file that breaks it', (rule, offenders) => {
  const found = [...new Set(broken(rule))].sort();
  expect(rule === 'no-cycles' ? found.slice(0, 1) : found).toEqual(offenders);
});

it('leaves the allowed ways alone', () => {
  const offenders = violations.map((it) => it.from);
  expect(offenders).not.toContain(`${alpha}/one/good.rules.ts`);
  expect(offenders).not.toContain(`${alpha}/two/two.service.ts`);
});
