import type { Experimental_DidResolveQueryPlanCallback } from '@apollo/gateway';
import type { Executor, ExecutorContext } from './operation-executor';

/** A plan of Apollo's planner, with what Apollo's executor would have run it by. */
export type Planned = Parameters<Experimental_DidResolveQueryPlanCallback>[0];

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
export class Planner {
  /** For Apollo's gateway to call, as `experimental_didResolveQueryPlan`. */
  readonly onPlan: Experimental_DidResolveQueryPlanCallback = (planned) => {
    throw new PlanFound(planned);
  };

  /** The executor of the gateway that {@link onPlan} was given to. */
  apollo: Executor | undefined;

  /** The plan of a valid operation with valid variables. Throws what the planner throws. */
  async planOf(requestContext: ExecutorContext): Promise<Planned> {
    try {
      await this.apollo?.(requestContext);
    } catch (error) {
      if (error instanceof PlanFound) return error.planned;
      throw error;
    }
    throw new Error('no plan was made of a valid operation');
  }
}
