import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLIncludeDirective,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  getOperationAST,
  isAbstractType,
  isCompositeType,
  isUnionType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Answer } from './contest';
import { canonical } from './subgraph';

/** Whether two answers are the same, the order of fields included. */
export const sameAnswer = (one: Answer, other: Answer): boolean =>
  sameButOrder(one, other) && JSON.stringify(one.data) === JSON.stringify(other.data);

/** Whether two answers are the same but for the order of fields. */
export const sameButOrder = (one: Answer, other: Answer): boolean =>
  one.thrown === other.thrown &&
  one.errors.join('\n') === other.errors.join('\n') &&
  canonical(one.data) === canonical(other.data);

/**
 * Whether the fields of an answer stand in the order of the specification (CollectFields): that in
 * which they are met first, whatever fragments they stand in. An object may be of any type that its
 * place allows, and one whose type no service told has what is asked of the interface itself; the order
 * must be right for one of them.
 */
export function isInSelectionOrder(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
  variables: Readonly<Record<string, unknown>>,
  data: unknown,
): boolean {
  const operation = getOperationAST(document, operationName);
  if (operation === null || operation === undefined) throw new Error('no such operation');
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);

  const isSelected = (selection: SelectionNode): boolean =>
    getDirectiveValues(GraphQLSkipDirective, selection, variables)?.if !== true &&
    getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.if !== false;

  const collect = (
    set: SelectionSetNode,
    type: GraphQLObjectType | GraphQLInterfaceType,
    groups: Map<string, FieldNode[]>,
  ): void => {
    for (const selection of set.selections.filter(isSelected)) {
      if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        groups.set(name, [...(groups.get(name) ?? []), selection]);
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)!;
      const condition = schema.getType(fragment.typeCondition?.name.value ?? type.name);
      if (condition === type || (isAbstractType(condition) && schema.isSubType(condition, type)))
        collect(fragment.selectionSet, type, groups);
    }
  };

  const isInOrder = (
    value: unknown,
    sets: readonly SelectionSetNode[],
    types: readonly (GraphQLObjectType | GraphQLInterfaceType)[],
  ): boolean => {
    if (Array.isArray(value)) return value.every((item) => isInOrder(item, sets, types));
    if (value === null || value === undefined) return true;
    const names = Object.keys(value);
    return types.some((type) => {
      const groups = new Map<string, FieldNode[]>();
      for (const set of sets) collect(set, type, groups);
      if ([...groups.keys()].join() !== names.join()) return false;
      return [...groups].every(([name, nodes]) => {
        const returned = getNamedType(type.getFields()[nodes[0]!.name.value]?.type);
        if (returned === undefined || !isCompositeType(returned)) return true;
        const possible = [
          ...(isUnionType(returned) ? [] : [returned]),
          ...(isAbstractType(returned) ? schema.getPossibleTypes(returned) : []),
        ];
        const inner = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
        return isInOrder((value as Record<string, unknown>)[name], inner, possible);
      });
    });
  };
  return isInOrder(data, [operation.selectionSet], [schema.getRootType(operation.operation)!]);
}
