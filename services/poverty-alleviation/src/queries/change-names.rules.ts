import { BACK_OFFICE_FUNCTION } from '../back-office-code-lists';
import { POVERTY_STATUS } from '../code-lists';
import { HOUSEHOLD_OPERATION } from '../household-code-lists';

/** What a change did to one field, as text. */
export interface ChangedFact {
  field: string;
  before: string | null;
  after: string | null;
}

/** The Chinese names of the operations that are neither status changes nor functions of the back office. */
const OTHER_OPERATIONS: Readonly<Record<string, string>> = {
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

/** What a line of a log says of before and after. */
export interface LoggedChange {
  fromStatus: string | null;
  toStatus: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/** The fields that changed: the poverty status where the line tells one, otherwise what differs before and after. */
export function changedFacts({ fromStatus, toStatus, before, after }: LoggedChange): ChangedFact[] {
  if (toStatus !== null) {
    return [{ field: 'povertyStatus', before: statusLabel(fromStatus), after: statusLabel(toStatus) }];
  }
  const fields = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  return fields
    .map((field) => ({ field, before: asText(before?.[field]), after: asText(after?.[field]) }))
    .filter((fact) => fact.before !== fact.after);
}

function statusLabel(code: string | null): string | null {
  return code === null ? null : POVERTY_STATUS.label(POVERTY_STATUS.name(code));
}

function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
