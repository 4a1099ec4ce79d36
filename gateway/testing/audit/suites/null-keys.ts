import type { Suite } from '../suite';

const books = [
  { id: '1', upc: 'b1', author: { id: 'a1', name: 'Alice' } },
  { id: '2', upc: 'b2', author: { id: 'a2', name: 'Bob' } },
  { id: '3', upc: 'b3', author: { id: 'a3', name: 'Jack' } },
];
type Key = { id: string | null } | { upc: string | null };
/** The book that a key means. Throws for a key that is null: no such reference is to be sent. */
const bookOf = (key: Key) => {
  const book = 'id' in key ? books.find(({ id }) => id === key.id) : books.find(({ upc }) => upc === key.upc);
  if (book === undefined) throw new Error('invalid reference');
  return { ...book };
};

export const nullKeys: Suite = {
  name: 'null-keys',
  subgraphs: {
    a: {
      sdl: `
        type Query { bookContainers: [BookContainer] }
        type BookContainer { book: Book }
        type Book @key(fields: "upc") { upc: ID! }`,
      resolvers: {
        Query: { bookContainers: () => books.map(({ upc }) => ({ book: { upc } })) },
        Book: { __resolveReference: bookOf },
      },
    },
    b: {
      sdl: 'type Book @key(fields: "id") @key(fields: "upc") { id: ID! upc: ID! }',
      resolvers: {
        Book: {
          // Its books are the only way from `upc` to `id`, and it does not have the third one.
          __resolveReference: (key: Key) => {
            const book = bookOf(key);
            return book.id === '3' ? null : book;
          },
        },
      },
    },
    c: {
      sdl: `
        type Book @key(fields: "id") { id: ID! author: Author }
        type Author { id: ID! name: String }`,
      resolvers: { Book: { __resolveReference: bookOf } },
    },
  },
  cases: [
    {
      query: '{ bookContainers { book { upc author { name } } } }',
      data: {
        bookContainers: [
          { book: { upc: 'b1', author: { name: 'Alice' } } },
          { book: { upc: 'b2', author: { name: 'Bob' } } },
          { book: { upc: 'b3', author: null } },
        ],
      },
    },
  ],
};
