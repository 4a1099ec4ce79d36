import { buildSchema, getVariableValues, type OperationDefinitionNode, parse } from 'graphql';
import { sampleVariables } from './sample-variables.rules';

const schema = buildSchema(`
  enum Level { CITY COUNTY }
  scalar Day
  input Inner { level: Level! day: Day! size: Int! = 3 note: String }
  input Outer { inner: Inner! list: [Inner!]! }
  input One @oneOf { a: Int b: String }
  type Query { a: Int b: Float c: ID }
`);

it.each([
  [
    'query ($a: Int!, $b: Float!, $c: Boolean!, $d: String!, $e: ID!, $f: [Int!]!, $g: Level!, $h: Day!) { a }',
  ],
  ['query ($a: Outer!, $b: One!, $c: Int, $d: Int! = 4) { a }'],
  ['query { a }'],
])('values that %s takes', (text) => {
  const operation = parse(text).definitions[0] as OperationDefinitionNode;
  const variables = sampleVariables(schema, operation);
  expect(getVariableValues(schema, operation.variableDefinitions ?? [], variables).errors).toBeUndefined();
});
