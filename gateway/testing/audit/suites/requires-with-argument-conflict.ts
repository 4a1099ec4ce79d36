import { byKeys, entity, type Suite } from '../suite';

const products = [
  { upc: 'p1', name: 'p-name-1', price: 11, weight: 1, category: { averagePrice: 11 } },
  { upc: 'p2', name: 'p-name-2', price: 22, weight: 2, category: { averagePrice: 22 } },
];
interface Given {
  upc: string;
  price: number;
  weight: number;
  category: { averagePrice: number };
}
const shipping = ({ price, weight }: Given) => price * weight * 10;

export const requiresWithArgumentConflict: Suite = {
  name: 'requires-with-argument-conflict',
  subgraphs: {
    a: {
      sdl: `
        type Product @key(fields: "upc") {
          upc: String!
          weight: Int @external
          price(currency: String!): Int @external
          shippingEstimate: Int @requires(fields: """price(currency: "USD") weight""")
          shippingEstimateEUR: Int @requires(fields: """price(currency: "EUR") weight""")
          category: Category @external
          isExpensiveCategory: Boolean @requires(fields: """category { averagePrice(currency: "USD") }""")
        }
        type Category @external { averagePrice(currency: String!): Int }`,
      resolvers: {
        Product: {
          // Its own category, but only the price and weight that it is handed.
          __resolveReference: ({ upc, price, weight }: Given) => {
            const product = byKeys(products, { upc }, ['upc']);
            return product && { upc, price, weight, category: product.category };
          },
          shippingEstimate: shipping,
          shippingEstimateEUR: shipping,
          isExpensiveCategory: ({ category }: Given) => category.averagePrice > 11,
        },
      },
    },
    b: {
      sdl: `
        type Query { products: [Product] }
        type Product @key(fields: "upc") {
          upc: String!
          name: String
          price(currency: String!): Int
          weight: Int
          category: Category
        }
        type Category { averagePrice(currency: String!): Int }`,
      resolvers: {
        Query: { products: () => products },
        Product: {
          ...entity(products, 'upc'),
          price: ({ price }: Given, { currency }: { currency: string }) => {
            if (currency === 'USD') return price;
            if (currency === 'EUR') return price * 2;
            throw new Error(`Unsupported currency ${currency}`);
          },
        },
      },
    },
  },
  cases: [
    {
      query: '{ products { upc name shippingEstimate shippingEstimateEUR isExpensiveCategory } }',
      data: {
        products: [
          {
            upc: 'p1',
            name: 'p-name-1',
            shippingEstimate: 110,
            shippingEstimateEUR: 220,
            isExpensiveCategory: false,
          },
          {
            upc: 'p2',
            name: 'p-name-2',
            shippingEstimate: 440,
            shippingEstimateEUR: 880,
            isExpensiveCategory: true,
          },
        ],
      },
    },
  ],
};
