import { rule } from '@junxian/test-kit';
import type { MemberValues } from '../../households/household-fields.rules';
import type { HouseholdTabs } from '../../households/household-views.types';
import { PRODUCTION_AND_LIVING } from '../../testing/forms.support.test';
import { everySection } from '../../testing/villages.support.test';
import type { VillageRecordView } from '../../villages/poor-village-views.service';
import type { Section } from '../../villages/rural-sections.rules';
import { VILLAGE_SECTIONS } from '../../villages/village-fields.rules';
import type { VillageFigures } from '../../villages/village-figures.service';
import type { FormSection } from '../form.types';
import { type HouseholdOnPaper, householdForm } from './household.form';
import { naturalVillageForm, poorVillageForm } from './village.forms';

/** The labelled values of a section, as they stand on paper. */
const cellsOf = (section: FormSection | undefined) =>
  section?.cells?.map(({ label, value }) => `${label} ${value ?? ''}`.trim());

const TABS: HouseholdTabs = {
  basic: {
    naturalVillageCode: '14021510000103',
    address: '演示路一号',
    phoneSealed: 'sealed phone',
    bankName: '演示信用社',
    bankAccountSealed: 'sealed account',
    householdAttribute: 'ALLOWANCE_POOR',
    identificationStandard: 'PROVINCIAL',
    povertyStatus: 'RETURNED',
    mainCause: 'ILLNESS',
    otherCauses: ['SCHOOLING', 'DISASTER'],
    isMilitaryMartyrFamily: true,
    isOnlyChildFamily: false,
    isTwoDaughterFamily: true,
    exitYear: 2015,
    returnYear: 2017,
    returnReason: 'DISABILITY',
    closureYear: 2018,
    benefitEndMonth: '2018-06',
    isKeyTarget: false,
    memberCount: 4,
  },
  productionAndLiving: PRODUCTION_AND_LIVING,
  incomeAndHealth: {
    wageIncome: '2.01',
    businessIncome: '2.02',
    propertyIncome: '2.03',
    assetDividend: '2.04',
    familyPlanningSubsidy: '2.05',
    subsistenceAllowance: '2.06',
    fiveGuaranteesBenefit: '2.07',
    pension: '2.08',
    ecologicalCompensation: '2.09',
    otherTransfer: '2.10',
    transferIncome: '2.11',
    businessExpense: '2.12',
    totalIncome: '2.13',
    netIncome: '2.14',
    perCapitaNetIncome: '2.15',
    signedFamilyDoctor: true,
    medicalSelfPay: '2.16',
  },
  relocation: {
    isRelocationHousehold: true,
    mode: 'SCATTERED',
    resettlement: 'WITH_RELATIVES',
    resettlementPlace: '演示新村',
    difficulty: 'LACK_OF_MONEY',
    relocatedDate: '2017-05-01',
    followUpSupport: ['ASSET_RETURNS'],
  },
};
const MEMBER: MemberValues = {
  name: '示例甲',
  sex: 'FEMALE',
  idType: 'RESIDENT_ID',
  idNumberSealed: 'sealed number',
  idNumberIndex: 'index',
  citizenId: 'c1_x',
  birthDate: '1970-01-01',
  ethnicity: 'HUI',
  political: null,
  relationToHead: 'HEAD',
  education: 'JUNIOR_MIDDLE',
  schoolStatus: 'NOT_A_PUPIL',
  health: ['CHRONIC_ILLNESS', 'DISABLED'],
  labourAbility: 'ORDINARY',
  workPlace: 'IN_COUNTY',
  workMonths: 5,
  workEmployer: null,
  phoneSealed: null,
  isActiveSoldier: null,
  inMedicalInsurance: true,
  inCriticalIllnessInsurance: false,
  inPension: true,
  hasAllowance: null,
  hasFiveGuarantees: null,
  diseaseName: null,
  status: 'NORMAL',
  statusDate: null,
  statusReason: null,
};
const HOUSEHOLD: HouseholdOnPaper = {
  heading: '贫困户信息表',
  place: '山西省大同市云州区西坪镇示例村',
  household: {
    id: 'h',
    householdNo: '14021510000100001',
    regionCode: '140215100001',
    identifiedYear: 2014,
    fileStatus: 'ACTIVE',
    closedYear: null,
    closeReason: null,
    originHouseholdId: null,
    version: 1,
  },
  record: {
    ...TABS,
    basic: { ...TABS.basic, id: 'h' },
    householdId: 'h',
    householdNo: '14021510000100001',
    year: 2017,
    regionCode: '140215100001',
    version: 1,
  },
  phone: '139****4444',
  bankAccount: '6222****2222',
  members: [
    {
      ...MEMBER,
      id: 'm',
      personNo: '1',
      householdId: 'h',
      year: 2017,
      version: 1,
      printedNumber: '140215****',
    },
  ],
  helpers: [
    {
      name: '帮扶丁',
      unit: '示例县教育局',
      position: '科员',
      phone: '139****5555',
      startDate: '2016-03-01',
      endDate: '2017-10-01',
    },
  ],
  outcome: {
    householdId: 'h',
    year: 2017,
    version: 1,
    perCapitaIncome: '3.01',
    foodAssured: true,
    clothingAssured: false,
    waterSafe: true,
    waterDifficulty: false,
    housingSafe: true,
    criticalIllnessInsured: false,
    compulsoryEducationMet: true,
  },
  signatures: [],
};

