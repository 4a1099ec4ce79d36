import { entity, type Suite } from '../suite';

const users = [
  { id: 'u1', age: 11, friends: ['u2'] },
  { id: 'u2', age: 22, friends: ['u1'] },
];

export const simpleInaccessible: Suite = {
  name: 'simple-inaccessible',
  subgraphs: {
    friends: {
      sdl: `
        type Query { usersInFriends: [User!]! }
        type User @key(fields: "id") {
          id: ID
          friends(type: FriendType = FAMILY @inaccessible): [User!]!
          type: FriendType
        }
        enum FriendType { FAMILY @inaccessible FRIEND }`,
      resolvers: {
        Query: { usersInFriends: () => users },
        User: {
          ...entity(users),
          friends: ({ friends }: { friends: string[] }) => users.filter(({ id }) => friends.includes(id)),
          type: () => 'FAMILY',
        },
      },
    },
    age: {
      sdl: `
        type Query { usersInAge: [User!]! @shareable }
        type User @key(fields: "id") { id: ID age: Int }`,
      resolvers: { Query: { usersInAge: () => users }, User: entity(users) },
    },
  },
  cases: [
    {
      query: '{ usersInAge { id friends { id } } }',
      data: {
        usersInAge: [
          { id: 'u1', friends: [{ id: 'u2' }] },
          { id: 'u2', friends: [{ id: 'u1' }] },
        ],
      },
    },
    {
      query: '{ usersInFriends { id friends { id } } }',
      data: {
        usersInFriends: [
          { id: 'u1', friends: [{ id: 'u2' }] },
          { id: 'u2', friends: [{ id: 'u1' }] },
        ],
      },
    },
    { query: '{ usersInFriends { id friends(type: FRIEND) { id } } }', errors: true },
    {
      query: '{ usersInFriends { id friends { id type } } }',
      data: {
        usersInFriends: [
          { id: 'u1', friends: [{ id: 'u2', type: null }] },
          { id: 'u2', friends: [{ id: 'u1', type: null }] },
        ],
      },
    },
  ],
};
