import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Experimental_DidResolveQueryPlanCallback } from '@apollo/gateway';
import type { ExecutorContext, ExecutorResult } from '../../src/execution/operation-executor';

type Planned = Parameters<Experimental_DidResolveQueryPlanCallback>[0];
type ExecuteQueryPlan = (
  plan: Planned['queryPlan'],
  services: Planned['serviceMap'],
  requestContext: ExecutorContext,
  operationContext: Planned['operationContext'],
  supergraphSchema: unknown,
  apiSchema: unknown,
  telemetry: undefined,
) => Promise<ExecutorResult>;

interface Change {
  file: 'executeQueryPlan.js' | 'resultShaping.js' | 'utilities/deepMerge.js';
  find: string;
  replace: string;
}

/**
 * Where the stock executor and ours answer differently and ours is right: what is wrong, and the
 * change of the stock executor's source that puts it right. A difference is excused only if the
 * stock executor with these changes gives our answer; each is pinned by a test of its name.
 */
export const REPAIRS = {
  /**
   * The n-th error of an `_entities` answer is put at the n-th object of the path, although objects
   * without a representation (of another type, or without what the fetch requires) were not sent:
   * the error stands at the wrong place of the answer.
   */
  'error paths count objects that were not sent': [
    {
      file: 'executeQueryPlan.js',
      find: 'const representationToEntity = [];',
      replace: `const representationToEntity = [];
                currentCursor = { ...currentCursor, positions: representationToEntity };`,
    },
    {
      file: 'executeQueryPlan.js',
      find: 'hydratedPaths[errorPath[1]]',
      replace: 'hydratedPaths[cursor.positions[errorPath[1]]]',
    },
  ],
  /**
   * An error of `_entities` as a whole gets a path that no client can follow: that of the plan, with
   * `@` for lists and `_entities` at its end.
   */
  'errors of all entities get a path of the plan': [
    {
      file: 'executeQueryPlan.js',
      find: 'return errorPath ? [...cursor.path, ...errorPath.slice()] : undefined;',
      replace: 'return errorPath && !fetch.requires ? [...cursor.path, ...errorPath.slice()] : undefined;',
    },
  ],
  /**
   * Two fetches of the same list of lists (a shared value whose parts two subgraphs know) are not
   * merged: the inner lists of the later answer replace those of the earlier, whose fields are lost.
   */
  'lists in lists are replaced instead of merged': [
    {
      file: 'utilities/deepMerge.js',
      find: 'else {\n                    target[key][i] = source[key][i];',
      replace: `else if (Array.isArray(target[key][i]) && Array.isArray(source[key][i])) {
                    const both = { list: target[key][i] };
                    deepMerge(both, { list: source[key][i] });
                    target[key][i] = both.list;
                }
                else {
                    target[key][i] = source[key][i];`,
    },
  ],
  /**
   * A fragment on an interface makes the stock executor look at the interface's fields, also for an
   * object whose own type promises more (`String!` for `String`): a null is left standing that the
   * object's type does not allow.
   */
  'a field is taken for that of the interface it is asked by': [
    {
      file: 'resultShaping.js',
      find: 'const fieldType = field.definition.type;',
      replace:
        'const fieldType = ((0, federation_internals_1.isObjectType)(parentType) && parentType.field(field.name) || field.definition).type;',
    },
    {
      file: 'resultShaping.js',
      find: 'parentType: (_d = fragment.typeCondition)',
      replace:
        'parentType: (0, federation_internals_1.isObjectType)(parentType) ? parentType : (_d = fragment.typeCondition)',
    },
  ],
  /**
   * An object of which nobody says what type it is (the subgraph that knows the implementations of
   * an entity interface does not find it) becomes null in silence; ours says so at its `__typename`.
   */
  'an object of no known type is null in silence': [
    {
      file: 'resultShaping.js',
      find: 'if (!(0, federation_internals_1.isObjectType)(type)) {',
      replace: `if (!(0, federation_internals_1.isObjectType)(type)) {
                        parameters.errors.push(federation_internals_1.ERRORS.INVALID_GRAPHQL.err('no known type', { path: [...path, responseName] }));`,
    },
  ],
  /**
   * A service that knows a type by its interface only (@interfaceObject), asked after the one that tells
   * the object's own type, answers with the interface's name, which takes the place of the known one:
   * what was selected of the object's type is left out in silence.
   */
  "an interface's name replaces the name of the object's type": [
    {
      file: 'executeQueryPlan.js',
      find: '(0, deepMerge_1.deepMerge)(entity, dataReceivedFromService);',
      replace:
        '(deepMerge_1.schema = context.supergraphSchema, deepMerge_1.deepMerge)(entity, dataReceivedFromService);',
    },
    {
      file: 'executeQueryPlan.js',
      find: '(0, deepMerge_1.deepMerge)(entities[representationToEntity[i]], receivedEntity);',
      replace:
        '(deepMerge_1.schema = context.supergraphSchema, deepMerge_1.deepMerge)(entities[representationToEntity[i]], receivedEntity);',
    },
    {
      file: 'utilities/deepMerge.js',
      find: 'else {\n            target[key] = source[key];',
      replace: `else if (key !== '__typename' || !isMoreExact(exports.schema, target[key], source[key])) {
            target[key] = source[key];`,
    },
    {
      file: 'utilities/deepMerge.js',
      find: 'function deepMerge(',
      replace: `function isMoreExact(schema, present, added) {
    const type = present && schema.getType(present);
    const wanted = schema.getType(added);
    return Boolean(type && wanted && type !== wanted && 'getInterfaces' in type && 'resolveType' in wanted && schema.isSubType(wanted, type));
}
function deepMerge(`,
    },
  ],
  /**
   * For the name of the root's type in a fragment with a condition the stock planner has a service asked,
   * though everybody knows it: a service that refuses makes an error of it. Ours asks nobody.
   */
  "a service is asked for the name of the root's type": [
    {
      file: 'executeQueryPlan.js',
      find: 'async function executeFetch(context, fetch, currentCursor, traceNode, telemetryConfig) {',
      replace: `function asksNamesOnly({ selections }) {
    return selections.every((it) => it.kind === 'InlineFragment' ? asksNamesOnly(it.selectionSet) : it.kind === 'Field' && it.name.value === '__typename');
}
async function executeFetch(context, fetch, currentCursor, traceNode, telemetryConfig) {
    if (!fetch.requires && require('graphql').parse(fetch.operation).definitions.every((it) => asksNamesOnly(it.selectionSet)))
        return;`,
    },
  ],
  /**
   * Not a fault but our decision 0009: a reference that its service answers with null, without an
   * error, leads to what the caller may not see. It is null where null may stand, and no error.
   */
  'a reference out of sight is an error': [
    {
      file: 'executeQueryPlan.js',
      find: 'const existingEntity = entities[representationToEntity[i]];',
      replace: `const existingEntity = entities[representationToEntity[i]];
                    if (receivedEntity === null) (context.hidden ??= new Set()).add(existingEntity);`,
    },
    {
      file: 'executeQueryPlan.js',
      find: 'input: unfilteredData,',
      replace: 'input: unfilteredData, hidden: context.hidden,',
    },
    {
      file: 'resultShaping.js',
      find: '{ operation, variables, input, ',
      replace: '{ operation, variables, input, hidden, ',
    },
    {
      file: 'resultShaping.js',
      find: 'errors: [],\n        introspectionHandling,',
      replace: 'errors: [], hidden,\n        introspectionHandling,',
    },
    {
      file: 'resultShaping.js',
      find: 'path.push(responseName);',
      replace: `if ((0, federation_internals_1.isNonNullType)(fieldType) && (0, own_1.getOwn)(input, responseName) === undefined && parameters.hidden?.has(input)) return 'HIDDEN';
            path.push(responseName);`,
    },
    {
      file: 'resultShaping.js',
      find: 'if (res === ApplyResult.NULL_BUBBLE_UP) {\n                    return ApplyResult.NULL_BUBBLE_UP;',
      replace: 'if (res !== ApplyResult.OK) {\n                    return res;',
    },
    {
      file: 'resultShaping.js',
      find: 'return { updated: hasErrors ? null : outputValueObject, hasErrors };',
      replace: "return { updated: hasErrors || res === 'HIDDEN' ? null : outputValueObject, hasErrors };",
    },
  ],
} as const satisfies Record<string, readonly Change[]>;

