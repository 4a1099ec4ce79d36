import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EnumTypeDefinitionNode, Kind, parse } from 'graphql';
import { auditActions } from './audit-action';

describe('the actions of the audit log', () => {
  it('are the same in the schema and in the code, with the same Chinese words', () => {
    const document = parse(readFileSync(join(__dirname, 'audit.graphql'), 'utf8'));
    const definition = document.definitions.find(
      (node): node is EnumTypeDefinitionNode =>
        node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'AuditAction',
    );
    const inSchema = definition?.values?.map(({ name, description }) => [name.value, description?.value]);
    expect(inSchema).toEqual(Object.entries(auditActions).map(([name, { zh }]) => [name, zh]));
  });
});
