// Test files run in the process's own realm instead of a fresh one each: see runtime.cjs. What a test leaves behind in
// `globalThis` or `process.env` the next file of the same worker finds there; tests clean up after themselves.
const { ofEnvironment } = require('./jest-parts.cjs');
const { ModuleMocker } = ofEnvironment('jest-mock');
const { ModernFakeTimers } = ofEnvironment('@jest/fake-timers');

module.exports = class OneRealmEnvironment {
  global = globalThis;
  fakeTimers = null;
  moduleMocker = new ModuleMocker(globalThis);
  // Jest replaces both in the environment's global, which here is the worker's own.
  #found = { console: globalThis.console, exit: process.exit, env: { ...process.env } };

  constructor({ projectConfig }) {
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
  }

  async setup() {}

  async teardown() {
    this.fakeTimersModern.dispose();
    globalThis.console = this.#found.console;
    process.exit = this.#found.exit;
    for (const name of Object.keys(process.env)) if (!(name in this.#found.env)) delete process.env[name];
    Object.assign(process.env, this.#found.env);
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return globalThis;
  }
};
