import type { TestSubgraphOptions } from '../testing/test-subgraph';

/**
 * The schema, the data's shape and the query by which gateways are compared in public: users, products
 * and their reviews in four subgraphs. Few entities that come up often, and an author and a product
 * behind every review. All texts are ASCII, of the lengths that the public data has.
 */
const LOREM =
  'lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore et dolore magna aliqua ';
const textOf = (length: number) => LOREM.repeat(Math.ceil(length / LOREM.length)).slice(0, length);

const PRODUCTS = [
  ['Table', 899, 100, true],
  ['Couch', 1299, 1000, false],
  ['Glass', 15, 20, false],
  ['Chair', 499, 100, false],
  ['Screen', 1299, 1000, true],
  ['Lamp', 6999, 300, true],
  ['Grill', 3999, 2000, true],
  ['Fridge', 100000, 6000, false],
  ['Sofa', 9999, 800, true],
].map(([name, price, weight, inStock], index) => ({ upc: String(index + 1), name, price, weight, inStock }));

const USERS = ['one', 'two', 'three', 'four', 'five', 'six'].map((username, index) => ({
  id: String(index + 1),
  name: `User number ${username}`,
  username,
  birthday: 1234567890,
}));

/** Length of the text and product, for each review. */
const REVIEWS = (
  [
    [446, '1'],
    [288, '1'],
    [275, '1'],
    [144, '1'],
    [446, '2'],
    [288, '2'],
    [275, '2'],
    [144, '2'],
    [144, '3'],
    [144, '4'],
    [849, '4'],
  ] as const
).map(([length, upc], index) => ({ id: String(index + 1), body: textOf(length), product: { upc } }));

/** Everyone has written the first two, and the first user wrote all of them. */
const author = () => ({ id: '1', username: USERS[0]!.username });
const reviewsOfUser = () => REVIEWS.slice(0, 2);
const reviewsOfProduct = (source: unknown) =>
  REVIEWS.filter(({ product }) => product.upc === (source as { upc: string }).upc);

const product = ({ upc }: Record<string, unknown>) => PRODUCTS.find((it) => it.upc === upc);
const user = ({ id }: Record<string, unknown>) => USERS.find((it) => it.id === id);

/** The user whose look-up fails. */
export const BROKEN = 'broken';
function fail(): never {
  throw new Error('this look-up fails');
}

function shippingEstimate(source: unknown): number {
  const { price, weight } = source as { price: number; weight: number };
  return price > 1000 ? 0 : weight / 2;
}

/** A subgraph, and its schema for gateways that know the first Federation only. */
export interface ShopSubgraph extends TestSubgraphOptions {
  federation1: string;
}

export const SHOP: readonly ShopSubgraph[] = [
  {
    name: 'accounts',
    sdl: `
      type Query { me: User @access(public: true) user(id: ID!): User @access(public: true) users: [User] @access(public: true) }
      type User @key(fields: "id") @access(public: true) { id: ID! name: String username: String @shareable birthday: Int }`,
    federation1: `
      extend type Query { me: User user(id: ID!): User users: [User] }
      type User @key(fields: "id") { id: ID! name: String username: String birthday: Int }`,
    resolvers: {
      Query: {
        me: () => USERS[0],
        user: (_source, id) => (id.id === BROKEN ? fail() : user(id)),
        users: () => USERS,
      },
    },
    entities: { User: user },
  },
  {
    name: 'inventory',
    sdl: `
      type Product @key(fields: "upc") @access(public: true) {
        upc: String! weight: Int @external price: Int @external
        inStock: Boolean shippingEstimate: Int @requires(fields: "price weight")
      }`,
    federation1: `
      extend type Product @key(fields: "upc") {
        upc: String! @external weight: Int @external price: Int @external
        inStock: Boolean shippingEstimate: Int @requires(fields: "price weight")
      }`,
    resolvers: { Product: { shippingEstimate } },
    entities: { Product: (asked) => ({ ...asked, inStock: product(asked)?.inStock }) },
  },
  {
    name: 'products',
    sdl: `
      type Query { topProducts(first: Int = 5): [Product] @access(public: true) }
      type Product @key(fields: "upc") @access(public: true) { upc: String! name: String price: Int weight: Int }`,
    federation1: `
      extend type Query { topProducts(first: Int = 5): [Product] }
      type Product @key(fields: "upc") { upc: String! name: String price: Int weight: Int }`,
    resolvers: { Query: { topProducts: (_source, { first }) => PRODUCTS.slice(0, first as number) } },
    entities: { Product: product },
  },
  {
    name: 'reviews',
    sdl: `
      type Review @key(fields: "id") @access(public: true) { id: ID! body: String product: Product author: User @provides(fields: "username") }
      type User @key(fields: "id") @access(public: true) { id: ID! username: String @external reviews: [Review] }
      type Product @key(fields: "upc") @access(public: true) { upc: String! reviews: [Review] }`,
    federation1: `
      type Review @key(fields: "id") { id: ID! body: String product: Product author: User @provides(fields: "username") }
      extend type User @key(fields: "id") { id: ID! @external username: String @external reviews: [Review] }
      extend type Product @key(fields: "upc") { upc: String! @external reviews: [Review] }`,
    resolvers: {
      Review: { author },
      User: { reviews: reviewsOfUser },
      Product: { reviews: reviewsOfProduct },
    },
    entities: {
      Review: ({ id }) => REVIEWS.find((it) => it.id === id),
      User: ({ id }) => ({ id, username: user({ id })?.username }),
      Product: ({ upc }) => ({ upc }),
    },
  },
];

const PRODUCT = 'inStock name price shippingEstimate upc weight';

/** 16 fetches as Apollo plans it. */
export const NESTED_QUERY = `
  fragment User on User { id username name }
  fragment Review on Review { id body }
  fragment Product on Product { ${PRODUCT} }
  query Nested {
    users {
      ...User
      reviews {
        ...Review
        product {
          ...Product
          reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } }
        }
      }
    }
    topProducts {
      ...Product
      reviews { ...Review author { ...User reviews { ...Review product { ...Product } } } }
    }
  }`;

/** One fetch, whatever plans it. */
export const SINGLE_QUERY = 'query Single { topProducts(first: 9) { upc name price weight } }';
