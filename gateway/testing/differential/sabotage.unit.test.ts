import type { ExecutorMaker } from './contest';
import { play } from './play';
import { CALM } from './random-weather';
import { reduce } from './reduce';

// Tests that find nothing prove something only if they find what is there: each of these executors
// does one thing wrong, and the random operations must find it and make it small.

type Data = Record<string, unknown>;

/** Our executor, but with its answer changed. */
const changed =
  (change: (data: Data) => void): ExecutorMaker =>
  (ours) =>
  async (requestContext) => {
    const { data, ...others } = await ours(requestContext);
    const copy = JSON.parse(JSON.stringify(data ?? null)) as Data | null;
    if (copy !== null) change(copy);
    return { ...others, ...(data !== undefined && { data: copy }) };
  };

const objectsIn = (value: unknown): Data[] => {
  if (value === null || typeof value !== 'object') return [];
  const inner = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inner : [value as Data, ...inner];
};

const SABOTAGE: Record<string, ExecutorMaker> = {
  'does not carry nulls up': (ours) => async (requestContext) => {
    const { data, ...others } = await ours(requestContext);
    return { ...others, data: data === null ? {} : data } as Awaited<ReturnType<typeof ours>>;
  },
  'drops the errors of null values': (ours) => async (requestContext) => {
    const { data, errors } = await ours(requestContext);
    return { data, ...(data === null && { errors }) } as Awaited<ReturnType<typeof ours>>;
  },
  'gives the second object of a list the fields of the first': changed((data) => {
    for (const object of objectsIn(data))
      for (const member of Object.values(object))
        if (Array.isArray(member) && objectsIn(member[0]).length > 0 && objectsIn(member[1]).length > 0)
          member[1] = member[0];
  }),
  'forgets the second of two fields': changed((data) => {
    for (const object of objectsIn(data)) {
      const [, second] = Object.keys(object);
      if (second !== undefined && Object.keys(object).length === 6) delete object[second];
    }
  }),
  'puts fields into another order': changed((data) => {
    const [first, ...others] = Object.keys(data);
    if (first === undefined || others.length === 0) return;
    const value = data[first];
    delete data[first];
    data[first] = value;
  }),
  'remembers the variables of the first run': (ours) => {
    let kept: unknown;
    return async (requestContext) => {
      const names = Object.keys(requestContext.request.variables ?? {});
      if (names.length > 0 && kept === undefined) kept = requestContext.request.variables;
      const context = { ...(requestContext.context as object), variables: kept ?? {} };
      return ours({ ...requestContext, context } as typeof requestContext);
    };
  },
};

it.each(Object.keys(SABOTAGE))('an executor that %s is found out', async (name) => {
  const { found } = await play({
    firstSeed: 1,
    operations: 150,
    operationsPerSupergraph: 75,
    change: SABOTAGE[name]!,
  });
  expect(found?.replay).toMatch(/^\d+\.\d+$/);
});

it('what was found is made as small as it gets', async () => {
  const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])`;
  const found = {
    subgraphs: [
      {
        name: 'ash',
        sdl: `${sdl} type Query { men: [Man!]! dogs(first: Int): [Dog!]! } type Man @key(fields: "id") { id: ID! } type Dog { age: Int name: String }`,
      },
      { name: 'birch', sdl: `${sdl} type Man @key(fields: "id") { id: ID! name: String! size: Int! }` },
    ],
    operation: {
      text: 'query ($first: Int) { men { id name size } dogs(first: $first) { ...All } } fragment All on Dog { age name }',
      variables: {},
    },
    weather: CALM,
  };
  const change = SABOTAGE['gives the second object of a list the fields of the first']!;
  const { subgraphs, operation } = await reduce(found, change);
  expect(operation.text.replaceAll(/\s+/g, ' ')).toBe('{ men { size } }');
  const text = subgraphs.map(({ sdl: smaller }) => smaller).join();
  expect(text).toContain('size: Int!');
  expect(text).not.toMatch(/dogs|age|first/);
});
