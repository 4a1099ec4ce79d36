import {
  type DocumentNode,
  executeSync,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type InlineFragmentNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { PlanRun } from './plan-run';

/**
 * Compiles the part of an operation that asks about the schema itself; undefined where there is
 * none. Run, it puts its answer among the data of the run.
 */
export function compileIntrospection(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): ((run: PlanRun) => void) | undefined {
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const selections = introspectionIn(operation.selectionSet, fragments);
  if (selections.length === 0) return undefined;
  const part: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections } },
      // Those of the operation's root are spread out already; inside introspection they are needed.
      ...fragments,
    ],
  };
  return (run) => {
    const { data, errors } = executeSync({
      schema,
      document: part,
      rootValue: {},
      variableValues: run.variables,
    });
    Object.assign(run.data, data);
    if (errors !== undefined) run.errors.push(...errors);
  };
}

/** Whether an operation has a root field that is not about the schema itself, whatever its conditions. */
export function asksServices(document: DocumentNode, { selectionSet }: OperationDefinitionNode): boolean {
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  const asks = ({ selections }: SelectionSetNode): boolean =>
    selections.some((selection) => {
      if (selection.kind === Kind.FIELD) return !selection.name.value.startsWith('__');
      const fragment = fragmentOf(selection, fragments);
      return fragment !== undefined && asks(fragment.selectionSet);
    });
  return asks(selectionSet);
}

const fragmentOf = (
  selection: Exclude<SelectionNode, FieldNode>,
  fragments: readonly FragmentDefinitionNode[],
): InlineFragmentNode | FragmentDefinitionNode | undefined =>
  selection.kind === Kind.INLINE_FRAGMENT
    ? selection
    : fragments.find(({ name }) => name.value === selection.name.value);

function introspectionIn(
  { selections }: SelectionSetNode,
  fragments: readonly FragmentDefinitionNode[],
): SelectionNode[] {
  return selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD)
      return /^__(schema|type)$/.test(selection.name.value) ? [selection] : [];
    const fragment = fragmentOf(selection, fragments);
    const inner = fragment === undefined ? [] : introspectionIn(fragment.selectionSet, fragments);
    if (inner.length === 0) return [];
    const { directives } = selection;
    return [
      {
        kind: Kind.INLINE_FRAGMENT,
        ...(directives && { directives }),
        selectionSet: { kind: Kind.SELECTION_SET, selections: inner },
      },
    ];
  });
}
