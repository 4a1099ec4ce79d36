import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { accessTypeDefs } from '@junxian/access';
import { isRefusal } from '@junxian/errors';
import {
  buildASTSchema,
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  Kind,
  parse,
  validate,
} from 'graphql';

type Resolver = GraphQLFieldResolver<unknown, unknown>;

export interface TestSubgraphOptions {
  name: string;
  /** Types and Query, with `@key` and `@access`; the federation parts are added. */
  sdl: string;
  resolvers?: Record<string, Record<string, Resolver>>;
  /** What an entity holds, by type: from a representation to its fields. */
  entities?: Record<string, (representation: Record<string, unknown>) => unknown>;
  /** Whether to remember what was asked. */
  keepRequests?: boolean;
}

export interface SubgraphRequestSeen {
  query: string;
  variables: Record<string, unknown>;
  headers: IncomingMessage['headers'];
}

export interface TestSubgraph {
  name: string;
  url: string;
  typeDefs: DocumentNode;
  requests: SubgraphRequestSeen[];
  /** Answers only after this many milliseconds. */
  delay: number;
  /** Requests whose connection was closed by the gateway before the answer. */
  abandoned: number;
  /** Replaces the whole answer. */
  answerWith: { status: number; body: string } | null;
  stop(): Promise<void>;
  /** Listens again on the same port, if it was stopped. */
  restart(): Promise<void>;
}

/** The schema document of a test subgraph, as it is composed. */
export const subgraphDocument = (sdl: string): DocumentNode => parse(`${accessTypeDefs}\n${sdl}`);

/** A small federated subgraph that listens on a real port. */
export async function startTestSubgraph(options: TestSubgraphOptions): Promise<TestSubgraph> {
  const typeDefs = subgraphDocument(options.sdl);
  const schema = executable(typeDefs, options);
  const subgraph: TestSubgraph = {
    name: options.name,
    url: '',
    typeDefs,
    requests: [],
    delay: 0,
    abandoned: 0,
    answerWith: null,
    stop: async () => undefined,
    restart: async () => undefined,
  };
  const documents = new Map<string, DocumentNode>();
  const listen = async (port: number): Promise<void> => {
    const server = createServer(async (request, response) => {
      const body = JSON.parse(await text(request));
      if (options.keepRequests !== false)
        subgraph.requests.push({
          query: body.query,
          variables: body.variables ?? {},
          headers: request.headers,
        });
      response.once('close', () => {
        if (!response.writableFinished) subgraph.abandoned += 1;
      });
      if (subgraph.delay > 0) await new Promise((done) => setTimeout(done, subgraph.delay));
      if (subgraph.answerWith !== null) {
        response.writeHead(subgraph.answerWith.status, { 'content-type': 'application/json' });
        response.end(subgraph.answerWith.body);
        return;
      }
      const result = await answer(schema, documents, body);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify(result.errors ? { ...result, errors: result.errors.map(onTheWire) } : result),
      );
    });
    await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
    const chosen = (server.address() as AddressInfo).port;
    subgraph.url = `http://127.0.0.1:${chosen}/graphql`;
    let listening = true;
    subgraph.stop = async () => {
      listening = false;
      await closed(server);
    };
    subgraph.restart = async () => {
      if (!listening) await listen(chosen);
    };
  };
  await listen(0);
  return subgraph;
}

function executable(typeDefs: DocumentNode, { resolvers = {}, entities = {} }: TestSubgraphOptions) {
  const names = typeDefs.definitions.flatMap((node) =>
    node.kind === Kind.OBJECT_TYPE_DEFINITION && node.directives?.some(({ name }) => name.value === 'key')
      ? [node.name.value]
      : [],
  );
  const federation = parse(`
    scalar _Any
    type _Service { sdl: String }
    ${names.length > 0 ? `union _Entity = ${names.join(' | ')}\nextend type Query { _entities(representations: [_Any!]!): [_Entity]! }` : ''}
    extend type Query { _service: _Service! }`);
  const definitions = [...typeDefs.definitions.filter(({ kind }) => kind !== Kind.SCHEMA_EXTENSION)];
  if (!definitions.some((node) => node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === 'Query')) {
    definitions.push(...parse('type Query { _unused: String }').definitions);
  }
  const schema = extended(definitions, federation);
  for (const [type, fields] of Object.entries(resolvers)) {
    const target = schema.getType(type);
    if (target === undefined || !('getFields' in target)) throw new Error(`no type ${type}`);
    for (const [field, resolve] of Object.entries(fields))
      Object.assign(target.getFields()[field]!, { resolve });
  }
  const entityField = schema.getQueryType()?.getFields()._entities;
  if (entityField !== undefined) {
    entityField.resolve = (_source, { representations }) =>
      (representations as Record<string, unknown>[]).map((representation) => {
        const typename = String(representation.__typename);
        const entity = entities[typename]?.(representation);
        return entity && typeof entity === 'object' && !(entity instanceof Error)
          ? { __typename: typename, ...representation, ...entity }
          : entity;
      });
  }
  return schema;
}

function extended(definitions: DocumentNode['definitions'][number][], federation: DocumentNode) {
  const extensions = federation.definitions.filter((node) => node.kind === Kind.OBJECT_TYPE_EXTENSION);
  const merged = definitions.map((node) =>
    node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === 'Query'
      ? {
          ...node,
          fields: [...(node.fields ?? []), ...extensions.flatMap((extension) => extension.fields ?? [])],
        }
      : node,
  );
  const added = federation.definitions.filter((node) => node.kind !== Kind.OBJECT_TYPE_EXTENSION);
  return buildASTSchema(
    { kind: Kind.DOCUMENT, definitions: [...merged, ...added] },
    { assumeValidSDL: true },
  );
}

/** Executes an operation; parsed and validated documents are kept, as Apollo Server keeps them. */
async function answer(
  schema: GraphQLSchema,
  documents: Map<string, DocumentNode>,
  { query, variables }: { query: string; variables?: Record<string, unknown> },
): Promise<ExecutionResult> {
  let document = documents.get(query);
  if (document === undefined) {
    document = parse(query);
    const errors = validate(schema, document);
    if (errors.length > 0) return { errors };
    documents.set(query, document);
  }
  return execute({ schema, document, variableValues: variables });
}

/** Errors as our subgraphs send them: refusals with both texts, anything else as it leaks from a careless service. */
function onTheWire(error: GraphQLError): unknown {
  const original = error.originalError;
  if (!isRefusal(original)) return { message: error.message, path: error.path, extensions: error.extensions };
  const { code, text: words, field, details, faults } = original;
  return {
    message: words.zh,
    path: error.path,
    extensions: { code, text: words, field, details, ...(faults.length > 0 ? { faults } : {}) },
  };
}

async function text(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  return body;
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((done) => server.close(() => done()));
}
