import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import nodeFlags from '../../../node-flags.json';
import { subgraphUrl } from '../supergraph/compose';
import { root, serviceNames } from '../workspace';
import { type ComposeService, declaredVariables, readCompose } from './compose-file';

const folder = join(root, 'infra', 'compose');
const compose = readCompose(join(folder, 'compose.yaml'));
const demo = readCompose(join(folder, 'compose.demo.yaml'));
const services = Object.entries(compose.services);
const gateways = services.filter(([, it]) => it.image === 'junxian/gateway');
const ours = services.filter(([, it]) => it.image?.startsWith('junxian/'));
const ofImage = (name: string) => ours.filter(([, it]) => it.image === `junxian/${name}`);
const secretNames = (it: ComposeService) =>
  (it.secrets ?? []).map((secret) => (typeof secret === 'string' ? secret : secret.source));

describe('what runs', () => {
  it('is every service with its migration and a PostgreSQL of its own, Kafka and two gateways', () => {
    expect(serviceNames().length).toBeGreaterThanOrEqual(2);
    for (const name of serviceNames()) {
      expect(Object.keys(compose.services)).toEqual(
        expect.arrayContaining([name, `${name}-migrate`, `${name}-db`]),
      );
      const store = `${name}-store`;
      const inStore = services.filter(([, it]) => it.networks?.includes(store)).map(([service]) => service);
      expect(inStore.sort()).toEqual([name, `${name}-db`, `${name}-migrate`].sort());
    }
    expect(compose.services.kafka?.image).toMatch(/^apache\/kafka:/);
    expect(gateways).toHaveLength(2);
  });

  it('is built from the one Dockerfile, which knows the service', () => {
    for (const name of ['gateway', ...serviceNames()]) {
      const builds = ofImage(name).flatMap(([, it]) => (it.build ? [it.build] : []));
      expect(builds[0]).toEqual({ context: '../..', args: { SERVICE: name } });
    }
  });

  it('is the Kafka that the tests run against', () => {
    const tested = /<kafka\.version>(.+)<\/kafka\.version>/.exec(
      readFileSync(join(root, 'infra', 'kafka', 'pom.xml'), 'utf8'),
    )?.[1];
    expect(compose.services.kafka?.image).toBe(`apache/kafka:${tested}`);
  });

  it('answers where the supergraph says', () => {
    for (const name of serviceNames()) {
      expect(subgraphUrl(name)).toBe(`http://${name}:${compose.services[name]?.environment?.PORT}/graphql`);
      expect(compose.services[name]?.networks).toContain('graph');
    }
  });

  it('waits for its migration, which waits for its database', () => {
    for (const name of serviceNames()) {
      expect(compose.services[name]?.depends_on?.[`${name}-migrate`]?.condition).toBe(
        'service_completed_successfully',
      );
      expect(compose.services[`${name}-migrate`]?.depends_on?.[`${name}-db`]?.condition).toBe(
        'service_healthy',
      );
    }
  });
});

describe('how it is confined', () => {
  it.each(services)('%s has limits, a health check and a way to come back', (name, it) => {
    expect(it.deploy?.resources.limits.memory).toMatch(/^\d+[MG]$/);
    expect(Number(it.deploy?.resources.limits.cpus)).toBeGreaterThan(0);
    const job = name.endsWith('-migrate');
    expect(job ? it.healthcheck?.disable : it.healthcheck?.test?.[0]).toBe(job ? true : 'CMD');
    expect(it.restart).toBe(job ? 'on-failure' : 'unless-stopped');
    expect(it.cap_drop).toEqual(['ALL']);
  });

  it('runs our programs read-only and as somebody else than root', () => {
    for (const [, it] of ours) expect(it.read_only).toBe(true);
    expect(readFileSync(join(root, 'Dockerfile'), 'utf8')).toMatch(/^USER node$/m);
    for (const [name, it] of services) if (name.endsWith('-db')) expect(it.user).toBe('postgres');
  });

  it('publishes the gateways and nothing else, on this host only', () => {
    const published = services.filter(([, it]) => it.ports).map(([name]) => name);
    expect(published).toEqual(gateways.map(([name]) => name));
    for (const [, it] of gateways) expect(it.ports?.[0]).toMatch(/^127\.0\.0\.1:/);
    for (const [name, it] of services) {
      const open = (it.networks ?? []).filter((network) => !compose.networks[network]?.internal);
      expect({ name, open }).toEqual({
        name,
        open: gateways.some(([gateway]) => gateway === name) ? ['public'] : [],
      });
    }
  });
});

