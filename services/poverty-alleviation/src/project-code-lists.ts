import { CodeList } from './code-lists';

type NamesOf<List> = List extends CodeList<infer Name> ? Name : never;

/** C29 项目类型, also the category of a measure 帮扶措施. */
export const PROJECT_TYPE = new CodeList({
  EDUCATION_TRAINING: ['1', '教育（补助）培训'],
  RELOCATION: ['2', '易地搬迁'],
  FINANCE: ['3', '金融扶贫'],
  INDUSTRY: ['4', '产业扶贫'],
  INFRASTRUCTURE: ['5', '基础设施'],
});
export type ProjectType = NamesOf<typeof PROJECT_TYPE>;

/** C30 项目子类型; the first digit of a code is its type's, those of relocation end with the code of C20. */
export const PROJECT_SUBTYPE = new CodeList({
  YULU_SUBSIDY: ['101', '雨露计划补助'],
  LABOUR_TRANSFER_TRAINING: ['102', '劳动力转移培训'],
  PRACTICAL_SKILLS_TRAINING: ['103', '实用技术培训'],
  VILLAGE_LEADER_TRAINING: ['104', '致富带头人培训'],
  NEAR_IN_VILLAGE: ['211', '行政村内就近集中安置'],
  NEW_MIGRANT_VILLAGE: ['212', '建设移民新村集中安置'],
  TOWN_OR_INDUSTRIAL_PARK: ['213', '小城镇或工业园区集中安置'],
  RURAL_TOURISM_AREA: ['214', '乡村旅游区集中安置'],
  OTHER_CONCENTRATED: ['219', '其他集中安置'],
  INSERTED_IN_VILLAGES: ['221', '插花安置'],
  WITH_RELATIVES: ['222', '投亲靠友'],
  HOUSE_BOUGHT_IN_TOWN: ['223', '进城购房'],
  OTHER_DISPERSED: ['229', '其他分散安置'],
  MICROCREDIT: ['301', '小额信贷'],
  LOAN_INTEREST_SUBSIDY: ['302', '贷款贴息'],
  MUTUAL_FUND: ['303', '互助资金'],
  INSURANCE: ['304', '保险'],
  CROPS: ['401', '种植'],
  LIVESTOCK: ['402', '养殖'],
  FORESTRY_AND_FRUIT: ['403', '林果'],
  PROCESSING: ['404', '加工'],
  RURAL_TOURISM: ['405', '乡村旅游'],
  PHOTOVOLTAICS: ['406', '光伏'],
  E_COMMERCE: ['407', '电商'],
  ASSET_RETURNS: ['408', '资产收益'],
  OTHER_INDUSTRY: ['499', '其他产业'],
  ROADS: ['501', '道路'],
  DRINKING_WATER: ['502', '饮水'],
  ELECTRICITY: ['503', '电力'],
  DILAPIDATED_HOUSES: ['504', '危房改造'],
  IRRIGATION: ['505', '农田水利'],
  COMMUNICATIONS: ['506', '通信'],
  CLINIC: ['507', '卫生室'],
  CULTURE_ROOM: ['508', '文化室'],
  OTHER_INFRASTRUCTURE: ['599', '其他基础设施'],
});
export type ProjectSubtype = NamesOf<typeof PROJECT_SUBTYPE>;

/** 项目阶段 (catalogue 3.9) */
export const PROJECT_STAGE = new CodeList({
  LIBRARY: ['LIBRARY', '项目库'],
  APPROVED: ['APPROVED', '已立项'],
  IMPLEMENTING: ['IMPLEMENTING', '实施中'],
  COMPLETED: ['COMPLETED', '已完工'],
  CANCELLED: ['CANCELLED', '已取消'],
});
export type ProjectStage = NamesOf<typeof PROJECT_STAGE>;

/** 项目资金来源 */
export const BUDGET_SOURCE = new CodeList({
  SPECIAL_FUND: ['01', '财政专项扶贫资金'],
  INTEGRATED_FUND: ['02', '统筹整合涉农资金'],
  OTHER_FISCAL: ['03', '其他财政资金'],
  EAST_WEST_COOPERATION: ['04', '东西部扶贫协作资金'],
  SOCIAL: ['05', '社会帮扶资金'],
  CREDIT: ['06', '信贷资金'],
  SELF_RAISED: ['07', '群众自筹'],
});
export type BudgetSource = NamesOf<typeof BUDGET_SOURCE>;

/** 验收结果 */
export const ACCEPTANCE_RESULT = new CodeList({
  PASSED: ['01', '合格'],
  FAILED: ['02', '不合格'],
});
export type AcceptanceResult = NamesOf<typeof ACCEPTANCE_RESULT>;

/** 公开公示类别 */
export const DISCLOSURE_KIND = new CodeList({
  PROJECT: ['PROJECT', '项目公示'],
  FUND: ['FUND', '资金公示'],
});
export type DisclosureKind = NamesOf<typeof DISCLOSURE_KIND>;
