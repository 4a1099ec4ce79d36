import type { Trace } from '../households/household-files.service';
import { TRACE_COLUMNS } from '../insert-rows';
import { columnOf, type Fields } from '../record-fields';

/** What some fields were before a change and are after it, by field; fields that stay are in neither. */
export interface FieldChanges {
  before: Record<string, unknown>;
  after: Record<string, unknown>;
}

/**
 * Compares what a form gives with what is stored. Decimals compare as numbers, so `3` and `3.00` are the same.
 * Returns the fields that change, with their values before and after.
 */
export function changesOf(
  before: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, unknown>>,
): FieldChanges {
  const changed = Object.keys(given).filter((name) => !isSame(before[name] ?? null, given[name] ?? null));
  return {
    before: Object.fromEntries(changed.map((name) => [name, before[name] ?? null])),
    after: Object.fromEntries(changed.map((name) => [name, given[name] ?? null])),
  };
}

const DECIMAL = /^\d+\.\d+$/;

function isSame(before: unknown, after: unknown): boolean {
  if (typeof before !== 'string' || typeof after !== 'string' || !DECIMAL.test(before))
    return before === after;
  return canonical(before) === canonical(after);
}

/** A decimal without the zeros that say nothing: `007.50` is `7.5`. */
function canonical(decimal: string): string {
  const [whole, rest = ''] = decimal.split('.');
  const decimals = rest.replace(/0+$/, '');
  return `${whole!.replace(/^0+(?=\d)/, '')}${decimals === '' ? '' : `.${decimals}`}`;
}

/** Columns and values of the fields given and of the trace, for an INSERT. */
export function insertColumns(
  fields: Fields,
  given: Readonly<Record<string, unknown>>,
  { actor, now }: Trace,
): { columns: string[]; values: unknown[] } {
  const names = Object.keys(given);
  return {
    columns: [...names.map(columnOf), ...TRACE_COLUMNS],
    values: [...names.map((name) => fields[name]!.encode(given[name])), actor, now, actor, now],
  };
}
