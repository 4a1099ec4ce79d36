import type { Json } from '@junxian/test-kit';
import {
  headRowCells,
  memberRow,
  sheetOf,
} from '../../services/poverty-alleviation/src/imports/imports.fixture';
import { citizenNumber } from '../support/demo';
import type { SignedIn } from '../support/signing-in';
import { eventually, type System } from '../support/system';

/** A village where nobody else registers households. */
export const QUIET_VILLAGE = '140215100206';

/** The rows of new households of two in the quiet village. */
export function householdRows(count: number) {
  const person = (number: string) => ({
    证件号码: number,
    性别: Number(number[16]) % 2 === 1 ? '男' : '女',
    出生日期: `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`,
  });
  return Array.from({ length: count }, (_, n) => [
    headRowCells(QUIET_VILLAGE, `新${n + 1}`, 1, person(citizenNumber(n, '19610101'))),
    memberRow(QUIET_VILLAGE, `新${n + 1}`, 1, {
      ...person(citizenNumber(n, '19620101')),
      与户主关系: '其他',
    }),
  ]).flat();
}

/**
 * Long work of the poverty service that dies in the middle: tables are held back from it, and where it waits to write one of them it is
 * killed with −9. What is held last is let go first.
 */
export class PovertyAtWork {
  private constructor(
    private readonly system: System,
    private readonly ready: () => Promise<unknown>,
  ) {}

  /** Does some work with tables held back; whatever comes of it, in the end they are let go. */
  static async begin(
    system: System,
    ready: () => Promise<unknown>,
    work: (at: PovertyAtWork) => Promise<void>,
  ): Promise<void> {
    const at = new PovertyAtWork(system, ready);
    // The next process may take its time to come.
    await at.sql('BEGIN; SET LOCAL idle_in_transaction_session_timeout = 0');
    try {
      await work(at);
    } finally {
      await at.sql('ROLLBACK');
    }
  }

  /** From now on the service waits where it would write this table. */
  async hold(table: string): Promise<void> {
    await this.sql(`SAVEPOINT ${table}; LOCK TABLE ${table} IN SHARE MODE`);
  }

  /** Lets go of a table, and of those held after it. */
  async letGo(table: string): Promise<void> {
    await this.sql(`ROLLBACK TO SAVEPOINT ${table}`);
  }

  /** Kills the service when it waits to write a table that is held, looks at what it left, lets go of the table, and waits until the service runs again. */
  async killedAt(table: string, look: () => Promise<void> = async () => undefined): Promise<void> {
    const { pid } = this.system.process('poverty-alleviation');
    await eventually(
      `the service at ${table}`,
      () => this.sql('SELECT FROM pg_locks WHERE relation = $1::regclass AND NOT granted', [table]),
      (waiting) => waiting.length > 0,
      60_000,
    );
    process.kill(pid, 'SIGKILL');
    await look();
    await this.letGo(table);
    await eventually(
      'another process',
      async () => this.pid(),
      (now) => now !== null && now !== pid,
      60_000,
    );
    await this.ready();
  }

  private pid(): number | null {
    try {
      return this.system.process('poverty-alleviation').pid;
    } catch {
      return null;
    }
  }

  private sql(text: string, parameters: unknown[] = []): Promise<unknown[]> {
    return this.system.adminQuery('poverty-alleviation', text, parameters);
  }
}

/** Uploads a sheet of households for 2017 and orders its import; returns the job's id. */
export async function orderImport(
  officer: SignedIn,
  rows: ReturnType<typeof householdRows>,
): Promise<string> {
  const content = await sheetOf(rows);
  const { startImportUpload } = await done(
    officer,
    'mutation ($file: ImportFileInput!) { startImportUpload(file: $file) { fileId uploadUrl } }',
    { file: { fileName: '示例名单.xlsx', mime: '', size: content.length } },
  );
  const uploaded = await fetch(startImportUpload.uploadUrl, { method: 'PUT', body: new Uint8Array(content) });
  if (!uploaded.ok) throw new Error(`the sheet was not taken: ${uploaded.status}`);
  const { importHouseholds } = await done(
    officer,
    'mutation ($input: HouseholdImportInput!) { importHouseholds(input: $input) { id } }',
    { input: { year: 2017, fileId: startImportUpload.fileId } },
  );
  return importHouseholds.id as string;
}

