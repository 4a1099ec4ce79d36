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
const having = (source: string, conditions: readonly string[]): string =>
  `EXISTS (SELECT FROM ${[source, ...bracketed(conditions)].join(' AND ')} OFFSET 0)`;

const bracketed = (conditions: readonly string[]): string[] => conditions.map((one) => `(${one})`);

/** All of these, each asked of the rows that the ones before let through. */
const inTurn = (checks: readonly string[]): string =>
  checks.reduceRight((rest, one) => `CASE WHEN ${one} THEN ${rest} ELSE false END`);

const OF_FILE = 'household h WHERE h.id = r.household_id';
const OF_OUTCOME = `(VALUES (1)) AS one LEFT JOIN assistance_outcome o
  ON o.household_id = r.household_id AND o.year = r.year WHERE true`;
const OF_MEMBER = `member_year_record m
  WHERE m.household_id = r.household_id AND m.year = r.year AND m.status IN ('1', '4')`;
/** The members, and the outcomes, of the whole range at once. */
const MEMBERS = `member_year_record m
  WHERE m.year = $1 AND m.region_code >= $2 AND m.region_code < $3 AND m.status IN ('1', '4')`;
const OUTCOMES = 'assistance_outcome o WHERE o.year = $1 AND o.region_code >= $2 AND o.region_code < $3';
/** A page that so many households do not fill looks for what few have. */
const FIRST_HOUSEHOLDS = 300;

/** A condition on what else is kept of households: asked of one household, and looked for in villages at once. */
interface Look {
  oneByOne: string;
  /** Given a condition on the villages, of a column `region_code` under the alias that this takes. */
  atOnce: (inVillages: (alias: string) => string) => string;
}

/**
 * A look at the first villages of the page, and at the whole range when they do not fill it: what many have is found among the
 * first, and looking for what few have costs a fraction of asking every household. CASE and the subqueries' place in it see to it
 * that the second look is taken when it comes to that. Households are asked one by one only where the range is wider than a county
 * and holds too many at once: a planner that has mistaken how many live in a county looks for each of them in all of it. `from`
 * is the first village of the page.
 */
function look({ oneByOne, atOnce }: Look, range: CodeRange, from: string): string {
  if (range.low.length < levelDigits('COUNTY')) return oneByOne;
  // Around coalesce, which the planner takes for leaky, a subquery: below row-level security it would not reach the index.
  const last = `(SELECT coalesce((SELECT b.region_code FROM household_year_record b
    WHERE b.year = $1 AND b.region_code >= ${from} AND b.region_code < $3
    ORDER BY b.region_code, b.household_no OFFSET ${FIRST_HOUSEHOLDS} LIMIT 1), $3))`;
  const first = atOnce((alias) => `${alias}.region_code >= ${from} AND ${alias}.region_code <= ${last}`);
  return `CASE WHEN r.region_code > ${last} THEN ${atOnce((alias) => `${alias}.region_code >= ${from}`)} ELSE ${first} END`;
}

/** Households that have a member of whom all conditions hold. */
const ofMembers = (conditions: readonly string[], unusual: readonly string[]): Look => ({
  oneByOne: having(OF_MEMBER, conditions),
  atOnce: (inVillages) =>
    `r.household_id IN (SELECT m.household_id FROM ${[MEMBERS, inVillages('m'), ...unusual, ...bracketed(conditions)].join(' AND ')})`,
});

/** Households of whose outcome all conditions hold; where none was recorded, of an empty one. */
const ofOutcomes = (conditions: readonly string[], emptyMeetsAll: boolean): Look => {
  const all = bracketed(conditions).join(' AND ');
  return {
    oneByOne: having(OF_OUTCOME, conditions),
    atOnce: (inVillages) => {
      const outcomes = `SELECT o.household_id FROM ${OUTCOMES} AND ${inVillages('o')}`;
      return emptyMeetsAll
        ? `r.household_id NOT IN (${outcomes} AND (${all}) IS NOT TRUE)`
        : `r.household_id IN (${outcomes} AND ${all})`;
    },
  };
};

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
  const {
    where: asked,
    asksForClosed,
    emptyOutcomeMeetsAll,
    unusualMembers,
  } = compileConditions(conditions ?? [], (value) => `$${parameters.push(value)}`);
  const where = ['r.year = $1', 'r.region_code >= $2 AND r.region_code < $3', ...asked.RECORD];
  if (!asksForClosed) where.push(`r.file_status = 'ACTIVE'`);
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
  const looks = [
    ...(asked.MEMBER.length === 0 ? [] : [ofMembers(asked.MEMBER, unusualMembers)]),
    ...(asked.OUTCOME.length === 0 ? [] : [ofOutcomes(asked.OUTCOME, emptyOutcomeMeetsAll)]),
  ];
  const from = after && looks.length > 0 ? `$${parameters.push(decodeCursor(after, 2)[0])}` : '$2';
  // Nearly every household's file is within sight: asked last.
  where.push(inTurn([...looks.map((one) => look(one, range, from)), having(OF_FILE, asked.FILE)]));
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
