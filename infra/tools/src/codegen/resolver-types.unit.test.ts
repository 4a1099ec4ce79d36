import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { accessTypeDefs } from '@junxian/access';
import ts from 'typescript';
import { root } from '../workspace';

const schema = `${accessTypeDefs}
  scalar Date
  scalar DateTime
  type Query { region(code: ID!, asOf: Date): Region @access }
  "One region"
  type Region @key(fields: "code") @access { code: ID! level: RegionLevel! changedAt: DateTime! children(first: Int = 20): [Region!]! }
`;
const settings = { mappers: { Region: '../regions/region.view#RegionView' } };

/** In a process of its own, as the tool runs: the generator's own dependencies are ES modules, which jest cannot load. */
function generate(sdl: string, service: object): string {
  const program = `
    const { parse } = require('graphql');
    const { resolverTypes } = require('./infra/tools/src/codegen/resolver-types.ts');
    const { sdl, service } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
    resolverTypes(parse(sdl), service).then((text) => process.stdout.write(text));`;
  const args = ['-r', join(root, 'infra/tools/register.cjs'), '-e', program];
  const options = { cwd: root, encoding: 'utf8', input: JSON.stringify({ sdl, service }) } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

let text: string;
beforeAll(() => {
  text = generate(schema, settings);
});

it('types the context, the parents and the entity references', () => {
  expect(text).toContain("import type { Context } from '../context'");
  expect(text).toContain("import type { RegionView } from '../regions/region.view'");
  expect(text).toMatch(/__resolveReference\?: ReferenceResolver</);
});

it('types scalars and enums as resolvers see them', () => {
  expect(text).toMatch(/export type RegionLevel =\n(.*\n)?\s+\| 'NATION'/);
  expect(text).toContain('Date: { input: string; output: string; }');
  expect(text).toContain('DateTime: { input: Date; output: Date | string; }');
});

it('is TypeScript without syntax errors and the same each time', () => {
  const { diagnostics } = ts.transpileModule(text, { reportDiagnostics: true });
  expect(diagnostics).toEqual([]);
  expect(generate(schema, settings)).toBe(text);
});

it('refuses a schema that names an unknown type', () => {
  expect(() => generate('type Query { lost: Nowhere }', {})).toThrow('Nowhere');
});
