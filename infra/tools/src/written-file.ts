import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './workspace';

/**
 * Keeps a generated, committed file current. In check mode nothing is written.
 * @param file relative to the root
 * @returns 'current', 'written', or 'stale' (check mode only)
 */
export function keepCurrent(file: string, text: string, check: boolean): 'current' | 'written' | 'stale' {
  const path = join(root, file);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return 'current';
  if (check) return 'stale';
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return 'written';
}

/** A file's text as it stands in the working tree, or null when there is none yet. */
export function presentText(file: string): string | null {
  const path = join(root, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : null;
}

/**
 * A generated file as it was last committed: what others may already rely on. Null when it never was. Without git
 * (a source archive) the file in the tree stands for it.
 */
export function publishedText(file: string): string | null {
  const git = (...args: string[]) =>
    spawnSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (git('rev-parse', '--verify', 'HEAD').status !== 0) return presentText(file);
  const shown = git('show', `HEAD:${file}`);
  return shown.status === 0 ? shown.stdout : null;
}
