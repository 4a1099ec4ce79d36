import { accessTypeDefs, missingAccess } from '@junxian/access';
import { parse } from 'graphql';
import { accessDisagreements } from './access-agreement';
import { breakingChangesBetween, composeSupergraph, subgraphUrl } from './compose';

const subgraph = (name: string, text: string) => ({ name, typeDefs: parse(`${accessTypeDefs}\n${text}`) });
const regions = (extra = '', access = '@access') =>
  subgraph(
    'directory',
    `type Query { region(code: ID!): Region @access }
     type Region @key(fields: "code") ${access} { code: ID! name: String! ${extra} }`,
  );
const households = (access = '@access') =>
  subgraph(
    'households',
    `type Query { household(id: ID!): Household @access(roles: ["a:B"]) }
     type Household @key(fields: "id") @access { id: ID! region: Region! }
     type Region @key(fields: "code") ${access} { code: ID! households: [Household!]! }`,
  );

describe('composing', () => {
  it('makes one graph that still says who may use what, and where each subgraph answers', () => {
    const { supergraphSdl, warnings } = composeSupergraph([regions(), households()]);
    expect(warnings).toEqual([]);
    expect(supergraphSdl).toMatch(/household\(id: ID!\): Household .*@access\(roles: \["a:B"\]\)/);
    expect(supergraphSdl).toContain(subgraphUrl('directory'));
  });

  it('reports every composition error', () => {
    const twice = subgraph('other', 'type Query { region(code: ID!): String @access }');
    expect(() => composeSupergraph([regions(), twice])).toThrow(/do not compose[\s\S]*region/);
  });

  it('warns of an argument that only one subgraph knows', () => {
    const withArgument = subgraph(
      'directory',
      'type Query { ping(loud: Boolean): String @access @shareable }',
    );
    const without = subgraph('other', 'type Query { ping: String @access @shareable }');
    expect(composeSupergraph([withArgument, without]).warnings.join()).toContain(
      'INCONSISTENT_ARGUMENT_PRESENCE',
    );
  });
});

describe('what breaks a client', () => {
  const before = composeSupergraph([regions('area: Int')]).supergraphSdl;

  it('is a field that goes, not one that comes', () => {
    const without = composeSupergraph([regions()]).supergraphSdl;
    expect(breakingChangesBetween(before, without).map((it) => it.description)).toEqual([
      'Region.area was removed.',
    ]);
    const more = composeSupergraph([regions('area: Int since: Int')]).supergraphSdl;
    expect(breakingChangesBetween(before, more)).toEqual([]);
  });

  it('is a field that may now be null', () => {
    const strict = composeSupergraph([regions('area: Int!')]).supergraphSdl;
    expect(breakingChangesBetween(strict, before)).toHaveLength(1);
  });
});

describe('permission', () => {
  it('must be declared on root fields and entities', () => {
    const bare = subgraph('bare', 'type Query { open: String } type Thing @key(fields: "id") { id: ID! }');
    expect(missingAccess(bare.typeDefs)).toEqual(['Query.open', 'Thing']);
  });

  it('must be the same wherever an entity appears', () => {
    expect(accessDisagreements([regions(), households()])).toEqual([]);
    const [text] = accessDisagreements([regions('', '@access(public: true)'), households()]);
    expect(text).toBe('Region: directory says @access(public: true); households says @access');
  });

  it('does not depend on the order of arguments and roles', () => {
    const one = regions('', '@access(roles: ["a:A", "a:B"], pending: true)');
    const other = households('@access(pending: true, roles: ["a:B", "a:A"])');
    expect(accessDisagreements([one, other])).toEqual([]);
  });
});
