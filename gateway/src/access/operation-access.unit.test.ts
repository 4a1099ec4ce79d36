import { collectAccessRules } from '@junxian/access';
import type { Principal } from '@junxian/identity';
import { principals } from '@junxian/test-kit';
import { buildASTSchema, getOperationAST, getVariableValues, parse, validate } from 'graphql';
import { subgraphDocument } from '../../testing/test-subgraph';
import { DIRECTORY_SDL, POVERTY_SDL } from '../../testing/two-services';
import { compileAccess } from './operation-access';

// The two services' types in one schema, as the supergraph has them.
const document = subgraphDocument(
  `${DIRECTORY_SDL}
   extend type Query { households(first: Int = 20): [Household!]! @access(roles: ["poverty-alleviation:OPERATOR"]) }
   ${POVERTY_SDL.slice(POVERTY_SDL.indexOf('type Household'), POVERTY_SDL.indexOf('type Region'))}
   extend type Region { households(first: Int = 5): [Household!] @access(roles: ["poverty-alleviation:OPERATOR"]) }`,
);
const schema = buildASTSchema(
  { ...document, definitions: document.definitions.filter(({ kind }) => kind !== 'SchemaExtension') },
  { assumeValidSDL: true },
);
const rules = collectAccessRules(document);

const officer = (...roles: string[]) =>
  principals.officer({ regionCode: '140200000000', regionLevel: 'CITY', roles });
const operator = officer('poverty-alleviation:OPERATOR');
const auditor = officer('directory:AUDITOR');
const plain = officer();
const maintainer = officer('directory:REGION_MAINTAINER');

function check(query: string, principal: Principal, variables: Record<string, unknown> = {}) {
  const parsed = parse(query);
  expect(validate(schema, parsed)).toEqual([]);
  const operation = getOperationAST(parsed)!;
  const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  expect(errors).toBeUndefined();
  const refused = compileAccess({ schema, rules, document: parsed, operation })(coerced!, principal);
  return refused === null ? 'allowed' : `${refused.refusal.code} ${refused.path.join('.')}`;
}

it.each<[string, Principal, string]>([
  ['{ version }', principals.anonymous(), 'allowed'],
  ['{ __typename version }', principals.anonymous(), 'allowed'],
  ['{ version region(code: "1") { code } }', principals.anonymous(), 'UNAUTHENTICATED region'],
  ['{ region(code: "1") { name } }', plain, 'allowed'],
  ['{ region(code: "1") { name secret } }', plain, 'FORBIDDEN region.secret'],
  ['{ region(code: "1") { name secret } }', auditor, 'allowed'],
  ['{ r: region(code: "1") { s: secret } }', plain, 'FORBIDDEN r.s'],
  [
    '{ region(code: "1") { children { children { secret } } } }',
    plain,
    'FORBIDDEN region.children.children.secret',
  ],
  ['{ region(code: "1") { households { id } } }', plain, 'FORBIDDEN region.households'],
  ['{ region(code: "1") { households { id region { name } } } }', operator, 'allowed'],
  // Fragments, one within another.
  [
    '{ region(code: "1") { ...A } } fragment A on Region { name ...B } fragment B on Region { secret }',
    plain,
    'FORBIDDEN region.secret',
  ],
  ['{ region(code: "1") { ... { ... on Region { secret } } } }', plain, 'FORBIDDEN region.secret'],
  // One fragment on two types of a union: decided for each.
  ['{ search(text: "x") { ... on Region { name } } }', plain, 'allowed'],
  ['{ search(text: "x") { ... on AuditEntry { name } } }', plain, 'FORBIDDEN search.name'],
  ['{ search(text: "x") { ... on Named { name } } }', plain, 'FORBIDDEN search.name'],
  ['{ search(text: "x") { ... on Named { name } } }', auditor, 'allowed'],
  [
    '{ search(text: "x") { ...N ... on Region { ...N } } } fragment N on Named { name }',
    plain,
    'FORBIDDEN search.name',
  ],
  ['{ search(text: "x") { ... on Region { ...N } } } fragment N on Named { name }', plain, 'allowed'],
  [
    '{ search(text: "x") { ... on Region { ...N } ...N } } fragment N on Named { name }',
    plain,
    'FORBIDDEN search.name',
  ],
  // The name of a type tells that something is there.
  ['{ households { __typename } }', plain, 'FORBIDDEN households'],
  ['{ search(text: "x") { __typename } }', plain, 'allowed'],
  ['{ search(text: "x") { ... on AuditEntry { __typename } } }', plain, 'FORBIDDEN search.__typename'],
  // The way to a service's entity goes through another's.
  [
    '{ auditLog(regionCode: "140202000000") { region { households { id } } } }',
    auditor,
    'FORBIDDEN auditLog.region.households',
  ],
])('%s', (query, principal, expected) => {
  expect(check(query, principal)).toBe(expected);
});

