import '../../src/execution/telemetry-off';
import { createHash } from 'node:crypto';
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { type DocumentNode, type GraphQLSchema, getOperationAST, getVariableValues, parse } from 'graphql';
import { Cancellation } from '../../src/execution/cancellation';
import type { GatewayContext } from '../../src/execution/gateway-context';
import type { Executor, ExecutorContext, ExecutorResult } from '../../src/execution/operation-executor';
import { ApolloPlanner } from '../../src/execution/planner';
import type { SubgraphSource } from '../../src/execution/subgraph-data-source';
import { compose } from '../compose';
import { inProcessExecution } from '../in-process-execution';
import { Network } from './network';
import { type Repair, repairedStock } from './repaired-stock';
import { InProcessSubgraph, type SubgraphText } from './subgraph';
import { type Weather, World } from './world';

/** One operation as a client sends it. */
export interface Operation {
  text: string;
  variables: Readonly<Record<string, unknown>>;
  operationName?: string | undefined;
}

/** What an executor made of an operation: data, and where which errors are. */
export interface Answer {
  data: unknown;
  /** `path code`, each once, sorted. */
  errors: readonly string[];
  /** What it threw instead of answering, if it did. */
  thrown?: string;
}

export interface Round {
  answer: Answer;
  network: Network;
}

export type ExecutorMaker = (stock: Executor) => Executor;

export interface ContestOptions {
  /** Puts something else in the place of our executor. */
  change?: ExecutorMaker;
  /** Hears when Apollo's planner begins to plan, and when it has ended. */
  onPlanning?: (isPlanning: boolean) => void;
}

type ProcessOptions = Parameters<GraphQLDataSource['process']>[0];

/** One supergraph with the two executors over the same subgraphs. */
export class Contest {
  private network!: Network;

  private constructor(
    readonly supergraph: string,
    readonly schema: GraphQLSchema,
    private readonly subgraphs: ReadonlyMap<string, InProcessSubgraph>,
    private readonly stockExecutor: Executor,
    private readonly ourExecutor: Executor,
    private readonly repairedExecutor: (repairs: readonly Repair[]) => Executor,
    private readonly stop: () => Promise<void>,
  ) {}

  /** Composes subgraphs and loads the supergraph. Throws where they do not compose. */
  static async open(
    texts: readonly SubgraphText[],
    { change = (ours) => ours, onPlanning = () => undefined }: ContestOptions = {},
  ): Promise<Contest> {
    const documents = texts.map(({ sdl }) => parse(sdl, { noLocation: true }));
    const supergraph = compose(
      texts.map(({ name }, index) => ({ name, url: `http://${name}.test/`, typeDefs: documents[index]! })),
    );
    const world = new World(documents);
    const subgraphs = new Map(
      texts.map((text, index) => [text.name, new InProcessSubgraph(text, documents[index]!, world)]),
    );
    let contest: Contest | undefined;
    const sources = new Map(
      texts.map(({ name }) => [name, inProcessSource(name, () => (contest as Contest).network)]),
    );
    const execution = inProcessExecution({ executor: 'junxian', supergraph: parse(supergraph), sources });
    const planner = new ApolloPlanner();
    let whose: 'stock' | 'ours' | 'repaired' = 'ours';
    const silent = () => undefined;
    const gateway = new ApolloGateway({
      supergraphSdl: execution.supergraphSdl,
      logger: { debug: silent, info: silent, warn: silent, error: silent },
      // One gateway plans for both; whose turn it is decides what becomes of the plan.
      experimental_didResolveQueryPlan: (planned) => {
        onPlanning(false);
        if (whose === 'ours') execution.onPlan?.(planned);
        else if (whose === 'repaired') planner.onPlan(planned);
      },
      buildService: ({ name }) => sources.get(name)!,
    });
    const stock: Executor = (requestContext) => {
      onPlanning(true);
      return gateway.executor(requestContext).finally(() => onPlanning(false));
    };
    planner.apollo = { executor: stock };
    const ours = change(execution.over(stock));
    await gateway.load();
    contest = new Contest(
      supergraph,
      gateway.schema!,
      subgraphs,
      (requestContext) => {
        whose = 'stock';
        return stock(requestContext);
      },
      (requestContext) => {
        whose = 'ours';
        return ours(requestContext);
      },
      (repairs) => async (requestContext) => {
        whose = 'repaired';
        const { queryPlan, serviceMap, operationContext } = await planner.planned(requestContext);
        const { supergraphSchema, apiSchema } = gateway as unknown as Record<string, unknown>;
        return repairedStock(repairs)(
          queryPlan,
          serviceMap,
          requestContext,
          operationContext,
          supergraphSchema,
          apiSchema,
          undefined,
        );
      },
      () => gateway.stop(),
    );
    return contest;
  }

