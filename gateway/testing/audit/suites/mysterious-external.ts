import { entity, type Suite } from '../suite';

const products = [
  { id: '1', name: 'name-1', price: 100 },
  { id: '2', name: 'name-2', price: 200 },
];

export const mysteriousExternal: Suite = {
  name: 'mysterious-external',
  subgraphs: {
    price: {
      sdl: `
        extend type Product @key(fields: "id") { id: ID! @external price: Float }
        type Query { cheapestProduct: Product }`,
      resolvers: { Query: { cheapestProduct: () => products[0] }, Product: entity(products) },
    },
    product: {
      sdl: `
        type Product @key(fields: "id") { id: ID! name: String! }
        type Query { products: [Product!]! }`,
      resolvers: { Query: { products: () => products }, Product: entity(products) },
    },
  },
  cases: [
    {
      query: '{ cheapestProduct { id price name } }',
      data: { cheapestProduct: { id: '1', price: 100, name: 'name-1' } },
    },
    {
      query: '{ products { name price id } }',
      data: {
        products: [
          { name: 'name-1', price: 100, id: '1' },
          { name: 'name-2', price: 200, id: '2' },
        ],
      },
    },
  ],
};
