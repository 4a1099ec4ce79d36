import { entity, type Suite } from '../suite';

const users = [
  { id: 'u1', name: 'u1-name' },
  { id: 'u2', name: 'u2-name' },
  { id: 'u3', name: 'u3-name' },
];
/** The name only where the reference brings it. */
const given = {
  __resolveReference: ({ id, name }: { id: string; name?: string }) =>
    users.some((user) => user.id === id) ? { id, name } : null,
  name: () => 'NEVER',
};

export const overrideWithRequires: Suite = {
  name: 'override-with-requires',
  subgraphs: {
    a: {
      sdl: `
        type User @key(fields: "id") {
          id: ID!
          name: String! @external
          aName: String! @requires(fields: "name")
        }
        type Query { userInA: User }`,
      resolvers: {
        Query: { userInA: () => users[0] },
        User: { ...given, aName: ({ name }: { name: string }) => `a__${name}` },
      },
    },
    b: {
      sdl: `
        type User @key(fields: "id") { id: ID! name: String! @override(from: "c") }
        type Query { userInB: User }`,
      resolvers: { Query: { userInB: () => users[1] }, User: entity(users) },
    },
    c: {
      sdl: `
        type User @key(fields: "id") {
          id: ID!
          name: String! @external
          cName: String! @requires(fields: "name")
        }
        type Query { userInC: User }`,
      resolvers: {
        Query: { userInC: () => users[2] },
        User: { ...given, cName: ({ name }: { name: string }) => `c__${name}` },
      },
    },
  },
  cases: [
    {
      query: `
        {
          userInA { id name aName cName }
          userInB { id name aName cName }
          userInC { id name aName cName }
        }`,
      data: {
        userInA: { id: 'u1', name: 'u1-name', aName: 'a__u1-name', cName: 'c__u1-name' },
        userInB: { id: 'u2', name: 'u2-name', aName: 'a__u2-name', cName: 'c__u2-name' },
        userInC: { id: 'u3', name: 'u3-name', aName: 'a__u3-name', cName: 'c__u3-name' },
      },
    },
    { query: '{ userInC { cName } }', data: { userInC: { cName: 'c__u3-name' } } },
    { query: '{ userInA { cName } }', data: { userInA: { cName: 'c__u1-name' } } },
    { query: '{ userInA { aName } }', data: { userInA: { aName: 'a__u1-name' } } },
  ],
};
