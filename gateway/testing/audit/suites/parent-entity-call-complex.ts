import type { Id, Suite } from '../suite';

const product = ({ id }: Id) => ({ id, name: `Product#${id}` });

export const parentEntityCallComplex: Suite = {
  name: 'parent-entity-call-complex',
  subgraphs: {
    a: {
      sdl: `
        type Product @key(fields: "id") { id: ID @external category: Category @shareable }
        type Category { details: String }`,
      resolvers: {
        Product: {
          __resolveReference: ({ id }: Id) => ({ id, category: { details: `Details for Product#${id}` } }),
        },
      },
    },
    b: {
      sdl: `
        type Product @key(fields: "id") { id: ID @external category: Category @shareable }
        type Category { id: ID @shareable }`,
      resolvers: { Product: { __resolveReference: ({ id }: Id) => ({ id, category: { id: 3 } }) } },
    },
    c: {
      sdl: 'type Category @key(fields: "id") { id: ID name: String }',
      resolvers: { Category: { __resolveReference: ({ id }: Id) => ({ id, name: `Category#${id}` }) } },
    },
    d: {
      sdl: `
        type Query { productFromD(id: ID!): Product }
        type Product @key(fields: "id") { id: ID name: String }`,
      resolvers: {
        Query: { productFromD: (_: unknown, key: Id) => product(key) },
        Product: { __resolveReference: product },
      },
    },
  },
  cases: [
    {
      query: '{ productFromD(id: "1") { id name category { id name details } } }',
      data: {
        productFromD: {
          id: '1',
          name: 'Product#1',
          category: { id: '3', name: 'Category#3', details: 'Details for Product#1' },
        },
      },
    },
  ],
};
