import type { SheetHousehold } from './household-group.rules';
import { HOUSEHOLD_SHEET, readHouseholdRow } from './household-sheet.rules';
import { headRowCells, memberRow, type SheetCells } from './imports.fixture';
import { compareHousehold, type StandingHousehold } from './standing-household.rules';

const VILLAGE = '140215100001';
const NUMBER = `${VILLAGE}00001`;
const FACTS = { today: '2017-11-20', yearEnd: '2017-12-31', isVillage: true };
const KEY_OF = new Map(HOUSEHOLD_SHEET.map(({ title, key }) => [title, key]));

function rowOf(cells: SheetCells, rowNumber: number) {
  const values = Object.fromEntries(Object.entries(cells).map(([title, text]) => [KEY_OF.get(title)!, text]));
  const read = readHouseholdRow({ rowNumber, values });
  if ('faults' in read) throw new Error(JSON.stringify(read.faults));
  return read.row;
}

/** Rows of the household on file, in order, with changes. */
function sheet(head: SheetCells = {}, son: SheetCells = {}, village = VILLAGE): SheetHousehold {
  return {
    label: NUMBER,
    villageCode: village,
    rows: [rowOf(headRowCells(village, NUMBER, 1, head), 2), rowOf(memberRow(village, NUMBER, 2, son), 3)],
  };
}

/** What is on file of the household that {@link sheet} speaks of. */
const standing = (() => {
  const [head, son] = sheet().rows;
  const person = (row: typeof head, id: string) => ({
    id,
    ...row!.member,
    // Kept sealed; a row is found by its index.
    idNumber: null,
    idNumberIndex: `index-${id}`,
    phone: null,
    workMonths: null,
  });
  return {
    record: {
      regionCode: VILLAGE,
      basic: { ...head!.basic, isMilitaryMartyrFamily: false, isKeyTarget: false, address: '村东' },
      productionAndLiving: {},
      incomeAndHealth: { wageIncome: '6000.00' },
      relocation: { isRelocationHousehold: false },
    },
    phone: '13800000000',
    bankAccount: null,
    members: [person(head, 'head'), person(son, 'son')],
  } as unknown as StandingHousehold;
})();
const INDEXES = ['index-head', 'index-son'];

const compare = (household: SheetHousehold, indexes = INDEXES) =>
  compareHousehold(household, standing, indexes, FACTS);
const NOTHING = {
  tabs: { basic: {}, productionAndLiving: {}, incomeAndHealth: {}, relocation: {} },
  members: [],
};

it.each<[string, SheetHousehold]>([
  ['the same', sheet()],
  ['numbers written otherwise', sheet({ '工资性收入（元）': '6000.0' })],
  ['nothing in a cell that is filled on file', sheet({ 家庭住址: '', 家庭联系电话: '' })],
])('finds nothing to change where the sheet says %s', (_, household) => {
  expect(compare(household)).toEqual({ result: NOTHING });
});

it('checks what stands by the form of today only where the sheet changes something', () => {
  const today = { ...FACTS, isVillage: false };
  expect(compareHousehold(sheet(), standing, INDEXES, today)).toEqual({ result: NOTHING });
  const changed = compareHousehold(sheet({ 是否危房户: '否' }), standing, INDEXES, today);
  expect(changed).toEqual({ faults: [expect.objectContaining({ code: 'INVALID_REGION_CODE' })] });
});

it('finds what the sheet says otherwise, of the household and of each member', () => {
  const household = sheet(
    { '工资性收入（元）': '8000', 家庭联系电话: '13900000000', 是否危房户: '否' },
    { '务工时间（月）': '6' },
  );
  expect(compare(household)).toEqual({
    result: {
      tabs: {
        basic: { phone: '13900000000' },
        productionAndLiving: { isDilapidatedHouse: false },
        incomeAndHealth: { wageIncome: '8000' },
        relocation: {},
      },
      members: [{ member: standing.members[1], changes: { workMonths: 6 } }],
    },
  });
});

it.each<[string, SheetHousehold, string[], string[]]>([
  ['another village', sheet({}, {}, '140215100002'), INDEXES, ['2 行政村代码 FIELD_LOCKED']],
  [
    'another attribute and standard (PA-YR-04)',
    sheet({ 贫困户属性: '低保贫困户', 识别标准: '省定标准' }),
    INDEXES,
    ['2 贫困户属性 FIELD_LOCKED', '2 识别标准 FIELD_LOCKED'],
  ],
  [
    'another mark of key targets, which dynamic management sets (PA-YR-05, PA-KT-01)',
    sheet({ 是否重点帮扶对象: '是' }),
    INDEXES,
    ['2 是否重点帮扶对象 FIELD_LOCKED'],
  ],
  [
    'a change of a household whose head is not in the sheet',
    { ...sheet(), rows: [sheet({}, { '务工时间（月）': '6' }).rows[1]!] },
    ['index-son'],
    ['3 户编号 HEAD_REQUIRED'],
  ],
  ['another name', sheet({}, { 姓名: '演示丁' }), INDEXES, ['3 姓名 FIELD_LOCKED']],
  ['another relation', sheet({}, { 与户主关系: '之女' }), INDEXES, ['3 与户主关系 FIELD_LOCKED']],
  ['a person who does not belong to it', sheet(), ['index-head', 'index-x'], ['3 证件号码 STATE_CONFLICT']],
  [
    'what the form refuses of the result',
    sheet({}, { '务工时间（月）': '13' }),
    INDEXES,
    ['3 务工时间（月） INVALID_INPUT'],
  ],
])('refuses %s', (_, household, indexes, expected) => {
  const checked = compare(household, indexes);
  expect(
    'faults' in checked
      ? checked.faults.map(({ rowNumber, column, code }) => `${rowNumber} ${column} ${code}`)
      : [],
  ).toEqual(expected);
});
