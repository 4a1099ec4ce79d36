// `npm test`: everything that must hold, the checks two at a time, then one stage of tests after the other; a failing stage
// does not hide the next ones.
// `npm test -- unit rules` runs only the stages whose names begin so. Last line: `N passed, N failed`; a failing
// check that is not a jest test counts as one failure.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { runKafkaTier, runS3Tier } from './java-tiers.mjs';
import { runTier } from './jest-run.mjs';
import { root } from './workspace.mjs';

const WORKERS = 2;
const bin = (name, script) => [process.execPath, [join(root, 'node_modules', name, script)]];
const tool = (name, ...args) => ['tools', [name, ...args]];

/** What it prints comes all at once, when it has ended: several may run at the same time. */
function command([program, args], ...more) {
  const script = join(root, 'infra', 'tools', 'run.mjs');
  const [file, all] = program === 'tools' ? [process.execPath, [script, ...args]] : [program, args];
  return () =>
    new Promise((resolve, reject) => {
      const child = spawn(file, [...all, ...more], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
      const printed = [];
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => printed.push(chunk));
      child.once('error', reject);
      child.once('close', (status) =>
        resolve({ check: status === 0, printed: Buffer.concat(printed).toString() }),
      );
    });
}

/** Each takes one processor, and types about as long as all the others. */
const CHECKS = [
  ['types', command(bin('typescript', 'bin/tsc'), '--noEmit', '-p', 'tsconfig.json')],
  ['lint', command(bin('@biomejs/biome', 'bin/biome'), 'check', '.')],
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
];

/** Tests take all processors: one stage after the other. */
const TESTS = [
  ['unit tests', () => runTier('unit', { workers: WORKERS })],
  ['db tests', () => runTier('db', { workers: WORKERS })],
  ['gateway tests', () => runTier('gateway', { workers: WORKERS })],
  ['launcher tests', (firstStart) => runTier('launcher', { workers: 1, env: firstStart })],
  // Each of these starts a whole system, and waits for it, or for one that was killed, half of the time.
  ['e2e tests', (firstStart) => runTier('e2e', { workers: WORKERS + 1, env: firstStart })],
  // In a full run two whole systems would share one broker, and with it their consumer groups.
  ['kafka tests', () => runKafkaTier({ workers: process.env.JUNXIAN_TESTS === 'full' ? 1 : WORKERS })],
  ['s3 tests', () => runS3Tier({ workers: 1 })],
  ['rules', command(tool('rules'))],
];

const STAGES = [...CHECKS, ...TESTS];

function chosenStages(words) {
  const unknown = words.filter((word) => !STAGES.some(([name]) => name.startsWith(word)));
  if (unknown.length > 0) throw new Error(`No stage begins with ${unknown.join(', ')}`);
  return words.length === 0 ? STAGES : STAGES.filter(([name]) => words.some((word) => name.startsWith(word)));
}

function outcome(result) {
  if ('skipped' in result) {
    const required = process.env.JUNXIAN_REQUIRE_JAVA === '1';
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
    const { printed, ...ended } = await stage(firstStart);
    if (printed) console.log(`\n-- ${name}\n${printed.trimEnd()}`);
    result = outcome(ended);
  } catch (error) {
    console.error(error);
    result = { passed: 0, failed: 1, text: `FAILED: ${error.message}` };
  }
  return { name, seconds: (performance.now() - startedAt) / 1000, ...result };
}

/** Runs stages, so many at a time; returns what came of each, in their order. */
async function runStages(stages, atOnce, firstStart) {
  const results = [];
  const left = stages.entries();
  const lane = async () => {
    for (const [place, stage] of left) results[place] = await runStage(stage, firstStart);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
}

async function main() {
  await bootstrap();
  const results = [];
  const folder = mkdtempSync(join(tmpdir(), 'junxian-test-'));
  // What the launcher's own first start leaves behind is what the e2e suites begin with.
  const firstStart = { JUNXIAN_E2E_FIRST_START: join(folder, 'first-start') };
  try {
    const chosen = chosenStages(process.argv.slice(2));
    const [checks, tests] = [CHECKS, TESTS].map((kind) => chosen.filter((stage) => kind.includes(stage)));
    results.push(...(await runStages(checks, WORKERS, firstStart)));
    results.push(...(await runStages(tests, 1, firstStart)));
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
