import type { ApolloGateway } from '@apollo/gateway';
import type { AccessRules } from '@junxian/access';
import { isRefusal, type Refusal } from '@junxian/errors';
import { inSpan, type Logger, SpanKind } from '@junxian/observability';
import { type GraphQLError, getVariableValues, type OperationDefinitionNode } from 'graphql';
import { checkOperation } from '../access/operation-access';
import type { Assertions } from '../authentication/assertions';
import { internalError, publicErrorOf } from '../errors/public-error';
import { operationTimeout, overLimit } from '../errors/refusals';
import type { Admission } from '../limits/admission';
import { type CostWeights, operationCost } from '../limits/operation-cost.rules';
import { answerErrors } from './answer-errors.rules';
import type { GatewayContext } from './gateway-context';

export type Executor = ApolloGateway['executor'];
export type ExecutorContext = Parameters<Executor>[0];
export type ExecutorResult = Awaited<ReturnType<Executor>>;

export interface ExecutorOptions {
  admission: Admission;
  assertions: Assertions;
  logger: Logger;
  maxCost: number;
  costWeights: CostWeights;
  timeLimitMilliseconds: number;
}

/**
 * Everything between a valid document and its answer: variables, permission for every selected
 * field, cost, admission, time limit, then the query plan, then errors in the caller's words. The
 * plan itself is run by `run`. Nothing reaches a subgraph before all checks have passed.
 */
export function guardedExecutor(run: Executor, rules: AccessRules, options: ExecutorOptions): Executor {
  return async (requestContext) => {
    const context = requestContext.context as GatewayContext;
    const operation = requestContext.operation;
    // Without an operation (a wrong operationName) Apollo's executor words the error; it asks nobody.
    if (operation === undefined) return run(requestContext);
    const refused = (refusal: Refusal, path?: readonly string[]): ExecutorResult => ({
      errors: [publicErrorOf(refusal, context.locale, path)],
    });
    const { schema, document } = requestContext;
    const { coerced, errors } = getVariableValues(
      schema,
      operation.variableDefinitions ?? [],
      requestContext.request.variables ?? {},
      { maxErrors: 20 },
    );
    if (errors !== undefined) return { errors: [...errors] };
    const notAllowed = checkOperation(
      { schema, rules, document, operation, variables: coerced },
      context.principal,
    );
    if (notAllowed !== null) return refused(notAllowed.refusal, notAllowed.path);
    const cost = operationCost(schema, document, operation, coerced, options.costWeights);
    if (cost > options.maxCost)
      return refused(overLimit('cost', options.maxCost, Math.min(cost, Number.MAX_SAFE_INTEGER)));

    const limit = new TimeLimit(options.timeLimitMilliseconds, operation, context.clientGone);
    context.signal = limit.signal;
    context.variables = coerced;
    try {
      // Asked for with each fetch: an assertion outlives no long operation.
      context.subgraphHeaders = () => subgraphHeaders(context, options.assertions);
      const result = await options.admission.run(cost, limit.signal, () =>
        inSpan(`graphql ${operation.operation}`, { kind: SpanKind.SERVER, parent: context.traceparent }, () =>
          run(requestContext),
        ),
      );
      if (limit.isExceeded) return refused(limit.refusal());
      return worded(result, context, options.logger);
    } catch (error) {
      if (limit.isExceeded) return refused(limit.refusal());
      if (isRefusal(error)) return refused(error);
      options.logger.error({ err: error, requestId: context.requestId }, 'operation failed');
      return { errors: [internalError(context.locale, context.requestId)] };
    } finally {
      limit.end();
    }
  };
}

async function subgraphHeaders(
  context: GatewayContext,
  assertions: Assertions,
): Promise<Record<string, string>> {
  return {
    'content-type': 'application/json',
    accept: 'application/json',
    'x-junxian-assertion': await assertions.of(context.principal),
    'x-junxian-client-ip': context.clientIp,
    'x-request-id': context.requestId,
    'accept-language': context.locale,
  };
}

function worded(result: ExecutorResult, context: GatewayContext, logger: Logger): ExecutorResult {
  const { data, errors, extensions } = result;
  // Apollo hides a subgraph's null where the schema promises a value in an extension; callers need an error.
  const completion = (extensions?.valueCompletion ?? []) as GraphQLError[];
  const all = [...(errors ?? []), ...completion];
  if (all.length === 0) return { data };
  const defect = (error: Error) => {
    const { code, serviceName } = ('extensions' in error ? error.extensions : {}) as Record<string, unknown>;
    const facts = { code, subgraph: serviceName, requestId: context.requestId };
    // A subgraph's message may quote what a person typed; the subgraph itself knows the request by its id.
    logger.error(serviceName === undefined ? { err: error, ...facts } : facts, 'masked error');
  };
  const shown = answerErrors(all, context, defect);
  return shown.length === 0 ? { data } : { data, errors: shown };
}

/** Stops one operation after its time, or when its client is gone. A mutation is not stopped halfway for a lost client. */
class TimeLimit {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  isExceeded = false;

  constructor(
    private readonly milliseconds: number,
    private readonly operation: OperationDefinitionNode,
    private readonly clientGone: AbortSignal,
  ) {
    this.timer = setTimeout(() => {
      this.isExceeded = true;
      this.controller.abort();
    }, milliseconds);
    if (operation.operation === 'query') {
      if (clientGone.aborted) this.controller.abort();
      else clientGone.addEventListener('abort', this.stop);
    }
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  refusal(): Refusal {
    return operationTimeout(this.milliseconds / 1000, this.operation.operation === 'mutation');
  }

  end(): void {
    clearTimeout(this.timer);
    this.clientGone.removeEventListener('abort', this.stop);
  }

  private readonly stop = () => this.controller.abort();
}
