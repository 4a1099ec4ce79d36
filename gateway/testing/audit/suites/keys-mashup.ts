import { entity, type Suite } from '../suite';

const records = ['1', '2'].map((id) => ({
  id,
  pId: `a.${id}.pId`,
  name: `a.${id}`,
  compositeId: {
    one: `a.${id}.compositeId.one`,
    two: `a.${id}.compositeId.two`,
    three: `a.${id}.compositeId.three`,
  },
}));
const nameless = (ids: readonly string[]) =>
  records.filter(({ id }) => ids.includes(id)).map(({ name, ...record }) => record);
const groups = [
  { id: '100', a: nameless(['1']) },
  { id: '200', a: nameless(['1', '2']) },
];

export const keysMashup: Suite = {
  name: 'keys-mashup',
  subgraphs: {
    a: {
      federation: '2.5',
      sdl: `
        type A @key(fields: "id", resolvable: true) @key(fields: "pId", resolvable: false) @key(fields: "compositeId { one two }", resolvable: false) @key(fields: "id compositeId { two three }", resolvable: false) {
          id: ID!
          pId: ID!
          compositeId: CompositeID!
          name: String!
        }
        type CompositeID { one: ID! two: ID! three: ID! }`,
      resolvers: { A: entity(records) },
    },
    b: {
      federation: '2.5',
      sdl: `
        type Query { b: B }
        type B @key(fields: "id") { id: ID! a: [A!]! }
        type A @key(fields: "compositeId { one two }", resolvable: false) @key(fields: "id compositeId { two three }", resolvable: true) @key(fields: "pId", resolvable: false) @key(fields: "id", resolvable: false) {
          id: ID!
          pId: ID!
          compositeId: CompositeID!
          name: String! @external
          nameInB: String! @requires(fields: "name")
        }
        type CompositeID { one: ID! two: ID! three: ID! }`,
      resolvers: {
        Query: { b: () => groups[0] },
        B: entity(groups),
        A: {
          __resolveReference: ({ id, name }: { id: string; name?: string }) => {
            const [record] = nameless([id]);
            return record ? { ...record, name } : null;
          },
          nameInB: ({ name }: { name?: string }) => {
            if (!name) throw new Error('the required name is missing');
            return `b.a.nameInB ${name}`;
          },
        },
      },
    },
  },
  cases: [
    {
      query: '{ b { id a { id name nameInB } } }',
      data: { b: { id: '100', a: [{ id: '1', name: 'a.1', nameInB: 'b.a.nameInB a.1' }] } },
    },
  ],
};
