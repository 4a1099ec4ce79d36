import type { CaseItem } from '../cases/case.types';

/** What is given replaces what is stored; undefined leaves it, null clears it. */
export function mergedInput<Input extends object>(stored: object, given: Input): Input {
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...stored, ...Object.fromEntries(said) } as Input;
}

/** The columns whose value is another than the item's. */
export function changedColumns(item: CaseItem, wanted: Partial<CaseItem>): Partial<CaseItem> {
  const changed = Object.entries(wanted).filter(
    ([field, value]) => value !== undefined && value !== item[field as keyof CaseItem],
  );
  return Object.fromEntries(changed);
}
