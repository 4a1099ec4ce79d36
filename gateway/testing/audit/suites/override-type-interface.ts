import { entity, type Suite } from '../suite';

const posts = (prefix: string, __typename: string) =>
  [1, 2].map((number) => {
    const id = `${prefix}${number}`;
    return { __typename, id, createdAt: `${id}-createdAt`, body: `${id}-body` };
  });
const imagePosts = posts('i', 'ImagePost');

export const overrideTypeInterface: Suite = {
  name: 'override-type-interface',
  subgraphs: {
    a: {
      sdl: `
        interface Post { id: ID! createdAt: String! }
        type ImagePost implements Post @key(fields: "id") { id: ID! createdAt: String! }
        type Query { feed: [Post] }`,
      resolvers: {
        Query: { feed: () => imagePosts },
        ImagePost: { ...entity(imagePosts), createdAt: () => 'NEVER' },
      },
    },
    b: {
      sdl: `
        interface Post { id: ID! createdAt: String! }
        type TextPost implements Post @key(fields: "id") {
          id: ID!
          createdAt: String!
          body: String!
        }
        interface AnotherPost { id: ID! createdAt: String! }
        type ImagePost implements AnotherPost @key(fields: "id") {
          id: ID!
          createdAt: String! @override(from: "a")
        }
        type Query { anotherFeed: [AnotherPost] }`,
      resolvers: {
        Query: { anotherFeed: () => imagePosts },
        TextPost: entity(posts('t', 'TextPost')),
        ImagePost: entity(imagePosts),
      },
    },
  },
  cases: [
    {
      query: '{ feed { id createdAt } }',
      data: {
        feed: [
          { id: 'i1', createdAt: 'i1-createdAt' },
          { id: 'i2', createdAt: 'i2-createdAt' },
        ],
      },
    },
    { query: '{ feed { ... on TextPost { id body } } }', data: { feed: [{}, {}] } },
    {
      query: '{ anotherFeed { createdAt } }',
      data: { anotherFeed: [{ createdAt: 'i1-createdAt' }, { createdAt: 'i2-createdAt' }] },
    },
    {
      query: '{ anotherFeed { createdAt id ... on ImagePost { createdAt id } } }',
      data: {
        anotherFeed: [
          { createdAt: 'i1-createdAt', id: 'i1' },
          { createdAt: 'i2-createdAt', id: 'i2' },
        ],
      },
    },
  ],
};