describe('arguments decide as the service will see them', () => {
  const literal = (code: string) => `{ auditLog(regionCode: "${code}") { id } }`;
  const variable = 'query ($code: ID) { auditLog(regionCode: $code) { id } }';
  const byDefault = (code: string) => `query ($code: ID = "${code}") { auditLog(regionCode: $code) { id } }`;

  it.each([
    ['140202000000', 'allowed'],
    ['140300000000', 'OUT_OF_REGION auditLog'],
    ['140000000000', 'OUT_OF_REGION auditLog'],
    ['1402', 'OUT_OF_REGION auditLog'],
    ['', 'OUT_OF_REGION auditLog'],
    // The city itself is the caller's own, but wider than a county.
    ['140200000000', 'SCOPE_TOO_WIDE auditLog'],
  ])('region %j: %s', (code, expected) => {
    expect(check(literal(code), auditor)).toBe(expected);
    expect(check(variable, auditor, { code })).toBe(expected);
    expect(check(byDefault(code), auditor)).toBe(expected);
    expect(check(byDefault('140202000000'), auditor, { code })).toBe(expected);
  });

  it('without the argument the caller’s own region counts', () => {
    expect(check(variable, auditor)).toBe('SCOPE_TOO_WIDE auditLog');
    expect(check(variable, auditor, { code: null })).toBe('SCOPE_TOO_WIDE auditLog');
    const county = principals.officer({
      regionCode: '140202000000',
      regionLevel: 'COUNTY',
      roles: ['directory:AUDITOR'],
    });
    expect(check(variable, county)).toBe('allowed');
  });

  it('reaches into input objects', () => {
    const inPlace = (code: string) =>
      `mutation { rename(input: { regionCode: "${code}", name: "x" }) { code } }`;
    const whole = 'mutation ($input: RenameInput!) { rename(input: $input) { code } }';
    const part = 'mutation ($code: ID!) { rename(input: { regionCode: $code, name: "x" }) { code } }';
    for (const [code, expected] of [
      ['140202000000', 'allowed'],
      ['370200000000', 'OUT_OF_REGION rename'],
    ] as const) {
      expect(check(inPlace(code), maintainer)).toBe(expected);
      expect(check(whole, maintainer, { input: { regionCode: code, name: 'x' } })).toBe(expected);
      expect(check(part, maintainer, { code })).toBe(expected);
    }
  });

  it('every alias of one field is decided by its own arguments', () => {
    expect(
      check(
        '{ a: auditLog(regionCode: "140202000000") { id } b: auditLog(regionCode: "370202000000") { id } }',
        auditor,
      ),
    ).toBe('OUT_OF_REGION b');
  });

  it('a reveal needs its role, however it is asked for', () => {
    const literal = '{ households { idNumber(reveal: true) } }';
    const variable = 'query ($reveal: Boolean = true) { households { idNumber(reveal: $reveal) } }';
    const revealer = officer('poverty-alleviation:OPERATOR', 'poverty-alleviation:REVEALER');
    expect(check('{ households { idNumber } }', operator)).toBe('allowed');
    expect(check(literal, operator)).toBe('FORBIDDEN households.idNumber');
    expect(check(variable, operator)).toBe('FORBIDDEN households.idNumber');
    expect(check(variable, operator, { reveal: false })).toBe('allowed');
    expect(check(literal, revealer)).toBe('allowed');
  });
});

describe('@skip and @include', () => {
  const QUERY = 'query ($show: Boolean = false) { region(code: "1") { name secret @include(if: $show) } }';

  it('switch a field off together with its rule', () => {
    expect(check(QUERY, plain)).toBe('allowed');
    expect(check(QUERY, plain, { show: true })).toBe('FORBIDDEN region.secret');
    expect(check('{ region(code: "1") { name secret @skip(if: true) } }', plain)).toBe('allowed');
    expect(check('{ region(code: "1") { name ... @skip(if: false) { secret } } }', plain)).toBe(
      'FORBIDDEN region.secret',
    );
  });

  it('switching one spread of a fragment off leaves the other', () => {
    const query = '{ region(code: "1") { ...S @skip(if: true) ...S } } fragment S on Region { secret }';
    expect(check(query, plain)).toBe('FORBIDDEN region.secret');
  });
});

it('what was compiled once decides for every caller and all variables anew', () => {
  const parsed = parse(
    'query ($code: ID, $show: Boolean!) { r: region(code: "1") { a: secret @include(if: $show) } auditLog(regionCode: $code) { id } s: region(code: "1") { secret } }',
  );
  const decide = compileAccess({ schema, rules, document: parsed, operation: getOperationAST(parsed)! });
  const answers = (
    [
      [auditor, '140202000000', true],
      [plain, '140202000000', true],
      [plain, '140202000000', false],
      [auditor, '370202000000', true],
      [auditor, '140202000000', false],
    ] as const
  ).map(([principal, code, show]) => {
    const refused = decide({ code, show }, principal);
    return refused && [refused.refusal.code, refused.path.join('.')];
  });
  expect(answers).toEqual([
    null,
    ['FORBIDDEN', 'r.a'],
    ['FORBIDDEN', 'auditLog'],
    ['OUT_OF_REGION', 'auditLog'],
    null,
  ]);
});

it('an account that must activate reaches only what says so', () => {
  const pending = { ...officer(), pending: true };
  expect(check('mutation { activate(name: "x") }', pending)).toBe('allowed');
  expect(check('{ region(code: "1") { name } }', pending)).toBe('ACTIVATION_REQUIRED region');
});

it('fragments that spread each other widely are decided once each', () => {
  const layers = Array.from(
    { length: 25 },
    (_, i) => `fragment F${i + 1} on Region { ...F${i} a${i}: name ...F${i} }`,
  );
  const query = `{ region(code: "1") { ...F25 } } ${layers.join(' ')} fragment F0 on Region { name }`;
  const parsed = parse(query);
  const operation = getOperationAST(parsed)!;
  const started = performance.now();
  expect(compileAccess({ schema, rules, document: parsed, operation })({}, plain)).toBeNull();
  expect(performance.now() - started).toBeLessThan(500);
});
