import { buildSchema, getOperationAST, parse } from 'graphql';
import { ValidOperations } from './valid-operations';

const schema = buildSchema('type Query { a: Int }');
const TEXTS = [
  '{ a }',
  'query A { a }',
  'query A { a } query B { ...F } fragment F on Query { a }',
  'fragment F on Query { a }',
];

const known = new ValidOperations();
for (const source of TEXTS)
  known.remember({ schema, document: parse(source), queryHash: `hash of ${source}`, source });

describe.each(TEXTS)('%s', (source) => {
  it.each([undefined, '', 'A', 'B', 'C'])('operation %j: the one that graphql-js means', (name) => {
    const found = known.find(source, name);
    const meant = getOperationAST(found?.document ?? parse(source, { noLocation: true }), name);
    expect(found?.operation ?? null).toBe(found === undefined ? meant : meant!);
    if (found !== undefined) expect(found).toMatchObject({ source, queryHash: `hash of ${source}` });
  });
});

it('knows nothing of any other text', () => {
  for (const text of ['{ a}', ' { a }', 'query', 'A', ''])
    for (const name of [undefined, 'A', 'query']) expect(known.find(text, name)).toBeUndefined();
});
