import { idNumber } from '../testing/forms.support.test';
import { checkNewHousehold, checkTogether, headRow, type SheetHousehold } from './household-group.rules';
import { HOUSEHOLD_SHEET, readHouseholdRow, type SheetMember } from './household-sheet.rules';
import { headRowCells, memberRow, type SheetCells } from './imports.fixture';

const VILLAGE = '140215100001';
const FACTS = { today: '2017-11-20', yearEnd: '2017-12-31', isVillage: true };
const KEY_OF = new Map(HOUSEHOLD_SHEET.map(({ title, key }) => [title, key]));

function rowOf(cells: SheetCells, rowNumber: number): SheetMember {
  const values = Object.fromEntries(Object.entries(cells).map(([title, text]) => [KEY_OF.get(title)!, text]));
  const read = readHouseholdRow({ rowNumber, values });
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  return read.row;
}

/** A household of a head in row 2 and a son in row 3. */
function group(head: SheetCells = {}, son: SheetCells = {}, village = VILLAGE): SheetHousehold {
  return {
    label: '新1',
    villageCode: village,
    rows: [rowOf(headRowCells(village, '新1', 1, head), 2), rowOf(memberRow(VILLAGE, '新1', 2, son), 3)],
  };
}

const places = (faults: readonly { rowNumber: number | null; column: string | null; code: string }[]) =>
  faults.map(({ rowNumber, column, code }) => `${rowNumber} ${column} ${code}`);

it('reads the household from the row of its head, wherever it stands', () => {
  const { rows, ...rest } = group();
  expect(headRow({ ...rest, rows: [...rows].reverse() }).rowNumber).toBe(2);
  expect(headRow(group({ 与户主关系: '配偶' })).rowNumber).toBe(2);
});

it.each<[string, SheetHousehold, string[]]>([
  ['rows of one village with the household in the head’s', group(), []],
  ['rows of two villages', group({}, { 行政村代码: '140215100002' }), ['3 行政村代码 INVALID_INPUT']],
  ['contents of the household in another row', group({}, { 家庭住址: '村东' }), ['3 null INVALID_INPUT']],
])('%s', (_, household, expected) => {
  expect(places(checkTogether(household))).toEqual(expected);
});

it('makes the form of a new household, what is blank being no', () => {
  const checked = checkNewHousehold(group(), FACTS);
  expect(checked).toMatchObject({
    result: {
      form: {
        villageCode: VILLAGE,
        basic: { householdAttribute: 'GENERAL_POOR', isMilitaryMartyrFamily: false },
        incomeAndHealth: { wageIncome: '6000' },
        relocation: { isRelocationHousehold: false },
        members: [{ relationToHead: 'HEAD' }, { relationToHead: 'SON' }],
      },
      keys: [{ kind: 'citizen', value: idNumber(1) }, { value: idNumber(2) }],
    },
  });
});

it.each<[string, SheetHousehold, string[]]>([
  ['no head', group({ 与户主关系: '配偶' }), ['2 null HEAD_REQUIRED']],
  ['two heads', group({}, { 与户主关系: '户主' }), ['3 与户主关系 HEAD_REQUIRED']],
  [
    'nothing that a new household must have',
    group({ 贫困户属性: '', 识别标准: '', 主要致贫原因: '' }),
    ['2 贫困户属性 FIELD_REQUIRED', '2 识别标准 FIELD_REQUIRED', '2 主要致贫原因 FIELD_REQUIRED'],
  ],
  ['a member’s fault', group({}, { 出生日期: '1971-01-01' }), ['3 出生日期 INVALID_ID']],
  ['a fault of the household', group({ '耕地面积（亩）': '-1' }), ['2 耕地面积（亩） INVALID_INPUT']],
  [
    'faults of several persons',
    group({ 文化程度: '' }, { '务工时间（月）': '13' }),
    ['2 文化程度 INVALID_INPUT', '3 务工时间（月） INVALID_INPUT'],
  ],
])('places the faults of a new household: %s', (_, household, expected) => {
  const checked = checkNewHousehold(household, FACTS);
  expect('faults' in checked ? places(checked.faults) : []).toEqual(expected);
});

it('places a village that is none at its column', () => {
  const checked = checkNewHousehold(group(), { ...FACTS, isVillage: false });
  expect('faults' in checked ? places(checked.faults) : []).toEqual(['2 行政村代码 INVALID_REGION_CODE']);
});
