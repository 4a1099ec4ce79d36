// Where things are: the root of the workspace and its packages. Used by everything that runs before the build.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const below = (folder) =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && existsSync(join(root, folder, entry.name, 'package.json')))
        .map((entry) => `${folder}/${entry.name}`)
    : [];

/** The services by name, as `services/<name>` folders that have a package.json. */
export function serviceNames() {
  return below('services').map((folder) => folder.slice('services/'.length));
}

/** The folders that the build compiles from `src` to `dist`, relative to the root. */
export function compiledPackages() {
  return [...below('shared'), ...below('services'), 'gateway'].filter((folder) =>
    existsSync(join(root, folder, 'src')),
  );
}
