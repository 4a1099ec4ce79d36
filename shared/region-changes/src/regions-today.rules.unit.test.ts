import { ancestorsByCode, type RegionLevel } from '@junxian/administrative-region';
import { childrenToday, type KnownRegionChange, levelToday, vacatedRanges } from './regions-today.rules';

const file: Record<string, RegionLevel> = {
  '140215000000': 'COUNTY',
  '140215100000': 'TOWNSHIP',
  '140215100200': 'VILLAGE',
  '140215100201': 'VILLAGE',
  '140215100202': 'VILLAGE',
};
const reference = { levelOf: (code: string) => file[code] ?? null };
const change = (kind: KnownRegionChange['kind'], given: Partial<KnownRegionChange>): KnownRegionChange => ({
  kind,
  from: [],
  to: [],
  moves: [],
  ...given,
});
const recode = (from: string, to: string, level: RegionLevel) =>
  change('RECODE', { from: [from], to: [to], moves: [{ from, to, level }] });
const valid = (code: string, ...changes: KnownRegionChange[]) =>
  levelToday(code, reference, changes) === 'VILLAGE';

it('only an administrative village of the national file is one', () => {
  expect(valid('140215100200')).toBe(true);
  for (const code of ['140215100000', '140215000000', '140215100999', '', '14021510020001']) {
    expect(valid(code)).toBe(false);
  }
});

it('a re-coded village is valid under its new code only, however many changes later', () => {
  const county = recode('140215000000', '140299000000', 'COUNTY');
  expect(valid('140215100200', county)).toBe(false);
  expect(valid('140299100200', county)).toBe(true);
  expect(valid('140299100999', county)).toBe(false);
  const township = recode('140299100000', '140298100000', 'TOWNSHIP');
  expect(valid('140299100200', county, township)).toBe(false);
  expect(valid('140298100200', county, township)).toBe(true);
});

