import type { Experimental_DidResolveQueryPlanCallback } from '@apollo/gateway';
import type { Executor, ExecutorContext } from './operation-executor';
import type { QueryPlan } from './plan';

/** Thrown where Apollo's executor has a plan and would run it. */
class PlanFound extends Error {
  constructor(readonly plan: QueryPlan) {
    super('a plan was found');
  }
}

/**
 * Apollo's planner without Apollo's execution. The gateway hands out its plans in one place only, a
 * callback between planning and execution; from there the plan is taken, and the execution not begun.
 */
export class Planner {
  /** For Apollo's gateway to call, as `experimental_didResolveQueryPlan`. */
  readonly onPlan: Experimental_DidResolveQueryPlanCallback = ({ queryPlan }) => {
    throw new PlanFound(queryPlan);
  };

  /** The executor of the gateway that {@link onPlan} was given to. */
  apollo: Executor | undefined;

  /** The plan of a valid operation with valid variables. Throws what the planner throws. */
  async planOf(requestContext: ExecutorContext): Promise<QueryPlan> {
    try {
      await this.apollo?.(requestContext);
    } catch (error) {
      if (error instanceof PlanFound) return error.plan;
      throw error;
    }
    throw new Error('no plan was made of a valid operation');
  }
}
