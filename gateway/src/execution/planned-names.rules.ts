import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  visit,
} from 'graphql';

/** Names that fetches need in an object, each with the arguments they need it with (the empty text: none). */
export type NeededNames = ReadonlyMap<string, ReadonlySet<string>>;

export interface PlannedOperation {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  /** Response names of the client, by those the plan uses instead. */
  shownAs: ReadonlyMap<string, string>;
}

/** What keys and `@requires` of a supergraph name, and `__typename`. */
export function neededNames(supergraph: DocumentNode): NeededNames {
  const needed = new Map<string, Set<string>>([['__typename', new Set([''])]]);
  visit(supergraph, {
    [Kind.DIRECTIVE]: ({ name, arguments: given = [] }) => {
      const argument = { join__type: 'key', join__field: 'requires' }[name.value];
      const value = given.find((node) => node.name.value === argument)?.value;
      if (value?.kind !== Kind.STRING) return;
      visit(parse(`{ ${value.value} }`), {
        [Kind.FIELD]: (field) => {
          const all = needed.get(field.name.value) ?? new Set();
          needed.set(field.name.value, all.add(argumentsOf(field)));
        },
      });
    },
  });
  return needed;
}

/**
 * An operation in which no field stands under a name that fetches need for another value: Apollo's
 * planner takes the one for the other there, and answers or sends wrong data. Such fields get names
 * of their own; where there are none, the operation is handed back as it came.
 */
export function plannedOperation(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  needed: NeededNames,
): PlannedOperation {
  const taken = new Set(needed.keys());
  let isClear = true;
  visit(document, {
    [Kind.FIELD]: (field) => {
      taken.add(responseName(field));
      if (isMeta(field)) return false;
      if (isTaken(field, needed)) isClear = false;
      return undefined;
    },
    [Kind.FRAGMENT_DEFINITION]: outsideMeta,
  });
  if (isClear) return { document, operation, shownAs: new Map() };

  const shownAs = new Map<string, string>();
  const planned = new Map<string, string>();
  /** One name for what merges: the same field with the same arguments under the same name. */
  const plannedName = (field: FieldNode): string => {
    const shown = responseName(field);
    const key = `${shown}:${field.name.value}${argumentsOf(field)}`;
    let name = planned.get(key);
    for (let number = 1; name === undefined; number += 1) {
      const candidate = `planned_${shown.replace(/^_+/, '')}_${number}`;
      if (taken.has(candidate)) continue;
      taken.add(candidate);
      planned.set(key, candidate);
      shownAs.set(candidate, shown);
      name = candidate;
    }
    return name;
  };
  const renamed = visit(document, {
    [Kind.FIELD]: (field) => {
      if (isMeta(field)) return false;
      if (!isTaken(field, needed)) return undefined;
      return { ...field, alias: { kind: Kind.NAME as const, value: plannedName(field) } };
    },
    [Kind.FRAGMENT_DEFINITION]: outsideMeta,
  });
  const position = document.definitions.indexOf(operation);
  return { document: renamed, operation: renamed.definitions[position] as OperationDefinitionNode, shownAs };
}

function isTaken(field: FieldNode, needed: NeededNames): boolean {
  const shown = responseName(field);
  const all = needed.get(shown);
  if (all === undefined) return false;
  const isTheOne = field.name.value === shown && all.size === 1 && all.has(argumentsOf(field));
  return !isTheOne;
}

/** Questions about the schema itself are no part of a plan. */
const isMeta = ({ name }: FieldNode): boolean => name.value === '__schema' || name.value === '__type';
const outsideMeta = ({ typeCondition }: FragmentDefinitionNode) =>
  typeCondition.name.value.startsWith('__') ? false : undefined;

const responseName = ({ alias, name }: FieldNode): string => (alias ?? name).value;

/** Arguments in one order and notation. */
const argumentsOf = ({ arguments: given = [] }: { arguments?: FieldNode['arguments'] }): string =>
  given
    .map((argument) => print(argument))
    .sort()
    .join();
