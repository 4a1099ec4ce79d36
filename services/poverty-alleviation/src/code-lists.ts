/** One official code list: English names for the graph, official codes for the store, Chinese for forms. */
export class CodeList<Name extends string> {
  readonly names: readonly Name[];
  private readonly nameByCode: ReadonlyMap<string, Name>;

  /** Takes the list as `name: [official code, Chinese label]`. */
  constructor(private readonly entries: Readonly<Record<Name, readonly [code: string, label: string]>>) {
    this.names = Object.keys(entries) as Name[];
    this.nameByCode = new Map(this.names.map((name) => [entries[name][0], name]));
  }

  /** The official code that is stored for a name. */
  code(name: Name): string {
    return this.entries[name][0];
  }

  /** The Chinese label of a name, as forms print it. */
  label(name: Name): string {
    return this.entries[name][1];
  }

  /** The name of a Chinese label as a form has it, or null for a text that is none. */
  byLabel(label: string): Name | null {
    return this.names.find((name) => this.entries[name][1] === label) ?? null;
  }

  /** The name of a stored code; throws RangeError on a code the list does not have, which is a defect of the store. */
  name(code: string): Name {
    const name = this.nameByCode.get(code);
    if (name === undefined) throw new RangeError('A stored code is not in its official list');
    return name;
  }
}

type NamesOf<List> = List extends CodeList<infer Name> ? Name : never;

/** C1 贫困户属性 */
export const HOUSEHOLD_ATTRIBUTE = new CodeList({
  GENERAL_POOR: ['01', '一般贫困户'],
  ALLOWANCE: ['02', '低保户'],
  FIVE_GUARANTEES: ['03', '五保户'],
  ALLOWANCE_POOR: ['04', '低保贫困户'],
  ORDINARY_FARM_HOUSEHOLD: ['05', '一般农户'],
  FIVE_GUARANTEES_POOR: ['06', '五保贫困户'],
});
export type HouseholdAttribute = NamesOf<typeof HOUSEHOLD_ATTRIBUTE>;

/** C2 识别标准 */
export const IDENTIFICATION_STANDARD = new CodeList({
  NATIONAL: ['01', '国家标准'],
  PROVINCIAL: ['02', '省定标准'],
  CITY: ['03', '市定标准'],
});
export type IdentificationStandard = NamesOf<typeof IDENTIFICATION_STANDARD>;

/** C3 脱贫状态 */
export const POVERTY_STATUS = new CodeList({
  UNEXITED: ['0', '未脱贫'],
  EXITED: ['1', '已脱贫（享受政策）'],
  RETURNED: ['3', '返贫'],
  STABLE_EXIT: ['4', '已脱贫（不再享受政策）'],
});
export type PovertyStatus = NamesOf<typeof POVERTY_STATUS>;

/** C4 档案状态 */
export const FILE_STATUS = new CodeList({
  ACTIVE: ['ACTIVE', '在档'],
  CLOSED: ['CLOSED', '销户'],
  CLEARED: ['CLEARED', '清退'],
});
export type FileStatus = NamesOf<typeof FILE_STATUS>;

/** C5 致贫原因 */
export const POVERTY_CAUSE = new CodeList({
  ILLNESS: ['01', '因病'],
  DISABILITY: ['02', '因残'],
  SCHOOLING: ['03', '因学'],
  DISASTER: ['04', '因灾'],
  LACK_OF_LAND: ['05', '缺土地'],
  LACK_OF_WATER: ['06', '缺水'],
  LACK_OF_SKILL: ['07', '缺技术'],
  LACK_OF_LABOUR: ['08', '缺劳力'],
  LACK_OF_CAPITAL: ['09', '缺资金'],
  POOR_TRANSPORT: ['10', '交通条件落后'],
  LACK_OF_MOTIVATION: ['11', '自身发展动力不足'],
  MARRIAGE: ['12', '因婚'],
  OTHER: ['99', '其他'],
});
export type PovertyCause = NamesOf<typeof POVERTY_CAUSE>;

