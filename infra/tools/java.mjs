// What the tests need of Java: programs from Maven Central whose jars are fetched once and stay in a folder.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A program of Java cannot be had on this machine; the message says what to install. */
export class JavaUnavailable extends Error {
  name = 'JavaUnavailable';
}

/**
 * Folder with the jars of a program; fetched by Maven the first time. Two processes may call it at once. Throws
 * JavaUnavailable without Java 17 or newer and, while the jars are missing, without Maven.
 * @param {{ name: string, pom: string, folder: string, instead: string }} program the pom names the version in a
 *   property `<….version>`; `instead` is what to do on a machine without Java
 * @returns {Promise<string>}
 */
export async function fetchedJars({ name, pom, folder, instead }) {
  await checkJava(name, instead);
  const jars = join(folder, `jars-${/<[a-z0-9]+\.version>(.+)<\//.exec(await readFile(pom, 'utf8'))[1]}`);
  if (existsSync(jars)) return jars;
  await checkMaven(name, instead);
  await mkdir(folder, { recursive: true });
  const incoming = await mkdtemp(join(folder, 'incoming-'));
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${incoming}`, '-DincludeScope=runtime'];
  try {
    await run('mvn', ['-B', '-q', '-f', pom, ...goal], { maxBuffer: 16 * 1024 * 1024 });
    await rename(incoming, jars);
  } catch (error) {
    // Another process may have put them there meanwhile.
    if (!existsSync(jars)) {
      const said = String(error.stdout || error.message).slice(0, 2000);
      throw new JavaUnavailable(`Maven could not fetch ${name}: ${said}`);
    }
  } finally {
    await rm(incoming, { recursive: true, force: true });
  }
  return jars;
}

async function checkJava(name, instead) {
  const version = await run('java', ['-version']).then(
    ({ stderr }) => Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0),
    () => 0,
  );
  if (version >= 17) return;
  const found = version === 0 ? 'no Java' : `Java ${version}`;
  throw new JavaUnavailable(`${name} needs Java 17 or newer; found ${found}. Install one, or ${instead}.`);
}

async function checkMaven(name, instead) {
  await run('mvn', ['-v']).catch(() => {
    throw new JavaUnavailable(
      `${name} is fetched by Maven, which is not installed. Install Maven, or ${instead}.`,
    );
  });
}

/** Ends a child process, unless it has ended, and waits until it has. */
export async function endProcess(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await exited;
}

/** Ports that nobody listens on. */
export async function freePorts(count) {
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
