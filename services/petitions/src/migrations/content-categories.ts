// Content categories 内容分类: level 1 is the list of the catalogue (2.3), levels 2 and 3 are ours [S].

export interface ContentCategorySeed {
  code: string;
  parent: string | null;
  level: number;
  name: string;
  nameEn: string;
  position: number;
}

/** One line a category, two blanks a level: `CODE 中文 English`. */
const TREE = `
AGRICULTURE 农村农业 Agriculture
  LAND_CONTRACT 土地承包 Land contracts
    DISPUTE 承包合同纠纷 Contract disputes
    TRANSFER 土地流转 Transfer of land use
    CERTIFICATION 承包确权 Certification of rights
  VILLAGE_AFFAIRS 村务管理 Village affairs
    FINANCE 村级财务 Village finances
    ELECTION 村委会换届选举 Village elections
    ASSETS 集体资产处置 Collective assets
  SUBSIDIES 惠农补贴 Subsidies to farmers
    GRAIN 种粮补贴 Grain subsidies
    MACHINERY 农机补贴 Machinery subsidies
  WATER 农田水利 Irrigation and water works
  OTHER 其他农村农业问题 Other agriculture
LAND 国土资源 Land and resources
  EXPROPRIATION 土地征收 Expropriation
    COMPENSATION 征地补偿 Compensation
    PROCEDURE 征收程序 Procedure
    RESETTLEMENT 失地农民安置 Resettlement of farmers
  ILLEGAL_USE 违法用地 Illegal land use
  TITLE 土地权属 Land title
  MINERALS 矿产资源 Minerals
    MINING_DAMAGE 采矿损害 Damage by mining
    ILLEGAL_MINING 私挖滥采 Illegal mining
  OTHER 其他国土资源问题 Other land and resources
URBAN_CONSTRUCTION 城乡建设 Urban construction
  DEMOLITION 房屋征收拆迁 Demolition of housing
    COMPENSATION 补偿安置 Compensation and resettlement
    FORCED 强制拆除 Forced demolition
    DELAY 逾期未安置 Overdue resettlement
  HOUSING 住房保障 Housing support
    PUBLIC_RENTAL 公共租赁住房 Public rental housing
    RENOVATION 棚户区改造 Renovation of shanty towns
  PROPERTY 房地产与物业 Real estate
    TITLE 房产办证 Title deeds
    QUALITY 房屋质量 Building quality
    MANAGEMENT 物业管理 Property management
  UTILITIES 市政公用 Utilities
    HEATING 供热 Heating
    WATER 供水 Water supply
    GAS 供气 Gas supply
    ROADS 市政道路 City roads
  ILLEGAL_BUILDING 违法建设 Illegal building
  OTHER 其他城乡建设问题 Other construction
LABOUR 劳动和社会保障 Labour and social security
  WAGES 工资福利 Wages
    ARREARS 拖欠工资 Wage arrears
    MIGRANT_WORKERS 农民工工资 Wages of migrant workers
    OVERTIME 加班与休假 Overtime and leave
  EMPLOYMENT 劳动关系 Employment
    CONTRACT 劳动合同 Contracts
    DISMISSAL 解除与补偿 Dismissal and severance
    INJURY 工伤待遇 Work injuries
  PENSION 养老保险 Pensions
    RETIREMENT 退休审批 Retirement approval
    CONTRIBUTION 缴费接续 Contributions
    LEVEL 待遇水平 Level of pensions
  MEDICAL_INSURANCE 医疗保险 Medical insurance
  UNEMPLOYMENT 就业与失业 Unemployment
  OTHER 其他劳动社保问题 Other labour
HEALTH 卫生计生 Health and family planning
  DISPUTE 医疗纠纷 Medical disputes
  SERVICE 医疗服务 Medical service
    FEES 医疗收费 Fees
    QUALITY 服务质量 Quality of service
  FAMILY_PLANNING 计划生育 Family planning
    FEES 社会抚养费 Social maintenance fees
    REWARD 奖励扶助 Rewards and support
  PUBLIC_HEALTH 公共卫生 Public health
  FOOD_AND_DRUGS 食品药品 Food and drugs
  OTHER 其他卫生计生问题 Other health
EDUCATION 教育文体 Education, culture and sport
  SCHOOL 基础教育 Schools
    ADMISSION 入学招生 Admission
    FEES 教育收费 Fees
    CONDUCT 师德师风 Conduct of teachers
  HIGHER 高等教育 Higher education
  TEACHERS 教师待遇 Teachers
    SUBSTITUTE 民办代课教师 Substitute teachers
    PAY 工资待遇 Pay
  CULTURE 文化广电 Culture and broadcasting
  SPORT 体育 Sport
  OTHER 其他教育文体问题 Other education
CIVIL_AFFAIRS 民政 Civil affairs
  RELIEF 救助与低保 Relief
    URBAN 城市低保 Urban minimum allowance
    RURAL 农村低保 Rural minimum allowance
    DISASTER 灾害救助 Disaster relief
  VETERANS 优抚安置 Veterans
    PLACEMENT 退役安置 Placement
    BENEFITS 优抚待遇 Benefits
  ELDERLY 养老服务 Care of the elderly
  BOUNDARIES 区划地名 Boundaries and place names
  OTHER 其他民政问题 Other civil affairs
JUSTICE 政法 Justice
  COURTS 法院 Courts
    JUDGMENT 不服裁判 Judgments
    ENFORCEMENT 执行问题 Enforcement
  PROCURATORATE 检察 Procuratorate
  POLICE 公安 Police
    CASES 案件办理 Handling of cases
    HOUSEHOLD 户籍管理 Household registration
    TRAFFIC 交通管理 Traffic control
  ADMINISTRATION 司法行政 Judicial administration
  OTHER 其他政法问题 Other justice
ECONOMY 经济管理 Economic management
  ENTERPRISE_REFORM 企业改制 Enterprise reform
    RESETTLEMENT 职工安置 Resettlement of workers
    ASSETS 资产处置 Disposal of assets
  FINANCE 金融 Finance
    ILLEGAL_FUNDRAISING 非法集资 Illegal fundraising
    BANKING 银行保险 Banks and insurance
  TAX 财政税务 Tax
  PRICES 物价 Prices
  SAFETY 安全生产 Work safety
  OTHER 其他经济管理问题 Other economy
TRANSPORT 交通运输 Transport
  ROADS 公路建设 Roads
  PASSENGER 客运出租 Passenger transport
    TAXI 出租汽车 Taxis
    BUS 公共交通 Buses
  RAIL_AND_AIR 铁路民航 Rail and air
  OTHER 其他交通运输问题 Other transport
COMMERCE 商贸旅游 Commerce and tourism
  CONSUMERS 消费者权益 Consumers
  MARKETS 市场管理 Markets
  DIRECT_SELLING 传销与直销 Pyramid and direct selling
  TOURISM 旅游 Tourism
  OTHER 其他商贸旅游问题 Other commerce
SCIENCE_IT 科技与信息产业 Science and information industry
  TELECOM 通信服务 Telecommunication
  SCIENCE 科技管理 Science
  INFORMATION 信息安全 Information security
  OTHER 其他科技信息问题 Other science and IT
ENVIRONMENT 环境保护 Environment
  WATER 水污染 Water pollution
  AIR 大气污染 Air pollution
  NOISE 噪声污染 Noise
  WASTE 固体废物 Waste
  APPROVAL 环境影响评价 Environmental assessment
  OTHER 其他环境保护问题 Other environment
PARTY_GOVERNMENT 党务政务 Party and government affairs
  POLICY 政策建议 Policy
  CONDUCT 机关作风 Conduct of offices
  DISCLOSURE 政务公开 Disclosure
  OTHER 其他党务政务问题 Other party and government affairs
PERSONNEL 组织人事 Personnel
  CADRES 干部任用 Appointment of cadres
  STAFFING 编制与录用 Staffing and recruitment
  RETIRED_CADRES 离退休干部 Retired cadres
  OTHER 其他组织人事问题 Other personnel
DISCIPLINE 纪检监察 Discipline
  CORRUPTION 贪污受贿 Corruption
  DERELICTION 失职渎职 Dereliction of duty
  STYLE 违反八项规定 Breach of the eight-point rules
  OTHER 其他纪检监察问题 Other discipline
OTHER 其他 Other
`;

/** The tree as rows, parents before children; a code is the path, `LABOUR.WAGES.ARREARS`. */
export const CONTENT_CATEGORIES: readonly ContentCategorySeed[] = rowsOf(TREE);

function rowsOf(tree: string): ContentCategorySeed[] {
  const path: string[] = [];
  return tree
    .trim()
    .split('\n')
    .map((line, position) => {
      const level = (line.length - line.trimStart().length) / 2 + 1;
      const [own, name, ...english] = line.trim().split(' ');
      path.splice(level - 1, path.length, own!);
      return {
        code: path.join('.'),
        parent: level === 1 ? null : path.slice(0, -1).join('.'),
        level,
        name: name!,
        nameEn: english.join(' '),
        position,
      };
    });
}
