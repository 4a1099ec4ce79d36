import type { CodeRange } from '@junxian/administrative-region';
import { refuse } from '@junxian/errors';
import type { Principal } from '@junxian/identity';
import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import {
  HOUSEHOLD_ATTRIBUTE,
  type HouseholdAttribute,
  IDENTIFICATION_STANDARD,
  type IdentificationStandard,
  POVERTY_STATUS,
} from '../code-lists';
import { YEAR_RECORD_SELECT, type YearRecordView, yearRecordOf } from '../households/household-views.service';
import { dynamicSearchRange } from '../households/query-scope.rules';
import type { PersonalData } from '../personal-data';
import { currentCycle } from '../survey-years/survey-years.service';
import { STATUS_CHANGES, type StatusChange } from './status.rules';

interface Paging {
  first?: number | null | undefined;
  after?: string | null | undefined;
}

export interface StatusChangeSearch extends Paging {
  function: StatusChange;
  village: string;
  headName?: string | null | undefined;
  headIdNumber?: string | null | undefined;
}

export interface DynamicSearchQuery extends Paging {
  region?: string | null | undefined;
  headName?: string | null | undefined;
  headIdNumber?: string | null | undefined;
  /** Of any active member. */
  name?: string | null | undefined;
  idNumber?: string | null | undefined;
  attribute?: HouseholdAttribute | null | undefined;
  standard?: IdentificationStandard | null | undefined;
  isKeyTarget?: boolean | null | undefined;
}

export interface TransferTargetSearch extends Paging {
  region: string;
  name?: string | null | undefined;
  idNumber?: string | null | undefined;
}

/** Conditions of a search and the values bound in them. */
class Conditions {
  readonly where = ['r.year = $1', 'r.region_code >= $2 AND r.region_code < $3', `h.file_status = 'ACTIVE'`];
  readonly parameters: unknown[];

  constructor(year: number, { low, high }: CodeRange) {
    this.parameters = [year, low, high];
  }

  /** Adds a condition; `$` in it stands for the value. */
  add(condition: string, value: unknown): void {
    this.where.push(condition.replaceAll('$', `$${this.parameters.push(value)}`));
  }

  /** Adds that the household has an active member (its head, or any) of this name or number. */
  whose(
    onlyHead: boolean,
    { name, indexes }: { name: string | null; indexes: readonly string[] | null },
  ): void {
    const member: string[] = [];
    if (name !== null) {
      // Only comparisons that PostgreSQL knows to leak nothing may use indexes below row-level security.
      member.push(
        `m.name >= $${this.parameters.push(name)} AND m.name < $${this.parameters.push(`${name}\u{10ffff}`)}`,
      );
    }
    if (indexes !== null) member.push(`m.id_number_index = ANY($${this.parameters.push(indexes)}::text[])`);
    if (member.length === 0) return;
    if (onlyHead) member.push(`m.relation_to_head = '01'`);
    this.where.push(`r.household_id IN (
      SELECT m.household_id FROM member_year_record m
      WHERE m.year = $1 AND m.region_code >= $2 AND m.region_code < $3 AND m.status IN ('1', '4') AND ${member.join(' AND ')})`);
  }
}

/** The searches of the pages of dynamic management, all over households with an active file in the current cycle. */
export class CandidatesService {
  constructor(private readonly personal: PersonalData) {}

  /**
   * One page of the households that a change of status takes, in a village, by the head's name (its beginning) or
   * number (PA-QS-10). Throws OUT_OF_REGION, SCOPE_TOO_WIDE, FIELD_REQUIRED, INVALID_INPUT on a bad cursor.
   */
  async forStatusChange(
    tx: ScopedTransaction,
    principal: Principal,
    search: StatusChangeSearch,
  ): Promise<Page<YearRecordView>> {
    const person = this.person(search.headName, search.headIdNumber);
    const hasNameOrIdNumber = person.name !== null || person.indexes !== null;
    const range = dynamicSearchRange(
      search.function,
      { region: search.village, hasNameOrIdNumber },
      principal,
    );
    const { year } = await currentCycle(tx);
    const conditions = new Conditions(year, range);
    conditions.add(
      'r.poverty_status = ANY($::text[])',
      STATUS_CHANGES[search.function].from.map((status) => POVERTY_STATUS.code(status)),
    );
    if (search.function === 'RETURN') conditions.add('r.exit_year < $', year);
    conditions.whose(true, person);
    return pageOf(tx, conditions, search);
  }

  /**
   * One page of the households for natural change, key targets and split, in a county or below (PA-QS-09), narrowed
   * by the head, any member, attribute, standard and key-target mark as given (PA-KT-01). Throws as {@link forStatusChange}.
   */
  async inRegion(
    tx: ScopedTransaction,
    principal: Principal,
    search: DynamicSearchQuery,
  ): Promise<Page<YearRecordView>> {
    const scope = { region: search.region, hasNameOrIdNumber: false };
    const range = dynamicSearchRange('POPULATION_CHANGE', scope, principal);
    const conditions = new Conditions((await currentCycle(tx)).year, range);
    if (search.attribute)
      conditions.add('r.household_attribute = $', HOUSEHOLD_ATTRIBUTE.code(search.attribute));
    if (search.standard)
      conditions.add('r.identification_standard = $', IDENTIFICATION_STANDARD.code(search.standard));
    if (search.isKeyTarget != null) conditions.add('r.is_key_target = $', search.isKeyTarget);
    conditions.whose(true, this.person(search.headName, search.headIdNumber));
    conditions.whose(false, this.person(search.name, search.idNumber));
    return pageOf(tx, conditions, search);
  }

  /**
   * One page of the households that a member may be transferred to (PA-PC-02): in a county or below, by the name or
   * number of any member. Throws INVALID_INPUT without either, and as {@link forStatusChange}.
   */
  async forTransfer(
    tx: ScopedTransaction,
    principal: Principal,
    search: TransferTargetSearch,
  ): Promise<Page<YearRecordView>> {
    const person = this.person(search.name, search.idNumber);
    if (person.name === null && person.indexes === null) {
      throw refuse.invalid('name', {
        zh: '请填写目标户任一成员的姓名或证件号码',
        en: 'Enter the name or ID number of a member of the target household',
      });
    }
    const scope = { region: search.region, hasNameOrIdNumber: true };
    const range = dynamicSearchRange('POPULATION_CHANGE', scope, principal);
    const conditions = new Conditions((await currentCycle(tx)).year, range);
    conditions.whose(false, person);
    return pageOf(tx, conditions, search);
  }

  private person(name: string | null | undefined, idNumber: string | null | undefined) {
    return { name: name?.trim() || null, indexes: this.personal.searchIndexes(idNumber) };
  }
}

async function pageOf(
  tx: ScopedTransaction,
  { where, parameters }: Conditions,
  { first, after }: Paging,
): Promise<Page<YearRecordView>> {
  const page = await keysetPage<Record<string, unknown>>(tx, {
    select: YEAR_RECORD_SELECT,
    from: 'household_year_record r JOIN household h ON h.id = r.household_id',
    where,
    parameters,
    order: [
      { column: 'r.region_code', key: 'regionCode' },
      { column: 'r.household_no', key: 'householdNo' },
    ],
    first,
    after,
  });
  return { ...page, nodes: page.nodes.map(yearRecordOf) };
}
