import { getOperationAST, parse } from 'graphql';
import { asksServices } from './introspection';

it.each<[string, boolean]>([
  ['{ __typename }', false],
  ['{ __schema { types { name fields { name } } } a: __typename }', false],
  ['{ ... on Query { ...Part } } fragment Part on Query { __type(name: "A") { name } }', false],
  ['{ __typename region }', true],
  ['query ($no: Boolean!) { region @include(if: $no) __typename }', true],
  ['{ ... on Query { ...Part } } fragment Part on Query { __typename ... { region } }', true],
  ['{ __typename } fragment Unused on Query { region }', false],
  ['mutation { __typename }', false],
])('%s asks services: %p', (text, asks) => {
  const document = parse(text);
  expect(asksServices(document, getOperationAST(document)!)).toBe(asks);
});
