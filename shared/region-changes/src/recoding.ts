import { levelDigits, type RegionMove } from '@junxian/administrative-region';

/** CTE `move`: the moves of a change, given by {@link moveParameters} as `$1…$4`. */
export const MOVES = `move AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::int[], $4::text[]) AS move (low, prefix, digits, high))`;

/** The parameters `$1…$4` of {@link MOVES}. A move of 14 digits concerns that natural village only. */
export function moveParameters(moves: readonly RegionMove[]): unknown[] {
  const digits = moves.map(({ from, level }) => (from.length > 12 ? from.length : levelDigits(level)));
  const lows = moves.map(({ from }, index) => from.slice(0, digits[index]));
  return [
    lows,
    moves.map(({ to }, index) => to.slice(0, digits[index])),
    digits,
    // ':' follows '9': the first text after all codes with the prefix.
    lows.map((low) => `${low}:`),
  ];
}

/** SQL, next to {@link MOVES}: whether a move concerns the code that an expression gives. */
export function isMoved(code: string): string {
  return `EXISTS (SELECT FROM move WHERE ${inMove(code)})`;
}

/**
 * SQL, next to {@link MOVES}: the region or natural-village code that an expression gives, after the moves;
 * the most specific one wins (`applyMoves`), and what none concerns stays as it is, NULL too.
 */
export function codeAfter(code: string): string {
  return `coalesce((SELECT move.prefix || substr(${code}, move.digits + 1) FROM move
      WHERE ${inMove(code)} ORDER BY move.digits DESC LIMIT 1), ${code})`;
}

/** SQL, next to {@link MOVES}: whether a code lies under one row of `move`. */
export function inMove(code: string): string {
  return `${code} COLLATE "C" >= move.low AND ${code} COLLATE "C" < move.high`;
}
