import type { ColumnDefinition, SheetFault, SheetRow } from '@junxian/documents';
import {
  DILAPIDATED_GRADE,
  EDUCATION,
  FOLLOW_UP_SUPPORT,
  FUEL_TYPE,
  HEALTH_CONDITION,
  HOUSEHOLD_ATTRIBUTE,
  IDENTIFICATION_STANDARD,
  LABOUR_ABILITY,
  POVERTY_CAUSE,
  RELATION_TO_HEAD,
  RELOCATION_DIFFICULTY,
  RELOCATION_MODE,
  RESETTLEMENT,
  ROAD_TYPE,
  SCHOOL_STATUS,
  SEX,
  WORK_PLACE,
} from '../code-lists';
import type {
  BasicInput,
  IncomeAndHealthInput,
  MemberInput,
  ProductionAndLivingInput,
  RelocationInput,
} from '../households/identification.input';
import { ETHNICITY, POLITICAL_STATUS } from '../national-code-lists';
import {
  codeCell,
  codesCell,
  dateCell,
  decimalCell,
  documentTypeCell,
  flagCell,
  textCell,
  wholeCell,
} from './sheet-cells.rules';
import { cellReader, column, definitionsOf, requiredColumn, type SheetColumn } from './sheet-columns.rules';

type ColumnsOf<Input> = { readonly [Key in keyof Required<Input>]: SheetColumn };

/** Which household a row belongs to. */
const PLACE = {
  villageCode: requiredColumn('行政村代码', textCell, { description: '12 位', example: '140215100001' }),
  householdLabel: requiredColumn('户编号', textCell, {
    description:
      '已建档的填写 17 位户编号，并列入户主一行；新建档的由填表人自编，同一户各行相同且连续，如“新1”',
    example: '新1',
  }),
} as const;

/** A member of the household: every row has one. */
const MEMBER = {
  name: requiredColumn('姓名', textCell, { example: '演示甲' }),
  sex: requiredColumn('性别', codeCell(SEX)),
  idType: requiredColumn('证件类型', documentTypeCell, {
    description: '无证件人员不能导入，由省级管理员补录',
  }),
  idNumber: requiredColumn('证件号码', textCell, {
    description: '居民身份证 18 位；残疾人证 20 或 22 位',
  }),
  birthDate: requiredColumn('出生日期', dateCell, { example: '1970-01-01' }),
  ethnicity: requiredColumn('民族', codeCell(ETHNICITY)),
  political: column('政治面貌', codeCell(POLITICAL_STATUS)),
  relationToHead: requiredColumn('与户主关系', codeCell(RELATION_TO_HEAD)),
  education: column('文化程度', codeCell(EDUCATION), { description: '非在校生必填' }),
  schoolStatus: column('在校生状况', codeCell(SCHOOL_STATUS), { description: '6 至 23 岁' }),
  health: requiredColumn('健康状况', codesCell(HEALTH_CONDITION)),
  labourAbility: column('劳动技能', codeCell(LABOUR_ABILITY), { description: '16 至 65 岁' }),
  workPlace: column('务工状况', codeCell(WORK_PLACE)),
  workMonths: column('务工时间（月）', wholeCell, { description: '0 至 12' }),
  workEmployer: column('务工企业', textCell),
  phone: column('联系电话', textCell),
  isActiveSoldier: column('是否现役军人', flagCell),
  inMedicalInsurance: column('是否参加城乡居民基本医疗保险', flagCell),
  inCriticalIllnessInsurance: column('是否参加大病保险', flagCell),
  inPension: column('是否参加城乡居民基本养老保险', flagCell),
  hasAllowance: column('是否享受低保', flagCell),
  hasFiveGuarantees: column('是否享受五保', flagCell),
  diseaseName: column('所患疾病', textCell),
} as const satisfies ColumnsOf<MemberInput>;

const ofHead = { description: '只在户主行填写' };
const forNew = { description: '只在户主行填写；新建档户必填' };

