import { Refusal } from '@junxian/errors';
import { isTenThousands, MAX_TEN_THOUSANDTHS, toTenThousandths } from '../funds/ten-thousands.rules';
import { FormFaults } from '../households/form-faults.rules';

/** Whole numbers of households and persons; the largest county has some millions. */
const MAX_COUNT = 99_999_999;

/** Collects the faults of a project's forms; `path` is where the form stands in the mutation's input. */
export class ProjectFaults extends FormFaults {
  /** Expects a text that is there and has 1 to `max` characters. */
  expectFilled(value: string, max: number, field: string): void {
    if (value.trim() === '') this.add(fieldRequired(field));
    else this.expectText(value, max, field);
  }

  /** Expects an absent value or a whole number that can be a count. */
  expectCount(value: number | null | undefined, field: string): void {
    if (value == null) return;
    this.expect(Number.isInteger(value) && value >= 0 && value <= MAX_COUNT, field, {
      zh: '请填写 0 至 99999999 之间的整数',
      en: 'Enter a whole number from 0 to 99999999',
    });
  }

  /** Expects an amount in ten thousand yuan; with `positive`, more than nothing. Says whether it is one. */
  expectTenThousands(value: string, field: string, positive = true): boolean {
    const amount = isTenThousands(value) ? toTenThousandths(value) : null;
    const fits = amount !== null && amount <= MAX_TEN_THOUSANDTHS && (amount > 0n || !positive);
    this.expect(fits, field, {
      zh: `请填写${positive ? '大于 0、' : ''}不超过 99999999.9999、最多四位小数的金额（万元），例如 12.5`,
      en: `Enter an amount in ten thousand yuan${positive ? ' above 0' : ''} of at most 99999999.9999 with at most four decimals, for example 12.5`,
    });
    return fits;
  }

  /** Expects the second of two dates not to lie before the first; absent ones are passed by. */
  expectOrder(
    first: string | null | undefined,
    second: string | null | undefined,
    field: string,
    zh: string,
  ): void {
    if (first == null || second == null) return;
    this.expect(first <= second, field, { zh, en: `This date cannot lie before ${first}` });
  }

  /** Throws all faults at once, if there are any. */
  refuse(): void {
    if (this.list.length > 0) throw Refusal.many(this.list);
  }
}

/** FIELD_REQUIRED of a field. */
export function fieldRequired(field: string): Refusal {
  return new Refusal('FIELD_REQUIRED', { zh: '请填写此项', en: 'Fill in this field' }, { field });
}

/** Refuses an amount that is too high or too low. */
export function overLimit(field: string, zh: string, en: string): Refusal {
  return new Refusal('OVER_LIMIT', { zh, en }, { field });
}
