import type { ScopedTransaction } from '@junxian/persistence';
import { labelOf } from '../labels';
import { organisationsByIds } from '../organisations/organisations.service';
import type { Register } from '../search/register.types';
import { allCategories } from './categories.store';
import {
  type NationalReport,
  nationalReport,
  type ReportQuery,
  type ReportRow,
} from './national-report.service';
import { LAYOUTS, REPORTS, type ReportNo } from './national-reports.rules';
import { regionNames } from './report-names';
import { NO_RATE, sheetCells, sheetColumns } from './report-sheet.rules';

/** The lists of codes that rows of reports are named by; NR-4 is named by the content categories. */
export const LIST_OF = {
  'NR-2': 'channel',
  'NR-3': 'purpose',
  'NR-9': 'mode',
  'NR-10': 'reviewLevel',
} as const;

/**
 * The National Bureau reports as lists that can be exported, by their numbers. Of a filter they take the period, the region and the
 * category; what an export's asker may see is decided by the asker's own scope.
 */
export const REPORT_REGISTERS: Readonly<Record<ReportNo, Register>> = Object.fromEntries(
  REPORTS.map((report) => [report, reportRegister(report)]),
) as Record<ReportNo, Register>;

function reportRegister(report: ReportNo): Register {
  const layout = LAYOUTS[report];
  return {
    title: `国家局报表${report}-${layout.titleZh}`,
    columns: sheetColumns(layout),
    async page(tx, { filter, today }) {
      const { receivedFrom, receivedTo, problemRegion, category } = filter;
      if (!receivedFrom || !receivedTo || !problemRegion)
        throw new Error('a report without period or region');
      const query = { report, from: receivedFrom, to: receivedTo, region: problemRegion, category };
      const made = await nationalReport(tx, query, today);
      const names = await rowNames(tx, made);
      const rows = made.rows.map((row) => ({
        name: names.of(row),
        code: row.code ?? row.regionCode ?? '',
        ...sheetCells(layout, row.cells),
      }));
      return { rows: [...rows, { name: note(query, names.region) }], identitiesInFull: 0, next: null };
    },
  };
}

/** The line below the table that says what it covers. */
const note = ({ from, to }: ReportQuery, region: string) =>
  `注：统计期 ${from} 至 ${to}；统计区划 ${region}；“${NO_RATE}”表示分母为零`;

const KINDS: Readonly<Record<ReportRow['kind'], string>> = {
  OWN: '本级',
  TOTAL: '合计',
  CHILD: '',
  UNIT: '',
  CODE: '',
};

/** What the rows are called, in three statements at most. */
async function rowNames(
  tx: ScopedTransaction,
  { query, rows }: NationalReport,
): Promise<{ region: string; of(row: ReportRow): string }> {
  const ids = (pick: (row: ReportRow) => string | null) => [
    ...new Set(rows.map(pick).filter((id): id is string => id !== null)),
  ];
  const organisations = new Map(
    (
      await organisationsByIds(
        tx,
        ids(({ organisationId }) => organisationId),
      )
    ).map(({ id, sealName }) => [id, sealName] as const),
  );
  const regions = await regionNames([query.region, ...ids(({ regionCode }) => regionCode)]);
  const list = LIST_OF[query.report as keyof typeof LIST_OF];
  const categories =
    query.report === 'NR-4'
      ? new Map((await allCategories(tx)).map(({ code, name }) => [code, name] as const))
      : new Map<string, string>();
  const nameOfCode = (code: string) =>
    list === undefined ? (categories.get(code) ?? code) : labelOf(list, code);
  return {
    region: regions.get(query.region) ?? query.region,
    of: ({ kind, regionCode, organisationId, code }) =>
      [
        KINDS[kind],
        kind === 'CHILD' && regionCode !== null ? (regions.get(regionCode) ?? regionCode) : '',
        organisationId === null ? '' : (organisations.get(organisationId) ?? organisationId),
        code === null ? '' : nameOfCode(code),
      ]
        .filter((word) => word !== '')
        .join(' '),
  };
}
