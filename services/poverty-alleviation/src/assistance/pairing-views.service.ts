import type { ScopedTransaction } from '@junxian/persistence';
import { decode, selectList } from '../record-fields';
import { HELPER, type HelperValues, UNIT, type UnitValues } from './assistance-fields.rules';
import type { Term } from './terms.rules';

/** An assistance unit, as resolvers pass it on. */
export interface UnitView extends UnitValues {
  id: string;
  regionCode: string;
  isDeleted: boolean;
  version: number;
}

/** A responsible helper, as resolvers pass it on. */
export interface HelperView extends HelperValues {
  id: string;
  unitId: string;
  regionCode: string;
  isDeleted: boolean;
  version: number;
}

/** A pairing of a unit with a village. */
export interface UnitPairingView extends Term {
  id: string;
  unitId: string;
  villageCode: string;
  endReason: string | null;
  version: number;
}

/** A pairing of a helper with a household. */
export interface HelperPairingView extends Term {
  id: string;
  householdId: string;
  helperId: string;
  /** The village of the household. */
  villageCode: string;
  endReason: string | null;
  version: number;
}

type Row = Record<string, unknown>;

/** Why pairings ended that nobody ended by hand, as it is stored and as it is shown. */
const ENDED_BY: Readonly<Record<string, string>> = {
  HOUSEHOLD_CLOSED: '销户',
  CLEARED: '户清退',
  VILLAGE_CHANGED: '所在村变更',
};

/** Why a pairing ended, in words: as typed in, or what else ended it. */
export function endReasonText({ endReason }: HelperPairingView): string | null {
  return endReason === null ? null : (ENDED_BY[endReason] ?? endReason);
}

/** Select list of a unit `u`, read by {@link unitOf}. */
export const UNIT_SELECT = `u.id, u.region_code AS "regionCode", u.deleted_at IS NOT NULL AS "isDeleted", u.version, ${selectList(UNIT, 'u')}`;
/** Select list of a helper `h`, read by {@link helperOf}. */
export const HELPER_SELECT = `h.id, h.unit_id AS "unitId", h.region_code AS "regionCode", h.deleted_at IS NOT NULL AS "isDeleted", h.version, ${selectList(HELPER, 'h')}`;
const TERM = 'p.start_date::text AS "startDate", p.end_date::text AS "endDate"';
/** Select list of a pairing `p` of a unit with a village. */
export const UNIT_PAIRING_SELECT = `p.id, p.unit_id AS "unitId", p.region_code AS "villageCode", ${TERM}, p.end_reason AS "endReason", p.version`;
/** Select list of a pairing `p` of a helper with a household. */
export const HELPER_PAIRING_SELECT = `p.id, p.household_id AS "householdId", p.helper_id AS "helperId", p.region_code AS "villageCode", ${TERM}, p.end_reason AS "endReason", p.version`;

/** SQL: whether a pairing `p` was in force on some day of the year that a parameter holds. See `isInForceDuring`. */
export const inForceDuring = (year: string) =>
  `p.start_date <= make_date(${year}, 12, 31)
   AND (p.end_date IS NULL OR (p.end_date > make_date(${year}, 1, 1) AND p.end_date > p.start_date))`;

/** SQL: whether a pairing `p` was in force on the day that a parameter holds. */
export const inForceOn = (day: string) =>
  `p.start_date <= ${day}::date AND (p.end_date IS NULL OR p.end_date > ${day}::date)`;

interface Common {
  id: string;
  regionCode: string;
  isDeleted: boolean;
  version: number;
}

function commonOf({ id, regionCode, isDeleted, version }: Row): Common {
  return { id, regionCode, isDeleted, version } as Common;
}

/** The view of a row that {@link UNIT_SELECT} read. */
export function unitOf(row: Row): UnitView {
  return { ...commonOf(row), ...decode(UNIT, row) };
}

/** The view of a row that {@link HELPER_SELECT} read. */
export function helperOf(row: Row): HelperView {
  return { ...commonOf(row), unitId: row.unitId as string, ...decode(HELPER, row) };
}

/** The units among these ids that the caller may see, deleted ones included. */
export async function readUnits(tx: ScopedTransaction, ids: readonly string[]): Promise<UnitView[]> {
  const rows = await tx.query(`SELECT ${UNIT_SELECT} FROM assistance_unit u WHERE u.id = ANY($1::uuid[])`, [
    ids,
  ]);
  return rows.map(unitOf);
}

/** The helpers among these ids that the caller may see, deleted ones included. */
export async function readHelpers(tx: ScopedTransaction, ids: readonly string[]): Promise<HelperView[]> {
  const rows = await tx.query(
    `SELECT ${HELPER_SELECT} FROM responsible_helper h WHERE h.id = ANY($1::uuid[])`,
    [ids],
  );
  return rows.map(helperOf);
}

/** The registrations as helpers of these citizens that the caller may see. */
export async function readHelpersOfCitizens(
  tx: ScopedTransaction,
  citizenIds: readonly string[],
): Promise<HelperView[]> {
  const rows = await tx.query(
    `SELECT ${HELPER_SELECT} FROM responsible_helper h WHERE h.citizen_id = ANY($1::text[]) AND h.deleted_at IS NULL`,
    [citizenIds],
  );
  return rows.map(helperOf);
}

/** The pairings of these units with villages in the caller's region that are in force on a day. */
export function readOpenUnitPairings(
  tx: ScopedTransaction,
  unitIds: readonly string[],
  day: string,
): Promise<UnitPairingView[]> {
  return tx.query<UnitPairingView & Row>(
    `SELECT ${UNIT_PAIRING_SELECT} FROM unit_village_pairing p
     WHERE p.unit_id = ANY($1::uuid[]) AND ${inForceOn('$2')} ORDER BY p.region_code, p.id`,
    [unitIds, day],
  );
}

/** The pairings of these helpers with households in the caller's region that have not ended by a day; the earliest first. */
export function readOpenHelperPairings(
  tx: ScopedTransaction,
  helperIds: readonly string[],
  day: string,
): Promise<HelperPairingView[]> {
  return tx.query<HelperPairingView & Row>(
    `SELECT ${HELPER_PAIRING_SELECT} FROM helper_pairing p
     WHERE p.helper_id = ANY($1::uuid[]) AND (p.end_date IS NULL OR p.end_date > $2::date) ORDER BY p.start_date, p.id`,
    [helperIds, day],
  );
}

/** The pairings of helpers with households among these ids that lie in the caller's region. */
export function readHelperPairings(
  tx: ScopedTransaction,
  ids: readonly string[],
): Promise<HelperPairingView[]> {
  return tx.query<HelperPairingView & Row>(
    `SELECT ${HELPER_PAIRING_SELECT} FROM helper_pairing p WHERE p.id = ANY($1::uuid[]) ORDER BY p.id`,
    [ids],
  );
}

/** The pairings of households in force on some day of a year, each with the year asked for; the earliest first. */
export function readPairingsOfYears(
  tx: ScopedTransaction,
  keys: readonly { householdId: string; year: number }[],
): Promise<(HelperPairingView & { year: number })[]> {
  return tx.query<HelperPairingView & { year: number } & Row>(
    `SELECT asked.year, ${HELPER_PAIRING_SELECT}
     FROM unnest($1::uuid[], $2::int[]) AS asked (household_id, year)
     JOIN helper_pairing p ON p.household_id = asked.household_id AND ${inForceDuring('asked.year')}
     ORDER BY p.start_date, p.id`,
    [keys.map(({ householdId }) => householdId), keys.map(({ year }) => year)],
  );
}
