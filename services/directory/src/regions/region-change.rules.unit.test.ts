import { levelOfCode } from '@junxian/administrative-region';
import { isRefusal } from '@junxian/errors';
import { rule } from '@junxian/test-kit';
import type { RegionRow } from './region';
import type { RegionChangeOrder, TreeAround } from './region-change';
import { commonRegion, movesOf, needsAssignment, planRegionChange } from './region-change.rules';

/** A tree of the codes given, parents by code, as it stands on the date. */
function row(code: string, parentCode: string): RegionRow {
  return {
    code,
    level: levelOfCode(code),
    name: `名${code}`,
    parentCode,
    urbanRuralCode: null,
    isPlaceholder: false,
    validFrom: '1949-10-01',
    validTo: null,
  };
}
const SHANXI = row('140000000000', '000000000000');
const DATONG = row('140200000000', '140000000000');
const COUNTY = row('140227000000', '140200000000');
const TOWN = row('140227101000', '140227000000');
const VILLAGE = row('140227101201', '140227101000');
const OTHER_VILLAGE = row('140227101202', '140227101000');
const NEIGHBOUR = row('140228000000', '140200000000');
const NEIGHBOUR_TOWN = row('140228101000', '140228000000');
const ALL = [SHANXI, DATONG, COUNTY, TOWN, VILLAGE, OTHER_VILLAGE, NEIGHBOUR, NEIGHBOUR_TOWN];

function tree(...below: RegionRow[]): TreeAround {
  return { affected: below, standing: new Map(ALL.map((region) => [region.code, region])) };
}

function order(part: Partial<RegionChangeOrder>): RegionChangeOrder {
  return {
    kind: 'RECODE',
    effectiveDate: '2018-03-01',
    from: [],
    to: [],
    basisDocument: '国函〔2018〕16号',
    mapping: [],
    ...part,
  };
}

function refusal(part: Partial<RegionChangeOrder>, around: TreeAround): [string, string | undefined] {
  try {
    planRegionChange(order(part), around);
  } catch (error) {
    if (isRefusal(error)) return [error.code, error.field];
    throw error;
  }
  return ['accepted', undefined];
}
const COUNTY_TREE = tree(COUNTY, TOWN, VILLAGE, OTHER_VILLAGE);

