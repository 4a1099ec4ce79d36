import { type Bilingual, isRefusal, Refusal, refuse } from '@junxian/errors';
import { isDecimal, toHundredths } from './income.rules';

/** In hundredths; sums of all amounts of a form stay far inside their columns. */
const MAX_AMOUNT = 99_999_999_99n;

/** Collects the faults of a form, each with the path of its field. */
export class FormFaults {
  readonly list: Refusal[] = [];

  add(...refusals: readonly Refusal[]): void {
    this.list.push(...refusals);
  }

  /** Adds INVALID_INPUT for a field unless the condition holds. */
  expect(condition: boolean, field: string, text: Bilingual): void {
    if (!condition) this.list.push(refuse.invalid(field, text));
  }

  /** Expects an absent value or a decimal number from 0 to 99,999,999.99. */
  expectAmount(value: string | null | undefined, field: string): void {
    if (value === null || value === undefined) return;
    const inBounds = isDecimal(value) && toHundredths(value) >= 0n && toHundredths(value) <= MAX_AMOUNT;
    this.expect(inBounds, field, {
      zh: '请填写 0 至 99999999.99 之间、最多两位小数的数字，例如 1250.50',
      en: 'Enter a number from 0 to 99999999.99 with at most two decimals, for example 1250.50',
    });
  }

  /** Expects an absent value or a text of 1 to `max` characters that is not blank. */
  expectText(value: string | null | undefined, max: number, field: string): void {
    if (value === null || value === undefined) return;
    this.expect(value.trim() !== '' && [...value].length <= max, field, {
      zh: `请填写 1 至 ${max} 个字，或留空不填`,
      en: `Enter 1 to ${max} characters, or leave the field out`,
    });
  }

  /** Expects an absent value or a telephone number: 11 digits of a mobile, or area code and number. */
  expectPhone(value: string | null | undefined, field: string): void {
    if (value === null || value === undefined) return;
    this.expect(/^(1\d{10}|0\d{2,3}-?\d{7,8})$/.test(value), field, {
      zh: '请填写 11 位手机号码，或带区号的固定电话',
      en: 'Enter a mobile number of 11 digits, or a landline with its area code',
    });
  }

  /** Expects that no value stands twice. */
  expectDistinct(values: readonly string[], field: string): void {
    this.expect(new Set(values).size === values.length, field, {
      zh: '同一选项不能重复选择',
      en: 'The same option cannot be chosen twice',
    });
  }
}

/** Does what takes a form that stands at `path` of a larger input; the faults of its refusal are named from there. */
export async function inFormAt<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isRefusal(error) ? under(path, error) : error;
  }
}

function under(path: string, { code, text, field, details, httpStatus, faults }: Refusal): Refusal {
  const named = (name: string | undefined) => (name === undefined ? path : `${path}.${name}`);
  return new Refusal(
    code,
    text,
    { field: named(field), details, httpStatus },
    faults.map((fault) => ({ ...fault, field: named(fault.field) })),
  );
}
