import { isCalendarDate } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import type { ConditionFieldInfo, ConditionField as ConditionFieldName } from '../generated/graphql';
import {
  CONDITION_FIELDS,
  CONDITION_OPS,
  type ConditionField,
  type ConditionKind,
  type ConditionOp,
  type ConditionSource,
  OPS_OF_KIND,
} from './condition-fields.rules';
import { isDecimal } from './income.rules';

/** One line of the condition list, as the page added it. */
export interface Condition {
  field: string;
  op: ConditionOp;
  value?: readonly string[] | null | undefined;
}

/** A condition list as SQL, by where its fields stand; every value is a parameter. */
export interface CompiledConditions {
  where: Readonly<Record<ConditionSource, readonly string[]>>;
  /** Whether a condition asks for households whose file was closed or cleared. */
  asksForClosed: boolean;
  /** Whether a household of which no outcome was recorded meets all conditions on it. */
  emptyOutcomeMeetsAll: boolean;
  /** What follows from the conditions on members and leads to the few of a range by an index. */
  unusualMembers: readonly string[];
}

const MAX_CONDITIONS = 30;
const MAX_VALUES = 100;
const MAX_TEXT = 100;

const COMPARISONS = { GT: '>', GTE: '>=', LT: '<', LTE: '<=' } as const;
const TYPES: Readonly<Record<ConditionKind, string>> = {
  CODE: 'text',
  CODES: 'text',
  TEXT: 'text',
  MONTH: 'text',
  FLAG: 'boolean',
  WHOLE: 'int',
  DECIMAL: 'numeric',
  DATE: 'date',
};

/** The fields that only a closed or cleared household, or one asked for by its file status, has. */
const OF_CLOSED_FILES = new Set(['FILE_STATUS', 'CLOSURE_YEAR']);

/** The operators that a blank meets. */
const MET_BY_BLANKS: ReadonlySet<ConditionOp> = new Set(['IS_NULL', 'NE']);

/**
 * Turns a condition list into SQL (PA-QS-11, PA-QS-12): all conditions hold at once; those on members hold for one
 * and the same active member. `EQ` with several values means any of them, `NE` none of them (a blank is none).
 * `parameter` takes a value and returns its placeholder. Throws one refusal with every fault: an operator the field
 * does not take, a value that is none of the field's.
 */
export function compileConditions(
  conditions: readonly Condition[],
  parameter: (value: unknown) => string,
): CompiledConditions {
  if (conditions.length > MAX_CONDITIONS) {
    throw refuse.invalid('conditions', {
      zh: `最多添加 ${MAX_CONDITIONS} 个条件`,
      en: `At most ${MAX_CONDITIONS} conditions can be added`,
    });
  }
  const faults: Refusal[] = [];
  const where: Record<ConditionSource, string[]> = { RECORD: [], FILE: [], OUTCOME: [], MEMBER: [] };
  for (const [index, condition] of conditions.entries()) {
    const field = CONDITION_FIELDS.get(condition.field);
    if (!field) throw new RangeError('The schema has a field of conditions that the table of fields has not');
    const fault = faultOf(condition, field, index);
    if (fault) faults.push(fault);
    else where[field.source].push(compile(condition, field, parameter));
  }
  if (faults.length > 0) throw Refusal.many(faults);
  return {
    where,
    asksForClosed: conditions.some(({ field, op }) => OF_CLOSED_FILES.has(field) && op !== 'IS_NULL'),
    emptyOutcomeMeetsAll: conditions.every(
      ({ field, op }) => CONDITION_FIELDS.get(field)!.source !== 'OUTCOME' || MET_BY_BLANKS.has(op),
    ),
    unusualMembers: conditions.flatMap(unusual),
  };
}

/** That a value is not the usual one, where the condition takes none but others. */
function unusual({ field, op, value }: Condition): string[] {
  const { usual } = CONDITION_FIELDS.get(field)!;
  const meant = usual !== undefined && (op === 'EQ' || op === 'CONTAINS') && !value?.includes(usual.value);
  return meant ? [usual.otherwise] : [];
}

function compile(
  { op, value }: Condition,
  { sql, kind, list }: ConditionField,
  parameter: (value: unknown) => string,
): string {
  const empty = kind === 'CODES' ? `cardinality(${sql}) = 0` : `${sql} IS NULL`;
  if (op === 'IS_NULL') return empty;
  if (op === 'NOT_NULL') return `NOT (${empty})`;
  const values = (value ?? []).map((text) => (list ? list.code(text) : text.trim()));
  const type = TYPES[kind];
  if (op in COMPARISONS) {
    return `${sql} ${COMPARISONS[op as keyof typeof COMPARISONS]} ${parameter(values[0])}::${type}`;
  }
  if (op === 'CONTAINS' && kind === 'TEXT') {
    // Not LIKE: what a person types is text, never a pattern.
    return values.map((text) => `position(${parameter(text)}::text IN ${sql}) > 0`).join(' OR ');
  }
  const anyOf =
    kind === 'CODES'
      ? `${sql} && ${parameter(values)}::text[]`
      : `${sql} = ANY(${parameter(values)}::${type}[])`;
  return op === 'NE' ? `(${anyOf}) IS NOT TRUE` : anyOf;
}

