import type { Bilingual } from '@junxian/errors';
import type { FormFaults } from '../households/form-faults.rules';
import { decimal, type Field, optionalFlag, optionalWhole, text, type Values } from '../record-fields';

/** One indicator of a yearly record: how it is kept, how it is called on forms, which values it takes. */
export interface Indicator<Value = unknown> extends Field<Value> {
  label: string;
  /** Adds a fault naming `path` unless the value is absent or in order. */
  check(faults: FormFaults, value: Value | undefined, path: string): void;
}

/** The indicators of one section, in the order of the form. */
export type Section = Readonly<Record<string, Indicator>>;

/** The sections of a yearly record, in the order of the form. */
export type Sections = Readonly<Record<string, Section>>;

/** What the sections of a record hold. */
export type SectionValues<Of> = { [Name in keyof Of]: Values<Of[Name]> };

/** Sections as a form submits them: what is left out stays, null clears. */
export type SectionInputs<Of> = {
  [Name in keyof Of]?: { [Key in keyof Of[Name]]?: ValueOf<Of[Name][Key]> | undefined } | null | undefined;
};

type ValueOf<Kept> = Kept extends Field<infer Value> ? Value : never;

const MAX_COUNT = 99_999_999;
const COUNT_TEXT: Bilingual = {
  zh: `请填写 0 至 ${MAX_COUNT} 之间的整数`,
  en: `Enter a whole number from 0 to ${MAX_COUNT}`,
};

/** A number of persons, households or things. */
export const count = (label: string): Indicator<number | null> => ({
  ...optionalWhole,
  label,
  check: (faults, value, path) =>
    faults.expect(value == null || (value >= 0 && value <= MAX_COUNT), path, COUNT_TEXT),
});

/** An area, length or amount of money: at most two decimals. */
export const measure = (label: string): Indicator<string | null> => ({
  ...decimal,
  label,
  check: (faults, value, path) => faults.expectAmount(value, path),
});

/** Yes or no. */
export const yesNo = (label: string): Indicator<boolean | null> => ({
  ...optionalFlag,
  label,
  check: () => {},
});

/** Free text of at most `max` characters. */
export const words = (label: string, max: number): Indicator<string | null> => ({
  ...text,
  label,
  check: (faults, value, path) => faults.expectText(value, max, path),
});

/** A telephone number of an office. */
export const phone = (label: string): Indicator<string | null> => ({
  ...text,
  label,
  check: (faults, value, path) => faults.expectPhone(value, path),
});

/** Degrees of longitude or latitude between two whole ones, at most six decimals. */
export const degrees = (label: string, low: number, high: number): Indicator<string | null> => ({
  ...decimal,
  label,
  check: (faults, value, path) => {
    if (value == null) return;
    const inBounds = /^\d{1,3}(\.\d{1,6})?$/.test(value) && Number(value) >= low && Number(value) <= high;
    faults.expect(inBounds, path, {
      zh: `请填写 ${low} 至 ${high} 之间的度数，最多六位小数`,
      en: `Enter degrees from ${low} to ${high} with at most six decimals`,
    });
  },
});

/** 土地信息 */
export const LAND = {
  cultivated: measure('耕地面积（亩）'),
  irrigated: measure('有效灌溉面积（亩）'),
  forest: measure('林地面积（亩）'),
  returnedToForest: measure('退耕还林面积（亩）'),
  orchard: measure('林果面积（亩）'),
  grassland: measure('牧草地面积（亩）'),
  water: measure('水面面积（亩）'),
};

/** 社会保障 */
export const SOCIAL_SECURITY = {
  medicalInsured: count('参加城乡居民基本医疗保险人数'),
  residentPensionInsured: count('参加城乡居民基本养老保险人数'),
  employeePensionInsured: count('参加城镇职工基本养老保险人数'),
  medicalAidTimes: count('享受医疗救助人次'),
};

/** 农村电力保障 */
export const POWER = {
  naturalVillagesWithProductionPower: count('已通生产用电的自然村（个）'),
  naturalVillagesWithoutProductionPower: count('未通生产用电的自然村（个）'),
  naturalVillagesWithoutDomesticPower: count('未通生活用电的自然村（个）'),
  householdsWithoutPower: count('未通生活用电的户数'),
};

/** 特色产业增收 */
export const INDUSTRY = {
  cooperatives: count('农民专业合作组织（个）'),
  poorHouseholdsInCooperatives: count('参加农民专业合作组织的贫困户数'),
  mutualFundAssociations: count('贫困村互助资金组织（个）'),
  mutualFundAmount: measure('互助资金规模（万元）'),
};

/** 乡村旅游 */
export const TOURISM = {
  tourismHouseholds: count('乡村旅游从业户数'),
  tourismWorkers: count('乡村旅游从业人数'),
  farmStayHouseholds: count('经营农家乐户数'),
  farmStayAvgIncome: measure('农家乐户均年收入（元）'),
};

/** 文化建设 */
export const CULTURE = {
  readingRooms: count('文化（图书）室（个）'),
  broadcastTvHouseholds: count('通广播电视户数'),
};

/** 信息化 */
export const INFORMATION_TECHNOLOGY = {
  broadbandHouseholds: count('通宽带户数'),
  mobileInternetHouseholds: count('能用手机上网的户数'),
  broadbandNaturalVillages: count('通宽带的自然村（个）'),
  broadbandSchools: count('通宽带的小学（个）'),
  informationOfficers: count('信息员（人）'),
};

/** All indicators of some sections under their names; no two sections have one of the same name. */
export function indicatorsOf(sections: Sections): Section {
  return Object.assign({}, ...Object.values(sections));
}

/** Checks the values given of each section; adds a fault with the path `section.indicator` for each that is not in order. */
export function checkSections<Of extends Sections>(
  sections: Of,
  input: SectionInputs<Of>,
  faults: FormFaults,
): void {
  for (const [section, indicators] of Object.entries(sections)) {
    const given = (input[section] ?? {}) as Readonly<Record<string, unknown>>;
    for (const [name, indicator] of Object.entries(indicators)) {
      indicator.check(faults, given[name], `${section}.${name}`);
    }
  }
}

/** The values that a form gives, by indicator, texts without blanks around them; what is left out is not in it. */
export function givenOf<Of extends Sections>(
  sections: Of,
  input: SectionInputs<Of>,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(sections).flatMap(([section, indicators]) =>
      Object.entries((input[section] ?? {}) as Readonly<Record<string, unknown>>)
        .filter(([name, value]) => name in indicators && value !== undefined)
        .map(([name, value]) => [name, typeof value === 'string' ? value.trim() : value]),
    ),
  );
}