/** C6 与户主关系 */
export const RELATION_TO_HEAD = new CodeList({
  HEAD: ['01', '户主'],
  SPOUSE: ['02', '配偶'],
  SON: ['03', '之子'],
  DAUGHTER: ['04', '之女'],
  DAUGHTER_IN_LAW: ['05', '之儿媳'],
  SON_IN_LAW: ['06', '之女婿'],
  SONS_SON: ['07', '之孙子'],
  SONS_DAUGHTER: ['08', '之孙女'],
  DAUGHTERS_SON: ['09', '之外孙子'],
  DAUGHTERS_DAUGHTER: ['10', '之外孙女'],
  FATHER: ['11', '之父'],
  MOTHER: ['12', '之母'],
  WIFES_FATHER: ['13', '之岳父'],
  WIFES_MOTHER: ['14', '之岳母'],
  HUSBANDS_FATHER: ['15', '之公公'],
  HUSBANDS_MOTHER: ['16', '之婆婆'],
  PATERNAL_GRANDFATHER: ['17', '之祖父'],
  PATERNAL_GRANDMOTHER: ['18', '之祖母'],
  MATERNAL_GRANDFATHER: ['19', '之外祖父'],
  MATERNAL_GRANDMOTHER: ['20', '之外祖母'],
  OTHER: ['99', '其他'],
});
export type RelationToHead = NamesOf<typeof RELATION_TO_HEAD>;

/** C9 性别 */
export const SEX = new CodeList({
  MALE: ['1', '男'],
  FEMALE: ['2', '女'],
  UNSPECIFIED: ['9', '未说明的性别'],
});
export type Sex = NamesOf<typeof SEX>;

/** C10 证件类型 */
export const ID_DOCUMENT_TYPE = new CodeList({
  RESIDENT_ID: ['01', '居民身份证'],
  OFFICER_CARD: ['02', '军官证'],
  DISABILITY_CARD: ['09', '残疾人证'],
  NONE: ['00', '无证件'],
});
export type IdDocumentType = NamesOf<typeof ID_DOCUMENT_TYPE>;

/** C11 文化程度 */
export const EDUCATION = new CodeList({
  ILLITERATE_OR_SEMI_LITERATE: ['01', '文盲或半文盲'],
  PRIMARY: ['02', '小学'],
  JUNIOR_MIDDLE: ['03', '初中'],
  SENIOR_MIDDLE: ['04', '高中'],
  COLLEGE_OR_ABOVE: ['05', '大专及以上'],
  PRESCHOOL_CHILD: ['06', '学龄前儿童'],
});
export type Education = NamesOf<typeof EDUCATION>;

/** C12 在校生状况 */
export const SCHOOL_STATUS = new CodeList({
  NOT_A_PUPIL: ['01', '非在校生'],
  PRESCHOOL: ['02', '学前教育'],
  PRIMARY: ['03', '小学'],
  GRADE_7: ['04', '七年级'],
  GRADE_8: ['05', '八年级'],
  GRADE_9: ['06', '九年级'],
  SENIOR_1: ['07', '高中一年级'],
  SENIOR_2: ['08', '高中二年级'],
  SENIOR_3: ['09', '高中三年级'],
  SECONDARY_VOCATIONAL_1: ['10', '中职一年级'],
  SECONDARY_VOCATIONAL_2: ['11', '中职二年级'],
  SECONDARY_VOCATIONAL_3: ['12', '中职三年级'],
  HIGHER_VOCATIONAL_1: ['13', '高职一年级'],
  HIGHER_VOCATIONAL_2: ['14', '高职二年级'],
  HIGHER_VOCATIONAL_3: ['15', '高职三年级'],
  COLLEGE_OR_ABOVE: ['16', '大专及以上'],
});
export type SchoolStatus = NamesOf<typeof SCHOOL_STATUS>;

/** C13 健康状况 */
export const HEALTH_CONDITION = new CodeList({
  HEALTHY: ['01', '健康'],
  CHRONIC_ILLNESS: ['02', '长期慢性病'],
  SERIOUS_ILLNESS: ['03', '患有大病'],
  DISABLED: ['04', '残疾'],
});
export type HealthCondition = NamesOf<typeof HEALTH_CONDITION>;

/** C14 劳动技能 */
export const LABOUR_ABILITY = new CodeList({
  ORDINARY: ['01', '普通劳动力'],
  SKILLED: ['02', '技能劳动力'],
  LOST: ['03', '丧失劳动力'],
  NONE: ['04', '无劳动力'],
});
export type LabourAbility = NamesOf<typeof LABOUR_ABILITY>;