const BASIC = {
  naturalVillageCode: column('自然村代码', textCell, {
    description: '只在户主行填写；14 位，须为本村已登记的自然村',
  }),
  address: column('家庭住址', textCell, ofHead),
  phone: column('家庭联系电话', textCell, ofHead),
  bankName: column('开户银行', textCell, ofHead),
  bankAccount: column('银行账号', textCell, ofHead),
  householdAttribute: column('贫困户属性', codeCell(HOUSEHOLD_ATTRIBUTE), forNew),
  identificationStandard: column('识别标准', codeCell(IDENTIFICATION_STANDARD), forNew),
  mainCause: column('主要致贫原因', codeCell(POVERTY_CAUSE), forNew),
  otherCauses: column('其他致贫原因', codesCell(POVERTY_CAUSE), {
    description: '只在户主行填写；最多两项，不含主要致贫原因',
  }),
  isMilitaryMartyrFamily: column('是否军烈属', flagCell, { description: '只在户主行填写；新建档户空白为否' }),
  isOnlyChildFamily: column('是否独生子女户', flagCell, ofHead),
  isTwoDaughterFamily: column('是否双女户', flagCell, ofHead),
  isKeyTarget: column('是否重点帮扶对象', flagCell, {
    description: '只在新建档户的户主行填写；已建档户在动态管理“重点帮扶对象”办理',
  }),
} as const satisfies ColumnsOf<BasicInput>;

const PRODUCTION_AND_LIVING = {
  cultivated: column('耕地面积（亩）', decimalCell, ofHead),
  irrigated: column('有效灌溉面积（亩）', decimalCell, ofHead),
  forest: column('林地面积（亩）', decimalCell, ofHead),
  farmlandReturnedToForest: column('退耕还林面积（亩）', decimalCell, ofHead),
  orchard: column('林果面积（亩）', decimalCell, ofHead),
  grassland: column('牧草地面积（亩）', decimalCell, ofHead),
  water: column('水面面积（亩）', decimalCell, ofHead),
  hasProductionElectricity: column('是否通生产用电', flagCell, ofHead),
  hasDomesticElectricity: column('是否通生活用电', flagCell, ofHead),
  hasBroadcastTv: column('是否通广播电视', flagCell, ofHead),
  distanceToVillageRoadKm: column('与村主干路距离（公里）', decimalCell, ofHead),
  roadType: column('入户路类型', codeCell(ROAD_TYPE), ofHead),
  housingAreaM2: column('住房面积（平方米）', decimalCell, ofHead),
  isDilapidatedHouse: column('是否危房户', flagCell, ofHead),
  dilapidatedGrade: column('危房级别', codeCell(DILAPIDATED_GRADE), {
    description: '只在户主行填写；危房户必填，其他户不填',
  }),
  hasDrinkingDifficulty: column('饮水是否困难', flagCell, ofHead),
  isDrinkingWaterSafe: column('饮水是否安全', flagCell, ofHead),
  fuelType: column('主要燃料类型', codeCell(FUEL_TYPE), ofHead),
  hasSanitaryToilet: column('有无卫生厕所', flagCell, ofHead),
  inCooperative: column('是否加入农民专业合作组织', flagCell, ofHead),
  drivenByLeadingEnterprise: column('是否有龙头企业带动', flagCell, ofHead),
  drivenByEntrepreneur: column('是否有创业致富带头人带动', flagCell, ofHead),
} as const satisfies ColumnsOf<ProductionAndLivingInput>;

