import { existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { at } from './settings.mjs';

const LARGEST = 20 * 1024 * 1024;

const fileOf = (name) => at('logs', `${name}.log`);

/** Opens a log for appending; one that has grown large is put aside first. Returns the file descriptor. */
export function openLog(name) {
  mkdirSync(at('logs'), { recursive: true });
  const file = fileOf(name);
  if (existsSync(file) && statSync(file).size > LARGEST) renameSync(file, `${file}.1`);
  return openSync(file, 'a', 0o600);
}

/** The last lines of a log, for whoever must see why something did not start. */
export function tail(name, lines = 15) {
  if (!existsSync(fileOf(name))) return '(no log)';
  return readFileSync(fileOf(name), 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}
