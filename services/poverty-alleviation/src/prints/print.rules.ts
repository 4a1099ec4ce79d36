import {
  isRegionCode,
  isWiderOrEqual,
  isWithin,
  levelOfCode,
  type RegionLevel,
  scopeRange,
  villageOfNaturalVillage,
} from '@junxian/administrative-region';
import { type Bilingual, Refusal, refuse } from '@junxian/errors';
import type { CallerRegion } from '../chosen-range.rules';

export const PRINT_JOB_KINDS = [
  'HOUSEHOLD_INFORMATION',
  'HOUSEHOLD_COMPARISON',
  'NATURAL_VILLAGE',
  'POOR_VILLAGE',
] as const;
/** 贫困户信息表、贫困户信息对照表、自然村信息表、贫困村信息表 */
export type PrintJobKind = (typeof PRINT_JOB_KINDS)[number];

/** What the forms are called. */
export const PRINT_JOB_NAMES: Readonly<Record<PrintJobKind, Bilingual>> = {
  HOUSEHOLD_INFORMATION: { zh: '贫困户信息表', en: 'Household information sheet' },
  HOUSEHOLD_COMPARISON: { zh: '贫困户信息对照表', en: 'Household comparison form' },
  NATURAL_VILLAGE: { zh: '自然村信息表', en: 'Natural-village form' },
  POOR_VILLAGE: { zh: '贫困村信息表', en: 'Poor-village form' },
};

/** How many forms one job prints. */
export const MOST_FORMS = 100;
/** What a page shows when the browser does not let the preview open (PA-PR-06). */
export const POP_UP_HINT: Bilingual = {
  zh: '预览窗口被浏览器拦截：请在地址栏右侧选择“始终允许本网站弹出窗口”，再次点击打印；或直接点击预览链接。',
  en: 'The browser blocked the preview window: allow pop-ups for this site beside the address bar and print again, or click the preview link.',
};

/** The widest region that may be chosen for a form (PA-PR-01…04). */
const WIDEST: Readonly<Record<PrintJobKind, { level: RegionLevel; name: string }>> = {
  HOUSEHOLD_INFORMATION: { level: 'VILLAGE', name: '行政村' },
  HOUSEHOLD_COMPARISON: { level: 'VILLAGE', name: '行政村' },
  NATURAL_VILLAGE: { level: 'TOWNSHIP', name: '乡级' },
  POOR_VILLAGE: { level: 'COUNTY', name: '县级' },
};

/** What a person asks to have printed. */
export interface PrintRequest {
  kind: PrintJobKind;
  year: number;
  region: string;
  /** The rows ticked: household ids, natural-village codes or village codes. */
  subjects: readonly string[];
  revealIdNumbers?: boolean | null | undefined;
}

/**
 * Checks a request before anything is read. Returns the rows ticked, each once, in the order ticked.
 * Throws SCOPE_TOO_WIDE for a region wider than the form takes (PA-PR-01…04), NOTHING_SELECTED without a tick
 * (PA-PR-05), OVER_LIMIT, and OUT_OF_REGION for villages outside the region chosen.
 */
export function checkRequest({ kind, region, subjects }: PrintRequest, caller: CallerRegion): string[] {
  // One's own region keeps its stored level, which its digits need not show.
  const level = region === caller.regionCode && caller.regionLevel ? caller.regionLevel : levelOfCode(region);
  const widest = WIDEST[kind];
  if (!isWiderOrEqual(widest.level, level)) {
    throw new Refusal(
      'SCOPE_TOO_WIDE',
      {
        zh: `打印${PRINT_JOB_NAMES[kind].zh}请至少选择到${widest.name}`,
        en: `To print this form choose a region of level ${widest.level} or below`,
      },
      { field: 'region', details: { widestLevel: widest.level } },
    );
  }
  const ticked = [...new Set(subjects)];
  if (ticked.length === 0) {
    throw new Refusal(
      'NOTHING_SELECTED',
      { zh: '请先勾选要打印的行', en: 'Tick the rows to be printed first' },
      { field: 'subjects' },
    );
  }
  if (ticked.length > MOST_FORMS) {
    throw new Refusal(
      'OVER_LIMIT',
      {
        zh: `一次最多打印 ${MOST_FORMS} 份，请分次打印`,
        en: `At most ${MOST_FORMS} forms are printed at once; print in several steps`,
      },
      { field: 'subjects', details: { limit: MOST_FORMS } },
    );
  }
  const range = scopeRange(region, level);
  const villages =
    kind === 'POOR_VILLAGE' ? ticked : kind === 'NATURAL_VILLAGE' ? ticked.map(villageOfNaturalVillage) : [];
  if (!villages.every((village) => isRegionCode(village) && isWithin(village, range)))
    throw refuse.outOfRegion('subjects');
  return ticked;
}

/** The refusal of rows that have no data of the year, or lie elsewhere. */
export const noData = (year: number): Refusal =>
  new Refusal(
    'NOT_FOUND',
    {
      zh: `勾选的行中有的在所选区划没有 ${year} 年度的数据，请刷新列表后重新勾选`,
      en: `Some of the rows have no data of ${year} in the region chosen; reload the list and tick again`,
    },
    { field: 'subjects', httpStatus: 404 },
  );
