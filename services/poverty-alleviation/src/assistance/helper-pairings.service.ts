import type { Clock } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { isExclusionViolation, type ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions } from '@junxian/region-changes';
import { type OpenFile, openFile, traceOf } from '../households/household-files.service';
import { requireComplete } from '../settled-regions';
import { presentHelper } from './helpers.service';
import { refusePoor } from './helpers-and-members.service';
import {
  HELPER_PAIRING_SELECT,
  type HelperPairingView,
  type HelperView,
  readHelperPairings,
} from './pairing-views.service';
import { announceHelperPairings } from './pairings.service';
import { coversTerm, referenceDay, type Term, termFaults, unitNotPaired } from './terms.rules';
import { alreadyEnded, reasonRequired } from './unit-pairings.service';

export interface PairHelper {
  householdId: string;
  helperId: string;
  year: number;
  startDate: string;
  endDate?: string | null | undefined;
}

/** Which pairing is changed, in which year's data set, and which version of it the person saw. */
export interface PairingChange {
  pairingId: string;
  expectedVersion: number;
  year: number;
}

/** Pairings of helpers with households 责任人与户结对 (PA-HH-03, PA-HH-04). */
export class HelperPairings {
  constructor(
    private readonly regions: PresentRegions,
    private readonly clock: Clock,
  ) {}

  /**
   * Pairs a helper with a household; one household may have several and one helper several (PA-AH-02). Returns the pairing.
   * Throws what {@link openFile} throws, STATE_CONFLICT while the village is being re-coded, YEAR_CLOSED where the year takes
   * no pairings, INVALID_INPUT for dates, and for a pairing without an end in a year whose village the household has left;
   * NOT_FOUND for the helper, UNIT_NOT_PAIRED (PA-HH-03), STATE_CONFLICT for a helper who is poor (PA-AH-02) or paired with
   * this household at that time already.
   */
  async pair(tx: ScopedTransaction, input: PairHelper): Promise<HelperPairingView> {
    const { actor, now } = traceOf(tx, this.clock);
    const file = await this.openForPairing(tx, input.householdId, input.year);
    const term = { startDate: input.startDate, endDate: input.endDate ?? null };
    this.checkTerm(term, file);
    const helper = await presentHelper(tx, input.helperId, 'helperId');
    await refusePoor(tx, helper.idNumberIndex, 'helperId');
    if (!coversTerm(await holdUnitTerms(tx, helper, file), term)) throw unitNotPaired('helperId');
    const [pairing] = await onceOnly('helperId', () =>
      tx.query<HelperPairingView & Record<string, unknown>>(
        `INSERT INTO helper_pairing AS p (household_id, helper_id, region_code, region_epoch, start_date, end_date,
           created_by, created_at, updated_by, updated_at)
         SELECT h.id, $2, h.region_code, h.region_epoch, $3, $4, $5, $6, $5, $6
         FROM household h WHERE h.id = $1 RETURNING ${HELPER_PAIRING_SELECT}`,
        [input.householdId, helper.id, term.startDate, term.endDate, actor, now],
      ),
    );
    await announceHelperPairings(tx, [pairing!], now);
    return pairing!;
  }

  /**
   * Changes the dates of a pairing (PA-HH-04). Returns it. Throws what {@link pair} throws for the new dates, of a helper
   * who is poor where they reach beyond the old ones; NOT_FOUND, STALE_VERSION.
   */
  async change(
    tx: ScopedTransaction,
    input: PairingChange & { startDate: string; endDate?: string | null | undefined },
  ): Promise<HelperPairingView> {
    const { actor, now } = traceOf(tx, this.clock);
    const { file, seen } = await this.openPairing(tx, input);
    const helper = await presentHelper(tx, seen.helperId, 'pairingId');
    // Before the pairing itself, as whoever unpairs the unit holds them.
    const terms = await holdUnitTerms(tx, helper, file);
    const pairing = await lockPairing(tx, input);
    const term = { startDate: input.startDate, endDate: input.endDate ?? null };
    this.checkTerm(term, file);
    if (!coversTerm([pairing], term)) await refusePoor(tx, helper.idNumberIndex, 'pairingId');
    if (!coversTerm(terms, term)) throw unitNotPaired('startDate');
    const [changed] = await onceOnly('startDate', () =>
      tx.query<HelperPairingView & Record<string, unknown>>(
        `UPDATE helper_pairing p SET start_date = $2, end_date = $3, end_reason = CASE WHEN $3::date IS NULL THEN NULL ELSE end_reason END,
           updated_by = $4, updated_at = $5, version = p.version + 1 WHERE p.id = $1 RETURNING ${HELPER_PAIRING_SELECT}`,
        [pairing.id, term.startDate, term.endDate, actor, now],
      ),
    );
    await announceHelperPairings(tx, [changed!], now);
    return changed!;
  }

