import { type CellTotal, decimal, figureOf, remainder, scaled } from './figures.rules';
import type { StatColumn } from './stat-columns.rules';

const cells = (given: Record<string, [count: number, amount: string]>): Map<string, CellTotal> =>
  new Map(Object.entries(given).map(([cell, [count, amount]]) => [cell, { count: String(count), amount }]));
const column = (given: Partial<StatColumn>): StatColumn => ({
  key: 'x',
  group: null,
  name: 'x',
  unit: 'PERSONS',
  terms: [{ cell: 'a', of: 'AMOUNT', sign: 1 }],
  ...given,
});
const rate = column({ unit: 'PERCENT', base: [{ cell: 'b', of: 'AMOUNT', sign: 1 }], unknownWith: 'gap' });

it.each<[string, StatColumn, Record<string, [number, string]>, string | null]>([
  ['nothing counted', column({}), {}, '0'],
  ['persons', column({}), { a: [3, '11'] }, '11'],
  ['rows', column({ terms: [{ cell: 'a', of: 'COUNT', sign: 1 }] }), { a: [3, '11'] }, '3'],
  [
    'a difference',
    column({
      terms: [
        { cell: 'a', of: 'AMOUNT', sign: 1 },
        { cell: 'b', of: 'AMOUNT', sign: -1 },
      ],
    }),
    { a: [1, '5'], b: [1, '7'] },
    '-2',
  ],
  [
    'money, exact',
    column({ unit: 'TEN_THOUSAND_YUAN' }),
    { a: [2, '123456789012.3456'] },
    '123456789012.3456',
  ],
  ['money below nought', column({ unit: 'TEN_THOUSAND_YUAN' }), { a: [1, '-0.5'] }, '-0.5000'],
  ['area', column({ unit: 'SQUARE_METRES' }), { a: [1, '80.5'] }, '80.50'],
  ['a third', rate, { a: [1, '1'], b: [1, '3'] }, '33.33'],
  ['two thirds, rounded up', rate, { a: [1, '2'], b: [1, '3'] }, '66.67'],
  ['a half of a hundredth, rounded up', rate, { a: [1, '1'], b: [1, '20000'] }, '0.01'],
  ['all', rate, { a: [1, '3'], b: [1, '3'] }, '100.00'],
  ['no base', rate, { a: [1, '3'] }, null],
  ['a base that is not known', rate, { a: [1, '3'], b: [1, '3'], gap: [1, '0'] }, null],
])('%s', (_, given, totals, value) => {
  expect(figureOf(given, cells(totals))).toBe(value);
});

it('what is in no part remains of the whole, cell by cell', () => {
  const whole = cells({ a: [5, '10.5'], b: [2, '4'], c: [1, '1'] });
  const rest = remainder(whole, [cells({ a: [3, '10'], b: [2, '4'] }), cells({ a: [2, '0'], d: [9, '9'] })]);
  expect(Object.fromEntries(rest)).toEqual({
    a: { count: '0', amount: '0.5000' },
    c: { count: '1', amount: '1.0000' },
  });
});

it.each([
  ['0', 0n],
  ['12', 120_000n],
  ['-1.25', -12_500n],
  ['0.0001', 1n],
])('%s is %s ten-thousandths', (text, value) => {
  expect(scaled(text)).toBe(value);
  expect(scaled(decimal(value, 4))).toBe(value);
});

it('what is no decimal in a counter is a defect', () => {
  expect(() => scaled('1e3')).toThrow(RangeError);
});
