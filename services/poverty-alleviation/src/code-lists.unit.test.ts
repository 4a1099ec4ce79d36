import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EnumTypeDefinitionNode, Kind, parse } from 'graphql';
import * as assistance from './assistance-code-lists';
import * as backOffice from './back-office-code-lists';
import * as lists from './code-lists';
import * as fund from './fund-code-lists';
import * as household from './household-code-lists';
import * as national from './national-code-lists';
import * as population from './population-code-lists';
import * as project from './project-code-lists';
import * as village from './village-code-lists';

/** Each list stands in a `…code-lists.graphql` beside its `…code-lists.ts`. */
const schema = readdirSync(__dirname).filter((file) => file.endsWith('code-lists.graphql'));
const enums = schema.flatMap((file) =>
  parse(readFileSync(join(__dirname, file), 'utf8')).definitions.filter(
    (node): node is EnumTypeDefinitionNode => node.kind === Kind.ENUM_TYPE_DEFINITION,
  ),
);
const inSchema = new Map(
  enums.map((node) => [
    (node.values ?? []).map(({ name }) => name.value).join(),
    (node.values ?? []).map(({ description }) => description?.value),
  ]),
);
const codeLists = Object.entries({
  ...lists,
  ...fund,
  ...assistance,
  ...backOffice,
  ...national,
  ...household,
  ...population,
  ...project,
  ...village,
}).flatMap(([name, list]) =>
  list instanceof lists.CodeList ? [[name, list as lists.CodeList<string>] as const] : [],
);

it.each(codeLists)('%s stands in the schema with the same names and Chinese labels', (_name, list) => {
  expect(inSchema.get(list.names.join())).toEqual(list.names.map((name) => list.label(name)));
});

it.each(codeLists)('%s has every code once and reads back what it stores', (_name, list) => {
  const codes = list.names.map((name) => list.code(name));
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes.map((code) => list.name(code))).toEqual(list.names);
});

it('the schema has no list beside them', () => {
  expect(enums).toHaveLength(codeLists.length);
  expect(() => lists.SEX.name('3')).toThrow(RangeError);
});
