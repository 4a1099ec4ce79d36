import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  GraphQLError,
  GraphQLIncludeDirective,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isNonNullType,
  isObjectType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { isInherited, type Json, quoted } from './json.rules';
import { leafFieldWriter, rawWriter, typeWriter } from './value-writers.rules';
import {
  BUBBLE,
  type FieldWriter,
  type ObjectWriter,
  objectWriter,
  type Writer,
  type Writing,
  type Written,
} from './writing.rules';

type Variables = Readonly<Record<string, unknown>>;
type FieldsOf = () => readonly FieldWriter[];

/** How many combinations of @skip and @include of one operation are kept. */
const MOST_COMBINATIONS = 32;

/**
 * Writes the JSON text of an operation's data out of what the fetches brought together: exactly the
 * selected fields, in the order of the operation, nulls carried up to where they are allowed, enum
 * values and types that the public schema does not know left out. Compiled per operation.
 */
export class AnswerWriter {
  private readonly fragments = new Map<string, FragmentDefinitionNode>();
  /** Variables that @skip and @include look at: the fields are compiled for each combination of them. */
  private readonly conditions: readonly string[];
  private readonly compiled = new LRUCache<string, FieldsOf>({ max: MOST_COMBINATIONS });
  private lists = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
    private readonly operation: OperationDefinitionNode,
    /** What fields are called in the answer, where that is not their name in the document. */
    private readonly names: ReadonlyMap<string, string> = new Map(),
  ) {
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.fragments.set(definition.name.value, definition);
    }
    this.conditions = [...new Set(selectionsOf(document).flatMap(conditionVariables))];
  }

  /**
   * Takes collected data and coerced variables; `hidden` are references that a service answered with
   * null. Returns the text and the places where a promised value was missing; that a reference leads
   * to nothing the caller may see is not such a place.
   */
  write(
    collected: Json,
    variables: Variables,
    hidden: ReadonlySet<object> | undefined,
    isPlain = false,
  ): { text: string; errors: GraphQLError[] } {
    const writing: Writing = { missing: [], hidden, isPlain, written: [] };
    const text = objectWriter(this.root(variables))(collected, writing);
    return {
      text: typeof text === 'string' ? text : 'null',
      errors: writing.missing.map(
        ({ message, path }) => new GraphQLError(message, { path, extensions: { code: 'INVALID_GRAPHQL' } }),
      ),
    };
  }

  /** Whether anything but the schema itself is asked for. */
  asksServices(variables: Variables): boolean {
    return this.root(variables)().some(({ isMeta }) => !isMeta);
  }

  private root(variables: Variables): FieldsOf {
    const key = this.conditions.map((name) => (variables[name] === true ? '1' : '0')).join('');
    let fields = this.compiled.get(key);
    if (fields === undefined) {
      fields = this.fieldsOf(
        [this.operation.selectionSet],
        this.schema.getRootType(this.operation.operation)!,
        variables,
      );
      this.compiled.set(key, fields);
    }
    return fields;
  }

  /** Fields are compiled when the first object of their type comes by. */
  private fieldsOf(
    sets: readonly SelectionSetNode[],
    type: GraphQLCompositeType,
    variables: Variables,
  ): FieldsOf {
    let fields: readonly FieldWriter[] | undefined;
    return () => {
      if (fields === undefined) {
        const groups = new Map<string, FieldNode[]>();
        for (const set of sets) this.collect(set, type, variables, groups, new Set());
        fields = [...groups].map(([name, nodes], index) => this.field(name, index, nodes, type, variables));
      }
      return fields;
    };
  }

  private collect(
    set: SelectionSetNode,
    type: GraphQLCompositeType,
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

  private applies(condition: string | undefined, type: GraphQLCompositeType): boolean {
    if (condition === undefined || condition === type.name) return true;
    const wanted = this.schema.getType(condition);
    return isAbstractType(wanted) && !isUnionType(type) && this.schema.isSubType(wanted, type);
  }

  private field(
    name: string,
    index: number,
    nodes: FieldNode[],
    parent: GraphQLCompositeType,
    variables: Variables,
  ): FieldWriter {
    const responseName = this.names.get(name) ?? name;
    const key = `${index === 0 ? '' : ','}${quoted(responseName)}:`;
    const inherited = isInherited(name);
    const fieldName = nodes[0]!.name.value;
    const isMeta = fieldName.startsWith('__');
    const textKey = `${key}"`;
    const field = {
      name,
      responseName,
      key,
      textKey,
      inherited,
      isMeta,
      isPromised: false,
      plain: undefined,
    };
    if (fieldName === '__typename') {
      const text = quoted(parent.name);
      // An interface's name is no answer: the object did not say which type it is of.
      return { ...field, write: isObjectType(parent) ? () => text : (_value, writing) => missing(writing) };
    }
    if (fieldName === '__schema' || fieldName === '__type') return { ...field, write: rawWriter };
    if (isUnionType(parent)) throw new Error(`a union has no field ${fieldName}`);
    const { type } = parent.getFields()[fieldName]!;
    const named = getNamedType(type);
    if (isLeafType(named))
      return { ...field, isPromised: isNonNullType(type), ...leafFieldWriter(type, named) };
    const inner = this.composite(
      nodes.flatMap(({ selectionSet }) => selectionSet ?? []),
      named as GraphQLCompositeType,
      variables,
    );
    const write = typeWriter(type, inner, () => this.lists++);
    return { ...field, isPromised: isNonNullType(type), write };
  }

  private composite(
    sets: readonly SelectionSetNode[],
    declared: GraphQLCompositeType,
    variables: Variables,
  ): Writer {
    const byType = new Map<string, ObjectWriter>();
    const of = (typename: string): ObjectWriter | undefined => {
      let writer = byType.get(typename);
      if (writer === undefined) {
        const type = this.schema.getType(typename);
        // A type the public schema does not have: there is nothing of it to show.
        if (!isCompositeType(type)) return undefined;
        writer = objectWriter(this.fieldsOf(sets, type, variables));
        byType.set(typename, writer);
      }
      return writer;
    };
    return (value, writing) => {
      if (typeof value !== 'object') return missing(writing);
      const { __typename: typename } = value as Json;
      const writer = of(typeof typename === 'string' && typename !== '' ? typename : declared.name);
      return writer === undefined ? missing(writing) : writer(value as Json, writing);
    };
  }
}

function missing(writing: Writing): Written {
  writing.missing.push({ message: 'an object of no known type', path: [] });
  return BUBBLE;
}

function isSelected(selection: SelectionNode, variables: Variables): boolean {
  if (selection.directives === undefined || selection.directives.length === 0) return true;
  if (getDirectiveValues(GraphQLSkipDirective, selection, variables)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.if !== false;
}

function conditionVariables(selection: SelectionNode): string[] {
  return (selection.directives ?? []).flatMap(({ arguments: args }) =>
    (args ?? []).flatMap(({ value }) => (value.kind === Kind.VARIABLE ? [value.name.value] : [])),
  );
}

/** Every selection of a document, however deep. */
function selectionsOf(document: DocumentNode): SelectionNode[] {
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
