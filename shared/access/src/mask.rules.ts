export const MASKS = ['ID_NUMBER', 'PHONE', 'BANK_ACCOUNT', 'NAME'] as const;
export type Mask = (typeof MASKS)[number];

const keep = (value: string, first: number, last: number): string => {
  const hidden = Math.max(value.length - first - last, 0);
  return value.slice(0, first) + '*'.repeat(hidden) + (last === 0 ? '' : value.slice(-last));
};

/**
 * A value as it is shown to someone who may not see it in full. A value too short to be hidden that
 * way is hidden whole.
 * Of an ID number only the region digits stay: together with a birth date shown beside it, the
 * usual "last four" would give the whole number away.
 */
export function maskValue(mask: Mask, value: string): string {
  switch (mask) {
    case 'ID_NUMBER':
      return value.length < 15 ? '*'.repeat(value.length) : keep(value, 6, 0);
    case 'PHONE':
      return value.length < 11 ? '*'.repeat(value.length) : keep(value, 3, 4);
    case 'BANK_ACCOUNT':
      return value.length < 8 ? '*'.repeat(value.length) : keep(value, 0, 4);
    case 'NAME':
      return value === '' ? '' : `${[...value][0]}${'*'.repeat(Math.max([...value].length - 1, 1))}`;
  }
}
