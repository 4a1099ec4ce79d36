import './telemetry-off';
import type { GraphQLDataSource } from '@apollo/gateway';
import type { ApolloServerOptions } from '@apollo/server';
import type { Logger } from '@junxian/observability';
import { buildSchema, type DocumentNode, print } from 'graphql';
import { Engine } from './engine';
import type { GatewayContext } from './gateway-context';
import type { KnownOperation } from './operation-cache';
import type { Executor, Prepare } from './operation-executor';
import { PlannerProcess, type PlannerProcessOptions } from './planner-process';
import { resolvableKeysFirst } from './planner-supergraph.rules';
import type { SubgraphSource } from './subgraph-data-source';

/** Who runs query plans: our engine, or the stock executor, which the tests take as the measure. */
export const EXECUTORS = ['junxian', 'apollo'] as const;
export type ExecutorName = (typeof EXECUTORS)[number];

export interface ExecutionOptions {
  executor: ExecutorName;
  supergraph: DocumentNode;
  /** What a service of the supergraph is asked through. */
  connect(service: { name: string; url: string }): SubgraphSource & GraphQLDataSource;
  /** Puts the checks before what answers. */
  guard(prepare: Prepare): Executor;
  planner: PlannerProcessOptions;
  logger: Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
}

export interface Execution {
  /** For Apollo Server to load and to stop. */
  gateway: NonNullable<ApolloServerOptions<GatewayContext>['gateway']>;
  /** The operations asked for most often. */
  mostUsed(count: number): KnownOperation[];
  /** Makes ready what another supergraph's clients asked for most often. */
  warm(operations: readonly KnownOperation[]): Promise<void>;
}

/** A supergraph that is waited for is taken into use without all plans rather than late. */
const LONGEST_WARMING_MILLISECONDS = 3_000;

/** The switch between our engine and Apollo's executor for one supergraph. Throws Error where the supergraph is invalid. */
export const executionOf = (options: ExecutionOptions): Promise<Execution> =>
  options.executor === 'apollo' ? stock(options) : own(options);

async function own(options: ExecutionOptions): Promise<Execution> {
  const supergraphSdl = print(resolvableKeysFirst(options.supergraph));
  const { planner, loaded } = await PlannerProcess.start(supergraphSdl, options.planner);
  try {
    const parse = { assumeValid: true, assumeValidSDL: true, noLocation: true };
    const schema = buildSchema(loaded.schemaSdl, parse);
    const sources = new Map(loaded.services.map((service) => [service.name, options.connect(service)]));
    const engine = new Engine(options.supergraph, sources, planner);
    const executor = options.guard(engine.prepare);
    return {
      gateway: {
        onSchemaLoadOrUpdate: (callback) => {
          callback({ apiSchema: schema, coreSupergraphSdl: supergraphSdl });
          return () => undefined;
        },
        load: async () => ({ executor }),
        stop: () => planner.stop(),
      },
      mostUsed: (count) => engine.mostUsed(count),
      warm: (operations) => engine.warm(operations, schema, LONGEST_WARMING_MILLISECONDS),
    };
  } catch (error) {
    await planner.stop();
    throw error;
  }
}

async function stock({ supergraph, connect, guard, logger }: ExecutionOptions): Promise<Execution> {
  // Half a second and 50 MB, for which our engine has no use in this process.
  const { ApolloGateway } = await import('@apollo/gateway');
  const gateway = new ApolloGateway({
    supergraphSdl: print(supergraph),
    validateSupergraph: true,
    logger,
    __exposeQueryPlanExperimental: false,
    telemetry: { recordExceptions: false },
    buildService: ({ name, url }) => connect({ name, url: url ?? '' }),
  });
  const { executor } = gateway;
  gateway.executor = guard((requestContext, context) => () => executor({ ...requestContext, context }));
  return { gateway, mostUsed: () => [], warm: async () => undefined };
}
