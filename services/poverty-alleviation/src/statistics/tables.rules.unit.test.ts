import { rule } from '@junxian/test-kit';
import * as cells from './cells.rules';
import { cellsOf, columnsOf, STAT_TABLES, type StatTable } from './tables.rules';

const TABLES = Object.keys(STAT_TABLES) as StatTable[];
const rules = Object.values(cells).filter(Array.isArray).flat() as cells.CellRule[];

rule('PA-ST-00', 'every column reads cells that some row counts in, and has a key of its own', () => {
  expect(rules.length).toBeGreaterThan(50);
  for (const table of TABLES) {
    const columns = columnsOf(table, 2017)!;
    expect(new Set(columns.map(({ key }) => key)).size).toBe(columns.length);
    for (const cell of cellsOf(columns)) {
      const counted = rules.filter(({ cell: name, by, each }) =>
        by === undefined && each === undefined ? cell === name : cell.startsWith(`${name}.`),
      );
      expect([cell, counted.length > 0]).toEqual([cell, true]);
    }
  }
});

it.each<[StatTable, number, boolean]>([
  ['POOR_HOUSEHOLDS', 2014, true],
  ['POOR_HOUSEHOLDS', 2013, false],
  ['NEWLY_IDENTIFIED', 2014, false],
  ['NEWLY_IDENTIFIED', 2017, true],
  ['NET_DECREASE', 2015, true],
  ['NET_DECREASE', 2014, false],
])('%s of %i is there: %s', (table, year, there) => {
  expect(columnsOf(table, year) !== null).toBe(there);
});

it('delisted villages are told by the years up to that of the table', () => {
  const years = (year: number) =>
    columnsOf('DELISTED_VILLAGES', year)!.filter(({ key }) => key.startsWith('village.delistedIn.')).length;
  expect([years(2014), years(2017), years(2020)]).toEqual([1, 4, 7]);
});

it('households and persons stand beside each other in every table of households', () => {
  for (const table of ['POOR_HOUSEHOLDS', 'NEWLY_IDENTIFIED', 'RETURNED', 'EXITED'] as const) {
    const columns = columnsOf(table, 2017)!;
    const units = columns.map(({ unit }) => unit);
    expect(units).toEqual(columns.map((_, index) => (index % 2 === 0 ? 'HOUSEHOLDS' : 'PERSONS')));
  }
});
