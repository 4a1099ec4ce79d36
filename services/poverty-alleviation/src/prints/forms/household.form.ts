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
  POVERTY_STATUS,
  RELATION_TO_HEAD,
  RELOCATION_DIFFICULTY,
  RELOCATION_MODE,
  RESETTLEMENT,
  ROAD_TYPE,
  SCHOOL_STATUS,
  SEX,
  WORK_PLACE,
} from '../../code-lists';
import type { HouseholdView, MemberView, YearRecordView } from '../../households/household-views.service';
import type { OutcomeView } from '../../households/outcomes.service';
import { ETHNICITY } from '../../national-code-lists';
import type { Cell, FormSection, FormView } from '../form.types';
import { labelsOf, onPaper } from './words';

/** A helper of the household as the form names him or her. */
export interface HelperOnPaper {
  name: string;
  unit: string | null;
  position: string | null;
  phone: string;
  startDate: string;
  endDate: string | null;
}

/** A member with the number as it is printed: masked, unless it was asked for in full. */
export interface MemberOnPaper extends MemberView {
  printedNumber: string | null;
}

/** What a household's form is made of. */
export interface HouseholdOnPaper {
  heading: string;
  /** Names of the regions from the province to the village. */
  place: string;
  household: HouseholdView;
  record: YearRecordView;
  /** As printed: masked, unless asked for in full. */
  phone: string | null;
  bankAccount: string | null;
  /** Active members, head first. */
  members: readonly MemberOnPaper[];
  helpers: readonly HelperOnPaper[];
  outcome: OutcomeView | null;
  signatures: readonly string[];
}

const cell = (label: string, value: unknown): Cell => ({ label, value: onPaper(value) });

/** The form of a household 贫困户信息表: tabs 1 to 5 and 7, and its members (catalogue 6). */
export function householdForm(given: HouseholdOnPaper): FormView {
  const { heading, place, household, record, members, signatures } = given;
  const head = members.find(({ relationToHead }) => relationToHead === 'HEAD');
  return {
    heading,
    facts: [
      cell('所在地', place),
      cell('户编号', household.householdNo),
      cell('户主', head?.name),
      cell('年度', `${record.year} 年底`),
    ],
    sections: [
      basicSection(given),
      membersSection(members),
      livingSection(record),
      incomeSection(record),
      relocationSection(record),
      helpersSection(given.helpers),
      outcomeSection(given.outcome),
    ],
    signatures,
  };
}

function basicSection({ record: { basic }, household, phone, bankAccount }: HouseholdOnPaper): FormSection {
  return {
    title: '一、基本情况',
    cells: [
      cell('家庭人口（人）', basic.memberCount),
      cell('家庭住址', basic.address),
      cell('联系电话', phone),
      cell('自然村代码', basic.naturalVillageCode),
      cell('开户银行', basic.bankName),
      cell('银行账号', bankAccount),
      cell('识别年度', household.identifiedYear),
      cell('贫困户属性', labelsOf(HOUSEHOLD_ATTRIBUTE, basic.householdAttribute)),
      cell('识别标准', labelsOf(IDENTIFICATION_STANDARD, basic.identificationStandard)),
      cell('脱贫状态', labelsOf(POVERTY_STATUS, basic.povertyStatus)),
      cell('主要致贫原因', labelsOf(POVERTY_CAUSE, basic.mainCause)),
      cell('其他致贫原因', labelsOf(POVERTY_CAUSE, basic.otherCauses)),
      cell('军烈属', basic.isMilitaryMartyrFamily),
      cell('独生子女户', basic.isOnlyChildFamily),
      cell('双女户', basic.isTwoDaughterFamily),
      cell('脱贫年度', basic.exitYear),
      cell('返贫年度', basic.returnYear),
      cell('返贫原因', labelsOf(POVERTY_CAUSE, basic.returnReason)),
      cell('销户年度', basic.closureYear),
      cell('待遇终止年月', basic.benefitEndMonth),
      cell('重点帮扶对象', basic.isKeyTarget),
    ],
  };
}

function membersSection(members: readonly MemberOnPaper[]): FormSection {
  return {
    title: '家庭成员',
    table: {
      wide: '证件号码',
      headers: [
        '姓名',
        '性别',
        '证件号码',
        '与户主关系',
        '民族',
        '文化程度',
        '在校生状况',
        '健康状况',
        '劳动技能',
        '务工状况',
        '务工时间（月）',
        '医疗保险',
        '大病保险',
        '养老保险',
      ],
      rows: members.map((member) => [
        member.name,
        labelsOf(SEX, member.sex),
        member.printedNumber,
        labelsOf(RELATION_TO_HEAD, member.relationToHead),
        labelsOf(ETHNICITY, member.ethnicity),
        labelsOf(EDUCATION, member.education),
        labelsOf(SCHOOL_STATUS, member.schoolStatus),
        labelsOf(HEALTH_CONDITION, member.health),
        labelsOf(LABOUR_ABILITY, member.labourAbility),
        labelsOf(WORK_PLACE, member.workPlace),
        onPaper(member.workMonths),
        onPaper(member.inMedicalInsurance),
        onPaper(member.inCriticalIllnessInsurance),
        onPaper(member.inPension),
      ]),
    },
  };
}

