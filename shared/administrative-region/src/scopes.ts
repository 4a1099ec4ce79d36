import { levelDigits, type RegionLevel } from './levels';

/** A half-open range of codes as texts in byte order: `low <= code < high`. */
export interface CodeRange {
  low: string;
  high: string;
}

/** A re-coding: everything in the range of `from` (a region of `level`) goes under `to`. */
export interface RegionMove {
  from: string;
  to: string;
  level: RegionLevel;
}

/**
 * Range of the codes that lie in a region, itself and its natural villages included, from the code
 * and the level stored with it (DI-REG-04): Linfen 1410… never holds Lüliang 1411….
 * The nation is `['0', ':')`.
 */
export function scopeRange(code: string, level: RegionLevel): CodeRange {
  const prefix = code.slice(0, levelDigits(level));
  return prefix === '' ? { low: '0', high: ':' } : { low: prefix, high: successor(prefix) };
}

/** Whether a region or natural-village code lies in a range. */
export function isWithin(code: string, range: CodeRange): boolean {
  return code >= range.low && code < range.high;
}

/**
 * The code after a set of simultaneous re-codings; unchanged where none concerns it. The most
 * specific move wins, so a mapping for one village overrides that of its township. A move whose
 * `from` is a natural-village code (14 digits) moves that one only.
 */
export function applyMoves(code: string, moves: readonly RegionMove[]): string {
  let best: RegionMove | undefined;
  let bestLength = -1;
  for (const move of moves) {
    const length = movedDigits(move);
    if (length > bestLength && code.length >= length && code.startsWith(move.from.slice(0, length))) {
      best = move;
      bestLength = length;
    }
  }
  return best === undefined ? code : best.to.slice(0, bestLength) + code.slice(bestLength);
}

function movedDigits(move: RegionMove): number {
  return move.from.length > 12 ? move.from.length : levelDigits(move.level);
}

/** First text in byte order after all texts with this prefix. ':' follows '9'. */
function successor(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}
