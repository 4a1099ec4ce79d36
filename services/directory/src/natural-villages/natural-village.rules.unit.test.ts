import type { RegionMove } from '@junxian/administrative-region';
import { naturalVillageName, nextCode, planNaturalVillageMoves, serialMoves } from './natural-village.rules';

const A = '140227101201';
const B = '140227101202';
const village = (code: string, name: string, isCurrent = true) => ({ code, name, isCurrent });

describe('natural villages', () => {
  it('get the next serial, never one that was used', () => {
    expect(nextCode(A, 0)).toBe(`${A}01`);
    expect(nextCode(A, 41)).toBe(`${A}42`);
    expect(nextCode(A, 98)).toBe(`${A}99`);
    expect(() => nextCode(A, 99)).toThrow('NO_SERIAL_LEFT');
  });

  it.each([
    [' 上庄 ', '上庄'],
    ['小南头', '小南头'],
  ])('are named %j', (input, name) => {
    expect(naturalVillageName(input)).toBe(name);
  });

  it.each(['', '  ', '上 庄', '庄'.repeat(51)])('are not named %j', (input) => {
    expect(() => naturalVillageName(input)).toThrow('INVALID_INPUT');
  });
});

describe('natural villages in a change of regions', () => {
  const recode: RegionMove[] = [{ from: '140227000000', to: '140215000000', level: 'COUNTY' }];
  const merge: RegionMove[] = [{ from: A, to: B, level: 'VILLAGE' }];
  const names = new Map([[A, '甲村']]);

  it('go along with their village and keep their serials', () => {
    const plan = planNaturalVillageMoves(
      [village(`${A}01`, '上庄'), village(`${A}03`, '下庄')],
      [],
      recode,
      names,
    );
    expect(plan.map(({ to }) => to)).toEqual(['14021510120101', '14021510120103']);
    expect(serialMoves(plan)).toEqual([]);
  });

  it('get a free serial where villages merge, also free of removed ones', () => {
    const plan = planNaturalVillageMoves(
      [village(`${A}01`, '上庄'), village(`${A}02`, '下庄'), village(`${A}05`, '后庄')],
      [village(`${B}01`, '前庄'), village(`${B}02`, '旧庄', false)],
      merge,
      names,
    );
    expect(plan.map(({ to }) => to)).toEqual([`${B}06`, `${B}07`, `${B}05`]);
    expect(serialMoves(plan)).toEqual([
      { from: `${A}01`, to: `${B}06`, level: 'VILLAGE' },
      { from: `${A}02`, to: `${B}07`, level: 'VILLAGE' },
    ]);
  });

  it('are told apart by their old village when the name is taken', () => {
    const plan = planNaturalVillageMoves(
      [village(`${A}01`, '上庄')],
      [village(`${B}04`, '上庄')],
      merge,
      names,
    );
    expect(plan).toEqual([{ from: `${A}01`, to: `${B}01`, name: '上庄（甲村）' }]);
  });
});

describe('a village with little room', () => {
  const [from, to] = ['140215100206', '140215100207'];
  const move = [{ from, to, level: 'VILLAGE' as const }];
  const at = (code: string, name = code) => ({ code, name, isCurrent: true });
  const standing = (count: number) =>
    Array.from({ length: count }, (_, index) => at(`${to}${String(index + 1).padStart(2, '0')}`));

  it('gives out gaps once the serials after the highest are used up', () => {
    const moving = [at(`${from}01`), at(`${from}99`)];
    expect(planNaturalVillageMoves(moving, standing(1), move, new Map()).map((each) => each.to)).toEqual([
      `${to}02`,
      `${to}99`,
    ]);
  });

  it('refuses when there is no gap', () => {
    expect(() => planNaturalVillageMoves([at(`${from}01`)], standing(99), move, new Map())).toThrow(
      /NO_SERIAL_LEFT/,
    );
  });

  it('tells names apart also when the name with the village is taken', () => {
    const taken = [at(`${to}01`, '上庄'), at(`${to}02`, '上庄（东村）')];
    const [plan] = planNaturalVillageMoves([at(`${from}03`, '上庄')], taken, move, new Map([[from, '东村']]));
    expect(plan?.name).toBe(`上庄（${from}03）`);
  });
});
