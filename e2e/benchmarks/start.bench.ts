import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSystem } from '../support/system';
import { report } from './support/measure';

/** `npm start` from nothing, all regions and demo data loaded, and again on what is there, by the launcher's own clock. */
async function main(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'junxian-start-'));
  const started = async (): Promise<number> => {
    const system = await startSystem({ dataDir });
    const [, seconds] = /^ready in ([\d.]+) s/m.exec(system.output()) ?? [];
    await system.stop({ keepData: true });
    return Number(seconds);
  };
  try {
    report('first start', await started(), 's', { atMost: 60 });
    report('second start', await started(), 's', { atMost: 15 });
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
