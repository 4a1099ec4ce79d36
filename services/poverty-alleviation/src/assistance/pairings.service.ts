import { PairingChanged, recordEvents } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Trace } from '../households/household-files.service';
import { HELPER_PAIRING_SELECT, type HelperPairingView, type UnitPairingView } from './pairing-views.service';

/** When and why pairings end. */
export interface Ending {
  /** The day from which on they are no longer in force, YYYY-MM-DD. */
  date: string;
  reason: string;
}

/** Name of the advisory locks of villages whose pairings with units are {@link holdUnitPairings held}. */
const UNIT_PAIRINGS = 'junxian.unit-pairings';

/**
 * Until the transaction ends no unit is unpaired with these villages: for whoever brings a household to one of them, and may not
 * lock the pairings themselves. Asked before any pairing of a helper is locked.
 */
export async function holdUnitPairings(
  tx: ScopedTransaction,
  villageCodes: readonly string[],
): Promise<void> {
  await tx.query(
    `SELECT pg_advisory_xact_lock_shared(hashtextextended('${UNIT_PAIRINGS}:' || code, 0))
     FROM (SELECT DISTINCT code FROM unnest($1::text[]) AS given (code) ORDER BY 1) AS villages`,
    [villageCodes],
  );
}

/** Until the transaction ends no household is brought to the village: for whoever unpairs a unit with it. */
export async function holdAgainstMoves(tx: ScopedTransaction, villageCode: string): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('${UNIT_PAIRINGS}:' || $1, 0))`, [
    villageCode,
  ]);
}

/**
 * Ends every pairing of these households with helpers, on a date; what would have begun later never does. For the
 * closure and clearance of a household. Returns the pairings ended, each announced by pairing.changed.
 */
export function endHelperPairings(
  tx: ScopedTransaction,
  householdIds: readonly string[],
  ending: Ending,
  by: Trace,
): Promise<HelperPairingView[]> {
  return endPairings(tx, 'p.household_id = ANY($1::uuid[])', [householdIds], ending, by);
}

/**
 * Ends the pairings of a household with helpers whose unit is not paired with this village on the date: after the
 * household moved to it (PA-HH-03, PA-BO-07); the others follow it there. Returns the pairings ended, each announced
 * by pairing.changed.
 */
export async function endPairingsWithoutUnit(
  tx: ScopedTransaction,
  householdId: string,
  villageCode: string,
  ending: Ending,
  by: Trace,
): Promise<HelperPairingView[]> {
  // A unit out of the caller's sight is paired with no village in it, hence not with this one.
  const ended = await endPairings(
    tx,
    `p.household_id = $1 AND NOT EXISTS (
       SELECT FROM responsible_helper h JOIN unit_village_pairing v ON v.unit_id = h.unit_id
       WHERE h.id = p.helper_id AND v.region_code = $2 AND v.start_date <= $3::date AND (v.end_date IS NULL OR v.end_date > $3::date))`,
    [householdId, villageCode, ending.date],
    ending,
    by,
  );
  await tx.query(
    `UPDATE helper_pairing p SET region_code = $2, updated_by = $4, updated_at = $5, version = p.version + 1
     WHERE p.household_id = $1 AND p.region_code <> $2 AND ${outlasts('$3')}`,
    [householdId, villageCode, ending.date, by.actor, by.now],
  );
  return ended;
}

/**
 * Ends the pairings that depend on a pairing of a unit with a village: of its helpers with households of the village,
 * from the date on (PA-AU-03), but for those that another pairing of the unit with the village covers from then on. Whoever
 * calls holds all pairings of the unit with the village. Returns the pairings ended, each announced by pairing.changed.
 */
export function endDependentPairings(
  tx: ScopedTransaction,
  { id, unitId, villageCode }: UnitPairingView,
  ending: Ending,
  by: Trace,
): Promise<HelperPairingView[]> {
  return endPairings(tx, DEPENDS, [unitId, villageCode, id, ending.date], ending, by);
}

/** The pairings that {@link endDependentPairings} would end: how many, and the first of them. */
export async function dependentPairings(
  tx: ScopedTransaction,
  { id, unitId, villageCode }: UnitPairingView,
  date: string,
  limit: number,
): Promise<{ count: number; first: HelperPairingView[] }> {
  const rows = await tx.query<HelperPairingView & { count: number } & Record<string, unknown>>(
    `SELECT ${HELPER_PAIRING_SELECT}, count(*) OVER ()::int AS count FROM helper_pairing p
     WHERE ${DEPENDS} AND ${outlasts('$4')} ORDER BY p.id LIMIT $5`,
    [unitId, villageCode, id, date, limit],
  );
  return { count: rows[0]?.count ?? 0, first: rows.map(({ count: _, ...pairing }) => pairing) };
}

/** Of unit `$1`, village `$2`, their pairing `$3`, the date `$4`. The unit may have been there before, or twice since villages were merged. */
const DEPENDS = `p.region_code = $2 AND p.helper_id IN (SELECT h.id FROM responsible_helper h WHERE h.unit_id = $1)
  AND NOT EXISTS (SELECT FROM unit_village_pairing o WHERE o.unit_id = $1 AND o.region_code = $2 AND o.id <> $3
    AND o.start_date <= greatest(p.start_date, $4::date) AND (o.end_date IS NULL OR o.end_date >= p.end_date))`;
/** Also those that would begin later. */
const outlasts = (date: string) => `(p.end_date IS NULL OR p.end_date > ${date}::date)`;

async function endPairings(
  tx: ScopedTransaction,
  where: string,
  given: readonly unknown[],
  { date, reason }: Ending,
  { actor, now }: Trace,
): Promise<HelperPairingView[]> {
  const parameters: unknown[] = [...given];
  const day = `$${parameters.push(date)}`;
  // Locked in one order, so that two who end the same pairings do not wait for each other.
  const ended = await tx.query<HelperPairingView & Record<string, unknown>>(
    `WITH chosen AS (SELECT p.id FROM helper_pairing p WHERE ${where} AND ${outlasts(day)} ORDER BY p.id FOR NO KEY UPDATE)
     UPDATE helper_pairing p SET end_date = greatest(p.start_date, ${day}::date), end_reason = $${parameters.push(reason)},
       updated_by = $${parameters.push(actor)}, updated_at = $${parameters.push(now)}, version = p.version + 1
     FROM chosen WHERE p.id = chosen.id RETURNING ${HELPER_PAIRING_SELECT}`,
    parameters,
  );
  await announceHelperPairings(tx, ended, now);
  return ended;
}

/** Records pairing.changed for pairings of helpers with households. */
export async function announceHelperPairings(
  tx: ScopedTransaction,
  pairings: readonly HelperPairingView[],
  now: Date,
): Promise<void> {
  await recordEvents(
    tx,
    PairingChanged,
    pairings.map(({ id, helperId, householdId, villageCode, startDate, endDate, version }) => ({
      aggregateId: id,
      aggregateVersion: version,
      regionCode: villageCode,
      occurredAt: now,
      data: {
        kind: 'HELPER_HOUSEHOLD',
        pairingId: id,
        actorId: helperId,
        target: householdId,
        startDate,
        endDate,
      },
    })),
  );
}

/** Records pairing.changed for pairings of units with villages. */
export async function announceUnitPairings(
  tx: ScopedTransaction,
  pairings: readonly UnitPairingView[],
  now: Date,
): Promise<void> {
  await recordEvents(
    tx,
    PairingChanged,
    pairings.map(({ id, unitId, villageCode, startDate, endDate, version }) => ({
      aggregateId: id,
      aggregateVersion: version,
      regionCode: villageCode,
      occurredAt: now,
      data: { kind: 'UNIT_VILLAGE', pairingId: id, actorId: unitId, target: villageCode, startDate, endDate },
    })),
  );
}
