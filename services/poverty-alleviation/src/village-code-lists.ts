import { CodeList } from './code-lists';

/** C26 村属性 */
export const VILLAGE_ATTRIBUTE = new CodeList({
  POOR: ['01', '贫困村'],
  NON_POOR: ['02', '非贫困村'],
});
export type VillageAttribute = (typeof VILLAGE_ATTRIBUTE)['names'][number];

/** C26 县属性 */
export const COUNTY_ATTRIBUTE = new CodeList({
  NATIONAL_KEY_COUNTY: ['01', '国家扶贫开发工作重点县'],
  CONTIGUOUS_POOR_AREA: ['02', '集中连片特困地区县'],
  PROVINCIAL_KEY_COUNTY: ['03', '省定重点县'],
  NON_POOR: ['04', '非贫困县'],
});
export type CountyAttribute = (typeof COUNTY_ATTRIBUTE)['names'][number];
