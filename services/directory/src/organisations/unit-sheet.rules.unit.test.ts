import { scopeRange } from '@junxian/administrative-region';
import { rule } from '@junxian/test-kit';
import {
  checkUnitsTogether,
  readUnitRow,
  type SheetSurroundings,
  type UnitRow,
  type UnitSheetRow,
  withoutRepeats,
} from './unit-sheet.rules';

const cells = (values: Partial<UnitSheetRow['values']> = {}, rowNumber = 2): UnitSheetRow => ({
  rowNumber,
  values: {
    sealName: '云州区民政局',
    creditCode: '',
    regionCode: '140215000000',
    superior: '',
    kind: '单位',
    extranet: '是',
    headcount: '',
    contactName: '',
    contactPhone: '',
    ...values,
  },
});
const unit = (values: Partial<UnitSheetRow['values']> = {}, rowNumber = 2): UnitRow => {
  const read = readUnitRow(cells(values, rowNumber));
  if (Array.isArray(read)) throw new Error(JSON.stringify(read));
  return read;
};

const surroundings = (more: Partial<SheetSurroundings> = {}): SheetSurroundings => ({
  scope: scopeRange('140000000000', 'PROVINCE'),
  regions: new Map([
    ['140000000000', scopeRange('140000000000', 'PROVINCE')],
    ['140200000000', scopeRange('140200000000', 'CITY')],
    ['140215000000', scopeRange('140215000000', 'COUNTY')],
    ['140226000000', scopeRange('140226000000', 'COUNTY')],
  ]),
  superiors: new Map([['大同市民政局', { regionCode: '140200000000' }]]),
  hidden: new Set(),
  ...more,
});
const faultsOf = (units: UnitRow[], more: Partial<SheetSurroundings> = {}) =>
  checkUnitsTogether(units, surroundings(more)).map(({ rowNumber, column, code }) => [
    rowNumber,
    column,
    code,
  ]);

describe('a row of the sheet', () => {
  it('becomes a unit', () => {
    expect(
      unit({
        sealName: ' 云州区 民政局',
        superior: '大同市　民政局',
        kind: '党组织',
        extranet: '否',
        headcount: '120',
        contactName: '张伟',
        contactPhone: '0352-5123456',
        creditCode: '91350100m000100y43',
      }),
    ).toEqual({
      rowNumber: 2,
      sealName: '云州区民政局',
      superiorName: '大同市民政局',
      kind: 'PARTY',
      regionCode: '140215000000',
      hasExtranet: false,
      headcount: 120,
      contactName: '张伟',
      contactPhone: '0352-5123456',
      unifiedSocialCreditCode: '91350100M000100Y43',
    });
  });

  it('names every wrong column at once', () => {
    const faults = readUnitRow(
      cells({
        sealName: '+',
        creditCode: '1',
        regionCode: '14021',
        headcount: '十二',
        contactName: '13800138000',
        contactPhone: '1',
      }),
    );
    expect(faults).toMatchObject([
      { rowNumber: 2, column: '单位全称', code: 'INVALID_SEAL_NAME' },
      { rowNumber: 2, column: '统一社会信用代码', code: 'INVALID_CREDIT_CODE' },
      { rowNumber: 2, column: '行政区划代码', code: 'INVALID_INPUT' },
      { rowNumber: 2, column: '人数', code: 'INVALID_INPUT' },
      { rowNumber: 2, column: '联系人', code: 'INVALID_INPUT' },
      { rowNumber: 2, column: '电话', code: 'INVALID_PHONE' },
    ]);
  });
});

rule('DI-ORG-01', 'rows whose names differ only by blanks are one unit; the later one is reported', () => {
  const { units, duplicates } = withoutRepeats([
    unit({ sealName: '甲局' }, 2),
    unit({ sealName: '乙局' }, 3),
    unit({ sealName: '甲 　局' }, 4),
  ]);
  expect(units.map((row) => row.rowNumber)).toEqual([2, 3]);
  expect(duplicates).toEqual([{ rowNumber: 4, sealName: '甲局', sameAsRow: 2 }]);
});

describe('the rows together', () => {
  it('are right in any order of superiors', () => {
    const below = unit({ sealName: '云州区民政局', superior: '山西省民政厅' }, 2);
    const above = unit({ sealName: '山西省民政厅', regionCode: '140000000000' }, 3);
    expect(faultsOf([below, above])).toEqual([]);
    expect(faultsOf([unit({ superior: '大同市民政局' })])).toEqual([]);
  });

  it.each<[string, string, Partial<UnitSheetRow['values']>]>([
    ['OUT_OF_REGION', '行政区划代码', { regionCode: '370000000000' }],
    ['REGION_UNKNOWN', '行政区划代码', { regionCode: '149999000000' }],
    ['SUPERIOR_UNKNOWN', '上级单位', { superior: '没有这个局' }],
    ['CYCLE', '上级单位', { superior: '云州区民政局' }],
    ['REGION_NOT_BELOW_SUPERIOR', '上级单位', { superior: '大同市民政局', regionCode: '140000000000' }],
  ])('are refused with %s in column %s', (code, column, values) => {
    expect(faultsOf([unit(values, 7)])).toEqual([[7, column, code]]);
  });

  it('name every member of a circle of superiors, and nobody outside it', () => {
    const circle = [
      unit({ sealName: '甲局', superior: '乙局' }, 2),
      unit({ sealName: '乙局', superior: '丙局' }, 3),
      unit({ sealName: '丙局', superior: '甲局' }, 4),
      unit({ sealName: '丁局', superior: '甲局' }, 5),
    ];
    expect(faultsOf(circle)).toEqual([2, 3, 4].map((row) => [row, '上级单位', 'CYCLE']));
  });

  it('do not stand under a row whose name belongs to an organisation elsewhere', () => {
    const units = [unit({ sealName: '甲局' }, 2), unit({ sealName: '乙局', superior: '甲局' }, 3)];
    expect(faultsOf(units)).toEqual([]);
    expect(faultsOf(units, { hidden: new Set(['甲局']) })).toEqual([[3, '上级单位', 'SUPERIOR_UNKNOWN']]);
  });

  it('say nothing about regions outside the own area, existing or not', () => {
    const regions = new Map([
      ...surroundings().regions,
      ['370000000000', scopeRange('370000000000', 'PROVINCE')],
    ]);
    const [known] = faultsOf([unit({ regionCode: '370000000000' })], { regions });
    const [unknown] = faultsOf([unit({ regionCode: '379999000000' })], { regions });
    expect(known).toEqual(unknown);
  });
});
