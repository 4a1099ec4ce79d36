import { type AuditSubgraph, byKeys, type Case, entity, type Id, type Suite } from '../suite';

const users = ['u1', 'u2'].map((id) => ({
  id,
  rid: `${id}-rid`,
  name: `${id}-name`,
  nickname: `${id}-nickname`,
}));
const first = { id: 'u1', rid: 'u1-rid' };

/** The subgraph that extends User, in one of the notations for that. */
const extending = (user: string): AuditSubgraph => ({
  sdl: `
    type Query { randomUser: User providedRandomUser: User @provides(fields: "name") }
    ${user} { id: ID! @external name: String! @external rid: ID }`,
  resolvers: {
    Query: { randomUser: () => first, providedRandomUser: () => ({ ...first, name: 'u1-name' }) },
    User: {
      __resolveReference: ({ id }: Id) => ({ ...byKeys(users, { id }, ['id']), name: undefined }),
      name: ({ name }: { name?: string }) => name ?? 'never',
    },
  },
});
const owning = (name: string): AuditSubgraph => ({
  sdl: `
    type Query { userById(id: ID): User }
    type User @key(fields: "id") { id: ID! ${name} nickname: String }`,
  resolvers: {
    Query: { userById: (_: unknown, key: Id) => byKeys(users, key, ['id']) },
    User: entity(users),
  },
});

const cases: readonly Case[] = [
  {
    query: '{ randomUser { id name } userById(id: "u2") { id name nickname } }',
    data: {
      randomUser: { id: 'u1', name: 'u1-name' },
      userById: { id: 'u2', name: 'u2-name', nickname: 'u2-nickname' },
    },
  },
  { query: '{ randomUser { id rid } }', data: { randomUser: first } },
  { query: '{ randomUser { id rid name } }', data: { randomUser: { ...first, name: 'u1-name' } } },
  {
    query: '{ providedRandomUser { id rid name } }',
    data: { providedRandomUser: { ...first, name: 'u1-name' } },
  },
];

/** The same graph by the directive and by the keyword, in the first and in the second federation. */
export const externalExtends: readonly Suite[] = (['1', undefined] as const).flatMap((federation) =>
  [
    { notation: 'extends', user: 'type User @key(fields: "id") @extends' },
    { notation: 'extension', user: 'extend type User @key(fields: "id")' },
  ].map(({ notation, user }) => ({
    name: `fed${federation ?? '2'}-external-${notation}`,
    subgraphs: {
      a: { federation, ...extending(user) },
      b: { federation, ...owning(federation === '1' ? 'name: String!' : 'name: String! @shareable') },
    },
    cases,
  })),
);
