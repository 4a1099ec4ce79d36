import type { ScopedTransaction } from '@junxian/persistence';
import { decode, selectList } from '../record-fields';
import { VILLAGE_ATTRIBUTE, type VillageAttribute } from '../village-code-lists';
import { VILLAGE_INDICATORS, VILLAGE_SECTIONS, type VillageSectionValues } from './village-fields.rules';

/** A poor village's permanent row, as resolvers pass it on. */
export interface PoorVillageView {
  id: string;
  regionCode: string;
  regionEpoch: number;
  attribute: VillageAttribute;
  addedYear: number | null;
  delistYear: number | null;
  delistReason: string | null;
  version: number;
}

/** Which figures of which village are meant. */
export interface VillageKey {
  year: number;
  regionCode: string;
}

/** Which yearly record is meant. */
export interface VillageRecordKey {
  id: string;
  year: number;
}

/** A village's record of one year: the sections that are typed in. */
export interface VillageRecordView extends VillageSectionValues, VillageRecordKey, VillageKey {
  regionEpoch: number;
  attribute: VillageAttribute;
  /** Whether the village had left the list by the end of the year. */
  delisted: boolean;
  version: number;
}

/** The section on population: what is typed in, and the key by which the generated figures are found. */
export type VillagePopulationView = VillageSectionValues['population'] & VillageKey;

type Row = Record<string, unknown>;

/**
 * SQL: in which year a poor village had left the list by the end of the year of a record, or NULL while it was on it: its delisting,
 * or the one that was cancelled in a later year (PA-YR-01).
 */
export const delistedIn = (record: string, village: string) =>
  `coalesce(CASE WHEN ${village}.delist_year <= ${record}.year THEN ${village}.delist_year END, ${record}.delisted_in)`;

/** SQL: whether a poor village had left the list by the end of the year of a record; see {@link delistedIn}. */
export const isDelisted = (record: string, village: string) => `${delistedIn(record, village)} IS NOT NULL`;

/** Select list of a yearly record `r` of a poor village `v`, read by {@link villageRecordOf}. */
export const VILLAGE_RECORD_SELECT = `r.poor_village_id AS id, r.year, r.region_code AS "regionCode",
  r.region_epoch AS "regionEpoch", r.village_attribute AS attribute,
  ${isDelisted('r', 'v')} AS delisted, r.version, ${selectList(VILLAGE_INDICATORS, 'r')}`;

/** Where {@link VILLAGE_RECORD_SELECT} reads. */
export const VILLAGE_RECORD_FROM = 'village_year_record r JOIN poor_village v ON v.id = r.poor_village_id';

/** The view of a row that {@link VILLAGE_RECORD_SELECT} read. */
export function villageRecordOf(row: Row): VillageRecordView {
  const sections = Object.entries(VILLAGE_SECTIONS).map(([name, section]) => [name, decode(section, row)]);
  return {
    ...(Object.fromEntries(sections) as VillageSectionValues),
    id: row.id as string,
    year: row.year as number,
    regionCode: row.regionCode as string,
    regionEpoch: row.regionEpoch as number,
    attribute: VILLAGE_ATTRIBUTE.name(row.attribute as string),
    delisted: row.delisted as boolean,
    version: row.version as number,
  };
}

const POOR_VILLAGE_SELECT = `SELECT id, region_code AS "regionCode", region_epoch AS "regionEpoch",
  village_attribute AS attribute, added_year AS "addedYear", delist_year AS "delistYear",
  delist_reason AS "delistReason", version FROM poor_village`;

const villageOf = (row: PoorVillageView & { attribute: string }): PoorVillageView => ({
  ...row,
  attribute: VILLAGE_ATTRIBUTE.name(row.attribute),
});

/** The poor villages among these that lie in the caller's region. */
export async function readPoorVillages(
  tx: ScopedTransaction,
  ids: readonly string[],
): Promise<PoorVillageView[]> {
  const rows = await tx.query<PoorVillageView>(`${POOR_VILLAGE_SELECT} WHERE id = ANY($1::uuid[])`, [ids]);
  return rows.map(villageOf);
}

/** The poor village under an id, locked until the transaction ends; null when it is not there or out of reach. */
export async function lockPoorVillage(tx: ScopedTransaction, id: string): Promise<PoorVillageView | null> {
  const [row] = await tx.query<PoorVillageView>(`${POOR_VILLAGE_SELECT} WHERE id = $1 FOR NO KEY UPDATE`, [
    id,
  ]);
  return row ? villageOf(row) : null;
}

/**
 * The rows of a village, locked until the transaction ends: none, one, or after a merger several; poor ones first,
 * then the oldest.
 */
export async function lockVillageRows(
  tx: ScopedTransaction,
  villageCode: string,
): Promise<PoorVillageView[]> {
  const rows = await tx.query<PoorVillageView>(
    `${POOR_VILLAGE_SELECT} WHERE region_code = $1 ORDER BY village_attribute, id FOR NO KEY UPDATE`,
    [villageCode],
  );
  return rows.map(villageOf);
}

/** The yearly records among these that lie in the caller's region. */
export async function readVillageRecords(
  tx: ScopedTransaction,
  keys: readonly VillageRecordKey[],
): Promise<VillageRecordView[]> {
  const rows = await tx.query(
    `SELECT ${VILLAGE_RECORD_SELECT} FROM ${VILLAGE_RECORD_FROM}
     JOIN unnest($1::uuid[], $2::int[]) AS asked (id, year) ON asked.id = r.poor_village_id AND asked.year = r.year`,
    [keys.map(({ id }) => id), keys.map(({ year }) => year)],
  );
  return rows.map(villageRecordOf);
}

/** The record of each of these villages and years; of villages that were merged that of the poor one, then the oldest. */
export async function readVillagesByCode(
  tx: ScopedTransaction,
  keys: readonly VillageKey[],
): Promise<VillageRecordView[]> {
  const rows = await tx.query(
    `SELECT DISTINCT ON (r.year, r.region_code) ${VILLAGE_RECORD_SELECT} FROM ${VILLAGE_RECORD_FROM}
     JOIN unnest($1::int[], $2::text[]) AS asked (year, code) ON asked.year = r.year AND asked.code = r.region_code
     ORDER BY r.year, r.region_code, r.village_attribute, r.poor_village_id`,
    [keys.map(({ year }) => year), keys.map(({ regionCode }) => regionCode)],
  );
  return rows.map(villageRecordOf);
}

/** One yearly record, locked for change; null when it is not there or out of reach. */
export async function lockVillageRecord(
  tx: ScopedTransaction,
  { id, year }: VillageRecordKey,
): Promise<VillageRecordView | null> {
  const [row] = await tx.query(
    `SELECT ${VILLAGE_RECORD_SELECT} FROM ${VILLAGE_RECORD_FROM}
     WHERE r.poor_village_id = $1 AND r.year = $2 FOR NO KEY UPDATE OF r`,
    [id, year],
  );
  return row ? villageRecordOf(row) : null;
}
