import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { SelectedField } from './permission';

/** Which fields are selected. */
export type Permitted = (selected: SelectedField) => boolean;
const everything: Permitted = () => true;

/** Ids and codes of the rows that an operation is pointed at, by what an argument asks for. */
export type Target = Readonly<Record<string, string>>;

export interface Operation {
  /** `Query.households`. */
  coordinate: string;
  document: string;
  variables: Record<string, unknown>;
}

/** Which entry of a target an argument or input field takes, by its name. The first match wins. */
const BY_NAME: readonly [RegExp, string][] = [
  [/^(caseItemId|linkedItemId|subjectId)$/, 'caseItem'],
  [/^itemNo$/, 'itemNo'],
  [/^submissionId$/, 'submission'],
  [/^noticeId$|NoticeId$/, 'notice'],
  [/^opinionId$/, 'opinion'],
  [/^reportId$/, 'report'],
  [/^interviewId$/, 'interview'],
  [/^reviewCaseId$/, 'review'],
  [/^documentId$/, 'reviewDocument'],
  [/^stepId$/, 'reviewStep'],
  [/^coVisitorId$/, 'coVisitor'],
  [/^taskId$/, 'petitionTask'],
  [/OrgIds?$/, 'organisation'],
  [/naturalvillage/i, 'naturalVillage'],
  [/villageCode/i, 'village'],
  [/^codes$/, 'naturalVillage'],
  [/(region|code|under)/i, 'region'],
  [/(organisation|root|superior)/i, 'organisation'],
  [/appointment/i, 'appointment'],
  [/^accountId$/i, 'account'],
  [/account/i, 'account'],
  [/household/i, 'household'],
  [/member/i, 'member'],
  [/session/i, 'session'],
  [/grant/i, 'roleGrant'],
  [/request/i, 'extraRequest'],
  [/change/i, 'regionChange'],
  [/task/i, 'task'],
  [/idNumber/i, 'idNumber'],
  [/loginName/, 'loginName'],
  [/sealName|^text$/, 'sealName'],
  [/^name$/, 'headName'],
];

/** A `requestId` means the request its field is about. */
const REQUEST_OF_FIELD: readonly [RegExp, string][] = [
  [/approval/i, 'approval'],
  [/return/i, 'returnRequest'],
  [/./, 'extraRequest'],
];

/** An `id` argument means the thing its field is about. */
const ID_OF_FIELD: readonly [RegExp, string][] = [
  [/^caseItem$/, 'caseItem'],
  [/^(submission|withdrawPetition)$/, 'submission'],
  [/^reviewCase$/, 'review'],
  [/reminder/i, 'reminder'],
  [/^saveLeaderReception$/, 'leaderReception'],
  [/^(saveCase|publishCase|unpublishCase)$/, 'publication'],
  [/organisation/i, 'organisation'],
  [/household/i, 'household'],
  [/account/i, 'account'],
  [/appointment/i, 'appointment'],
  [/session/i, 'session'],
  [/role/i, 'roleGrant'],
  [/change/i, 'regionChange'],
  [/task|assign|death/i, 'task'],
  [/admin/i, 'extraRequest'],
  [/converted|unit/i, 'organisation'],
];

const BY_TYPE: Record<string, unknown> = {
  Int: 2017,
  Boolean: true,
  String: 'x',
  Date: '2026-01-01',
  DateTime: '2026-01-01T00:00:00Z',
  Decimal: '1.00',
  ID: '00000000-0000-7000-8000-000000000000',
};

/** Values that are not about whose rows are meant. */
const FIXED: Record<string, unknown> = {
  first: 12,
  after: undefined,
  asOf: undefined,
  expectedVersion: 1,
  year: 2017,
  depth: 3,
  reveal: undefined,
};

/** Lists by days are asked for all of the time. */
const DAYS: Record<string, string> = { from: '2026-01-01', to: '2027-12-31' };

/**
 * One operation for every root field of a schema, pointed at a target, selecting all it can reach; one for each value of an
 * argument that chooses among lists or reports.
 */
export function operationsFor(
  schema: GraphQLSchema,
  root: 'Query' | 'Mutation',
  target: Target,
  depth: number = DEEP,
  permitted: Permitted = everything,
): Operation[] {
  const type = root === 'Query' ? schema.getQueryType() : schema.getMutationType();
  return Object.values(type?.getFields() ?? {})
    .filter((field) => !field.name.startsWith('_'))
    .flatMap((field) =>
      choicesOf(root, field).map((choice) => operationFor(root, field, target, { depth, choice, permitted })),
    );
}

/** The values of the arguments of a query that must be chosen from a list; a mutation takes the first. */
function choicesOf(
  root: 'Query' | 'Mutation',
  { args }: GraphQLField<unknown, unknown>,
): Record<string, unknown>[] {
  const chosen = args.find(({ type }) => isNonNullType(type) && isEnumType(type.ofType));
  if (root === 'Mutation' || chosen === undefined) return [{}];
  const type = getNamedType(chosen.type);
  return isEnumType(type) ? type.getValues().map(({ name }) => ({ [chosen.name]: name })) : [{}];
}