describe('planning a change of regions', () => {
  rule(
    'DI-REG-07',
    'a re-coded county ends and begins anew with all below it, and names its successor',
    () => {
      const plan = planRegionChange(
        order({ from: ['140227000000'], to: [{ code: '140215000000', name: '云州区' }] }),
        COUNTY_TREE,
      );
      expect(plan.ending).toEqual(['140227000000', '140227101000', '140227101201', '140227101202']);
      expect(
        plan.opening.map(({ code, name, parentCode, level }) => [code, name, parentCode, level]),
      ).toEqual([
        ['140215000000', '云州区', '140200000000', 'COUNTY'],
        ['140215101000', TOWN.name, '140215000000', 'TOWNSHIP'],
        ['140215101201', VILLAGE.name, '140215101000', 'VILLAGE'],
        ['140215101202', OTHER_VILLAGE.name, '140215101000', 'VILLAGE'],
      ]);
      expect(movesOf(plan.links)).toEqual([{ from: '140227000000', to: '140215000000', level: 'COUNTY' }]);
    },
  );

  it('lets single parts of a re-coded region go elsewhere', () => {
    const plan = planRegionChange(
      order({
        from: ['140227000000'],
        to: [{ code: '140215000000' }],
        mapping: [{ from: '140227101202', to: '140228101230' }],
      }),
      COUNTY_TREE,
    );
    expect(plan.opening.at(-1)).toMatchObject({ code: '140228101230', parentCode: '140228101000' });
  });

  it('takes a township to another county', () => {
    const plan = planRegionChange(
      order({ kind: 'REPARENT', from: ['140227101000'], to: [{ code: '140228102000' }] }),
      tree(TOWN, VILLAGE, OTHER_VILLAGE),
    );
    expect(plan.opening[0]).toMatchObject({
      code: '140228102000',
      parentCode: '140228000000',
      name: TOWN.name,
    });
    expect(plan.opening[1]).toMatchObject({ code: '140228102201', parentCode: '140228102000' });
  });

  it('makes a county a city, as Danzhou in 2015', () => {
    const plan = planRegionChange(
      order({
        from: ['140227000000'],
        to: [{ code: '149900000000', level: 'CITY', parentCode: '140000000000' }],
      }),
      COUNTY_TREE,
    );
    expect(plan.opening.map(({ code, level, parentCode }) => [code, level, parentCode])).toEqual([
      ['149900000000', 'CITY', '140000000000'],
      ['149900101000', 'TOWNSHIP', '149900000000'],
      ['149900101201', 'VILLAGE', '149900101000'],
      ['149900101202', 'VILLAGE', '149900101000'],
    ]);
  });

  it('renames in place, and the regions below stay as they are', () => {
    const plan = planRegionChange(
      order({ kind: 'RENAME', from: ['140227000000'], to: [{ code: '140227000000', name: '云州县' }] }),
      COUNTY_TREE,
    );
    expect(plan).toMatchObject({ ending: ['140227000000'], links: [] });
    expect(plan.opening).toHaveLength(1);
  });

  it('merges into a standing county, whose row goes on', () => {
    const around = tree(COUNTY, row('140227105000', '140227000000'));
    const plan = planRegionChange(
      order({ kind: 'MERGE', from: ['140227000000'], to: [{ code: '140228000000' }] }),
      around,
    );
    expect(plan.ending).toEqual(['140227000000', '140227105000']);
    expect(plan.opening.map(({ code }) => code)).toEqual(['140228105000']);
  });

  it('renames the county that takes another in', () => {
    const plan = planRegionChange(
      order({ kind: 'MERGE', from: ['140227000000'], to: [{ code: '140228000000', name: '新县' }] }),
      tree(COUNTY),
    );
    expect(plan.ending).toEqual(['140227000000', '140228000000']);
    expect(plan.opening).toEqual([expect.objectContaining({ code: '140228000000', name: '新县' })]);
  });

  it('refuses a merger whose codes collide, until a mapping tells the parts apart', () => {
    const merger = { kind: 'MERGE' as const, from: ['140227000000'], to: [{ code: '140228000000' }] };
    expect(refusal(merger, COUNTY_TREE)).toEqual(['REGION_CODE_COLLISION', 'to']);
    const plan = planRegionChange(
      order({ ...merger, mapping: [{ from: '140227101000', to: '140228150000' }] }),
      COUNTY_TREE,
    );
    expect(plan.opening.map(({ code }) => code)).toEqual(['140228150000', '140228150201', '140228150202']);
  });

  rule('DI-REG-08', 'a split makes its parts, sends villages where the order says, and moves no row', () => {
    const plan = planRegionChange(
      order({
        kind: 'SPLIT',
        from: ['140227101000'],
        to: [{ code: '140227101000' }, { code: '140227111000', name: '新乡' }],
        mapping: [{ from: '140227101202', to: '140227111202' }],
      }),
      tree(TOWN, VILLAGE, OTHER_VILLAGE),
    );
    expect(plan.ending).toEqual(['140227101202']);
    expect(plan.opening.map(({ code, parentCode }) => [code, parentCode])).toEqual([
      ['140227111000', '140227000000'],
      ['140227111202', '140227111000'],
    ]);
    expect(plan.links).toContainEqual({
      from: '140227101000',
      to: '140227111000',
      level: 'TOWNSHIP',
      carries: false,
    });
  });

  const split = { kind: 'SPLIT' as const, from: ['140227101000'] };
  const cases: [string, Partial<RegionChangeOrder>, TreeAround, string, string | undefined][] = [
    [
      'an unknown region',
      { from: ['140299000000'], to: [{ code: '140298000000' }] },
      tree(),
      'UNKNOWN_REGION',
      'from',
    ],
    [
      'an unknown parent',
      { kind: 'CREATE', to: [{ code: '140299101000', name: '某乡' }] },
      tree(),
      'UNKNOWN_PARENT',
      'to',
    ],
    [
      'a parent of another prefix',
      { kind: 'CREATE', to: [{ code: '140229000000', name: '某县', parentCode: '140000000000' }] },
      tree(),
      'INVALID_REGION_CODE',
      'to',
    ],
    [
      'a code in use',
      { kind: 'CREATE', to: [{ code: '140228000000', name: '某县' }] },
      tree(),
      'REGION_CODE_COLLISION',
      'to',
    ],
    [
      'a re-code onto a code in use',
      { from: ['140227000000'], to: [{ code: '140228000000' }] },
      COUNTY_TREE,
      'REGION_CODE_COLLISION',
      'to[0].code',
    ],
    [
      'a re-code to itself',
      { from: ['140227000000'], to: [{ code: '140227000000' }] },
      COUNTY_TREE,
      'INVALID_REGION_CHANGE',
      'to[0].code',
    ],
    [
      'a county as a township',
      { from: ['140227000000'], to: [{ code: '140228109000', level: 'TOWNSHIP' }] },
      COUNTY_TREE,
      'INVALID_REGION_CHANGE',
      'to[0].level',
    ],
    [
      'a transfer within the parent',
      { kind: 'REPARENT', from: ['140227101000'], to: [{ code: '140227102000' }] },
      tree(TOWN),
      'INVALID_REGION_CHANGE',
      'to[0].parentCode',
    ],
    [
      'a rename that is none',
      { kind: 'RENAME', from: ['140227000000'], to: [{ code: '140227000000', name: COUNTY.name }] },
      COUNTY_TREE,
      'INVALID_REGION_CHANGE',
      'to[0].name',
    ],
    [
      'an abolition over children',
      { kind: 'ABOLISH', from: ['140227000000'] },
      COUNTY_TREE,
      'REGION_HAS_CHILDREN',
      'from',
    ],
    [
      'a split that leaves villages in the air',
      {
        ...split,
        to: [
          { code: '140227111000', name: '甲乡' },
          { code: '140227112000', name: '乙乡' },
        ],
      },
      tree(TOWN, VILLAGE),
      'REGION_HAS_CHILDREN',
      'mapping',
    ],
    [
      'a split into one',
      { ...split, to: [{ code: '140227111000', name: '甲乡' }] },
      tree(TOWN),
      'INVALID_REGION_CHANGE',
      'to',
    ],
    [
      'a merger of different levels',
      { kind: 'MERGE', from: ['140227000000', '140228101000'], to: [{ code: '140229000000', name: '某县' }] },
      tree(COUNTY, NEIGHBOUR_TOWN),
      'INVALID_REGION_CHANGE',
      'from',
    ],
    [
      'a merger with itself',
      { kind: 'MERGE', from: ['140227000000'], to: [{ code: '140227000000' }] },
      tree(COUNTY),
      'INVALID_REGION_CHANGE',
      'from',
    ],
    [
      'a mapping of something else',
      {
        from: ['140227000000'],
        to: [{ code: '140215000000' }],
        mapping: [{ from: '140228101000', to: '140215101000' }],
      },
      COUNTY_TREE,
      'UNKNOWN_REGION',
      'mapping',
    ],
    [
      'no document',
      { basisDocument: ' ', from: ['140227000000'], to: [{ code: '140215000000' }] },
      COUNTY_TREE,
      'INVALID_INPUT',
      'basisDocument',
    ],
    [
      'a nameless new region',
      { kind: 'CREATE', to: [{ code: '140229000000' }] },
      tree(),
      'INVALID_INPUT',
      'to[0].name',
    ],
    [
      'a name with a blank',
      { kind: 'CREATE', to: [{ code: '140229000000', name: '某 县' }] },
      tree(),
      'INVALID_INPUT',
      'to[0].name',
    ],
    [
      'an unknown urban-rural class',
      { kind: 'CREATE', to: [{ code: '140229000000', name: '某县', urbanRuralCode: '999' }] },
      tree(),
      'INVALID_INPUT',
      'to[0].urbanRuralCode',
    ],
    [
      'a code twice',
      { kind: 'ABOLISH', from: ['140227101201', '140227101201'] },
      tree(VILLAGE),
      'INVALID_REGION_CHANGE',
      'from',
    ],
    [
      'the nation',
      { from: ['000000000000'], to: [{ code: '140215000000' }] },
      tree(),
      'INVALID_REGION_CHANGE',
      'from',
    ],
  ];

  it.each(cases)('refuses %s', (_, part, around, code, field) => {
    expect(refusal(part, around)).toEqual([code, field]);
  });

  rule(['DI-REG-01', 'DI-REG-02'], 'a change with a malformed code or an unknown parent is rejected', () => {
    const create = (code: string, level: 'COUNTY' | 'TOWNSHIP' = 'COUNTY') =>
      refusal({ kind: 'CREATE', to: [{ code, name: '某地', level }] }, tree())[0];
    expect(create('14022900000')).toBe('INVALID_REGION_CODE');
    expect(create('14022A000000')).toBe('INVALID_REGION_CODE');
    expect(create('140229101000')).toBe('INVALID_REGION_CODE');
    expect(create('140299101000', 'TOWNSHIP')).toBe('UNKNOWN_PARENT');
    expect(create('140229000000')).toBe('accepted');
  });

  rule('DI-REG-03', 'a township may be created right under a city', () => {
    expect(refusal({ kind: 'CREATE', to: [{ code: '140200003000', name: '某街道' }] }, tree())[0]).toBe(
      'accepted',
    );
  });

  it('leaves to be assigned what is on a split region or on a code that stands no more', () => {
    const from = ['140227101000'];
    expect(needsAssignment('SPLIT', from, '140227101000', true)).toBe(true);
    expect(needsAssignment('SPLIT', from, '140227101201', true)).toBe(false);
    expect(needsAssignment('SPLIT', from, '140227101202', false)).toBe(true);
    expect(needsAssignment('ABOLISH', from, '140227101000', false)).toBe(true);
  });

  it.each([
    [['140227000000', '140215000000'], '140200000000'],
    [['140227101000', '140227102000'], '140227000000'],
    [['140227000000'], '140227000000'],
    [['140227000000', '370100000000'], '000000000000'],
    [['441900003000', '441900004000'], '441900000000'],
    [[], '000000000000'],
  ])('%j lie in %s', (codes, region) => {
    expect(commonRegion(codes)).toBe(region);
  });
});