const INCOME_AND_HEALTH = {
  wageIncome: column('工资性收入（元）', decimalCell, ofHead),
  businessIncome: column('生产经营性收入（元）', decimalCell, ofHead),
  propertyIncome: column('财产性收入（元）', decimalCell, ofHead),
  assetDividend: column('资产收益扶贫分红（元）', decimalCell, ofHead),
  familyPlanningSubsidy: column('计划生育金（元）', decimalCell, ofHead),
  subsistenceAllowance: column('低保金（元）', decimalCell, ofHead),
  fiveGuaranteesBenefit: column('五保金（元）', decimalCell, ofHead),
  pension: column('养老金（元）', decimalCell, ofHead),
  ecologicalCompensation: column('生态补偿金（元）', decimalCell, ofHead),
  otherTransfer: column('其他转移性收入（元）', decimalCell, ofHead),
  businessExpense: column('生产经营性支出（元）', decimalCell, ofHead),
  signedFamilyDoctor: column('是否签约家庭医生', flagCell, ofHead),
  medicalSelfPay: column('医疗自付费用（元）', decimalCell, ofHead),
} as const satisfies ColumnsOf<IncomeAndHealthInput>;

const RELOCATION = {
  isRelocationHousehold: column('是否易地搬迁户', flagCell, {
    description: '只在户主行填写；新建档户空白为否',
  }),
  mode: column('搬迁方式', codeCell(RELOCATION_MODE), ofHead),
  resettlement: column('安置方式', codeCell(RESETTLEMENT), ofHead),
  resettlementPlace: column('安置地', textCell, ofHead),
  difficulty: column('搬迁可能存在的困难', codeCell(RELOCATION_DIFFICULTY), ofHead),
  relocatedDate: column('搬迁日期', dateCell, ofHead),
  followUpSupport: column('后续扶持方式', codesCell(FOLLOW_UP_SUPPORT), ofHead),
} as const satisfies ColumnsOf<RelocationInput>;

/** The parts of a row, by the paths that the checks of a form name. */
const PARTS = {
  place: PLACE,
  member: MEMBER,
  basic: BASIC,
  productionAndLiving: PRODUCTION_AND_LIVING,
  incomeAndHealth: INCOME_AND_HEALTH,
  relocation: RELOCATION,
} as const;
type Part = keyof typeof PARTS;

/** The columns of the sheet 贫困户及家庭成员导入表 (catalogue §6), keyed `part.field`. */
export const HOUSEHOLD_SHEET: readonly ColumnDefinition[] = Object.entries(PARTS).flatMap(([part, columns]) =>
  definitionsOf(columns, `${part}.`),
);

/** The title of a column, for saying where a fault is. */
export function titleOf(part: Part, field: string): string | null {
  return (PARTS[part] as Record<string, SheetColumn>)[field]?.title ?? null;
}

type Filled<Input> = { -readonly [Key in keyof Input]?: NonNullable<Input[Key]> };

/** A row as values: what a cell left empty is not there. */
export interface SheetMember {
  rowNumber: number;
  villageCode: string;
  householdLabel: string;
  member: Filled<MemberInput>;
  basic: Filled<BasicInput>;
  productionAndLiving: Filled<ProductionAndLivingInput>;
  incomeAndHealth: Filled<IncomeAndHealthInput>;
  relocation: Filled<RelocationInput>;
}

const READERS = Object.entries(PARTS).map(([part, columns]) => ({
  part: part as Part,
  read: cellReader(columns, `${part}.`),
}));

/** Turns a row, whose required cells and choices the reader has checked, into values; or says what is wrong, cell by cell. */
export function readHouseholdRow(row: SheetRow): { row: SheetMember } | { faults: SheetFault[] } {
  const faults: SheetFault[] = [];
  const found = {} as Record<Part, Record<string, unknown>>;
  for (const { part, read } of READERS) {
    const { cells, faults: wrong } = read(row);
    found[part] = cells;
    faults.push(...wrong);
  }
  if (faults.length > 0) return { faults };
  const { place, ...rest } = found;
  return {
    row: {
      rowNumber: row.rowNumber,
      villageCode: String(place.villageCode),
      householdLabel: String(place.householdLabel),
      ...rest,
    } as SheetMember,
  };
}

/** Whether a row fills in any cell of the household, which only the head's row may. */
export function hasHouseholdCells(row: SheetMember): boolean {
  return [row.basic, row.productionAndLiving, row.incomeAndHealth, row.relocation].some(
    (part) => Object.keys(part).length > 0,
  );
}
