import { rule } from '@junxian/test-kit';
import {
  checkAdminPrefix,
  checkContactName,
  checkContactPhone,
  checkConversion,
  checkCreditCode,
  checkHeadcount,
  checkSealName,
  isConverted,
} from './organisation.rules';

const refusal = (code: string, field: string) => expect.objectContaining({ name: 'Refusal', code, field });

describe('the seal name', () => {
  rule('DI-ORG-01', 'loses blanks of every width before it is compared', () => {
    const variants = [
      '大同市 民政局',
      '　大同市民政局',
      '大同市\u00A0民政局\t',
      '大同市\u200B民政局\n',
      '大同市民政局\uFEFF',
    ];
    expect(new Set(variants.map((name) => checkSealName(name)))).toEqual(new Set(['大同市民政局']));
  });

  rule('DI-ORG-01', 'keeps every other character: an added or missing one is another name', () => {
    expect(checkSealName('二○一厂（本部）')).toBe('二○一厂（本部）');
    expect(checkSealName('大同市民政局办公室')).not.toBe(checkSealName('大同市民政局'));
    expect(checkSealName('𠮷县·示范“站”—1')).toBe('𠮷县·示范“站”—1');
  });

  it.each(['', ' 　', '局', 'a<b>', '甲+乙', '甲\u0000乙', '甲'.repeat(101), '民政局😀'])(
    'is refused: %j',
    (name) => {
      expect(() => checkSealName(name)).toThrow(refusal('INVALID_SEAL_NAME', 'sealName'));
    },
  );
});

describe('the other facts', () => {
  it('are normalised; blank is none', () => {
    expect(checkCreditCode('')).toBeNull();
    expect(checkCreditCode('91350100m000100y43')).toBe('91350100M000100Y43');
    expect(checkHeadcount(null)).toBeNull();
    expect(checkHeadcount(0)).toBe(0);
    expect(checkContactName('　 ')).toBeNull();
    expect(checkContactName(' 张伟 ')).toBe('张伟');
    expect(checkContactPhone('')).toBeNull();
    expect(checkAdminPrefix('tys')).toBe('tys');
    expect(checkAdminPrefix('')).toBeNull();
  });

  it.each([
    ['138 0013 8000', '13800138000'],
    ['０３５２－5123456', '0352-5123456'],
    ['010-51234567-8001', '010-51234567-8001'],
    ['035151234567', '035151234567'],
  ])('a telephone %s is kept as %s', (given, kept) => {
    expect(checkContactPhone(given)).toBe(kept);
  });

  it.each(['110', '12345678901', '1380013800', '0352', '138001380001', 'abc', '0352-0123456'])(
    'a telephone is refused: %s',
    (phone) => {
      expect(() => checkContactPhone(phone)).toThrow(refusal('INVALID_PHONE', 'contactPhone'));
    },
  );

  it.each([-1, 1.5, Number.NaN, 10_000_001])('a headcount is refused: %d', (headcount) => {
    expect(() => checkHeadcount(headcount)).toThrow(refusal('INVALID_INPUT', 'headcount'));
  });

  it('a credit code with a wrong check character is refused', () => {
    expect(() => checkCreditCode('91350100M000100Y44')).toThrow(
      refusal('INVALID_CREDIT_CODE', 'unifiedSocialCreditCode'),
    );
  });

  it.each(['张伟13800138000', '王'.repeat(31)])('a contact name is refused: %s', (name) => {
    expect(() => checkContactName(name)).toThrow(refusal('INVALID_INPUT', 'contactName'));
  });

  it.each(['TYS', 'ty1', 'ty-s', 'a'.repeat(21)])('a prefix is refused: %s', (prefix) => {
    expect(() => checkAdminPrefix(prefix)).toThrow(refusal('INVALID_ADMIN_PREFIX', 'adminPrefix'));
  });
});

describe('conversion to an enterprise', () => {
  rule('DI-ORG-03', 'counts from the conversion date on, not a day earlier', () => {
    expect(isConverted('2020-06-01', '2020-05-31')).toBe(false);
    expect(isConverted('2020-06-01', '2020-06-01')).toBe(true);
    expect(isConverted('2020-06-01', '2021-01-01')).toBe(true);
    expect(isConverted(null, '2021-01-01')).toBe(false);
  });

  it.each([
    ['NOT_A_UNIT', { kind: 'PARTY', convertedToEnterpriseOn: null }, '2020-01-01'],
    ['ALREADY_CONVERTED', { kind: 'UNIT', convertedToEnterpriseOn: '2019-01-01' }, '2020-01-01'],
    ['CONVERSION_IN_FUTURE', { kind: 'UNIT', convertedToEnterpriseOn: null }, '2020-01-02'],
  ] as const)('is refused: %s', (code, organisation, convertedOn) => {
    expect(() => checkConversion(organisation, convertedOn, '2020-01-01')).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it('is allowed on the day itself', () => {
    expect(
      checkConversion({ kind: 'UNIT', convertedToEnterpriseOn: null }, '2020-01-01', '2020-01-01'),
    ).toBeUndefined();
  });
});
