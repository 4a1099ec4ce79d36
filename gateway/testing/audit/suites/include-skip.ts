import { entity, type Id, never, type Suite } from '../suite';

const products = [{ id: 'p1', price: 699.99 }];
/** A reference as it was handed over, if there is such a product. */
const given = (reference: Id) => (products.some(({ id }) => id === reference.id) ? reference : null);
const isGiven = ({ isExpensive }: { isExpensive?: boolean }) => {
  if (typeof isExpensive !== 'boolean') throw new Error('isExpensive is missing');
  return true;
};

export const includeSkip: Suite = {
  name: 'include-skip',
  subgraphs: {
    a: {
      sdl: `
        type Query { product: Product }
        type Product @key(fields: "id") { id: ID! price: Float! }`,
      resolvers: { Query: { product: () => products[0] }, Product: entity(products) },
    },
    b: {
      sdl: `
        type Product @key(fields: "id") {
          id: ID!
          price: Float! @external
          isExpensive: Boolean! @requires(fields: "price")
        }`,
      resolvers: {
        Product: {
          __resolveReference: given,
          isExpensive: ({ price }: { price?: number }) => {
            if (!price) throw new Error('price is missing');
            return price > 500;
          },
        },
      },
    },
    c: {
      sdl: `
        type Product @key(fields: "id") {
          id: ID!
          isExpensive: Boolean! @external
          include: Boolean! @requires(fields: "isExpensive")
          skip: Boolean! @requires(fields: "isExpensive")
          neverCalledInclude: Boolean! @requires(fields: "isExpensive")
          neverCalledSkip: Boolean! @requires(fields: "isExpensive")
        }`,
      resolvers: {
        Product: {
          __resolveReference: given,
          include: isGiven,
          skip: isGiven,
          neverCalledInclude: never('neverCalledInclude is skipped'),
          neverCalledSkip: never('neverCalledSkip is skipped'),
        },
      },
    },
  },
  cases: [
    {
      query: 'query ($bool: Boolean = false) { product { price neverCalledInclude @include(if: $bool) } }',
      data: { product: { price: 699.99 } },
    },
    {
      query: 'query ($bool: Boolean = true) { product { price neverCalledSkip @skip(if: $bool) } }',
      data: { product: { price: 699.99 } },
    },
    {
      query: 'query ($bool: Boolean = true) { product { price include @include(if: $bool) } }',
      data: { product: { price: 699.99, include: true } },
    },
    {
      query: 'query ($bool: Boolean = false) { product { price skip @skip(if: $bool) } }',
      data: { product: { price: 699.99, skip: true } },
    },
  ],
};
