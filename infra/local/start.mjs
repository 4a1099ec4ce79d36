// `npm start`: from a clone to a running system. `npm start -- --fresh` empties .data/ first.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap } from '../tools/bootstrap.mjs';
import { root } from '../tools/workspace.mjs';
import { SUPERGRAPH } from './plan.mjs';

const startedAt = performance.now();
const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(1);
const say = (text) => console.log(`[${seconds().padStart(5)} s] ${text}`);

const unknown = process.argv.slice(2).filter((argument) => argument !== '--fresh');
if (unknown.length > 0) {
  console.error(`Unknown argument ${unknown[0]}. Usage: npm start [-- --fresh]`);
  process.exit(2);
}

let stop = async () => undefined;
let ending = false;

async function end(code) {
  if (ending) return;
  ending = true;
  await stop().catch((error) => console.error(error.message));
  process.exit(code);
}

function fail(error) {
  if (ending) return;
  console.error(`\n${error.message}`);
  void end(1);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (!ending) console.log('\nstopping');
    void end(0);
  });
}

function compose() {
  const tool = join(root, 'infra', 'tools', 'run.mjs');
  const { status } = spawnSync(process.execPath, [tool, 'supergraph'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) throw new Error('The supergraph could not be composed; see above.');
}

async function main() {
  await bootstrap();
  if (!existsSync(SUPERGRAPH)) compose();
  const { SystemRun } = await import('./system.mjs');
  const run = new SystemRun({ say, onFatal: fail, onOrphaned: () => void end(1) });
  stop = () => run.stop();
  const { gateway } = await run.start({ fresh: process.argv.includes('--fresh') });
  if (ending) return;
  const { announcement } = await import('./announcement.mjs');
  console.log(announcement(`${gateway.origin}/graphql`));
  console.log(`ready in ${seconds()} s: ${gateway.origin}/graphql  (Ctrl-C stops)`);
}

main().catch(fail);