rule(
  ['PA-PR-01', 'PA-PR-02'],
  'a household’s form has every field of tabs 1 to 5 and 7, and of each member what the catalogue names',
  () => {
    const { facts, sections } = householdForm(HOUSEHOLD);
    expect(facts.map(({ value }) => value)).toEqual([
      HOUSEHOLD.place,
      '14021510000100001',
      '示例甲',
      '2017 年底',
    ]);
    const [basic, members, living, income, relocation, helpers, outcome] = sections;
    expect(sections).toHaveLength(7);
    expect(cellsOf(basic)).toEqual([
      '家庭人口（人） 4',
      '家庭住址 演示路一号',
      '联系电话 139****4444',
      '自然村代码 14021510000103',
      '开户银行 演示信用社',
      '银行账号 6222****2222',
      '识别年度 2014',
      '贫困户属性 低保贫困户',
      '识别标准 省定标准',
      '脱贫状态 返贫',
      '主要致贫原因 因病',
      '其他致贫原因 因学、因灾',
      '军烈属 是',
      '独生子女户 否',
      '双女户 是',
      '脱贫年度 2015',
      '返贫年度 2017',
      '返贫原因 因残',
      '销户年度 2018',
      '待遇终止年月 2018-06',
      '重点帮扶对象 否',
    ]);
    expect(members?.table?.headers.map((header, index) => [header, members.table?.rows[0]?.[index]])).toEqual(
      [
        ['姓名', '示例甲'],
        ['性别', '女'],
        ['证件号码', '140215****'],
        ['与户主关系', '户主'],
        ['民族', '回族'],
        ['文化程度', '初中'],
        ['在校生状况', '非在校生'],
        ['健康状况', '长期慢性病、残疾'],
        ['劳动技能', '普通劳动力'],
        ['务工状况', '乡外县内'],
        ['务工时间（月）', '5'],
        ['医疗保险', '是'],
        ['大病保险', '否'],
        ['养老保险', '是'],
      ],
    );
    expect(cellsOf(living)).toEqual([
      '耕地面积（亩） 1.01',
      '有效灌溉面积（亩） 1.02',
      '林地面积（亩） 1.03',
      '退耕还林面积（亩） 1.04',
      '林果面积（亩） 1.05',
      '牧草地面积（亩） 1.06',
      '水面面积（亩） 1.07',
      '通生产用电 是',
      '通生活用电 否',
      '通广播电视 是',
      '与村主干路距离（公里） 1.08',
      '入户路类型 水泥路',
      '住房面积（平方米） 80.50',
      '危房户 是',
      '危房级别 D 级',
      '饮水困难 否',
      '饮水安全 是',
      '主要燃料类型 煤炭',
      '有卫生厕所 否',
      '加入农民专业合作组织 是',
      '有龙头企业带动 否',
      '有创业致富带头人带动 是',
    ]);
    expect(cellsOf(income)).toEqual([
      '工资性收入 2.01',
      '生产经营性收入 2.02',
      '财产性收入 2.03',
      '其中：资产收益扶贫分红 2.04',
      '计划生育金 2.05',
      '低保金 2.06',
      '五保金 2.07',
      '养老金 2.08',
      '生态补偿金 2.09',
      '其他转移性收入 2.10',
      '转移性收入 2.11',
      '生产经营性支出 2.12',
      '家庭年总收入 2.13',
      '家庭年纯收入 2.14',
      '人均纯收入 2.15',
      '签约家庭医生 是',
      '医疗自付费用 2.16',
    ]);
    expect(cellsOf(relocation)).toEqual([
      '易地搬迁户 是',
      '搬迁方式 零散搬迁',
      '安置方式 投亲靠友',
      '安置地 演示新村',
      '搬迁可能存在的困难 缺乏资金',
      '搬迁日期 2017-05-01',
      '后续扶持方式 资产收益',
    ]);
    expect(helpers?.table?.rows).toEqual([
      ['帮扶丁', '示例县教育局', '科员', '139****5555', '2016-03-01', '2017-10-01'],
    ]);
    expect(cellsOf(outcome)).toEqual([
      '人均纯收入（元） 3.01',
      '不愁吃 是',
      '不愁穿 否',
      '饮水安全 是',
      '饮水困难 否',
      '住房安全有保障 是',
      '参加大病保险 否',
      '义务教育有保障 是',
    ]);
  },
);

