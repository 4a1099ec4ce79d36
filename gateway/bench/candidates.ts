import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(__dirname, 'candidates');
const PNPM = join(__dirname, '../../.tools/node_modules/pnpm/bin/pnpm.cjs');

/**
 * Installs the gateways that ours is compared with, exactly as the lockfile beside them says; nothing
 * to do when they are there. They are no part of the workspace, so that nobody downloads 65 MB for a
 * benchmark that they never run. Throws Error when the registry cannot be reached.
 */
export function installCandidates(): void {
  const digest = createHash('sha256')
    .update(readFileSync(join(FOLDER, 'pnpm-lock.yaml')))
    .digest('hex');
  const stamp = join(FOLDER, 'node_modules', '.junxian-installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  const flags = ['install', '--frozen-lockfile', '--ignore-scripts', '--config.confirm-modules-purge=false'];
  execFileSync(process.execPath, [PNPM, ...flags], { cwd: FOLDER, stdio: 'inherit' });
  writeFileSync(stamp, digest);
}
