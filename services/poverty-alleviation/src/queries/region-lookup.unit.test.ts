import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rule } from '@junxian/test-kit';
import { Kind, type ObjectTypeDefinitionNode, parse, print } from 'graphql';

/** The composed graph, as the gateway serves it. */
const graph = parse(
  readFileSync(join(__dirname, '..', '..', '..', '..', 'gateway', 'supergraph.graphql'), 'utf8'),
);
const fieldsOf = (name: string) => {
  const type = graph.definitions.find(
    (one): one is ObjectTypeDefinitionNode =>
      one.kind === Kind.OBJECT_TYPE_DEFINITION && one.name.value === name,
  );
  return new Map(
    (type?.fields ?? []).map((field) => [
      field.name.value,
      { type: print(field.type), arguments: (field.arguments ?? []).map((one) => one.name.value) },
    ]),
  );
};

rule(
  'PA-QY-11',
  'the graph has the tree of regions and their lookup by code and name, and what lists tell leads into it',
  () => {
    const query = fieldsOf('Query');
    expect(query.get('region')).toMatchObject({
      type: 'Region',
      arguments: expect.arrayContaining(['code']),
    });
    expect(query.get('regionSearch')?.arguments).toEqual(expect.arrayContaining(['text', 'level', 'under']));
    expect(query.get('regionChildren')?.arguments).toContain('code');
    const region = fieldsOf('Region');
    expect(region.get('parent')?.type).toBe('Region');
    expect(region.get('children')?.type).toBe('[Region!]!');
    expect(region.get('path')?.type).toBe('[Region!]!');
    for (const type of ['Household', 'ClosedHousehold', 'ChangeRecord', 'StatRow', 'StatSource']) {
      expect([type, fieldsOf(type).get('region')?.type]).toEqual([type, 'Region!']);
    }
  },
);
