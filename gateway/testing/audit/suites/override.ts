import { entity, type Suite } from '../suite';

const posts = [
  { id: 'p1', createdAt: 'p1-createdAt' },
  { id: 'p2', createdAt: 'p2-createdAt' },
];

/** A field overridden from a subgraph, which then must not be asked for it, or from one that is not there. */
const override = (name: string, from: string, createdAt: object): Suite => ({
  name,
  subgraphs: {
    a: {
      sdl: `
        type Post @key(fields: "id") { id: ID! createdAt: String! @shareable }
        type Query { feed: [Post] @shareable aFeed: [Post] }`,
      resolvers: {
        Query: { feed: () => posts, aFeed: () => [posts[1]] },
        Post: { ...entity(posts), ...createdAt },
      },
    },
    b: {
      sdl: `
        type Post @key(fields: "id") { id: ID! createdAt: String! @override(from: "${from}") @shareable }
        type Query { feed: [Post] @shareable bFeed: [Post] }`,
      resolvers: { Query: { feed: () => posts, bFeed: () => [posts[0]] }, Post: entity(posts) },
    },
  },
  cases: [
    {
      query: '{ feed { createdAt } }',
      data: { feed: [{ createdAt: 'p1-createdAt' }, { createdAt: 'p2-createdAt' }] },
    },
    {
      query: '{ aFeed { createdAt } bFeed { createdAt } }',
      data: { aFeed: [{ createdAt: 'p2-createdAt' }], bFeed: [{ createdAt: 'p1-createdAt' }] },
    },
  ],
});

export const simpleOverride = override('simple-override', 'a', { createdAt: () => 'NEVER' });
export const unavailableOverride = override('unavailable-override', 'non-existing', {});