function operationFor(
  root: 'Query' | 'Mutation',
  field: GraphQLField<unknown, unknown>,
  target: Target,
  { depth, choice, permitted }: { depth: number; choice: Record<string, unknown>; permitted: Permitted },
): Operation {
  const variables: Record<string, unknown> = { ...choice };
  for (const argument of field.args) {
    if (argument.name in choice) continue;
    const value = valueFor(argument, field.name, target);
    if (value !== undefined) variables[argument.name] = value;
  }
  const used = field.args.filter((argument) => argument.name in variables);
  const declared =
    used.length === 0 ? '' : `(${used.map(({ name, type }) => `$${name}: ${type}`).join(', ')})`;
  const given = used.length === 0 ? '' : `(${used.map(({ name }) => `${name}: $${name}`).join(', ')})`;
  return {
    coordinate: `${root}.${field.name}`,
    document: `${root.toLowerCase()} Leak${declared} { ${field.name}${given} ${wholeSelection(field.type, depth, permitted)} }`,
    variables,
  };
}

function valueFor(
  argument: Pick<GraphQLArgument, 'name' | 'type' | 'defaultValue'>,
  fieldName: string,
  target: Target,
): unknown {
  if (argument.name in FIXED) return FIXED[argument.name];
  if (argument.name in DAYS && isNonNullType(argument.type) && getNamedType(argument.type).name === 'Date')
    return DAYS[argument.name];
  return inputValue(argument.type, argument.name, fieldName, target, 0);
}

function inputValue(
  type: GraphQLInputType,
  name: string,
  fieldName: string,
  target: Target,
  depth: number,
): unknown {
  const required = isNonNullType(type);
  const inner = isNonNullType(type) ? type.ofType : type;
  if (isListType(inner)) {
    const item = inputValue(inner.ofType, name, fieldName, target, depth + 1);
    if (required) return item === undefined ? [] : [item];
    return item === undefined || (isInputObjectType(getNamedType(inner)) && !isAimed(item, target))
      ? undefined
      : [item];
  }
  if (isInputObjectType(inner)) {
    if (depth > 4) return undefined;
    const value: Record<string, unknown> = {};
    for (const field of Object.values(inner.getFields())) {
      const item =
        field.name in FIXED
          ? FIXED[field.name]
          : inputValue(field.type, field.name, fieldName, target, depth + 1);
      if (item !== undefined) value[field.name] = item;
    }
    return required || isAimed(value, target) ? value : undefined;
  }
  const aimed = aimedValue(name, fieldName, target);
  if (aimed !== undefined && ['ID', 'String'].includes(inner.name)) return aimed;
  if (!required) return undefined;
  if (isEnumType(inner)) return inner.getValues()[0]!.name;
  const value = BY_TYPE[inner.name];
  if (value === undefined)
    throw new Error(`the leak matrix has no value for the type ${inner.name} of ${fieldName}.${name}`);
  return value;
}

/** Whether something of the target stands in a value; an optional input without it would only be noise. */
function isAimed(value: unknown, target: Target): boolean {
  const text = JSON.stringify(value);
  return Object.values(target).some((entry) => text.includes(entry));
}

function aimedValue(name: string, fieldName: string, target: Target): string | undefined {
  const byField =
    name === 'id' || name === 'ids' ? ID_OF_FIELD : name === 'requestId' ? REQUEST_OF_FIELD : null;
  const table =
    byField !== null
      ? byField.map(([pattern, key]) => [pattern.test(fieldName), key] as const)
      : BY_NAME.map(([pattern, key]) => [pattern.test(name), key] as const);
  const key = table.find(([matches, candidate]) => matches && candidate in target)?.[1];
  return key === undefined ? undefined : target[key];
}

/** Four levels reach across services; where that needs a role the caller lacks, two still show the field's own rows. */
export const DEEP = 4;
export const SHALLOW = 2;

/** Selections from the root; they are long, and the same for every target. */
const selections = new WeakMap<Permitted, Map<string, string>>();

function wholeSelection(type: GraphQLOutputType, depth: number, permitted: Permitted): string {
  const known = selections.get(permitted) ?? new Map<string, string>();
  selections.set(permitted, known);
  const key = `${getNamedType(type).name} ${depth}`;
  const selection = known.get(key) ?? selectionOf(type, depth, permitted);
  known.set(key, selection);
  return selection;
}

/** Everything a type lets one select without arguments of unknown meaning, so many levels down, no type twice on a path. */
export function selectionOf(
  type: GraphQLOutputType,
  depth: number,
  permitted: Permitted = everything,
  path: readonly string[] = [],
): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  if (!isObjectType(named)) return '{ __typename }';
  return `{ __typename ${fieldsOf(named, depth, permitted, [...path, named.name])} }`;
}

function fieldsOf(
  type: GraphQLObjectType,
  depth: number,
  permitted: Permitted,
  path: readonly string[],
): string {
  return Object.values(type.getFields())
    .map((field) => {
      if (!permitted({ type, field })) return '';
      const named = getNamedType(field.type);
      if (field.args.some((argument) => isNonNullType(argument.type) && given(argument) === undefined))
        return '';
      if (!isLeafType(named) && (path.length >= depth || path.includes(named.name))) return '';
      return `${field.name}${argumentsOf(field)} ${selectionOf(field.type, depth, permitted, path)}`;
    })
    .join(' ');
}

/** What a required argument below the root gets; undefined when nothing is known for it. */
function given({ name, type }: Pick<GraphQLArgument, 'name' | 'type'>): unknown {
  return FIXED[name] ?? (getNamedType(type).name === 'Date' ? DAYS[name] : undefined);
}

/** The required arguments of a field below the root, as they stand in a document; empty when there are none. */
export function argumentsOf({ args }: GraphQLField<unknown, unknown>): string {
  const required = args.filter((argument) => isNonNullType(argument.type));
  return required.length === 0
    ? ''
    : `(${required.map((argument) => `${argument.name}: ${JSON.stringify(given(argument))}`).join(', ')})`;
}
