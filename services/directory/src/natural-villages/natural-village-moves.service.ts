import { applyMoves, type RegionMove, scopeRange } from '@junxian/administrative-region';
import { isRefusal, Refusal } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import {
  type NaturalVillageMove,
  type PlacedVillage,
  planNaturalVillageMoves,
  serialMoves,
} from './natural-village.rules';

const COLUMNS = `n.code, n.name, n.valid_to IS NULL AS "isCurrent"`;

/**
 * Takes natural villages along with their administrative villages, removed ones too, since their serials
 * stay used. Runs in the transaction that applies a change, under a service scope. Returns the moves of
 * those that got another serial, for the event. Throws NO_SERIAL_LEFT.
 */
export async function moveNaturalVillages(
  tx: ScopedTransaction,
  moves: readonly RegionMove[],
): Promise<RegionMove[]> {
  const plan = await planMoves(tx, moves);
  if (plan.length === 0) return [];
  await tx.query(
    `UPDATE natural_village n SET code = m.new_code, village_code = left(m.new_code, 12), name = m.name,
            version = n.version + 1
     FROM unnest($1::text[], $2::text[], $3::text[]) AS m(old_code, new_code, name) WHERE n.code = m.old_code`,
    [plan.map(({ from }) => from), plan.map(({ to }) => to), plan.map(({ name }) => name)],
  );
  return serialMoves(plan);
}

/**
 * Refuses a change for which the serials of a village would not suffice as things stand now; found on the
 * effective date, nobody would be there to be told. Throws NO_SERIAL_LEFT with the field `from`.
 */
export async function checkNaturalVillagesFit(
  tx: ScopedTransaction,
  moves: readonly RegionMove[],
): Promise<void> {
  try {
    await planMoves(tx, moves);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw new Refusal(error.code, error.text, { field: 'from', details: error.details });
  }
}

async function planMoves(tx: ScopedTransaction, moves: readonly RegionMove[]): Promise<NaturalVillageMove[]> {
  if (moves.length === 0) return [];
  const ranges = moves.map((move) => scopeRange(move.from, move.level));
  const moving = await tx.query<PlacedVillage>(
    `SELECT DISTINCT ${COLUMNS} FROM unnest($1::text[], $2::text[]) AS moved(low, high)
     JOIN natural_village n ON n.code >= moved.low COLLATE "C" AND n.code < moved.high COLLATE "C" ORDER BY n.code`,
    [ranges.map(({ low }) => low), ranges.map(({ high }) => high)],
  );
  if (moving.length === 0) return [];
  const goals = [...new Set(moving.map(({ code }) => applyMoves(code, moves).slice(0, 12)))];
  const standing = await tx.query<PlacedVillage>(
    `SELECT ${COLUMNS} FROM natural_village n
     WHERE n.village_code = ANY($1::text[]) AND n.code <> ALL($2::text[]) ORDER BY n.code`,
    [goals, moving.map(({ code }) => code)],
  );
  return planNaturalVillageMoves(moving, standing, moves, await villageNames(tx, moving));
}

async function villageNames(
  tx: ScopedTransaction,
  moving: readonly PlacedVillage[],
): Promise<Map<string, string>> {
  const rows = await tx.query<{ code: string; name: string }>(
    `SELECT DISTINCT ON (code) code, name FROM region WHERE code = ANY($1::text[]) ORDER BY code, valid_from DESC`,
    [[...new Set(moving.map(({ code }) => code.slice(0, 12)))]],
  );
  return new Map(rows.map(({ code, name }) => [code, name]));
}
