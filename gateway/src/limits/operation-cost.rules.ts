import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

export interface CostWeights {
  /** Objects a list without a page size is taken to hold. */
  defaultListSize: number;
  /** What a mutation field costs on top: it writes. */
  mutation: number;
}

/**
 * Estimates how many objects an operation can make the services produce: each object field costs
 * one, times the length of every list above it. A list's length is its own `first` or `last`
 * argument, for a connection that of the field it hangs on, else a default. Fragments are estimated
 * once per page size, so the estimate itself is linear in the document.
 * Takes a validated document and its operation; returns the estimate by the coerced variables.
 */
export function compileCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  weights: CostWeights,
): (variables: Readonly<Record<string, unknown>>) => number {
  const root = schema.getRootType(operation.operation);
  if (root === undefined || root === null) return () => 0;
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const isMutation = operation.operation === 'mutation';
  let fixed: number | undefined;
  return (variables) => {
    if (fixed !== undefined) return fixed;
    const estimate = new Estimate(schema, fragments, variables, weights);
    const cost = estimate.selectionSet(operation.selectionSet, root, undefined, isMutation);
    if (!estimate.looksAtVariables) fixed = cost;
    return cost;
  };
}

class Estimate {
  /** Whether a page's size stood in a variable. */
  looksAtVariables = false;
  private readonly known = new Map<string, number>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    private readonly variables: Readonly<Record<string, unknown>>,
    private readonly weights: CostWeights,
  ) {}

  selectionSet(
    set: SelectionSetNode,
    type: GraphQLCompositeType,
    pageSize: number | undefined,
    isMutation: boolean,
  ): number {
    let cost = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        cost += this.field(selection, type, pageSize) + (isMutation ? this.weights.mutation : 0);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const inner = this.typeNamed(selection.typeCondition?.name.value) ?? type;
        cost += this.selectionSet(selection.selectionSet, inner, pageSize, isMutation);
      } else {
        cost += this.fragment(selection.name.value, type, pageSize, isMutation);
      }
    }
    return cost;
  }

  private fragment(
    name: string,
    type: GraphQLCompositeType,
    pageSize: number | undefined,
    isMutation: boolean,
  ): number {
    const key = `${name}|${pageSize ?? ''}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const definition = this.fragments.get(name);
    if (definition === undefined) return 0;
    const inner = this.typeNamed(definition.typeCondition.name.value) ?? type;
    const cost = this.selectionSet(definition.selectionSet, inner, pageSize, isMutation);
    this.known.set(key, cost);
    return cost;
  }

  private field(field: FieldNode, parent: GraphQLCompositeType, pageSize: number | undefined): number {
    if (field.selectionSet === undefined) return 0;
    const definition = this.fieldOf(parent, field.name.value);
    if (definition === undefined) return 1;
    const type = getNamedType(definition.type);
    if (!isCompositeType(type)) return 0;
    const ownSize = this.pageSizeOf(field, definition);
    const inner = this.selectionSet(
      field.selectionSet,
      type,
      isList(definition.type) ? undefined : ownSize,
      false,
    );
    const length = isList(definition.type) ? (ownSize ?? pageSize ?? this.weights.defaultListSize) : 1;
    return length * (1 + inner);
  }

  private pageSizeOf(field: FieldNode, definition: GraphQLField<unknown, unknown>): number | undefined {
    for (const name of ['first', 'last']) {
      const argument = definition.args.find((candidate) => candidate.name === name);
      if (argument === undefined) continue;
      const given = field.arguments?.find((candidate) => candidate.name.value === name)?.value;
      if (given?.kind === Kind.VARIABLE) this.looksAtVariables = true;
      const value =
        given === undefined
          ? argument.defaultValue
          : given.kind === Kind.VARIABLE
            ? (this.variables[given.name.value] ?? argument.defaultValue)
            : given.kind === Kind.INT
              ? Number(given.value)
              : argument.defaultValue;
      if (typeof value === 'number') return Math.max(1, value);
    }
    return undefined;
  }

  private fieldOf(type: GraphQLCompositeType, name: string): GraphQLField<unknown, unknown> | undefined {
    return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
  }

  private typeNamed(name: string | undefined): GraphQLCompositeType | undefined {
    const type = name === undefined ? undefined : this.schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }
}

function isList(type: GraphQLOutputType): boolean {
  return isNonNullType(type) ? isList(type.ofType) : isListType(type);
}
