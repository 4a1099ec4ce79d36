import type { ApolloServerPlugin } from '@apollo/server';
import type { Logger } from '@junxian/observability';
import type { GatewayContext } from '../execution/gateway-context';
import type { GatewayMetrics } from './gateway-metrics';

/** A client chooses operation names; one that could hold a number of a person is not written down. */
const loggableName = (name: string | null | undefined): string | undefined =>
  name && name.length <= 64 && !/\d{6}/.test(name) ? name : undefined;

/**
 * Writes one line for each operation: its hash, kind, time, codes of errors and the account. Never
 * its text, literals or variables.
 */
export function operationLog(logger: Logger, metrics: GatewayMetrics): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      const started = performance.now();
      return {
        async willSendResponse({ operation, operationName, queryHash, response, contextValue }) {
          const seconds = (performance.now() - started) / 1000;
          const errors = response.body.kind === 'single' ? (response.body.singleResult.errors ?? []) : [];
          const codes = [...new Set(errors.map(({ extensions }) => String(extensions?.code)))];
          const kind = operation?.operation ?? 'unknown';
          const data = response.body.kind === 'single' ? response.body.singleResult.data : null;
          const outcome = errors.length === 0 ? 'answered' : data ? 'partly answered' : 'refused';
          metrics.operations.inc({ kind, outcome });
          metrics.operationSeconds.observe({ kind }, seconds);
          for (const code of codes) metrics.refusals.inc({ code });
          const { principal, requestId } = contextValue;
          logger.info(
            {
              requestId,
              kind,
              outcome,
              codes: codes.length === 0 ? undefined : codes,
              operation: loggableName(operationName),
              hash: queryHash?.slice(0, 16),
              milliseconds: Math.round(seconds * 1000),
              caller: principal.kind,
              accountId: principal.accountId ?? undefined,
            },
            'operation',
          );
        },
      };
    },
  };
}
