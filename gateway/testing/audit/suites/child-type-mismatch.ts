import { entity, type Suite } from '../suite';

const users = [{ id: 'u1', name: 'u1-name' }];
const accounts = () => [
  ...users.map((user) => ({ __typename: 'User', ...user })),
  { __typename: 'Admin', id: 'a1', name: 'a1-name' },
];

export const childTypeMismatch: Suite = {
  name: 'child-type-mismatch',
  subgraphs: {
    a: {
      sdl: `
        type User { id: ID @shareable }
        type Query { users: [User!]! }`,
      resolvers: { Query: { users: () => users } },
    },
    b: {
      sdl: `
        union Account = User | Admin
        type User @key(fields: "id") { id: ID! name: String similarAccounts: [Account!]! }
        type Admin { id: ID name: String @shareable similarAccounts: [Account!]! }
        type Query { accounts: [Account!]! }`,
      resolvers: {
        Query: { accounts },
        User: { ...entity(users), similarAccounts: accounts },
        Admin: { similarAccounts: accounts },
      },
    },
  },
  cases: [
    {
      query: '{ users { id name } accounts { ... on User { id name } ... on Admin { id name } } }',
      data: {
        users: [{ id: 'u1', name: 'u1-name' }],
        accounts: [
          { id: 'u1', name: 'u1-name' },
          { id: 'a1', name: 'a1-name' },
        ],
      },
    },
    {
      query: `
        query NestedInternalAlias {
          users { id name }
          accounts {
            ... on User {
              id name
              similarAccounts { ... on User { id name } ... on Admin { id name } }
            }
            ... on Admin {
              id name
              similarAccounts { ... on User { id name } ... on Admin { id name } }
            }
          }
        }`,
      data: {
        users: [{ id: 'u1', name: 'u1-name' }],
        accounts: [
          {
            id: 'u1',
            name: 'u1-name',
            similarAccounts: [
              { id: 'u1', name: 'u1-name' },
              { id: 'a1', name: 'a1-name' },
            ],
          },
          {
            id: 'a1',
            name: 'a1-name',
            similarAccounts: [
              { id: 'u1', name: 'u1-name' },
              { id: 'a1', name: 'a1-name' },
            ],
          },
        ],
      },
    },
    {
      query: `
        query DeeplyNestedInternalAlias {
          users { id name }
          accounts {
            ... on User {
              id name
              similarAccounts {
                ... on User {
                  id name
                  similarAccounts { ... on User { id name } ... on Admin { id name } }
                }
                ... on Admin {
                  id name
                  similarAccounts { ... on User { id name } ... on Admin { id name } }
                }
              }
            }
            ... on Admin {
              id name
              similarAccounts {
                ... on User {
                  id name
                  similarAccounts { ... on User { id name } ... on Admin { id name } }
                }
                ... on Admin {
                  id name
                  similarAccounts { ... on User { id name } ... on Admin { id name } }
                }
              }
            }
          }
        }`,
      data: {
        users: [{ id: 'u1', name: 'u1-name' }],
        accounts: [
          {
            id: 'u1',
            name: 'u1-name',
            similarAccounts: [
              {
                id: 'u1',
                name: 'u1-name',
                similarAccounts: [
                  { id: 'u1', name: 'u1-name' },
                  { id: 'a1', name: 'a1-name' },
                ],
              },
              {
                id: 'a1',
                name: 'a1-name',
                similarAccounts: [
                  { id: 'u1', name: 'u1-name' },
                  { id: 'a1', name: 'a1-name' },
                ],
              },
            ],
          },
          {
            id: 'a1',
            name: 'a1-name',
            similarAccounts: [
              {
                id: 'u1',
                name: 'u1-name',
                similarAccounts: [
                  { id: 'u1', name: 'u1-name' },
                  { id: 'a1', name: 'a1-name' },
                ],
              },
              {
                id: 'a1',
                name: 'a1-name',
                similarAccounts: [
                  { id: 'u1', name: 'u1-name' },
                  { id: 'a1', name: 'a1-name' },
                ],
              },
            ],
          },
        ],
      },
    },
    {
      query: `
        query DeeplyNested {
          accounts {
            ... on User {
              name
              similarAccounts {
                ... on User { name similarAccounts { ... on User { name } ... on Admin { name } } }
                ... on Admin { name similarAccounts { ... on User { name } ... on Admin { name } } }
              }
            }
            ... on Admin {
              name
              similarAccounts {
                ... on User { name similarAccounts { ... on User { name } ... on Admin { name } } }
                ... on Admin { name similarAccounts { ... on User { name } ... on Admin { name } } }
              }
            }
          }
        }`,
      data: {
        accounts: [
          {
            name: 'u1-name',
            similarAccounts: [
              { name: 'u1-name', similarAccounts: [{ name: 'u1-name' }, { name: 'a1-name' }] },
              { name: 'a1-name', similarAccounts: [{ name: 'u1-name' }, { name: 'a1-name' }] },
            ],
          },
          {
            name: 'a1-name',
            similarAccounts: [
              { name: 'u1-name', similarAccounts: [{ name: 'u1-name' }, { name: 'a1-name' }] },
              { name: 'a1-name', similarAccounts: [{ name: 'u1-name' }, { name: 'a1-name' }] },
            ],
          },
        ],
      },
    },
  ],
};
