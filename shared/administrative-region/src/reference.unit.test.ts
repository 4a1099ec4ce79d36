import { rule } from '@junxian/test-kit';
import { ancestorsByCode, checkRegionCode, levelOfCode } from './codes';
import { type RegionLevel } from './levels';
import { referenceRegions, streamReferenceRegions } from './reference';

/** 665,000 rows take seconds, and a busy machine its time. */
const WHOLE_FILE = 180_000;

describe('the national file', () => {
  it('is in memory in about a second', () => {
    const started = performance.now();
    const reference = referenceRegions();
    expect(performance.now() - started).toBeLessThan(3000);
    expect(reference.size).toBe(665_272);
    expect(reference.levelOf('000000000000')).toBe('NATION');
    expect(reference.levelOf('140215000000')).toBe('COUNTY');
    expect(reference.has('140215000000')).toBe(true);
    expect(reference.has('140227000000')).toBe(false);
    expect(reference.levelOf('14021500000')).toBeNull();
    expect(referenceRegions()).toBe(reference);
  });

  rule(
    ['DI-REG-01', 'DI-REG-03'],
    'every row of the country has a code that fits its level and its parent',
    async () => {
      const levels = new Map<string, RegionLevel>();
      const perLevel: Partial<Record<RegionLevel, number>> = {};
      const children = new Map<string, string[]>();
      let last = '';
      for await (const region of streamReferenceRegions()) {
        const parent = region.parentCode;
        if (parent === null) checkRegionCode(region.code, region.level);
        else checkRegionCode(region.code, region.level, { code: parent, level: levels.get(parent)! });
        if (levelOfCode(region.code) !== region.level)
          throw new Error(`${region.code} is no ${region.level}`);
        if (region.code <= last || region.name === '')
          throw new Error(`${region.code} is out of order or nameless`);
        if (referenceRegions().levelOf(region.code) !== region.level)
          throw new Error(`${region.code} is not found`);
        if (!/^[a-z0-9]+$/.test(region.initials))
          throw new Error(`${region.code} has initials ${region.initials}`);
        if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), region.code]);
        last = region.code;
        levels.set(region.code, region.level);
        perLevel[region.level] = (perLevel[region.level] ?? 0) + 1;
      }
      expect(perLevel).toEqual({
        NATION: 1,
        PROVINCE: 31,
        CITY: 342,
        COUNTY: 2975,
        TOWNSHIP: 41351,
        VILLAGE: 620572,
      });
      for (const [parent, expected] of children) {
        if (referenceRegions().childrenOf(parent).join() !== expected.join())
          throw new Error(`${parent} has other children`);
      }
      expect(referenceRegions().childrenOf('140215100001')).toEqual([]);
      expect(referenceRegions().childrenOf('990000000000')).toEqual([]);
    },
    WHOLE_FILE,
  );

  rule(
    'DI-REG-03',
    'a township of Dongguan hangs on the city itself',
    async () => {
      const found: Record<string, unknown> = {};
      for await (const region of streamReferenceRegions()) {
        if (region.code >= '441900004000') break;
        if (['140215000000', '110100000000', '441900003000'].includes(region.code))
          found[region.code] = region;
      }
      expect(found['441900003000']).toMatchObject({ level: 'TOWNSHIP', parentCode: '441900000000' });
      expect(ancestorsByCode('441900003000').slice(1)).toHaveLength(3);
      expect(found['110100000000']).toMatchObject({ name: '市辖区', isPlaceholder: true });
      expect(found['140215000000']).toEqual({
        code: '140215000000',
        name: '云州区',
        level: 'COUNTY',
        parentCode: '140200000000',
        isPlaceholder: false,
        initials: 'yzq',
      });
    },
    WHOLE_FILE,
  );
});
