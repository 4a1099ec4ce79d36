import type { Id, Suite } from '../suite';

const titled = ({ id }: Id) => ({ id, title: `title for ${id}` });
const playlist = ({ id }: Id) => ({ id, name: `name for ${id}`, media: { id } });
const author = ({ id }: Id) => ({ id, name: `name for ${id}` });

export const interfaceObjectIndirectExtension: Suite = {
  name: 'interface-object-indirect-extension',
  subgraphs: {
    b: {
      sdl: `
        type Query { author: Author }
        type Author @key(fields: "id") { id: ID! name: String }
        extend type Video @key(fields: "id") { id: ID! authorName: String }`,
      resolvers: {
        Query: { author: () => author({ id: '1' }) },
        Author: { __resolveReference: author },
        Video: { authorName: () => 'John Doe' },
      },
    },
    a: {
      sdl: `
        type Query { media: Media }
        interface Media @key(fields: "id") { id: ID! title: String }
        type Video implements Media @key(fields: "id") { id: ID! title: String duration: Int }
        type Article implements Media @key(fields: "id") { id: ID! title: String wordCount: Int }`,
      resolvers: {
        Query: { media: () => ({ ...titled({ id: '1' }), duration: 100 }) },
        Media: { __resolveType: () => 'Video' },
        Video: { __resolveReference: (key: Id) => ({ ...titled(key), duration: 100 * Number(key.id) }) },
        Article: { __resolveReference: (key: Id) => ({ ...titled(key), wordCount: 900 * Number(key.id) }) },
      },
    },
    c: {
      sdl: `
        type Query { playlist: Playlist }
        type Playlist @key(fields: "id") { id: ID! name: String media: Media }
        type Media @key(fields: "id") @interfaceObject { id: ID! }`,
      resolvers: {
        Query: { playlist: () => playlist({ id: '1' }) },
        Playlist: { __resolveReference: playlist },
        Media: { __resolveReference: ({ id }: Id) => ({ id }) },
      },
    },
  },
  cases: [
    {
      query: `
        {
          media { id title ... on Video { duration authorName } ... on Article { wordCount } }
          author { id name }
          playlist { id name media { id ... on Video { duration } } }
        }`,
      data: {
        media: { id: '1', title: 'title for 1', duration: 100, authorName: 'John Doe' },
        author: { id: '1', name: 'name for 1' },
        playlist: { id: '1', name: 'name for 1', media: { id: '1', duration: 100 } },
      },
    },
  ],
};
