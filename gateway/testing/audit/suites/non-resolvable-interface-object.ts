import { entity, never, type Suite } from '../suite';

const products = [{ __typename: 'Bread', id: 'p1', name: 'Bread' }];
const node = { __typename: 'Node', id: 'n1' };
const notResolvable = { __resolveReference: never('not resolvable') };

export const nonResolvableInterfaceObject: Suite = {
  name: 'non-resolvable-interface-object',
  subgraphs: {
    a: {
      sdl: `
        interface Node @key(fields: "id") { id: ID! }
        type Product @key(fields: "id", resolvable: false) @interfaceObject { id: ID! }
        type Query { a: Node product: Product! }`,
      resolvers: {
        Query: { a: () => node, product: () => ({ __typename: 'Product', id: 'p1' }) },
        Node: notResolvable,
      },
    },
    b: {
      sdl: `
        type Node @key(fields: "id", resolvable: false) @interfaceObject { id: ID! field: String }
        interface Product @key(fields: "id") { id: ID! }
        type Bread implements Product @key(fields: "id") { id: ID! name: String! }
        type Query { b: Node }`,
      resolvers: {
        Query: { b: () => node },
        Node: { ...notResolvable, field: () => 'foo' },
        Product: entity(products),
        Bread: entity(products),
      },
    },
  },
  cases: [
    { query: '{ b { id field } }', data: { b: { id: 'n1', field: 'foo' } } },
    { query: '{ a { field } }', errors: true },
    { query: '{ b { id } }', data: { b: { id: 'n1' } } },
    { query: '{ a { id } }', data: { a: null }, errors: true },
    { query: '{ product { id } }', data: { product: { id: 'p1' } } },
    { query: '{ product { id name } }', errors: true },
    { query: '{ product { ... on Bread { id } } }', data: { product: { id: 'p1' } } },
  ],
};