  close(): Promise<void> {
    return this.stop();
  }

  stock(operation: Operation, weather: Weather): Promise<Round> {
    return this.round(this.stockExecutor, operation, weather, 'stock');
  }

  ours(operation: Operation, weather: Weather): Promise<Round> {
    return this.round(this.ourExecutor, operation, weather, 'ours');
  }

  /** The stock executor with some of its faults put right. */
  repaired(repairs: readonly Repair[], operation: Operation, weather: Weather): Promise<Round> {
    return this.round(this.repairedExecutor(repairs), operation, weather, 'stock');
  }

  private async round(
    executor: Executor,
    operation: Operation,
    weather: Weather,
    plans: string,
  ): Promise<Round> {
    const network = new Network(this.subgraphs, weather);
    this.network = network;
    return { answer: await answerOf(executor, this.requestContext(operation, plans)), network };
  }

  /** The variables of an operation, with defaults. Throws when they do not fit. */
  coerced({ text, variables, operationName }: Operation): Record<string, unknown> {
    const definitions = getOperationAST(parsed(text), operationName)?.variableDefinitions ?? [];
    const { coerced, errors } = getVariableValues(this.schema, definitions, variables);
    if (errors !== undefined) throw new Error(`the variables do not fit: ${errors[0]?.message}`);
    return coerced;
  }

  private requestContext(asked: Operation, plans: string): ExecutorContext {
    const { text, variables, operationName } = asked;
    const document = parsed(text);
    const operation = getOperationAST(document, operationName)!;
    const context: Partial<GatewayContext> = {
      requestId: 'differential',
      locale: 'en',
      clientGone: new Cancellation(),
      variables: this.coerced(asked),
    };
    return {
      request: { query: text, variables: JSON.parse(JSON.stringify(variables)), operationName },
      document,
      operation,
      operationName: operation.name?.value ?? null,
      // Ours may plan an operation under other names, so the gateway keeps the plans of each apart.
      queryHash: createHash('sha256').update(`${plans} ${text}`).digest('hex'),
      source: text,
      schema: this.schema,
      context,
      metrics: {},
      logger: console,
    } as unknown as ExecutorContext;
  }
}

let last: { text: string; document: DocumentNode } | undefined;

/** The four rounds of one operation share its document, as persisted documents do. */
function parsed(text: string): DocumentNode {
  if (last?.text !== text) last = { text, document: parse(text) };
  return last.document;
}

/** A data source of both executors that asks subgraphs of this process. */
function inProcessSource(name: string, network: () => Network): SubgraphSource & GraphQLDataSource {
  return {
    process: ({ request: { query = '', operationName, variables } }: ProcessOptions) =>
      // As on the wire: what is not JSON does not arrive.
      network().send(name, JSON.parse(JSON.stringify({ query, operationName, variables }))),
    ask: ({ body }) => network().send(name, JSON.parse(body)),
    forgetInFlight: () => undefined,
  };
}

async function answerOf(executor: Executor, requestContext: ExecutorContext): Promise<Answer> {
  let result: ExecutorResult;
  try {
    result = await executor(requestContext);
  } catch (error) {
    return { data: undefined, errors: [], thrown: (error as Error).message };
  }
  const missing = (result.extensions?.valueCompletion ?? []) as NonNullable<ExecutorResult['errors']>;
  const errors = [...(result.errors ?? []), ...missing].map(
    ({ path, extensions }) => `${path?.join('.') ?? '-'} ${codeOf(extensions)}`,
  );
  const data = result.data === undefined ? undefined : JSON.parse(JSON.stringify(result.data));
  return { data, errors: [...new Set(errors)].sort() };
}

/** Codes that both executors make up themselves, for faults that clients are told of as INTERNAL. */
const OWN_CODES = new Set<unknown>([
  undefined,
  'INVALID_GRAPHQL',
  'DOWNSTREAM_SERVICE_ERROR',
  'INTERNAL_SERVER_ERROR',
]);

const codeOf = (extensions: { code?: unknown } | undefined): string =>
  OWN_CODES.has(extensions?.code) ? 'INTERNAL' : String(extensions?.code);
