import type { Clock } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { isInScope, isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions } from '@junxian/region-changes';
import { FormFaults } from '../households/form-faults.rules';
import { traceOf } from '../households/household-files.service';
import { insertRows, TRACE_COLUMNS } from '../insert-rows';
import { requireComplete } from '../settled-regions';
import { type HelperPairingView, UNIT_PAIRING_SELECT, type UnitPairingView } from './pairing-views.service';
import {
  announceUnitPairings,
  dependentPairings,
  endDependentPairings,
  holdAgainstMoves,
} from './pairings.service';
import { termFaults } from './terms.rules';
import { lockUnit } from './units.service';

/** How many villages a unit is paired with in one go. */
const MOST_VILLAGES = 200;
/** How many of the pairings that an unpairing would end are shown. */
const SHOWN = 100;

export interface PairUnitVillage {
  unitId: string;
  villageCodes: readonly string[];
  startDate: string;
}

export interface UnpairUnitVillage {
  pairingId: string;
  expectedVersion: number;
  endDate: string;
  reason: string;
  /** Whether the person has seen which pairings of helpers end with it. */
  confirm?: boolean | null | undefined;
}

/** What an unpairing did, or would do. */
export interface UnpairOutcome {
  isDone: boolean;
  pairing: UnitPairingView;
  dependentPairings: HelperPairingView[];
  dependentCount: number;
}

/** Pairings of units with villages 单位与村结对 (PA-AU-01, PA-AU-03). */
export class UnitPairings {
  constructor(
    private readonly regions: PresentRegions,
    private readonly clock: Clock,
  ) {}

  /**
   * Pairs a unit of the caller's region with villages of the caller's region, poor or not (PA-AU-01). Returns the new
   * pairings by village. Throws NOTHING_SELECTED, OUT_OF_REGION, NOT_FOUND, INVALID_INPUT; STATE_CONFLICT naming the
   * villages it is paired with at that time already, or while one is being re-coded.
   */
  async pair(tx: ScopedTransaction, input: PairUnitVillage): Promise<UnitPairingView[]> {
    const { actor, now } = traceOf(tx, this.clock);
    const villages = [...new Set(input.villageCodes)].sort();
    if (villages.length === 0) throw nothingSelected();
    const codes = await this.regions.hold(tx);
    const today = this.clock.today();
    const faults = new FormFaults();
    faults.add(...termFaults({ startDate: input.startDate, endDate: null }, { latest: today, today }));
    faults.expect(villages.length <= MOST_VILLAGES, 'villageCodes', {
      zh: `一次最多选择 ${MOST_VILLAGES} 个村，请分次办理`,
      en: `At most ${MOST_VILLAGES} villages at once; do it in several steps`,
    });
    for (const village of villages) {
      faults.expect(codes.levelOf(village) === 'VILLAGE', 'villageCodes', {
        zh: '只能与行政村结对，请重新选择',
        en: 'A unit is paired with villages; choose again',
      });
    }
    if (faults.list.length > 0) throw Refusal.many(faults.list);
    if (!villages.every((village) => isInScope(tx.scope, village))) throw refuse.outOfRegion('villageCodes');
    for (const village of villages) requireComplete(codes, village, 'villageCodes');
    const unit = await lockUnit(tx, input.unitId, 'unitId');
    const paired = await tx.query<{ village: string }>(
      `SELECT DISTINCT p.region_code AS village FROM unit_village_pairing p
       WHERE p.unit_id = $1 AND p.region_code = ANY($2::text[]) AND (p.end_date IS NULL OR p.end_date > $3::date) ORDER BY 1`,
      [unit.id, villages, input.startDate],
    );
    if (paired.length > 0) throw alreadyPaired(paired.map(({ village }) => village));
    const rows = await tx.query<UnitPairingView & Record<string, unknown>>(
      ...insertRows(
        'unit_village_pairing AS p',
        ['unit_id', 'region_code', 'region_epoch', 'start_date', ...TRACE_COLUMNS],
        villages.map((village) => [unit.id, village, codes.epoch, input.startDate, actor, now, actor, now]),
        `RETURNING ${UNIT_PAIRING_SELECT}`,
      ),
    );
    await announceUnitPairings(tx, rows, now);
    return rows;
  }

