import { entity, type Id, type Suite } from '../suite';
import { abstractTypesCases } from './abstract-types.cases';

const users = ['u1', 'u2', 'u3'].map((id) => ({ id, email: `${id}@example.com`, name: `${id}-name` }));
const self = { __typename: 'Self', email: 'u1@example.com' };
const agency = { __typename: 'Agency', id: 'a1' };
const small = (weight: number) => ({ size: 'small', weight });
const books = [
  {
    id: 'p1',
    sku: 'sku-1',
    title: 'Book 1',
    createdBy: 'u1',
    dimensions: small(0.5),
    publisherType: self,
    hidden: false,
  },
  {
    id: 'p3',
    sku: 'sku-3',
    title: 'Book 2',
    createdBy: 'u2',
    dimensions: small(0.6),
    publisherType: agency,
    hidden: false,
  },
].map((book) => ({ __typename: 'Book', ...book }));
const magazines = [
  {
    id: 'p2',
    sku: 'sku-2',
    title: 'Magazine 1',
    createdBy: 'u1',
    dimensions: small(0.2),
    publisherType: agency,
    hidden: false,
  },
  {
    id: 'p4',
    sku: 'sku-4',
    title: 'Magazine 2',
    createdBy: 'u2',
    dimensions: small(0.3),
    publisherType: self,
    hidden: true,
  },
].map((magazine) => ({ __typename: 'Magazine', ...magazine }));
const products = [...books, ...magazines];
type Product = (typeof products)[number];
const reviews = [
  { id: 1, body: 'review 1', productId: 'p1', score: 3 },
  { id: 2, body: 'review 2', productId: 'p1', score: 4 },
  { id: 3, body: 'review 3', productId: 'p2', score: 5 },
];
const agencies = [{ id: 'a1', companyName: 'Agency 1', email: { address: 'a1@example.com' } }];

const similarTo = ({ id, __typename }: Product) =>
  products.filter((other) => other.id !== id && other.__typename === __typename);
const author = ({ createdBy }: Product) => users.find(({ id }) => id === createdBy);
const totalProductsCreated = ({ id }: Id) => products.filter(({ createdBy }) => createdBy === id).length;

/** What the inventory makes of the dimensions that it is handed with a reference. */
const delivered = (records: readonly Product[]) => ({
  __resolveReference: ({ id, dimensions }: { id: string; dimensions?: Product['dimensions'] }) =>
    records.some((record) => record.id === id) ? { id, dimensions } : null,
  delivery: ({ dimensions }: { dimensions?: Product['dimensions'] }, { zip }: { zip?: string }) =>
    zip !== undefined && dimensions?.size === 'small' && dimensions.weight < 1
      ? { estimatedDelivery: '1 day', fastestDelivery: 'same day' }
      : null,
});
const listed = (records: readonly Product[]) => ({
  ...entity(records),
  similar: similarTo,
  createdBy: author,
});
const reviewOf = ({ id, body, productId }: (typeof reviews)[number]) => {
  const product = products.find((candidate) => candidate.id === productId);
  return { id, body, product: product && { __typename: product.__typename, id: productId } };
};
const reviewsOf = (id: string) => reviews.filter(({ productId }) => productId === id);
const reviewed = {
  __resolveReference: ({ id, similar }: { id: string; similar?: Id[] }) =>
    products.some((product) => product.id === id) ? { id, similar } : null,
  reviews: ({ id }: Id) => reviewsOf(id).map(reviewOf),
  reviewsCount: ({ id }: Id) => reviewsOf(id).length,
  reviewsScore: ({ id }: Id) => {
    const scores = reviewsOf(id).map(({ score }) => score);
    return scores.reduce((sum, score) => sum + score, 0) / (scores.length || 1);
  },
  reviewsOfSimilar: ({ similar }: { similar: Id[] }) =>
    similar.flatMap(({ id }) => reviewsOf(id).map(reviewOf)),
};

