import { entity, type Suite } from '../suite';

const books = [
  { __typename: 'Book', id: '1', price: 10.99 },
  { __typename: 'Book', id: '2', price: 5.99 },
  { __typename: 'Book', id: '3', price: 10.99 },
];

export const circularReferenceInterface: Suite = {
  name: 'circular-reference-interface',
  subgraphs: {
    a: {
      sdl: `
        type Query { product: Product }
        interface Product { samePriceProduct: Product }
        type Book implements Product @key(fields: "id") {
          id: ID!
          samePriceProduct: Book @provides(fields: "price")
          price: Float @external
        }`,
      resolvers: {
        Query: { product: () => books[0] },
        Book: {
          samePriceProduct: ({ id, price }: (typeof books)[number]) =>
            books.find((book) => book.price === price && book.id !== id),
        },
      },
    },
    b: {
      sdl: 'type Book @key(fields: "id") { id: ID! price: Float @shareable }',
      resolvers: { Book: entity(books) },
    },
  },
  cases: [
    {
      query: '{ product { samePriceProduct { ... on Product { samePriceProduct { __typename } } } } }',
      data: { product: { samePriceProduct: { samePriceProduct: { __typename: 'Book' } } } },
    },
    {
      query: `
        {
          product {
            __typename
            samePriceProduct {
              __typename
              ... on Book { id }
              samePriceProduct { __typename ... on Book { id } }
            }
            ... on Book { __typename id price samePriceProduct { id price } }
          }
        }`,
      data: {
        product: {
          __typename: 'Book',
          samePriceProduct: {
            __typename: 'Book',
            id: '3',
            samePriceProduct: { __typename: 'Book', id: '1' },
            price: 10.99,
          },
          id: '1',
          price: 10.99,
        },
      },
    },
  ],
};
