import type { Clock } from '@junxian/calendar';
import { refuse } from '@junxian/errors';
import { serviceScope } from '@junxian/identity';
import type { Database } from '@junxian/persistence';
import type { SubgraphOptions } from '@junxian/subgraph';
import { SERVICE_SCOPES } from '../service-scopes';
import { revocationsAfter } from './revocation.service';

type Server = Parameters<NonNullable<SubgraphOptions<unknown>['routes']>>[0];

const GATEWAY = 'service:gateway';

/**
 * `GET /internal/revocations?after=<cursor>`: what was revoked since, for the gateway alone. The subgraph
 * has verified the assertion of whoever calls a route below `/internal` and admits services only.
 */
export function revocationRoutes(database: Database, clock: Clock) {
  return (server: Server): void => {
    server.get<{ Querystring: { after?: string } }>('/internal/revocations', async (request) => {
      if (!request.principal?.roles.includes(GATEWAY)) throw refuse.forbidden();
      const { after } = request.query;
      return database.read(serviceScope(SERVICE_SCOPES.revocationFeed), (tx) =>
        revocationsAfter(tx, typeof after === 'string' ? after : null, clock.now()),
      );
    });
  };
}
