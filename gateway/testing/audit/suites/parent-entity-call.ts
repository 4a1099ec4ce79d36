import { byKeys, entity, type Suite } from '../suite';

const products = [
  { id: 'p1', pid: 'p1-pid', categoryId: 'c1' },
  { id: 'p2', pid: 'p2-pid', categoryId: 'c2' },
  { id: 'p3', pid: 'p3-pid', categoryId: 'c1' },
];
const categories = [
  { id: 'c1', name: 'c1-name', details: { products: 2 } },
  { id: 'c2', name: 'c2-name', details: { products: 1 } },
];
const category = ({ categoryId }: { categoryId: string }) => categories.find(({ id }) => id === categoryId);
const Product = { ...entity(products, 'id', 'pid'), category };
const Category = entity(categories);

export const parentEntityCall: Suite = {
  name: 'parent-entity-call',
  subgraphs: {
    a: {
      sdl: `
        type Query { products: [Product!]! }
        type Product @key(fields: "id") @key(fields: "id pid") {
          id: ID!
          pid: ID!
          category: Category @shareable
        }
        type Category @key(fields: "id") { id: ID! name: String! @shareable }`,
      resolvers: {
        Query: { products: () => products },
        Product: {
          __resolveReference: ({ id, pid }: { id: string; pid?: string }) =>
            pid === undefined
              ? byKeys(products, { id }, ['id'])
              : byKeys(products, { id, pid }, ['id', 'pid']),
          category,
        },
        Category,
      },
    },
    b: {
      sdl: `
        type Product @key(fields: "id pid") { id: ID! pid: ID! category: Category @shareable }
        type Category @key(fields: "id") { id: ID! name: String! @shareable }`,
      resolvers: { Product, Category },
    },
    c: {
      sdl: `
        type Category { details: CategoryDetails }
        type Product @key(fields: "id pid") { id: ID! pid: ID! category: Category @shareable }
        type CategoryDetails { products: Int }`,
      resolvers: { Product },
    },
  },
  cases: [
    {
      query: '{ products { id category { id details { products } } } }',
      data: {
        products: [
          { id: 'p1', category: { id: 'c1', details: { products: 2 } } },
          { id: 'p2', category: { id: 'c2', details: { products: 1 } } },
          { id: 'p3', category: { id: 'c1', details: { products: 2 } } },
        ],
      },
    },
  ],
};
