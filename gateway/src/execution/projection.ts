import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  GraphQLIncludeDirective,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  getNullableType,
  isAbstractType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Json } from './merge.rules';

const NOTHING: ReadonlySet<object> = new Set();

/** What stands for a null that its parent may not hold. */
const BUBBLE = Symbol('null where a value is promised');
/** What stands for an entity whose service does not show it to the caller: null where that may stand, a missing value elsewhere. */
const HIDDEN = Symbol('entity out of sight');
type Value = unknown | typeof BUBBLE | typeof HIDDEN;

interface ProjectedField {
  name: string;
  isTypename: boolean;
  isPromised: boolean;
  complete: (value: unknown, run: Run) => Value;
}

interface Run {
  path: (string | number)[];
  errors: GraphQLError[];
  hidden: ReadonlySet<object>;
}

type Variables = Readonly<Record<string, unknown>>;

/**
 * Makes the answer of an operation out of what the fetches brought together: exactly the selected
 * fields, in the order of the operation, nulls carried up to where they are allowed, enum values and
 * types that the public schema does not know left out. Compiled per operation and kept, where Apollo's
 * gateway interprets its own operation model for each object of each answer.
 */
export class Projection {
  private readonly fragments = new Map<string, FragmentDefinitionNode>();
  private readonly root: GraphQLObjectType;
  /** Whether @skip or @include look at variables: then fields are compiled for each request anew. */
  private readonly dependsOnVariables: boolean;
  private compiled: (() => readonly ProjectedField[]) | undefined;

  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
    private readonly operation: OperationDefinitionNode,
  ) {
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(definition.name.value, definition);
    }
    this.root = schema.getRootType(operation.operation)!;
    this.dependsOnVariables = selectionsOf(document).some(hasConditionByVariable);
  }

  /**
   * Projects collected data. `hidden` are references that a service answered with null. Returns the answer's data and the places where a
   * promised value was missing; that a reference leads to nothing the caller may see is not such a place.
   */
  project(
    collected: Json,
    variables: Variables,
    hidden: ReadonlySet<object> = NOTHING,
  ): { data: Json | null; errors: GraphQLError[] } {
    let fields = this.compiled;
    if (fields === undefined) {
      fields = this.fieldsOf([this.operation.selectionSet], this.root, variables);
      if (!this.dependsOnVariables) this.compiled = fields;
    }
    const run: Run = { path: [], errors: [], hidden };
    const data = projectObject(collected, fields(), this.root.name, run);
    return { data: data === BUBBLE ? null : (data as Json), errors: run.errors };
  }

  /** Fields are compiled when the first object of their type comes by. */
  private fieldsOf(sets: readonly SelectionSetNode[], type: GraphQLObjectType, variables: Variables) {
    let fields: ProjectedField[] | undefined;
    return () => {
      if (fields === undefined) {
        const groups = new Map<string, FieldNode[]>();
        for (const set of sets) this.collect(set, type, variables, groups, new Set());
        fields = [...groups].map(([name, nodes]) => this.field(name, nodes, type, variables));
      }
      return fields;
    };
  }

  private collect(
    set: SelectionSetNode,
    type: GraphQLObjectType,
    variables: Variables,
    groups: Map<string, FieldNode[]>,
    visited: Set<string>,
  ): void {
    for (const selection of set.selections) {
      if (!isSelected(selection, variables)) continue;
      if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        const group = groups.get(name);
        if (group === undefined) groups.set(name, [selection]);
        else group.push(selection);
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : this.fragments.get(selection.name.value);
      if (fragment === undefined || !this.applies(fragment.typeCondition?.name.value, type)) continue;
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        if (visited.has(selection.name.value)) continue;
        visited.add(selection.name.value);
      }
      this.collect(fragment.selectionSet, type, variables, groups, visited);
    }
  }

  private applies(condition: string | undefined, type: GraphQLObjectType): boolean {
    if (condition === undefined || condition === type.name) return true;
    const wanted = this.schema.getType(condition);
    return isAbstractType(wanted) && this.schema.isSubType(wanted, type);
  }

  private field(
    name: string,
    nodes: FieldNode[],
    parent: GraphQLObjectType,
    variables: Variables,
  ): ProjectedField {
    const fieldName = nodes[0]!.name.value;
    if (fieldName === '__typename')
      return { name, isTypename: true, isPromised: false, complete: () => parent.name };
    const { type } = parent.getFields()[fieldName]!;
    const named = getNamedType(type);
    const inner = isLeafType(named)
      ? leaf(named)
      : this.composite(
          nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
          isObjectType(named) ? named : undefined,
          variables,
        );
    return { name, isTypename: false, isPromised: isNonNullType(type), complete: wrapped(type, inner) };
  }

  private composite(
    sets: readonly SelectionSetNode[],
    declared: GraphQLObjectType | undefined,
    variables: Variables,
  ): ProjectedField['complete'] {
    const byType = new Map<string, { name: string; fields: () => readonly ProjectedField[] } | null>();
    const of = (typename: string | undefined) => {
      const key = typename ?? declared?.name ?? '';
      let entry = byType.get(key);
      if (entry === undefined) {
        const type = this.schema.getType(key);
        entry = isObjectType(type) ? { name: key, fields: this.fieldsOf(sets, type, variables) } : null;
        byType.set(key, entry);
      }
      return entry;
    };
    return (value, run) => {
      const entry = of((value as Json).__typename as string | undefined);
      // A type the public schema does not have: there is nothing of it to show.
      if (entry === null) return missing(run);
      return projectObject(value as Json, entry.fields(), entry.name, run);
    };
  }
}

