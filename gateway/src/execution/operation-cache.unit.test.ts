import { parse } from 'graphql';
import { type KnownOperation, OperationCache } from './operation-cache';

const operation = (queryHash: string, operationName?: string): KnownOperation => ({
  queryHash,
  operationName,
  query: '{ a }',
  document: parse('{ a }'),
});

it('makes each operation once, however many ask at the same time', async () => {
  const cache = new OperationCache<string>(10);
  let made = 0;
  const make = async () => {
    made += 1;
    return `made ${made}`;
  };
  expect(
    await Promise.all([
      cache.make(operation('a'), make),
      cache.make(operation('a'), make),
      cache.make(operation('a', 'B'), make),
    ]),
  ).toEqual(['made 1', 'made 1', 'made 2']);
  expect([cache.get(operation('a')), cache.get(operation('a', 'B')), cache.get(operation('b'))]).toEqual([
    'made 1',
    'made 2',
    undefined,
  ]);
});

it('keeps nothing of what could not be made', async () => {
  const cache = new OperationCache<string>(10);
  const failing = cache.make(operation('a'), async () => {
    throw new Error('no plan');
  });
  await expect(failing).rejects.toThrow('no plan');
  expect(await cache.make(operation('a'), async () => 'made')).toBe('made');
});

it('is bounded, and knows what is asked for most', async () => {
  const cache = new OperationCache<string>(3);
  for (const hash of ['a', 'b', 'c', 'd']) await cache.make(operation(hash), async () => hash);
  for (const hash of ['c', 'd', 'd']) cache.get(operation(hash));
  expect(cache.get(operation('a'))).toBeUndefined();
  expect(cache.mostUsed(2).map(({ queryHash }) => queryHash)).toEqual(['d', 'c']);
});
