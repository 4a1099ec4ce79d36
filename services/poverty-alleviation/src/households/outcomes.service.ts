import type { ScopedTransaction } from '@junxian/persistence';
import {
  columnOf,
  decode,
  encode,
  type Field,
  optionalFlag,
  selectList,
  type Values,
} from '../record-fields';
import type { Trace } from './household-files.service';
import type { YearKey } from './household-views.service';

/** Tab 7 帮扶成效: the two assurances and three guarantees 两不愁三保障, and drinking water. */
export const OUTCOME = {
  foodAssured: optionalFlag,
  clothingAssured: optionalFlag,
  waterSafe: optionalFlag,
  waterDifficulty: optionalFlag,
  housingSafe: optionalFlag,
  criticalIllnessInsured: optionalFlag,
  compulsoryEducationMet: optionalFlag,
};

export type OutcomeValues = Values<typeof OUTCOME>;

/** A household's outcome of one year; every flag null and `version` 0 while nothing was recorded. */
export interface OutcomeView extends OutcomeValues, YearKey {
  /** Yuan, from the year's incomes (PA-HH-05); never typed in. Null without active members. */
  perCapitaIncome: string | null;
  version: number;
}

const NAMES = Object.keys(OUTCOME) as (keyof OutcomeValues)[];

/** The outcomes of these yearly records; a record without an outcome gives an empty one, no record gives none. */
export async function readOutcomes(tx: ScopedTransaction, keys: readonly YearKey[]): Promise<OutcomeView[]> {
  const rows = await tx.query<YearKey & { perCapitaIncome: string | null; version: number }>(
    `SELECT r.household_id AS "householdId", r.year, r.per_capita_net_income AS "perCapitaIncome",
       coalesce(o.version, 0) AS version, ${selectList(OUTCOME, 'o')}
     FROM household_year_record r
     JOIN unnest($1::uuid[], $2::int[]) AS asked (household_id, year) USING (household_id, year)
     LEFT JOIN assistance_outcome o ON o.household_id = r.household_id AND o.year = r.year`,
    [keys.map(({ householdId }) => householdId), keys.map(({ year }) => year)],
  );
  return rows.map(({ householdId, year, perCapitaIncome, version, ...flags }) => ({
    householdId,
    year,
    perCapitaIncome,
    version,
    ...decode(OUTCOME, flags),
  }));
}

/**
 * Writes flags of a household's outcome of a year; those left out stay, or are empty in a new one. Takes a household
 * whose file is locked (`openFile`), whose region the outcome takes.
 */
export async function upsertOutcome(
  tx: ScopedTransaction,
  { householdId, year }: YearKey,
  patch: Partial<OutcomeValues>,
  { actor, now }: Trace,
): Promise<void> {
  const given = NAMES.filter((name) => patch[name] !== undefined);
  const fields: Record<string, Field<boolean | null>> = Object.fromEntries(
    given.map((name) => [name, OUTCOME[name]]),
  );
  const { columns, stored } = encode(fields, patch as Values<typeof fields>);
  const parameters = [householdId, year, actor, now, ...stored];
  await tx.query(
    `INSERT INTO assistance_outcome
       (household_id, year, region_code, region_epoch, created_by, created_at, updated_by, updated_at${columns.map((column) => `, ${column}`).join('')})
     SELECT household_id, year, region_code, region_epoch, $3, $4, $3, $4${stored.map((_, index) => `, $${index + 5}::boolean`).join('')}
     FROM household_year_record WHERE household_id = $1 AND year = $2
     ON CONFLICT (household_id, year) DO UPDATE SET updated_by = EXCLUDED.updated_by, updated_at = EXCLUDED.updated_at,
       version = assistance_outcome.version + 1${given.map((name) => `, ${columnOf(name)} = EXCLUDED.${columnOf(name)}`).join('')}`,
    parameters,
  );
}
