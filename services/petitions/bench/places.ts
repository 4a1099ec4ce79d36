import { ancestorsByCode, NATION_CODE, streamReferenceRegions } from '@junxian/administrative-region';

/** A real county, and a township or village in it where a problem may lie. */
export interface County {
  code: string;
  cityCode: string;
  provinceCode: string;
  problemRegionCode: string;
}

export interface Places {
  /** Regions that have a petition bureau, wider ones first. */
  bureaus: { code: string; level: 'NATION' | 'PROVINCE' | 'CITY' | 'COUNTY'; superiorCode: string | null }[];
  counties: County[];
}

/** The real provinces, cities and counties of the national file; counties without anything below them are left out. */
export async function realPlaces(): Promise<Places> {
  const bureaus: Places['bureaus'] = [];
  const known = new Set<string>();
  const firstBelow = new Map<string, string>();
  for await (const { code, level } of streamReferenceRegions()) {
    if (level === 'NATION' || level === 'PROVINCE' || level === 'CITY' || level === 'COUNTY') {
      bureaus.push({ code, level, superiorCode: null });
      known.add(code);
    } else {
      const county = ancestorsByCode(code).at(level === 'TOWNSHIP' ? -2 : -3);
      if (county !== undefined) firstBelow.set(county, code);
    }
  }
  const order = ['NATION', 'PROVINCE', 'CITY', 'COUNTY'];
  bureaus.sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level) || (a.code < b.code ? -1 : 1));
  for (const bureau of bureaus)
    bureau.superiorCode =
      ancestorsByCode(bureau.code).findLast((code) => code !== bureau.code && known.has(code)) ?? null;
  const counties = bureaus.flatMap(({ code, level }) => {
    const problemRegionCode = firstBelow.get(code);
    if (level !== 'COUNTY' || problemRegionCode === undefined) return [];
    const above = ancestorsByCode(code).filter(
      (region) => region !== NATION_CODE && region !== code && known.has(region),
    );
    const [provinceCode, cityCode = provinceCode] = above;
    return provinceCode === undefined ? [] : [{ code, cityCode: cityCode!, provinceCode, problemRegionCode }];
  });
  return { bureaus, counties };
}

/** The id of the bureau of a region, in SQL and the same everywhere. */
export const bureauId = (code: string) => `md5('bench bureau ' || ${code})::uuid`;
/** The id of the responsible unit of a county. */
export const unitId = (code: string) => `md5('bench unit ' || ${code})::uuid`;
/** The account of the officer of an organisation. */
export const officerOf = (organisation: string) => `md5('bench officer ' || ${organisation})::uuid`;
