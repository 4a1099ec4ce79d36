import { entity, type Id, type Suite } from '../suite';

const products = [{ id: 'p1', price: 699.99, hasDiscount: true }];
type Given = Id & Record<string, unknown>;
/** A reference as it was handed over; a required field that is there but of the wrong type is a fault. */
const given = (types: Record<string, string>) => (reference: Given) => {
  const wrong = Object.entries(types).find(
    ([field, type]) => reference[field] !== undefined && typeof reference[field] !== type,
  );
  if (wrong !== undefined) throw new Error(`Product.${wrong[0]} must be a ${wrong[1]}`);
  return products.some(({ id }) => id === reference.id) ? reference : null;
};
/** The opposite of a required field; null, where it may not stand, without it. */
const not = (field: string) => (product: Given) =>
  typeof product[field] === 'boolean' ? !product[field] : null;

export const requiresRequires: Suite = {
  name: 'requires-requires',
  subgraphs: {
    a: {
      sdl: 'type Product @key(fields: "id") { id: ID! price: Float! @inaccessible }',
      resolvers: { Product: entity(products) },
    },
    b: {
      sdl: `
        type Query { product: Product }
        type Product @key(fields: "id") { id: ID! hasDiscount: Boolean! }`,
      resolvers: { Query: { product: () => products[0] }, Product: entity(products) },
    },
    c: {
      sdl: `
        type Product @key(fields: "id") {
          id: ID!
          price: Float! @external
          isExpensive: Boolean! @requires(fields: "price")
          hasDiscount: Boolean! @external
          isExpensiveWithDiscount: Boolean! @requires(fields: "hasDiscount")
        }`,
      resolvers: {
        Product: {
          __resolveReference: given({ price: 'number', hasDiscount: 'boolean' }),
          isExpensive: ({ price }: { price?: number }) => (price === undefined ? null : price > 500),
          isExpensiveWithDiscount: not('hasDiscount'),
        },
      },
    },
    d: {
      sdl: `
        type Product @key(fields: "id") {
          id: ID!
          isExpensive: Boolean! @external
          canAfford: Boolean! @requires(fields: "isExpensive")
          isExpensiveWithDiscount: Boolean! @external
          canAffordWithDiscount: Boolean! @requires(fields: "isExpensiveWithDiscount")
        }`,
      resolvers: {
        Product: {
          __resolveReference: given({ isExpensive: 'boolean', isExpensiveWithDiscount: 'boolean' }),
          canAfford: not('isExpensive'),
          canAffordWithDiscount: not('isExpensiveWithDiscount'),
        },
      },
    },
  },
  cases: [
    { query: '{ product { canAfford } }', data: { product: { canAfford: false } } },
    { query: '{ product { isExpensive } }', data: { product: { isExpensive: true } } },
    {
      query: '{ product { isExpensive canAfford } }',
      data: { product: { isExpensive: true, canAfford: false } },
    },
    { query: '{ product { canAffordWithDiscount } }', data: { product: { canAffordWithDiscount: true } } },
    {
      query: '{ product { canAfford canAffordWithDiscount } }',
      data: { product: { canAfford: false, canAffordWithDiscount: true } },
    },
  ],
};
