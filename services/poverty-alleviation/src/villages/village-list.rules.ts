import type { RegionLevel } from '@junxian/administrative-region';
import { Refusal } from '@junxian/errors';
import type { SurveyYear } from '../survey-years/year-turn.rules';

const KIND_NAMES = { COUNTY: ['县', 'Counties'], NATURAL_VILLAGE: ['自然村', 'Natural villages'] } as const;

/**
 * Expects that a year has data of a kind (PA-YR-02): 2014 has households and villages, counties come with 2015,
 * natural villages with 2016. Throws INVALID_INPUT naming the field `year`.
 */
export function expectDataOf(
  kind: keyof typeof KIND_NAMES,
  year: Pick<SurveyYear, 'year' | 'hasCounty' | 'hasNaturalVillage'>,
): void {
  if (kind === 'COUNTY' ? year.hasCounty : year.hasNaturalVillage) return;
  const [zh, en] = KIND_NAMES[kind];
  throw new Refusal(
    'INVALID_INPUT',
    {
      zh: `${year.year} 年度没有${zh}数据，请选择其他年度`,
      en: `${en} have no data in ${year.year}; choose another year`,
    },
    { field: 'year' },
  );
}

/** INVALID_REGION_CODE naming the field, unless a code is of exactly this level among the regions of today; else null. */
export function levelFault(
  found: RegionLevel | null,
  wanted: 'COUNTY' | 'VILLAGE',
  field: string,
): Refusal | null {
  if (found === wanted) return null;
  return new Refusal(
    'INVALID_REGION_CODE',
    wanted === 'VILLAGE'
      ? {
          zh: '没有该行政村，请选择当前有效的村级行政区划',
          en: 'There is no such village; choose a region of village level that exists today',
        }
      : {
          zh: '没有该县，请选择当前有效的县级行政区划',
          en: 'There is no such county; choose a region of county level that exists today',
        },
    { field },
  );
}
