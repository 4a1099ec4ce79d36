import type { Experimental_DidResolveQueryPlanCallback } from '@apollo/gateway';

/** The query plans of Apollo's planner, with names of our own for their parts. */
export type QueryPlan = Parameters<Experimental_DidResolveQueryPlanCallback>[0]['queryPlan'];
export type PlanNode = NonNullable<QueryPlan['node']>;
export type FetchNode = Extract<PlanNode, { kind: 'Fetch' }>;
export type ResponsePath = Extract<PlanNode, { kind: 'Flatten' }>['path'];
export type RequiredSelection = NonNullable<FetchNode['requires']>[number];
export type DataRewrite = NonNullable<FetchNode['inputRewrites']>[number];
export type ContextRewrite = NonNullable<FetchNode['contextRewrites']>[number];