describe('each kind of change', () => {
  it('codes that are swapped stay valid both', () => {
    const swap = change('RECODE', {
      moves: [
        { from: '140215100200', to: '140215100201', level: 'VILLAGE' },
        { from: '140215100201', to: '140215100200', level: 'VILLAGE' },
      ],
    });
    expect([valid('140215100200', swap), valid('140215100201', swap)]).toEqual([true, true]);
  });

  it('a merger leaves the successor', () => {
    const merge = change('MERGE', {
      from: ['140215100200', '140215100201'],
      to: ['140215100300'],
      moves: [
        { from: '140215100200', to: '140215100300', level: 'VILLAGE' },
        { from: '140215100201', to: '140215100300', level: 'VILLAGE' },
      ],
    });
    expect(['140215100200', '140215100201', '140215100300'].map((code) => valid(code, merge))).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('a created village is valid, a created township is none', () => {
    const create = change('CREATE', { to: ['140215100300', '140215200000'] });
    expect(valid('140215100300', create)).toBe(true);
    expect(valid('140215200000', create)).toBe(false);
  });

  it('what is abolished is gone until it is created again', () => {
    const abolish = change('ABOLISH', { from: ['140215100000'] });
    expect(valid('140215100200', abolish)).toBe(false);
    expect(valid('140215100200', abolish, change('CREATE', { to: ['140215100200'] }))).toBe(true);
  });

  it('a split leaves its successors; the old code only where it is one of them', () => {
    const parts = change('SPLIT', { from: ['140215100200'], to: ['140215100300', '140215100301'] });
    expect(['140215100200', '140215100300', '140215100301'].map((code) => valid(code, parts))).toEqual([
      false,
      true,
      true,
    ]);
    const off = change('SPLIT', { from: ['140215100200'], to: ['140215100200', '140215100301'] });
    expect(valid('140215100200', off)).toBe(true);
    expect(vacatedRanges(off)).toEqual([]);
  });

  it('a new name changes no code', () => {
    const rename = change('RENAME', { from: ['140215100200'], to: ['140215100200'] });
    expect(valid('140215100200', rename)).toBe(true);
  });
});

describe('regions of any level', () => {
  const level = (code: string, ...changes: KnownRegionChange[]) => levelToday(code, reference, changes);

  it.each([
    ['of the file', '140215000000', 'COUNTY'],
    ['no region', '140216000000', null],
    ['no code', '1402150000', null],
  ])('%s', (_, code, expected) => {
    expect(level(code)).toBe(expected);
  });

  it('keep their level under a new code, with all that lies in them', () => {
    const county = recode('140215000000', '140299000000', 'COUNTY');
    expect(
      ['140299000000', '140299100000', '140299100200', '140215000000'].map((code) => level(code, county)),
    ).toEqual(['COUNTY', 'TOWNSHIP', 'VILLAGE', null]);
  });

  it('that are created have the level their code shows', () => {
    const create = change('CREATE', { to: ['140217000000', '140217100000'] });
    expect(['140217000000', '140217100000'].map((code) => level(code, create))).toEqual([
      'COUNTY',
      'TOWNSHIP',
    ]);
  });

  it('stay where something narrower moves away', () => {
    const village = recode('140215100200', '140215200200', 'VILLAGE');
    expect(['140215000000', '140215100000'].map((code) => level(code, village))).toEqual([
      'COUNTY',
      'TOWNSHIP',
    ]);
  });
});

describe('what lies in a region into which another is merged', () => {
  const villages = {
    '140215100200': 'VILLAGE',
    '140215200300': 'VILLAGE',
  } as Record<string, RegionLevel>;
  const level = (code: string, ...changes: KnownRegionChange[]) =>
    levelToday(code, { levelOf: (one) => villages[one] ?? null }, changes);
  const merge = (from: string[], to: string) =>
    change('MERGE', { from, to: [to], moves: from.map((one) => ({ from: one, to, level: 'TOWNSHIP' })) });

  it('stands, though nothing like it stood in the other', () => {
    const into = merge(['140215200000'], '140215100000');
    expect(
      ['140215100200', '140215100300', '140215200300', '140215100400'].map((code) => level(code, into)),
    ).toEqual(['VILLAGE', 'VILLAGE', null, null]);
  });

  it('comes from any of those that made a new one', () => {
    const made = merge(['140215100000', '140215200000'], '140215300000');
    expect(['140215300200', '140215300300', '140215300400'].map((code) => level(code, made))).toEqual([
      'VILLAGE',
      'VILLAGE',
      null,
    ]);
    const later = recode('140215300300', '140215300301', 'VILLAGE');
    expect(['140215300300', '140215300301'].map((code) => level(code, made, later))).toEqual([
      null,
      'VILLAGE',
    ]);
  });
});

describe('the regions below one', () => {
  const tree = {
    ...reference,
    childrenOf: (code: string) =>
      Object.keys(file)
        .filter((child) => child !== code && ancestorsByCode(child).at(-2) === code)
        .sort(),
  };
  const below = (code: string, ...changes: KnownRegionChange[]) => childrenToday(code, tree, changes);
  const town = '140215100000';

  it('are those of the national file while nothing changed', () => {
    expect(below(town)).toEqual(['140215100200', '140215100201', '140215100202']);
    expect(below('140215000000')).toEqual([town]);
    expect(below('140215100200')).toEqual([]);
  });

  it('come along when the region is re-coded, and leave the old code empty', () => {
    const county = recode('140215000000', '140299000000', 'COUNTY');
    expect(below('140299100000', county)).toEqual(['140299100200', '140299100201', '140299100202']);
    expect(below(town, county)).toEqual([]);
    expect(below('140200000000', county)).toEqual(['140299000000']);
  });

  it('are one less after a merger, more after a split, and new ones after a creation', () => {
    const merge = change('MERGE', {
      from: ['140215100200', '140215100201'],
      to: ['140215100202'],
      moves: [
        { from: '140215100200', to: '140215100202', level: 'VILLAGE' },
        { from: '140215100201', to: '140215100202', level: 'VILLAGE' },
      ],
    });
    expect(below(town, merge)).toEqual(['140215100202']);
    const split = change('SPLIT', { from: ['140215100202'], to: ['140215100301', '140215100302'] });
    expect(below(town, merge, split)).toEqual(['140215100301', '140215100302']);
    const created = change('CREATE', { to: ['140215100400'] });
    expect(below(town, created)).toHaveLength(4);
    const abolished = change('ABOLISH', { from: ['140215100400'] });
    expect(below(town, created, abolished)).toHaveLength(3);
  });

  it('of towns that were merged are those of both, and one that moved away is below its new parent only', () => {
    const moved = recode('140215100201', '140216100201', 'VILLAGE');
    expect(below(town, moved)).toEqual(['140215100200', '140215100202']);
    const towns = change('MERGE', {
      from: [town, '140215200000'],
      to: ['140215300000'],
      moves: [
        { from: town, to: '140215300000', level: 'TOWNSHIP' },
        { from: '140215200000', to: '140215300000', level: 'TOWNSHIP' },
      ],
    });
    expect(below('140215300000', towns)).toEqual(['140215300200', '140215300201', '140215300202']);
  });
});
