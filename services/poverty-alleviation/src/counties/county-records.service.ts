import { checkRegionCode } from '@junxian/administrative-region';
import type { Clock } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import type { Principal } from '@junxian/identity';
import { RegionRecordChanged, recordEvent } from '@junxian/messaging';
import { expectVersion, keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions } from '@junxian/region-changes';
import { chosenRange } from '../chosen-range.rules';
import { FormFaults } from '../households/form-faults.rules';
import { type Trace, traceOf } from '../households/household-files.service';
import { insertRows } from '../insert-rows';
import { decode, selectList, setClause } from '../record-fields';
import { requireComplete } from '../settled-regions';
import { editableYear, surveyYear } from '../survey-years/survey-years.service';
import { COUNTY_ATTRIBUTE, type CountyAttribute, VILLAGE_ATTRIBUTE } from '../village-code-lists';
import { changesOf, insertColumns } from '../villages/rural-records.service';
import { checkSections, givenOf } from '../villages/rural-sections.rules';
import { checkLocked } from '../villages/village-fields.rules';
import { writeVillageHistory } from '../villages/village-history.service';
import { expectDataOf, levelFault } from '../villages/village-list.rules';
import {
  COUNTY_INDICATORS,
  COUNTY_SECTIONS,
  type CountySectionInputs,
  type CountySectionValues,
} from './county-fields.rules';

/** Which county and year are meant. */
export interface CountyKey {
  year: number;
  regionCode: string;
}

/** A county's record of one year: the sections that are typed in. */
export interface CountyRecordView extends CountySectionValues, CountyKey {
  id: string;
  regionEpoch: number;
  attribute: CountyAttribute;
  version: number;
}

/** Changes of a county's record of one year; what stands after the sections may not be stated (PA-CT-01). */
export interface SaveCountyInput extends CountySectionInputs {
  year: number;
  countyCode: string;
  expectedVersion?: number | null | undefined;
  countyAttribute?: CountyAttribute | null | undefined;
  poorVillageCount?: number | null | undefined;
  poorHouseholds?: number | null | undefined;
  poorPopulation?: number | null | undefined;
}

export interface CountyListQuery {
  year: number;
  region?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}

const SELECT = `r.id, r.year, r.region_code AS "regionCode", r.region_epoch AS "regionEpoch",
  r.county_attribute AS attribute, r.version, ${selectList(COUNTY_INDICATORS, 'r')}`;

type Row = Record<string, unknown>;

function recordOf(row: Row): CountyRecordView {
  const sections = Object.entries(COUNTY_SECTIONS).map(([name, section]) => [name, decode(section, row)]);
  return {
    ...(Object.fromEntries(sections) as CountySectionValues),
    id: row.id as string,
    year: row.year as number,
    regionCode: row.regionCode as string,
    regionEpoch: row.regionEpoch as number,
    attribute: COUNTY_ATTRIBUTE.name(row.attribute as string),
    version: row.version as number,
  };
}

/** Keeps the yearly records of counties 县年度数据. */
export class CountyRecordsService {
  constructor(
    private readonly regions: PresentRegions,
    private readonly clock: Clock,
  ) {}

