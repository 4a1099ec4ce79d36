// Where the suites of one run keep what a first start of the whole system leaves behind (system.ts). Whoever runs several
// stages names the place, and removes it.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default function setup() {
  if (process.env.JUNXIAN_E2E_FIRST_START !== undefined) return;
  globalThis.__JUNXIAN_E2E_FOLDER__ = mkdtempSync(join(tmpdir(), 'junxian-e2e-run-'));
  process.env.JUNXIAN_E2E_FIRST_START = join(globalThis.__JUNXIAN_E2E_FOLDER__, 'first-start');
}
