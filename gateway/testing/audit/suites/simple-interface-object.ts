import { byKeys, entity, type Id, type Suite } from '../suite';

const users = [
  { __typename: 'User', id: 'u1', name: 'u1-name', username: 'u1-username', age: 11 },
  { __typename: 'User', id: 'u2', name: 'u2-name', username: 'u2-username', age: 22 },
];
const accounts = [
  { __typename: 'Admin', id: 'u1', name: 'Alice', isMain: false, isActive: true },
  { __typename: 'Admin', id: 'u2', name: 'Bob', isMain: true, isActive: true },
  { __typename: 'Regular', id: 'u3', name: 'Charlie', isMain: false, isActive: true },
];
/** What an interface object says of its type is wrong, so that a gateway that believes it is found out. */
const wronglyNamed = ({ id }: Id) => ({ __typename: 'Never', id });
const accountObject = {
  __resolveReference: (key: Id) => accounts.filter(({ id }) => id === key.id).map(wronglyNamed)[0] ?? null,
};

export const simpleInterfaceObject: Suite = {
  name: 'simple-interface-object',
  subgraphs: {
    a: {
      sdl: `
        type Query { users: [NodeWithName!]! }
        interface NodeWithName @key(fields: "id") { id: ID! name: String }
        type User implements NodeWithName @key(fields: "id") { id: ID! name: String age: Int }
        interface Account @key(fields: "id") { id: ID! }
        type Admin implements Account @key(fields: "id") {
          id: ID!
          isMain: Boolean!
          isActive: Boolean! @shareable
        }
        type Regular implements Account @key(fields: "id") { id: ID! isMain: Boolean! }`,
      resolvers: {
        Query: { users: () => users },
        NodeWithName: entity(users),
        User: entity(users),
        Account: entity(accounts),
        Admin: entity(accounts.slice(0, 2)),
        Regular: entity(accounts),
      },
    },
    b: {
      sdl: `
        type Query { anotherUsers: [NodeWithName] accounts: [Account] @shareable }
        type Account @key(fields: "id") @interfaceObject { id: ID! name: String! }
        type NodeWithName @key(fields: "id") @interfaceObject { id: ID! username: String }`,
      resolvers: {
        Query: {
          anotherUsers: () => users.map(({ __typename, id, username }) => ({ __typename, id, username })),
          accounts: () => accounts.map(wronglyNamed),
        },
        NodeWithName: entity(users.map(({ __typename, id, username }) => ({ __typename, id, username }))),
        Account: { ...accountObject, name: (key: Id) => byKeys(accounts, key, ['id'])?.name },
      },
    },
    c: {
      sdl: 'type Account @key(fields: "id") @interfaceObject { id: ID! isActive: Boolean! @shareable }',
      resolvers: { Account: { ...accountObject, isActive: () => false } },
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
    {
      query: '{ accounts { name } }',
      data: { accounts: [{ name: 'Alice' }, { name: 'Bob' }, { name: 'Charlie' }] },
    },
    {
      query: '{ accounts { ... on Admin { name } } }',
      data: { accounts: [{ name: 'Alice' }, { name: 'Bob' }, {}] },
    },
    {
      query: '{ accounts { name __typename } }',
      data: {
        accounts: [
          { name: 'Alice', __typename: 'Admin' },
          { name: 'Bob', __typename: 'Admin' },
          { name: 'Charlie', __typename: 'Regular' },
        ],
      },
    },
    {
      query: '{ accounts { ... on Admin { __typename } } }',
      data: { accounts: [{ __typename: 'Admin' }, { __typename: 'Admin' }, {}] },
    },
    {
      query: '{ accounts { id isActive } }',
      data: {
        accounts: [
          { id: 'u1', isActive: false },
          { id: 'u2', isActive: false },
          { id: 'u3', isActive: false },
        ],
      },
    },
    {
      query: '{ accounts { id ... on Admin { isActive } } }',
      data: { accounts: [{ id: 'u1', isActive: true }, { id: 'u2', isActive: true }, { id: 'u3' }] },
    },
  ],
};
