import { plainRequest } from './plain-request.rules';

const JSON_TYPE = { 'content-type': 'application/json' };
const BODY = { query: '{ a }' };
const read = (body: unknown, headers: Record<string, string> = {}, method = 'POST') =>
  plainRequest(method, { ...JSON_TYPE, ...headers }, body);

it.each([
  [BODY, undefined, undefined],
  [{ ...BODY, variables: { x: 1 }, operationName: 'A' }, 'A', { x: 1 }],
  [{ ...BODY, variables: null, operationName: null, extensions: null }, undefined, undefined],
  [{ ...BODY, extensions: { clientLibrary: { name: 'x' } }, more: 1 }, undefined, undefined],
])('%j', (body, operationName, variables) => {
  const contentType = 'application/json; charset=utf-8';
  expect(read(body)).toEqual({ query: '{ a }', operationName, variables, contentType });
});

it.each([
  'application/json',
  'application/json; charset=utf-8',
  'application/json;charset=UTF-8',
  'Application/JSON',
])('is of the type %s', (type) => expect(read(BODY, { 'content-type': type })).toBeDefined());

it.each([
  ['application/json', 'application/json; charset=utf-8'],
  ['*/*', 'application/json; charset=utf-8'],
  ['application/graphql-response+json', 'application/graphql-response+json; charset=utf-8'],
])('who accepts %s gets %s', (accept, contentType) =>
  expect(read(BODY, { accept })).toMatchObject({ contentType }),
);

it.each<[string, ReturnType<typeof read>]>([
  ['another method', read(BODY, {}, 'GET')],
  ['no type', plainRequest('POST', {}, BODY)],
  ['text', read(BODY, { 'content-type': 'text/plain' })],
  ['a form', read(BODY, { 'content-type': 'application/x-www-form-urlencoded' })],
  ['another type', read(BODY, { 'content-type': 'application/jsonx' })],
  ['another charset', read(BODY, { 'content-type': 'application/json; charset=latin1' })],
  ['something else accepted', read(BODY, { accept: 'text/html, */*;q=0.1' })],
  ['no body', read(undefined)],
  ['null', read(null)],
  ['a text', read('{ a }')],
  ['a batch', read([BODY])],
  ['no query', read({})],
  ['an empty query', read({ query: '' })],
  ['a query that is none', read({ query: { kind: 'Document' } })],
  ['a name that is none', read({ ...BODY, operationName: 1 })],
  ['variables as text', read({ ...BODY, variables: '{}' })],
  ['a list of variables', read({ ...BODY, variables: [] })],
  ['extensions as text', read({ ...BODY, extensions: '{}' })],
  ['a list of extensions', read({ ...BODY, extensions: [] })],
  ['a persisted query', read({ ...BODY, extensions: { persistedQuery: { version: 1 } } })],
  ['a persisted query that is none', read({ ...BODY, extensions: { persistedQuery: null } })],
])('%s is for Apollo Server', (_what, request) => expect(request).toBeUndefined());