/** Asks for an import until its state is one of those named; the service may be away meanwhile. */
export function importBecomes(officer: SignedIn, id: string, holds: (job: Json) => boolean): Promise<Json> {
  return eventually(
    'the import',
    async () => {
      const { data } = await officer
        .query(
          `query ($id: ID!) { importJob(id: $id) { state phase rowsDone rowsTotal
             result { accepted rows newHouseholds newMembers changedHouseholds changedMembers unchangedHouseholds } } }`,
          { id },
        )
        .catch(() => ({ data: null }));
      return data?.importJob ?? {};
    },
    holds,
    60_000,
  );
}

/** Whether an import has come to an end, good or bad. */
export const hasEnded = ({ state }: Json): boolean =>
  ['DONE', 'REFUSED', 'FAILED', 'CANCELLED'].includes(state);

/** The data of an answer. Throws Error with the faults where there are any. */
export async function done(officer: SignedIn, document: string, variables: Json): Promise<Json> {
  const { data, errors } = await officer.query(document, variables);
  if (errors || !data) throw new Error(JSON.stringify(errors));
  return data;
}

/** What the households of the quiet village consist of, and what is left of the work on them. */
export const IMPORTED = `
  WITH mine AS (SELECT id FROM household WHERE region_code = '${QUIET_VILLAGE}')
  SELECT (SELECT count(*)::int FROM mine) AS households,
    (SELECT count(*)::int FROM member WHERE region_code = '${QUIET_VILLAGE}') AS members,
    (SELECT count(*)::int FROM household_year_record WHERE household_id IN (TABLE mine)) AS records,
    (SELECT count(*)::int FROM member_year_record WHERE household_id IN (TABLE mine)) AS "memberRecords",
    (SELECT count(*)::int FROM household_status_history WHERE household_id IN (TABLE mine)) AS history,
    (SELECT count(*)::int FROM outbox WHERE key IN (SELECT id::text FROM mine)) AS events,
    (SELECT count(*)::int FROM import_row) AS staged`;

/** What the year 2018 was opened with, against the year before; and what is left to do. */
export const OPENED = `
  SELECT (SELECT count(*)::int FROM household_year_record WHERE year = 2018) AS households,
    (SELECT count(*)::int FROM household_year_record r JOIN household h ON h.id = r.household_id
     WHERE r.year = 2017 AND h.file_status = 'ACTIVE') AS "householdsBefore",
    (SELECT count(*)::int FROM member_year_record WHERE year = 2018) AS members,
    (SELECT count(*)::int FROM member_year_record m JOIN household h ON h.id = m.household_id
     WHERE m.year = 2017 AND h.file_status = 'ACTIVE' AND m.status IN ('1', '4')) AS "membersBefore",
    (SELECT count(*)::int FROM village_year_record WHERE year = 2018) AS villages,
    (SELECT count(*)::int FROM village_year_record WHERE year = 2017) AS "villagesBefore",
    (SELECT count(*)::int FROM county_year_record WHERE year = 2018) AS counties,
    (SELECT count(*)::int FROM county_year_record WHERE year = 2017) AS "countiesBefore",
    (SELECT households_copied FROM year_opening WHERE year = 2018) AS copied,
    (SELECT finished_at IS NOT NULL FROM year_opening WHERE year = 2018) AS finished,
    (SELECT count(*)::int FROM outbox WHERE key = '2018' AND envelope::jsonb ->> 'type' LIKE '%.year.opened.v1') AS announced`;

/** The counters of a year that are not the sum of what the ledger books in their region and below it. */
export const UNLIKE_THE_LEDGER = `
  SELECT region_code, cell, c.count AS counted, l.count AS booked
  FROM (SELECT region_code, cell, count, amount FROM statistic_counter WHERE year = $1 AND (count <> 0 OR amount <> 0)) c
  FULL JOIN (
    SELECT a.region_code, b.cell, count(*) AS count, sum(b.amount) AS amount
    FROM statistic_contribution s CROSS JOIN LATERAL unnest(s.cells, s.amounts) AS b (cell, amount)
    CROSS JOIN LATERAL region_ancestors(s.region_code) a WHERE s.year = $1 GROUP BY 1, 2) l USING (region_code, cell)
  WHERE (c.count, c.amount) IS DISTINCT FROM (l.count, l.amount) LIMIT 10`;
