import type { CodeRange } from '@junxian/administrative-region';
import type { Principal } from '@junxian/identity';
import { type KeysetQuery, keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { PersonalData } from '../personal-data';
import { YEAR_RECORD_SELECT, type YearRecordView, yearRecordOf } from './household-views.service';
import { searchKeys } from './identity-documents.rules';
import { householdQueryRange } from './query-scope.rules';

export interface HouseholdListQuery {
  year: number;
  region?: string | null | undefined;
  name?: string | null | undefined;
  idNumber?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}

/** Lists the households of a year. */
export class HouseholdListService {
  constructor(private readonly personal: PersonalData) {}

  /**
   * One page of a year's records, in one statement, in the order of village and household number.
   * Throws OUT_OF_REGION, SCOPE_TOO_WIDE (PA-QS-01…05, 13) or INVALID_INPUT on a bad cursor.
   */
  async page(
    tx: ScopedTransaction,
    principal: Principal,
    query: HouseholdListQuery,
  ): Promise<Page<YearRecordView>> {
    const name = query.name?.trim() || null;
    const idNumber = query.idNumber?.trim() || null;
    const range = householdQueryRange(
      { year: query.year, region: query.region, hasNameOrIdNumber: name !== null || idNumber !== null },
      principal,
    );
    const idIndexes =
      idNumber === null ? null : searchKeys(idNumber).map((key) => this.personal.indexOf(key));
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
  first?: number | null | undefined;
  after?: string | null | undefined;
}

/**
 * The keyset query of a page. Only comparisons that PostgreSQL knows to leak nothing (=, <, >=) stand
 * in it, so that they may use indexes below row-level security; a LIKE would not.
 */
export function householdPageQuery({
  year,
  range,
  name,
  idIndexes,
  first,
  after,
}: HouseholdPage): KeysetQuery {
  const parameters: unknown[] = [year, range.low, range.high];
  const where = ['r.year = $1', 'r.region_code >= $2 AND r.region_code < $3'];
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
