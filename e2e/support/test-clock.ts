import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const clockFile = (folder: string) => join(folder, 'test-clock');

/** Moves the clocks of a system, by its data folder, to an instant. */
export function setClock(folder: string, iso: string): void {
  const fresh = `${clockFile(folder)}.new`;
  writeFileSync(fresh, String(Date.parse(iso) - Date.now()));
  renameSync(fresh, clockFile(folder));
}

/** What makes the processes of a system follow its clock. */
export const clockEnvironment = (folder: string) => ({
  NODE_OPTIONS: `--require ${join(__dirname, 'moved-clock.cjs')}`,
  JUNXIAN_TEST_CLOCK_FILE: clockFile(folder),
});

/** The present time by the clocks of a system: the real one unless they were moved. */
export function clockTime(folder: string): Date {
  const file = clockFile(folder);
  return new Date(Date.now() + (existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0));
}
