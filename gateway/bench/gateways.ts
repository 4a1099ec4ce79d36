import { readFileSync } from 'node:fs';
import { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import { createLogger } from '@junxian/observability';
import fastify from 'fastify';
import { readEnvironment } from '../src/environment';
import { startGateway } from '../src/gateway';

/** Our gateway, whole: authentication, permission, limits, log. Configured by its environment variables. */
export async function serveOurs(variables: Record<string, string>): Promise<void> {
  const { url } = await startGateway(readEnvironment(variables), createLogger('gateway', 'silent'));
  process.send?.({ url });
}

/** The stock gateway with its default data source on the same HTTP server, without any checks. */
export async function serveStock(supergraphFile: string): Promise<void> {
  const gateway = new ApolloGateway({ supergraphSdl: readFileSync(supergraphFile, 'utf8') });
  const apollo = new ApolloServer({ gateway, nodeEnv: 'production', stopOnTerminationSignals: false });
  await apollo.start();
  const server = fastify({ logger: false });
  server.route({ method: ['GET', 'POST'], url: '/graphql', handler: fastifyApolloHandler(apollo) as never });
  const address = await server.listen({ host: '127.0.0.1', port: 0 });
  process.send?.({ url: `${address}/graphql` });
}
