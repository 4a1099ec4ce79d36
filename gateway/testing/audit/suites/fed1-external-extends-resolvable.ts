import { byKeys, entity, type Suite } from '../suite';

const products = [{ id: 'p1', pid: 'p1-pid', price: 12.3, upc: 'upc1', name: 'p1-name' }];

export const fed1ExternalExtendsResolvable: Suite = {
  name: 'fed1-external-extends-resolvable',
  subgraphs: {
    a: {
      federation: '1',
      sdl: `
        type Query { productInA: Product }
        type Product @key(fields: "id") { id: ID! name: String pid: ID }`,
      resolvers: { Query: { productInA: () => products[0] }, Product: entity(products) },
    },
    b: {
      federation: '1',
      sdl: `
        type Query { productInB: Product }
        extend type Product @key(fields: "id name") @key(fields: "upc") {
          id: ID @external
          name: String @external
          upc: String @external
          price: Float!
        }`,
      resolvers: {
        Query: { productInB: () => products[0] },
        Product: {
          __resolveReference: (key: { id: string; name: string } | { upc: string }) =>
            'upc' in key ? byKeys(products, key, ['upc']) : byKeys(products, key, ['id', 'name']),
        },
      },
    },
  },
  cases: [
    {
      query: '{ productInA { id pid price upc name } }',
      data: { productInA: { id: 'p1', pid: 'p1-pid', price: 12.3, upc: 'upc1', name: 'p1-name' } },
    },
  ],
};
