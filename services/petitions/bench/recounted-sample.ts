import { serviceScope } from '@junxian/identity';
import type { Database } from '@junxian/persistence';
import { recount } from '../src/statistics/recount.service';
import type { SeedingClient } from './seed-organisations';

/**
 * Has the service count some of the seeded items anew and compares: nothing may change. Returns how many contributions were compared; throws Error when a
 * contribution or a counter came out otherwise.
 */
export async function recountedSample(
  client: SeedingClient,
  database: Pick<Database, 'write'>,
  items: number,
): Promise<number> {
  const sample = await client.adminQuery<{ id: string }>(
    `SELECT id FROM case_item WHERE created_by = 'seed' ORDER BY md5(id::text) LIMIT $1`,
    [items],
  );
  const ids = sample.map(({ id }) => id);
  const booked = () =>
    client.adminQuery<{ row: unknown }>(
      'SELECT to_jsonb(c) AS row FROM statistic_contribution c WHERE subject_id = ANY($1::uuid[]) ORDER BY to_jsonb(c)::text',
      [ids],
    );
  const counters = () =>
    client.adminQuery(
      'SELECT md5(string_agg(md5(to_jsonb(c)::text), $$$$ ORDER BY report, region_code, span, day, key)) AS sum FROM statistic_counter c WHERE region_code LIKE $1',
      ['%0000000000'],
    );
  const [before, countersBefore] = [await booked(), await counters()];
  await database.write(serviceScope('petitions.bench'), (tx) => recount(tx, ids));
  const [after, countersAfter] = [await booked(), await counters()];
  if (JSON.stringify([before, countersBefore]) !== JSON.stringify([after, countersAfter])) {
    const rows = (given: typeof before) => new Set(given.map(({ row }) => JSON.stringify(row)));
    const [old, now] = [rows(before), rows(after)];
    const differing = [...now]
      .filter((row) => !old.has(row))
      .concat([...old].filter((row) => !now.has(row)).map((row) => `was ${row}`));
    throw new Error(
      `the seeded statistics are not what the service counts:\n${differing.slice(0, 5).join('\n')}`,
    );
  }
  return before.length;
}
