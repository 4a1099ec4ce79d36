import { byKeys, entity, type Id, type Suite } from '../suite';

const users = [
  { __typename: 'Admin', id: 'u1', name: 'Alice', isMain: false },
  { __typename: 'Admin', id: 'u2', name: 'Bob', isMain: true },
];
// An interface object does not know of which type it is.
const nameless = users.map(({ id }) => ({ id }));

export const typename: Suite = {
  name: 'typename',
  subgraphs: {
    a: {
      sdl: `
        type Query { union: Product interface: Node }
        union Product = Oven | Toaster
        interface Node { id: ID! }
        type Oven implements Node { id: ID! }
        type Toaster implements Node { id: ID! }
        interface User @key(fields: "id") { id: ID! }
        type Admin implements User @key(fields: "id") { id: ID! isMain: Boolean! }`,
      resolvers: {
        Query: {
          union: () => ({ id: '1', __typename: 'Oven' }),
          interface: () => ({ id: '2', __typename: 'Toaster' }),
        },
        User: entity(users),
        Admin: entity(users),
      },
    },
    b: {
      sdl: `
        type Query { users: [User] }
        type User @key(fields: "id") @interfaceObject { id: ID! name: String! }`,
      resolvers: {
        Query: { users: () => nameless },
        User: { ...entity(nameless), name: (key: Id) => byKeys(users, key, ['id'])?.name },
      },
    },
  },
  cases: [
    {
      query: '{ union { __typename typename: __typename } }',
      data: { union: { __typename: 'Oven', typename: 'Oven' } },
    },
    {
      query: '{ interface { id __typename typename: __typename t: __typename } }',
      data: { interface: { id: '2', __typename: 'Toaster', typename: 'Toaster', t: 'Toaster' } },
    },
    {
      query: `
        {
          union {
            __typename
            ... on Oven { typename: __typename }
            ... on Toaster { typename: __typename }
          }
        }`,
      data: { union: { __typename: 'Oven', typename: 'Oven' } },
    },
    {
      query: `
        {
          interface {
            __typename
            ... on Oven { typename: __typename }
            ... on Toaster { typename: __typename }
          }
        }`,
      data: { interface: { __typename: 'Toaster', typename: 'Toaster' } },
    },
    { query: '{ users { id } }', data: { users: [{ id: 'u1' }, { id: 'u2' }] } },
    {
      query: '{ users { __typename } }',
      data: { users: [{ __typename: 'Admin' }, { __typename: 'Admin' }] },
    },
  ],
};
