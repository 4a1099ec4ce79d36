import { spawn } from 'node:child_process';
import { basename, join } from 'node:path';
import nodeFlags from '../../../node-flags.json';
import { filesBelow, root } from '../workspace';
import { type Measure, measuresIn, meetsBar, printMeasures } from './measures';

const SUFFIX = '.bench.ts';

/** Runs one benchmark in a process of its own, showing what it prints while it runs. */
function run(file: string): Promise<{ output: string; code: number | null }> {
  return new Promise((resolve, reject) => {
    const register = join(root, 'infra', 'tools', 'register.cjs');
    const child = spawn(process.execPath, ['--expose-gc', ...nodeFlags.service, '-r', register, file], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      process.stdout.write(text);
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ output, code }));
  });
}

async function main() {
  const filters = process.argv.slice(2);
  const all = filesBelow(join(root, 'e2e', 'benchmarks'), (name) => name.endsWith(SUFFIX));
  const files = all.filter(
    (file) => filters.length === 0 || filters.some((word) => basename(file).includes(word)),
  );
  if (files.length === 0) {
    const names = all.map((file) => basename(file, SUFFIX)).join('\n  ');
    throw new Error(`no benchmark in e2e/benchmarks matches ${filters.join(' ')}; there are\n  ${names}`);
  }
  const results: { benchmark: string; measures: Measure[] }[] = [];
  for (const file of files) {
    const benchmark = basename(file, SUFFIX);
    console.log(`\n== ${benchmark}`);
    const { output, code } = await run(file);
    const measures = measuresIn(output);
    results.push({ benchmark, measures });
    if (code !== 0 || measures.length === 0) {
      console.error(`${benchmark} failed (exit ${code}, ${measures.length} figures)`);
      process.exitCode = 1;
    }
  }
  console.log(`\n${printMeasures(results)}`);
  if (results.some((it) => it.measures.some((measure) => meetsBar(measure) === false))) process.exitCode = 1;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
