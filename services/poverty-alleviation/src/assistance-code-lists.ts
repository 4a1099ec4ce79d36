import { CodeList } from './code-lists';

type NamesOf<List> = List extends CodeList<infer Name> ? Name : never;

/** C27 帮扶单位类型 */
export const ASSISTANCE_UNIT_TYPE = new CodeList({
  STATE_ORGAN: ['01', '国家机关'],
  SOCIAL_ORGANISATION: ['02', '社会团体'],
  UNIVERSITY: ['03', '高等院校'],
  STATE_OWNED_ENTERPRISE: ['04', '国有企业'],
  EASTERN_COUNTERPART: ['05', '东部对口帮扶省市'],
  DESIGNATED_INSTITUTION: ['06', '定点机构'],
  VILLAGERS_ORGANISATION: ['07', '村民自治组织'],
  OTHER: ['99', '其他'],
});
export type AssistanceUnitType = NamesOf<typeof ASSISTANCE_UNIT_TYPE>;

/** C27 隶属关系 */
export const UNIT_AFFILIATION = new CodeList({
  CENTRAL: ['01', '中央'],
  PROVINCE: ['02', '省'],
  CITY: ['03', '市(地)'],
  COUNTY: ['04', '县(区)'],
  TOWNSHIP: ['05', '乡镇(街道)'],
  VILLAGE_COMMITTEE: ['06', '村(居)委会'],
  MILITARY: ['07', '军队'],
  OTHER: ['99', '其他'],
});
export type UnitAffiliation = NamesOf<typeof UNIT_AFFILIATION>;

/** C28 职务级别 */
export const OFFICIAL_RANK = new CodeList({
  NATIONAL_CHIEF: ['011', '国家级正职'],
  NATIONAL_DEPUTY: ['012', '国家级副职'],
  PROVINCE_CHIEF: ['021', '省部级正职'],
  PROVINCE_DEPUTY: ['022', '省部级副职'],
  BUREAU_CHIEF: ['031', '厅局级正职'],
  BUREAU_DEPUTY: ['032', '厅局级副职'],
  COUNTY_CHIEF: ['041', '县处级正职'],
  COUNTY_DEPUTY: ['042', '县处级副职'],
  TOWNSHIP_CHIEF: ['051', '乡科级正职'],
  TOWNSHIP_DEPUTY: ['052', '乡科级副职'],
  SECTION_MEMBER: ['06', '科员级'],
  CLERK: ['07', '办事员级'],
  UNRANKED: ['99', '未定职'],
});
export type OfficialRank = NamesOf<typeof OFFICIAL_RANK>;
