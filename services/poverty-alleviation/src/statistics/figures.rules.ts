import type { StatColumn, Term } from './stat-columns.rules';

/** What stands in one cell of one region: rows, and the sum of their amounts as a decimal. */
export interface CellTotal {
  count: string;
  amount: string;
}

/** The cells of one region by name; a cell that nothing counts in is not there. */
export type Cells = ReadonlyMap<string, CellTotal>;

/** Decimals are added as whole ten-thousandths: money in 万元 has four places, everything else fewer. */
const SCALE = 10_000n;

/** The value of a column for a region, as a decimal; null where the base of a percentage is not known. */
export function figureOf(column: StatColumn, cells: Cells): string | null {
  const sum = sumOf(column.terms, cells);
  if (column.base === undefined) return decimal(sum, placesOf(column));
  const base = sumOf(column.base, cells);
  const unknown = column.unknownWith !== undefined && (cells.get(column.unknownWith)?.count ?? '0') !== '0';
  return unknown || base <= 0n ? null : percentage(sum, base);
}

/** The sum of the same cells over several regions, and what of `whole` is in none of them. */
export function remainder(whole: Cells, parts: readonly Cells[]): Map<string, CellTotal> {
  const rest = new Map<string, CellTotal>();
  for (const [cell, total] of whole) {
    const of = (key: 'count' | 'amount') =>
      parts.reduce((left, part) => left - scaled(part.get(cell)?.[key] ?? '0'), scaled(total[key]));
    const [count, amount] = [of('count'), of('amount')];
    if (count !== 0n || amount !== 0n) {
      rest.set(cell, { count: decimal(count, 0), amount: decimal(amount, 4) });
    }
  }
  return rest;
}

function sumOf(terms: readonly Term[], cells: Cells): bigint {
  return terms.reduce((sum, { cell, of, sign }) => {
    const total = cells.get(cell);
    return total === undefined
      ? sum
      : sum + BigInt(sign) * scaled(of === 'COUNT' ? total.count : total.amount);
  }, 0n);
}

/** Percent with two decimals, rounded half up, away from zero. */
function percentage(part: bigint, whole: bigint): string {
  const twice = (part < 0n ? -part : part) * 20_000n;
  const rounded = (twice / whole + 1n) / 2n;
  return decimal((part < 0n ? -rounded : rounded) * 100n, 2);
}

function placesOf({ unit }: StatColumn): number {
  if (unit === 'TEN_THOUSAND_YUAN') return 4;
  return unit === 'SQUARE_METRES' ? 2 : 0;
}

/** Ten-thousandths of a decimal as the store writes it. */
export function scaled(text: string): bigint {
  const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === undefined) throw new RangeError('A counter holds something that is no decimal');
  const value = BigInt(whole) * SCALE + BigInt(fraction.padEnd(4, '0').slice(0, 4));
  return sign === '-' ? -value : value;
}

/** A number of ten-thousandths as a decimal of so many places. */
export function decimal(value: bigint, places: number): string {
  const absolute = value < 0n ? -value : value;
  const fraction = String(absolute % SCALE)
    .padStart(4, '0')
    .slice(0, places);
  return `${value < 0n ? '-' : ''}${absolute / SCALE}${places === 0 ? '' : `.${fraction}`}`;
}
