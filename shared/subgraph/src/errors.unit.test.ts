import type { GraphQLRequestListener } from '@apollo/server';
import { refuse } from '@junxian/errors';
import type { Logger } from '@junxian/observability';
import { GraphQLError } from 'graphql';
import { errorLog } from './errors';

/** What is logged of an error: the level, then what was said. */
async function logged(error: GraphQLError): Promise<unknown[][]> {
  const lines: unknown[][] = [];
  const at =
    (level: string) =>
    (...said: unknown[]) =>
      lines.push([level, ...said]);
  const logger = { error: at('error'), warn: at('warn') } as unknown as Logger;
  const started = await errorLog(logger).requestDidStart!({} as never);
  const listener = started as GraphQLRequestListener<{ requestId: string }>;
  await listener.didEncounterErrors!({ errors: [error], contextValue: { requestId: 'request-1' } } as never);
  return lines;
}

const thrown = (originalError: Error) => new GraphQLError('it failed', { originalError, path: ['region'] });

it('a fault of ours is logged under the id that the person is told', async () => {
  const err = new Error('no such table');
  expect(await logged(thrown(err))).toEqual([
    ['error', { err, path: ['region'], requestId: 'request-1' }, 'resolver failed'],
  ]);
});

it('a refusal is no fault', async () => {
  expect(await logged(thrown(refuse.forbidden()))).toEqual([]);
});

it('of a request that is faulty itself the code is logged, never its text', async () => {
  const error = new GraphQLError('Unknown value "110101199001011234"', {
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  });
  expect(await logged(error)).toEqual([
    ['warn', { code: 'GRAPHQL_VALIDATION_FAILED', requestId: 'request-1' }, 'faulty request'],
  ]);
});
