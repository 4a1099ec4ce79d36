import { entity, type Id, never, type Suite } from '../suite';

const animals = [
  { __typename: 'Dog', id: 'a1', name: 'Fido', age: 3 },
  { __typename: 'Cat', id: 'a2', name: 'Whiskers', age: 6 },
];
const book = { __typename: 'Book', id: 'm1' };

export const providesOnInterface: Suite = {
  name: 'provides-on-interface',
  subgraphs: {
    a: {
      sdl: `
        type Query {
          media: Media @shareable
          book: Book @provides(fields: "animals { ... on Dog { name } }")
        }
        interface Media { id: ID! }
        interface Animal { id: ID! }
        type Book implements Media @key(fields: "id") { id: ID! animals: [Animal] @shareable }
        type Dog implements Animal @key(fields: "id") { id: ID! @external name: String @external }
        type Cat implements Animal @key(fields: "id") { id: ID! @external }`,
      resolvers: {
        Query: {
          media: never('b provides more'),
          // It provides the names of dogs, not those of cats.
          book: () => ({
            ...book,
            animals: animals.map(({ __typename, id, name }) =>
              __typename === 'Dog' ? { __typename, id, name } : { __typename, id },
            ),
          }),
        },
      },
    },
    b: {
      sdl: `
        type Query { media: Media @shareable @provides(fields: "animals { id name }") }
        interface Media { id: ID! animals: [Animal] }
        interface Animal { id: ID! name: String }
        type Book implements Media { id: ID! @shareable animals: [Animal] @external }
        type Dog implements Animal { id: ID! @external name: String @external }
        type Cat implements Animal { id: ID! @external name: String @external }`,
      resolvers: { Query: { media: () => ({ ...book, animals }) } },
    },
    c: {
      sdl: `
        interface Media { id: ID! animals: [Animal] }
        interface Animal { id: ID! name: String }
        type Book implements Media @key(fields: "id") { id: ID! animals: [Animal] @shareable }
        type Dog implements Animal @key(fields: "id") { id: ID! name: String @shareable age: Int }
        type Cat implements Animal @key(fields: "id") { id: ID! name: String @shareable age: Int }`,
      resolvers: {
        Book: { __resolveReference: ({ id }: Id) => (id === book.id ? { ...book, animals } : null) },
        Cat: entity(animals),
        Dog: { __resolveReference: never('the names of dogs are provided') },
      },
    },
  },
  cases: [
    {
      query: '{ media { id animals { id name } } }',
      data: {
        media: {
          id: 'm1',
          animals: [
            { id: 'a1', name: 'Fido' },
            { id: 'a2', name: 'Whiskers' },
          ],
        },
      },
    },
    {
      query: '{ media { id animals { id name ... on Cat { age } } } }',
      data: {
        media: {
          id: 'm1',
          animals: [
            { id: 'a1', name: 'Fido' },
            { id: 'a2', name: 'Whiskers', age: 6 },
          ],
        },
      },
    },
  ],
};
