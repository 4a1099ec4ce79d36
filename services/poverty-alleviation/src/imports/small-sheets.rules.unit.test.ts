import { Refusal } from '@junxian/errors';
import { BENEFICIARY_ALIASES, BENEFICIARY_COLUMNS, contentsOf, entryOf } from './beneficiary-sheet.rules';
import { type HelperRow, teamFaultPlace, teamPlace, unitsNamed } from './helper-sheet.rules';
import { cellReader, definitionsOf, rowFaults } from './sheet-columns.rules';
import { FirstRows } from './sheet-import.service';
import { UNIT_COLUMNS, unitsMeant } from './unit-sheet.rules';

const UNITS = [
  { id: 'a', regionCode: '140215000000', name: '教育局', creditCode: '11100000000013127D' },
  { id: 'b', regionCode: '140215000000', name: '水务局', creditCode: null },
  { id: 'c', regionCode: '140215100000', name: '水务局', creditCode: null },
  { id: 'd', regionCode: '140215000000', name: '水务局', creditCode: '12100000000013127D' },
];
const ids = (units: readonly { id: string }[]) => units.map(({ id }) => id).join('');

it.each([
  ['140215000000', '别名', '11100000000013127D', 'a'],
  ['140215000000', '教育局', undefined, 'a'],
  ['140215000000', '水务局', undefined, 'bd'],
  ['140215000000', '水务局', '12100000000013127D', 'd'],
  ['140215000000', '水务局', '13100000000013127D', 'b'],
  ['140215000000', '教育局', '13100000000013127D', 'a'],
  ['140215100000', '水务局', '12100000000013127D', 'c'],
  ['140215100000', '教育局', undefined, ''],
])('a row of a unit in %s, %s, %s means %s', (regionCode, name, creditCode, expected) => {
  expect(ids(unitsMeant({ regionCode, name, creditCode }, UNITS))).toBe(expected);
});

it.each([
  ['教育局', undefined, 'a'],
  ['11100000000013127d', undefined, 'a'],
  ['水务局', undefined, 'bcd'],
  ['水务局', '140215100000', 'c'],
  ['水利局', undefined, ''],
])('a helper of %s in %s is of %s', (unit, unitRegion, expected) => {
  expect(ids(unitsNamed({ unit, unitRegion }, UNITS))).toBe(expected);
});

const TERM = { villageCode: '140215100001', startDate: '2017-01-01', endDate: '2018-12-31' };
const POST = { ...TERM, isLeader: false, isFirstSecretary: false };

it.each<[string, Partial<HelperRow['cells']>, object]>([
  ['no place', {}, { place: null }],
  ['no place, said so', { isTeamMember: false, isLeader: false }, { place: null }],
  ['a member', { isTeamMember: true, ...TERM }, { place: POST }],
  ['a leader, who is a member', { isLeader: true, ...TERM }, { place: { ...POST, isLeader: true } }],
  [
    'a first secretary',
    { isFirstSecretary: true, isTeamMember: true, ...TERM },
    { place: { ...POST, isFirstSecretary: true } },
  ],
  [
    'a leader who is no member',
    { isLeader: true, isTeamMember: false, ...TERM },
    { faults: [{ column: '是否驻村队员', code: 'INVALID_INPUT' }] },
  ],
  [
    'a member without a term',
    { isTeamMember: true, villageCode: TERM.villageCode },
    {
      faults: [
        { column: '驻村开始日期', code: 'FIELD_REQUIRED' },
        { column: '驻村结束日期', code: 'FIELD_REQUIRED' },
      ],
    },
  ],
  [
    'a village of nobody who is a member',
    { villageCode: TERM.villageCode },
    { faults: [{ column: '驻村行政村代码', code: 'INVALID_INPUT' }] },
  ],
])('a helper’s row asks for %s', (_, cells, expected) => {
  expect(teamPlace({ rowNumber: 2, cells: cells as HelperRow['cells'] })).toMatchObject(expected);
});

it.each([
  ['members[1].startDate', 1, '驻村开始日期'],
  ['members[0].helperId', 0, '证件号码'],
  ['members[0]', 0, null],
  ['members.isLeader', null, '是否队长'],
  ['members', null, null],
  ['name', null, '工作队名称'],
  ['startDate', null, '驻村开始日期'],
  ['dispatchUnitId', null, '帮扶单位'],
  [undefined, null, null],
])('a fault of a team at %s belongs to member %s, column %s', (field, index, column) => {
  expect(teamFaultPlace(field)).toEqual({ index, column });
});

it.each([
  ['input.add[3].amount', { index: 3, field: 'amount' }],
  ['input.add[0]', { index: 0, field: '' }],
  ['input.projectId', null],
  ['id', null],
  [undefined, null],
])('a fault of a set of beneficiaries at %s is of %j', (field, expected) => {
  expect(entryOf(field)).toEqual(expected);
});

it('takes from a beneficiary’s row what is entered, not whom it names', () => {
  const cells = { projectNo: 'P', householdNo: 'H', memberIdNumber: 'M', amount: '5', content: '羊' };
  expect(contentsOf({ rowNumber: 2, cells })).toEqual({ amount: '5', content: '羊' });
});

it('reads the cells of a row and says which are wrong', () => {
  const values = { projectNo: 'P1', amount: '5', startDate: '昨天', content: '' };
  expect(cellReader(BENEFICIARY_COLUMNS)({ rowNumber: 7, values })).toEqual({
    cells: { projectNo: 'P1', amount: '5' },
    faults: [expect.objectContaining({ rowNumber: 7, column: '受益开始日期', code: 'INVALID_INPUT' })],
  });
});

it('describes its columns to the reader and the template', () => {
  expect(definitionsOf(UNIT_COLUMNS, 'unit.').slice(0, 2)).toEqual([
    {
      key: 'unit.regionCode',
      title: '登记辖区代码',
      required: true,
      description: '单位开展帮扶的辖区，12 位',
      example: '140215000000',
    },
    { key: 'unit.name', title: '单位名称', required: true, description: '', example: '示例县教育局' },
  ]);
});

describe('a refusal of a form', () => {
  const text = { zh: '请改正', en: 'Correct it' };
  const refusal = (field?: string) => new Refusal('INVALID_INPUT', text, { field });

  it.each([
    ['amount', '受益金额（元）'],
    ['memberId', '受益人证件号码'],
    ['nothing', null],
    [undefined, null],
  ])('at %s is a fault of the row in column %s', (field, column) => {
    expect(rowFaults(refusal(field), 4, BENEFICIARY_COLUMNS, BENEFICIARY_ALIASES)).toEqual([
      { rowNumber: 4, column, code: 'INVALID_INPUT', text },
    ]);
  });

  it('with several faults becomes as many', () => {
    const faults = rowFaults(Refusal.many([refusal('name'), refusal('phone')]), 4, UNIT_COLUMNS);
    expect(faults.map(({ column }) => column)).toEqual(['单位名称', '联系电话']);
  });
});

it('the first row that speaks of a thing is named to every later one, whichever of its keys they share', () => {
  const rows = new FirstRows();
  expect(rows.before(2, ['name 教育局', 'code X'])).toBeUndefined();
  expect(rows.before(3, ['name 水务局'])).toBeUndefined();
  expect(rows.before(4, ['name 财政局', 'code X'])).toBe(2);
  expect(rows.before(5, ['name 财政局'])).toBe(4);
  expect(rows.before(6, ['name 水务局', 'code X'])).toBe(3);
  expect(rows.before(7, [])).toBeUndefined();
});
