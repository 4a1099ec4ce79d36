import '../src/execution/telemetry-off';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer, HeaderMap } from '@apollo/server';
import { Pool } from 'undici';
import type { PlanNode } from '../src/execution/plan';

export interface RawSettings {
  supergraphFile: string;
  /** What is asked, as a client sends it. */
  operations: readonly { query: string; variables?: Record<string, unknown> }[];
}

type Step = () => Promise<unknown>;

/**
 * What no gateway that makes these fetches can exceed: the requests of Apollo's plans, prebuilt, in the
 * plans' order, over the HTTP client that ours uses, each answer parsed; then the ready answer.
 */
export async function serveRawLimit({ supergraphFile, operations }: RawSettings): Promise<string> {
  const recorder = new Recorder(readFileSync(supergraphFile, 'utf8'));
  const known = new Map<string, { run: Step; answer: Buffer }>();
  for (const operation of operations) known.set(JSON.stringify(operation), await recorder.record(operation));
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const { run, answer } = known.get(Buffer.concat(chunks).toString())!;
      await run();
      response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length })
        .end(answer);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/graphql`;
}

/** Lets the stock gateway answer once and keeps its plan and the bodies that it sent. */
class Recorder {
  private plan: PlanNode | undefined;
  private readonly bodies = new Map<string, string>();
  private readonly pools = new Map<string, { pool: Pool; path: string }>();
  private readonly server: Promise<ApolloServer>;

  constructor(supergraphSdl: string) {
    const gateway = new ApolloGateway({
      supergraphSdl,
      experimental_didResolveQueryPlan: ({ queryPlan }) => {
        this.plan = queryPlan.node;
      },
      buildService: ({ name, url }) => {
        const { origin, pathname } = new URL(url!);
        this.pools.set(name, { pool: new Pool(origin, { connections: 64 }), path: pathname });
        return new Recording(url!, (path, body) =>
          this.bodies.set(keyOf(name, path, body.query), JSON.stringify(body)),
        );
      },
    });
    const server = new ApolloServer({ gateway, stopOnTerminationSignals: false });
    this.server = server.start().then(() => server);
  }

  /** Throws Error when the operation is not answered without errors. */
  async record(operation: RawSettings['operations'][number]): Promise<{ run: Step; answer: Buffer }> {
    const server = await this.server;
    this.bodies.clear();
    const answered = await server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: 'POST',
        headers: new HeaderMap([['content-type', 'application/json']]),
        search: '',
        body: operation,
      },
      context: async () => ({}),
    });
    const answer = answered.body.kind === 'complete' ? answered.body.string : '';
    if (this.plan === undefined || answer.includes('"errors"'))
      throw new Error(`the raw limit has no answer: ${answer}`);
    return { run: this.stepOf(this.plan, []), answer: Buffer.from(answer) };
  }

  private stepOf(node: PlanNode, path: readonly (string | number)[]): Step {
    switch (node.kind) {
      case 'Sequence': {
        const steps = node.nodes.map((it) => this.stepOf(it, path));
        return async () => {
          for (const step of steps) await step();
        };
      }
      case 'Parallel': {
        const steps = node.nodes.map((it) => this.stepOf(it, path));
        return () => Promise.all(steps.map((step) => step()));
      }
      case 'Flatten':
        return this.stepOf(node.node, [...path, ...node.path]);
      case 'Fetch':
        return this.fetchOf(node.serviceName, this.bodies.get(keyOf(node.serviceName, path, node.operation)));
      default:
        throw new Error(`the raw limit knows no ${node.kind}`);
    }
  }

  private fetchOf(service: string, body: string | undefined): Step {
    // Nothing was asked here: no entity was left.
    if (body === undefined) return async () => undefined;
    const { pool, path } = this.pools.get(service)!;
    const headers = { 'content-type': 'application/json' };
    return async () => {
      const answer = await pool.request({ method: 'POST', path, headers, body });
      return JSON.parse(await answer.body.text()) as unknown;
    };
  }
}

const keyOf = (service: string, path: readonly (string | number)[], query: string) =>
  [service, path.join('.'), query].join(' ');

type ProcessOptions = Parameters<RemoteGraphQLDataSource['process']>[0];

class Recording extends RemoteGraphQLDataSource {
  constructor(
    url: string,
    private readonly seen: (path: readonly (string | number)[], body: { query: string }) => void,
  ) {
    super({ url });
  }

  override async process(options: ProcessOptions) {
    const { query, variables, operationName } = options.request;
    const { pathInIncomingRequest = [] } = options as { pathInIncomingRequest?: (string | number)[] };
    this.seen(pathInIncomingRequest, {
      query: query!,
      ...(variables && { variables }),
      ...(operationName && { operationName }),
    } as never);
    return super.process(options);
  }
}
