import { divideHalfUp, fromHundredths } from '../households/income.rules';

export interface HouseholdsAndPersons {
  households: number;
  persons: number;
}

/** The counters of a region and year that make up its summary. */
export interface SummaryCounters {
  unexited: HouseholdsAndPersons;
  returned: HouseholdsAndPersons;
  exited: HouseholdsAndPersons;
  stableExit: HouseholdsAndPersons;
  /** Registered agricultural population, null while unknown. */
  population: number | null;
  poorVillages: number;
  delistedVillages: number;
}

/** A region's summary 扶贫统计摘要 of a year (catalogue §4 PovertySummary). */
export interface PovertySummaryView {
  year: number;
  poor: HouseholdsAndPersons;
  exited: HouseholdsAndPersons;
  stableExit: HouseholdsAndPersons;
  returned: HouseholdsAndPersons;
  /** Poor villages, those delisted included. */
  poorVillages: number;
  delistedVillages: number;
  /** Percent with two decimals, null while the population is unknown. */
  incidence: string | null;
}

/** Makes the summary: the poor are those who have not left poverty and those who returned to it. */
export function povertySummary(year: number, counters: SummaryCounters): PovertySummaryView {
  const { unexited, returned, exited, stableExit, population, poorVillages, delistedVillages } = counters;
  const poor = {
    households: unexited.households + returned.households,
    persons: unexited.persons + returned.persons,
  };
  return {
    year,
    poor,
    exited,
    stableExit,
    returned,
    poorVillages,
    delistedVillages,
    incidence: population === null || population <= 0 ? null : percent(poor.persons, population),
  };
}

function percent(part: number, whole: number): string {
  return fromHundredths(divideHalfUp(BigInt(part) * 10_000n, BigInt(whole)));
}
