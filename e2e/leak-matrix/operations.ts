import {
  type InputPlace,
  type RootCall,
  type RootName,
  rootCall,
  rootFields,
  type SelectedField,
  selectionOf,
} from '@junxian/test-kit';
import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isNonNullType,
} from 'graphql';

/** Which fields are selected. */
export type Permitted = (selected: SelectedField) => boolean;

/** Ids and codes of the rows that an operation is pointed at, by what an argument asks for. */
export type Target = Readonly<Record<string, string>>;

/** A root field pointed at a target. */
export interface Operation extends RootCall {
  /** `Query.households`. */
  coordinate: string;
  /** Whether the target stands in its arguments. */
  isAimed: boolean;
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
  [/villageCode|^village$/i, 'village'],
  [/^codes$/, 'naturalVillage'],
  [/(region|code|under)/i, 'region'],
  [/(organisation|root|superior)/i, 'organisation'],
  [/appointment/i, 'appointment'],
  [/^accountId$/i, 'account'],
  [/account/i, 'account'],
  [/household/i, 'household'],
  [/^(survivorId|newHeadId)$|member/i, 'member'],
  [/^(dispatchUnitId|unitId)$/, 'unit'],
  [/^helperId$/, 'helper'],
  [/^pairingId$/, 'helperPairing'],
  [/^teamId$/, 'team'],
  [/^lineId$/, 'allocationLine'],
  [/^(projectId|refId)$/, 'project'],
  [/^disclosureId$/, 'disclosure'],
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
  [/FundAllocation$/i, 'allocation'],
  [/FundArrival$/i, 'arrival'],
  [/FundArrangement$/i, 'arrangement'],
  [/integratedFund/i, 'integratedFund'],
  [/project/i, 'project'],
  [/workTeam/i, 'team'],
  [/assistanceUnit/i, 'unit'],
  [/helper/i, 'helper'],
  [/measure/i, 'measure'],
  [/disclosure/i, 'disclosure'],
  [/toDo/, 'toDo'],
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
  TenThousandYuan: '1.0000',
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
  // Narrows what is shown; a word that is no operation is refused.
  operations: undefined,
  // Of the table of poor households; of the others it names no column.
  column: 'poor.h',
};

/** Lists by days are asked for all of the time. */
const DAYS: Record<string, string> = { from: '2026-01-01', to: '2027-12-31' };

/** Four levels reach across services and back; most of the time goes into planning them. */
export const DEEP = 4;
/** Three reach across services from every row of a list. */
export const ACROSS = 3;
/** The row itself and what it consists of. */
export const SHALLOW = 2;
/** Only its own plain fields. */
export const PLAIN = 1;

/**
 * One operation for every root field of a schema, pointed at a target, selecting all that is permitted so many levels down;
 * one for each value of an argument that chooses among lists or reports.
 */
export function operationsFor(
  schema: GraphQLSchema,
  root: RootName,
  target: Target,
  depth: number,
  permitted: Permitted,
): Operation[] {
  return rootFields(schema, root).flatMap(({ field }) => {
    const selection = wholeSelection(field, depth, permitted);
    return choicesOf(root, field).map((choice) => {
      const call = rootCall(
        root,
        field,
        {
          valueAt: (place) =>
            (place.path.length === 1 ? choice[place.path[0]!] : undefined) ?? valueAt(place, target),
          // Without the target in it an optional input would only be noise.
          keeps: (value) => isAimed(value, target),
        },
        selection,
      );
      return { ...call, coordinate: `${root}.${field.name}`, isAimed: isAimed(call.variables, target) };
    });
  });
}

/** The values of the arguments of a query that must be chosen from a list; a mutation takes the first. */
function choicesOf(root: RootName, { args }: GraphQLField<unknown, unknown>): Record<string, unknown>[] {
  const chosen = args.find(({ type }) => isNonNullType(type) && isEnumType(type.ofType));
  if (root === 'Mutation' || chosen === undefined) return [{}];
  const type = getNamedType(chosen.type);
  return isEnumType(type) ? type.getValues().map(({ name }) => ({ [chosen.name]: name })) : [{}];
}

function valueAt({ field, path, type, isRequired }: InputPlace, target: Target): unknown {
  const name = path.at(-1)!;
  if (name in FIXED) return FIXED[name];
  if (path.length === 1 && isRequired && type.name === 'Date' && name in DAYS) return DAYS[name];
  const aimed = ['ID', 'String'].includes(type.name) ? aimedValue(name, field, target) : undefined;
  if (aimed !== undefined) return aimed;
  if (!isRequired) return undefined;
  if (isEnumType(type)) return type.getValues()[0]!.name;
  const value = BY_TYPE[type.name];
  if (value === undefined)
    throw new Error(`the leak matrix has no value for the type ${type.name} of ${field}.${path.join('.')}`);
  return value;
}

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

/** Selections from the root; they are long, and the same for every target. */
const selections = new WeakMap<Permitted, Map<string, string>>();

function wholeSelection(
  { type }: GraphQLField<unknown, unknown>,
  depth: number,
  permitted: Permitted,
): string {
  const known = selections.get(permitted) ?? new Map<string, string>();
  selections.set(permitted, known);
  const key = `${getNamedType(type).name} ${depth}`;
  const selection = known.get(key) ?? selectionOf(type, { depth, permitted, given: givenBelow });
  known.set(key, selection);
  return selection;
}

/** What a required argument below the root gets. */
export function givenBelow({ name, type }: { name: string; type: GraphQLInputType }): unknown {
  return FIXED[name] ?? (getNamedType(type).name === 'Date' ? DAYS[name] : undefined);
}
