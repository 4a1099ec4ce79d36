import { type Answer, Contest } from './contest';
import { CLIENT_NAMES, duel, type Excuse, FIELD_ORDER } from './duel';
import { CALM } from './random-weather';
import { ALL_REPAIRS } from './repaired-stock';
import type { Weather } from './world';

// Where the stock executor is the wrong one, or we decided otherwise: each difference that the
// differential tests excuse, by its name, at its smallest.

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@interfaceObject"])';

interface Pinned {
  excuse: Excuse;
  subgraphs: Record<string, string>;
  query: string;
  weather: Partial<Weather>;
  /** Of the answers: what is looked at. */
  of: (answer: Answer) => unknown;
  stock: unknown;
  ours: unknown;
}

const both = ({ data, errors }: Answer): unknown => ({ data, errors });
const onlyErrors = ({ errors }: Answer): unknown => errors;
const onlyData = ({ data }: Answer): unknown => data;

const PINNED: readonly Pinned[] = [
  {
    excuse: 'error paths count objects that were not sent',
    subgraphs: {
      ash: `
        type Query { found: [Some!]! }
        union Some = Man | Dog
        type Man @key(fields: "id") { id: ID! }
        type Dog { age: Int }`,
      birch: 'type Man @key(fields: "id") { id: ID! name: String! }',
    },
    query: '{ found { ... on Man { name } } }',
    weather: { seed: 4, entityErrors: 0.5 },
    of: onlyErrors,
    // The dog at 0 was never sent: the man who fails stands at 1.
    stock: ['found.0 BAD_USER_INPUT'],
    ours: ['found.1 BAD_USER_INPUT'],
  },
  {
    excuse: 'errors of all entities get a path of the plan',
    subgraphs: {
      ash: 'type Query { men: [Man!]! } type Man @key(fields: "id") { id: ID! }',
      birch: 'type Man @key(fields: "id") { id: ID! name: String }',
    },
    query: '{ men { name } }',
    weather: { seed: 1, allEntities: 1 },
    of: onlyErrors,
    stock: ['men.@._entities NOT_FOUND'],
    ours: ['- NOT_FOUND'],
  },
  {
    excuse: 'lists in lists are replaced instead of merged',
    subgraphs: {
      ash: 'type Query { board: [[Cell!]!] @shareable } type Cell { colour: Int! }',
      birch: 'type Query { board: [[Cell!]!] @shareable } type Cell { piece: Int! }',
    },
    query: '{ board { colour piece } }',
    weather: { seed: 3 },
    of: ({ data }) => Object.values(data as object).map((board: unknown[] | null) => board?.length ?? null),
    stock: [null],
    ours: [3],
  },
  {
    excuse: 'a field is taken for that of the interface it is asked by',
    subgraphs: {
      ash: `
        type Query { man: Man }
        interface Named { name: String }
        type Man implements Named @key(fields: "id") { id: ID! name: String! @external }`,
      birch: 'type Man @key(fields: "id") { id: ID! name: String! }',
    },
    query: '{ man { ... on Named { name } } }',
    weather: { dead: ['birch'] },
    of: onlyData,
    stock: { man: { name: null } },
    ours: { man: null },
  },
  {
    excuse: 'an object of no known type is null in silence',
    subgraphs: {
      ash: 'type Query { all: [Media]! } type Media @interfaceObject @key(fields: "id") { id: ID! }',
      birch: `
        interface Media @key(fields: "id") { id: ID! }
        type Book implements Media @key(fields: "id") { id: ID! }`,
    },
    query: '{ all { __typename id } }',
    weather: { missing: 1 },
    of: both,
    stock: { data: { all: [null] }, errors: [] },
    ours: { data: { all: [null] }, errors: ['all.0.__typename INTERNAL'] },
  },
  {
    excuse: "an interface's name replaces the name of the object's type",
    subgraphs: {
      ash: `
        type Query { all: [Media!] }
        type Media @interfaceObject @key(fields: "id") { id: ID! rating: Int! }`,
      birch: `
        interface Media @key(fields: "id") { id: ID! }
        type Film implements Media @key(fields: "id") { id: ID! }`,
    },
    query: '{ all { ... on Film { __typename } ... on Film { rating } } }',
    weather: { seed: 1 },
    of: ({ data }) => (data as { all: object[] }).all.map((film) => Object.keys(film)),
    stock: [[]],
    ours: [['__typename', 'rating']],
  },
  {
    excuse: "a service is asked for the name of the root's type",
    subgraphs: { ash: 'type Query { man: Int }' },
    query: 'query ($without: Boolean! = false) { ... on Query @skip(if: $without) { __typename } }',
    weather: { refusals: 1 },
    of: both,
    stock: { data: { __typename: 'Query' }, errors: ['- FORBIDDEN'] },
    ours: { data: { __typename: 'Query' }, errors: [] },
  },
  {
    excuse: 'a reference out of sight is an error',
    subgraphs: {
      ash: 'type Query { men: [Man]! } type Man @key(fields: "id") { id: ID! }',
      birch: 'type Man @key(fields: "id") { id: ID! name: String! }',
    },
    query: '{ men { name } }',
    weather: { missing: 1 },
    of: both,
    stock: { data: { men: [null, null] }, errors: ['men.0.name INTERNAL', 'men.1.name INTERNAL'] },
    ours: { data: { men: [null, null] }, errors: [] },
  },
  {
    excuse: FIELD_ORDER,
    subgraphs: { ash: 'type Query { a: Int! b: Int! c: Int! }' },
    query: '{ ... on Query { a } b ... on Query { c } }',
    weather: {},
    of: ({ data }) => Object.keys(data as object),
    stock: ['a', 'c', 'b'],
    ours: ['a', 'b', 'c'],
  },
  {
    excuse: CLIENT_NAMES,
    subgraphs: {
      ash: 'type Query { man: Man! } type Man @key(fields: "id") { id: ID! code: ID! }',
      birch: 'type Man @key(fields: "id") { id: ID! name: String! }',
    },
    query: '{ man { id: code name } }',
    weather: {},
    of: ({ data }) => (data as { man: { id: string } }).man.id.startsWith('Man.id:'),
    // The client asked for the code, and is answered the key.
    stock: true,
    ours: false,
  },
];

it.each(PINNED)('$excuse', async ({ excuse, subgraphs, query, weather, of, stock, ours }) => {
  const contest = await Contest.open(
    Object.entries(subgraphs).map(([name, sdl]) => ({ name, sdl: `${LINK} ${sdl}` })),
  );
  try {
    const result = await duel(contest, { text: query, variables: {} }, { ...CALM, ...weather });
    expect(of(result.stock.answer)).toEqual(stock);
    expect(of(result.ours.answer)).toEqual(ours);
    expect(result.difference).toBeUndefined();
    expect(result.excuses).toEqual([excuse]);
  } finally {
    await contest.close();
  }
});

it('every excuse is pinned', () => {
  expect(PINNED.map(({ excuse }) => excuse).sort()).toEqual(
    [...ALL_REPAIRS, FIELD_ORDER, CLIENT_NAMES].sort(),
  );
});
