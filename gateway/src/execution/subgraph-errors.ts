import { GraphQLError } from 'graphql';

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

/** The operation was stopped (time limit, or its client went away) while a subgraph was being asked. */
export class OperationStopped extends GraphQLError {
  constructor() {
    super('operation stopped', { extensions: { code: 'OPERATION_STOPPED' } });
    this.name = 'OperationStopped';
  }
}
