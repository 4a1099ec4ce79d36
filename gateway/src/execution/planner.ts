import type { Experimental_DidResolveQueryPlanCallback } from '@apollo/gateway';
import { type GraphQLSchema, getOperationAST, parse } from 'graphql';
import type { Executor, ExecutorContext } from './operation-executor';
import type { QueryPlan } from './plan';
import { sampleVariables } from './sample-variables.rules';

/** An operation to plan. No variables: plans do not depend on their values. */
export interface PlannableOperation {
  text: string;
  operationName: string | undefined;
}

/** Makes query plans, as data. */
export interface Planner {
  /** The plan of a valid operation. Throws Refusal where there will be none in time, and what Apollo's planner throws. */
  planOf(operation: PlannableOperation): Promise<QueryPlan>;
}

/** A plan of Apollo's planner, with what Apollo's executor would have run it by. */
export type Planned = Parameters<Experimental_DidResolveQueryPlanCallback>[0];

/** The part of Apollo's gateway that plans. */
export interface ApolloPlanning {
  readonly schema?: GraphQLSchema | undefined;
  readonly executor: Executor;
}

/** Thrown where Apollo's executor has a plan and would run it. */
class PlanFound extends Error {
  constructor(readonly planned: Planned) {
    super('a plan was found');
  }
}

/**
 * Apollo's planner without Apollo's execution. The gateway hands out its plans in one place only, a
 * callback between planning and execution; from there the plan is taken, and the execution not begun.
 */
export class ApolloPlanner implements Planner {
  /** For Apollo's gateway to call, as `experimental_didResolveQueryPlan`. */
  readonly onPlan: Experimental_DidResolveQueryPlanCallback = (planned) => {
    throw new PlanFound(planned);
  };

  /** The gateway that {@link onPlan} was given to; loaded before anything is planned. */
  apollo: ApolloPlanning | undefined;

  async planOf({ text, operationName }: PlannableOperation): Promise<QueryPlan> {
    const schema = this.apollo?.schema;
    const document = parse(text, { noLocation: true });
    const operation = getOperationAST(document, operationName);
    if (schema === undefined || !operation) throw new Error('nothing to plan, or nothing to plan it by');
    // Apollo looks at the values all the same, and wants valid ones.
    const request = { query: text, operationName, variables: sampleVariables(schema, operation) };
    const queryHash = `${operationName ?? ''} ${text}`;
    const context = { request, document, operation, schema, queryHash, source: text, context: {} };
    return (await this.planned(context as unknown as ExecutorContext)).queryPlan;
  }

  /** The same of a whole request, with all that Apollo's executor would have had. */
  async planned(requestContext: ExecutorContext): Promise<Planned> {
    try {
      await this.apollo?.executor(requestContext);
    } catch (error) {
      if (error instanceof PlanFound) return error.planned;
      throw error;
    }
    throw new Error('no plan was made of a valid operation');
  }
}