export type Repair = keyof typeof REPAIRS;
export const ALL_REPAIRS = Object.keys(REPAIRS) as Repair[];

const made = new Map<string, ExecuteQueryPlan>();

/** The stock executor's own source with some of the {@link REPAIRS}. Throws when a place to repair is not there. */
export function repairedStock(repairs: readonly Repair[]): ExecuteQueryPlan {
  const key = repairs.join();
  let repaired = made.get(key);
  if (repaired === undefined) {
    repaired = load(
      'executeQueryPlan.js',
      repairs.flatMap((repair) => REPAIRS[repair] as readonly Change[]),
    ).executeQueryPlan as ExecuteQueryPlan;
    made.set(key, repaired);
  }
  return repaired;
}

function load(file: string, changes: readonly Change[]): Record<string, unknown> {
  const path = join(dirname(require.resolve('@apollo/gateway')), file);
  let source = readFileSync(path, 'utf8');
  for (const change of changes) {
    if (change.file !== file) continue;
    if (source.split(change.find).length !== 2)
      throw new Error(`${file} has not exactly one '${change.find}'`);
    source = source.replace(change.find, () => change.replace);
  }
  const own = createRequire(path);
  const changed: Record<string, string> = {
    './resultShaping': 'resultShaping.js',
    './utilities/deepMerge': 'utilities/deepMerge.js',
  };
  const requireChanged = (id: string): unknown =>
    Object.hasOwn(changed, id) ? load(changed[id]!, changes) : own(id);
  const exports: Record<string, unknown> = {};
  new Function('exports', 'require', source)(exports, requireChanged);
  return exports;
}
