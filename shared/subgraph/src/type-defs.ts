import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Reads every `*.graphql` file below a folder (a service's `src` or `dist`), in alphabetical order of
 * their paths. Throws Error when there is none.
 */
export function loadTypeDefs(directory: string): string[] {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.graphql'))
    .sort();
  if (files.length === 0) throw new Error(`no .graphql file below ${directory}`);
  return files.map((file) => readFileSync(join(directory, file), 'utf8'));
}
