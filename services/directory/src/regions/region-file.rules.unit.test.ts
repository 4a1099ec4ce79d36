import type { SheetRow } from '@junxian/documents';
import { ordersOfFile, type RegionFileColumn } from './region-file.rules';

function rows(...values: Partial<Record<RegionFileColumn, string>>[]): SheetRow<RegionFileColumn>[] {
  return values.map((value, at) => ({
    rowNumber: at + 2,
    values: {
      code: '',
      name: '',
      level: '',
      parentCode: '',
      urbanRuralCode: '',
      effectiveDate: '2018-03-01',
      kind: '',
      oldCodes: '',
      ...value,
    },
  }));
}
const ordersOf = (...values: Partial<Record<RegionFileColumn, string>>[]) =>
  ordersOfFile(rows(...values), '民政部公告').orders;

describe('the yearly region file', () => {
  it('reads every kind of change', () => {
    const kinds = ordersOf(
      {
        kind: '新设',
        code: '140229000000',
        name: '某县',
        level: '县',
        parentCode: '140200000000',
        urbanRuralCode: '111',
      },
      { kind: '更名', code: '140227000000', name: '云州县' },
      { kind: '变更代码', code: '140215000000', oldCodes: '140227000000' },
      { kind: '合并', code: '140230000000', name: '并县', oldCodes: '140231000000、140232000000' },
      { kind: '划转', code: '140228102000', oldCodes: '140227101000' },
      { kind: '撤销', code: '140233000000' },
    ).map(({ order }) => [order.kind, order.from, order.to.map(({ code }) => code)]);
    expect(kinds).toEqual([
      ['CREATE', [], ['140229000000']],
      ['RENAME', ['140227000000'], ['140227000000']],
      ['RECODE', ['140227000000'], ['140215000000']],
      ['MERGE', ['140231000000', '140232000000'], ['140230000000']],
      ['REPARENT', ['140227101000'], ['140228102000']],
      ['ABOLISH', ['140233000000'], []],
    ]);
    expect(
      ordersOf({ kind: '新设', code: '140229000000', name: '某县', level: '县' })[0]!.order,
    ).toMatchObject({
      basisDocument: '民政部公告',
      to: [{ name: '某县', level: 'COUNTY', parentCode: null, urbanRuralCode: null }],
    });
  });

  it('makes one split of the rows with one old code and date', () => {
    const orders = ordersOf(
      { kind: '拆分', code: '140227101000', oldCodes: '140227101000' },
      { kind: '拆分', code: '140227111000', name: '新乡', oldCodes: '140227101000' },
      { kind: '拆分', code: '140227112000', name: '他乡', oldCodes: '140227102000' },
    );
    expect(orders.map(({ rowNumbers }) => rowNumbers)).toEqual([[2, 3], [4]]);
    expect(orders[0]!.order.to.map(({ code }) => code)).toEqual(['140227101000', '140227111000']);
  });

  it('carries changes out by date, whatever the order of the rows', () => {
    const orders = ordersOf(
      { kind: '更名', code: '140227000000', name: '甲', effectiveDate: '2020-01-01' },
      { kind: '更名', code: '140228000000', name: '乙', effectiveDate: '2019/5/4' },
      { kind: '更名', code: '140229000000', name: '丙', effectiveDate: '2019年5月4日' },
    );
    expect(orders.map(({ order, rowNumbers }) => [order.effectiveDate, rowNumbers[0]])).toEqual([
      ['2019-05-04', 3],
      ['2019-05-04', 4],
      ['2020-01-01', 2],
    ]);
  });

  it.each(['2018-02-30', '去年', '2018'])('finds fault with the date %s', (effectiveDate) => {
    const { orders, faults } = ordersOfFile(rows({ kind: '更名', code: '140227000000', effectiveDate }), 'x');
    expect(orders).toEqual([]);
    expect(faults).toMatchObject([{ rowNumber: 2, column: '生效日期', code: 'INVALID_DATE' }]);
  });
});
