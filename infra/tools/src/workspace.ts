import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const root = dirname(dirname(dirname(__dirname)));

/** All files below a folder whose name passes; installed packages and build outputs are left out. Sorted. */
export function filesBelow(folder: string, passes: (name: string) => boolean): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      if (entry.name === 'node_modules' || entry.name === 'dist') return [];
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(path, passes);
      return passes(entry.name) ? [path] : [];
    })
    .sort();
}

/** The names of the services: the folders of services/ that have a package.json. */
export function serviceNames(): string[] {
  const folder = join(root, 'services');
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, 'package.json')))
    .sort();
}
