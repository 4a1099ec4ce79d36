import type { Clock } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { isExclusionViolation, type ScopedTransaction } from '@junxian/persistence';
import { type OpenFile, openFile, traceOf } from '../households/household-files.service';
import { presentHelper } from './helpers.service';
import { refusePoor } from './helpers-and-members.service';
import {
  HELPER_PAIRING_SELECT,
  type HelperPairingView,
  type HelperView,
  readHelperPairings,
} from './pairing-views.service';
import { announceHelperPairings } from './pairings.service';
import { coversTerm, type Term, termFaults, unitNotPaired } from './terms.rules';
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
  constructor(private readonly clock: Clock) {}

  /**
   * Pairs a helper with a household; one household may have several and one helper several (PA-AH-02). Returns the pairing.
   * Throws what {@link openFile} throws, YEAR_CLOSED where the year takes no pairings, INVALID_INPUT for dates,
   * NOT_FOUND for the helper, UNIT_NOT_PAIRED (PA-HH-03), STATE_CONFLICT for a helper who is poor (PA-AH-02) or paired
   * with this household at that time already.
   */
  async pair(tx: ScopedTransaction, input: PairHelper): Promise<HelperPairingView> {
    const { actor, now } = traceOf(tx, this.clock);
    const file = await this.openForPairing(tx, input.householdId, input.year);
    const term = { startDate: input.startDate, endDate: input.endDate ?? null };
    this.checkTerm(term, input.year);
    const helper = await presentHelper(tx, input.helperId, 'helperId');
    await refusePoor(tx, helper.idNumberIndex, 'helperId');
    await checkUnitPaired(tx, helper, file, term);
    const [pairing] = await onceOnly(() =>
      tx.query<HelperPairingView & Record<string, unknown>>(
        `INSERT INTO helper_pairing AS p (household_id, helper_id, region_code, region_epoch, start_date, end_date,
           created_by, created_at, updated_by, updated_at)
         SELECT r.household_id, $2, r.region_code, r.region_epoch, $3, $4, $5, $6, $5, $6
         FROM household_year_record r WHERE r.household_id = $1 AND r.year = $7 RETURNING ${HELPER_PAIRING_SELECT}`,
        [input.householdId, helper.id, term.startDate, term.endDate, actor, now, input.year],
      ),
    );
    await announceHelperPairings(tx, [pairing!], now);
    return pairing!;
  }

  /**
   * Changes the dates of a pairing (PA-HH-04). Returns it. Throws what {@link pair} throws for the new dates,
   * NOT_FOUND, STALE_VERSION.
   */
  async change(
    tx: ScopedTransaction,
    input: PairingChange & { startDate: string; endDate?: string | null | undefined },
  ): Promise<HelperPairingView> {
    const { actor, now } = traceOf(tx, this.clock);
    const { file, pairing } = await this.openPairing(tx, input);
    const term = { startDate: input.startDate, endDate: input.endDate ?? null };
    this.checkTerm(term, input.year);
    await checkUnitPaired(tx, await presentHelper(tx, pairing.helperId, 'helperId'), file, term);
    const [changed] = await onceOnly(() =>
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
    const { pairing } = await this.openPairing(tx, input);
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
    const file = await openFile(tx, { householdId }, year);
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

  private async openPairing(
    tx: ScopedTransaction,
    { pairingId, expectedVersion, year }: PairingChange,
  ): Promise<{ file: OpenFile; pairing: HelperPairingView }> {
    const [seen] = isUuid(pairingId) ? await readHelperPairings(tx, [pairingId]) : [];
    if (seen === undefined) throw refuse.notFound('pairingId');
    const file = await this.openForPairing(tx, seen.householdId, year);
    const [pairing] = await tx.query<HelperPairingView & Record<string, unknown>>(
      `SELECT ${HELPER_PAIRING_SELECT} FROM helper_pairing p WHERE p.id = $1 FOR NO KEY UPDATE`,
      [pairingId],
    );
    if (pairing === undefined) throw refuse.notFound('pairingId');
    if (pairing.version !== expectedVersion) throw refuse.staleVersion();
    return { file, pairing };
  }

  private checkTerm(term: Term, year: number): void {
    const today = this.clock.today();
    const yearEnd = `${year}-12-31`;
    const faults = termFaults(term, { latest: today < yearEnd ? today : yearEnd, today });
    if (faults.length > 0) throw Refusal.many(faults);
  }
}

/** PA-HH-03: the helper's unit is paired with the household's village for as long as the helper is with the household. */
async function checkUnitPaired(
  tx: ScopedTransaction,
  helper: HelperView,
  { record }: OpenFile,
  term: Term,
): Promise<void> {
  // Shared, so that nobody unpairs the unit before this pairing is there to be ended with it.
  const terms = await tx.query<Term & Record<string, unknown>>(
    `SELECT p.start_date::text AS "startDate", p.end_date::text AS "endDate" FROM unit_village_pairing p
     WHERE p.unit_id = $1 AND p.region_code = $2 FOR SHARE`,
    [helper.unitId, record.regionCode],
  );
  if (!coversTerm(terms, term)) throw unitNotPaired();
}

/** Runs what writes a pairing; throws STATE_CONFLICT when the helper is with the household at that time already. */
async function onceOnly<Row>(write: () => Promise<Row>): Promise<Row> {
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
      { field: 'helperId' },
    );
  }
}
