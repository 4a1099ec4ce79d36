import { applyMoves, REGION_LEVELS, type RegionMove, scopeRange } from '@junxian/administrative-region';
import type { ScopedTransaction } from '@junxian/persistence';
import { accountsFollowOrganisations } from '../accounts/region-following.service';
import {
  announceAppointment,
  followRegionMoves as appointmentsFollow,
} from '../appointments/appointments.service';
import { followRegionMovesInAudit } from '../audit/audit-region.service';
import { followRegionMoves as organisationsFollow } from '../organisations/region-following.service';
import { invalidateAppointments } from '../sessions/revocation.service';

/** When a change is applied: the day whose codes hold from now on, and the instant as of which it is told. */
export interface Moment {
  at: Date;
  now: () => Date;
  today: string;
}

/**
 * Takes scopes and rows of the directory along with a change (DI-REG-10), in the transaction that applies
 * it, under a service scope: organisations, their accounts, appointments, death reports, and what still waits
 * to be assigned after an earlier split; the audit log keeps its codes and remembers what stands in their place. Tokens of the appointments concerned become
 * stale, so that the next one holds the new region.
 */
export async function followMoves(
  tx: ScopedTransaction,
  moves: readonly RegionMove[],
  { at, now, today }: Moment,
): Promise<void> {
  if (moves.length === 0) return;
  await organisationsFollow(tx, moves, at);
  await accountsFollowOrganisations(tx, today, now());
  await deathReportsFollow(tx, moves);
  await splitTasksFollow(tx, moves);
  const appointments = await appointmentsFollow(tx, moves);
  await levelsFollow(tx, moves, today);
  await followRegionMovesInAudit(tx, moves);
  await invalidateAppointments(tx, appointments, 'REGION_CHANGED', now);
}

async function deathReportsFollow(tx: ScopedTransaction, moves: readonly RegionMove[]): Promise<void> {
  const ranges = moves.map((move) => scopeRange(move.from, move.level));
  const codes = await tx.query<{ code: string }>(
    `SELECT DISTINCT t.region_code AS code FROM unnest($1::text[], $2::text[]) AS moved(low, high)
     JOIN death_confirmation_task t
       ON t.region_code >= moved.low COLLATE "C" AND t.region_code < moved.high COLLATE "C"`,
    [ranges.map(({ low }) => low), ranges.map(({ high }) => high)],
  );
  await tx.query(
    `UPDATE death_confirmation_task t SET region_code = moved.new_code, version = version + 1
     FROM unnest($1::text[], $2::text[]) AS moved(old_code, new_code)
     WHERE t.region_code = moved.old_code AND moved.old_code <> moved.new_code`,
    [codes.map(({ code }) => code), codes.map(({ code }) => applyMoves(code, moves))],
  );
}

/** What nobody has assigned yet goes on the to-do list of the region that its organisation lies in now. */
async function splitTasksFollow(tx: ScopedTransaction, moves: readonly RegionMove[]): Promise<void> {
  const open = await tx.query<{ code: string }>(
    `SELECT region_code AS code FROM region_split_task WHERE assigned_at IS NULL
     UNION SELECT suggested_code FROM region_split_task WHERE assigned_at IS NULL AND suggested_code IS NOT NULL`,
  );
  const codes = open.map(({ code }) => code).filter((code) => applyMoves(code, moves) !== code);
  await tx.query(
    `WITH moved AS (SELECT * FROM unnest($1::text[], $2::text[]) AS m(old_code, new_code))
     UPDATE region_split_task t SET version = t.version + 1,
       region_code = coalesce((SELECT new_code FROM moved WHERE old_code = t.region_code), t.region_code),
       suggested_code = coalesce((SELECT new_code FROM moved WHERE old_code = t.suggested_code), t.suggested_code)
     WHERE t.assigned_at IS NULL AND (t.region_code = ANY($1::text[]) OR t.suggested_code = ANY($1::text[]))`,
    [codes, codes.map((code) => applyMoves(code, moves))],
  );
}

/** A county that became a city: appointments for it are of that level from now on. */
async function levelsFollow(
  tx: ScopedTransaction,
  moves: readonly RegionMove[],
  today: string,
): Promise<void> {
  await tx.query(
    `UPDATE appointment a SET region_level = ($2::text[])[r.level + 1]
     FROM region r
     WHERE a.region_code = ANY($1::text[]) AND r.code = a.region_code
       AND r.valid_from <= $3::date AND (r.valid_to IS NULL OR r.valid_to > $3::date)
       AND a.region_level <> ($2::text[])[r.level + 1]`,
    [moves.map(({ to }) => to), [...REGION_LEVELS], today],
  );
}

/**
 * Gives the appointments that an organisation has for a split region the region it was assigned to, and
 * makes their tokens stale. Runs for the caller who assigns, inside that caller's area.
 */
export async function appointmentsFollowAssignment(
  tx: ScopedTransaction,
  assignment: { organisationId: string; from: string; to: string; toLevel: string },
  now: () => Date,
): Promise<void> {
  const moved = await tx.query<{ id: string }>(
    `UPDATE appointment SET region_code = $3, region_level = $4, version = version + 1
     WHERE organisation_id = $1 AND region_code = $2 AND region_code <> $3 RETURNING id`,
    [assignment.organisationId, assignment.from, assignment.to, assignment.toLevel],
  );
  // A split says nothing of where its rows go (DI-REG-08), so subscribers learn each by itself.
  for (const { id } of moved) await announceAppointment(tx, id, now());
  await invalidateAppointments(
    tx,
    moved.map(({ id }) => id),
    'REGION_CHANGED',
    now,
  );
}