  /**
   * Saves a county's record of a year (PA-YR-02, PA-YR-03); the first form of a year makes it, with the county's
   * attribute of the nearest year. Returns its key. Records village.record-changed; a form that changes nothing writes
   * nothing. Throws one Refusal with all faults, FIELD_LOCKED among them for attribute and generated figures (PA-CT-01);
   * INVALID_INPUT for a year without counties, YEAR_CLOSED, INVALID_REGION_CODE, STALE_VERSION.
   */
  async save(tx: ScopedTransaction, input: SaveCountyInput): Promise<CountyKey> {
    const by = traceOf(tx, this.clock);
    const { countyAttribute, poorVillageCount, poorHouseholds, poorPopulation } = input;
    const faults = new FormFaults();
    checkLocked({ countyAttribute, poorVillageCount, poorHouseholds, poorPopulation }, '', faults);
    checkSections(COUNTY_SECTIONS, input, faults);
    if (faults.list.length > 0) throw Refusal.many(faults.list);
    const codes = await this.regions.hold(tx);
    requireComplete(codes, input.countyCode, 'countyCode');
    const year = await editableYear(tx, input.year);
    expectDataOf('COUNTY', year);
    const key: CountyKey = { year: year.year, regionCode: input.countyCode };
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('junxian.county-record.' || $1, $2))`, [
      key.regionCode,
      key.year,
    ]);
    const standing = await lockCountyRecord(tx, key);
    if ((standing?.version ?? null) !== (input.expectedVersion ?? null)) throw refuse.staleVersion();
    if (standing === null) {
      const fault = levelFault(codes.levelOf(key.regionCode), 'COUNTY', 'countyCode');
      if (fault !== null) throw fault;
    }
    const given = givenOf(COUNTY_SECTIONS, input);
    const changes = changesOf(standing === null ? {} : flat(standing), given);
    if (standing !== null && Object.keys(changes.after).length === 0) return key;
    const record =
      standing === null
        ? await insertCountyRecord(tx, key, codes.epoch, given, by)
        : await updateCountyRecord(tx, standing, changes.after, by);
    await writeVillageHistory(
      tx,
      [
        {
          kind: 'COUNTY',
          subjectId: record.id,
          code: key.regionCode,
          regionCode: key.regionCode,
          regionEpoch: record.regionEpoch,
          year: key.year,
          operation: 'SAVE_RECORD',
          ...changes,
        },
      ],
      by,
    );
    await recordEvent(tx, RegionRecordChanged, {
      aggregateId: record.id,
      regionCode: key.regionCode,
      occurredAt: by.now,
      data: { kind: 'COUNTY', code: key.regionCode, year: key.year, deleted: false },
    });
    return key;
  }

  /**
   * Expects that counties have data of a year, and that a code is a county's (PA-YR-02, PA-QS-07). Throws INVALID_INPUT
   * or INVALID_REGION_CODE.
   */
  async expectCounty(tx: ScopedTransaction, { year, regionCode }: CountyKey): Promise<void> {
    expectDataOf('COUNTY', await surveyYear(tx, year));
    checkRegionCode(regionCode, 'COUNTY');
  }

  /**
   * One page of the counties of a year in order of their codes (PA-QY-02). Throws FORBIDDEN, OUT_OF_REGION or
   * INVALID_INPUT on a year without counties or a bad cursor.
   */
  async page(
    tx: ScopedTransaction,
    principal: Principal,
    { year, region, first, after }: CountyListQuery,
  ): Promise<Page<CountyRecordView>> {
    const range = chosenRange(region, principal);
    expectDataOf('COUNTY', await surveyYear(tx, year));
    const page = await keysetPage<Row>(tx, {
      select: SELECT,
      from: 'county_year_record r',
      where: ['r.year = $1', 'r.region_code >= $2 AND r.region_code < $3'],
      parameters: [year, range.low, range.high],
      order: [
        { column: 'r.region_code', key: 'regionCode' },
        { column: 'r.id', key: 'id', type: 'uuid' },
      ],
      first,
      after,
    });
    return { ...page, nodes: page.nodes.map(recordOf) };
  }
}

/** The records of these counties and years in the caller's region; of counties that were merged the oldest. */
export async function readCountyRecords(
  tx: ScopedTransaction,
  keys: readonly CountyKey[],
): Promise<CountyRecordView[]> {
  const rows = await tx.query(
    `SELECT DISTINCT ON (r.year, r.region_code) ${SELECT} FROM county_year_record r
     JOIN unnest($1::int[], $2::text[]) AS asked (year, code) ON asked.year = r.year AND asked.code = r.region_code
     ORDER BY r.year, r.region_code, r.id`,
    [keys.map(({ year }) => year), keys.map(({ regionCode }) => regionCode)],
  );
  return rows.map(recordOf);
}

/** How many poor villages each of these counties has in the year, delisted ones included ⚙; in the order asked. */
export async function poorVillageCounts(
  tx: ScopedTransaction,
  keys: readonly CountyKey[],
): Promise<number[]> {
  const rows = await tx.query<{ villages: number }>(
    `SELECT (SELECT count(*)::int FROM village_year_record r
       WHERE r.year = asked.year AND r.region_code >= asked.low AND r.region_code < asked.high
         AND r.village_attribute = '${VILLAGE_ATTRIBUTE.code('POOR')}') AS villages
     FROM unnest($1::int[], $2::text[], $3::text[]) WITH ORDINALITY AS asked (year, low, high, place) ORDER BY place`,
    [
      keys.map(({ year }) => year),
      keys.map(({ regionCode }) => regionCode.slice(0, 6)),
      // ':' follows '9': the first text after all codes of the county.
      keys.map(({ regionCode }) => `${regionCode.slice(0, 6)}:`),
    ],
  );
  return rows.map(({ villages }) => villages);
}

async function lockCountyRecord(
  tx: ScopedTransaction,
  { year, regionCode }: CountyKey,
): Promise<CountyRecordView | null> {
  const [row] = await tx.query(
    `SELECT ${SELECT} FROM county_year_record r WHERE r.year = $1 AND r.region_code = $2
     ORDER BY r.id LIMIT 1 FOR NO KEY UPDATE`,
    [year, regionCode],
  );
  return row ? recordOf(row) : null;
}

type Written = Pick<CountyRecordView, 'id' | 'regionEpoch'>;

async function insertCountyRecord(
  tx: ScopedTransaction,
  { year, regionCode }: CountyKey,
  regionEpoch: number,
  given: Readonly<Record<string, unknown>>,
  by: Trace,
): Promise<Written> {
  const { columns, values } = insertColumns(COUNTY_INDICATORS, given, by);
  // The database gives the attribute; nobody types it in.
  const [row] = await tx.query<Written>(
    ...insertRows(
      'county_year_record',
      ['year', 'region_code', 'region_epoch', ...columns],
      [[year, regionCode, regionEpoch, ...values]],
      'RETURNING id, region_epoch AS "regionEpoch"',
    ),
  );
  return row!;
}

async function updateCountyRecord(
  tx: ScopedTransaction,
  { id, version }: CountyRecordView,
  given: Readonly<Record<string, unknown>>,
  by: Trace,
): Promise<Written> {
  const { assignments, parameters } = setClause(COUNTY_INDICATORS, given, by);
  return expectVersion(
    await tx.query<Written>(
      `UPDATE county_year_record SET ${assignments}
       WHERE id = $${parameters.push(id)} AND version = $${parameters.push(version)}
       RETURNING id, region_epoch AS "regionEpoch"`,
      parameters,
    ),
  );
}

/** The typed-in values of a record by indicator. */
function flat(sections: CountySectionValues): Record<string, unknown> {
  return Object.assign(
    {},
    ...(Object.keys(COUNTY_SECTIONS) as (keyof CountySectionValues)[]).map((name) => sections[name]),
  );
}