/** C15 务工状况 */
export const WORK_PLACE = new CodeList({
  IN_TOWNSHIP: ['01', '乡（镇）内'],
  IN_COUNTY: ['02', '乡外县内'],
  IN_PROVINCE: ['03', '县外省内'],
  OUT_OF_PROVINCE: ['04', '省外'],
  OTHER: ['99', '其他'],
});
export type WorkPlace = NamesOf<typeof WORK_PLACE>;

/** C16 入户路类型 */
export const ROAD_TYPE = new CodeList({
  EARTH: ['01', '泥土路'],
  GRAVEL: ['02', '砂石路'],
  CONCRETE: ['03', '水泥路'],
  ASPHALT: ['04', '沥青路'],
});
export type RoadType = NamesOf<typeof ROAD_TYPE>;

/** C17 主要燃料 */
export const FUEL_TYPE = new CodeList({
  FIREWOOD: ['01', '柴草'],
  DRIED_DUNG: ['02', '干畜粪'],
  COAL: ['03', '煤炭'],
  CLEAN_ENERGY: ['04', '清洁能源'],
  OTHER: ['99', '其他'],
});
export type FuelType = NamesOf<typeof FUEL_TYPE>;

/** C18 危房级别 */
export const DILAPIDATED_GRADE = new CodeList({ C: ['C', 'C 级'], D: ['D', 'D 级'] });
export type DilapidatedGrade = NamesOf<typeof DILAPIDATED_GRADE>;

/** C19 搬迁方式 */
export const RELOCATION_MODE = new CodeList({
  WHOLE_VILLAGE: ['01', '整村（组）搬迁'],
  SCATTERED: ['02', '零散搬迁'],
});
export type RelocationMode = NamesOf<typeof RELOCATION_MODE>;

/** C20 安置方式 */
export const RESETTLEMENT = new CodeList({
  NEAR_IN_VILLAGE: ['11', '行政村内就近集中安置'],
  NEW_MIGRANT_VILLAGE: ['12', '建设移民新村集中安置'],
  TOWN_OR_INDUSTRIAL_PARK: ['13', '小城镇或工业园区集中安置'],
  RURAL_TOURISM_AREA: ['14', '乡村旅游区集中安置'],
  OTHER_CONCENTRATED: ['19', '其他集中安置'],
  INSERTED_IN_VILLAGES: ['21', '插花安置'],
  WITH_RELATIVES: ['22', '投亲靠友'],
  HOUSE_BOUGHT_IN_TOWN: ['23', '进城购房'],
  OTHER_DISPERSED: ['29', '其他分散安置'],
});
export type Resettlement = NamesOf<typeof RESETTLEMENT>;

/** C21 搬迁可能存在的困难 */
export const RELOCATION_DIFFICULTY = new CodeList({
  LACK_OF_MONEY: ['01', '缺乏资金'],
  NO_WORK_AFTERWARDS: ['02', '搬迁后找不到工作'],
  NO_LIVELIHOOD_AFTERWARDS: ['03', '搬迁后生活没着落'],
  OTHER: ['99', '其他'],
});
export type RelocationDifficulty = NamesOf<typeof RELOCATION_DIFFICULTY>;

/** C22 后续扶持方式 */
export const FOLLOW_UP_SUPPORT = new CodeList({
  SPECIALITY_FARMING: ['01', '特色农林业'],
  LABOUR_SERVICES: ['02', '劳务经济'],
  MODERN_SERVICES: ['03', '现代服务业'],
  ASSET_RETURNS: ['04', '资产收益'],
  SOCIAL_SECURITY: ['05', '社会保障兜底'],
  OTHER: ['99', '其他'],
});
export type FollowUpSupport = NamesOf<typeof FOLLOW_UP_SUPPORT>;

/** C25 人员状态 */
export const MEMBER_STATUS = new CodeList({
  NORMAL: ['1', '正常'],
  DECEASED: ['2', '死亡'],
  TRANSFERRED_OUT: ['3', '转出'],
  TRANSFERRED_IN: ['4', '转入'],
  REDUCED: ['5', '减少'],
  DELETED: ['9', '删除'],
  CLEARED_WITH_HOUSEHOLD: ['10', '户清退时清退'],
  CLEARED: ['11', '人员清退'],
});
export type MemberStatus = NamesOf<typeof MEMBER_STATUS>;
