import type { SubgraphOptions } from '@junxian/subgraph';
import type { SigningKeys } from './signing-keys.service';

type Server = Parameters<NonNullable<SubgraphOptions<unknown>['routes']>>[0];

/** `GET /.well-known/jwks.json`: the public keys of access tokens, open to everybody. */
export function jwksRoutes(keys: SigningKeys) {
  return (server: Server): void => {
    server.get('/.well-known/jwks.json', async (_request, reply) => {
      reply.header('cache-control', 'public, max-age=300');
      return keys.jwks();
    });
  };
}
