import { type CodeRange, isWiderOrEqual, type RegionLevel, scopeRange } from '@junxian/administrative-region';
import { Refusal } from '@junxian/errors';
import { type CallerRegion, chosenRegion } from '../chosen-range.rules';

export interface HouseholdQueryScope {
  year: number;
  /** The chosen region; without one the caller's own counts (PA-QS-13). */
  region?: string | null | undefined;
  /** Whether a name or an ID number narrows the query. */
  hasNameOrIdNumber: boolean;
}

const LEVEL_NAMES: Record<RegionLevel, string> = {
  NATION: '全国',
  PROVINCE: '省级',
  CITY: '市级',
  COUNTY: '县级',
  TOWNSHIP: '乡级',
  VILLAGE: '村级',
};

/**
 * The widest level at which households of a year may be queried: 2014 the province with a name or an
 * ID number (PA-QS-02), else the county (PA-QS-03); 2015 the township (PA-QS-04); from 2016 on the
 * county, whatever else is given (PA-QS-05).
 */
export function widestQueryLevel(year: number, hasNameOrIdNumber: boolean): RegionLevel {
  if (year === 2014) return hasNameOrIdNumber ? 'PROVINCE' : 'COUNTY';
  return year === 2015 ? 'TOWNSHIP' : 'COUNTY';
}

/**
 * Decides the range of region codes a household query runs over. The caller's own region stands in
 * for a missing one before the level is tested (PA-QS-13).
 * Throws FORBIDDEN for a caller without a region, INVALID_REGION_CODE, OUT_OF_REGION for a region
 * outside the caller's (PA-QS-01), SCOPE_TOO_WIDE for one wider than the year allows (PA-QS-02…05).
 */
export function householdQueryRange(query: HouseholdQueryScope, caller: CallerRegion): CodeRange {
  return rangeWithin(query.region, widestQueryLevel(query.year, query.hasNameOrIdNumber), caller);
}

/**
 * The searches of dynamic management: exit 脱贫, stable exit of households that have not exited 脱贫(不再享受政策),
 * stable exit of exited ones 已脱贫(不再享受政策), return 返贫, natural change 人口自然变更, key targets 重点帮扶对象,
 * split 分户.
 */
export type DynamicSearch =
  | 'EXIT'
  | 'STABLE_EXIT'
  | 'STABLE_EXIT_OF_EXITED'
  | 'RETURN'
  | 'POPULATION_CHANGE'
  | 'KEY_TARGET'
  | 'SPLIT';

export interface DynamicSearchScope {
  /** The chosen region; without one the caller's own counts (PA-QS-13). */
  region?: string | null | undefined;
  /** Whether the head's name or an ID number narrows the search. */
  hasNameOrIdNumber: boolean;
}

/** How wide each search of dynamic management may be, and whether it needs a name or ID number besides. */
const DYNAMIC_SEARCHES: Readonly<Record<DynamicSearch, { widest: RegionLevel; needsPerson: boolean }>> = {
  // PA-QS-10; the page of exited households offers select-all, so it goes without a person.
  EXIT: { widest: 'VILLAGE', needsPerson: true },
  STABLE_EXIT: { widest: 'VILLAGE', needsPerson: true },
  STABLE_EXIT_OF_EXITED: { widest: 'VILLAGE', needsPerson: false },
  RETURN: { widest: 'VILLAGE', needsPerson: true },
  // PA-QS-09.
  POPULATION_CHANGE: { widest: 'COUNTY', needsPerson: false },
  KEY_TARGET: { widest: 'COUNTY', needsPerson: false },
  SPLIT: { widest: 'COUNTY', needsPerson: false },
};

/**
 * Decides the range of region codes a search of dynamic management runs over (PA-QS-09, PA-QS-10, PA-QS-13).
 * Throws FORBIDDEN for a caller without a region, INVALID_REGION_CODE, OUT_OF_REGION, SCOPE_TOO_WIDE for a region
 * wider than the search allows, and FIELD_REQUIRED where the head's name or an ID number is missing.
 */
export function dynamicSearchRange(
  search: DynamicSearch,
  { region, hasNameOrIdNumber }: DynamicSearchScope,
  caller: CallerRegion,
): CodeRange {
  const { widest, needsPerson } = DYNAMIC_SEARCHES[search];
  const range = rangeWithin(region, widest, caller);
  if (needsPerson && !hasNameOrIdNumber) throw personNeeded();
  return range;
}

/** The range of the chosen region, or else of the caller's own, that is no wider than `widest`. */
function rangeWithin(
  region: string | null | undefined,
  widest: RegionLevel,
  caller: CallerRegion,
): CodeRange {
  const { code, level } = chosenRegion(region, caller);
  if (!isWiderOrEqual(widest, level)) throw tooWide(widest);
  return scopeRange(code, level);
}

function tooWide(widest: RegionLevel): Refusal {
  return new Refusal(
    'SCOPE_TOO_WIDE',
    {
      zh: `查询范围过大，请至少选择到${LEVEL_NAMES[widest]}`,
      en: `The region is too wide for this query; choose one of level ${widest} or below`,
    },
    { field: 'region', details: { widestLevel: widest } },
  );
}

function personNeeded(): Refusal {
  return new Refusal(
    'FIELD_REQUIRED',
    {
      zh: '请填写户主姓名或证件号码后再查询',
      en: 'Enter the name of the head of the household or an ID number to search',
    },
    { field: 'name' },
  );
}
