import type { ApolloServerPlugin } from '@apollo/server';
import type { Logger } from '@junxian/observability';
import type { GraphQLFormattedError, OperationDefinitionNode } from 'graphql';
import type { GatewayContext } from '../execution/gateway-context';
import type { GatewayMetrics } from './gateway-metrics';

/** An operation that is answered. */
export interface FinishedOperation {
  operation: OperationDefinitionNode | undefined;
  queryHash: string | undefined;
  data: unknown;
  errors: readonly GraphQLFormattedError[];
  context: GatewayContext;
}

const NONE: readonly never[] = [];

/** A client chooses operation names; one that could hold a number of a person is not written down. */
const loggableName = (name: string | undefined): string | undefined =>
  name && name.length <= 64 && !/\d{6}/.test(name) ? name : undefined;

/**
 * Counts each operation and writes one line for it: its hash, kind, time, codes of errors and the account. Never
 * its text, literals or variables.
 */
export class OperationLog {
  constructor(
    private readonly logger: Logger,
    private readonly metrics: GatewayMetrics,
  ) {}

  /** For those that Apollo Server answers. */
  readonly plugin: ApolloServerPlugin<GatewayContext> = {
    requestDidStart: async () => ({
      willSendResponse: async ({ operation, queryHash, response: { body }, contextValue: context }) => {
        const { data, errors = NONE } = body.kind === 'single' ? body.singleResult : {};
        this.finished({ operation, queryHash, data, errors, context });
      },
    }),
  };

  finished({ operation, queryHash, data, errors, context }: FinishedOperation): void {
    const { principal, requestId, startedAt } = context;
    const seconds = (performance.now() - startedAt) / 1000;
    const codes =
      errors.length === 0 ? NONE : [...new Set(errors.map(({ extensions }) => String(extensions?.code)))];
    const kind = operation?.operation ?? 'unknown';
    const outcome = errors.length === 0 ? 'answered' : data ? 'partly answered' : 'refused';
    this.metrics.operations.inc({ kind, outcome });
    this.metrics.operationSeconds.observe({ kind }, seconds);
    for (const code of codes) this.metrics.refusals.inc({ code });
    this.logger.info(
      {
        requestId,
        kind,
        outcome,
        codes: codes.length === 0 ? undefined : codes,
        operation: loggableName(operation?.name?.value),
        hash: queryHash?.slice(0, 16),
        milliseconds: Math.round(seconds * 1000),
        caller: principal.kind,
        accountId: principal.accountId ?? undefined,
      },
      'operation',
    );
  }
}
