import { type CodeRange, levelDigits } from '@junxian/administrative-region';
import type { Principal } from '@junxian/identity';
import {
  decodeCursor,
  type KeysetQuery,
  keysetPage,
  type Page,
  type ScopedTransaction,
} from '@junxian/persistence';
import type { PersonalData } from '../personal-data';
import { type Condition, compileConditions } from './conditions.rules';
import { FILE_STATUS_IN_YEAR } from './file-status.rules';
import { YEAR_RECORD_SELECT, type YearRecordView, yearRecordOf } from './household-views.service';
import { householdQueryRange } from './query-scope.rules';

export interface HouseholdListQuery {
  year: number;
  region?: string | null | undefined;
  name?: string | null | undefined;
  idNumber?: string | null | undefined;
  /** The condition list; what a page only chose and did not add is not in it (PA-QS-11). */
  conditions?: readonly Condition[] | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}

/** Lists the households of a year. */
export class HouseholdListService {
  constructor(private readonly personal: PersonalData) {}

  /**
   * One page of a year's records, in one statement, in the order of village and household number.
   * Households closed or cleared by the end of that year are left out, unless a condition asks for them.
   * Throws OUT_OF_REGION, SCOPE_TOO_WIDE (PA-QS-01…05, 13), INVALID_INPUT on a bad cursor, or one refusal with every
   * fault of the conditions (PA-QS-12).
   */
  async page(
    tx: ScopedTransaction,
    principal: Principal,
    query: HouseholdListQuery,
  ): Promise<Page<YearRecordView>> {
    const name = query.name?.trim() || null;
    const idIndexes = this.personal.searchIndexes(query.idNumber);
    const range = householdQueryRange(
      { year: query.year, region: query.region, hasNameOrIdNumber: name !== null || idIndexes !== null },
      principal,
    );
    const page = await keysetPage<Record<string, unknown>>(
      tx,
      householdPageQuery({ ...query, range, name, idIndexes }),
    );
    return { ...page, nodes: page.nodes.map(yearRecordOf) };
  }
}

export interface HouseholdPage {
  year: number;
  range: CodeRange;
  /** Beginning of a member's name. */
  name?: string | null;
  /** Blind indexes, any of which a member's number has. */
  idIndexes?: readonly string[] | null;
  conditions?: readonly Condition[] | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}

/**
 * What else is kept of the household of a record `r`, as a condition that is asked row by row: OFFSET keeps the planner
 * from turning it into a join. It knows the range twice, by the query and by the policy, thinks a county has a handful
 * of households, and would join and sort all of them for a page of twenty.
 */
const having = (source: string, conditions: readonly string[]): string[] =>
  conditions.length === 0
    ? []
    : [`EXISTS (SELECT FROM ${source} AND ${conditions.map((one) => `(${one})`).join(' AND ')} OFFSET 0)`];

/** All of these, each asked of the rows that the ones before let through. */
const inTurn = (checks: readonly string[]): string[] =>
  checks.length === 0
    ? []
    : [checks.reduceRight((rest, one) => `CASE WHEN ${one} THEN ${rest} ELSE false END`)];

const OF_FILE = 'household h WHERE h.id = r.household_id';
const OF_OUTCOME = `(VALUES (1)) AS one LEFT JOIN assistance_outcome o
  ON o.household_id = r.household_id AND o.year = r.year WHERE true`;
const OF_MEMBER = `member_year_record m
  WHERE m.household_id = r.household_id AND m.year = r.year AND m.status IN ('1', '4')`;
/** The members of the whole range, at once. */
const MEMBERS = `member_year_record m
  WHERE m.year = $1 AND m.region_code >= $2 AND m.region_code < $3 AND m.status IN ('1', '4')`;
/** After so many households a page that is not full looks for what few have. */
const LOOKED_AT_ONE_BY_ONE = 500;

/**
 * Households that have a member of whom all conditions hold. What many have fills a page soon: the first households are asked one by
 * one. What few have is looked for in all members of the range at once, which costs a third of asking every household; CASE and the
 * subquery's place in it see to it that this is done when it comes to that. Ranges wider than a county hold too many members for it.
 * `from` is the first village of the page.
 */
function havingMember(conditions: readonly string[], range: CodeRange, from: string): string[] {
  const [oneByOne] = having(OF_MEMBER, conditions);
  if (oneByOne === undefined) return [];
  if (range.low.length < levelDigits('COUNTY')) return [oneByOne];
  return [
    `CASE WHEN r.region_code > (SELECT b.region_code FROM household_year_record b
        WHERE b.year = $1 AND b.region_code >= ${from} AND b.region_code < $3
        ORDER BY b.region_code, b.household_no OFFSET ${LOOKED_AT_ONE_BY_ONE} LIMIT 1)
      THEN r.household_id IN (SELECT m.household_id FROM ${MEMBERS} AND ${conditions.map((one) => `(${one})`).join(' AND ')})
      ELSE ${oneByOne} END`,
  ];
}

/**
 * The keyset query of a page. What narrows it by an index are comparisons that PostgreSQL
 * knows to leak nothing (=, <, >=), so that they reach the index below row-level security; a LIKE would not. Conditions
 * are looked at row by row, within the range of the region.
 */
export function householdPageQuery({
  year,
  range,
  name,
  idIndexes,
  conditions,
  first,
  after,
}: HouseholdPage): KeysetQuery {
  const parameters: unknown[] = [year, range.low, range.high];
  const { where: asked, asksForClosed } = compileConditions(
    conditions ?? [],
    (value) => `$${parameters.push(value)}`,
  );
  const where = ['r.year = $1', 'r.region_code >= $2 AND r.region_code < $3', ...asked.RECORD];
  const whoseMember = (condition: string) =>
    where.push(`r.household_id IN (
      SELECT m.household_id FROM member_year_record m
      WHERE m.year = $1 AND m.region_code >= $2 AND m.region_code < $3 AND m.status IN ('1', '4') AND ${condition})`);
  if (name) {
    const low = `$${parameters.push(name)}`;
    const high = `$${parameters.push(`${name}\u{10ffff}`)}`;
    whoseMember(`m.name >= ${low} AND m.name < ${high}`);
  }
  if (idIndexes) whoseMember(`m.id_number_index = ANY($${parameters.push(idIndexes)}::text[])`);
  const firstVillage = () => (after ? `$${parameters.push(decodeCursor(after, 2)[0])}` : '$2');
  const ofFile = asksForClosed ? asked.FILE : [...asked.FILE, `${FILE_STATUS_IN_YEAR} = 'ACTIVE'`];
  where.push(
    ...inTurn([
      ...(asked.MEMBER.length === 0 ? [] : havingMember(asked.MEMBER, range, firstVillage())),
      ...having(OF_OUTCOME, asked.OUTCOME),
      // Nearly every household is on file: asked last.
      ...having(OF_FILE, ofFile),
    ]),
  );
  return {
    select: YEAR_RECORD_SELECT,
    from: 'household_year_record r',
    where,
    parameters,
    order: [
      { column: 'r.region_code', key: 'regionCode' },
      { column: 'r.household_no', key: 'householdNo' },
    ],
    first,
    after,
  };
}
