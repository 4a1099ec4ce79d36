import { type CodeRange, levelOfCode, scopeRange } from '@junxian/administrative-region';
import type { Clock } from '@junxian/calendar';
import { refuse } from '@junxian/errors';
import { isInScope, isUuid, type Principal, type Scope } from '@junxian/identity';
import { type KeysetQuery, keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import {
  ASSISTANCE_UNIT_TYPE,
  type AssistanceUnitType,
  UNIT_AFFILIATION,
  type UnitAffiliation,
} from '../assistance-code-lists';
import { FILE_STATUS, POVERTY_STATUS } from '../code-lists';
import { YEAR_RECORD_SELECT, type YearRecordView, yearRecordOf } from '../households/household-views.service';
import { householdQueryRange } from '../households/query-scope.rules';
import type { PersonalData } from '../personal-data';
import {
  HELPER_PAIRING_SELECT,
  HELPER_SELECT,
  type HelperPairingView,
  type HelperView,
  helperOf,
  inForceDuring,
  inForceOn,
  UNIT_PAIRING_SELECT,
  UNIT_SELECT,
  type UnitPairingView,
  type UnitView,
  unitOf,
} from './pairing-views.service';
import { referenceDay } from './terms.rules';

/** Which part of a list is asked for. */
export interface PageRequest {
  first?: number | null | undefined;
  after?: string | null | undefined;
}

export interface UnitFilter extends PageRequest {
  region?: string | null | undefined;
  village?: string | null | undefined;
  name?: string | null | undefined;
  type?: AssistanceUnitType | null | undefined;
  affiliation?: UnitAffiliation | null | undefined;
}

export interface HelperFilter extends PageRequest {
  region?: string | null | undefined;
  unitId?: string | null | undefined;
  name?: string | null | undefined;
  idNumber?: string | null | undefined;
}

/** The pairings of a year in a region; without one in the caller's own. */
export interface YearOfRegion {
  year: number;
  region: string | null;
}

type Row = Record<string, unknown>;

/** The range of codes that a list runs over: the region chosen, else the caller's own. Rule: PA-QS-13. */
export function listRange(
  { regionLow, regionHigh }: Pick<Scope, 'regionLow' | 'regionHigh'>,
  region: string | null | undefined,
): CodeRange {
  const own = { low: regionLow, high: regionHigh };
  if (region == null) return own;
  const chosen = scopeRange(region, levelOfCode(region));
  // One's own region may be wider than its digits show.
  return chosen.low <= own.low && chosen.high >= own.high ? own : chosen;
}

/** Lists of units, helpers and pairings (PA-AU-01, PA-AH-01, PA-QY-09). */
export class PairingLists {
  constructor(
    private readonly personal: PersonalData,
    private readonly clock: Clock,
  ) {}

  /**
   * One page of units, in the order of region and entry. With a village: those paired with it today, wherever they are
   * registered. Throws OUT_OF_REGION, INVALID_INPUT on a bad cursor.
   */
  async units(tx: ScopedTransaction, filter: UnitFilter): Promise<Page<UnitView>> {
    const parameters: unknown[] = [];
    const where = ['u.deleted_at IS NULL'];
    if (filter.village != null) {
      if (!isInScope(tx.scope, filter.village)) throw refuse.outOfRegion('village');
      where.push(`u.id IN (SELECT p.unit_id FROM unit_village_pairing p
        WHERE p.region_code = $${parameters.push(filter.village)} AND ${inForceOn(`$${parameters.push(this.clock.today())}`)})`);
    } else {
      where.push(within('u', listRange(tx.scope, filter.region), parameters));
    }
    if (filter.name?.trim()) where.push(beginsWith('u.name', filter.name.trim(), parameters));
    if (filter.type) where.push(`u.type = $${parameters.push(ASSISTANCE_UNIT_TYPE.code(filter.type))}`);
    if (filter.affiliation)
      where.push(`u.affiliation = $${parameters.push(UNIT_AFFILIATION.code(filter.affiliation))}`);
    const page = await keysetPage<Row>(tx, {
      select: UNIT_SELECT,
      from: 'assistance_unit u',
      where,
      parameters,
      order: byRegion('u', 'regionCode'),
      ...pageOf(filter),
    });
    return { ...page, nodes: page.nodes.map(unitOf) };
  }

  /**
   * One page of helpers, in the order of region and entry. With a unit: its helpers, wherever it is registered.
   * Throws INVALID_INPUT on a bad cursor.
   */
  async helpers(tx: ScopedTransaction, filter: HelperFilter): Promise<Page<HelperView>> {
    const parameters: unknown[] = [];
    const where = ['h.deleted_at IS NULL'];
    if (filter.unitId != null) {
      if (!isUuid(filter.unitId)) throw refuse.notFound('unitId');
      where.push(`h.unit_id = $${parameters.push(filter.unitId)}`);
    } else {
      where.push(within('h', listRange(tx.scope, filter.region), parameters));
    }
    if (filter.name?.trim()) where.push(beginsWith('h.name', filter.name.trim(), parameters));
    const indexes = this.personal.searchIndexes(filter.idNumber);
    if (indexes !== null) where.push(`h.id_number_index = ANY($${parameters.push(indexes)}::text[])`);
    const page = await keysetPage<Row>(tx, {
      select: HELPER_SELECT,
      from: 'responsible_helper h',
      where,
      parameters,
      order: byRegion('h', 'regionCode'),
      ...pageOf(filter),
    });
    return { ...page, nodes: page.nodes.map(helperOf) };
  }

  /** One page of pairings of units with villages in force during a year, by village (PA-QY-09). */
  unitPairings(
    tx: ScopedTransaction,
    { year, region }: YearOfRegion,
    request: PageRequest,
  ): Promise<Page<UnitPairingView>> {
    return pairingPage(tx, UNIT_PAIRING_SELECT, 'unit_village_pairing p', year, region, request);
  }

  /** One page of pairings of helpers with households in force during a year, by village (PA-QY-09). */
  helperPairings(
    tx: ScopedTransaction,
    { year, region }: YearOfRegion,
    request: PageRequest,
  ): Promise<Page<HelperPairingView>> {
    return pairingPage(tx, HELPER_PAIRING_SELECT, 'helper_pairing p', year, region, request);
  }

  /**
   * One page of households without a helper at the end of a year, or today while it runs (PA-QY-09): files in force
   * whose household still has policies. By village and number. Throws OUT_OF_REGION, and SCOPE_TOO_WIDE as the year's
   * household list does.
   */
  async householdsWithoutHelper(
    tx: ScopedTransaction,
    principal: Principal,
    { year, region }: YearOfRegion,
    request: PageRequest,
  ): Promise<Page<YearRecordView>> {
    const { low, high } = householdQueryRange({ year, region, hasNameOrIdNumber: false }, principal);
    const parameters: unknown[] = [
      year,
      low,
      high,
      POVERTY_STATUS.code('STABLE_EXIT'),
      FILE_STATUS.code('ACTIVE'),
      referenceDay(year, this.clock.today()),
    ];
    const page = await keysetPage<Row>(tx, {
      select: YEAR_RECORD_SELECT,
      from: 'household_year_record r',
      where: [
        'r.year = $1',
        'r.region_code >= $2 AND r.region_code < $3',
        'r.poverty_status <> $4',
        'r.file_status = $5',
        `NOT EXISTS (SELECT FROM helper_pairing p WHERE p.household_id = r.household_id AND ${inForceOn('$6')})`,
      ],
      parameters,
      order: [
        { column: 'r.region_code', key: 'regionCode' },
        { column: 'r.household_no', key: 'householdNo' },
      ],
      ...pageOf(request),
    });
    return { ...page, nodes: page.nodes.map(yearRecordOf) };
  }
}

function pairingPage<View>(
  tx: ScopedTransaction,
  select: string,
  from: string,
  year: number,
  region: string | null,
  request: PageRequest,
): Promise<Page<View>> {
  const parameters: unknown[] = [year];
  return keysetPage<View & Row>(tx, {
    select,
    from,
    where: [inForceDuring('$1'), within('p', listRange(tx.scope, region), parameters)],
    parameters,
    order: byRegion('p', 'villageCode'),
    ...pageOf(request),
  });
}

function within(alias: string, { low, high }: CodeRange, parameters: unknown[]): string {
  return `${alias}.region_code >= $${parameters.push(low)} AND ${alias}.region_code < $${parameters.push(high)}`;
}

function beginsWith(column: string, text: string, parameters: unknown[]): string {
  return `${column} >= $${parameters.push(text)} AND ${column} < $${parameters.push(`${text}\u{10ffff}`)}`;
}

const byRegion = (alias: string, key: string): KeysetQuery['order'] => [
  { column: `${alias}.region_code`, key },
  { column: `${alias}.id`, key: 'id', type: 'uuid' },
];

const pageOf = ({ first, after }: PageRequest): PageRequest => ({ first, after });