  /**
   * Ends the pairing of a unit with a village, and with it those of the unit's helpers with households of the village
   * (PA-AU-03). Where there are such, nothing happens until `confirm`: the answer tells what would end.
   * Throws NOT_FOUND, STALE_VERSION, INVALID_INPUT for dates, REASON_REQUIRED, STATE_CONFLICT for one that has ended or
   * whose village is being re-coded.
   */
  async unpair(tx: ScopedTransaction, input: UnpairUnitVillage): Promise<UnpairOutcome> {
    const by = traceOf(tx, this.clock);
    const codes = await this.regions.hold(tx);
    const pairing = await lockPairing(tx, input.pairingId);
    // The pairings of helpers come to a new code before those of units.
    requireComplete(codes, pairing.villageCode, 'pairingId');
    if (pairing.version !== input.expectedVersion) throw refuse.staleVersion();
    const today = this.clock.today();
    const faults = termFaults(
      { startDate: pairing.startDate, endDate: input.endDate },
      { latest: pairing.startDate, today },
    );
    const reason = input.reason.trim();
    if (reason === '' || reason.length > 200) faults.push(reasonRequired());
    if (faults.length > 0) throw Refusal.many(faults);
    if (pairing.endDate !== null && pairing.endDate <= input.endDate) throw alreadyEnded();
    await holdAgainstMoves(tx, pairing.villageCode);
    const dependents = await dependentPairings(tx, pairing, input.endDate, SHOWN);
    if (dependents.count > 0 && !input.confirm) {
      return {
        isDone: false,
        pairing,
        dependentPairings: dependents.first,
        dependentCount: dependents.count,
      };
    }
    const [ended] = await tx.query<UnitPairingView & Record<string, unknown>>(
      `UPDATE unit_village_pairing p SET end_date = $2, end_reason = $3, updated_by = $4, updated_at = $5, version = p.version + 1
       WHERE p.id = $1 RETURNING ${UNIT_PAIRING_SELECT}`,
      [pairing.id, input.endDate, reason, by.actor, by.now],
    );
    await announceUnitPairings(tx, [ended!], by.now);
    const gone = await endDependentPairings(tx, pairing, { date: input.endDate, reason }, by);
    return {
      isDone: true,
      pairing: ended!,
      dependentPairings: gone.slice(0, SHOWN),
      dependentCount: gone.length,
    };
  }
}

/** A pairing, held with all others of the unit with the village: helpers end with the last that covers them. Throws NOT_FOUND. */
async function lockPairing(tx: ScopedTransaction, id: string): Promise<UnitPairingView> {
  if (!isUuid(id)) throw refuse.notFound('pairingId');
  const rows = await tx.query<UnitPairingView & Record<string, unknown>>(
    `SELECT ${UNIT_PAIRING_SELECT} FROM unit_village_pairing p
     WHERE (p.unit_id, p.region_code) = (SELECT o.unit_id, o.region_code FROM unit_village_pairing o WHERE o.id = $1)
     ORDER BY p.id FOR NO KEY UPDATE`,
    [id],
  );
  const pairing = rows.find((row) => row.id === id);
  if (pairing === undefined) throw refuse.notFound('pairingId');
  return pairing;
}

const nothingSelected = (): Refusal =>
  new Refusal(
    'NOTHING_SELECTED',
    { zh: '请至少选择一个行政村', en: 'Choose at least one village' },
    { field: 'villageCodes' },
  );

const alreadyPaired = (villages: readonly string[]): Refusal =>
  new Refusal(
    'STATE_CONFLICT',
    {
      zh: `该单位在此期间已与下列村结对，请去掉后重试：${villages.join('、')}`,
      en: `The unit is paired with these villages at that time already; leave them out: ${villages.join(', ')}`,
    },
    { field: 'villageCodes', details: { villageCodes: [...villages] } },
  );

/** The refusal of an ending without a reason of 1 to 200 characters. */
export const reasonRequired = (): Refusal =>
  new Refusal(
    'REASON_REQUIRED',
    { zh: '请填写解除原因，不超过 200 字', en: 'Enter why the pairing ends, in at most 200 characters' },
    { field: 'reason' },
  );

/** The refusal of ending what has ended. */
export const alreadyEnded = (): Refusal =>
  new Refusal(
    'STATE_CONFLICT',
    {
      zh: '该结对已经解除，无需再次办理；请刷新页面',
      en: 'This pairing has ended already; reload the page',
    },
    { field: 'pairingId' },
  );
