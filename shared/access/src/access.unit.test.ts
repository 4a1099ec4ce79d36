import { principals } from '@junxian/test-kit';
import { parse } from 'graphql';
import { collectAccessRules, decideField, missingAccess } from './access-rules-of-schema';
import { MASKS, maskValue } from './mask.rules';

const document = parse(/* GraphQL */ `
  type Query {
    none: String
    citizens: String @access(roles: ["public:CITIZEN"])
    officers: String @access
    everybody: String @access(citizens: true)
    provinceOnly: String @access(roles: ["a:ADMIN"], operatorLevel: PROVINCE)
    deep(input: Input): String @access(region: "input.place.code")
  }
  type Thing @key(fields: "id") { id: ID! }
  type Good @key(fields: "id") @access { id: ID! own: Int @access(roles: ["a:ADMIN"]) }
  type Stored @join__type(graph: A, key: "id") { id: ID! }
  type Plain { x: Int }
  extend type Mutation { late: Int }
`);
const rules = collectAccessRules(document);
const officer = (over: object = {}) =>
  principals.officer({ regionCode: '140000000000', regionLevel: 'PROVINCE', roles: ['a:ADMIN'], ...over });
const citizen = principals.officer({
  regionCode: '140000000000',
  regionLevel: 'PROVINCE',
  kind: 'CITIZEN',
  roles: ['public:CITIZEN'],
});

describe('access decisions', () => {
  it.each([
    ['a root field without a rule is refused to everyone', 'Query', 'none', officer(), {}, 'FORBIDDEN'],
    ['a citizen is no officer', 'Query', 'officers', citizen, {}, 'FORBIDDEN'],
    ['a citizen where citizens are let in', 'Query', 'everybody', citizen, {}, undefined],
    ['an officer there as well', 'Query', 'everybody', officer(), {}, undefined],
    ['the anonymous not', 'Query', 'everybody', principals.anonymous(), {}, 'UNAUTHENTICATED'],
    ['a citizen where citizens are named', 'Query', 'citizens', citizen, {}, undefined],
    ['a service counts as an officer', 'Query', 'officers', principals.service('x'), {}, undefined],
    ['operator level: the province itself', 'Query', 'provinceOnly', officer(), {}, undefined],
    [
      'operator level: the nation is wider',
      'Query',
      'provinceOnly',
      officer({ regionLevel: 'NATION', regionCode: '000000000000' }),
      {},
      undefined,
    ],
    [
      'operator level: a city is too narrow',
      'Query',
      'provinceOnly',
      officer({ regionLevel: 'CITY' }),
      {},
      'FORBIDDEN',
    ],
    [
      'operator level: an account without a region',
      'Query',
      'provinceOnly',
      officer({ regionLevel: null, regionCode: null }),
      {},
      'FORBIDDEN',
    ],
    [
      'a nested argument inside',
      'Query',
      'deep',
      officer(),
      { input: { place: { code: '140100000000' } } },
      undefined,
    ],
    [
      'a nested argument outside',
      'Query',
      'deep',
      officer(),
      { input: { place: { code: '370100000000' } } },
      'OUT_OF_REGION',
    ],
    [
      'a nested argument that is no code',
      'Query',
      'deep',
      officer(),
      { input: { place: { code: '14%' } } },
      'OUT_OF_REGION',
    ],
    ['a nested argument left out', 'Query', 'deep', officer(), {}, undefined],
    [
      'no prefix trick: 1410 is not within 1411',
      'Query',
      'deep',
      officer({ regionCode: '141100000000', regionLevel: 'CITY' }),
      { input: { place: { code: '141000000000' } } },
      'OUT_OF_REGION',
    ],
    ['type rule', 'Good', 'id', officer({ roles: [] }), {}, undefined],
    ['field rule before type rule', 'Good', 'own', officer({ roles: [] }), {}, 'FORBIDDEN'],
    ['a plain type inherits', 'Plain', 'x', principals.anonymous(), {}, undefined],
  ])('%s', (_title, type, field, principal, args, code) => {
    expect(decideField(rules, type, field, principal, args)?.code).toBe(code);
  });

  it('lists what declares no @access', () => {
    expect(missingAccess(document)).toEqual(['Mutation.late', 'Query.none', 'Stored', 'Thing']);
  });

  it('refuses a misshapen directive', () => {
    expect(() => collectAccessRules(parse('type Query { a: Int @access(minRegionLevel: STREET) }'))).toThrow(
      'STREET',
    );
    expect(() => collectAccessRules(parse('type Query { a: Int @masked(as: SHOE_SIZE) }'))).toThrow(
      'SHOE_SIZE',
    );
  });
});

describe('masks', () => {
  it.each([
    ['ID_NUMBER', '140215199003074518', '140215************'],
    ['ID_NUMBER', '12345678901234', '**************'],
    ['PHONE', '13812345678', '138****5678'],
    ['PHONE', '5551234', '*******'],
    ['BANK_ACCOUNT', '6222020200112233445', '***************3445'],
    ['NAME', '张伟', '张*'],
    ['NAME', '欧阳修文', '欧***'],
    ['NAME', '王', '王*'],
  ] as const)('%s %s → %s', (mask, value, shown) => expect(maskValue(mask, value)).toBe(shown));

  it.each(MASKS)('%s never shows a value whole', (mask) => {
    for (const value of ['1', '1234567', '12345678901', '140215199003074518'])
      expect(maskValue(mask, value)).not.toBe(value);
  });
});
