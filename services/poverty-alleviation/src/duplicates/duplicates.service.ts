import type { CodeRange } from '@junxian/administrative-region';
import { groupBy, type Page, pageSize, type ScopedTransaction } from '@junxian/persistence';
import type { DuplicateClass } from '../back-office-code-lists';
import { surveyYear } from '../survey-years/survey-years.service';
import { cursorOf, numberAfter } from './duplicate-cursor.rules';

/** One of those who carry a number; member and household are null outside the caller's region. */
export interface DuplicateHolderView {
  year: number;
  regionCode: string;
  householdId: string | null;
  memberId: string | null;
}

/** A number that two or more normal members of a year carry (PA-DU-01). */
export interface DuplicateGroupView {
  class: DuplicateClass;
  holders: DuplicateHolderView[];
}

/** Which duplicates are sought. */
export interface DuplicateQuery {
  year: number;
  class?: DuplicateClass | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}

/**
 * One page of the duplicate numbers of a year (PA-QY-10, PA-DU-01) that a normal member of the region (low and high of
 * its range) carries, whoever else carries them: of holders outside the caller's region only the village is told. Two
 * statements, however long the page. Throws INVALID_INPUT for an unknown year, a bad cursor or page size.
 */
export async function duplicatesPage(
  tx: ScopedTransaction,
  range: CodeRange,
  query: DuplicateQuery,
): Promise<Page<DuplicateGroupView>> {
  const first = pageSize(query.first);
  const after = query.after ? numberAfter(query.after) : null;
  const { year } = await surveyYear(tx, query.year);
  const groups = await tx.query<{ number: string; class: DuplicateClass }>(
    `SELECT number_index AS number, class FROM pa_du_01_groups($1, $2, $3, $4, $5, $6) ORDER BY number_index COLLATE "C"`,
    [year, range.low, range.high, query.class ?? null, after, first + 1],
  );
  const shown = groups.slice(0, first);
  const holders = await holdersOf(
    tx,
    year,
    shown.map(({ number }) => number),
  );
  return {
    nodes: shown.map((group) => ({ class: group.class, holders: holders.get(group.number) ?? [] })),
    endCursor: shown.length === 0 ? null : cursorOf(shown.at(-1)!.number),
    hasNextPage: groups.length > first,
  };
}

async function holdersOf(
  tx: ScopedTransaction,
  year: number,
  numbers: readonly string[],
): Promise<ReadonlyMap<string, DuplicateHolderView[]>> {
  if (numbers.length === 0) return new Map();
  const rows = await tx.query<Omit<DuplicateHolderView, 'year'> & { number: string }>(
    `SELECT number_index AS number, region_code AS "regionCode", household_id AS "householdId", member_id AS "memberId"
     FROM pa_du_01_holders($1, $2::text[]) ORDER BY region_code COLLATE "C", household_id, member_id`,
    [year, numbers],
  );
  return groupBy(
    rows.map((row) => ({ ...row, year })),
    ({ number }) => number,
  );
}
