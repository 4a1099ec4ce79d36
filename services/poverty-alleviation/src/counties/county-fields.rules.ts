import {
  CULTURE,
  count,
  INDUSTRY,
  INFORMATION_TECHNOLOGY,
  indicatorsOf,
  LAND,
  measure,
  POWER,
  type SectionInputs,
  type SectionValues,
  SOCIAL_SECURITY,
  TOURISM,
} from '../villages/rural-sections.rules';

/** 人口信息 */
export const POPULATION = {
  totalHouseholds: count('总户数'),
  totalPopulation: count('总人口数'),
  agriculturalPopulation: count('农业户籍人口数，贫困发生率的分母'),
};

/** 经济情况 */
export const ECONOMY = {
  gdp: measure('地区生产总值（万元）'),
  fiscalRevenue: measure('一般公共预算收入（万元）'),
  farmerPerCapitaNetIncome: measure('农民人均纯收入（元）'),
  collectiveIncome: measure('村集体经济收入合计（万元）'),
};

/** 农村道路畅通 */
export const ROADS = {
  pavedVillages: count('通沥青（水泥）路的行政村（个）'),
  unpavedKm: measure('到行政村未硬化的公路里程（公里）'),
  busVillages: count('通客运班车的行政村（个）'),
  unpavedNaturalVillages: count('未通沥青（水泥）路的自然村（个）'),
  unpavedNaturalVillageKm: measure('到自然村未硬化的公路里程（公里）'),
};

/** 饮水安全 */
export const DRINKING_WATER = {
  unsafeWaterHouseholds: count('饮水不安全户数'),
  waterDifficultyHouseholds: count('饮水困难户数'),
};

/** 危房改造 */
export const HOUSING = {
  dilapidatedHouseholds: count('危房户数'),
  poorPersonsAffected: count('住危房的贫困人口数'),
};

/** 卫生和计划生育 */
export const HEALTH = {
  clinics: count('行政村卫生室（个）'),
  clinicArea: measure('行政村卫生室面积（平方米）'),
  villagesWithFourRooms: count('卫生室四室分设的行政村（个）'),
  doctors: count('执业（助理）医师和乡村医生人数'),
  publicToilets: count('公共卫生厕所（个）'),
  refuseSites: count('垃圾集中堆放点（个）'),
};

/** The sections of a county's yearly record that are typed in: a village's, as far as a county has them, and its economy. */
export const COUNTY_SECTIONS = {
  population: POPULATION,
  economy: ECONOMY,
  land: LAND,
  socialSecurity: SOCIAL_SECURITY,
  roads: ROADS,
  drinkingWater: DRINKING_WATER,
  power: POWER,
  housing: HOUSING,
  industry: INDUSTRY,
  tourism: TOURISM,
  health: HEALTH,
  culture: CULTURE,
  informationTechnology: INFORMATION_TECHNOLOGY,
};

/** The typed-in indicators of a county by name; each is kept in its own column. */
export const COUNTY_INDICATORS = indicatorsOf(COUNTY_SECTIONS);

export type CountySectionValues = SectionValues<typeof COUNTY_SECTIONS>;
export type CountySectionInputs = SectionInputs<typeof COUNTY_SECTIONS>;