rule(
  'PA-PR-04',
  'a poor village’s form has every indicator and every generated figure in its section',
  () => {
    const figures: VillageFigures = {
      naturalVillageCount: 9001,
      poorHouseholds: 9002,
      poorPopulation: 9003,
      generalPoorHouseholds: 9004,
      generalPoorPopulation: 9005,
      allowanceHouseholds: 9006,
      allowancePopulation: 9007,
      allowancePoorHouseholds: 9008,
      allowancePoorPopulation: 9009,
      fiveGuaranteesHouseholds: 9010,
      fiveGuaranteesPopulation: 9011,
      fiveGuaranteesPoorHouseholds: 9012,
      fiveGuaranteesPoorPopulation: 9013,
      minorityPopulation: 9014,
      women: 9015,
      disabled: 9016,
      disabledPoor: 9017,
      labourForce: 9018,
      migrantWorkers: 9019,
      unsafeWaterHouseholds: 9020,
      waterDifficultyHouseholds: 9021,
      dilapidatedHouseholds: 9022,
      poorPersonsAffected: 9023,
    };
    const stated = everySection(VILLAGE_SECTIONS);
    const record = {
      ...stated,
      id: 'v',
      year: 2016,
      regionCode: '140215100001',
      attribute: 'POOR',
      delisted: false,
    } as unknown as VillageRecordView;
    const { sections } = poorVillageForm({ place: '山西省', record, figures, team: [] });
    const typedIn = (name: keyof typeof VILLAGE_SECTIONS) =>
      Object.entries(VILLAGE_SECTIONS[name] as Section).map(([indicator, { label }]) => {
        const value = stated[name]![indicator];
        return `${label} ${typeof value === 'boolean' ? (value ? '是' : '否') : value}`;
      });
    const generated = (from: number, labels: readonly string[]) =>
      labels.map((label, index) => `${label} ${from + index}`);
    const titled = (part: string) => cellsOf(sections.find(({ title }) => title.endsWith(`、${part}`)));
    expect(titled('基本情况')).toEqual(['村属性 贫困村', '年底是否已出列 否', ...typedIn('basic')]);
    expect(titled('人口信息')).toEqual([
      ...typedIn('population'),
      ...generated(9001, [
        '自然村（个）',
        '贫困户数',
        '贫困人口数',
        '一般贫困户户数',
        '一般贫困户人数',
        '低保户户数',
        '低保户人数',
        '低保贫困户户数',
        '低保贫困户人数',
        '五保户户数',
        '五保户人数',
        '五保贫困户户数',
        '五保贫困户人数',
        '少数民族人数',
        '妇女人数',
        '残疾人数',
        '其中残疾贫困人数',
        '劳动力人数',
        '外出务工人数',
      ]),
    ]);
    expect(titled('饮水安全')).toEqual(generated(9020, ['饮水不安全户数', '饮水困难户数']));
    expect(titled('危房改造')).toEqual(generated(9022, ['危房户数', '住危房的贫困人口数']));
    for (const [part, name] of [
      ['土地信息', 'land'],
      ['收入信息', 'income'],
      ['社会保障', 'socialSecurity'],
      ['村级道路畅通', 'roads'],
      ['农村电力保障', 'power'],
      ['特色产业增收', 'industry'],
      ['乡村旅游', 'tourism'],
      ['卫生和计划生育', 'health'],
      ['文化建设', 'culture'],
      ['贫困村信息化', 'informationTechnology'],
    ] as const)
      expect([part, titled(part)]).toEqual([part, typedIn(name)]);
  },
);

rule('PA-PR-03', 'a natural village’s form has what identifies it and every field of its record', () => {
  const { facts, sections } = naturalVillageForm({
    place: '山西省大同市云州区西坪镇示例村',
    code: '14021510000103',
    name: '东沟',
    year: 2016,
    households: 41,
    population: 163,
    poorHouseholds: 7,
    pavedRoad: true,
    hasProductionPower: false,
    hasDomesticPower: true,
    hasBroadband: false,
    waterSafe: true,
  });
  expect(facts.map(({ label, value }) => `${label} ${value}`)).toEqual([
    '所在地 山西省大同市云州区西坪镇示例村',
    '自然村 东沟',
    '自然村代码 14021510000103',
    '年度 2016 年底',
  ]);
  expect(sections.map(cellsOf)).toEqual([
    [
      '户数 41',
      '人口数 163',
      '贫困户数 7',
      '通沥青（水泥）路 是',
      '通生产用电 否',
      '通生活用电 是',
      '通宽带 否',
      '饮水安全 是',
    ],
  ]);
});
