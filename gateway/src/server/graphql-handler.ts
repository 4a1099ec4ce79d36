import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerBody } from '../execution/answer-text';
import type { GatewayContext } from '../execution/gateway-context';
import type { Graph } from '../supergraph/graph';
import type { OperationLog } from './operation-log';
import { plainRequest } from './plain-request.rules';

type MakeContext = (request: FastifyRequest, reply: FastifyReply) => Promise<GatewayContext>;

/**
 * Answers the GraphQL requests of one graph. Plain ones, whose text Apollo Server has found valid before, go straight
 * to the executor: Apollo Server's own work for a request is more than a quarter of what a small query costs. It answers all
 * others, and words all errors.
 */
export function graphqlHandler({ server, answered }: Graph, makeContext: MakeContext, log: OperationLog) {
  const byApollo = (request: FastifyRequest, reply: FastifyReply, context: () => Promise<GatewayContext>) =>
    fastifyApolloHandler(server, { context }).call(request.server, request as never, reply as never);

  return async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const plain = plainRequest(request.method, request.headers, request.body);
    const found = plain && answered.find(plain.query, plain.operationName);
    if (found === undefined) return byApollo(request, reply, () => makeContext(request, reply));
    const { operationName, variables, contentType } = plain!;
    let context: GatewayContext;
    try {
      context = await makeContext(request, reply);
    } catch (error) {
      return byApollo(request, reply, () => Promise.reject(error));
    }
    const { data, errors } = await answered.answer(found, { operationName, variables }, context);
    if (errors !== undefined) {
      context.result = { data, errors };
      return byApollo(request, reply, async () => context);
    }
    const { operation, queryHash } = found;
    log.finished({ operation, queryHash, data, errors: [], context });
    reply.header('content-type', contentType);
    return answerBody({ data });
  };
}
