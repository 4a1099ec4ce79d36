// .data/run.json: which processes make up the running system. It lets a new start clear away what a killed
// launcher left behind, and tells tests where everything is.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { ancestor, endProcess, isOurs } from './processes.mjs';
import { at } from './settings.mjs';

const file = () => at('run.json');
const LAUNCHER = 'infra/local/start.mjs';
const NPM = 'npm';
const NPM_CHECK = 1000;

/** Writes the file whole or not at all. */
export function writeRunFile(state) {
  writeFileSync(`${file()}.new`, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file()}.new`, file());
}

export function removeRunFile() {
  rmSync(file(), { force: true });
}

function readRunFile() {
  try {
    return existsSync(file()) ? JSON.parse(readFileSync(file(), 'utf8')) : null;
  } catch {
    return null;
  }
}

/** Whether the launcher of a run has lost its npm or was told to stop: then it is about to go by itself. */
const isEnding = (run) => run.stopping === true || (run.npm && !isOurs(run.npm, NPM));

/**
 * Ends what is left of an earlier run whose launcher is gone. Its processes notice the loss by themselves; one
 * that does not within a few seconds is killed.
 * @throws Error when the earlier launcher still runs
 */
export async function clearPreviousRun() {
  const previous = readRunFile();
  if (!previous) return;
  if (previous.launcher !== process.pid && isOurs(previous.launcher, LAUNCHER)) {
    if (!isEnding(previous)) {
      const where = previous.gateway?.url ?? 'another port';
      throw new Error(
        `Junxian already runs (process ${previous.launcher}, ${where}). Stop it with Ctrl-C there, or: kill ${previous.launcher}`,
      );
    }
    console.log('waiting for the previous run to end');
    const steps = [{ patience: 20_000 }, { signal: 'SIGKILL', patience: 2000 }];
    await endProcess(previous.launcher, LAUNCHER, steps);
  }
  const left = (previous.processes ?? []).filter((it) => isOurs(it.pid, it.script));
  if (left.length > 0) console.log(`clearing ${left.length} processes of a run that was cut off`);
  const steps = [
    { patience: 4000 },
    { signal: 'SIGTERM', patience: 3000 },
    { signal: 'SIGKILL', patience: 3000 },
  ];
  await Promise.all(left.map((it) => endProcess(it.pid, it.script, steps)));
  removeRunFile();
}

/** The npm that runs this launcher, if one does. */
export const ownNpm = () => (process.env.npm_lifecycle_event === 'start' ? ancestor(NPM) : null);

/** Tells when that npm is gone: killed, it cannot pass a signal on. */
export function watchNpm(npm, onGone) {
  const timer = setInterval(() => {
    if (isOurs(npm, NPM)) return;
    clearInterval(timer);
    onGone();
  }, NPM_CHECK);
  timer.unref();
}
