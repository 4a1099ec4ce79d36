import type { Id, Suite } from '../suite';

interface Product {
  id: string;
  name: string;
  price: number;
}
/** What the mutations change; each case begins with it empty. */
const state = {
  products: [] as Product[],
  categories: [] as { id: string; name: string }[],
  numbers: new Map<string, number>(),
};
interface Request {
  requestId: string;
}
const withFirstProduct = () => {
  if (!state.products.some(({ id }) => id === 'p1'))
    state.products.push({ id: 'p1', name: 'p1-name', price: 9.99 });
  return state.products;
};
/** Adds a category once for each request: a shared root field of a mutation is to be asked in one subgraph only. */
const addCategory = (_: unknown, { name, requestId }: Request & { name: string }) => {
  const category = { id: `c-added-${requestId}`, name };
  if (state.categories.some(({ id }) => id === category.id)) throw new Error('the category was added twice');
  state.categories.push(category);
  return category;
};
const change = (requestId: string, by: (number: number) => number) => {
  const changed = by(state.numbers.get(requestId) ?? 0);
  state.numbers.set(requestId, changed);
  return changed;
};
/** A product that is gone once it was asked for: no subgraph is to be asked for it a second time. */
const taken = (key: Id) => {
  const product = state.products.find(({ id }) => id === key.id);
  state.products = state.products.filter(({ id }) => id !== key.id);
  return product === undefined ? null : { ...product };
};
const category = ({ id }: Id) => state.categories.find((added) => added.id === id);

export const mutations: Suite = {
  name: 'mutations',
  reset: () => Object.assign(state, { products: [], categories: [], numbers: new Map() }),
  subgraphs: {
    a: {
      sdl: `
        type Mutation {
          addProduct(input: AddProductInput!): Product!
          addCategory(name: String!, requestId: String!): Category! @shareable
          multiply(by: Int!, requestId: String!): Int!
        }
        type Query { product(id: ID!): Product! products: [Product!]! }
        input AddProductInput { name: String! price: Float! }
        type Product @key(fields: "id") { id: ID! name: String! price: Float! }
        type Category @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: {
          product: (_: unknown, key: Id) => withFirstProduct().find(({ id }) => id === key.id),
          products: withFirstProduct,
        },
        Mutation: {
          multiply: (_: unknown, { by, requestId }: Request & { by: number }) =>
            change(requestId, (number) => number * by),
          addProduct: (_: unknown, { input }: { input: { name: string; price: number } }) => {
            const product = { id: `p-added-${state.products.length}`, ...input };
            state.products.push(product);
            return product;
          },
          addCategory,
        },
        Product: { __resolveReference: taken },
        Category: { __resolveReference: ({ id }: Id) => (category({ id }) ? { id } : null) },
      },
    },
    b: {
      sdl: `
        type Product @key(fields: "id") {
          id: ID!
          price: Float! @external
          isExpensive: Boolean! @requires(fields: "price")
          isAvailable: Boolean!
        }
        type Mutation {
          delete(requestId: String!): Int!
          addCategory(name: String!, requestId: String!): Category! @shareable
        }
        type Category @key(fields: "id") { id: ID! name: String! }`,
      resolvers: {
        Mutation: {
          delete: (_: unknown, { requestId }: Request) => {
            const number = state.numbers.get(requestId) ?? 0;
            state.numbers.delete(requestId);
            return number;
          },
          addCategory,
        },
        Product: {
          __resolveReference: (key: Id) => {
            const product = taken(key);
            return product && { ...product, isAvailable: true };
          },
          isExpensive: ({ price }: Product) => price > 100,
        },
        Category: { __resolveReference: (key: Id) => ({ ...category(key) }) },
      },
    },
    c: {
      sdl: 'type Mutation { add(num: Int!, requestId: String!): Int! }',
      resolvers: {
        Mutation: {
          add: (_: unknown, { num, requestId }: Request & { num: number }) =>
            change(requestId, (number) => number + num),
        },
      },
    },
  },
  cases: [
    {
      query: `
        mutation {
          addProduct(input: {name: "new", price: 599.99}) { name price isExpensive isAvailable }
        }`,
      data: { addProduct: { name: 'new', price: 599.99, isExpensive: true, isAvailable: true } },
    },
    {
      query: '{ product(id: "p1") { id name price isExpensive isAvailable } }',
      data: { product: { id: 'p1', name: 'p1-name', price: 9.99, isExpensive: false, isAvailable: true } },
    },
    {
      query: `
        mutation {
          five: add(num: 5, requestId: "r1") ten: multiply(by: 2, requestId: "r1")
          twelve: add(num: 2, requestId: "r1") final: delete(requestId: "r1")
        }`,
      data: { five: 5, ten: 10, twelve: 12, final: 12 },
    },
    {
      query: 'mutation { addCategory(name: "new", requestId: "r1") { id name } }',
      data: { addCategory: { id: 'c-added-r1', name: 'new' } },
    },
  ],
};
