import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';

type FieldsNode = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

/** A field that a `@requires` names, seen from an object on the way to it. */
interface Requirement {
  /** Of the object it is seen from. */
  type: string;
  /** Names of the fields from there. */
  path: string;
  /** Whether that object is the one whose field has the `@requires`. */
  isWhole: boolean;
  field: string;
  given: string;
  /** For the message. */
  wanted: string;
  by: string;
}

/**
 * Pairs of `@requires` that want one field of one object with different arguments. An object holds a
 * field once: Apollo's planner fetches both under one name, and one of the two services computes from
 * the other's value without anybody noticing. A line for each pair; none in a sound supergraph.
 */
export function conflictingRequirements(supergraph: DocumentNode): string[] {
  const types = new Map<string, FieldsNode>();
  for (const node of supergraph.definitions)
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION)
      types.set(node.name.value, node);
  const services = servicesIn(supergraph);
  const byPath = new Map<string, Requirement[]>();
  for (const node of types.values()) {
    for (const requirement of requirementsOf(node, types, services)) {
      const known = byPath.get(requirement.path);
      if (known === undefined) byPath.set(requirement.path, [requirement]);
      else known.push(requirement);
    }
  }
  const meet = (one: string, other: string): boolean =>
    one === other || isImplementation(types.get(one), other) || isImplementation(types.get(other), one);
  const conflicts = new Set<string>();
  for (const all of byPath.values()) {
    for (const [index, one] of all.entries()) {
      for (const other of all.slice(index + 1)) {
        // Seen from another type on the way, two are of one object only if it is there for itself as well.
        if (one.given === other.given || !(one.isWhole || other.isWhole) || !meet(one.type, other.type))
          continue;
        const [left, right] = [one, other].sort((a, b) =>
          `${a.by}${a.wanted}` < `${b.by}${b.wanted}` ? -1 : 1,
        );
        conflicts.add(
          `${one.field} is required as ${left!.wanted} by ${left!.by} and as ${right!.wanted} by ${right!.by}`,
        );
      }
    }
  }
  return [...conflicts].sort();
}

function requirementsOf(
  node: FieldsNode,
  types: ReadonlyMap<string, FieldsNode>,
  services: ReadonlyMap<string, string>,
): Requirement[] {
  const found: Requirement[] = [];
  for (const field of node.fields ?? []) {
    for (const directive of field.directives ?? []) {
      const requires = textOf(directive, 'requires');
      if (directive.name.value !== 'join__field' || requires === undefined) continue;
      const graph = textOf(directive, 'graph') ?? '';
      const by = `${node.name.value}.${field.name.value} of ${services.get(graph) ?? graph}`;
      const { selectionSet } = parse(`{ ${requires} }`).definitions[0] as { selectionSet: SelectionSetNode };
      collect(selectionSet, node.name.value, [], { types, by, found });
    }
  }
  return found;
}

interface Collecting {
  types: ReadonlyMap<string, FieldsNode>;
  by: string;
  found: Requirement[];
}

function collect(
  { selections }: SelectionSetNode,
  type: string,
  above: readonly { type: string; name: string }[],
  collecting: Collecting,
): void {
  for (const selection of selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT)
      collect(selection.selectionSet, selection.typeCondition?.name.value ?? type, above, collecting);
    if (selection.kind !== Kind.FIELD) continue;
    const { types, by, found } = collecting;
    const name = selection.name.value;
    const way = [...above, { type, name }];
    const given = argumentsOf(selection);
    const wanted = given === '' ? name : `${name}(${given})`;
    for (const [index, from] of way.entries()) {
      const path = way.slice(index).map((step) => step.name);
      found.push({
        type: from.type,
        path: path.join('.'),
        isWhole: index === 0,
        field: `${type}.${name}`,
        given,
        wanted,
        by,
      });
    }
    const inner = types.get(type)?.fields?.find((field) => field.name.value === name);
    if (selection.selectionSet !== undefined && inner !== undefined)
      collect(selection.selectionSet, namedType(inner.type), way, collecting);
  }
}

/** Names of the services, by the values of `join__Graph`. */
function servicesIn(supergraph: DocumentNode): Map<string, string> {
  const services = new Map<string, string>();
  for (const node of supergraph.definitions) {
    if (node.kind !== Kind.ENUM_TYPE_DEFINITION || node.name.value !== 'join__Graph') continue;
    for (const { name, directives = [] } of node.values ?? []) {
      const graph = directives.find((directive) => directive.name.value === 'join__graph');
      services.set(name.value, (graph && textOf(graph, 'name')) ?? name.value);
    }
  }
  return services;
}

const isImplementation = (node: FieldsNode | undefined, of: string): boolean =>
  node?.interfaces?.some(({ name }) => name.value === of) === true;

function textOf({ arguments: given = [] }: ConstDirectiveNode, argument: string): string | undefined {
  const value = given.find(({ name }) => name.value === argument)?.value;
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

const namedType = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);

/** Arguments in one order and notation. */
const argumentsOf = ({ arguments: given = [] }: FieldNode): string =>
  given
    .map((argument) => print(argument))
    .sort()
    .join(', ');