function livingSection({ productionAndLiving: living }: YearRecordView): FormSection {
  return {
    title: '二、生产生活条件',
    cells: [
      cell('耕地面积（亩）', living.cultivated),
      cell('有效灌溉面积（亩）', living.irrigated),
      cell('林地面积（亩）', living.forest),
      cell('退耕还林面积（亩）', living.farmlandReturnedToForest),
      cell('林果面积（亩）', living.orchard),
      cell('牧草地面积（亩）', living.grassland),
      cell('水面面积（亩）', living.water),
      cell('通生产用电', living.hasProductionElectricity),
      cell('通生活用电', living.hasDomesticElectricity),
      cell('通广播电视', living.hasBroadcastTv),
      cell('与村主干路距离（公里）', living.distanceToVillageRoadKm),
      cell('入户路类型', labelsOf(ROAD_TYPE, living.roadType)),
      cell('住房面积（平方米）', living.housingAreaM2),
      cell('危房户', living.isDilapidatedHouse),
      cell('危房级别', labelsOf(DILAPIDATED_GRADE, living.dilapidatedGrade)),
      cell('饮水困难', living.hasDrinkingDifficulty),
      cell('饮水安全', living.isDrinkingWaterSafe),
      cell('主要燃料类型', labelsOf(FUEL_TYPE, living.fuelType)),
      cell('有卫生厕所', living.hasSanitaryToilet),
      cell('加入农民专业合作组织', living.inCooperative),
      cell('有龙头企业带动', living.drivenByLeadingEnterprise),
      cell('有创业致富带头人带动', living.drivenByEntrepreneur),
    ],
  };
}

function incomeSection({ incomeAndHealth: income }: YearRecordView): FormSection {
  return {
    title: '三、收入（上一年度，元）、卫计信息',
    cells: [
      cell('工资性收入', income.wageIncome),
      cell('生产经营性收入', income.businessIncome),
      cell('财产性收入', income.propertyIncome),
      cell('其中：资产收益扶贫分红', income.assetDividend),
      cell('计划生育金', income.familyPlanningSubsidy),
      cell('低保金', income.subsistenceAllowance),
      cell('五保金', income.fiveGuaranteesBenefit),
      cell('养老金', income.pension),
      cell('生态补偿金', income.ecologicalCompensation),
      cell('其他转移性收入', income.otherTransfer),
      cell('转移性收入', income.transferIncome),
      cell('生产经营性支出', income.businessExpense),
      cell('家庭年总收入', income.totalIncome),
      cell('家庭年纯收入', income.netIncome),
      cell('人均纯收入', income.perCapitaNetIncome),
      cell('签约家庭医生', income.signedFamilyDoctor),
      cell('医疗自付费用', income.medicalSelfPay),
    ],
  };
}

function relocationSection({ relocation }: YearRecordView): FormSection {
  return {
    title: '四、易地扶贫搬迁',
    cells: [
      cell('易地搬迁户', relocation.isRelocationHousehold),
      cell('搬迁方式', labelsOf(RELOCATION_MODE, relocation.mode)),
      cell('安置方式', labelsOf(RESETTLEMENT, relocation.resettlement)),
      cell('安置地', relocation.resettlementPlace),
      cell('搬迁可能存在的困难', labelsOf(RELOCATION_DIFFICULTY, relocation.difficulty)),
      cell('搬迁日期', relocation.relocatedDate),
      cell('后续扶持方式', labelsOf(FOLLOW_UP_SUPPORT, relocation.followUpSupport)),
    ],
  };
}

function helpersSection(helpers: readonly HelperOnPaper[]): FormSection {
  return {
    title: '五、帮扶责任人结对',
    table: {
      headers: ['姓名', '帮扶单位', '职务', '联系电话', '结对日期', '解除日期'],
      rows: helpers.map(({ name, unit, position, phone, startDate, endDate }) => [
        name,
        unit,
        position,
        phone,
        startDate,
        endDate,
      ]),
    },
  };
}

function outcomeSection(outcome: OutcomeView | null): FormSection {
  return {
    title: '七、帮扶成效',
    cells: [
      cell('人均纯收入（元）', outcome?.perCapitaIncome),
      cell('不愁吃', outcome?.foodAssured),
      cell('不愁穿', outcome?.clothingAssured),
      cell('饮水安全', outcome?.waterSafe),
      cell('饮水困难', outcome?.waterDifficulty),
      cell('住房安全有保障', outcome?.housingSafe),
      cell('参加大病保险', outcome?.criticalIllnessInsured),
      cell('义务教育有保障', outcome?.compulsoryEducationMet),
    ],
  };
}
