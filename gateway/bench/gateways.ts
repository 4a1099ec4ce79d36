import '../src/execution/telemetry-off';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { createLogger } from '@junxian/observability';
import fastify from 'fastify';
import { readEnvironment } from '../src/environment';
import { startGateway } from '../src/gateway';

/** What a gateway of the contest is given. */
export interface GatewaySettings {
  supergraphFile: string;
  /** Of our gateway only. */
  environment?: Record<string, string>;
  /** Of mercurius only: schemas of the first Federation and addresses. */
  services?: { name: string; url: string; schema: string }[];
  /** Of Hive only: answer requests that are alike while one of them is under way with its answer. */
  deduplicate?: boolean;
}

const onFreePort = { host: '127.0.0.1', port: 0 };

/** Packages that only this benchmark needs are not the workspace's: see `candidates.ts`. */
const candidate = createRequire(join(__dirname, 'candidates', 'package.json'));

/** Our gateway, whole: authentication, permission, limits, but no lines of log. */
export async function serveOurs({ supergraphFile, environment }: GatewaySettings): Promise<string> {
  const variables = {
    ...environment,
    NODE_ENV: 'production',
    OFFICIAL_HOSTS: 'bench',
    SUPERGRAPH_FILE: supergraphFile,
  };
  const { url } = await startGateway(readEnvironment(variables), createLogger('gateway', 'silent'));
  return url;
}

/** The stock gateway with its default data source, without any checks. */
export async function serveStock({ supergraphFile }: GatewaySettings): Promise<string> {
  const gateway = new ApolloGateway({ supergraphSdl: readFileSync(supergraphFile, 'utf8') });
  const apollo = new ApolloServer({ gateway, nodeEnv: 'production', stopOnTerminationSignals: false });
  await apollo.start();
  const server = fastify({ logger: false });
  server.route({ method: ['GET', 'POST'], url: '/graphql', handler: fastifyApolloHandler(apollo) as never });
  return `${await server.listen(onFreePort)}/graphql`;
}

/** Hive Gateway's runtime on Node's own HTTP server, which is how its own program serves it. */
export async function serveHive({ supergraphFile, deduplicate }: GatewaySettings): Promise<string> {
  const { createServer } = await import('node:http');
  const { createGatewayRuntime } = candidate('@graphql-hive/gateway-runtime') as HiveRuntime;
  const handle = createGatewayRuntime({
    supergraph: readFileSync(supergraphFile, 'utf8'),
    inboundInflightRequestDeduplication: deduplicate === true,
    logging: false,
    graphiql: false,
    landingPage: false,
    graphqlEndpoint: '/graphql',
  });
  const server = createServer(handle);
  await new Promise<void>((done) => server.listen(onFreePort, done));
  return `http://127.0.0.1:${(server.address() as { port: number }).port}/graphql`;
}

interface HiveRuntime {
  createGatewayRuntime(
    config: Record<string, unknown>,
  ): Parameters<typeof import('node:http').createServer>[1];
}

/** Mercurius as a gateway, with its compiled execution switched on as in the public comparison. */
export async function serveMercurius({ services }: GatewaySettings): Promise<string> {
  const server = fastify({ logger: false });
  await server.register(candidate('@mercuriusjs/gateway'), {
    jit: 1,
    gateway: { services: services!.map((service) => ({ ...service, mandatory: true })) },
  });
  return `${await server.listen(onFreePort)}/graphql`;
}
