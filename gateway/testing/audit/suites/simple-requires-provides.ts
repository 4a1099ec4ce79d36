import { entity, type Id, type Suite } from '../suite';

const users = [
  { id: 'u1', username: 'u-username-1', name: 'u-name-1' },
  { id: 'u2', username: 'u-username-2', name: 'u-name-2' },
];
const products = [
  { upc: 'p1', name: 'p-name-1', price: 11, weight: 1 },
  { upc: 'p2', name: 'p-name-2', price: 22, weight: 2 },
];
const reviews = [
  { id: 'r1', body: 'r-body-1', authorId: 'u1', productUpc: 'p1' },
  { id: 'r2', body: 'r-body-2', authorId: 'u1', productUpc: 'p2' },
];
interface Given {
  upc: string;
  price: number;
  weight: number;
}
const reviewsOfProduct = ({ upc }: { upc: string }) => reviews.filter(({ productUpc }) => productUpc === upc);

export const simpleRequiresProvides: Suite = {
  name: 'simple-requires-provides',
  subgraphs: {
    accounts: {
      sdl: `
        type Query { me: User }
        type User @key(fields: "id") { id: ID! name: String username: String @shareable }`,
      resolvers: { Query: { me: () => users[0] }, User: entity(users) },
    },
    inventory: {
      sdl: `
        type Product @key(fields: "upc") {
          upc: String!
          weight: Int @external
          price: Int @external
          inStock: Boolean
          shippingEstimate: Int @requires(fields: "price weight")
          shippingEstimateTag: String @requires(fields: "price weight")
        }`,
      resolvers: {
        Product: {
          // Price and weight only as they are handed over.
          __resolveReference: ({ upc, price, weight }: Given) =>
            products.some((product) => product.upc === upc) ? { upc, price, weight } : null,
          inStock: ({ upc }: Given) => upc === 'p1',
          shippingEstimate: ({ price, weight }: Given) => price * weight * 10,
          shippingEstimateTag: ({ upc, price, weight }: Given) => `#${upc}#${price * weight * 10}#`,
        },
      },
    },
    products: {
      sdl: `
        type Query { products: [Product] }
        type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }`,
      resolvers: { Query: { products: () => products }, Product: entity(products, 'upc') },
    },
    reviews: {
      sdl: `
        type Review @key(fields: "id") {
          id: ID!
          body: String
          author: User @provides(fields: "username")
          product: Product
        }
        type User @key(fields: "id") { id: ID! username: String @external reviews: [Review] }
        type Product @key(fields: "upc") { upc: String! reviews: [Review] }`,
      resolvers: {
        Review: {
          ...entity(reviews),
          author: ({ authorId }: { authorId: string }) => users.find(({ id }) => id === authorId),
          product: ({ productUpc }: { productUpc: string }) => ({ upc: productUpc }),
        },
        User: {
          ...entity(users),
          reviews: ({ id }: Id) => reviews.filter(({ authorId }) => authorId === id),
        },
        Product: { __resolveReference: ({ upc }: { upc: string }) => ({ upc }), reviews: reviewsOfProduct },
      },
    },
  },
  cases: [
    { query: '{ me { id } }', data: { me: { id: 'u1' } } },
    {
      query: '{ me { id reviews { id } } }',
      data: { me: { id: 'u1', reviews: [{ id: 'r1' }, { id: 'r2' }] } },
    },
    {
      query: '{ me { reviews { id author { id username } product { inStock } } } }',
      data: {
        me: {
          reviews: [
            { id: 'r1', author: { id: 'u1', username: 'u-username-1' }, product: { inStock: true } },
            { id: 'r2', author: { id: 'u1', username: 'u-username-1' }, product: { inStock: false } },
          ],
        },
      },
    },
    { query: '{ products { name } }', data: { products: [{ name: 'p-name-1' }, { name: 'p-name-2' }] } },
    { query: '{ products { price } }', data: { products: [{ price: 11 }, { price: 22 }] } },
    {
      query: '{ products { shippingEstimate } }',
      data: { products: [{ shippingEstimate: 110 }, { shippingEstimate: 440 }] },
    },
    {
      query: '{ products { shippingEstimate weight price } }',
      data: {
        products: [
          { shippingEstimate: 110, weight: 1, price: 11 },
          { shippingEstimate: 440, weight: 2, price: 22 },
        ],
      },
    },
    {
      query: '{ products { reviews { id author { username } product { name shippingEstimate } } } }',
      data: {
        products: [
          {
            reviews: [
              {
                id: 'r1',
                author: { username: 'u-username-1' },
                product: { name: 'p-name-1', shippingEstimate: 110 },
              },
            ],
          },
          {
            reviews: [
              {
                id: 'r2',
                author: { username: 'u-username-1' },
                product: { name: 'p-name-2', shippingEstimate: 440 },
              },
            ],
          },
        ],
      },
    },
    {
      query: '{ me { reviews { product { reviews { id } } } } }',
      data: {
        me: { reviews: [{ product: { reviews: [{ id: 'r1' }] } }, { product: { reviews: [{ id: 'r2' }] } }] },
      },
    },
    {
      query: '{ me { reviews { product { inStock } } } }',
      data: { me: { reviews: [{ product: { inStock: true } }, { product: { inStock: false } }] } },
    },
    {
      query: '{ me { reviews { product { shippingEstimate } } } }',
      data: {
        me: { reviews: [{ product: { shippingEstimate: 110 } }, { product: { shippingEstimate: 440 } }] },
      },
    },
    {
      query: '{ me { reviews { product { shippingEstimate shippingEstimateTag } } } }',
      data: {
        me: {
          reviews: [
            { product: { shippingEstimate: 110, shippingEstimateTag: '#p1#110#' } },
            { product: { shippingEstimate: 440, shippingEstimateTag: '#p2#440#' } },
          ],
        },
      },
    },
  ],
};
