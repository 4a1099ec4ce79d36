import { entity, type Id, type Suite } from '../suite';

const accounts = [{ __typename: 'Account', id: 'a1', username: 'a1-username' }];
const chats = [{ __typename: 'Chat', id: 'c1', accountId: 'a1', text: 'c1-text' }];
/** An id that a subgraph calls external is not to be taken from it. */
const withoutId = <T extends object>(record: T | undefined) => record && { ...record, id: 'never' };
const account = (_: unknown, { id }: Id) => accounts.find((record) => record.id === id);
const chat = (_: unknown, { id }: Id) => chats.find((record) => record.id === id);

export const corruptedSupergraphNodeId: Suite = {
  name: 'corrupted-supergraph-node-id',
  subgraphs: {
    a: {
      sdl: `
        type Query { node(id: ID!): Node @shareable account(id: String!): Account }
        interface Node { id: ID! }
        type Account implements Node @key(fields: "id") { id: ID! username: String! }
        type Chat implements Node @key(fields: "id") { id: ID! @external account: Account! }`,
      resolvers: {
        Query: {
          node: (_: unknown, key: Id) => account(_, key) ?? withoutId(chat(_, key)),
          account,
        },
        Account: entity(accounts),
        Chat: {
          ...entity(chats),
          account: ({ accountId }: { accountId: string }) => accounts.find(({ id }) => id === accountId),
        },
      },
    },
    b: {
      sdl: `
        type Query { node(id: ID!): Node @shareable chat(id: String!): Chat }
        interface Node { id: ID! }
        type Account implements Node @key(fields: "id") { id: ID! @external chats: [Chat!]! }
        type Chat implements Node @key(fields: "id") { id: ID! text: String! }`,
      resolvers: {
        Query: {
          node: (_: unknown, key: Id) => withoutId(account(_, key)) ?? chat(_, key),
          chat,
        },
        Account: {
          ...entity(accounts),
          chats: ({ username }: { username: string }) =>
            chats.filter(({ accountId }) =>
              accounts.some((record) => record.id === accountId && record.username === username),
            ),
        },
        Chat: entity(chats),
      },
    },
  },
  cases: [
    { query: '{ node(id: "a1") { id } }', errors: true },
    {
      query: '{ account: node(id: "a1") { __typename } chat: node(id: "c1") { __typename } }',
      data: { account: { __typename: 'Account' }, chat: { __typename: 'Chat' } },
    },
    {
      query: `
        {
          account: node(id: "a1") { ... on Account { id username } }
          chat: node(id: "c1") { ... on Chat { id text } }
        }`,
      data: { account: { id: 'a1', username: 'a1-username' }, chat: { id: 'c1', text: 'c1-text' } },
    },
    {
      query: `
        {
          account: node(id: "a1") { ... on Chat { id } }
          chat: node(id: "c1") { ... on Account { id } }
        }`,
      data: { account: {}, chat: {} },
    },
    {
      query: `
        {
          account: node(id: "a1") { __typename ... on Chat { id } }
          chat: node(id: "c1") { __typename ... on Account { id } }
        }`,
      data: { account: { __typename: 'Account' }, chat: { __typename: 'Chat' } },
    },
    {
      query: `
        {
          account: node(id: "a1") { id ... on Chat { id } }
          chat: node(id: "c1") { __typename ... on Account { id } }
        }`,
      errors: true,
    },
    { query: '{ chat(id: "c1") { id } }', data: { chat: { id: 'c1' } } },
    { query: '{ account(id: "a1") { id } }', data: { account: { id: 'a1' } } },
    {
      query: '{ chat(id: "c1") { id text account { id } } }',
      data: { chat: { id: 'c1', text: 'c1-text', account: { id: 'a1' } } },
    },
    {
      query: '{ account(id: "a1") { id username chats { id } } }',
      data: { account: { id: 'a1', username: 'a1-username', chats: [{ id: 'c1' }] } },
    },
  ],
};
