import { entity, type Id, type Suite } from '../suite';

const ovens = ['oven1', 'oven2'].map((id) => ({ __typename: 'Oven', id }));
const toasters = [
  { __typename: 'Toaster', id: 'toaster1', warranty: 3 },
  { __typename: 'Toaster', id: 'toaster2', warranty: 4 },
];
const products = [...ovens, ...toasters];

export const unionInterfaceDistributed: Suite = {
  name: 'union-interface-distributed',
  subgraphs: {
    a: {
      sdl: `
        type Query { products: [Product] node(id: ID!): Node nodes: [Node] toasters: [Toaster] }
        union Product = Oven | Toaster
        interface Node { id: ID! }
        interface WithWarranty { warranty: Int }
        type Oven @key(fields: "id") { id: ID! }
        type Toaster implements Node & WithWarranty @key(fields: "id") { id: ID! warranty: Int }`,
      resolvers: {
        Query: {
          products: () => products,
          node: (_: unknown, key: Id) => products.find(({ id }) => id === key.id),
          nodes: () => toasters,
          toasters: () => toasters,
        },
        Oven: entity(ovens),
        Toaster: entity(toasters),
      },
    },
    b: {
      sdl: `
        interface Node { id: ID! }
        interface WithWarranty { warranty: Int }
        type Oven implements Node & WithWarranty @key(fields: "id") { id: ID! warranty: Int }`,
      resolvers: { Oven: entity(ovens.map((oven) => ({ ...oven, warranty: 1 }))) },
    },
  },
  cases: [
    {
      query: '{ products { ... on Node { id } } }',
      data: { products: [{ id: 'oven1' }, { id: 'oven2' }, { id: 'toaster1' }, { id: 'toaster2' }] },
    },
    {
      query: '{ nodes { ... on Toaster { warranty } ... on Oven { id } } }',
      data: { nodes: [{ warranty: 3 }, { warranty: 4 }] },
    },
    { query: '{ nodes { id } }', data: { nodes: [{ id: 'toaster1' }, { id: 'toaster2' }] } },
    { query: '{ nodes { ... on Node { id } } }', data: { nodes: [{ id: 'toaster1' }, { id: 'toaster2' }] } },
    {
      query: '{ nodes { ... on Node { ... on WithWarranty { warranty } } } }',
      data: { nodes: [{ warranty: 3 }, { warranty: 4 }] },
    },
    {
      query: '{ nodes { ... on Node { id ... on Node { id ... on WithWarranty { warranty } } } } }',
      data: {
        nodes: [
          { id: 'toaster1', warranty: 3 },
          { id: 'toaster2', warranty: 4 },
        ],
      },
    },
    {
      query: `
        { toasters { ...ToasterFragment ...NodeFragment } }
        fragment ToasterFragment on Toaster { id }
        fragment NodeFragment on Node { id __typename }`,
      data: {
        toasters: [
          { id: 'toaster1', __typename: 'Toaster' },
          { id: 'toaster2', __typename: 'Toaster' },
        ],
      },
    },
    { query: '{ node(id: "oven1") { ... on Oven { warranty } } }', data: { node: null }, errors: true },
    { query: '{ node(id: "oven1") { ... on Toaster { warranty } } }', data: { node: null }, errors: true },
    { query: '{ node(id: "toaster1") { ... on Toaster { warranty } } }', data: { node: { warranty: 3 } } },
  ],
};
