import { refuse } from '@junxian/errors';
import { factsOf } from '../back-office/operation-facts.rules';
import { BACK_OFFICE_FUNCTION } from '../back-office-code-lists';
import { HOUSEHOLD_OPERATION } from '../household-code-lists';
import { factName, factValue } from './change-words.rules';

/** What a change did to one field, as forms write it. */
export interface ChangedFact {
  field: string;
  fieldName: string;
  before: string | null;
  after: string | null;
}

/** The Chinese names of the operations that are neither status changes nor functions of the back office. */
const OTHER_OPERATIONS: Readonly<Record<string, string>> = {
  KEY_TARGET: '标记或取消重点帮扶对象',
  MEMBER_ADD: '成员新增',
  MEMBER_REDUCE: '成员减少',
  MEMBER_TRANSFER_IN: '成员转入',
  MEMBER_TRANSFER_OUT: '成员转出',
  ADD: '新增贫困村',
  DELIST: '贫困村出列',
  CANCEL_DELISTING: '取消出列',
  SET_ATTRIBUTE: '修改村属性',
  SAVE_RECORD: '年度数据修改',
  DELETE: '删除',
};

const NAMES: ReadonlyMap<string, string> = new Map([
  ...HOUSEHOLD_OPERATION.names.map((name) => [name, HOUSEHOLD_OPERATION.label(name)] as const),
  ...BACK_OFFICE_FUNCTION.names.map(
    (name) => [BACK_OFFICE_FUNCTION.code(name), BACK_OFFICE_FUNCTION.label(name)] as const,
  ),
  ...Object.entries(OTHER_OPERATIONS),
]);

/** The Chinese name of an operation that a log tells of; one that has none stands for itself. */
export function operationName(operation: string): string {
  return NAMES.get(operation) ?? operation;
}

/** Refuses operations that no log tells of, INVALID_INPUT with those there are: a misspelt code would look like an empty list. */
export function expectOperations(operations: readonly string[]): void {
  const unknown = operations.filter((operation) => !NAMES.has(operation));
  if (unknown.length === 0) return;
  throw refuse.invalid('operations', {
    zh: `没有操作“${unknown.join('、')}”；可用：${[...NAMES].map(([code, name]) => `${code}（${name}）`).join('、')}`,
    en: `There is no operation ${unknown.join(', ')}; there are ${[...NAMES.keys()].join(', ')}`,
  });
}

/** What a line of a log says of before and after. */
export interface LoggedChange {
  fromStatus: string | null;
  toStatus: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/**
 * The fields that changed, each with its value before and after as forms write them: the poverty status where the line tells
 * one, otherwise what differs before and after, nested values by their paths (`members.1402151000010000101.status`).
 */
export function changedFacts({ fromStatus, toStatus, before, after }: LoggedChange): ChangedFact[] {
  if (toStatus !== null) return [factOf('povertyStatus', fromStatus, toStatus)];
  const [was, is] = [valuesOf(before), valuesOf(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((field) => factOf(field, was.get(field) ?? null, is.get(field) ?? null))
    .filter((fact) => fact.before !== fact.after);
}

function factOf(field: string, before: string | null, after: string | null): ChangedFact {
  return {
    field,
    fieldName: factName(field),
    before: factValue(field, before),
    after: factValue(field, after),
  };
}

function valuesOf(facts: Record<string, unknown> | null): Map<string, string | null> {
  return new Map(factsOf(facts ?? {}).map(({ name, value }) => [name, value]));
}
