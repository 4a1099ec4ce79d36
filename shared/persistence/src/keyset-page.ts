import { refuse } from '@junxian/errors';
import type { ScopedTransaction } from './database';
import { PLANNED_EACH_TIME } from './preparing-client';

export interface KeysetOrder {
  /**
   * SQL of the sort column, qualified (`h.id`); not null. A bare name would mean the alias of `select` where
   * there is one, so with `id::text AS id` a bare `id` would sort 10 before 9 while the cursor compares numbers.
   */
  column: `${string}.${string}`;
  /** The name under which the row carries it (an alias of `select`); instants as `column::text`. */
  key: string;
  /** SQL type the cursor's text is cast to; `text` if left out. */
  type?: string;
  direction?: 'ASC' | 'DESC';
}

export interface KeysetQuery {
  select: string;
  from: string;
  /** Conditions joined by AND; they use `$1…$n` of `parameters`. */
  where?: readonly string[];
  parameters?: readonly unknown[];
  /** The last column makes the order total. All columns share one direction. */
  order: readonly KeysetOrder[];
  /** Rows asked for, 1…maxPageSize; 20 if left out. */
  first?: number | null | undefined;
  /** `endCursor` of the page before. */
  after?: string | null | undefined;
  maxPageSize?: number;
}

export interface Page<Row> {
  nodes: Row[];
  endCursor: string | null;
  hasNextPage: boolean;
}

/** The rows a page is asked to have: 20 if nothing is said. Throws INVALID_INPUT on what is not a whole number from 1 to `max`. */
export function pageSize(first: number | null | undefined, max = 100): number {
  const size = first ?? 20;
  if (Number.isInteger(size) && size >= 1 && size <= max) return size;
  throw refuse.invalid('first', {
    zh: `每页条数应在 1 到 ${max} 之间`,
    en: `A page has between 1 and ${max} rows`,
  });
}

/**
 * One page of a list in one statement, whose cost does not depend on how far one has paged.
 * Throws INVALID_INPUT on `first` out of range or a cursor that is not of this list.
 */
export async function keysetPage<Row extends object>(
  tx: ScopedTransaction,
  query: KeysetQuery,
): Promise<Page<Row>> {
  const first = pageSize(query.first, query.maxPageSize);
  const parameters = [...(query.parameters ?? [])];
  const where = [...(query.where ?? [])];
  const direction = query.order[0]?.direction ?? 'ASC';
  if (query.after) {
    const values = decodeCursor(query.after, query.order.length);
    const placeholders = query.order.map(({ type = 'text' }, index) => {
      parameters.push(values[index]);
      return `$${parameters.length}::${type}`;
    });
    where.push(
      `(${query.order.map(({ column }) => column).join(', ')}) ${direction === 'ASC' ? '>' : '<'} (${placeholders.join(', ')})`,
    );
  }
  const rows = await tx.query<Row>(
    `${PLANNED_EACH_TIME} SELECT ${query.select} FROM ${query.from}` +
      `${where.length === 0 ? '' : ` WHERE ${where.map((condition) => `(${condition})`).join(' AND ')}`}` +
      ` ORDER BY ${query.order.map(({ column }) => `${column} ${direction}`).join(', ')} LIMIT ${first + 1}`,
    parameters,
  );
  const nodes = rows.slice(0, first);
  const last = nodes.at(-1) as Record<string, unknown> | undefined;
  return {
    nodes,
    endCursor: last === undefined ? null : encodeCursor(query.order.map(({ key }) => last[key])),
    hasNextPage: rows.length > first,
  };
}

function encodeCursor(values: readonly unknown[]): string {
  const texts = values.map((value) => {
    // A JavaScript date has milliseconds, the column microseconds: rows would be skipped.
    if (value === undefined || value instanceof Date)
      throw new TypeError('select keyset keys as text or numbers');
    return String(value);
  });
  return Buffer.from(JSON.stringify(texts), 'utf8').toString('base64url');
}

/** The keys of the row a cursor stands after, for a list that begins its own look-ups there. Throws INVALID_INPUT. */
export function decodeCursor(cursor: string, length: number): string[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (
      Array.isArray(values) &&
      values.length === length &&
      values.every((value) => typeof value === 'string')
    )
      return values;
  } catch {
    // Falls through to the refusal.
  }
  throw refuse.invalid('after', {
    zh: '翻页标记无效，请从第一页重新查询',
    en: 'The cursor is not valid; start again from the first page',
  });
}