  /**
   * Dissolves a pairing: it gets an end and stays in the history (PA-HH-04). Returns it.
   * Throws what {@link openFile} throws, YEAR_CLOSED, NOT_FOUND, STALE_VERSION, INVALID_INPUT for the date,
   * REASON_REQUIRED, STATE_CONFLICT for one that has ended.
   */
  async unpair(
    tx: ScopedTransaction,
    input: PairingChange & { endDate: string; reason: string },
  ): Promise<HelperPairingView> {
    const { actor, now } = traceOf(tx, this.clock);
    await this.openPairing(tx, input);
    const pairing = await lockPairing(tx, input);
    const faults = termFaults(
      { startDate: pairing.startDate, endDate: input.endDate },
      { latest: pairing.startDate, today: this.clock.today() },
    );
    const reason = input.reason.trim();
    if (reason === '' || reason.length > 200) faults.push(reasonRequired());
    if (faults.length > 0) throw Refusal.many(faults);
    if (pairing.endDate !== null && pairing.endDate <= input.endDate) throw alreadyEnded();
    const [ended] = await tx.query<HelperPairingView & Record<string, unknown>>(
      `UPDATE helper_pairing p SET end_date = $2, end_reason = $3, updated_by = $4, updated_at = $5, version = p.version + 1
       WHERE p.id = $1 RETURNING ${HELPER_PAIRING_SELECT}`,
      [pairing.id, input.endDate, reason, actor, now],
    );
    await announceHelperPairings(tx, [ended!], now);
    return ended!;
  }

  /** The household's file of a year in which helpers may be paired. */
  private async openForPairing(tx: ScopedTransaction, householdId: string, year: number): Promise<OpenFile> {
    const codes = await this.regions.hold(tx);
    const file = await openFile(tx, { householdId }, year);
    // Which units help there is asked by the code.
    requireComplete(codes, file.record.regionCode, 'householdId');
    if (file.year.pairingOpen) return file;
    throw new Refusal(
      'YEAR_CLOSED',
      {
        zh: `${year} 年度未开放结对帮扶，请在开放结对的年度办理`,
        en: `The data set of ${year} takes no pairings; choose a year that does`,
      },
      { field: 'year' },
    );
  }

  /** The household's file, held, and the pairing as it stood a moment before; {@link lockPairing} holds the pairing. */
  private async openPairing(
    tx: ScopedTransaction,
    { pairingId, year }: PairingChange,
  ): Promise<{ file: OpenFile; seen: HelperPairingView }> {
    const [seen] = isUuid(pairingId) ? await readHelperPairings(tx, [pairingId]) : [];
    if (seen === undefined) throw refuse.notFound('pairingId');
    return { file: await this.openForPairing(tx, seen.householdId, year), seen };
  }

  private checkTerm(term: Term, { household, record }: OpenFile): void {
    const today = this.clock.today();
    const faults = termFaults(term, { latest: referenceDay(record.year, today), today });
    if (term.endDate === null && record.regionCode !== household.regionCode) faults.push(livesElsewhere());
    if (faults.length > 0) throw Refusal.many(faults);
  }
}

/**
 * When the helper's unit was, or is, paired with the household's village of the year (PA-HH-03). Shared until the transaction ends,
 * so that nobody unpairs the unit before a pairing of the helper is there to be ended with it.
 */
function holdUnitTerms(
  tx: ScopedTransaction,
  { unitId }: HelperView,
  { record }: OpenFile,
): Promise<(Term & Record<string, unknown>)[]> {
  return tx.query<Term & Record<string, unknown>>(
    `SELECT p.start_date::text AS "startDate", p.end_date::text AS "endDate" FROM unit_village_pairing p
     WHERE p.unit_id = $1 AND p.region_code = $2 ORDER BY p.id FOR SHARE`,
    [unitId, record.regionCode],
  );
}

/** A pairing that nobody else changes until the transaction ends. Throws NOT_FOUND, STALE_VERSION. */
async function lockPairing(
  tx: ScopedTransaction,
  { pairingId, expectedVersion }: PairingChange,
): Promise<HelperPairingView> {
  const [pairing] = await tx.query<HelperPairingView & Record<string, unknown>>(
    `SELECT ${HELPER_PAIRING_SELECT} FROM helper_pairing p WHERE p.id = $1 FOR NO KEY UPDATE`,
    [pairingId],
  );
  if (pairing === undefined) throw refuse.notFound('pairingId');
  if (pairing.version !== expectedVersion) throw refuse.staleVersion();
  return pairing;
}

/** The refusal of a pairing in force in a village that the household has left (PA-HH-03). */
const livesElsewhere = (): Refusal =>
  refuse.invalid('endDate', {
    zh: '该户现已不在该年度所在的村，此处只能登记已经结束的结对，请填写解除日期；仍在帮扶的，请在当前年度办理',
    en: 'The household no longer lives in the village of that year; enter when the pairing ended, or pair the helper in the current year if he or she still helps',
  });

/** Runs what writes a pairing; throws STATE_CONFLICT, naming `field`, when the helper is with the household at that time already. */
async function onceOnly<Row>(field: string, write: () => Promise<Row>): Promise<Row> {
  try {
    return await write();
  } catch (error) {
    if (!isExclusionViolation(error, 'helper_pairing_once')) throw error;
    throw new Refusal(
      'STATE_CONFLICT',
      {
        zh: '该责任人在此期间已与该户结对，无需重复安排；请核对日期',
        en: 'This helper is paired with the household at that time already; check the dates',
      },
      { field },
    );
  }
}
