import type { Life } from './life';

/** Of each table its total row, figure by column. */
export type Figures = Record<string, Record<string, string>>;

const TABLES = [
  'POOR_HOUSEHOLDS',
  'NEWLY_IDENTIFIED',
  'EXITED',
  'SPECIAL_FUND_USE',
  'RELOCATION_PROJECTS',
] as const;

interface Row {
  kind: string;
  figures: { column: string; value: string | null }[];
}

/** The total rows of a region's tables of 2017, as somebody sees them. */
export async function figuresOf(life: Life, who: string, region: string): Promise<Figures> {
  const tables = await life.do(
    who,
    `query ($region: ID!) { ${TABLES.map(
      (table) =>
        `${table}: statistic(table: ${table}, year: 2017, region: $region) { rows { kind figures { column value } } }`,
    ).join('\n')} }`,
    { region },
  );
  return Object.fromEntries(
    TABLES.map((table) => {
      const { figures } = (tables[table].rows as Row[]).find(({ kind }) => kind === 'TOTAL')!;
      return [table, Object.fromEntries(figures.map(({ column, value }) => [column, value ?? '']))];
    }),
  );
}

/** What became of figures, as `table column` with the difference; percentages follow the others and are left out. */
export function changes(before: Figures, now: Figures): Record<string, number> {
  return Object.fromEntries(
    Object.entries(now).flatMap(([table, columns]) =>
      Object.entries(columns)
        .filter(([column]) => !/\.(rate|incidence)$/.test(column))
        .map(([column, value]): [string, number] => [
          `${table} ${column}`,
          tenThousandths(value) - tenThousandths(before[table]![column]!),
        ])
        .filter(([, difference]) => difference !== 0)
        .map(([name, difference]): [string, number] => [name, difference / 10_000]),
    ),
  );
}

/** Exact: floats would not be. */
const tenThousandths = (value: string) => Math.round(Number(value || '0') * 10_000);
