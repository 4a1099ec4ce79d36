import type { Principal } from '@junxian/identity';
import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import { chosenRange } from '../chosen-range.rules';
import { decode, selectList } from '../record-fields';
import { surveyYear } from '../survey-years/survey-years.service';
import type { NaturalVillageKey } from '../villages/village-figures.service';
import { expectDataOf } from '../villages/village-list.rules';
import { NATURAL_VILLAGE, type NaturalVillageValues } from './natural-village.rules';

/** A natural village of the directory's registry, by its key. */
export interface NaturalVillageReference {
  code: string;
}

/** A natural village's record of one year. */
export interface NaturalVillageRecordView extends NaturalVillageValues, NaturalVillageKey {
  id: string;
  surveyName: string;
  version: number;
}

type Row = Record<string, unknown>;

const SELECT = `r.natural_village_id AS id, n.code, n.name AS "surveyName", r.year, r.region_code AS "regionCode",
  r.version, ${selectList(NATURAL_VILLAGE, 'r')}`;
const FROM = 'natural_village_year_record r JOIN natural_village n ON n.id = r.natural_village_id';

function recordOf(row: Row): NaturalVillageRecordView {
  return {
    ...decode(NATURAL_VILLAGE, row),
    id: row.id as string,
    code: row.code as string,
    surveyName: row.surveyName as string,
    year: row.year as number,
    regionCode: row.regionCode as string,
    version: row.version as number,
  };
}

/** The record of one natural village and year, as it stands; null without one. */
export async function readNaturalVillageRecord(
  tx: ScopedTransaction,
  id: string,
  year: number,
): Promise<NaturalVillageRecordView | null> {
  const [row] = await tx.query(
    `SELECT ${SELECT} FROM ${FROM} WHERE r.natural_village_id = $1 AND r.year = $2`,
    [id, year],
  );
  return row ? recordOf(row) : null;
}

/** The records under these codes and years that lie in the caller's region. */
export async function readRecordsByCode(
  tx: ScopedTransaction,
  keys: readonly { code: string; year: number }[],
): Promise<NaturalVillageRecordView[]> {
  const rows = await tx.query(
    `SELECT ${SELECT} FROM ${FROM}
     JOIN unnest($1::text[], $2::int[]) AS asked (code, year) ON asked.code = n.code AND asked.year = r.year
     ORDER BY r.natural_village_id`,
    [keys.map(({ code }) => code), keys.map(({ year }) => year)],
  );
  return rows.map(recordOf);
}

/** The natural villages of these villages and years in the caller's region, in order of their codes (PA-QS-08). */
export async function readRecordsOfVillages(
  tx: ScopedTransaction,
  keys: readonly { regionCode: string; year: number }[],
): Promise<NaturalVillageRecordView[]> {
  const rows = await tx.query(
    `SELECT ${SELECT} FROM ${FROM}
     JOIN unnest($1::text[], $2::int[]) AS asked (village, year) ON asked.village = r.region_code AND asked.year = r.year
     ORDER BY n.code, r.natural_village_id`,
    [keys.map(({ regionCode }) => regionCode), keys.map(({ year }) => year)],
  );
  return rows.map(recordOf);
}

export interface NaturalVillageListQuery {
  year: number;
  region?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}

/**
 * One page of the natural villages of a year in order of their villages (PA-QY-02). Throws FORBIDDEN, OUT_OF_REGION or
 * INVALID_INPUT on a year without natural villages (PA-YR-02) or a bad cursor.
 */
export async function naturalVillagePage(
  tx: ScopedTransaction,
  principal: Principal,
  { year, region, first, after }: NaturalVillageListQuery,
): Promise<Page<NaturalVillageRecordView>> {
  const range = chosenRange(region, principal);
  expectDataOf('NATURAL_VILLAGE', await surveyYear(tx, year));
  const page = await keysetPage<Row>(tx, {
    select: SELECT,
    from: FROM,
    where: ['r.year = $1', 'r.region_code >= $2 AND r.region_code < $3'],
    parameters: [year, range.low, range.high],
    order: [
      { column: 'r.region_code', key: 'regionCode' },
      { column: 'r.natural_village_id', key: 'id', type: 'uuid' },
    ],
    first,
    after,
  });
  return { ...page, nodes: page.nodes.map(recordOf) };
}
