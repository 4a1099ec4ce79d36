import { entity, never, type Suite } from '../suite';

const products = [
  { id: 'p1', categories: ['c1', 'c2'] },
  { id: 'p2', categories: ['c3', 'c2'] },
];
const categories = [
  { id: 'c1', name: 'Category 1', subCategories: ['c2'] },
  { id: 'c2', name: 'Category 2', subCategories: ['c3'] },
  { id: 'c3', name: 'Category 3', subCategories: ['c1'] },
];
const named = (ids: readonly string[]) =>
  ids.flatMap((wanted) => categories.filter(({ id }) => id === wanted));
/** All that is asked for is provided by the root field; whoever follows a reference plans badly. */
const notAsked = { __resolveReference: never('provided by category') };

export const nestedProvides: Suite = {
  name: 'nested-provides',
  subgraphs: {
    'all-products': { sdl: 'type Product @key(fields: "id") { id: ID! }', resolvers: { Product: notAsked } },
    category: {
      sdl: `
        type Query {
          products: [Product] @shareable @provides(fields: "categories { id name subCategories { id name } }")
        }
        type Product @key(fields: "id") { id: ID! categories: [Category] @external }
        type Category @key(fields: "id") {
          id: ID!
          name: String
          subCategories: [Category] @external
        }`,
      resolvers: {
        Query: {
          products: () =>
            products.map((product) => ({
              id: product.id,
              categories: named(product.categories).map((category) => ({
                ...category,
                subCategories: named(category.subCategories).map(({ id, name }) => ({ id, name })),
              })),
            })),
        },
        Product: notAsked,
        Category: notAsked,
      },
    },
    subcategories: {
      sdl: `
        type Product @key(fields: "id") { id: ID! categories: [Category] @shareable }
        type Category @key(fields: "id") { id: ID! subCategories: [Category] @shareable }`,
      resolvers: {
        Product: { ...notAsked, categories: never('provided by category') },
        Category: {
          ...entity(categories),
          subCategories: ({ subCategories }: { subCategories: string[] }) => named(subCategories),
        },
      },
    },
  },
  cases: [
    {
      query: '{ products { id categories { id name } } }',
      data: {
        products: [
          {
            id: 'p1',
            categories: [
              { id: 'c1', name: 'Category 1' },
              { id: 'c2', name: 'Category 2' },
            ],
          },
          {
            id: 'p2',
            categories: [
              { id: 'c3', name: 'Category 3' },
              { id: 'c2', name: 'Category 2' },
            ],
          },
        ],
      },
    },
    {
      query: '{ products { id categories { id name subCategories { id name } } } }',
      data: {
        products: [
          {
            id: 'p1',
            categories: [
              { id: 'c1', name: 'Category 1', subCategories: [{ id: 'c2', name: 'Category 2' }] },
              { id: 'c2', name: 'Category 2', subCategories: [{ id: 'c3', name: 'Category 3' }] },
            ],
          },
          {
            id: 'p2',
            categories: [
              { id: 'c3', name: 'Category 3', subCategories: [{ id: 'c1', name: 'Category 1' }] },
              { id: 'c2', name: 'Category 2', subCategories: [{ id: 'c3', name: 'Category 3' }] },
            ],
          },
        ],
      },
    },
  ],
};
