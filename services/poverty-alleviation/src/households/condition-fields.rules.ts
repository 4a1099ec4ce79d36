import {
  type CodeList,
  DILAPIDATED_GRADE,
  EDUCATION,
  FILE_STATUS,
  FOLLOW_UP_SUPPORT,
  FUEL_TYPE,
  HEALTH_CONDITION,
  HOUSEHOLD_ATTRIBUTE,
  ID_DOCUMENT_TYPE,
  IDENTIFICATION_STANDARD,
  LABOUR_ABILITY,
  POVERTY_CAUSE,
  POVERTY_STATUS,
  RELATION_TO_HEAD,
  RELOCATION_DIFFICULTY,
  RELOCATION_MODE,
  RESETTLEMENT,
  ROAD_TYPE,
  SCHOOL_STATUS,
  SEX,
  WORK_PLACE,
} from '../code-lists';
import { ETHNICITY, POLITICAL_STATUS } from '../national-code-lists';
import { columnOf } from '../record-fields';

/** What kind of values a field of a condition has; it decides the operators and how values are written. */
export type ConditionKind = 'CODE' | 'CODES' | 'TEXT' | 'WHOLE' | 'DECIMAL' | 'FLAG' | 'DATE' | 'MONTH';

/** Where a field stands: the yearly record, the permanent file, the outcome, or an active member of the household. */
export type ConditionSource = 'RECORD' | 'FILE' | 'OUTCOME' | 'MEMBER';

/** One field that conditions can be put on (PA-QS-12). */
export interface ConditionField {
  source: ConditionSource;
  /** SQL of the value, over `r`, `h`, `o` or `m`; `$1` is the year. */
  sql: string;
  kind: ConditionKind;
  /** The name on the form. */
  label: string;
  /** The values to choose from, for codes. */
  list?: CodeList<string>;
  /** The value that most rows have and nothing else, and SQL of having anything else: such rows have an index of their own. */
  usual?: { value: string; otherwise: string };
}

type Described = readonly [label: string, kind: ConditionKind | CodeList<string>, many?: 'CODES'];

/** Written as in the index `member_year_record_unhealthy`. */
const HEALTHY = { value: 'HEALTHY', otherwise: `m.health <> '{01}'` };

const ALIASES = { RECORD: 'r', FILE: 'h', OUTCOME: 'o', MEMBER: 'm' } as const;

/** Describes fields kept in the column of the same name; `prefix` goes before their names in the graph. */
function fieldsOf(
  source: ConditionSource,
  described: Readonly<Record<string, Described>>,
  prefix = '',
): [string, ConditionField][] {
  return Object.entries(described).map(([name, [label, kind, many]]) => [
    prefix + columnOf(name).toUpperCase(),
    {
      source,
      sql: `${ALIASES[source]}.${columnOf(name)}`,
      label,
      ...(typeof kind === 'string' ? { kind } : { kind: many ?? 'CODE', list: kind }),
    },
  ]);
}

const withUsual = ([name, field]: [string, ConditionField]): [string, ConditionField] =>
  name === 'MEMBER_HEALTH' ? [name, { ...field, usual: HEALTHY }] : [name, field];

