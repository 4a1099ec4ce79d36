import { Refusal } from '@junxian/errors';
import type { Fields, Values } from '../record-fields';
import type { FormFaults } from './form-faults.rules';
import { TRANSFER_ITEMS } from './income.rules';

/** What is typed into tab 3 as amounts that are never empty. */
export const INCOME_ITEMS = [
  'wageIncome',
  'businessIncome',
  'propertyIncome',
  'assetDividend',
  ...TRANSFER_ITEMS,
  'businessExpense',
] as const;

/** The values without those that were left out, so that a patch keeps what stands there. */
export function sent<T extends object>(values: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>;
  };
}

/** The stored values of a tab, each replaced by what was sent for it; null clears, left out stays. */
export function overlaid<Tab extends Fields>(
  tab: Tab,
  stored: Values<Tab>,
  input: { readonly [Name in keyof Tab]?: unknown },
): Values<Tab> {
  return Object.fromEntries(
    Object.keys(tab).map((name) => [name, input[name] === undefined ? stored[name] : input[name]]),
  ) as Values<Tab>;
}

/** A text without blanks around it; what is no text stays what it is. */
export function trimmed<Text extends string | null | undefined>(text: Text): Text {
  return (typeof text === 'string' ? text.trim() : text) as Text;
}

/** Adds FIELD_REQUIRED for each of these fields that was sent empty; left out, the stored value stays. */
export function expectFilled<Field extends string>(
  input: { readonly [Name in Field]?: unknown },
  required: readonly Field[],
  faults: FormFaults,
): void {
  for (const field of required) {
    if (input[field] !== null) continue;
    faults.add(
      new Refusal(
        'FIELD_REQUIRED',
        { zh: '此项必填，请填写后再保存', en: 'This field must be filled in; complete it and save again' },
        { field },
      ),
    );
  }
}
