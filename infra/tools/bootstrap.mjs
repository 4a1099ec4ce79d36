// From a fresh clone with Node and npm to installed dependencies and built packages; nearly free when current.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.mjs';

const PNPM_VERSION = '10.34.9';
const NEEDED_NODE = [20, 19];

/** Says what is wrong with a Node version, or null when it will do. */
export function nodeVersionFault(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const enough = major > NEEDED_NODE[0] || (major === NEEDED_NODE[0] && minor >= NEEDED_NODE[1]);
  return enough
    ? null
    : `Junxian needs Node ${NEEDED_NODE.join('.')} or newer; this is ${version}. Install a current Node LTS and run the command again.`;
}

function run(command, args, label) {
  const windows = process.platform === 'win32';
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: windows });
  if (result.error?.code === 'ENOENT')
    throw new Error(`${label}: "${command}" was not found. Install npm first.`);
  if (result.status !== 0) throw new Error(`${label} failed (exit ${result.status ?? result.signal})`);
}

const pnpmPackage = join(root, '.tools', 'node_modules', 'pnpm');

/** Path of the pinned pnpm, installed through npm into .tools when it is not there yet. */
export function ensurePnpm() {
  const manifest = join(pnpmPackage, 'package.json');
  const installed = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : null;
  if (installed !== PNPM_VERSION) {
    console.log(`installing pnpm ${PNPM_VERSION}`);
    const flags = [
      '--prefix',
      join(root, '.tools'),
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ];
    run('npm', ['install', ...flags, `pnpm@${PNPM_VERSION}`], 'Installing pnpm');
  }
  return join(pnpmPackage, 'bin', 'pnpm.cjs');
}

const stampFile = join(root, 'node_modules', '.junxian-installed');

function lockDigest() {
  const hash = createHash('sha256');
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml']) hash.update(readFileSync(join(root, file)));
  return `${hash.digest('hex')} ${process.platform} ${process.arch}`;
}

/** Installs exactly what the lockfile names, when it changed since the last time or nothing is installed. */
export function ensureInstalled() {
  const digest = lockDigest();
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === digest) return false;
  const pnpm = ensurePnpm();
  console.log('installing dependencies');
  // Without a terminal pnpm would refuse to replace a node_modules of another shape; CI mode says yes.
  const flags = ['--frozen-lockfile', '--prefer-offline', '--config.confirm-modules-purge=false'];
  run(process.execPath, [pnpm, 'install', ...flags], 'Installing dependencies');
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(stampFile, digest);
  return true;
}

/** Node version, dependencies, build. Throws an error whose message tells the person what to do. */
export async function bootstrap() {
  const fault = nodeVersionFault(process.version);
  if (fault) throw new Error(fault);
  ensureInstalled();
  const { build } = await import('./build.mjs');
  const done = build();
  if (done.compiled + done.copied + done.removed > 0) {
    console.log(`built ${done.compiled} files in ${done.seconds.toFixed(1)} s`);
  }
}