/** Every field of a condition, by its name in the graph. */
export const CONDITION_FIELDS: ReadonlyMap<string, ConditionField> = new Map([
  ...fieldsOf('RECORD', {
    householdNo: ['户编号', 'TEXT'],
    naturalVillageCode: ['自然村代码', 'TEXT'],
    address: ['家庭住址', 'TEXT'],
    bankName: ['开户银行', 'TEXT'],
    householdAttribute: ['贫困户属性', HOUSEHOLD_ATTRIBUTE],
    identificationStandard: ['识别标准', IDENTIFICATION_STANDARD],
    povertyStatus: ['脱贫状态', POVERTY_STATUS],
    mainCause: ['主要致贫原因', POVERTY_CAUSE],
    otherCauses: ['其他致贫原因', POVERTY_CAUSE, 'CODES'],
    isMilitaryMartyrFamily: ['是否军烈属', 'FLAG'],
    isOnlyChildFamily: ['是否独生子女户', 'FLAG'],
    isTwoDaughterFamily: ['是否双女户', 'FLAG'],
    exitYear: ['脱贫年度', 'WHOLE'],
    returnYear: ['返贫年度', 'WHOLE'],
    returnReason: ['返贫原因', POVERTY_CAUSE],
    closureYear: ['销户年度', 'WHOLE'],
    benefitEndMonth: ['待遇终止年月', 'MONTH'],
    isKeyTarget: ['是否重点帮扶对象', 'FLAG'],
    memberCount: ['家庭人口', 'WHOLE'],
    cultivated: ['耕地面积', 'DECIMAL'],
    irrigated: ['有效灌溉面积', 'DECIMAL'],
    forest: ['林地面积', 'DECIMAL'],
    farmlandReturnedToForest: ['退耕还林面积', 'DECIMAL'],
    orchard: ['林果面积', 'DECIMAL'],
    grassland: ['牧草地面积', 'DECIMAL'],
    water: ['水面面积', 'DECIMAL'],
    hasProductionElectricity: ['是否通生产用电', 'FLAG'],
    hasDomesticElectricity: ['是否通生活用电', 'FLAG'],
    hasBroadcastTv: ['是否通广播电视', 'FLAG'],
    distanceToVillageRoadKm: ['与村主干路距离', 'DECIMAL'],
    roadType: ['入户路类型', ROAD_TYPE],
    housingAreaM2: ['住房面积', 'DECIMAL'],
    isDilapidatedHouse: ['是否危房户', 'FLAG'],
    dilapidatedGrade: ['危房级别', DILAPIDATED_GRADE],
    hasDrinkingDifficulty: ['饮水是否困难', 'FLAG'],
    isDrinkingWaterSafe: ['饮水是否安全', 'FLAG'],
    fuelType: ['主要燃料类型', FUEL_TYPE],
    hasSanitaryToilet: ['有无卫生厕所', 'FLAG'],
    inCooperative: ['是否加入农民专业合作组织', 'FLAG'],
    drivenByLeadingEnterprise: ['是否有龙头企业带动', 'FLAG'],
    drivenByEntrepreneur: ['是否有创业致富带头人带动', 'FLAG'],
    wageIncome: ['工资性收入', 'DECIMAL'],
    businessIncome: ['生产经营性收入', 'DECIMAL'],
    propertyIncome: ['财产性收入', 'DECIMAL'],
    assetDividend: ['资产收益扶贫分红', 'DECIMAL'],
    familyPlanningSubsidy: ['计划生育金', 'DECIMAL'],
    subsistenceAllowance: ['低保金', 'DECIMAL'],
    fiveGuaranteesBenefit: ['五保金', 'DECIMAL'],
    pension: ['养老金', 'DECIMAL'],
    ecologicalCompensation: ['生态补偿金', 'DECIMAL'],
    otherTransfer: ['其他转移性收入', 'DECIMAL'],
    transferIncome: ['转移性收入', 'DECIMAL'],
    businessExpense: ['生产经营性支出', 'DECIMAL'],
    totalIncome: ['家庭年总收入', 'DECIMAL'],
    netIncome: ['家庭年纯收入', 'DECIMAL'],
    perCapitaNetIncome: ['人均纯收入', 'DECIMAL'],
    signedFamilyDoctor: ['是否签约家庭医生', 'FLAG'],
    medicalSelfPay: ['医疗自付费用', 'DECIMAL'],
    isRelocationHousehold: ['是否易地搬迁户', 'FLAG'],
    mode: ['搬迁方式', RELOCATION_MODE],
    resettlement: ['安置方式', RESETTLEMENT],
    resettlementPlace: ['安置地', 'TEXT'],
    difficulty: ['搬迁可能存在的困难', RELOCATION_DIFFICULTY],
    relocatedDate: ['搬迁日期', 'DATE'],
    followUpSupport: ['后续扶持方式', FOLLOW_UP_SUPPORT, 'CODES'],
  }),
  ...fieldsOf('FILE', { identifiedYear: ['识别年度', 'WHOLE'] }),
  [
    'FILE_STATUS',
    { source: 'RECORD', sql: 'r.file_status', kind: 'CODE', list: FILE_STATUS, label: '该年底的档案状态' },
  ],
  ...fieldsOf(
    'OUTCOME',
    {
      foodAssured: ['帮扶成效：是否不愁吃', 'FLAG'],
      clothingAssured: ['帮扶成效：是否不愁穿', 'FLAG'],
      waterSafe: ['帮扶成效：饮水是否安全', 'FLAG'],
      waterDifficulty: ['帮扶成效：饮水是否困难', 'FLAG'],
      housingSafe: ['帮扶成效：住房是否有保障', 'FLAG'],
      criticalIllnessInsured: ['帮扶成效：是否参加大病保险', 'FLAG'],
      compulsoryEducationMet: ['帮扶成效：义务教育是否有保障', 'FLAG'],
    },
    'OUTCOME_',
  ),
  [
    'MEMBER_AGE',
    {
      source: 'MEMBER',
      sql: '($1 - extract(year FROM m.birth_date)::int)',
      kind: 'WHOLE',
      label: '成员：年底周岁年龄',
    },
  ],
  ...fieldsOf(
    'MEMBER',
    {
      name: ['成员：姓名', 'TEXT'],
      sex: ['成员：性别', SEX],
      idType: ['成员：证件类型', ID_DOCUMENT_TYPE],
      birthDate: ['成员：出生日期', 'DATE'],
      ethnicity: ['成员：民族', ETHNICITY],
      political: ['成员：政治面貌', POLITICAL_STATUS],
      relationToHead: ['成员：与户主关系', RELATION_TO_HEAD],
      education: ['成员：文化程度', EDUCATION],
      schoolStatus: ['成员：在校生状况', SCHOOL_STATUS],
      health: ['成员：健康状况', HEALTH_CONDITION, 'CODES'],
      labourAbility: ['成员：劳动技能', LABOUR_ABILITY],
      workPlace: ['成员：务工状况', WORK_PLACE],
      workMonths: ['成员：务工时间（月）', 'WHOLE'],
      workEmployer: ['成员：务工企业', 'TEXT'],
      isActiveSoldier: ['成员：是否现役军人', 'FLAG'],
      inMedicalInsurance: ['成员：是否参加城乡居民基本医疗保险', 'FLAG'],
      inCriticalIllnessInsurance: ['成员：是否参加大病保险', 'FLAG'],
      inPension: ['成员：是否参加城乡居民基本养老保险', 'FLAG'],
      hasAllowance: ['成员：是否享受低保', 'FLAG'],
      hasFiveGuarantees: ['成员：是否享受五保', 'FLAG'],
      diseaseName: ['成员：所患疾病', 'TEXT'],
    },
    'MEMBER_',
  ).map(withUsual),
]);

/** The operators of the conditions, with their names on the form. */
export const CONDITION_OPS = {
  EQ: '等于',
  NE: '不等于',
  GT: '大于',
  GTE: '大于或等于',
  LT: '小于',
  LTE: '小于或等于',
  CONTAINS: '包含',
  IS_NULL: '为空',
  NOT_NULL: '不为空',
} as const;
export type ConditionOp = keyof typeof CONDITION_OPS;

const EMPTINESS = ['IS_NULL', 'NOT_NULL'] as const;
const ORDERED = ['EQ', 'NE', 'GT', 'GTE', 'LT', 'LTE', ...EMPTINESS] as const;

/** Which operators each kind of field takes. */
export const OPS_OF_KIND: Readonly<Record<ConditionKind, readonly ConditionOp[]>> = {
  CODE: ['EQ', 'NE', ...EMPTINESS],
  CODES: ['EQ', 'NE', 'CONTAINS', ...EMPTINESS],
  TEXT: ['EQ', 'NE', 'CONTAINS', ...EMPTINESS],
  FLAG: ['EQ', 'NE', ...EMPTINESS],
  WHOLE: ORDERED,
  DECIMAL: ORDERED,
  DATE: ORDERED,
  MONTH: ORDERED,
};
