import { randomUUID } from 'node:crypto';
import type { ApolloGateway } from '@apollo/gateway';
import type { AccessRules } from '@junxian/access';
import { isRefusal, type Refusal } from '@junxian/errors';
import { inSpan, type Logger, SpanKind } from '@junxian/observability';
import {
  type DocumentNode,
  executeSync,
  type GraphQLError,
  type GraphQLSchema,
  getVariableValues,
  type OperationDefinitionNode,
} from 'graphql';
import { type AccessCheck, compileAccess } from '../access/operation-access';
import { internalError, publicErrorOf } from '../errors/public-error';
import { operationTimeout, overLimit } from '../errors/refusals';
import type { Admission } from '../limits/admission';
import { type CostWeights, compileCost } from '../limits/operation-cost.rules';
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
  const checksOf = compiledChecks(rules, options);

  const answer = async (asked: ExecutorContext, run: OperationRun, cancellation: Cancellation) => {
    const context = asked.context as GatewayContext;
    context.cancellation = cancellation;
    // Before it is let in: whoever waits for a plan takes no place from operations that have theirs.
    const prepared = prepare(asked, context);
    const ready = prepared instanceof Promise ? await prepared : prepared;
    const work: Work = () => {
      run.hasBegun = true;
      return ready();
    };
    if (!options.traced) return options.admission.run(run.cost, cancellation, work);
    const traceAs = { kind: SpanKind.SERVER, parent: context.traceparent };
    return options.admission.run(run.cost, cancellation, () =>
      inSpan(`graphql ${run.operation.operation}`, traceAs, work),
    );
  };

  return async (asked) => {
    const context = asked.context as GatewayContext;
    const { operation } = asked;
    // Without an operation (a wrong operationName) graphql-js words the error.
    if (operation === undefined) return unresolved(asked);
    const refused = (refusal: Refusal, path?: readonly string[]): ExecutorResult => ({
      errors: [publicErrorOf(refusal, context.locale, path)],
    });
    let run: OperationRun | undefined;
    try {
      const { schema, document, request } = asked;
      const { coerced, errors } = getVariableValues(
        schema,
        operation.variableDefinitions ?? [],
        request.variables ?? {},
        { maxErrors: 20 },
      );
      if (errors !== undefined) return { errors: [...errors] };
      context.variables = coerced;
      const checks = checksOf(schema, document, operation);
      const notAllowed = checks.access(coerced, context.principal);
      if (notAllowed !== null) return refused(notAllowed.refusal, notAllowed.path);
      const cost = checks.cost(coerced);
      if (cost > options.maxCost)
        return refused(overLimit('cost', options.maxCost, Math.min(cost, Number.MAX_SAFE_INTEGER)));

      if (!options.traced) context.traceparent ??= newTraceparent();
      const started = new OperationRun(operation, cost, options.timeLimitMilliseconds, context.clientGone);
      run = started;
      const key = options.share ? sharedBy(asked) : undefined;
      const result = await (key === undefined
        ? answer(asked, started, started.cancellation)
        : underWay.share(
            key,
            started.cancellation,
            (cancellation) => answer(asked, started, cancellation),
            () => new OperationStopped(),
          ));
      if (run.isExceeded) return refused(run.refusal());
      return worded(result, context, options.logger);
    } catch (error) {
      if (run?.isExceeded) return refused(run.refusal());
      if (isRefusal(error)) return refused(error);
      // The client is gone; nobody reads the answer.
      if (error instanceof OperationStopped) return {};
      options.logger.error({ err: error, requestId: context.requestId }, 'operation failed');
      return { errors: [internalError(context.locale, context.requestId)] };
    } finally {
      run?.end();
      // Something was written: what is under way may show the state before it, so nobody joins it any more.
      if (run !== undefined && operation.operation === 'mutation') underWay.forget();
    }
  };
}

interface Checks {
  access: AccessCheck;
  cost: (variables: Readonly<Record<string, unknown>>) => number;
}

/** What is checked of an operation by its variables and caller: compiled once, and kept for as long as its document is. */
function compiledChecks(rules: AccessRules, { costWeights }: ExecutorOptions) {
  const known = new WeakMap<OperationDefinitionNode, Checks>();
  return (schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Checks => {
    let checks = known.get(operation);
    if (checks === undefined) {
      checks = {
        access: compileAccess({ schema, rules, document, operation }),
        cost: compileCost(schema, document, operation, costWeights),
      };
      known.set(operation, checks);
    }
    return checks;
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
  const id = randomUUID();
  const end = id.slice(19, 23) + id.slice(24);
  return `00-${id.slice(0, 8)}${id.slice(9, 13)}${id.slice(14, 18)}${end}-${end}-00`;
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

/**
 * One operation after its checks. It is stopped after its time, and when its client is gone: a query at any time, a
 * mutation only before anything has been asked of a service, never halfway.
 */
class OperationRun {
  readonly cancellation = new Cancellation();
  private readonly timer: NodeJS.Timeout;
  isExceeded = false;
  /** Whether services may have been asked. */
  hasBegun = false;

  constructor(
    readonly operation: OperationDefinitionNode,
    readonly cost: number,
    private readonly milliseconds: number,
    private readonly clientGone: Cancellation,
  ) {
    this.timer = setTimeout(() => {
      this.isExceeded = true;
      this.cancellation.abort();
    }, milliseconds);
    if (clientGone.aborted) this.cancellation.abort();
    else clientGone.onAbort(this.leave);
  }

  refusal(): Refusal {
    const isMutation = this.operation.operation === 'mutation';
    const reached = !isMutation ? 'reading' : this.hasBegun ? 'writing' : 'waitingToWrite';
    return operationTimeout(this.milliseconds / 1000, reached);
  }

  end(): void {
    clearTimeout(this.timer);
    this.clientGone.offAbort(this.leave);
  }

  private readonly leave = () => {
    if (this.operation.operation === 'query' || !this.hasBegun) this.cancellation.abort();
  };
}