describe('what demonstration adds', () => {
  const added = Object.entries(demo.services).filter(([name]) => !(name in compose.services));

  it('is the simulated identity check alone, where petitions asks for it, confined like everything else', () => {
    expect(added.map(([name]) => name)).toEqual(['identity-check']);
    const [, simulator] = added[0]!;
    expect(compose.services.petitions?.environment?.IDENTITY_CHECK_URL).toContain(
      `http://identity-check:${simulator.environment?.PORT}`,
    );
    expect(simulator.image).toBe(/^FROM (node:\S+) AS build$/m.exec(dockerfile())?.[1]);
    expect([simulator.user, simulator.read_only, simulator.cap_drop, simulator.ports]).toEqual([
      'node',
      true,
      ['ALL'],
      undefined,
    ]);
    expect(simulator.networks).toEqual(['graph']);
    expect(secretNames(simulator)).toEqual(['identity_check_token']);
    expect(compose.services.petitions?.networks).toContain('graph');
  });

  it('starts Node as infra/node-flags.json says', () => {
    const heap = '--max-old-space-size=384';
    const inImage: unknown = JSON.parse(/^CMD (\[.+\])$/m.exec(dockerfile())?.[1] ?? 'null');
    expect(inImage).toEqual(['node', heap, ...nodeFlags.service, 'dist/main.js']);
    for (const [, gateway] of gateways) {
      expect(gateway.command).toEqual(['node', heap, ...nodeFlags.gateway, 'dist/main.js']);
    }
  });

  /** With its arguments filled in. */
  function dockerfile(): string {
    const text = readFileSync(join(root, 'Dockerfile'), 'utf8');
    const version = /^ARG NODE_VERSION=(.+)$/m.exec(text)?.[1] ?? '';
    return text.replaceAll(/\$\{NODE_VERSION\}/g, version);
  }
});

describe('environment', () => {
  const common = declaredVariables(join(root, 'shared', 'subgraph', 'src', 'environment.ts'));
  const declared = (image: string) => {
    const own = join(root, image === 'gateway' ? 'gateway' : `services/${image}`, 'src', 'environment.ts');
    const names = existsSync(own) ? declaredVariables(own) : [];
    return new Set(image === 'gateway' ? names : [...common, ...names]);
  };

  it('reads what environment.ts declares', () => {
    expect(common).toEqual(expect.arrayContaining(['PORT', 'DATABASE_URL', 'FIELD_KEYS', 'KAFKA_BROKERS']));
    expect(declared('gateway').has('DIRECTORY_URL')).toBe(true);
  });

  it.each([
    ...ours,
    ...Object.entries(demo.services).flatMap(([name, it]) =>
      name in compose.services ? [[name, { ...it, image: compose.services[name]?.image }] as const] : [],
    ),
  ])('%s is given only variables that its environment.ts declares', (_name, it) => {
    const known = declared(it.image?.slice('junxian/'.length) ?? '');
    const strangers = Object.keys(it.environment ?? {}).filter(
      (name) => !known.has(name) && !known.has(name.replace(/_FILE$/, '')),
    );
    expect(strangers).toEqual([]);
  });

  it('holds no secret in the open', () => {
    for (const [name, it] of services) {
      for (const [variable, value] of Object.entries(it.environment ?? {})) {
        const isSecret = /PASSWORD|DATABASE_URL|KEY|SECRET|TOKEN|JWKS/.test(variable);
        if (!isSecret) continue;
        expect(`${name} ${variable}=${value}`).toMatch(/_FILE=\/run\/secrets\/[a-z_]+$/);
        expect(secretNames(it)).toContain(basename(value));
      }
    }
  });

  it('never gives a running service the password that changes tables', () => {
    for (const name of serviceNames()) {
      const secrets = secretNames(compose.services[name] ?? {});
      expect(secrets.length).toBeGreaterThan(3);
      expect(secrets.filter((it) => it.includes('migration') || it.includes('postgres_password'))).toEqual(
        [],
      );
    }
  });
});

describe('secrets', () => {
  let made: string;
  beforeAll(() => {
    made = mkdtempSync(join(tmpdir(), 'junxian-secrets-'));
    run();
  });
  afterAll(() => rmSync(made, { recursive: true, force: true }));

  function run() {
    const result = spawnSync(process.execPath, [join(folder, 'make-secrets.mjs'), made], {
      encoding: 'utf8',
    });
    if (result.status !== 0) throw new Error(result.stderr);
  }
  const contents = () => readdirSync(made).map((name) => [name, readFileSync(join(made, name), 'utf8')]);

  it('are all made by make-secrets.mjs, and used ones are all declared', () => {
    for (const { file } of Object.values(compose.secrets))
      expect(readdirSync(made)).toContain(basename(file));
    const used = new Set(services.flatMap(([, it]) => secretNames(it)));
    expect([...used].sort()).toEqual(Object.keys(compose.secrets).sort());
  });

  it('stay when they are made again', () => {
    const before = contents();
    run();
    expect(contents()).toEqual(before);
  });

  it('lie in a folder that is closed to others and are not in the repository', () => {
    expect(statSync(made).mode & 0o077).toBe(0);
    expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toContain('secrets/');
  });

  it('differ from service to service', () => {
    const keys = readdirSync(made).filter((name) =>
      /_(field_keys|blind_index_key|password)\.txt$/.test(name),
    );
    expect(keys.length).toBeGreaterThanOrEqual(serviceNames().length * 5);
    expect(new Set(keys.map((name) => readFileSync(join(made, name), 'utf8'))).size).toBe(keys.length);
  });

  it('set up the roles and the database with the passwords that the services use', () => {
    const script = readFileSync(join(made, 'poverty_alleviation_provisioning.sql'), 'utf8');
    const url = new URL(readFileSync(join(made, 'poverty_alleviation_database_url.txt'), 'utf8'));
    expect(script).toContain(`ALTER ROLE ${url.username} PASSWORD '${url.password}'`);
    expect(script).toContain(`CREATE DATABASE ${url.pathname.slice(1)} `);
    expect(url.hostname).toBe('poverty-alleviation-db');
  });
});
