import { CodeList } from './code-lists';

type NamesOf<List> = List extends CodeList<infer Name> ? Name : never;

/** C31 专项扶贫资金类型 */
export const FUND_TYPE = new CodeList({
  DEVELOPMENT: ['01', '发展资金'],
  WORK_RELIEF: ['02', '以工代赈'],
  ETHNIC_MINORITY_DEVELOPMENT: ['03', '少数民族发展'],
  POOR_STATE_FARM: ['04', '国有贫困农场'],
  POOR_STATE_FOREST_FARM: ['05', '国有贫困林场'],
  SANXI: ['06', '“三西”资金'],
  OTHER: ['99', '其他'],
});
export type FundType = NamesOf<typeof FUND_TYPE>;

/** C31 资金级次：由哪一级财政安排 */
export const FUND_TIER = new CodeList({
  CENTRAL: ['CENTRAL', '中央'],
  PROVINCE: ['PROVINCE', '省'],
  CITY: ['CITY', '市'],
  COUNTY: ['COUNTY', '县'],
});
export type FundTier = NamesOf<typeof FUND_TIER>;

/** C31 下达批次 */
export const FUND_BATCH = new CodeList({
  ADVANCE: ['ADVANCE', '提前下达'],
  CURRENT_YEAR: ['CURRENT_YEAR', '当年新增'],
});
export type FundBatch = NamesOf<typeof FUND_BATCH>;

/** C32 统筹整合涉农资金项目 */
export const INTEGRATED_PROGRAMME = new CodeList({
  POVERTY_ALLEVIATION: ['01', '财政专项扶贫'],
  FARMLAND_WATER_CONSERVANCY: ['02', '农田水利设施建设和水土保持'],
  MODERN_AGRICULTURE: ['03', '现代农业生产发展'],
  AGRICULTURAL_TECHNOLOGY: ['04', '农业技术推广与服务'],
  FORESTRY_SUBSIDY: ['05', '林业补助'],
  COMPREHENSIVE_AGRICULTURE: ['06', '农业综合开发'],
  RURAL_REFORM: ['07', '农村综合改革转移支付'],
  HIGH_STANDARD_FARMLAND: ['08', '高标准基本农田建设'],
  RURAL_ENVIRONMENT: ['09', '农村环境连片整治'],
  RURAL_ROADS: ['10', '车购税支持农村公路'],
  DILAPIDATED_HOUSES: ['11', '农村危房改造'],
  LOTTERY_FUND: ['12', '彩票公益金扶贫'],
  GRAIN_COUNTY_REWARD: ['13', '产粮大县奖励'],
  PIG_COUNTY_REWARD: ['14', '生猪调出大县奖励（省级统筹）'],
  RESOURCE_PROTECTION: ['15', '农业资源及生态保护'],
  SERVICE_INDUSTRY: ['16', '服务业发展（新农村流通网络）'],
  RIVERS_AND_LAKES: ['17', '江河湖库水系综合整治'],
  FLASH_FLOODS: ['18', '山洪灾害防治'],
  TOURISM_FUND: ['19', '旅游发展基金'],
  CENTRAL_BUDGET_INVESTMENT: ['20', '中央预算内投资“三农”部分'],
});
export type IntegratedProgramme = NamesOf<typeof INTEGRATED_PROGRAMME>;

/** C32 使用方向 */
export const USE_DIRECTION = new CodeList({
  AGRICULTURAL_PRODUCTION: ['AGRICULTURAL_PRODUCTION', '农业生产发展'],
  RURAL_INFRASTRUCTURE: ['RURAL_INFRASTRUCTURE', '农村基础设施'],
  OTHER: ['OTHER', '其他'],
});
export type UseDirection = NamesOf<typeof USE_DIRECTION>;

/** 统筹整合报表的报告期：年初至该季度末的累计数 */
export const FUND_PERIOD = new CodeList({
  Q1: ['1', '第一季度'],
  Q2: ['2', '第二季度'],
  Q3: ['3', '第三季度'],
  Q4: ['4', '第四季度'],
});
export type FundPeriod = NamesOf<typeof FUND_PERIOD>;
