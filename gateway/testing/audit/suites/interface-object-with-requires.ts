import { entity, type Suite } from '../suite';

const users = [
  { __typename: 'User', id: 'u1', name: 'u1-name', username: 'u1-username', age: 11 },
  { __typename: 'User', id: 'u2', name: 'u2-name', username: 'u2-username', age: 22 },
];

export const interfaceObjectWithRequires: Suite = {
  name: 'interface-object-with-requires',
  subgraphs: {
    a: {
      sdl: `
        type Query { users: [NodeWithName!]! }
        interface NodeWithName @key(fields: "id") { id: ID! name: String }
        type User implements NodeWithName @key(fields: "id") { id: ID! name: String age: Int }`,
      resolvers: {
        Query: { users: () => users },
        NodeWithName: entity(users),
        User: entity(users),
      },
    },
    b: {
      sdl: `
        type Query { anotherUsers: [NodeWithName] }
        type NodeWithName @key(fields: "id") @interfaceObject {
          id: ID!
          name: String @external
          username: String @requires(fields: "name")
        }`,
      resolvers: {
        Query: { anotherUsers: () => users.map(({ id }) => ({ __typename: 'User', id })) },
        NodeWithName: {
          __resolveReference: ({ id, name }: { id: string; name?: string }) =>
            users.some((user) => user.id === id) ? { __typename: 'User', id, name } : null,
          username: ({ id, name }: { id: string; name?: string }) => {
            if (!name) throw new Error('the required name is missing');
            return users.find((user) => user.id === id)?.username;
          },
        },
      },
    },
  },
  cases: [
    {
      query: '{ anotherUsers { id name username } }',
      data: {
        anotherUsers: [
          { id: 'u1', name: 'u1-name', username: 'u1-username' },
          { id: 'u2', name: 'u2-name', username: 'u2-username' },
        ],
      },
    },
    {
      query: '{ users { id name username } }',
      data: {
        users: [
          { id: 'u1', name: 'u1-name', username: 'u1-username' },
          { id: 'u2', name: 'u2-name', username: 'u2-username' },
        ],
      },
    },
    { query: '{ anotherUsers { ... on User { age } } }', data: { anotherUsers: [{ age: 11 }, { age: 22 }] } },
    { query: '{ users { ... on User { age } } }', data: { users: [{ age: 11 }, { age: 22 }] } },
    {
      query: '{ anotherUsers { ... on User { age id name username } id name } }',
      data: {
        anotherUsers: [
          { age: 11, id: 'u1', name: 'u1-name', username: 'u1-username' },
          { age: 22, id: 'u2', name: 'u2-name', username: 'u2-username' },
        ],
      },
    },
    {
      query: '{ users { ... on User { age id name username } id name } }',
      data: {
        users: [
          { age: 11, id: 'u1', name: 'u1-name', username: 'u1-username' },
          { age: 22, id: 'u2', name: 'u2-name', username: 'u2-username' },
        ],
      },
    },
    {
      query: '{ users { ... on User { age id name username } id name } }',
      data: {
        users: [
          { age: 11, id: 'u1', name: 'u1-name', username: 'u1-username' },
          { age: 22, id: 'u2', name: 'u2-name', username: 'u2-username' },
        ],
      },
    },
  ],
};
