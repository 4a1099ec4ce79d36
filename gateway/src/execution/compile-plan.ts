import { compileFetch, type FetchParts } from './compile-fetch';
import type { PlanNode, ResponsePath } from './plan';
import type { Step } from './plan-run';

/**
 * Compiles a node of a plan and all below it. `path` is where in the answer it starts.
 * Throws Error for nodes that no plan of a query or mutation has (subscriptions, @defer).
 */
export function compilePlan(node: PlanNode, path: ResponsePath, parts: FetchParts): Step {
  switch (node.kind) {
    case 'Sequence':
      return inSequence(node.nodes.map((child) => compilePlan(child, path, parts)));
    case 'Parallel':
      return atOnce(node.nodes.map((child) => compilePlan(child, path, parts)));
    case 'Flatten':
      return compilePlan(node.node, [...path, ...node.path], parts);
    case 'Condition': {
      const compile = (child: PlanNode | undefined): Step | undefined =>
        child && compilePlan(child, path, parts);
      const [ifSo, ifNot] = [compile(node.ifClause), compile(node.elseClause)];
      return async (run) => (run.coerced[node.condition] === true ? ifSo : ifNot)?.(run);
    }
    case 'Fetch':
      return compileFetch(node, path, parts);
    default:
      throw new Error(`plans with ${node.kind} are not run`);
  }
}

function inSequence(steps: readonly Step[]): Step {
  return async (run) => {
    for (const step of steps) await step(run);
  };
}

function atOnce(steps: readonly Step[]): Step {
  return async (run) => {
    await Promise.all(steps.map((step) => step(run)));
  };
}
