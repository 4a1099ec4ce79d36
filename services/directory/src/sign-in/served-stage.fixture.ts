import { join } from 'node:path';
import type { AssertionVerifier } from '@junxian/identity';
import { loadTypeDefs, type RunningSubgraph } from '@junxian/subgraph';
import { testKeys } from '@junxian/test-kit';
import { createLoaders, type Loaders } from '../context';
import { organisationResolvers } from '../organisations/organisations.resolvers';
import { type ServedRooms, startTestSubgraph } from '../testing/subgraph.support.test';
import type { Stage } from './sign-in.fixture';

/** The schema of the whole service. */
export const typeDefs = loadTypeDefs(join(__dirname, '..'));

/** The rooms of a stage, to be served. */
export const roomsOf = (stage: Stage): ServedRooms<Loaders> => ({
  typeDefs,
  resolvers: [organisationResolvers(testKeys.fieldCipher), ...stage.rooms.resolvers],
  loaders: createLoaders,
  database: stage.test.database,
  clock: stage.clock,
  routes: stage.rooms.routes,
});

/** The rooms of a stage over HTTP, on a free port. */
export function serveStage(stage: Stage, verifier: AssertionVerifier): Promise<RunningSubgraph> {
  return startTestSubgraph(roomsOf(stage), verifier);
}
