import type { Suite } from '../suite';

// Only `a` has the root field and the whole union; a planner that sees `Response` in `b` as well must
// not believe that `b` could add Beta and Gamma.
const actions = [
  { __typename: 'Alpha', id: 'alpha-1', value: 'alpha value' },
  { __typename: 'Beta', id: 'beta-1', name: 'beta name', details: 'beta details' },
  { __typename: 'Gamma', id: 'gamma-1', label: 'gamma label' },
];

export const partialUnion: Suite = {
  name: 'partial-union',
  subgraphs: {
    a: {
      federation: '2.0',
      sdl: `
        type Query { getResponse: Response }
        type Response @shareable { actions: [Action!]! message: String }
        union Action = Alpha | Beta | Gamma
        type Alpha @shareable { id: ID! value: String }
        type Beta { id: ID! name: String details: String }
        type Gamma { id: ID! label: String }`,
      resolvers: { Query: { getResponse: () => ({ message: 'Hello, Federation!', actions }) } },
    },
    b: {
      federation: '2.0',
      sdl: `
        type Response @shareable { actions: [Action!]! message: String }
        union Action = Alpha
        type Alpha @shareable { id: ID! value: String }`,
      resolvers: {},
    },
  },
  cases: [
    {
      query: `
        {
          getResponse {
            message
            actions {
              __typename
              ... on Alpha { id value }
              ... on Beta { id name details }
              ... on Gamma { id label }
            }
          }
        }`,
      data: {
        getResponse: {
          message: 'Hello, Federation!',
          actions: [
            { __typename: 'Alpha', id: 'alpha-1', value: 'alpha value' },
            { __typename: 'Beta', id: 'beta-1', name: 'beta name', details: 'beta details' },
            { __typename: 'Gamma', id: 'gamma-1', label: 'gamma label' },
          ],
        },
      },
    },
    {
      query: '{ getResponse { actions { __typename ... on Beta { name } ... on Gamma { label } } } }',
      data: {
        getResponse: {
          actions: [
            { __typename: 'Alpha' },
            { __typename: 'Beta', name: 'beta name' },
            { __typename: 'Gamma', label: 'gamma label' },
          ],
        },
      },
    },
  ],
};
