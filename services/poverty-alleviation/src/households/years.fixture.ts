import type { TestStore } from '../testing/store.support.test';

/** The tables of a household that are kept per year. */
const YEARLY = ['household_year_record', 'member_year_record', 'assistance_outcome'] as const;

/** Copies households' data of one year into others, as the year-end data sets of the same households. */
export async function copyYear(
  store: Pick<TestStore, 'adminQuery'>,
  householdIds: readonly string[],
  from: number,
  to: readonly number[],
): Promise<void> {
  for (const table of YEARLY) {
    const columns = await store.adminQuery<{ name: string }>(
      `SELECT column_name AS name FROM information_schema.columns
       WHERE table_schema = 'public' AND table_name = $1 AND column_name <> 'year' AND is_generated = 'NEVER'`,
      [table],
    );
    const list = columns.map(({ name }) => name).join(', ');
    await store.adminQuery(
      `INSERT INTO ${table} (year, ${list}) SELECT y, ${list} FROM ${table}, unnest($1::int[]) AS y
       WHERE year = $2 AND household_id = ANY($3::uuid[])`,
      [to, from, householdIds],
    );
  }
}
