import { entity, type Suite } from '../suite';

const users = [
  { id: '1', email: 'user1@gmail.com', nickname: 'user1' },
  { id: '2', email: 'user2@gmail.com', nickname: 'user2' },
];

export const simpleEntityCall: Suite = {
  name: 'simple-entity-call',
  subgraphs: {
    email: {
      federation: '2.0',
      sdl: `
        type Query { user: User }
        type User @key(fields: "id") { id: ID! email: String! }`,
      resolvers: { Query: { user: () => users[0] }, User: entity(users) },
    },
    nickname: {
      federation: '2.0',
      sdl: 'type User @key(fields: "email") { email: String! @external nickname: String! }',
      resolvers: { User: entity(users, 'email') },
    },
  },
  cases: [{ query: '{ user { id nickname } }', data: { user: { id: '1', nickname: 'user1' } } }],
};
