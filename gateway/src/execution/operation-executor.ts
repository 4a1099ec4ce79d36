import { randomUUID } from 'node:crypto';
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
import { Cancellation } from './cancellation';
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
  /** Whether spans go anywhere; if not, none are made and only the trace's id is handed on. */
  traced: boolean;
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
    context.cancellation = limit.cancellation;
    context.variables = coerced;
    context.assertion = () => options.assertions.of(context.principal);
    try {
      const work = () => run(requestContext);
      const { traced } = options;
      if (!traced) context.traceparent ??= newTraceparent();
      const traceAs = { kind: SpanKind.SERVER, parent: context.traceparent };
      const result = await options.admission.run(
        cost,
        limit.cancellation,
        traced ? () => inSpan(`graphql ${operation.operation}`, traceAs, work) : work,
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

/** A trace that nobody collects, for the services' logs and events to be told together by. */
function newTraceparent(): string {
  const id = randomUUID().replaceAll('-', '');
  return `00-${id}-${id.slice(16)}-00`;
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
  readonly cancellation = new Cancellation();
  private readonly timer: NodeJS.Timeout;
  isExceeded = false;

  constructor(
    private readonly milliseconds: number,
    private readonly operation: OperationDefinitionNode,
    private readonly clientGone: Cancellation,
  ) {
    this.timer = setTimeout(() => {
      this.isExceeded = true;
      this.cancellation.abort();
    }, milliseconds);
    if (operation.operation === 'query') {
      if (clientGone.aborted) this.cancellation.abort();
      else clientGone.onAbort(this.stop);
    }
  }

  refusal(): Refusal {
    return operationTimeout(this.milliseconds / 1000, this.operation.operation === 'mutation');
  }

  end(): void {
    clearTimeout(this.timer);
    this.clientGone.offAbort(this.stop);
  }

  private readonly stop = () => this.cancellation.abort();
}
