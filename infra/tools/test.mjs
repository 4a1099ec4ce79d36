// `npm test`: everything that must hold, one stage after the other; a failing stage does not hide the next ones.
// `npm test -- unit rules` runs only the stages whose names begin so. Last line: `N passed, N failed`; a failing
// check that is not a jest test counts as one failure.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { runTier } from './jest-run.mjs';
import { runKafkaTier } from './kafka-tier.mjs';
import { root } from './workspace.mjs';

const WORKERS = 2;
const bin = (name, script) => [process.execPath, [join(root, 'node_modules', name, script)]];
const tool = (name, ...args) => ['tools', [name, ...args]];

function command([program, args], ...more) {
  return () => {
    const script = join(root, 'infra', 'tools', 'run.mjs');
    const [file, all] = program === 'tools' ? [process.execPath, [script, ...args]] : [program, args];
    const { status } = spawnSync(file, [...all, ...more], { cwd: root, stdio: 'inherit' });
    return { check: status === 0 };
  };
}

const STAGES = [
  ['lint', command(bin('@biomejs/biome', 'bin/biome'), 'check', '.')],
  ['types', command(bin('typescript', 'bin/tsc'), '--noEmit', '-p', 'tsconfig.json')],
  [
    'boundaries',
    command(
      bin('dependency-cruiser', 'bin/dependency-cruise.mjs'),
      ...['--config', '.dependency-cruiser.cjs', 'services', 'gateway', 'shared', 'e2e', 'infra'],
    ),
  ],
  ['codegen', command(tool('codegen', '--check'))],
  ['supergraph', command(tool('supergraph', '--check'))],
  ['asyncapi', command(tool('asyncapi', '--check'))],
  ['unit tests', () => runTier('unit', { workers: WORKERS })],
  ['db tests', () => runTier('db', { workers: WORKERS })],
  ['gateway tests', () => runTier('gateway', { workers: WORKERS })],
  ['launcher tests', (firstStart) => runTier('launcher', { workers: 1, env: firstStart })],
  // Each of these starts a whole system, and waits for it half of the time.
  ['e2e tests', (firstStart) => runTier('e2e', { workers: WORKERS, env: firstStart })],
  // In a full run two whole systems would share one broker, and with it their consumer groups.
  ['kafka tests', () => runKafkaTier({ workers: process.env.JUNXIAN_TESTS === 'full' ? 1 : WORKERS })],
  ['rules', command(tool('rules'))],
];

function chosenStages(words) {
  const unknown = words.filter((word) => !STAGES.some(([name]) => name.startsWith(word)));
  if (unknown.length > 0) throw new Error(`No stage begins with ${unknown.join(', ')}`);
  return words.length === 0 ? STAGES : STAGES.filter(([name]) => words.some((word) => name.startsWith(word)));
}

function outcome(result) {
  if ('skipped' in result) {
    const required = process.env.JUNXIAN_REQUIRE_KAFKA === '1';
    return { passed: 0, failed: required ? 1 : 0, text: `not run: ${result.skipped}` };
  }
  if ('check' in result)
    return { passed: 0, failed: result.check ? 0 : 1, text: result.check ? 'ok' : 'FAILED' };
  const { passed, failed } = result;
  return { passed, failed, text: `${passed} passed${failed > 0 ? `, ${failed} FAILED` : ''}` };
}

async function runStage([name, stage], firstStart) {
  console.log(`\n== ${name}`);
  const startedAt = performance.now();
  let result;
  try {
    result = outcome(await stage(firstStart));
  } catch (error) {
    console.error(error);
    result = { passed: 0, failed: 1, text: `FAILED: ${error.message}` };
  }
  return { name, seconds: (performance.now() - startedAt) / 1000, ...result };
}

async function main() {
  await bootstrap();
  const results = [];
  const folder = mkdtempSync(join(tmpdir(), 'junxian-test-'));
  // What the launcher's own first start leaves behind is what the e2e suites begin with.
  const firstStart = { JUNXIAN_E2E_FIRST_START: join(folder, 'first-start') };
  try {
    for (const stage of chosenStages(process.argv.slice(2))) results.push(await runStage(stage, firstStart));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log('\nstage          seconds  result');
  for (const { name, seconds, text } of results) {
    console.log(`${name.padEnd(14)} ${seconds.toFixed(1).padStart(7)}  ${text}`);
  }
  const sum = (key) => results.reduce((total, it) => total + it[key], 0);
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
  if (sum('failed') > 0) process.exitCode = 1;
}

main().catch((error) => {
  console.error(error.message);
  console.log('\n0 passed, 1 failed');
  process.exitCode = 1;
});
