import { HEALTH_CONDITION, SEX } from '../code-lists';
import { changedCells, differs } from './cell-comparison.rules';
import {
  type CellKind,
  codeCell,
  codesCell,
  dateCell,
  decimalCell,
  documentTypeCell,
  flagCell,
  textCell,
  wholeCell,
} from './sheet-cells.rules';

const FAULT = Symbol('fault');
const read = (kind: CellKind<unknown>, text: string) => {
  const cell = kind.read(text);
  return 'value' in cell ? cell.value : FAULT;
};

it.each<[string, CellKind<unknown>, string, unknown]>([
  ['text as it stands', textCell, '张三', '张三'],
  ['是', flagCell, '是', true],
  ['否', flagCell, '否', false],
  ['a whole amount', decimalCell, '1250', '1250'],
  ['an amount with decimals', decimalCell, '1250.5', '1250.5'],
  ['an amount with too many decimals', decimalCell, '1250.555', FAULT],
  ['an amount in words', decimalCell, '三千', FAULT],
  ['an amount with separators', decimalCell, '1,250', FAULT],
  ['a whole number', wholeCell, '12', 12],
  ['a fraction for a whole number', wholeCell, '1.5', FAULT],
  ['a negative whole number', wholeCell, '-1', FAULT],
  ['a number that is too long', wholeCell, '1234567890', FAULT],
  ['a date', dateCell, '2017-03-01', '2017-03-01'],
  ['a date without strokes', dateCell, '20170301', '2017-03-01'],
  ['a date with slashes', dateCell, '2017/3/1', '2017-03-01'],
  ['a date with dots', dateCell, '2017.03.1', '2017-03-01'],
  ['a Chinese date', dateCell, '2017年3月1日', '2017-03-01'],
  ['a day that does not exist', dateCell, '2017-02-29', FAULT],
  ['a month only', dateCell, '2017年3月', FAULT],
  ['a label of a list', codeCell(SEX), '女', 'FEMALE'],
  ['several labels', codesCell(HEALTH_CONDITION), '残疾、患有大病', ['DISABLED', 'SERIOUS_ILLNESS']],
  [
    'several labels with other separators',
    codesCell(HEALTH_CONDITION),
    '残疾, 患有大病；',
    ['DISABLED', 'SERIOUS_ILLNESS'],
  ],
  ['a label that is none among several', codesCell(HEALTH_CONDITION), '残疾、无恙', FAULT],
])('reads %s', (_, kind, text, value) => {
  expect(read(kind, text)).toEqual(value);
});

it('offers few choices as such and many as a hint', () => {
  expect(flagCell.choices).toEqual(['是', '否']);
  expect(codeCell(SEX).choices).toContain('男');
  // Who has no document is entered as a supplement.
  expect(documentTypeCell.choices).toEqual(['居民身份证', '军官证', '残疾人证']);
  expect(codesCell(HEALTH_CONDITION).hint).toContain('残疾');
});

it.each<[unknown, unknown, boolean]>([
  [undefined, 'anything', false],
  ['12.5', '12.50', false],
  ['12', '12.00', false],
  ['100', '10', true],
  ['12.5', '12.51', true],
  ['0352-6100000', '0352-6100000', false],
  ['13800000000', null, true],
  [false, null, true],
  [['A', 'B'], ['B', 'A'], false],
  [['A'], ['A', 'B'], true],
  [' 张三', '张三', false],
])('%j differs from %j: %s', (cell, stored, expected) => {
  expect(differs(cell, stored)).toBe(expected);
});

it('keeps only the cells that say something new', () => {
  expect(changedCells({ a: '1', b: '2', c: undefined }, { a: '1', b: '3', c: '4' })).toEqual({ b: '2' });
});
