import { byKeys, entity, type Id, type Suite } from '../suite';

const users = [
  { id: 'u1', name: 'u1-name', address: 'a1' },
  { id: 'u2', name: 'u2-name', address: 'a2' },
];
const addresses = [
  { __typename: 'HomeAddress', id: 'a1', city: 'a1-city', country: 'a1-country' },
  { __typename: 'WorkAddress', id: 'a2', city: 'a2-city', country: 'a2-country' },
];
const addressOf = (wanted: string | undefined) => addresses.find(({ id }) => id === wanted);
interface Given {
  address?: { id?: string };
}
const entities = { HomeAddress: entity(addresses), WorkAddress: entity(addresses) };

export const requiresInterface: Suite = {
  name: 'requires-interface',
  subgraphs: {
    a: {
      sdl: `
        type Query { a: User }
        interface Address { id: ID! }
        type HomeAddress implements Address @key(fields: "id") { id: ID! city: String @shareable }
        type WorkAddress implements Address @key(fields: "id") { id: ID! city: String @shareable }
        type User @key(fields: "id") {
          id: ID!
          name: String! @shareable
          address: Address @external
          city: String @requires(fields: "address { id }")
          country: String @requires(fields: "address { ... on WorkAddress { id } }")
        }`,
      resolvers: {
        Query: { a: () => ({ id: 'u1', name: 'u1-name' }) },
        User: {
          __resolveReference: ({ id, address }: Id & Given) => {
            const user = byKeys(users, { id }, ['id']);
            return user && { ...user, address: address?.id === undefined ? undefined : { id: user.address } };
          },
          city: ({ address }: Given) => {
            if (address === undefined) throw new Error('the required address is missing');
            return addressOf(address.id)?.city;
          },
          country: ({ address }: Given) => addressOf(address?.id)?.country,
        },
        ...entities,
      },
    },
    b: {
      sdl: `
        type Query { b: User }
        interface Address { id: ID! }
        type HomeAddress implements Address @key(fields: "id") { id: ID! city: String @shareable }
        type WorkAddress implements Address @key(fields: "id") { id: ID! city: String @shareable }
        type SecondAddress implements Address @key(fields: "id") { id: ID! city: String @shareable }
        type User @key(fields: "id") {
          id: ID!
          name: String! @shareable
          address: Address @shareable
        }`,
      resolvers: {
        Query: { b: () => users[1] },
        User: { ...entity(users), address: ({ address }: { address: string }) => addressOf(address) },
        ...entities,
      },
    },
  },
  cases: [
    { query: '{ a { city } }', data: { a: { city: 'a1-city' } } },
    { query: '{ b { city } }', data: { b: { city: 'a2-city' } } },
    { query: '{ a { country } }', data: { a: { country: null } } },
    {
      query: '{ a { address { __typename id } } }',
      data: { a: { address: { __typename: 'HomeAddress', id: 'a1' } } },
    },
    {
      query: '{ b { address { __typename id } } }',
      data: { b: { address: { __typename: 'WorkAddress', id: 'a2' } } },
    },
  ],
};
