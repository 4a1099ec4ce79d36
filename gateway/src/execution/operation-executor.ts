import { randomUUID } from 'node:crypto';
import type { ApolloGateway } from '@apollo/gateway';
import type { AccessRules } from '@junxian/access';
import { isRefusal, type Refusal } from '@junxian/errors';
import { inSpan, type Logger, SpanKind } from '@junxian/observability';
import { executeSync, type GraphQLError, getVariableValues, type OperationDefinitionNode } from 'graphql';
import { checkOperation } from '../access/operation-access';
import { internalError, publicErrorOf } from '../errors/public-error';
import { operationTimeout, overLimit } from '../errors/refusals';
import type { Admission } from '../limits/admission';
import { type CostWeights, operationCost } from '../limits/operation-cost.rules';
import { answerErrors } from './answer-errors.rules';
import { Cancellation } from './cancellation';
import type { GatewayContext } from './gateway-context';
import { InFlight, mayBeShared } from './in-flight';
import { OperationStopped } from './subgraph-errors';

export type Executor = ApolloGateway['executor'];
export type ExecutorContext = Parameters<Executor>[0];
export type ExecutorResult = Awaited<ReturnType<Executor>>;

/** Answers one request, for which everything is ready. */
export type Work = () => Promise<ExecutorResult>;
/** Makes ready what takes time before a request can be answered; at once where nothing does. */
export type Prepare = (requestContext: ExecutorContext, context: GatewayContext) => Work | Promise<Work>;

export interface ExecutorOptions {
  admission: Admission;
  logger: Logger;
  maxCost: number;
  costWeights: CostWeights;
  timeLimitMilliseconds: number;
  /** Whether a query that a caller has under way already is answered with it. */
  share: boolean;
  /** Whether spans go anywhere; if not, none are made and only the trace's id is handed on. */
  traced: boolean;
}

/**
 * Everything between a valid document and its answer: variables, permission for every selected
 * field, cost, time limit, then the query plan, admission, the answer by what `prepare` made, and
 * errors in the caller's words. Nothing reaches a subgraph before all checks have passed.
 */
export function guardedExecutor(prepare: Prepare, rules: AccessRules, options: ExecutorOptions): Executor {
  const underWay = new InFlight<ExecutorResult>();
  return async (requestContext) => {
    const context = requestContext.context as GatewayContext;
    const operation = requestContext.operation;
    // Without an operation (a wrong operationName) graphql-js words the error.
    if (operation === undefined) return unresolved(requestContext);
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
    const { traced } = options;
    if (!traced) context.traceparent ??= newTraceparent();
    const answer = async (cancellation: Cancellation): Promise<ExecutorResult> => {
      const own: GatewayContext = { ...context, cancellation, variables: coerced };
      // Before it is let in: whoever waits for a plan takes no place from operations that have theirs.
      const prepared = prepare(requestContext, own);
      const ready = prepared instanceof Promise ? await prepared : prepared;
      const work: Work = () => {
        limit.hasBegun = true;
        return ready();
      };
      const traceAs = { kind: SpanKind.SERVER, parent: context.traceparent };
      return options.admission.run(
        cost,
        cancellation,
        traced ? () => inSpan(`graphql ${operation.operation}`, traceAs, work) : work,
      );
    };
    const key = options.share ? sharedBy(requestContext) : undefined;
    try {
      const result =
        key === undefined
          ? await answer(limit.cancellation)
          : await underWay.share(key, limit.cancellation, answer, () => new OperationStopped());
      if (limit.isExceeded) return refused(limit.refusal());
      return worded(result, context, options.logger);
    } catch (error) {
      if (limit.isExceeded) return refused(limit.refusal());
      if (isRefusal(error)) return refused(error);
      // The client is gone; nobody reads the answer.
      if (error instanceof OperationStopped) return {};
      options.logger.error({ err: error, requestId: context.requestId }, 'operation failed');
      return { errors: [internalError(context.locale, context.requestId)] };
    } finally {
      limit.end();
      // Something was written: what is under way may show the state before it, so nobody joins it any more.
      if (operation.operation === 'mutation') underWay.forget();
    }
  };
}

/**
 * Everything that the answer of a query depends on, for others who ask the same at the same time; undefined
 * for what each asks for himself: mutations, and what is revealed.
 */
function sharedBy({ context, operation, queryHash, source, request }: ExecutorContext): string | undefined {
  if (operation?.operation !== 'query' || !mayBeShared(source)) return undefined;
  const { principal, clientIp, locale } = context as GatewayContext;
  return JSON.stringify([queryHash, request.operationName, request.variables, principal, clientIp, locale]);
}

const unresolved = ({ schema, document, request }: ExecutorContext): ExecutorResult =>
  executeSync({ schema, document, operationName: request.operationName ?? null });

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
  /** Whether services may have been asked. */
  hasBegun = false;

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
    const isMutation = this.operation.operation === 'mutation';
    const reached = !isMutation ? 'reading' : this.hasBegun ? 'writing' : 'waitingToWrite';
    return operationTimeout(this.milliseconds / 1000, reached);
  }

  end(): void {
    clearTimeout(this.timer);
    this.clientGone.offAbort(this.stop);
  }

  private readonly stop = () => this.cancellation.abort();
}
