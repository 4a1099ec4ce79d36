import type { Suite } from '../suite';

/** The one product, as far as a subgraph knows it. */
const roots = (part: object) => {
  const product = { id: '1', ...part };
  return { Query: { product: () => product, products: () => [product] } };
};

export const sharedRoot: Suite = {
  name: 'shared-root',
  subgraphs: {
    name: {
      sdl: `
        type Query { product: Product! @shareable products: [Product!]! @shareable }
        type Product { id: ID! @shareable name: Name! }
        type Name { id: ID! brand: String! model: String! }`,
      resolvers: roots({ name: { id: '1', brand: 'Brand 1', model: 'Model 1' } }),
    },
    price: {
      sdl: `
        type Query { product: Product! @shareable products: [Product!]! @shareable }
        type Product { id: ID! @shareable price: Price! }
        type Price { id: ID! amount: Int! currency: String! }`,
      resolvers: roots({ price: { id: '1', amount: 1000, currency: 'USD' } }),
    },
    category: {
      sdl: `
        type Query { product: Product! @shareable products: [Product!]! @shareable }
        type Product { id: ID! @shareable category: Category! }
        type Category { id: ID! name: String! }`,
      resolvers: roots({ category: { id: '1', name: 'Category 1' } }),
    },
  },
  cases: [
    {
      query: '{ product { id name { id brand model } category { id name } price { id amount currency } } }',
      data: {
        product: {
          id: '1',
          name: { id: '1', brand: 'Brand 1', model: 'Model 1' },
          price: { id: '1', amount: 1000, currency: 'USD' },
          category: { id: '1', name: 'Category 1' },
        },
      },
    },
    {
      query: `
        {
          products { id name { id brand model } category { id name } price { id amount currency } }
        }`,
      data: {
        products: [
          {
            id: '1',
            name: { id: '1', brand: 'Brand 1', model: 'Model 1' },
            price: { id: '1', amount: 1000, currency: 'USD' },
            category: { id: '1', name: 'Category 1' },
          },
        ],
      },
    },
  ],
};
