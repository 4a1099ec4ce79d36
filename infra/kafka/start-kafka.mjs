// A real Apache Kafka broker (one node, KRaft) for tests and for trying things out on one machine.
// The jars come from Maven Central once and stay in .data/kafka; after that nothing is downloaded.
//
//   import { startKafka } from './start-kafka.mjs'
//   const kafka = await startKafka();   // { brokers, stop(), kill(), start(), wipe() }
//
//   node infra/kafka/start-kafka.mjs    // prints {"brokers":"127.0.0.1:…"}; then takes the lines
//                                       // wipe | kill | start | stop on its input, answering each
//                                       // with such a line; ends with its input, on SIGINT or SIGTERM
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const here = dirname(fileURLToPath(import.meta.url));
const defaultFolder = join(here, '..', '..', '.data', 'kafka');
const run = promisify(execFile);
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Kafka cannot be had on this machine; the message says what to install. */
export class KafkaUnavailable extends Error {
  name = 'KafkaUnavailable';
}

/** Checks for Java 17 or newer and, while the jars are missing, for Maven. Throws KafkaUnavailable. */
export async function checkKafkaPrerequisites(folder = defaultFolder) {
  const version = await run('java', ['-version']).then(
    ({ stderr }) => Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0),
    () => 0,
  );
  if (version < 17) {
    const found = version === 0 ? 'no Java' : `Java ${version}`;
    throw new KafkaUnavailable(
      `Kafka needs Java 17 or newer; found ${found}. Install one, or set KAFKA_BROKERS.`,
    );
  }
  if (existsSync(await jarFolder(folder))) return;
  const maven = await run('mvn', ['-v']).then(
    () => true,
    () => false,
  );
  if (!maven) {
    throw new KafkaUnavailable(
      'Kafka is fetched by Maven, which is not installed. Install Maven, or set KAFKA_BROKERS.',
    );
  }
}

async function jarFolder(folder) {
  const pom = await readFile(join(here, 'pom.xml'), 'utf8');
  return join(folder, `jars-${/<kafka\.version>(.+)<\/kafka\.version>/.exec(pom)[1]}`);
}

/** Folder with the broker's jars; fetched by Maven the first time. Two processes may call it at once. */
export async function kafkaJars(folder = defaultFolder) {
  await checkKafkaPrerequisites(folder);
  const jars = await jarFolder(folder);
  if (existsSync(jars)) return jars;
  await mkdir(folder, { recursive: true });
  const incoming = await mkdtemp(join(folder, 'incoming-'));
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${incoming}`, '-DincludeScope=runtime'];
  try {
    await run('mvn', ['-B', '-q', '-f', join(here, 'pom.xml'), ...goal], { maxBuffer: 16 * 1024 * 1024 });
    await rename(incoming, jars);
  } catch (error) {
    // Another process may have put them there meanwhile.
    if (!existsSync(jars)) {
      throw new KafkaUnavailable(
        `Maven could not fetch Kafka: ${String(error.stdout || error.message).slice(0, 2000)}`,
      );
    }
  } finally {
    await rm(incoming, { recursive: true, force: true });
  }
  return jars;
}

/**
 * Starts a broker and waits until it answers. Returns its address, and what tests do to it:
 * `stop()` ends it and removes its data; `kill()` is kill -9, data stay; `start()` after a kill;
 * `wipe()` replaces it by an empty one with another cluster id on the same address.
 */
export async function startKafka({ folder = defaultFolder } = {}) {
  const jars = await kafkaJars(folder);
  const home = await mkdtemp(join(folder, 'broker-'));
  const [port, controllerPort] = await freePorts(2);
  const properties = join(home, 'server.properties');
  const log = createWriteStream(join(home, 'broker.log'), { flags: 'a' });
  await writeFile(properties, serverProperties(port, controllerPort, join(home, 'data')));

  const java = (main, ...args) => [
    '-cp',
    join(jars, '*'),
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    main,
    ...args,
  ];
  const format = () =>
    run(
      'java',
      java('kafka.tools.StorageTool', 'format', '--standalone', '-t', clusterId(), '-c', properties),
    );

  let broker;
  const end = async (signal) => {
    const running = broker;
    broker = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const exited = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await exited;
  };
  const launch = async () => {
    const heap = ['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
    broker = spawn('java', [...heap, ...java('kafka.Kafka', properties)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    broker.stdout.pipe(log, { end: false });
    broker.stderr.pipe(log, { end: false });
    const started = broker;
    for (let tries = 0; tries < 600; tries += 1) {
      if (started.exitCode !== null)
        throw new Error(`Kafka ended at once:\n${await readFile(log.path, 'utf8')}`);
      if (await answers(port)) return;
      await wait(100);
    }
    await end('SIGKILL');
    throw new Error(`Kafka did not answer within a minute:\n${await readFile(log.path, 'utf8')}`);
  };

  const kafka = {
    brokers: `127.0.0.1:${port}`,
    start: launch,
    kill: () => end('SIGKILL'),
    wipe: async () => {
      await end('SIGKILL');
      await rm(join(home, 'data'), { recursive: true, force: true });
      await format();
      await launch();
    },
    stop: async () => {
      await end('SIGTERM');
      log.end();
      await rm(home, { recursive: true, force: true });
    },
  };
  try {
    await format();
    await launch();
  } catch (error) {
    await kafka.stop();
    throw error;
  }
  return kafka;
}

/** A cluster id as Kafka makes them; never one with a dash in front, which its tool takes for an option. */
function clusterId() {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? clusterId() : id;
}

// The controller listens first and the broker's own port opens when it is ready to serve.
const serverProperties = (port, controllerPort, data) => `process.roles=broker,controller
node.id=1
listeners=BROKER://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
advertised.listeners=BROKER://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=BROKER
controller.listener.names=CONTROLLER
controller.quorum.bootstrap.servers=127.0.0.1:${controllerPort}
log.dirs=${data}
num.network.threads=2
num.io.threads=4
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
`;

async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, '127.0.0.1', () => resolve(server));
      });
    }),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Whether the broker answers an ApiVersions request (version 0, correlation id 1, no client id). */
function answers(port) {
  const request = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    const done = (result) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(2000, () => done(false));
    socket.once('error', () => done(false));
    socket.once('close', () => done(false));
    socket.once('data', () => done(true));
  });
}

async function main() {
  const kafka = await startKafka();
  const report = () => process.stdout.write(`${JSON.stringify({ brokers: kafka.brokers })}\n`);
  let stopping;
  const stop = () => {
    stopping ??= kafka.stop().then(() => process.exit());
    return stopping;
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  report();
  for await (const line of createInterface({ input: process.stdin })) {
    const command = line.trim();
    if (command === 'stop') break;
    if (!['wipe', 'kill', 'start'].includes(command)) continue;
    try {
      await kafka[command]();
    } catch (error) {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
      break;
    }
    report();
  }
  await stop();
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
