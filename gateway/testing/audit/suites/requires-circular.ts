import { byKeys, entity, type Suite } from '../suite';

const authors = [
  { id: 'a1', name: 'John', yearsOfExperience: 5 },
  { id: 'a2', name: 'Jane', yearsOfExperience: 20 },
];
const posts = [
  { id: 'p1', author: { id: 'a1' } },
  { id: 'p2', author: { id: 'a2' } },
];
interface Experience {
  yearsOfExperience?: number;
}

export const requiresCircular: Suite = {
  name: 'requires-circular',
  subgraphs: {
    a: {
      sdl: `
        type Query { feed: [Post] }
        type Post @key(fields: "id") {
          id: ID!
          byNovice: Boolean! @external
          byExpert: Boolean! @requires(fields: "byNovice")
        }
        type Author @key(fields: "id") { id: ID! name: String! yearsOfExperience: Int! }`,
      resolvers: {
        Query: { feed: () => posts.map(({ id }) => ({ id })) },
        Post: {
          __resolveReference: ({ id, byNovice }: { id: string; byNovice?: boolean }) =>
            posts.some((post) => post.id === id) ? { id, byNovice } : null,
          // Null, where it may not stand, when what it requires was skipped.
          byExpert: ({ byNovice }: { byNovice?: boolean }) => (byNovice === undefined ? null : !byNovice),
        },
        Author: entity(authors),
      },
    },
    b: {
      sdl: `
        type Post @key(fields: "id") {
          id: ID!
          author: Author!
          byNovice: Boolean! @requires(fields: "author { yearsOfExperience }")
        }
        type Author @key(fields: "id") { id: ID! yearsOfExperience: Int! @external }`,
      resolvers: {
        Post: {
          __resolveReference: ({ id, author }: { id: string; author?: Experience }) => {
            const post = byKeys(posts, { id }, ['id']);
            return post && { ...post, author: { ...post.author, ...author } };
          },
          byNovice: ({ author: { yearsOfExperience = 0 } }: { author: Experience }) => yearsOfExperience < 10,
        },
      },
    },
  },
  cases: [
    { query: '{ feed { byNovice } }', data: { feed: [{ byNovice: true }, { byNovice: false }] } },
    { query: '{ feed { byExpert } }', data: { feed: [{ byExpert: false }, { byExpert: true }] } },
  ],
};