function projectObject(value: Json, fields: readonly ProjectedField[], typename: string, run: Run): Value {
  const output: Json = {};
  for (let index = 0; index < fields.length; index += 1) {
    const { name, isTypename, isPromised, complete } = fields[index]!;
    if (isTypename) {
      output[name] = typename;
      continue;
    }
    if (isPromised && value[name] === undefined && run.hidden.has(value)) return HIDDEN;
    run.path.push(name);
    const completed = complete(value[name], run);
    run.path.pop();
    if (completed === BUBBLE) return BUBBLE;
    output[name] = completed;
  }
  return output;
}

/** Completes through lists and non-nulls. A null that may not stand is reported once and carried up. */
function wrapped(type: GraphQLOutputType, inner: ProjectedField['complete']): ProjectedField['complete'] {
  const nullable = getNullableType(type);
  const item = isListType(nullable) ? wrapped(nullable.ofType, inner) : undefined;
  const present = item === undefined ? inner : (value: unknown, run: Run) => projectList(value, item, run);
  if (!isNonNullType(type)) {
    return (value, run) => {
      if (value === null || value === undefined) return null;
      const completed = present(value, run);
      return completed === BUBBLE || completed === HIDDEN ? null : completed;
    };
  }
  return (value, run) => {
    if (value === null || value === undefined) return missing(run);
    const completed = present(value, run);
    return completed === HIDDEN ? missing(run) : completed;
  };
}

function projectList(value: unknown, item: ProjectedField['complete'], run: Run): Value {
  if (!Array.isArray(value)) return missing(run);
  const output = new Array<unknown>(value.length);
  for (let index = 0; index < value.length; index += 1) {
    run.path.push(index);
    const completed = item(value[index], run);
    run.path.pop();
    if (completed === BUBBLE) return BUBBLE;
    output[index] = completed;
  }
  return output;
}

function missing(run: Run): typeof BUBBLE {
  run.errors.push(new GraphQLError('a value the schema promises is missing', { path: [...run.path] }));
  return BUBBLE;
}

/** Values of built-in scalars and enums are checked against the public schema; custom scalars are taken as they come. */
function leaf(type: GraphQLLeafType): ProjectedField['complete'] {
  const isValid = isEnumType(type)
    ? (value: unknown) => typeof value === 'string' && type.getValue(value) !== undefined
    : BUILT_IN[type.name];
  if (isValid === undefined) return (value) => value;
  return (value, run) => (isValid(value) ? value : missing(run));
}

const BUILT_IN: Readonly<Record<string, (value: unknown) => boolean>> = {
  Int: (value) => Number.isInteger(value),
  Float: (value) => typeof value === 'number',
  String: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
  ID: (value) => typeof value === 'string' || Number.isInteger(value),
};

function isSelected(selection: SelectionNode, variables: Variables): boolean {
  if (selection.directives === undefined || selection.directives.length === 0) return true;
  if (getDirectiveValues(GraphQLSkipDirective, selection, variables)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.if !== false;
}

function hasConditionByVariable(selection: SelectionNode): boolean {
  return (selection.directives ?? []).some(({ arguments: args }) =>
    (args ?? []).some(({ value }) => value.kind === Kind.VARIABLE),
  );
}

/** Every selection of a document, however deep. */
export function selectionsOf(document: DocumentNode): SelectionNode[] {
  const found: SelectionNode[] = [];
  const visit = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      found.push(selection);
      if ('selectionSet' in selection && selection.selectionSet !== undefined) visit(selection.selectionSet);
    }
  };
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION || definition.kind === Kind.FRAGMENT_DEFINITION) {
      visit(definition.selectionSet);
    }
  }
  return found;
}
