import { GraphQLError } from 'graphql';
import { overloaded } from '../errors/refusals';

/** A subgraph that could not be reached, or is known to be down. Carries its name, nothing of the cause. */
export class SubgraphUnavailable extends GraphQLError {
  constructor(
    readonly subgraph: string,
    readonly reason: 'unreachable' | 'failing-fast' | 'unhealthy',
  ) {
    super('subgraph unavailable', { extensions: { code: 'SUBGRAPH_UNAVAILABLE' } });
    this.name = 'SubgraphUnavailable';
  }
}

/** As many fetches wait for a subgraph already as may; worded like any refusal of a subgraph. */
export class SubgraphOverloaded extends GraphQLError {
  constructor(retryAfterSeconds: number) {
    const { code, text, details } = overloaded(retryAfterSeconds);
    super(text.zh, { extensions: { code, text, details } });
    this.name = 'SubgraphOverloaded';
  }
}

/** The operation was stopped (time limit, or its client went away) while a subgraph was being asked. */
export class OperationStopped extends GraphQLError {
  constructor() {
    super('operation stopped', { extensions: { code: 'OPERATION_STOPPED' } });
    this.name = 'OperationStopped';
  }
}
