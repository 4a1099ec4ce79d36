// The whole system on one machine: PostgreSQL, the services, the gateway.
import { mkdirSync, rmSync } from 'node:fs';
import { serviceNames } from '../tools/workspace.mjs';
import { NodeChild } from './node-child.mjs';
import { gatewayPlan, identityCheckPlan, servicePlan } from './plan.mjs';
import { freePort, isFree } from './ports.mjs';
import { startPostgres } from './postgres.mjs';
import { provision } from './provision.mjs';
import { clearPreviousRun, ownNpm, removeRunFile, watchNpm, writeRunFile } from './run-file.mjs';
import { SecretFolder } from './secrets.mjs';
import { at, dataDir, EVENTS, GATEWAY_PORT, issuers, OWNED, preferredPorts } from './settings.mjs';

/** Removes all data of the local system; caches of tools beside it stay. */
function emptyData() {
  for (const name of OWNED) rmSync(at(name), { recursive: true, force: true });
}

async function choosePorts() {
  if (!(await isFree(GATEWAY_PORT))) {
    throw new Error(`Port ${GATEWAY_PORT} is taken by another program. Choose another: PORT=4010 npm start`);
  }
  const ports = { gateway: GATEWAY_PORT };
  for (const [name, preferred] of Object.entries(preferredPorts)) {
    ports[name] = await freePort(preferred, Object.values(ports));
  }
  return ports;
}

export class SystemRun {
  /** Started one group after the other; members of a group start and stop together. */
  #groups = [];
  #children = [];
  #postgres = null;
  #ports = null;
  #owner = false;
  #npm = null;
  #starting = null;
  #stopping = null;

  /**
   * @param {{ say: (text: string) => void, onFatal: (error: Error) => void, onOrphaned: () => void }} options
   *   `onFatal` is told when the system cannot go on, because PostgreSQL ended; `onOrphaned` when the npm that ran
   *   this launcher is gone
   */
  constructor(options) {
    this.options = options;
  }

  /**
   * Starts everything and resolves when every process is ready. After an error call `stop`.
   * @returns {Promise<{ gateway: NodeChild, services: NodeChild[] }>}
   */
  start({ fresh }) {
    this.#starting = this.#bringUp(fresh);
    return this.#starting;
  }

  /** Stops everything in the order gateway, services, PostgreSQL: whoever asks goes before whoever answers. */
  stop() {
    this.#stopping ??= Promise.resolve().then(() => this.#bringDown());
    return this.#stopping;
  }

  async #bringDown() {
    if (this.#postgres) this.#record();
    // Children that are still to get ready must stop trying first; what was started meanwhile is then complete.
    for (const child of this.#children) void child.stop();
    await this.#starting?.catch(() => undefined);
    for (const group of [...this.#groups].reverse()) await Promise.all(group.map((it) => it.stop()));
    if (this.#owner) removeRunFile();
  }

  #goOn() {
    if (this.#stopping) throw new Error('stopped while starting');
  }

  async #bringUp(fresh) {
    mkdirSync(dataDir, { recursive: true });
    await clearPreviousRun();
    this.#owner = true;
    this.#npm = ownNpm();
    if (this.#npm) watchNpm(this.#npm, this.options.onOrphaned);
    if (fresh) emptyData();
    this.#goOn();

    const secrets = new SecretFolder(at('secrets'));
    const keys = secrets.assertionKeys(issuers());
    this.#ports = await choosePorts();
    const ports = this.#ports;
    this.#goOn();
    await this.#startPostgres(ports.postgres, secrets.password('postgres_password'));
    this.#goOn();

    const names = serviceNames();
    const urls = {};
    for (const name of [EVENTS, ...names]) {
      urls[name] = await provision(this.#postgres, name, {
        app: secrets.password(`${name}_app_password`),
        migrator: secrets.password(`${name}_migrator_password`),
      });
    }
    this.#goOn();

    const shared = { secrets, keys, ports };
    const eventsUrl = urls[EVENTS].migrator;
    this.options.say(`starting ${names.join(', ')} (the first start loads regions and demo data)`);
    // Side by side: each service is ready without the others, what stands for outside systems too, and the gateway once directory is.
    const [[, ...services], [gateway]] = await Promise.all([
      this.#launch([
        identityCheckPlan(shared),
        ...names.map((name) => servicePlan(name, { ...shared, urls: urls[name], eventsUrl })),
      ]),
      this.#launch([gatewayPlan(shared)]),
    ]);
    this.#goOn();
    return { gateway, services };
  }

  async #startPostgres(port, password) {
    const onExit = (code) =>
      this.options.onFatal(new Error(`PostgreSQL ended (exit ${code}); see .data/logs/postgres.log`));
    this.#postgres = await startPostgres({ port, password, onExit });
    this.#groups.push([this.#postgres]);
    this.#record();
    this.options.say(`PostgreSQL answers on port ${port}`);
  }

  /** Starts processes side by side and waits until each is ready. */
  async #launch(plans) {
    const onChange = () => this.#record();
    const group = plans.map((plan) => new NodeChild({ ...plan, say: this.options.say, onChange }));
    this.#groups.push(group);
    this.#children.push(...group);
    await Promise.all(group.map((child) => child.start()));
    await Promise.all(
      group.map((child) =>
        child.ready().then(
          () => this.options.say(`${child.name} is ready on ${child.origin}`),
          (error) => {
            throw new Error(`${child.name} ${error.message}`);
          },
        ),
      ),
    );
    return group;
  }

  #record() {
    const { pid, script } = this.#postgres;
    writeRunFile({
      launcher: process.pid,
      npm: this.#npm,
      stopping: this.#stopping !== null,
      gateway: { url: `http://127.0.0.1:${this.#ports.gateway}/graphql` },
      postgres: { port: this.#ports.postgres },
      processes: [
        { name: 'postgres', pid, script },
        ...this.#children
          .filter((child) => child.pid)
          .map((child) => ({ name: child.name, pid: child.pid, script: child.script, origin: child.origin })),
      ],
    });
  }
}
