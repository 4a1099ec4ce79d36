import type { Principal } from '@junxian/identity';
import { scopes } from '../service-scopes';
import type { TestStore } from '../testing/store.support.test';
import { type NationalReport, nationalReport, type ReportQuery } from './national-report.service';
import { recount } from './recount.service';

/** Counts every item and simple registration there is, as the consumers of their events would. */
export async function countAll(store: TestStore): Promise<void> {
  const rows = await store.adminQuery<{ id: string }>(
    'SELECT id FROM case_item UNION SELECT id FROM simple_registration',
  );
  await store.database.write(scopes.rebuildStatistics(), (tx) =>
    recount(
      tx,
      rows.map(({ id }) => id),
    ),
  );
}

/** A report as somebody sees it. */
export const reportAs = (store: TestStore, by: Principal, query: ReportQuery): Promise<NationalReport> =>
  store.readAs(by, (tx) => nationalReport(tx, query, store.clock.today()));

/** A row's cells by the names of the columns. */
export function cellsOf(
  report: NationalReport,
  pick: (row: NationalReport['rows'][number]) => boolean,
): Record<string, string | null> {
  const row = report.rows.find(pick);
  if (row === undefined) throw new Error('no such row');
  return Object.fromEntries(report.layout.columns.map(({ key }, index) => [key, row.cells[index] ?? null]));
}

/** All counters and contributions, in one order. */
export async function figuresStored(store: TestStore) {
  return {
    counters: await store.adminQuery(
      `SELECT * FROM statistic_counter WHERE (n1, n2, n3, n4, n5, n6, n7, n8, n9, n10) <> (0, 0, 0, 0, 0, 0, 0, 0, 0, 0) ORDER BY report, region_code, span, day, key`,
    ),
    contributions: await store.adminQuery(
      'SELECT * FROM statistic_contribution ORDER BY subject_id, report, region_code, day, key, organisation_id',
    ),
  };
}