function faultOf(condition: Condition, field: ConditionField, index: number): Refusal | null {
  const { op } = condition;
  const possible = OPS_OF_KIND[field.kind];
  if (!possible.includes(op)) {
    return refuse.invalid(`conditions[${index}].op`, {
      zh: `“${field.label}”不能用“${CONDITION_OPS[op]}”，可用：${possible.map((one) => CONDITION_OPS[one]).join('、')}`,
      en: `${condition.field} does not take ${op}; it takes ${possible.join(', ')}`,
    });
  }
  const values = condition.value ?? [];
  const path = `conditions[${index}].value`;
  if (op === 'IS_NULL' || op === 'NOT_NULL') {
    return values.length === 0
      ? null
      : refuse.invalid(path, {
          zh: `“${CONDITION_OPS[op]}”不填写比较值，请清空`,
          en: `${op} takes no value; leave it out`,
        });
  }
  if (values.length === 0) {
    return new Refusal(
      'FIELD_REQUIRED',
      {
        zh: `请填写“${field.label}”的比较值`,
        en: `Enter the value that ${condition.field} is compared with`,
      },
      { field: path },
    );
  }
  if (op in COMPARISONS && values.length > 1) {
    return refuse.invalid(path, {
      zh: `“${CONDITION_OPS[op]}”只能填写一个比较值`,
      en: `${op} takes one value only`,
    });
  }
  if (values.length > MAX_VALUES) {
    return refuse.invalid(path, {
      zh: `一个条件最多 ${MAX_VALUES} 个比较值`,
      en: `A condition takes at most ${MAX_VALUES} values`,
    });
  }
  if (values.every((text) => isValue(text, field))) return null;
  return refuse.invalid(path, EXPECTED[field.kind](field, condition.field));
}

function isValue(text: string, { kind, list }: ConditionField): boolean {
  const value = text.trim();
  switch (kind) {
    case 'CODE':
    case 'CODES':
      return list!.names.includes(text);
    case 'FLAG':
      return value === 'true' || value === 'false';
    case 'WHOLE':
      return /^\d{1,9}$/.test(value);
    case 'DECIMAL':
      return isDecimal(value);
    case 'DATE':
      return isCalendarDate(value);
    case 'MONTH':
      return /^\d{4}-(0[1-9]|1[0-2])$/.test(value);
    case 'TEXT':
      return value !== '' && [...value].length <= MAX_TEXT && !value.includes('\u0000');
  }
}

const EXPECTED: Readonly<
  Record<ConditionKind, (field: ConditionField, name: string) => { zh: string; en: string }>
> = {
  CODE: choices,
  CODES: choices,
  FLAG: ({ label }, name) => ({
    zh: `“${label}”的比较值为 true（是）或 false（否）`,
    en: `${name} is compared with true or false`,
  }),
  WHOLE: ({ label }, name) => ({
    zh: `“${label}”的比较值为非负整数，例如 2016`,
    en: `${name} is compared with a whole number, for example 2016`,
  }),
  DECIMAL: ({ label }, name) => ({
    zh: `“${label}”的比较值为最多两位小数的数字，例如 3100.00`,
    en: `${name} is compared with a number of at most two decimals, for example 3100.00`,
  }),
  DATE: ({ label }, name) => ({
    zh: `“${label}”的比较值为日期，格式为 YYYY-MM-DD`,
    en: `${name} is compared with a date, written YYYY-MM-DD`,
  }),
  MONTH: ({ label }, name) => ({
    zh: `“${label}”的比较值为年月，格式为 YYYY-MM`,
    en: `${name} is compared with a month, written YYYY-MM`,
  }),
  TEXT: ({ label }, name) => ({
    zh: `“${label}”的比较值为 1 至 ${MAX_TEXT} 个字`,
    en: `${name} is compared with a text of 1 to ${MAX_TEXT} characters`,
  }),
};

function choices({ label, list }: ConditionField, name: string): { zh: string; en: string } {
  const { names } = list!;
  return {
    zh: `“${label}”的比较值应从代码表中选择：${names.map((one) => `${one}（${list!.label(one)}）`).join('、')}`,
    en: `${name} is compared with values of its code list: ${names.join(', ')}`,
  };
}

/** What the page offers for conditions: fields, operators and, for codes, the list of values (PA-QS-12). */
export function conditionFieldInfos(): ConditionFieldInfo[] {
  return [...CONDITION_FIELDS].map(([name, { label, kind, list }]) => ({
    field: name as ConditionFieldName,
    label,
    ops: [...OPS_OF_KIND[kind]],
    values: list?.names.map((value) => ({ value, label: list.label(value) })) ?? null,
  }));
}
