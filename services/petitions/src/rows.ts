// SQL of rows whose columns are named like their fields, in snake case.
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
/** Columns of SQL type date: read as text, since a JavaScript date would shift them by the time zone. */
const DATES = new Set([
  'birthDate',
  'applicationDate',
  'receptionDate',
  'dueOn',
  'hearingOn',
  'appliedOn',
  'petitionDate',
  'routeDueOn',
  'acceptDueOn',
  'handleDueOn',
  'servedOn',
  'appealDueOn',
  'resultDueOn',
  'receivedOn',
  'heldOn',
  'endedOn',
  'toldOn',
  'fromOn',
  'untilOn',
]);

/** The select list of fields of a table's alias, dates as `YYYY-MM-DD`; each named like its field after a prefix, if any. */
export function selectList(fields: readonly string[], alias: string, prefix = ''): string {
  return fields
    .map((field) => `${alias}.${snake(field)}${DATES.has(field) ? '::text' : ''} AS "${prefix}${field}"`)
    .join(', ');
}

/** `a = $3, b = $4` for a set of fields, numbered from `start`, and their values. */
export function assignments(set: object, start: number): { sql: string; values: unknown[] } {
  const entries = Object.entries(set).filter(([, value]) => value !== undefined);
  return {
    sql: entries.map(([field], index) => `${snake(field)} = $${start + index}`).join(', '),
    values: entries.map(([, value]) => value),
  };
}

/** Column list and placeholders of an INSERT, and the values. */
export function insertion(row: object): { columns: string; placeholders: string; values: unknown[] } {
  const entries = Object.entries(row).filter(([, value]) => value !== undefined);
  return {
    columns: entries.map(([field]) => snake(field)).join(', '),
    placeholders: entries.map((_, index) => `$${index + 1}`).join(', '),
    values: entries.map(([, value]) => value),
  };
}
