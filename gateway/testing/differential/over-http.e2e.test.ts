import { startTestGateway, type TestGateway } from '../test-gateway';
import { Contest, type Operation } from './contest';
import { duel } from './duel';
import { randomOperation } from './random-operation';
import { randomSubgraphs } from './random-supergraph';
import { randomWeather } from './random-weather';
import { serveSubgraphs, withAccess } from './subgraphs-over-http';

const FULL = process.env.JUNXIAN_TESTS === 'full';
const SEEDS = FULL ? [1, 2, 3, 4, 5, 6, 7, 8] : [1, 2];
const OPERATIONS = FULL ? 60 : 30;

/** Random operations may be as odd as they like; only what executors do with them is looked at. */
const NO_LIMITS = Object.fromEntries(
  [
    'DEPTH',
    'NESTING',
    'ALIASES',
    'ROOT_FIELDS',
    'DIRECTIVES',
    'FIELDS',
    'REPEATED_FIELDS',
    'TOKENS',
    'COST',
  ].map((limit) => [`MAX_${limit}`, '1000000']),
);

const answered = async (
  gateway: TestGateway,
  { text, variables, operationName }: Operation,
): Promise<string> => {
  const {
    status,
    data,
    errors = [],
  } = await gateway.ask(text, {
    variables: { ...variables },
    ...(operationName === undefined ? {} : { operationName }),
  });
  const failures = errors.map(
    ({ path, extensions, message }) => `${path?.join('.') ?? '-'} ${extensions.code} ${message}`,
  );
  return `${status} ${JSON.stringify(data)} ${[...new Set(failures)].sort().join('; ')}`;
};

it.each(SEEDS)(
  'two whole gateways over HTTP, one with the stock executor, say the same word for word (supergraph %i)',
  async (seed) => {
    const texts = randomSubgraphs(seed).map(withAccess);
    const names = texts.map(({ name }) => name);
    const contest = await Contest.open(texts);
    const subgraphs = await serveSubgraphs(texts, randomWeather(names, seed));
    const environment = (GATEWAY_EXECUTOR: string) => ({ environment: { ...NO_LIMITS, GATEWAY_EXECUTOR } });
    const ours = await startTestGateway(subgraphs.composed, environment('junxian'));
    const stock = await startTestGateway(subgraphs.composed, environment('apollo'));
    let compared = 0;
    try {
      for (let number = 0; compared < OPERATIONS; number += 1) {
        const operation = randomOperation(contest.schema, seed, number, 'http');
        // A circuit that a dead subgraph opened would stay open for the operations after it.
        const weather = { ...randomWeather(names, seed, number, 'http'), dead: [] };
        if (operation === null) continue;
        // Faults of the stock executor that are pinned elsewhere are not looked at again.
        const { difference, excuses } = await duel(contest, operation, weather);
        expect({ number, difference }).toEqual({ number, difference: undefined });
        if (excuses !== undefined) continue;
        subgraphs.weather = weather;
        const expected = await answered(stock, operation);
        expect([number, await answered(ours, operation)]).toEqual([number, expected]);
        expect([number, await answered(ours, operation)]).toEqual([number, expected]);
        compared += 1;
      }
      const operation = { text: '{ __typename }', variables: {} };
      expect(await answered(ours, operation)).toBe(await answered(stock, operation));
    } finally {
      await Promise.all([ours.stop(), stock.stop()]);
      await subgraphs.stop();
      await contest.close();
    }
  },
);
