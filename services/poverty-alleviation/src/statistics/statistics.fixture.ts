import { scopeOf } from '@junxian/identity';
import { scopes } from '../service-scopes';
import { householdForm, memberForm } from '../testing/forms.support.test';
import { officer, type TestStore } from '../testing/store.support.test';
import { rebuildStatistics } from './ledger.service';
import { recountHouseholds } from './recounts.service';
import { columnsOf, type StatTable } from './tables.rules';

let serial = 0;

/** Identifies a household of so many persons in a village, in the cycle 2017; returns its id. */
export function identified(store: TestStore, village: string, persons: number): Promise<string> {
  return store.identify(
    householdForm(
      village,
      Array.from({ length: persons }, (_, index) =>
        memberForm(++serial, { relationToHead: index === 0 ? 'HEAD' : 'OTHER' }),
      ),
    ),
  );
}

/** Gives households a year-end 2016 like their 2017: they were identified in 2014 and opened with the year. */
export async function registeredEarlier(
  store: TestStore,
  ids: readonly string[],
  status2016 = '0',
  exitYear: number | null = null,
): Promise<void> {
  await store.adminQuery('UPDATE household SET identified_year = 2014 WHERE id = ANY($1::uuid[])', [ids]);
  await store.adminQuery(
    `UPDATE household_year_record SET poverty_status = $2, exit_year = $3 WHERE household_id = ANY($1::uuid[])`,
    [ids, status2016, exitYear],
  );
  for (const [table, key] of [
    ['household_year_record', 'household_id'],
    ['member_year_record', 'household_id'],
  ]) {
    await store.adminQuery(
      `INSERT INTO ${table} SELECT (jsonb_populate_record(r, '{"year": 2016}')).* FROM ${table} r
       WHERE ${key} = ANY($1::uuid[]) AND year = 2017`,
      [ids],
    );
  }
}

/** The consumers' work for some households: the events of what was done to them in a year. */
export function recounted(store: TestStore, ids: readonly string[], year = 2017): Promise<void> {
  return store.database.write(scopes.rebuildCounters(), (tx) =>
    recountHouseholds(
      tx,
      ids.map((householdId) => ({ householdId, year })),
    ),
  );
}

/** Counts a year anew. */
export function rebuilt(store: TestStore, year: number): Promise<void> {
  return store.database.write(scopes.rebuildCounters(), (tx) => rebuildStatistics(tx, year));
}

/** All counters that are not nought. */
export function counters(store: TestStore, year?: number) {
  return store.adminQuery<{ region_code: string; cell: string; count: number; amount: string }>(
    `SELECT year, region_code, cell, count::int, trim_scale(amount)::text AS amount FROM statistic_counter
     WHERE (count <> 0 OR amount <> 0) AND year = coalesce($1, year) ORDER BY year, region_code, cell`,
    [year ?? null],
  );
}

const analyst = officer('000000000000', 'NATION', 'VIEWER');

/** The figures of a table's total row, or of one of its rows, by column; those that are nought are left out. */
export async function figures(
  store: TestStore,
  table: StatTable,
  region: string,
  { year = 2017, row = region }: { year?: number; row?: string } = {},
): Promise<Record<string, string | null>> {
  const view = await store.database.read(scopeOf(analyst), (tx) =>
    store.services.statistics.table(tx, { table, year, region }),
  );
  const kind = row === region ? 'TOTAL' : 'CHILD';
  const found = view.rows.find((one) => one.regionCode === row && one.kind === kind);
  if (!found) throw new Error(`${table} has no row ${kind} of ${row}`);
  return Object.fromEntries(
    found.figures
      .filter(({ value }) => value === null || Number(value) !== 0)
      .map(({ column, value }) => [column, value]),
  );
}

/** All rows that a figure counts. */
export async function sources(
  store: TestStore,
  question: { table: StatTable; year: number; region: string; column: string; ownOnly?: boolean },
) {
  const nodes = [];
  for (let after: string | null = null, more = true; more; ) {
    const page = await store.database.read(scopeOf(analyst), (tx) =>
      store.services.statistics.rows(tx, { ...question, first: 100, after }),
    );
    nodes.push(...page.nodes);
    after = page.endCursor;
    more = page.hasNextPage;
  }
  return nodes;
}

/** Asks for the rows behind every figure of a table's total row; returns those figures that are not what their rows add up to. */
export async function notDrilledDown(
  store: TestStore,
  table: StatTable,
  region: string,
): Promise<[column: string, figure: number, rows: number][]> {
  const values = await figures(store, table, region);
  const wrong: [string, number, number][] = [];
  for (const { key: column, base } of columnsOf(table, 2017)!) {
    if (base !== undefined) continue;
    const nodes = await sources(store, { table, year: 2017, region, column });
    const rows = nodes.reduce((all, { amount }) => all + Math.round(Number(amount) * 10_000), 0) / 10_000;
    const figure = Number(values[column] ?? 0);
    const once = new Set(nodes.map((node) => `${node.kind}${node.sourceId}${node.part}`));
    if (rows !== figure || once.size !== nodes.length) wrong.push([column, figure, rows]);
  }
  return wrong;
}
