import { Refusal } from '@junxian/errors';
import type { FormFaults } from '../households/form-faults.rules';
import {
  CULTURE,
  checkSections,
  count,
  degrees,
  INDUSTRY,
  INFORMATION_TECHNOLOGY,
  indicatorsOf,
  LAND,
  measure,
  POWER,
  phone,
  type SectionInputs,
  type SectionValues,
  SOCIAL_SECURITY,
  TOURISM,
  words,
  yesNo,
} from './rural-sections.rules';

/** 基本情况 */
export const BASIC = {
  villageHead: words('村负责人', 50),
  officePhone: phone('村办公电话'),
  terrain: words('地形地貌', 50),
  developmentDirection: words('发展方向', 200),
  partyMembers: count('党员人数'),
  graduateOfficials: count('大学生村干部人数'),
  longitude: degrees('经度（度，最多六位小数）', 73, 136),
  latitude: degrees('纬度（度，最多六位小数）', 3, 54),
};

/** 人口信息 */
export const POPULATION = {
  totalHouseholds: count('总户数'),
  totalPopulation: count('总人口数'),
};

/** 收入信息 */
export const INCOME = {
  farmerPerCapitaNetIncome: measure('农民人均纯收入（元）'),
  collectiveIncome: measure('村集体经济收入（万元）'),
};

/** 村级道路畅通 */
export const ROADS = {
  pavedToTownship: yesNo('到乡镇是否通沥青（水泥）路'),
  unpavedKmToTownship: measure('到乡镇未硬化的公路里程（公里）'),
  hasBus: yesNo('是否通客运班车'),
  unpavedNaturalVillages: count('未通沥青（水泥）路的自然村（个）'),
  unpavedNaturalVillageKm: measure('到自然村未硬化的公路里程（公里）'),
};

/** 卫生和计划生育 */
export const HEALTH = {
  clinics: count('卫生室（个）'),
  clinicArea: measure('卫生室面积（平方米）'),
  hasFourRooms: yesNo('诊断室、治疗室、观察室、药房是否四室分设'),
  doctors: count('执业（助理）医师和乡村医生人数'),
  publicToilets: count('公共卫生厕所（个）'),
  refuseSites: count('垃圾集中堆放点（个）'),
};

/**
 * The sections of a village's yearly record that are typed in. Of the fifteen (PA-VL-01) water and housing are
 * generated wholly, population in part, and the work team is kept elsewhere.
 */
export const VILLAGE_SECTIONS = {
  basic: BASIC,
  land: LAND,
  population: POPULATION,
  income: INCOME,
  socialSecurity: SOCIAL_SECURITY,
  roads: ROADS,
  power: POWER,
  industry: INDUSTRY,
  tourism: TOURISM,
  health: HEALTH,
  culture: CULTURE,
  informationTechnology: INFORMATION_TECHNOLOGY,
};

/** Titles of the fifteen sections in the order of the form, for lists and prints. */
export const VILLAGE_SECTION_TITLES = {
  basic: '基本情况',
  land: '土地信息',
  population: '人口信息',
  income: '收入信息',
  socialSecurity: '社会保障',
  roads: '村级道路畅通',
  drinkingWater: '饮水安全',
  power: '农村电力保障',
  housing: '危房改造',
  industry: '特色产业增收',
  tourism: '乡村旅游',
  health: '卫生和计划生育',
  culture: '文化建设',
  informationTechnology: '贫困村信息化',
  workTeam: '驻村工作队',
} as const;

/** The typed-in indicators of a village by name; each is kept in its own column. */
export const VILLAGE_INDICATORS = indicatorsOf(VILLAGE_SECTIONS);

export type VillageSectionValues = SectionValues<typeof VILLAGE_SECTIONS>;
export type VillageSectionInputs = SectionInputs<typeof VILLAGE_SECTIONS>;

/** What no form may state of a village: its attribute, whether it is delisted, and what is generated (PA-VL-02). */
export type VillageLockedInput = Readonly<Record<string, unknown>>;

/** Adds FIELD_LOCKED for every field that states a value where none may be stated. */
export function checkLocked(
  locked: Readonly<Record<string, unknown>> | null | undefined,
  path: string,
  faults: FormFaults,
): void {
  for (const [name, value] of Object.entries(locked ?? {})) {
    if (value !== null && value !== undefined)
      faults.add(fieldLocked(path === '' ? name : `${path}.${name}`));
  }
}

/**
 * Checks the sections of a village's form. Both totals of the population must be there when a record is made, and
 * cannot be cleared afterwards (PA-VD-02).
 */
export function checkVillageForm(input: VillageSectionInputs, isNew: boolean, faults: FormFaults): void {
  checkSections(VILLAGE_SECTIONS, input, faults);
  for (const name of ['totalHouseholds', 'totalPopulation'] as const) {
    const value = input.population?.[name];
    if (value === null || (isNew && value === undefined)) faults.add(totalRequired(`population.${name}`));
  }
}

function fieldLocked(field: string): Refusal {
  return new Refusal(
    'FIELD_LOCKED',
    {
      zh: '该项由系统汇总或由后台管理维护，不能在此填写，请删除后重新提交',
      en: 'This figure is generated, or kept by the back office; leave it out and submit again',
    },
    { field },
  );
}

function totalRequired(field: string): Refusal {
  return new Refusal(
    'FIELD_REQUIRED',
    { zh: '请填写总户数和总人口数', en: 'Enter the total of households and of persons' },
    { field },
  );
}
