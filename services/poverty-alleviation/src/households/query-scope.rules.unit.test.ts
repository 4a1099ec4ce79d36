import type { RegionLevel } from '@junxian/administrative-region';
import { Refusal } from '@junxian/errors';
import { rule } from '@junxian/test-kit';
import {
  type DynamicSearch,
  dynamicSearchRange,
  householdQueryRange,
  widestQueryLevel,
} from './query-scope.rules';

const nation = { regionCode: '000000000000', regionLevel: 'NATION' as RegionLevel };
const shanxi = { regionCode: '140000000000', regionLevel: 'PROVINCE' as RegionLevel };
const yunzhou = { regionCode: '140215000000', regionLevel: 'COUNTY' as RegionLevel };

const outcome = (year: number, caller: typeof nation, region?: string, hasNameOrIdNumber = false) => {
  try {
    return householdQueryRange({ year, region, hasNameOrIdNumber }, caller);
  } catch (error) {
    if (error instanceof Refusal) return `${error.code} ${error.field ?? ''}`.trim();
    throw error;
  }
};

rule('PA-QS-01', 'the range is the chosen region inside the own one; outside it is OUT_OF_REGION', () => {
  expect(outcome(2017, shanxi, '140215000000')).toEqual({ low: '140215', high: '140216' });
  expect(outcome(2017, yunzhou, '140214000000')).toBe('OUT_OF_REGION region');
  expect(outcome(2017, yunzhou, '140000000000')).toBe('OUT_OF_REGION region');
  expect(outcome(2017, yunzhou, '000000000000')).toBe('OUT_OF_REGION region');
  expect(outcome(2017, shanxi, '370100000000')).toBe('OUT_OF_REGION region');
  expect(outcome(2017, shanxi, '14')).toBe('INVALID_REGION_CODE region');
});

rule('PA-QS-01', 'a caller without a region queries nothing', () => {
  expect(() =>
    householdQueryRange({ year: 2017, hasNameOrIdNumber: false }, { regionCode: null, regionLevel: null }),
  ).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
});

rule('PA-QS-02', '2014 with a name or ID number: the province is enough, the nation is not', () => {
  expect(widestQueryLevel(2014, true)).toBe('PROVINCE');
  expect(outcome(2014, nation, '140000000000', true)).toEqual({ low: '14', high: '15' });
  expect(outcome(2014, nation, '000000000000', true)).toBe('SCOPE_TOO_WIDE region');
});

rule('PA-QS-03', '2014 without either: at least the county', () => {
  expect(outcome(2014, shanxi, '140000000000')).toBe('SCOPE_TOO_WIDE region');
  expect(outcome(2014, shanxi, '140200000000')).toBe('SCOPE_TOO_WIDE region');
  expect(outcome(2014, shanxi, '140215000000')).toEqual({ low: '140215', high: '140216' });
});

rule('PA-QS-04', '2015: at least the township, name or not', () => {
  expect(outcome(2015, yunzhou, '140215000000', true)).toBe('SCOPE_TOO_WIDE region');
  expect(outcome(2015, yunzhou, '140215100000')).toEqual({ low: '140215100', high: '140215101' });
  expect(outcome(2015, yunzhou, '140215100200')).toEqual({ low: '140215100200', high: '140215100201' });
});

rule('PA-QS-05', '2016 and 2017: at least the county; a name or ID number gives no exemption', () => {
  for (const year of [2016, 2017]) {
    expect(outcome(year, shanxi, '140215000000')).toEqual({ low: '140215', high: '140216' });
    expect(outcome(year, shanxi, '140200000000', true)).toBe('SCOPE_TOO_WIDE region');
    expect(outcome(year, shanxi, '140000000000', true)).toBe('SCOPE_TOO_WIDE region');
  }
});

rule('PA-QS-13', 'without a region the own one is used, then the level is tested', () => {
  expect(outcome(2017, yunzhou)).toEqual({ low: '140215', high: '140216' });
  expect(outcome(2015, yunzhou)).toBe('SCOPE_TOO_WIDE region');
  expect(outcome(2017, shanxi)).toBe('SCOPE_TOO_WIDE region');
  expect(outcome(2014, shanxi, undefined, true)).toEqual({ low: '14', high: '15' });
});

rule('PA-QS-13', 'the own region counts at its stored level, which its digits need not show', () => {
  // A city without counties, stored as a county-level authority by its appointment.
  const dongguan = { regionCode: '441900000000', regionLevel: 'COUNTY' as RegionLevel };
  expect(outcome(2017, dongguan)).toEqual({ low: '441900', high: '441901' });
  expect(outcome(2017, dongguan, '441900000000')).toEqual({ low: '441900', high: '441901' });
});

const searched = (
  search: DynamicSearch,
  region: string | undefined,
  hasNameOrIdNumber: boolean,
  caller = shanxi,
) => {
  try {
    return dynamicSearchRange(search, { region, hasNameOrIdNumber }, caller);
  } catch (error) {
    if (error instanceof Refusal) return `${error.code} ${error.field ?? ''}`.trim();
    throw error;
  }
};
const village = '140215100001';
const inVillage = { low: '140215100001', high: '140215100002' };

rule('PA-QS-09', 'natural change, key targets and split: at least the county, a name is not needed', () => {
  for (const search of ['POPULATION_CHANGE', 'KEY_TARGET', 'SPLIT'] as const) {
    expect(searched(search, '140215000000', false)).toEqual({ low: '140215', high: '140216' });
    expect(searched(search, village, false)).toEqual(inVillage);
    expect(searched(search, '140200000000', true)).toBe('SCOPE_TOO_WIDE region');
    expect(searched(search, undefined, true)).toBe('SCOPE_TOO_WIDE region');
    expect(searched(search, undefined, false, yunzhou)).toEqual({ low: '140215', high: '140216' });
    expect(searched(search, '140214000000', true, yunzhou)).toBe('OUT_OF_REGION region');
  }
});

rule('PA-QS-10', 'exit, stable exit and return: a village and a name or ID number', () => {
  for (const search of ['EXIT', 'STABLE_EXIT', 'RETURN'] as const) {
    expect(searched(search, village, true)).toEqual(inVillage);
    expect(searched(search, village, false)).toBe('FIELD_REQUIRED name');
    expect(searched(search, '140215100000', true)).toBe('SCOPE_TOO_WIDE region');
    expect(searched(search, undefined, true, yunzhou)).toBe('SCOPE_TOO_WIDE region');
    expect(searched(search, '140214001002', true, yunzhou)).toBe('OUT_OF_REGION region');
  }
});

rule('PA-QS-10', 'the page of exited households offers select-all: a village is enough', () => {
  expect(searched('STABLE_EXIT_OF_EXITED', village, false)).toEqual(inVillage);
  expect(searched('STABLE_EXIT_OF_EXITED', '140215000000', true)).toBe('SCOPE_TOO_WIDE region');
});
