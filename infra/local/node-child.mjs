// One Node process of the system: started, watched until ready, restarted when it crashes, stopped in order.
import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { root } from '../tools/workspace.mjs';
import { openLog, tail } from './logs.mjs';
import { isFree } from './ports.mjs';

const READY_PATIENCE = 180_000;
const STOP_PATIENCE = 10_000;
const FIRST_PAUSE = 500;
/** Tests that kill a process again and again do not wait so long. */
const LONGEST_PAUSE = Number(process.env.JUNXIAN_LONGEST_RESTART_PAUSE_MS || 30_000);
/** A process that lived this long was well: its next crash is a first one again. */
const HEALTHY_AFTER = 60_000;
const TRIES_BEFORE_READY = 3;

const childOfLauncher = pathToFileURL(join(root, 'infra', 'local', 'child-of-launcher.mjs')).href;

/** How long to wait before the n-th restart in a row. */
export const restartPause = (failures) => Math.min(FIRST_PAUSE * 2 ** (failures - 1), LONGEST_PAUSE);

export class NodeChild {
  #process = null;
  /** Whether the process has said that the port is its own. */
  #listens = false;
  #stopping = false;
  #failures = 0;
  #everReady = false;
  #awaited = false;
  #startedAt = 0;

  /**
   * @param {{ name: string, script: string, port: number, heapMegabytes: number, flags: string[],
   *   env: Record<string, string>, say: (text: string) => void, onChange: () => void }} options `script` is relative to the root
   */
  constructor(options) {
    this.options = options;
  }

  get name() {
    return this.options.name;
  }

  get script() {
    return this.options.script;
  }

  get pid() {
    return this.#process?.pid ?? null;
  }

  get origin() {
    return `http://127.0.0.1:${this.options.port}`;
  }

  /** Starts the process; resolves at once. That it could not is a failure like any other. */
  async start() {
    const { name, script, heapMegabytes, flags, env, port, onChange } = this.options;
    if (!(await isFree(port))) return this.#failed(`finds port ${port} taken by another program`);
    if (this.#stopping) return;
    const log = openLog(name);
    const all = [`--max-old-space-size=${heapMegabytes}`, ...flags, '--import', childOfLauncher];
    const child = spawn(process.execPath, [...all, join(root, script)], {
      cwd: root,
      env: { ...process.env, ...env, PORT: String(port), HOST: '127.0.0.1' },
      // A process group of its own: Ctrl-C reaches the launcher only. The channel tells it when we are gone.
      detached: true,
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    this.#startedAt = Date.now();
    this.#process = child;
    this.#listens = false;
    child.on('message', ({ listensOn }) => {
      if (this.#process === child && listensOn === port) this.#listens = true;
    });
    child.once('exit', (code, signal) => this.#exited(child, code, signal));
    child.once('error', (error) => this.options.say(`${name} could not be started: ${error.message}`));
    onChange();
  }

  #exited(child, code, signal) {
    if (this.#process !== child) return;
    this.#process = null;
    this.options.onChange();
    if (Date.now() - this.#startedAt > HEALTHY_AFTER) this.#failures = 0;
    this.#failed(`ended (${signal ?? `exit ${code}`})`);
  }

  #failed(what) {
    if (this.#stopping) return;
    this.#failures += 1;
    if (!this.#everReady && this.#failures >= TRIES_BEFORE_READY) return;
    const pause = restartPause(this.#failures);
    this.options.say(`${this.name} ${what}; restart in ${pause / 1000} s, see its log`);
    setTimeout(() => this.#startAgain(), pause);
  }

  async #startAgain() {
    await this.start();
    // Who waits for the first readiness says so itself; and one who waits is enough.
    if (!this.#everReady || this.#awaited) return;
    this.#awaited = true;
    const text = await this.ready().then(
      () => 'is ready again',
      (error) => error.message,
    );
    this.#awaited = false;
    if (!this.#stopping) this.options.say(`${this.name} ${text}`);
  }

  /**
   * Resolves when /health/ready says yes, and it is the process that answers: another program may take the port while ours
   * is on its way to it. Throws with the end of its log when it gives up. */
  async ready() {
    const until = Date.now() + READY_PATIENCE;
    for (;;) {
      if (this.#stopping) throw new Error('was stopped before it was ready');
      const asked = this.#process;
      if (asked && this.#listens && (await this.#answersReady()) && this.#process === asked) {
        this.#everReady = true;
        return;
      }
      const givenUp = !this.#everReady && this.#failures >= TRIES_BEFORE_READY;
      if (givenUp || Date.now() > until) {
        throw new Error(`does not get ready. The end of its log:\n${tail(this.name)}`);
      }
      await sleep(100);
    }
  }

  async #answersReady() {
    try {
      const response = await fetch(`${this.origin}/health/ready`, { signal: AbortSignal.timeout(2000) });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  }

  /** Lets it finish what is in flight; kills it when that takes too long. */
  async stop() {
    this.#stopping = true;
    const child = this.#process;
    if (!child) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_PATIENCE);
    await gone;
    clearTimeout(timer);
  }
}
