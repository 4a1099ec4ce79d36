/** The cells that say something else than what is stored. */
export function changedCells<Contents extends object>(cells: Contents, stored: object): Contents {
  return Object.fromEntries(
    Object.entries(cells).filter(([field, value]) =>
      differs(value, (stored as Record<string, unknown>)[field]),
    ),
  ) as Contents;
}

/** Whether no filled cell says something else than what is stored. */
export function saysTheSame(cells: object, stored: object): boolean {
  return Object.keys(changedCells(cells, stored)).length === 0;
}

/** Whether a filled cell says something else than what is stored: sets in any order, numbers however they are written. */
export function differs(cell: unknown, stored: unknown): boolean {
  if (cell === undefined) return false;
  if (Array.isArray(cell) && Array.isArray(stored)) {
    return cell.length !== stored.length || cell.some((item) => !stored.includes(item));
  }
  return normal(cell) !== normal(stored);
}

const DECIMAL = /^-?\d+(\.\d+)?$/;

function normal(value: unknown): unknown {
  if (typeof value !== 'string') return value ?? null;
  const text = value.trim();
  // 12.5 is stored as 12.50; a phone number or an account has no point and is compared as it stands.
  return DECIMAL.test(text) && text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
}
