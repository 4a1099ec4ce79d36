import { entity, type Id, type Suite } from '../suite';

const products = [
  { id: '1', pid: 'p1', categoryId: 'c1', price: 100 },
  { id: '2', pid: 'p2', categoryId: 'c2', price: 200 },
];
const categories = [
  { id: 'c1', tag: 't1', mainProduct: '1' },
  { id: 'c2', tag: 't2', mainProduct: '2' },
];
type Product = (typeof products)[number];
type Category = (typeof categories)[number];
interface Reference {
  id: string;
  pid?: string;
  category?: { id: string; tag: string };
}

const categoryOf = ({ categoryId }: Product) => categories.find(({ id }) => id === categoryId);
/** Whether a reference, in all that it says, means this product. */
const isMeant = (product: Product, { id, pid, category }: Reference) => {
  const own = categoryOf(product);
  return (
    product.id === id &&
    (pid === undefined || product.pid === pid) &&
    (category === undefined || (own?.id === category.id && own.tag === category.tag))
  );
};
const productOf = (reference: Reference) => ({ ...products.find((product) => isMeant(product, reference)) });
const listOf = ({ products: references }: { products: Reference[] }) =>
  products.filter((product) => references.some((reference) => isMeant(product, reference)));

export const complexEntityCall: Suite = {
  name: 'complex-entity-call',
  subgraphs: {
    link: {
      federation: '2.0',
      sdl: 'type Product @key(fields: "id") @key(fields: "id pid") { id: String! pid: String! }',
      resolvers: { Product: { __resolveReference: productOf } },
    },
    list: {
      federation: '2.0',
      sdl: `
        type ProductList @key(fields: "products{id pid}") {
          products: [Product!]!
          first: Product @shareable
          selected: Product @shareable
        }
        type Product @key(fields: "id pid") { id: String! pid: String }`,
      resolvers: {
        ProductList: {
          __resolveReference: (reference: { products: Reference[] }) => {
            const listed = listOf(reference);
            return { products: listed, first: listed[0], selected: listed[1] };
          },
        },
        Product: { __resolveReference: productOf },
      },
    },
    price: {
      federation: '2.0',
      sdl: `
        type ProductList @key(fields: "products{id pid category{id tag}} selected{id}") {
          products: [Product!]!
          first: Product @shareable
          selected: Product @shareable
        }
        type Product @key(fields: "id pid category{id tag}") {
          id: String!
          price: Price
          pid: String
          category: Category
        }
        type Category @key(fields: "id tag") { id: String! tag: String }
        type Price { price: Float! }`,
      resolvers: {
        Product: {
          __resolveReference: productOf,
          price: ({ price }: Product) => ({ price }),
          category: categoryOf,
        },
        Category: entity(categories),
        ProductList: {
          __resolveReference: (reference: { products: Reference[]; selected: Id }) => {
            const listed = listOf(reference);
            return {
              products: listed,
              first: listed[0],
              selected: products.find(({ id }) => id === reference.selected.id),
            };
          },
        },
      },
    },
    products: {
      federation: '2.0',
      sdl: `
        type Query { topProducts: ProductList! }
        type ProductList @key(fields: "products{id}") { products: [Product!]! }
        type Product @extends @key(fields: "id") {
          id: String! @external
          category: Category @shareable
        }
        type Category @key(fields: "id") {
          mainProduct: Product! @shareable
          id: String!
          tag: String @shareable
        }`,
      resolvers: {
        Query: { topProducts: () => ({ products }) },
        ProductList: {
          __resolveReference: (reference: { products: Reference[] }) => ({ products: listOf(reference) }),
        },
        Product: { __resolveReference: productOf, category: categoryOf },
        Category: {
          ...entity(categories),
          mainProduct: ({ mainProduct }: Category) => products.find(({ id }) => id === mainProduct),
        },
      },
    },
  },
  cases: [
    {
      query: `
        {
          topProducts {
            products { id pid price { price } category { mainProduct { id } id tag } }
            selected { id }
            first { id }
          }
        }`,
      data: {
        topProducts: {
          products: [
            {
              id: '1',
              pid: 'p1',
              price: { price: 100 },
              category: { mainProduct: { id: '1' }, id: 'c1', tag: 't1' },
            },
            {
              id: '2',
              pid: 'p2',
              price: { price: 200 },
              category: { mainProduct: { id: '2' }, id: 'c2', tag: 't2' },
            },
          ],
          selected: { id: '2' },
          first: { id: '1' },
        },
      },
    },
  ],
};
