import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { asyncApiDocument, breakingChanges, schemasByType } from '@junxian/messaging';
import { root, serviceNames } from '../workspace';
import { keepCurrent, presentText, publishedText } from '../written-file';
import { serviceEvents } from './service-events';

const DOCUMENT = 'docs/events/asyncapi.json';
const SCHEMAS = 'docs/events/schemas.json';
const check = process.argv.includes('--check');
const accept = process.argv.includes('--accept');

/** JSON as the formatter writes it, so that the lint stage agrees with what is generated. */
function json(value: unknown): string {
  const biome = join(root, 'node_modules', '@biomejs', 'biome', 'bin', 'biome');
  const args = [biome, 'format', '--stdin-file-path=generated.json'];
  const options = {
    cwd: root,
    encoding: 'utf8',
    input: JSON.stringify(value, null, 2),
    maxBuffer: 1 << 28,
  } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  if (status !== 0) throw new Error(`the formatter failed: ${stderr}`);
  return stdout;
}

function main() {
  const names = serviceNames().filter((name) => existsSync(join(root, 'services', name, 'src', 'events.ts')));
  const services = Object.fromEntries(names.map((name) => [name, serviceEvents(name)]));
  const schemas = schemasByType(services);
  const text = json(schemas);
  // A file that already says the same was written, and if need be accepted, by a person.
  const before = presentText(SCHEMAS) === text ? null : publishedText(SCHEMAS);
  const breaks = before === null ? [] : breakingChanges(JSON.parse(before), schemas);
  for (const it of breaks) console.log(`breaks consumers: ${it}`);
  if (breaks.length > 0 && !accept) {
    throw new Error(
      'Publish a changed event under the next version. If nobody consumes this one yet, run `npm run asyncapi -- --accept`.',
    );
  }
  const states = [
    [DOCUMENT, keepCurrent(DOCUMENT, json(asyncApiDocument(services)), check)],
    [SCHEMAS, keepCurrent(SCHEMAS, text, check)],
  ] as const;
  for (const [file, state] of states) console.log(`${file}: ${state}`);
  if (states.some(([, state]) => state === 'stale'))
    throw new Error('Run `npm run asyncapi` and commit what it writes.');
}

try {
  main();
  // Loading the services opens timers and pools of theirs; nothing here waits for them.
  process.exit(0);
} catch (error) {
  console.error((error as Error).message);
  process.exit(1);
}
