import type { Experimental_DidResolveQueryPlanCallback } from '@apollo/gateway';

/** The query plans of Apollo's planner, with names of our own for their parts. */
export type QueryPlan = Parameters<Experimental_DidResolveQueryPlanCallback>[0]['queryPlan'];
export type PlanNode = Exclude<NonNullable<QueryPlan['node']>, { kind: 'Subscription' }>;
export type FetchNode = Extract<PlanNode, { kind: 'Fetch' }>;
export type RequiredSelection = NonNullable<FetchNode['requires']>[number];

/**
 * Whether a plan is of the plain kind: sequences, parallels and fetches, which is what nearly all
 * are. Plans that rewrite data between fetches (@interfaceObject, @context and renamed fields) are not.
 */
export function isPlainPlan(node: PlanNode): boolean {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return node.nodes.every(isPlainPlan);
    case 'Flatten':
      return (
        node.path.every((step) => typeof step === 'string' && !step.startsWith('|')) && isPlainPlan(node.node)
      );
    case 'Fetch':
      return [node.inputRewrites, node.outputRewrites, node.contextRewrites].every((list) => !list?.length);
    case 'Condition':
      return [node.ifClause, node.elseClause].every((branch) => branch === undefined || isPlainPlan(branch));
    default:
      return false;
  }
}
