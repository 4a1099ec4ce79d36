import { entity, type Suite } from '../suite';

const users = [
  { id: 'u1', name: 'u1-name' },
  { id: 'u2', name: 'u2-name' },
];
const filtered = (_: unknown, { filter }: { filter: object }) => ('offset' in filter ? [] : users);

export const inputObjectIntersection: Suite = {
  name: 'input-object-intersection',
  subgraphs: {
    a: {
      sdl: `
        input UsersFilter { first: Int! }
        type User @key(fields: "id") { id: ID! name: String! @shareable }
        type Query { usersInA(filter: UsersFilter!): [User!] }`,
      resolvers: { Query: { usersInA: filtered }, User: entity(users) },
    },
    b: {
      sdl: `
        input UsersFilter { offset: Int first: Int! }
        type User @key(fields: "id") { id: ID! name: String! @shareable }
        type Query { usersInB(filter: UsersFilter!): [User!] }`,
      resolvers: { Query: { usersInB: filtered }, User: entity(users) },
    },
  },
  cases: [
    { query: '{ usersInA(filter: {first: 1}) { id } }', data: { usersInA: [{ id: 'u1' }, { id: 'u2' }] } },
    { query: '{ usersInA(filter: {first: 1, offset: 2}) { id } }', errors: true },
    { query: '{ usersInB(filter: {first: 1, offset: 2}) { id } }', errors: true },
  ],
};
