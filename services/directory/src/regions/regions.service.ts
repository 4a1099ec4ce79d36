import { type CodeRange, levelAtDepth, type RegionLevel } from '@junxian/administrative-region';
import type { ScopedTransaction } from '@junxian/persistence';
import type { DatedCode, RegionRow } from './region';

export const REGION_COLUMNS = `r.code, r.level, r.name, r.parent_code AS "parentCode",
  r.urban_rural_code AS "urbanRuralCode", r.is_placeholder AS "isPlaceholder",
  r.valid_from::text AS "validFrom", r.valid_to::text AS "validTo"`;

/** SQL that a row of `r` is valid on the date that an expression gives. */
export const validOn = (date: string): string =>
  `r.valid_from <= ${date} AND (r.valid_to IS NULL OR r.valid_to > ${date})`;

/** A row as the database gives it: the level is a number. */
export type StoredRow = Omit<RegionRow, 'level'> & { level: number };

/** A stored row with its level by name. */
export function regionOf<Row extends StoredRow>(row: Row): Omit<Row, 'level'> & { level: RegionLevel } {
  return { ...row, level: levelAtDepth(row.level) };
}

/** The regions valid under codes at dates (DI-REG-05, DI-REG-06), each with the date it was asked for. */
export async function regionsAt(
  tx: ScopedTransaction,
  wanted: readonly DatedCode[],
): Promise<(RegionRow & { asOf: string })[]> {
  const rows = await tx.query<StoredRow & { asOf: string }>(
    `SELECT ${REGION_COLUMNS}, w.as_of::text AS "asOf"
     FROM unnest($1::text[], $2::date[]) AS w(code, as_of)
     JOIN region r ON r.code = w.code AND ${validOn('w.as_of')}`,
    [wanted.map(({ code }) => code), wanted.map(({ asOf }) => asOf)],
  );
  return rows.map(regionOf);
}

/** The region valid under a code at a date, or null. */
export async function regionAt(tx: ScopedTransaction, code: string, asOf: string): Promise<RegionRow | null> {
  return (await regionsAt(tx, [{ code, asOf }]))[0] ?? null;
}

/**
 * What stands under each code today or stood there last: rows of other services may still carry a code
 * that has ended, and its name must not vanish with it (DI-REG-07). Codes that begin later have none.
 */
export async function regionsTodayOrLast(
  tx: ScopedTransaction,
  codes: readonly string[],
  today: string,
): Promise<RegionRow[]> {
  const rows = await tx.query<StoredRow>(
    `SELECT DISTINCT ON (r.code) ${REGION_COLUMNS} FROM region r
     WHERE r.code = ANY($1::text[]) AND r.valid_from <= $2::date
     ORDER BY r.code, r.valid_from DESC`,
    [codes, today],
  );
  return rows.map(regionOf);
}

/** The direct children of parents at dates, in order of code. */
export async function childrenAt(
  tx: ScopedTransaction,
  parents: readonly DatedCode[],
  limit: number,
): Promise<(RegionRow & { asOf: string })[]> {
  const rows = await tx.query<StoredRow & { asOf: string }>(
    `SELECT ${REGION_COLUMNS}, w.as_of::text AS "asOf"
     FROM unnest($1::text[], $2::date[]) AS w(code, as_of)
     JOIN region r ON r.parent_code = w.code AND ${validOn('w.as_of')}
     ORDER BY r.code LIMIT $3`,
    [parents.map(({ code }) => code), parents.map(({ asOf }) => asOf), limit],
  );
  return rows.map(regionOf);
}

/** Everything valid on a date in a set of ranges, in order of code. For planning changes, not for answers. */
export async function regionsWithin(
  tx: ScopedTransaction,
  ranges: readonly CodeRange[],
  date: string,
): Promise<RegionRow[]> {
  const rows = await tx.query<StoredRow>(
    `SELECT ${REGION_COLUMNS} FROM region r
     WHERE EXISTS (SELECT 1 FROM unnest($1::text[], $2::text[]) AS s(low, high)
                   WHERE r.code >= s.low COLLATE "C" AND r.code < s.high COLLATE "C")
       AND ${validOn('$3::date')} ORDER BY r.code`,
    [ranges.map(({ low }) => low), ranges.map(({ high }) => high), date],
  );
  return rows.map(regionOf);
}
