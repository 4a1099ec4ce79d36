import { entity, never, type Suite } from '../suite';

const book = { __typename: 'Book', id: 'm1', title: 'Book 1' };
const movie = { __typename: 'Movie', id: 'm2', title: 'Movie 1' };
const untitled = ({ __typename, id }: typeof book) => ({ __typename, id });

export const providesOnUnion: Suite = {
  name: 'provides-on-union',
  subgraphs: {
    a: {
      sdl: `
        type Query { media: [Media] @shareable }
        union Media = Book | Movie
        type Book @key(fields: "id") { id: ID! }
        type Movie @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { media: never('b provides the titles of books') } },
    },
    b: {
      sdl: `
        type Query { media: [Media] @shareable @provides(fields: "... on Book { title }") }
        union Media = Book | Movie
        type Book @key(fields: "id") { id: ID! title: String @external }
        type Movie @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { media: () => [book, untitled(movie)] } },
    },
    c: {
      sdl: `
        type Book @key(fields: "id") { id: ID! title: String @shareable }
        type Movie @key(fields: "id") { id: ID! title: String @shareable }`,
      resolvers: {
        Book: { __resolveReference: never('the titles of books are provided') },
        Movie: entity([movie]),
      },
    },
  },
  cases: [
    {
      query: '{ media { ... on Book { id title } ... on Movie { id } } }',
      data: { media: [{ id: 'm1', title: 'Book 1' }, { id: 'm2' }] },
    },
    {
      query: '{ media { ... on Book { id title } ... on Movie { id title } } }',
      data: {
        media: [
          { id: 'm1', title: 'Book 1' },
          { id: 'm2', title: 'Movie 1' },
        ],
      },
    },
  ],
};
