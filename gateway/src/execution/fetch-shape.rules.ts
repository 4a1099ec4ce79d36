import { Kind, parse, visit } from 'graphql';
import type { FetchNode, PlanNode } from './plan';

/**
 * A text that is equal for nodes that do the same at different places of the answer; null where
 * nothing may be put together: writes, roots, arguments from the context, and entities with objects
 * inside, which would be shared by places that may go on to ask different things about them.
 */
export function shapeOf(node: PlanNode): string | null {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel': {
      const shapes = node.nodes.map(shapeOf);
      return shapes.includes(null) ? null : JSON.stringify([node.kind, ...shapes]);
    }
    case 'Flatten':
      return shapeOf(node.node);
    case 'Fetch':
      return shapeOfFetch(node);
    default:
      return null;
  }
}

/** Whether arguments of a fetch come from the context. */
export const takesContext = ({ contextRewrites = [] }: FetchNode): boolean => contextRewrites.length > 0;

function shapeOfFetch(node: FetchNode): string | null {
  const { requires, operationKind, operation, operationName } = node;
  if (requires === undefined || operationKind !== 'query' || takesContext(node)) return null;
  if (!isFlat(operation)) return null;
  const text = operationName === undefined ? operation : operation.replace(operationName, '');
  return JSON.stringify([
    node.serviceName,
    text,
    requires,
    node.variableUsages,
    node.inputRewrites,
    node.outputRewrites,
  ]);
}

/** Whether an operation asks for plain fields of entities only. */
function isFlat(operation: string): boolean {
  let isDeep = false;
  visit(parse(operation, { noLocation: true }), {
    [Kind.FIELD]: ({ name, selectionSet }) => {
      if (selectionSet !== undefined && name.value !== '_entities') isDeep = true;
    },
  });
  return !isDeep;
}
