import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';

/**
 * Fills a folder with what a first start leaves behind; `make` does one in a folder and stops it. Migrations, regions and
 * demonstration take most of the time of a start, and what becomes of them is the launcher's own test: the other suites of a run
 * have copies. Without a run's folder it does nothing.
 */
export async function copyFirstStart(folder: string, make: (folder: string) => Promise<void>): Promise<void> {
  const kept = process.env.JUNXIAN_E2E_FIRST_START;
  if (kept === undefined) return;
  while (!existsSync(kept)) {
    if (isMineToBuild(kept)) await build(kept, make);
    else await new Promise((resolve) => setTimeout(resolve, 100));
  }
  // As cp does it: the database's files belong to a user of their own when the tests run as root.
  execFileSync('cp', ['-a', `${kept}/.`, folder]);
}

/** Leaves the folder of a system that has just been stopped for the other suites to copy, unless they have one already. */
export function keepFirstStart(folder: string): void {
  const kept = process.env.JUNXIAN_E2E_FIRST_START;
  if (kept === undefined || existsSync(kept) || !isMineToBuild(kept)) return;
  const building = buildingOf(kept);
  try {
    execFileSync('cp', ['-a', `${folder}/.`, building]);
    renameSync(building, kept);
  } catch (error) {
    rmSync(building, { recursive: true, force: true });
    throw error;
  }
}

const buildingOf = (kept: string) => `${kept}-building`;

/** One worker builds it, the others wait; when that one failed, another tries. */
function isMineToBuild(kept: string): boolean {
  try {
    mkdirSync(buildingOf(kept));
    return true;
  } catch {
    return false;
  }
}

async function build(kept: string, make: (folder: string) => Promise<void>): Promise<void> {
  const building = buildingOf(kept);
  try {
    await make(building);
    renameSync(building, kept);
  } catch (error) {
    rmSync(building, { recursive: true, force: true });
    throw error;
  }
}
