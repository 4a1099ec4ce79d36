import { isRefusal } from '@junxian/errors';
import { rule } from '@junxian/test-kit';
import {
  ancestorsByCode,
  checkRegionCode,
  isNaturalVillageCode,
  isRegionCode,
  levelOfCode,
  villageOfNaturalVillage,
} from './codes';
import type { RegionLevel } from './levels';

const SHANXI = { code: '140000000000', level: 'PROVINCE' } as const;
const DATONG = { code: '140200000000', level: 'CITY' } as const;
const YUNZHOU = { code: '140215000000', level: 'COUNTY' } as const;
const DONGGUAN = { code: '441900000000', level: 'CITY' } as const;

function refusedField(act: () => void): string | undefined {
  try {
    act();
  } catch (error) {
    if (isRefusal(error) && error.code === 'INVALID_REGION_CODE') return error.field;
    throw error;
  }
  return undefined;
}

describe('region codes', () => {
  const good: [string, RegionLevel, { code: string; level: RegionLevel } | undefined][] = [
    ['000000000000', 'NATION', undefined],
    ['140000000000', 'PROVINCE', { code: '000000000000', level: 'NATION' }],
    ['140200000000', 'CITY', SHANXI],
    ['141000000000', 'CITY', SHANXI],
    ['140215000000', 'COUNTY', DATONG],
    ['140215101000', 'TOWNSHIP', YUNZHOU],
    ['140215101201', 'VILLAGE', { code: '140215101000', level: 'TOWNSHIP' }],
  ];
  const bad: [string, string, RegionLevel, { code: string; level: RegionLevel } | undefined, string][] = [
    ['11 digits', '14021500000', 'COUNTY', undefined, 'code'],
    ['13 digits', '1402150000000', 'COUNTY', undefined, 'code'],
    ['letters', '1402X5000000', 'COUNTY', undefined, 'code'],
    ['full-width digits', '１４０２１５００００００', 'COUNTY', undefined, 'code'],
    ['a township part at level COUNTY', '140215101000', 'COUNTY', undefined, 'code'],
    ['a village part at level TOWNSHIP', '140215101201', 'TOWNSHIP', undefined, 'code'],
    ['a wider code under a narrow level', '140200000000', 'COUNTY', undefined, 'code'],
    ["another city's prefix", '140315000000', 'COUNTY', DATONG, 'code'],
    ['a parent of the same level', '140200000000', 'CITY', DATONG, 'parentCode'],
    ['a parent of a narrower level', '140200000000', 'CITY', YUNZHOU, 'parentCode'],
    ['a parent whose code is bad', '140215000000', 'COUNTY', { code: '1402', level: 'CITY' }, 'parentCode'],
  ];

  rule('DI-REG-01', '12 digits, zeros after the level, the prefix of the parent', () => {
    for (const [code, level, parent] of good)
      expect(() => checkRegionCode(code, level, parent)).not.toThrow();
    for (const [what, code, level, parent, field] of bad) {
      expect([what, refusedField(() => checkRegionCode(code, level, parent))]).toEqual([what, field]);
    }
  });

  rule('DI-REG-01', 'malformed codes and an unfit parent are rejected', () => {
    expect(refusedField(() => checkRegionCode('14021500000', 'COUNTY', DATONG))).toBe('code');
    expect(refusedField(() => checkRegionCode('14021A000000', 'COUNTY', DATONG))).toBe('code');
    expect(refusedField(() => checkRegionCode('140215101000', 'COUNTY', DATONG))).toBe('code');
    expect(refusedField(() => checkRegionCode('150215000000', 'COUNTY', DATONG))).toBe('code');
  });

  rule('DI-REG-03', 'a township may have a city as its parent; the missing level stays zero', () => {
    expect(() => checkRegionCode('441900003000', 'TOWNSHIP', DONGGUAN)).not.toThrow();
    expect(refusedField(() => checkRegionCode('441901003000', 'TOWNSHIP', DONGGUAN))).toBe('code');
  });

  rule(
    'DI-REG-03',
    '441900003000 under 441900000000 is accepted, with three entries below the nation',
    () => {
      expect(() => checkRegionCode('441900003000', 'TOWNSHIP', DONGGUAN)).not.toThrow();
      expect(ancestorsByCode('441900003000').slice(1)).toEqual([
        '440000000000',
        '441900000000',
        '441900003000',
      ]);
    },
  );

  it('names the field at fault as the caller calls it', () => {
    expect(refusedField(() => checkRegionCode('1', 'CITY', undefined, 'input.to[0].code'))).toBe(
      'input.to[0].code',
    );
  });

  it.each([
    ['000000000000', 'NATION'],
    ['140000000000', 'PROVINCE'],
    ['141000000000', 'CITY'],
    ['140215000000', 'COUNTY'],
    ['441900003000', 'TOWNSHIP'],
    ['441900003001', 'VILLAGE'],
    ['140215100200', 'VILLAGE'],
  ])('reads %s as %s', (code, level) => {
    expect(levelOfCode(code)).toBe(level);
  });

  it('refuses to read a level from anything but a code', () => {
    expect(() => levelOfCode('1402')).toThrow('INVALID_REGION_CODE');
    expect(isRegionCode('140215000000')).toBe(true);
    expect(isRegionCode(' 40215000000')).toBe(false);
    expect(isRegionCode('140215000000\n')).toBe(false);
  });

  it('lists ancestors from the nation to the code itself', () => {
    expect(ancestorsByCode('000000000000')).toEqual(['000000000000']);
    expect(ancestorsByCode('140215101201')).toEqual([
      '000000000000',
      '140000000000',
      '140200000000',
      '140215000000',
      '140215101000',
      '140215101201',
    ]);
  });

  it('tells natural villages by 14 digits under a village', () => {
    expect(isNaturalVillageCode('14021510120101')).toBe(true);
    expect(isNaturalVillageCode('14021510120100')).toBe(false);
    expect(isNaturalVillageCode('14021510100001')).toBe(false);
    expect(isNaturalVillageCode('140215101201')).toBe(false);
    expect(villageOfNaturalVillage('14021510120101')).toBe('140215101201');
    expect(() => villageOfNaturalVillage('140215101201')).toThrow('INVALID_NATURAL_VILLAGE_CODE');
  });
});
