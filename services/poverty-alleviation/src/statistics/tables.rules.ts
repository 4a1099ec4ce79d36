import { FUND_TABLES } from './fund-tables.rules';
import { HOUSEHOLD_TABLES } from './household-tables.rules';
import { RELOCATION_TABLES } from './relocation-tables.rules';
import type { StatColumn, StatTableDefinition } from './stat-columns.rules';
import { VILLAGE_TABLES } from './village-tables.rules';

/** Every table of catalogue 3.11 and its columns, of which figures, drill-downs and exports are made. */
export const STAT_TABLES = { ...HOUSEHOLD_TABLES, ...VILLAGE_TABLES, ...RELOCATION_TABLES, ...FUND_TABLES };

export type StatTable = keyof typeof STAT_TABLES;

/** The columns of a table in a year; null where the table does not exist for it. */
export function columnsOf(table: StatTable, year: number): readonly StatColumn[] | null {
  const { since, columns }: StatTableDefinition = STAT_TABLES[table];
  return year < since ? null : columns.filter((column) => (column.since ?? since) <= year);
}

/** The cells a table reads. */
export function cellsOf(columns: readonly StatColumn[]): string[] {
  const cells = columns.flatMap(({ terms, base = [], unknownWith }) => [
    ...[...terms, ...base].map(({ cell }) => cell),
    ...(unknownWith === undefined ? [] : [unknownWith]),
  ]);
  return [...new Set(cells)];
}