export const abstractTypes: Suite = {
  name: 'abstract-types',
  subgraphs: {
    agency: {
      sdl: `
        type Agency @key(fields: "id") { id: ID! companyName: String email: Email }
        type Email { address: String }
        type Group @key(fields: "id") { id: ID! name: String email: String }
        extend union PublisherType = Agency | Group`,
      resolvers: {
        Agency: entity(agencies),
        Group: {
          __resolveReference: ({ id }: Id) => ({ id, name: `Group ${id}`, email: `group${id}@example.com` }),
        },
      },
    },
    inventory: {
      sdl: `
        interface Product {
          id: ID!
          dimensions: ProductDimension
          delivery(zip: String): DeliveryEstimates
        }
        type Book implements Product @key(fields: "id") {
          id: ID!
          dimensions: ProductDimension @external
          delivery(zip: String): DeliveryEstimates @requires(fields: "dimensions { size weight }")
        }
        type Magazine implements Product @key(fields: "id") {
          id: ID!
          dimensions: ProductDimension @external
          delivery(zip: String): DeliveryEstimates @requires(fields: "dimensions { size weight }")
        }
        type ProductDimension @shareable { size: String weight: Float }
        type DeliveryEstimates { estimatedDelivery: String fastestDelivery: String }`,
      resolvers: { Book: delivered(books), Magazine: delivered(magazines) },
    },
    books: {
      sdl: `
        type Book @key(fields: "id") { id: ID! title: String }
        type Query { books: [Book] }`,
      resolvers: { Query: { books: () => books }, Book: entity(books) },
    },
    users: {
      federation: '1',
      sdl: 'type User @key(fields: "email") { email: ID! name: String totalProductsCreated: Int }',
      resolvers: { User: { ...entity(users, 'email'), totalProductsCreated } },
    },
    reviews: {
      sdl: `
        type Book implements Product & Similar @key(fields: "id") {
          id: ID!
          reviewsCount: Int!
          reviewsScore: Float! @shareable
          reviews: [Review!]!
          similar: [Book] @external
          reviewsOfSimilar: [Review!]! @requires(fields: "similar { id }")
        }
        type Magazine implements Product & Similar @key(fields: "id") {
          id: ID!
          reviewsCount: Int!
          reviewsScore: Float! @shareable
          reviews: [Review!]!
          similar: [Magazine] @external
          reviewsOfSimilar: [Review!]! @requires(fields: "similar { id }")
        }
        interface Product { id: ID! reviewsCount: Int! reviewsScore: Float! reviews: [Review!]! }
        interface Similar { similar: [Product] }
        type Query { review(id: Int!): Review }
        type Review { id: Int! body: String! product: Product }`,
      resolvers: {
        Query: {
          review: (_: unknown, { id }: { id: number }) =>
            reviews.filter((review) => review.id === id).map(reviewOf)[0],
        },
        Book: reviewed,
        Magazine: reviewed,
      },
    },
    products: {
      sdl: `
        type Query { products: [Product] similar(id: ID!): [Product] }
        interface Product {
          id: ID!
          sku: String
          dimensions: ProductDimension
          createdBy: User
          hidden: Boolean @inaccessible
        }
        interface Similar { similar: [Product] }
        type ProductDimension @shareable { size: String weight: Float }
        type Book implements Product & Similar @key(fields: "id") {
          id: ID!
          sku: String
          dimensions: ProductDimension @shareable
          createdBy: User
          similar: [Book]
          hidden: Boolean
          publisherType: PublisherType
        }
        type Magazine implements Product & Similar @key(fields: "id") {
          id: ID!
          sku: String
          dimensions: ProductDimension @shareable
          createdBy: User
          similar: [Magazine]
          hidden: Boolean
          publisherType: PublisherType
        }
        union PublisherType = Agency | Self
        type Agency { id: ID! @shareable }
        type Self { email: String }
        type User @key(fields: "email") { email: ID! totalProductsCreated: Int @shareable }`,
      resolvers: {
        Query: {
          products: () => products,
          similar: (_: unknown, { id }: Id) =>
            products.filter((product) => product.id === id).flatMap(similarTo),
        },
        Book: listed(books),
        Magazine: listed(magazines),
        User: { ...entity(users, 'email'), totalProductsCreated },
      },
    },
    magazines: {
      sdl: `
        type Magazine @key(fields: "id") { id: ID! title: String }
        type Query { magazines: [Magazine] }`,
      resolvers: { Query: { magazines: () => magazines }, Magazine: entity(magazines) },
    },
  },
  cases: abstractTypesCases,
};
