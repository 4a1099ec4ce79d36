import type { ReportLayout } from './national-reports.rules';

/** A column of the sheet of a report. */
export interface SheetColumn {
  key: string;
  title: string;
  width?: number;
}

/** What a rate without a denominator is shown as (catalogue 5.2). */
export const NO_RATE = '—';

const NAME_TITLES: Readonly<Record<ReportLayout['rows'], string>> = {
  REGION: '区划',
  UNIT: '区划、单位',
  CODE: '项目',
  REGION_AND_CODE: '区划、级别',
};

/** The columns of a report's sheet: what the row is, then the report's own. */
export function sheetColumns({ rows, columns }: ReportLayout): SheetColumn[] {
  return [
    { key: 'name', title: NAME_TITLES[rows], width: 36 },
    { key: 'code', title: '代码', width: 18 },
    ...columns.map(({ key, nameZh }) => ({ key, title: nameZh })),
  ];
}

/** The cells of a row by column: counts as numbers, rates as texts with their two decimals, `—` for a rate that is none. */
export function sheetCells(
  { columns }: ReportLayout,
  cells: readonly (string | null)[],
): Record<string, string | number> {
  return Object.fromEntries(
    columns.map(({ key, kind }, place) => {
      const cell = cells[place] ?? null;
      return [key, cell === null ? NO_RATE : kind === 'COUNT' ? Number(cell) : cell];
    }),
  );
}
