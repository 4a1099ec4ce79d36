import type { Database } from '@junxian/persistence';
import { scopes } from '../service-scopes';
import { IMPORT_JOBS } from './import.types';

const KEPT_DAYS = 30;
const BATCH = 100;

/** Removes imports that ended a month ago, with their sheets: what they brought is in the store. Returns how many. */
export async function removeOldImports(database: Database, now: Date): Promise<number> {
  const before = new Date(now.getTime() - KEPT_DAYS * 86_400_000);
  let removed = 0;
  for (;;) {
    const rows = await database.write(scopes.runJobs(), (tx) =>
      tx.query(
        `DELETE FROM job WHERE id IN (SELECT id FROM job WHERE kind = ANY($1::text[]) AND finished_at < $2 ORDER BY id LIMIT $3) RETURNING id`,
        [Object.values(IMPORT_JOBS), before, BATCH],
      ),
    );
    removed += rows.length;
    if (rows.length < BATCH) return removed;
  }
}
