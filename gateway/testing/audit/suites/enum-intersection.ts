import { entity, type Suite } from '../suite';

const users = [
  { id: 'u1', type: 'REGULAR' },
  { id: 'u2', type: 'ANONYMOUS' },
];

export const enumIntersection: Suite = {
  name: 'enum-intersection',
  subgraphs: {
    a: {
      sdl: `
        type Query { users: [User] }
        type User @key(fields: "id") { id: ID type: UserType @shareable }
        enum UserType { REGULAR }`,
      resolvers: { Query: { users: () => users }, User: entity(users) },
    },
    b: {
      sdl: `
        type Query { usersByType(type: UserType!): [User!] usersB: [User!] }
        extend type User @key(fields: "id") { id: ID type: UserType @shareable }
        enum UserType { ANONYMOUS @inaccessible REGULAR }`,
      resolvers: {
        Query: {
          usersByType: (_: unknown, { type }: { type: string }) => users.filter((user) => user.type === type),
          usersB: () => users,
        },
        User: entity(users),
      },
    },
  },
  cases: [
    { query: '{ users { id } }', data: { users: [{ id: 'u1' }, { id: 'u2' }] } },
    {
      query: '{ users { id type } }',
      data: {
        users: [
          { id: 'u1', type: 'REGULAR' },
          { id: 'u2', type: null },
        ],
      },
      errors: true,
    },
    {
      query: '{ usersB { id type } }',
      data: {
        usersB: [
          { id: 'u1', type: 'REGULAR' },
          { id: 'u2', type: null },
        ],
      },
    },
    {
      query: '{ usersByType(type: REGULAR) { id type } }',
      data: { usersByType: [{ id: 'u1', type: 'REGULAR' }] },
    },
    { query: '{ usersByType(type: ANONYMOUS) { id type } }', errors: true },
  ],
};
