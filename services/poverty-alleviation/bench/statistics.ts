import { NATION_CODE } from '@junxian/administrative-region';
import { scopeOf } from '@junxian/identity';
import type { Page } from '@junxian/persistence';
import { DUPLICATE_CLASS } from '../src/back-office-code-lists';
import { duplicatesPage } from '../src/duplicates/duplicates.service';
import { scopes } from '../src/service-scopes';
import { rebuildStatistics } from '../src/statistics/ledger.service';
import { recountHouseholds } from '../src/statistics/recounts.service';
import { STAT_TABLES, type StatTable } from '../src/statistics/tables.rules';
import { officer, type TestStore } from '../src/testing/store.support.test';
import { seedHouseholds } from './seed-households';

/** What the statistics of so many households take. */
export interface StatisticsFigures {
  /** Counting a year anew from the rows. */
  rebuildSeconds: number;
  /** The slowest table for the nation and for a province, of the second time each is read. */
  slowestTableMs: number;
  slowestTable: string;
  /** A page of the rows behind a national figure, the first and one far down. */
  drillDownMs: number;
  /** Counting a batch of two hundred events. */
  batchMs: number;
  /** The slowest page of the nation's duplicate numbers (PA-QY-10): the first one and one far down, of all and of each class. */
  duplicatesMs: number;
}

const YEAR = 2017;
const PROVINCE = '110000000000';

/** Seeds households with three and a half members each and the year before, counts them, and reads every table. */
export async function measureStatistics(store: TestStore, households: number): Promise<StatisticsFigures> {
  await seedHouseholds(store, {
    count: households,
    perVillage: 20,
    membersPerHousehold: 3.5,
    withYearBefore: true,
    withNumbers: true,
  });
  await store.adminQuery('VACUUM ANALYZE household, household_year_record, member_year_record');
  const rebuildSeconds =
    (await timed(() => store.database.write(scopes.rebuildCounters(), (tx) => rebuildStatistics(tx, YEAR)))) /
    1000;
  await store.adminQuery('VACUUM ANALYZE statistic_counter, statistic_contribution');

  const analyst = scopeOf(officer(NATION_CODE, 'NATION', 'OPERATOR'));
  let slowestTableMs = 0;
  let slowestTable = '';
  for (const table of Object.keys(STAT_TABLES) as StatTable[]) {
    for (const region of [NATION_CODE, PROVINCE]) {
      const read = () =>
        store.database.read(analyst, (tx) =>
          store.services.statistics.table(tx, { table, region, year: YEAR }),
        );
      await read();
      const ms = await timed(read);
      if (ms > slowestTableMs) [slowestTableMs, slowestTable] = [ms, `${table} ${region}`];
    }
  }
  const drillDownMs = await timed(async () => {
    let after: string | null = null;
    for (let page = 0; page < 5; page++) {
      const { endCursor } = await store.database.read(analyst, (tx) =>
        store.services.statistics.rows(tx, {
          table: 'POOR_HOUSEHOLDS',
          year: YEAR,
          region: NATION_CODE,
          column: 'poor.p',
          after,
        }),
      );
      after = endCursor;
    }
  });
  const batch = await store.adminQuery<{ householdId: string; year: number }>(
    `SELECT household_id AS "householdId", year FROM household_year_record WHERE year = ${YEAR} LIMIT 200`,
  );
  const batchMs = await timed(() =>
    store.database.write(scopes.rebuildCounters(), (tx) => recountHouseholds(tx, batch)),
  );
  const duplicatesMs = await slowestDuplicates(store);
  return { rebuildSeconds, slowestTableMs, slowestTable, drillDownMs, batchMs, duplicatesMs };
}

async function slowestDuplicates(store: TestStore): Promise<number> {
  const province = scopeOf(officer(NATION_CODE, 'NATION', 'PROVINCE_ADMIN'));
  const range = { low: province.regionLow, high: province.regionHigh };
  let slowest = 0;
  for (const kind of [null, ...DUPLICATE_CLASS.names]) {
    let after: string | null = null;
    for (let page = 0; page < 3; page++) {
      const found: Page<unknown>[] = [];
      const ms = await timed(async () => {
        found.push(
          await store.database.read(province, (tx) =>
            duplicatesPage(tx, range, { year: YEAR, class: kind, first: 100, after }),
          ),
        );
      });
      slowest = Math.max(slowest, ms);
      after = found[0]!.endCursor;
      if (kind === null && found[0]!.nodes.length === 0) throw new Error('no duplicates were laid in');
      if (after === null) break;
    }
  }
  return slowest;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
