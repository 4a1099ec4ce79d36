import type { Context } from '../context';
import type { Resolvers } from '../generated/graphql';
import { labelOf } from '../labels';
import { type NationalReport, nationalReport, type ReportRow } from './national-report.service';
import type { ReportNo } from './national-reports.rules';
import { LIST_OF } from './report-registers.service';

/** A row, with the report it stands in. */
export interface ReportRowView extends ReportRow {
  report: NationalReport;
}

const KIND_LABELS = {
  OWN: ['本级', 'This level'],
  TOTAL: ['合计', 'Total'],
  CHILD: ['', ''],
  UNIT: ['', ''],
  CODE: ['', ''],
} as const;

const reportNo = (name: string) => name.replace('_', '-') as ReportNo;

/** Resolvers of the room statistics. */
export const statisticsResolvers: Resolvers = {
  Query: {
    nationalReport: async (_, { report, ...query }, context) =>
      nationalReport(await context.read(), { ...query, report: reportNo(report) }, context.clock.today()),
  },
  NationalReport: {
    report: ({ query }) => query.report.replace('-', '_') as 'NR_1',
    title: ({ layout }, _, { locale }) => (locale === 'en' ? layout.titleEn : layout.titleZh),
    from: ({ query }) => query.from,
    to: ({ query }) => query.to,
    region: ({ query }) => ({ code: query.region }),
    columns: ({ layout }, _, { locale }) =>
      layout.columns.map(({ key, nameZh, nameEn, kind }) => ({
        key,
        kind,
        name: locale === 'en' ? nameEn : nameZh,
      })),
    rows: (report) => report.rows.map((row) => ({ ...row, report })),
  },
  ReportRow: {
    region: ({ regionCode }) => (regionCode === null ? null : { code: regionCode }),
    organisation: ({ organisationId }, _, { loaders }) =>
      organisationId === null ? null : loaders.organisation.load(organisationId),
    label,
  },
  Region: {
    petitionSummary: ({ code }, { from, to }, { loaders }) =>
      loaders.petitionSummary.load({ code, from, to }),
  },
};

async function label(
  { kind, code, report }: ReportRowView,
  _: unknown,
  { locale, loaders }: Context,
): Promise<string> {
  const ofKind = KIND_LABELS[kind][locale === 'en' ? 1 : 0];
  if (code === null) return ofKind;
  const list = LIST_OF[report.query.report as keyof typeof LIST_OF];
  const ofCode = list === undefined ? await categoryName(code, locale, loaders) : labelOf(list, code, locale);
  return [ofKind, ofCode].filter((word) => word !== '').join(' ');
}

async function categoryName(code: string, locale: 'zh' | 'en', loaders: Context['loaders']): Promise<string> {
  const category = await loaders.category.load(code);
  return (locale === 'en' ? category?.nameEn : category?.name) ?? code;
}
