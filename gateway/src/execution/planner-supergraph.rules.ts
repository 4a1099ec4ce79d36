import { type ConstDirectiveNode, type DocumentNode, Kind, visit } from 'graphql';

/**
 * Puts the keys of each type that a service resolves before those it does not: after a `@requires`
 * the planner comes back to a service by the first key it finds, resolvable or not. The order of
 * keys has no meaning of its own.
 */
export function resolvableKeysFirst(supergraph: DocumentNode): DocumentNode {
  const sort = <Node extends { readonly directives?: readonly ConstDirectiveNode[] | undefined }>(
    node: Node,
  ): Node | undefined => {
    const { directives } = node;
    if (directives === undefined || !directives.some(isUnresolvable)) return undefined;
    const last = directives.filter(isUnresolvable);
    return {
      ...node,
      directives: [...directives.filter((directive) => !isUnresolvable(directive)), ...last],
    };
  };
  return visit(supergraph, {
    ObjectTypeDefinition: { enter: sort },
    InterfaceTypeDefinition: { enter: sort },
  });
}

const isUnresolvable = ({ name, arguments: args }: ConstDirectiveNode): boolean =>
  name.value === 'join__type' &&
  (args ?? []).some(
    ({ name: argument, value }) =>
      argument.value === 'resolvable' && value.kind === Kind.BOOLEAN && !value.value,
  );
