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
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { endProcess, fetchedJars, freePorts } from '../tools/java.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const defaultFolder = join(here, '..', '..', '.data', 'kafka');
const run = promisify(execFile);
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Folder with the broker's jars. Throws JavaUnavailable where they cannot be had. */
const kafkaJars = (folder) =>
  fetchedJars({ name: 'Kafka', pom: join(here, 'pom.xml'), folder, instead: 'set KAFKA_BROKERS' });

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
    if (running !== undefined) await endProcess(running, signal);
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
