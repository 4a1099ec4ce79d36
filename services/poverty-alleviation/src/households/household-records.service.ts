import type { PersonalData } from '../personal-data';
import { encode, type Fields, type Values } from '../record-fields';
import {
  BASIC,
  type BasicValues,
  INCOME_AND_HEALTH,
  type IncomeAndHealthValues,
  type MemberValues,
  PRODUCTION_AND_LIVING,
  RELOCATION,
} from './household-fields.rules';
import type { HouseholdTabs } from './household-views.types';
import type { IdentificationInput, MemberInput } from './identification.input';
import type { IdentityKey } from './identity-documents.rules';
import { computeIncome, type IncomeItems } from './income.rules';

/** The tabs of a newly identified household from its checked form: status UNEXITED (PA-NI-03), incomes computed (PA-HH-05). */
export function tabsOf(input: IdentificationInput, personal: PersonalData): HouseholdTabs {
  return {
    basic: basicOf(input, personal),
    productionAndLiving: filled(PRODUCTION_AND_LIVING, input.productionAndLiving),
    incomeAndHealth: incomeOf(input),
    relocation: {
      ...filled(RELOCATION, input.relocation),
      followUpSupport: input.relocation.followUpSupport ?? [],
    },
  };
}

/** Columns and stored values of the four tabs, in one order. */
export function tabColumns(tabs: HouseholdTabs): { columns: string[]; stored: unknown[] } {
  const parts = [
    encode(BASIC, tabs.basic),
    encode(PRODUCTION_AND_LIVING, tabs.productionAndLiving),
    encode(INCOME_AND_HEALTH, tabs.incomeAndHealth),
    encode(RELOCATION, tabs.relocation),
  ];
  return {
    columns: parts.flatMap(({ columns }) => columns),
    stored: parts.flatMap(({ stored }) => stored),
  };
}

/**
 * The yearly record of a new member; the key is null for a person without a document (PA-BO-12). Whoever knows the blind
 * index of the key gives it.
 */
export function memberRecord(
  member: MemberInput,
  key: IdentityKey | null,
  personal: PersonalData,
  idNumberIndex: string | null = key === null ? null : personal.indexOf(key),
): MemberValues {
  const { idNumber, phone, ...rest } = member;
  return {
    name: rest.name.trim(),
    sex: rest.sex,
    idType: rest.idType,
    idNumberSealed: personal.seal(idNumber?.trim().toUpperCase(), 'member.id_number'),
    idNumberIndex,
    citizenId: key === null ? null : personal.citizenIdOf(key),
    birthDate: rest.birthDate,
    ethnicity: rest.ethnicity,
    political: rest.political ?? null,
    relationToHead: rest.relationToHead,
    education: rest.education ?? null,
    schoolStatus: rest.schoolStatus ?? null,
    health: rest.health,
    labourAbility: rest.labourAbility ?? null,
    workPlace: rest.workPlace ?? null,
    workMonths: rest.workMonths ?? null,
    workEmployer: rest.workEmployer ?? null,
    phoneSealed: personal.seal(phone, 'member.phone'),
    isActiveSoldier: rest.isActiveSoldier ?? null,
    inMedicalInsurance: rest.inMedicalInsurance ?? null,
    inCriticalIllnessInsurance: rest.inCriticalIllnessInsurance ?? null,
    inPension: rest.inPension ?? null,
    hasAllowance: rest.hasAllowance ?? null,
    hasFiveGuarantees: rest.hasFiveGuarantees ?? null,
    diseaseName: rest.diseaseName ?? null,
    status: 'NORMAL',
    statusDate: null,
    statusReason: null,
  };
}

function basicOf({ basic, members }: IdentificationInput, personal: PersonalData): BasicValues {
  return {
    naturalVillageCode: basic.naturalVillageCode ?? null,
    address: basic.address?.trim() ?? null,
    phoneSealed: personal.seal(basic.phone, 'household.phone'),
    bankName: basic.bankName?.trim() ?? null,
    bankAccountSealed: personal.seal(basic.bankAccount?.replaceAll(' ', ''), 'household.bank_account'),
    householdAttribute: basic.householdAttribute,
    identificationStandard: basic.identificationStandard,
    povertyStatus: 'UNEXITED',
    mainCause: basic.mainCause,
    otherCauses: basic.otherCauses ?? [],
    isMilitaryMartyrFamily: basic.isMilitaryMartyrFamily,
    isOnlyChildFamily: basic.isOnlyChildFamily ?? null,
    isTwoDaughterFamily: basic.isTwoDaughterFamily ?? null,
    exitYear: null,
    returnYear: null,
    returnReason: null,
    closureYear: null,
    benefitEndMonth: null,
    isKeyTarget: basic.isKeyTarget ?? false,
    memberCount: members.length,
  };
}

function incomeOf({ incomeAndHealth: tab, members }: IdentificationInput): IncomeAndHealthValues {
  const items: IncomeItems = {
    wageIncome: tab.wageIncome ?? '0',
    businessIncome: tab.businessIncome ?? '0',
    propertyIncome: tab.propertyIncome ?? '0',
    familyPlanningSubsidy: tab.familyPlanningSubsidy ?? '0',
    subsistenceAllowance: tab.subsistenceAllowance ?? '0',
    fiveGuaranteesBenefit: tab.fiveGuaranteesBenefit ?? '0',
    pension: tab.pension ?? '0',
    ecologicalCompensation: tab.ecologicalCompensation ?? '0',
    otherTransfer: tab.otherTransfer ?? '0',
    businessExpense: tab.businessExpense ?? '0',
  };
  return {
    ...items,
    ...computeIncome(items, members.length),
    assetDividend: tab.assetDividend ?? '0',
    signedFamilyDoctor: tab.signedFamilyDoctor ?? null,
    medicalSelfPay: tab.medicalSelfPay ?? null,
  };
}

/** The values of a tab from its input, null where the input leaves a field out. */
function filled<Tab extends Fields>(tab: Tab, input: { [Name in keyof Tab]?: unknown }): Values<Tab> {
  return Object.fromEntries(Object.keys(tab).map((name) => [name, input[name] ?? null])) as Values<Tab>;
}
