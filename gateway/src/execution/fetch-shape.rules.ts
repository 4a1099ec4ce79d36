import { type FieldNode, Kind, parse, visit } from 'graphql';
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

function shapeOfFetch(node: FetchNode): string | null {
  const { requires, contextRewrites, operationKind, operation, operationName } = node;
  if (requires === undefined || operationKind !== 'query') return null;
  if (contextRewrites !== undefined && contextRewrites.length > 0) return null;
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
  const deep: FieldNode[] = [];
  visit(parse(operation, { noLocation: true }), {
    [Kind.FIELD]: (field) => {
      if (field.selectionSet !== undefined && field.name.value !== '_entities') deep.push(field);
    },
  });
  return deep.length === 0;
}
