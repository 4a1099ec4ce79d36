import { entity, type Suite } from '../suite';

const products = [
  { id: 'p-1', name: 'Product 1', price: 10 },
  { id: 'p-2', name: 'Product 2', price: 20 },
];
const categories = [
  { id: 'pc-1', name: 'Category 1' },
  { id: 'c-2', name: 'Category 2' },
];
const entities = { Product: entity(products), Category: entity(categories) };

export const node: Suite = {
  name: 'node',
  subgraphs: {
    node: {
      sdl: `
        type Query { productNode: Node categoryNode: Node }
        interface Node { id: ID! }
        type Product implements Node @key(fields: "id") { id: ID! }
        type Category implements Node @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: {
          productNode: () => ({ __typename: 'Product', id: 'p-1' }),
          categoryNode: () => ({ __typename: 'Category', id: 'pc-1' }),
        },
        ...entities,
      },
    },
    'node-two': {
      sdl: `
        interface Node { id: ID! }
        type Product implements Node @key(fields: "id") { id: ID! }
        type Category implements Node @key(fields: "id") { id: ID! }`,
      resolvers: entities,
    },
    types: {
      sdl: `
        interface Node { id: ID! }
        type Product implements Node @key(fields: "id") @shareable {
          id: ID!
          name: String!
          price: Float!
        }
        type Category implements Node @key(fields: "id") { id: ID! name: String! }`,
      resolvers: entities,
    },
  },
  cases: [
    {
      query: '{ productNode { ... on Product { id name __typename price } } }',
      data: { productNode: { id: 'p-1', name: 'Product 1', __typename: 'Product', price: 10 } },
    },
  ],
};
