import { entity, type Suite } from '../suite';

const entities = [
  { id: 'e1', data: { __typename: 'Baz', foo: 'b1-foo', bar: 'b1-bar', baz: 'b1-baz' } },
  { id: 'e2', data: { __typename: 'Qux', foo: 'q1-foo', bar: 'q1-bar', qux: 'q1-qux' } },
];
interface Given {
  id: string;
  data?: { foo: string };
}
const required =
  (suffix: string) =>
  ({ data }: Given) => {
    if (data === undefined) throw new Error('the required data is missing');
    return data.foo + suffix;
  };

export const requiresWithFragments: Suite = {
  name: 'requires-with-fragments',
  subgraphs: {
    a: {
      federation: '2.5',
      sdl: `
        type Query @shareable { a: Entity }
        type Entity @key(fields: "id") { id: ID! data: Foo }
        interface Foo { foo: String! }
        interface Bar implements Foo { foo: String! bar: String! }
        type Baz implements Foo & Bar @shareable { foo: String! bar: String! baz: String! }
        type Qux implements Foo & Bar @shareable { foo: String! bar: String! qux: String! }`,
      resolvers: { Query: { a: () => entities[1] }, Entity: entity(entities) },
    },
    b: {
      federation: '2.5',
      sdl: `
        type Query @shareable { b: Entity bb: Entity }
        type Entity @key(fields: "id") {
          id: ID!
          data: Foo @external
          requirer: String! @requires(fields: "data { foo ... on Bar { bar ... on Baz { baz } ... on Qux { qux } } }")
          requirer2: String! @requires(fields: "data { ... on Foo { foo } }")
        }
        interface Foo { foo: String! }
        interface Bar implements Foo { foo: String! bar: String! }
        type Baz implements Foo & Bar @shareable @inaccessible {
          foo: String!
          bar: String!
          baz: String!
        }
        type Qux implements Foo & Bar @shareable { foo: String! bar: String! qux: String! }`,
      resolvers: {
        Query: { b: () => entities[0], bb: () => entities[1] },
        Entity: {
          __resolveReference: (reference: Given) =>
            entities.some(({ id }) => id === reference.id) ? reference : null,
          requirer: required('_requirer'),
          requirer2: required('_requirer2'),
        },
      },
    },
  },
  cases: [
    {
      query: '{ b { id data { __typename } } bb { id data { __typename } } }',
      data: { b: { id: 'e1', data: null }, bb: { id: 'e2', data: { __typename: 'Qux' } } },
    },
    { query: '{ a { requirer } }', data: { a: { requirer: 'q1-foo_requirer' } } },
    {
      query: '{ a { data { __typename } requirer } }',
      data: { a: { data: { __typename: 'Qux' }, requirer: 'q1-foo_requirer' } },
    },
    {
      query: '{ bb { data { __typename } requirer } }',
      data: { bb: { data: { __typename: 'Qux' }, requirer: 'q1-foo_requirer' } },
    },
    {
      query: '{ b { data { __typename } requirer } }',
      data: { b: { data: null, requirer: 'b1-foo_requirer' } },
    },
    {
      query: '{ bb { data { __typename } requirer2 } }',
      data: { bb: { data: { __typename: 'Qux' }, requirer2: 'q1-foo_requirer2' } },
    },
  ],
};
