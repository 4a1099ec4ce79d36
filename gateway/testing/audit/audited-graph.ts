import { createRequire } from 'node:module';
import '../../src/execution/telemetry-off';
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  getVariableValues,
  parse,
  validate,
} from 'graphql';
import { Cancellation } from '../../src/execution/cancellation';
import type { ExecutorName } from '../../src/execution/execution';
import type { GatewayContext } from '../../src/execution/gateway-context';
import type { Executor } from '../../src/execution/operation-executor';
import type { SubgraphAnswer } from '../../src/execution/subgraph-client';
import type { SubgraphSource } from '../../src/execution/subgraph-data-source';
import { compose } from '../compose';
import { inProcessExecution } from '../in-process-execution';
import type { AuditSubgraph, Resolvers, Suite } from './suite';

// What our services build their schemas with; the gateway itself depends on no such thing.
const { buildSubgraphSchema } = createRequire(require.resolve('../../../shared/subgraph/package.json'))(
  '@apollo/subgraph',
) as { buildSubgraphSchema(module: { typeDefs: DocumentNode; resolvers: Resolvers }): GraphQLSchema };

const DIRECTIVES = [
  'key',
  'requires',
  'provides',
  'external',
  'shareable',
  'extends',
  'override',
  'inaccessible',
];
const LATER_DIRECTIVES = [...DIRECTIVES, 'interfaceObject'];

type Context = Partial<GatewayContext>;
type Variables = Record<string, unknown> | undefined;

/** What a client is answered. */
export interface Answer {
  data: unknown;
  errors: readonly unknown[];
}

/** A suite's graph before one of the executors, with its subgraphs in this process. */
export interface AuditedGraph {
  ask(query: string): Promise<Answer>;
  stop(): Promise<void>;
}

/** The subgraphs of a suite, ready to answer, and the supergraph that they make. */
export class AuditedSubgraphs {
  readonly supergraph: string;
  private readonly schemas: ReadonlyMap<string, GraphQLSchema>;
  private readonly documents = new Map<string, DocumentNode>();

  /** Throws with the composition errors. */
  constructor({ subgraphs }: Suite) {
    const named = Object.entries(subgraphs).map(([name, subgraph]) => ({
      name,
      url: `http://${name}.test`,
      typeDefs: documentOf(subgraph),
      resolvers: subgraph.resolvers,
    }));
    this.supergraph = compose(named);
    this.schemas = new Map(named.map((subgraph) => [subgraph.name, buildSubgraphSchema(subgraph)]));
  }

  /** Answers as it would stand on the wire. Throws for an operation that is not valid in the subgraph. */
  async answer(name: string, query: string, variables: Variables): Promise<ExecutionResult> {
    const schema = this.schemas.get(name);
    if (schema === undefined) throw new Error(`no subgraph ${name}`);
    const answer = await execute({
      schema,
      document: this.document(name, schema, query),
      variableValues: onTheWire(variables ?? {}),
    });
    return onTheWire(answer);
  }

  private document(name: string, schema: GraphQLSchema, query: string): DocumentNode {
    const key = `${name} ${query}`;
    let document = this.documents.get(key);
    if (document === undefined) {
      document = parse(query);
      const faults = validate(schema, document);
      if (faults.length > 0)
        throw new Error(`${name} was asked what is not valid there: ${query}\n${faults}`);
      this.documents.set(key, document);
    }
    return document;
  }
}

/** Loads the supergraph into a gateway with the named executor. */
export async function auditedGraph(
  subgraphs: AuditedSubgraphs,
  executor: ExecutorName,
): Promise<AuditedGraph> {
  const sources = new Map<string, SubgraphSource>();
  const { supergraphSdl, onPlan, over } = inProcessExecution({
    executor,
    supergraph: parse(subgraphs.supergraph),
    sources,
  });
  const gateway = new ApolloGateway({
    supergraphSdl,
    logger: SILENT,
    ...(onPlan && { experimental_didResolveQueryPlan: onPlan }),
    buildService: ({ name }) => {
      const source = sourceOf(subgraphs, name);
      sources.set(name, source);
      return source;
    },
  });
  gateway.executor = withVariables(over(gateway.executor));
  const server = new ApolloServer<Context>({ gateway, logger: SILENT, stopOnTerminationSignals: false });
  await server.start();
  return {
    ask: async (query) => {
      const contextValue: Context = { requestId: 'audit', clientGone: new Cancellation() };
      const { body } = await server.executeOperation({ query }, { contextValue });
      if (body.kind !== 'single') throw new Error('an answer in parts');
      const { data = null, errors = [] } = onTheWire(body.singleResult);
      return { data, errors };
    },
    stop: () => server.stop(),
  };
}

/** What both executors ask a subgraph through. */
function sourceOf(subgraphs: AuditedSubgraphs, name: string): GraphQLDataSource & SubgraphSource {
  return {
    process: ({ request: { query = '', variables } }) => subgraphs.answer(name, query, variables) as never,
    ask: async ({ body }) => {
      const { query, variables } = JSON.parse(body);
      return subgraphs.answer(name, query, variables) as Promise<SubgraphAnswer>;
    },
    forgetInFlight: () => undefined,
  };
}

/** Coerces variables as the guard before the executor does. */
function withVariables(run: Executor): Executor {
  return (request) => {
    const { coerced, errors } = getVariableValues(
      request.schema,
      request.operation?.variableDefinitions ?? [],
      request.request.variables ?? {},
    );
    if (errors !== undefined) return Promise.resolve({ errors: [...errors] });
    (request.context as Context).variables = coerced;
    return run(request);
  };
}

function documentOf({ federation = '2.3', sdl }: AuditSubgraph): DocumentNode {
  if (federation === '1') return parse(sdl);
  const directives = federation === '2.0' ? DIRECTIVES : LATER_DIRECTIVES;
  const names = directives.map((directive) => `"@${directive}"`).join(' ');
  return parse(
    `extend schema @link(url: "https://specs.apollo.dev/federation/v${federation}", import: [${names}])\n${sdl}`,
  );
}

const onTheWire = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

const silent = () => undefined;
const SILENT = { debug: silent, info: silent, warn: silent, error: silent };
