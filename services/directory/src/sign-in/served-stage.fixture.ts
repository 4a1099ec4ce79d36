import { join } from 'node:path';
import type { AssertionVerifier } from '@junxian/identity';
import { createLogger, createMetrics } from '@junxian/observability';
import { loadTypeDefs, type RunningSubgraph, startSubgraph } from '@junxian/subgraph';
import { testKeys } from '@junxian/test-kit';
import { createLoaders } from '../context';
import { organisationResolvers } from '../organisations/organisations.resolvers';
import type { Stage } from './sign-in.fixture';

/** The schema of the whole service. */
export const typeDefs = loadTypeDefs(join(__dirname, '..'));

/** The rooms of a stage over HTTP, on a free port. */
export function serveStage(stage: Stage, verifier: AssertionVerifier): Promise<RunningSubgraph> {
  return startSubgraph({
    name: 'directory',
    typeDefs,
    resolvers: [organisationResolvers(testKeys.fieldCipher), ...stage.rooms.resolvers],
    loaders: createLoaders,
    database: stage.test.database,
    verifier,
    clock: stage.clock,
    logger: createLogger('test', 'silent'),
    metrics: createMetrics('test'),
    port: 0,
    routes: stage.rooms.routes,
  });
}
