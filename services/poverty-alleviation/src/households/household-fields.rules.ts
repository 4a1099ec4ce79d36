import {
  DILAPIDATED_GRADE,
  EDUCATION,
  FOLLOW_UP_SUPPORT,
  FUEL_TYPE,
  HEALTH_CONDITION,
  HOUSEHOLD_ATTRIBUTE,
  ID_DOCUMENT_TYPE,
  IDENTIFICATION_STANDARD,
  LABOUR_ABILITY,
  MEMBER_STATUS,
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
import {
  code,
  codes,
  date,
  decimal,
  flag,
  optionalFlag,
  optionalWhole,
  requiredCode,
  requiredDate,
  requiredDecimal,
  requiredText,
  text,
  type Values,
  whole,
} from '../record-fields';

/** Tab 1 基本情况. Phone and bank account are sealed. */
export const BASIC = {
  naturalVillageCode: text,
  address: text,
  phoneSealed: text,
  bankName: text,
  bankAccountSealed: text,
  householdAttribute: requiredCode(HOUSEHOLD_ATTRIBUTE),
  identificationStandard: requiredCode(IDENTIFICATION_STANDARD),
  povertyStatus: requiredCode(POVERTY_STATUS),
  mainCause: requiredCode(POVERTY_CAUSE),
  otherCauses: codes(POVERTY_CAUSE),
  isMilitaryMartyrFamily: flag,
  isOnlyChildFamily: optionalFlag,
  isTwoDaughterFamily: optionalFlag,
  exitYear: optionalWhole,
  returnYear: optionalWhole,
  returnReason: code(POVERTY_CAUSE),
  closureYear: optionalWhole,
  benefitEndMonth: text,
  isKeyTarget: flag,
  memberCount: whole,
};

/** Tab 2 生产生活条件. */
export const PRODUCTION_AND_LIVING = {
  cultivated: decimal,
  irrigated: decimal,
  forest: decimal,
  farmlandReturnedToForest: decimal,
  orchard: decimal,
  grassland: decimal,
  water: decimal,
  hasProductionElectricity: optionalFlag,
  hasDomesticElectricity: optionalFlag,
  hasBroadcastTv: optionalFlag,
  distanceToVillageRoadKm: decimal,
  roadType: code(ROAD_TYPE),
  housingAreaM2: decimal,
  isDilapidatedHouse: optionalFlag,
  dilapidatedGrade: code(DILAPIDATED_GRADE),
  hasDrinkingDifficulty: optionalFlag,
  isDrinkingWaterSafe: optionalFlag,
  fuelType: code(FUEL_TYPE),
  hasSanitaryToilet: optionalFlag,
  inCooperative: optionalFlag,
  drivenByLeadingEnterprise: optionalFlag,
  drivenByEntrepreneur: optionalFlag,
};

/** Tab 3 收入、卫计信息: incomes of the previous year, the derived ones included. */
export const INCOME_AND_HEALTH = {
  wageIncome: requiredDecimal,
  businessIncome: requiredDecimal,
  propertyIncome: requiredDecimal,
  assetDividend: requiredDecimal,
  familyPlanningSubsidy: requiredDecimal,
  subsistenceAllowance: requiredDecimal,
  fiveGuaranteesBenefit: requiredDecimal,
  pension: requiredDecimal,
  ecologicalCompensation: requiredDecimal,
  otherTransfer: requiredDecimal,
  transferIncome: requiredDecimal,
  businessExpense: requiredDecimal,
  totalIncome: requiredDecimal,
  netIncome: requiredDecimal,
  perCapitaNetIncome: decimal,
  signedFamilyDoctor: optionalFlag,
  medicalSelfPay: decimal,
};

/** Tab 4 易地搬迁. */
export const RELOCATION = {
  isRelocationHousehold: flag,
  mode: code(RELOCATION_MODE),
  resettlement: code(RESETTLEMENT),
  resettlementPlace: text,
  difficulty: code(RELOCATION_DIFFICULTY),
  relocatedDate: date,
  followUpSupport: codes(FOLLOW_UP_SUPPORT),
};

/** The yearly record of a member. The ID number and phone are sealed. */
export const MEMBER = {
  name: requiredText,
  sex: requiredCode(SEX),
  idType: requiredCode(ID_DOCUMENT_TYPE),
  idNumberSealed: text,
  idNumberIndex: text,
  citizenId: text,
  birthDate: requiredDate,
  ethnicity: requiredCode(ETHNICITY),
  political: code(POLITICAL_STATUS),
  relationToHead: requiredCode(RELATION_TO_HEAD),
  education: code(EDUCATION),
  schoolStatus: code(SCHOOL_STATUS),
  health: codes(HEALTH_CONDITION),
  labourAbility: code(LABOUR_ABILITY),
  workPlace: code(WORK_PLACE),
  workMonths: optionalWhole,
  workEmployer: text,
  phoneSealed: text,
  isActiveSoldier: optionalFlag,
  inMedicalInsurance: optionalFlag,
  inCriticalIllnessInsurance: optionalFlag,
  inPension: optionalFlag,
  hasAllowance: optionalFlag,
  hasFiveGuarantees: optionalFlag,
  diseaseName: text,
  status: requiredCode(MEMBER_STATUS),
  statusDate: date,
  statusReason: text,
};

export type BasicValues = Values<typeof BASIC>;
export type ProductionAndLivingValues = Values<typeof PRODUCTION_AND_LIVING>;
export type IncomeAndHealthValues = Values<typeof INCOME_AND_HEALTH>;
export type RelocationValues = Values<typeof RELOCATION>;
export type MemberValues = Values<typeof MEMBER>;
