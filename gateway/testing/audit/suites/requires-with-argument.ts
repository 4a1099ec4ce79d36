import { byKeys, entity, type Id, type Suite } from '../suite';

const products = [
  { upc: 'p1', name: 'p-name-1', price: 11, weight: 1, category: { averagePrice: 11 } },
  { upc: 'p2', name: 'p-name-2', price: 22, weight: 2, category: { averagePrice: 22 } },
];
interface Given {
  upc: string;
  price: number;
  weight: number;
  category: { averagePrice: number };
}
const posts = [{ id: 'p1' }, { id: 'p2' }];
const comments = [1, 2, 3, 4, 5, 6].map((number) => ({
  id: `c${number}`,
  postId: number <= 3 ? 'p1' : 'p2',
  authorId: number <= 3 ? 'a2' : 'a1',
  body: `c${number}-body`,
}));
const authors = [
  { id: 'a1', name: 'a1-name' },
  { id: 'a2', name: 'a2-name' },
];

export const requiresWithArgument: Suite = {
  name: 'requires-with-argument',
  subgraphs: {
    a: {
      sdl: `
        type Product @key(fields: "upc") {
          upc: String!
          weight: Int @external
          price(currency: String!): Int @external
          shippingEstimate: Int @requires(fields: """price(currency: "USD") weight""")
          category: Category @external
          isExpensiveCategory: Boolean @requires(fields: """category { averagePrice(currency: "USD") }""")
        }
        type Category @external { averagePrice(currency: String!): Int }`,
      resolvers: {
        Product: {
          __resolveReference: ({ upc, price, weight }: Given) => {
            const product = byKeys(products, { upc }, ['upc']);
            return product && { upc, price, weight, category: product.category };
          },
          shippingEstimate: ({ price, weight }: Given) => price * weight * 10,
          isExpensiveCategory: ({ category }: Given) => category.averagePrice > 11,
        },
      },
    },
    b: {
      sdl: `
        type Query { products: [Product] }
        type Product @key(fields: "upc") {
          upc: String!
          name: String
          price(currency: String!): Int
          weight: Int
          category: Category
        }
        type Category { averagePrice(currency: String!): Int }`,
      resolvers: { Query: { products: () => products }, Product: entity(products, 'upc') },
    },
    c: {
      sdl: `
        type Query { feed: [Post] }
        type Post @key(fields: "id") { id: ID! }
        type Comment @key(fields: "id") { id: ID! authorId: ID body: String! }`,
      resolvers: { Query: { feed: () => posts }, Post: entity(posts), Comment: entity(comments) },
    },
    d: {
      sdl: `
        type Post @key(fields: "id") {
          id: ID!
          author: Author @requires(fields: "comments(limit: 3) { authorId }")
          comments(limit: Int!): [Comment]
        }
        type Comment @key(fields: "id") { id: ID! date: String authorId: ID @external }
        type Author { id: ID! name: String }`,
      resolvers: {
        Post: {
          __resolveReference: ({
            id,
            comments: required,
          }: {
            id: string;
            comments?: { authorId: string }[];
          }) => {
            if (required !== undefined && required.length !== 3) throw new Error('3 comments are required');
            return posts.some((post) => post.id === id) ? { id, authorId: required?.[2]?.authorId } : null;
          },
          author: ({ authorId }: { authorId?: string }) => authors.find(({ id }) => id === authorId),
          comments: ({ id }: Id, { limit }: { limit: number }) =>
            comments.filter(({ postId }) => postId === id).slice(0, limit),
        },
        Comment: entity(comments),
      },
    },
  },
  cases: [
    {
      query: '{ products { upc name shippingEstimate isExpensiveCategory } }',
      data: {
        products: [
          { upc: 'p1', name: 'p-name-1', shippingEstimate: 110, isExpensiveCategory: false },
          { upc: 'p2', name: 'p-name-2', shippingEstimate: 440, isExpensiveCategory: true },
        ],
      },
    },
    {
      query: '{ feed { author { id } } }',
      data: { feed: [{ author: { id: 'a2' } }, { author: { id: 'a1' } }] },
    },
    {
      query: '{ feed { author { id } comments(limit: 1) { id } } }',
      data: {
        feed: [
          { author: { id: 'a2' }, comments: [{ id: 'c1' }] },
          { author: { id: 'a1' }, comments: [{ id: 'c4' }] },
        ],
      },
    },
    {
      query: 'query ($limit: Int = 1) { feed { author { id } comments(limit: $limit) { id } } }',
      data: {
        feed: [
          { author: { id: 'a2' }, comments: [{ id: 'c1' }] },
          { author: { id: 'a1' }, comments: [{ id: 'c4' }] },
        ],
      },
    },
    {
      query: `
        query ($limit: Int = 1) { feed { author { id } ...Foo ...Bar } }
        fragment Foo on Post { comments(limit: $limit) { id } }
        fragment Bar on Post { comments(limit: $limit) { id } }`,
      data: {
        feed: [
          { author: { id: 'a2' }, comments: [{ id: 'c1' }] },
          { author: { id: 'a1' }, comments: [{ id: 'c4' }] },
        ],
      },
    },
  ],
};
