import type {
  DilapidatedGrade,
  Education,
  FollowUpSupport,
  FuelType,
  HealthCondition,
  HouseholdAttribute,
  IdDocumentType,
  IdentificationStandard,
  LabourAbility,
  PovertyCause,
  RelationToHead,
  RelocationDifficulty,
  RelocationMode,
  Resettlement,
  RoadType,
  SchoolStatus,
  Sex,
  WorkPlace,
} from '../code-lists';
import type { Ethnicity, PoliticalStatus } from '../national-code-lists';
import type { IncomeItems } from './income.rules';

/** Makes every property optional and nullable, as a GraphQL input leaves them. */
type Optional<T> = { [Key in keyof T]?: T[Key] | null | undefined };

/** The identification form 贫困户识别, as submitted: four tabs and the members. */
export interface IdentificationInput {
  idempotencyKey?: string | null | undefined;
  villageCode: string;
  basic: BasicInput;
  productionAndLiving: ProductionAndLivingInput;
  incomeAndHealth: IncomeAndHealthInput;
  relocation: RelocationInput;
  members: readonly MemberInput[];
}

export type BasicInput = {
  householdAttribute: HouseholdAttribute;
  identificationStandard: IdentificationStandard;
  mainCause: PovertyCause;
  isMilitaryMartyrFamily: boolean;
} & Optional<{
  naturalVillageCode: string;
  address: string;
  phone: string;
  bankName: string;
  bankAccount: string;
  otherCauses: readonly PovertyCause[];
  isOnlyChildFamily: boolean;
  isTwoDaughterFamily: boolean;
  isKeyTarget: boolean;
}>;

export type ProductionAndLivingInput = Optional<{
  cultivated: string;
  irrigated: string;
  forest: string;
  farmlandReturnedToForest: string;
  orchard: string;
  grassland: string;
  water: string;
  hasProductionElectricity: boolean;
  hasDomesticElectricity: boolean;
  hasBroadcastTv: boolean;
  distanceToVillageRoadKm: string;
  roadType: RoadType;
  housingAreaM2: string;
  isDilapidatedHouse: boolean;
  dilapidatedGrade: DilapidatedGrade;
  hasDrinkingDifficulty: boolean;
  isDrinkingWaterSafe: boolean;
  fuelType: FuelType;
  hasSanitaryToilet: boolean;
  inCooperative: boolean;
  drivenByLeadingEnterprise: boolean;
  drivenByEntrepreneur: boolean;
}>;

export type IncomeAndHealthInput = Optional<
  IncomeItems & { assetDividend: string; signedFamilyDoctor: boolean; medicalSelfPay: string }
>;

export type RelocationInput = { isRelocationHousehold: boolean } & Optional<{
  mode: RelocationMode;
  resettlement: Resettlement;
  resettlementPlace: string;
  difficulty: RelocationDifficulty;
  relocatedDate: string;
  followUpSupport: readonly FollowUpSupport[];
}>;

export type MemberInput = {
  name: string;
  sex: Sex;
  idType: IdDocumentType;
  birthDate: string;
  ethnicity: Ethnicity;
  relationToHead: RelationToHead;
  health: readonly HealthCondition[];
} & Optional<{
  idNumber: string;
  political: PoliticalStatus;
  education: Education;
  schoolStatus: SchoolStatus;
  labourAbility: LabourAbility;
  workPlace: WorkPlace;
  workMonths: number;
  workEmployer: string;
  phone: string;
  isActiveSoldier: boolean;
  inMedicalInsurance: boolean;
  inCriticalIllnessInsurance: boolean;
  inPension: boolean;
  hasAllowance: boolean;
  hasFiveGuarantees: boolean;
  diseaseName: string;
}>;
