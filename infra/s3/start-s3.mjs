// A real S3-speaking server (S3Proxy over a folder) for tests and for trying things out on one machine. It checks
// signatures and the hash of what arrives.
// The jars come from Maven Central once and stay in .data/s3; after that nothing is downloaded.
//
//   import { startS3 } from './start-s3.mjs'
//   const s3 = await startS3();   // { environment, stop() }
//
//   node infra/s3/start-s3.mjs    // prints the variables a service reads, one a line; ends on SIGINT or SIGTERM
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { endProcess, fetchedJars, freePorts } from '../tools/java.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const defaultFolder = join(here, '..', '..', '.data', 's3');
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const BUCKET = 'junxian';
/** It holds a whole upload in memory while it checks its hash. */
const HEAP = '-Xmx384m';

/**
 * Starts a server with one empty bucket and waits until it answers. Returns the variables by which a service finds it;
 * `stop()` ends it and removes its data. Throws JavaUnavailable where it cannot be had.
 */
export async function startS3({ folder = defaultFolder } = {}) {
  const instead = 'set S3_ENDPOINT and the variables beside it';
  const jars = await fetchedJars({ name: 'S3Proxy', pom: join(here, 'pom.xml'), folder, instead });
  const home = await mkdtemp(join(folder, 'store-'));
  const [port] = await freePorts(1);
  const environment = {
    S3_ENDPOINT: `http://localhost:${port}`,
    S3_BUCKET: BUCKET,
    S3_ACCESS_KEY_ID: 'junxian-test',
    S3_SECRET_ACCESS_KEY: randomBytes(24).toString('base64'),
  };
  // A folder that everybody may read would be a bucket that everybody may read.
  await mkdir(join(home, 'data', BUCKET), { recursive: true, mode: 0o700 });
  const properties = join(home, 's3.properties');
  await writeFile(properties, serverProperties(environment, port, join(home, 'data')), { mode: 0o600 });
  const log = join(home, 'server.log');
  const settings = [
    HEAP,
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
    `-Dorg.slf4j.simpleLogger.logFile=${log}`,
  ];
  const main = ['-cp', join(jars, '*'), 'org.gaul.s3proxy.Main', '--properties', properties];
  const server = spawn('java', [...settings, ...main], { stdio: 'ignore' });
  const stop = async () => {
    await endProcess(server, 'SIGKILL');
    await rm(home, { recursive: true, force: true });
  };
  try {
    await answering(server, environment.S3_ENDPOINT);
  } catch (error) {
    const said = await readFile(log, 'utf8').catch(() => '');
    await stop();
    throw new Error(`${error.message}\n${said}`);
  }
  return { environment, stop };
}

async function answering(server, endpoint) {
  let failure;
  server.once('error', (error) => {
    failure = error;
  });
  for (let tries = 0; tries < 600; tries += 1) {
    if (failure) throw failure;
    if (server.exitCode !== null) throw new Error('S3Proxy ended at once:');
    // Without a signature it answers a refusal, and that is an answer.
    if (await fetch(endpoint).catch(() => null)) return;
    await wait(100);
  }
  throw new Error('S3Proxy did not answer within a minute:');
}

// A bucket may also be named before the host: http://junxian.localhost:…
const serverProperties = (environment, port, folder) => `s3proxy.endpoint=http://127.0.0.1:${port}
s3proxy.virtual-host=localhost
s3proxy.authorization=aws-v4
s3proxy.identity=${environment.S3_ACCESS_KEY_ID}
s3proxy.credential=${environment.S3_SECRET_ACCESS_KEY}
jclouds.provider=filesystem-nio2
jclouds.filesystem.basedir=${folder}
`;

async function main() {
  const s3 = await startS3();
  for (const [name, value] of Object.entries(s3.environment)) process.stdout.write(`${name}=${value}\n`);
  let stopping;
  const stop = () => {
    stopping ??= s3.stop().then(() => process.exit());
    return stopping;
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
