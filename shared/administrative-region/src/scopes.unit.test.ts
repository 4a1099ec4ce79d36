import { rule } from '@junxian/test-kit';
import fc from 'fast-check';
import { isWiderOrEqual, levelDepth, parseRegionLevel, REGION_LEVELS, type RegionLevel } from './levels';
import { applyMoves, isWithin, type RegionMove, scopeRange } from './scopes';

describe('levels', () => {
  it('are ordered from the nation to the village', () => {
    expect(REGION_LEVELS.map(levelDepth)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(isWiderOrEqual('PROVINCE', 'CITY')).toBe(true);
    expect(isWiderOrEqual('CITY', 'CITY')).toBe(true);
    expect(isWiderOrEqual('VILLAGE', 'CITY')).toBe(false);
  });

  it('are read from text, unknown ones refused', () => {
    expect(parseRegionLevel('COUNTY')).toBe('COUNTY');
    expect(() => parseRegionLevel('county')).toThrow('INVALID_REGION_LEVEL');
  });
});

describe('scopes', () => {
  rule('DI-REG-04', 'the first N digits by the stored level: Linfen never holds Lüliang', () => {
    const linfen = scopeRange('141000000000', 'CITY');
    expect(linfen).toEqual({ low: '1410', high: '1411' });
    expect(isWithin('141002000000', linfen)).toBe(true);
    expect(isWithin('14108110120103', linfen)).toBe(true);
    expect(isWithin('141100000000', linfen)).toBe(false);
    expect(isWithin('141102000000', linfen)).toBe(false);
    expect(isWithin('140000000000', linfen)).toBe(false);
    const cases: [string, RegionLevel, string, string][] = [
      ['000000000000', 'NATION', '0', ':'],
      ['140000000000', 'PROVINCE', '14', '15'],
      ['190000000000', 'PROVINCE', '19', '1:'],
      ['990000000000', 'PROVINCE', '99', '9:'],
      ['140200000000', 'CITY', '1402', '1403'],
      ['140215000000', 'COUNTY', '140215', '140216'],
      ['441900003000', 'TOWNSHIP', '441900003', '441900004'],
      ['140215101209', 'VILLAGE', '140215101209', '14021510120:'],
    ];
    for (const [code, level, low, high] of cases) expect(scopeRange(code, level)).toEqual({ low, high });
  });

  it('hold exactly the codes that share the digits of the level', () => {
    const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
    const own = { NATION: 0, PROVINCE: 2, CITY: 4, COUNTY: 6, TOWNSHIP: 9, VILLAGE: 12 };
    fc.assert(
      fc.property(
        digits(12),
        fc.constantFrom(...REGION_LEVELS),
        fc.oneof(digits(12), digits(14)),
        fc.nat(12),
        (scope, level, code, shared) => {
          const other = scope.slice(0, shared) + code.slice(shared);
          const n = own[level];
          expect(isWithin(other, scopeRange(scope, level))).toBe(other.slice(0, n) === scope.slice(0, n));
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('moves', () => {
  const county: RegionMove = { from: '140227000000', to: '140215000000', level: 'COUNTY' };
  const township: RegionMove = { from: '140227101000', to: '140215105000', level: 'TOWNSHIP' };
  const village: RegionMove = { from: '140227101201', to: '140215100250', level: 'VILLAGE' };
  const settlement: RegionMove = { from: '14022710120102', to: '14021510025009', level: 'VILLAGE' };

  it.each([
    ['a county itself', '140227000000', [county], '140215000000'],
    ['a township of it', '140227101000', [county], '140215101000'],
    ['a village of it', '140227101201', [county], '140215101201'],
    ['a natural village of it', '14022710120101', [county], '14021510120101'],
    ['its city, which stays', '140200000000', [county], '140200000000'],
    ['a neighbour, which stays', '140228000000', [county], '140228000000'],
    ['the narrower move first', '140227101202', [county, township], '140215105202'],
    ['in whatever order', '140227101202', [township, county], '140215105202'],
    ['one village apart', '140227101201', [county, township, village], '140215100250'],
    ['with its natural villages', '14022710120101', [county, township, village], '14021510025001'],
    ['one natural village apart', '14022710120102', [village, settlement, county], '14021510025009'],
    ['a settlement alone leaves its village', '140227101201', [settlement], '140227101201'],
    [
      'all at once, never twice',
      '140227000000',
      [county, { ...county, from: county.to, to: '140299000000' }],
      '140215000000',
    ],
    [
      'a county that becomes a city',
      '469003100000',
      [{ from: '469003000000', to: '460400000000', level: 'COUNTY' as const }],
      '460400100000',
    ],
  ])('carry %s', (_, code, moves, expected) => {
    expect(applyMoves(code, moves)).toBe(expected);
  });
});
