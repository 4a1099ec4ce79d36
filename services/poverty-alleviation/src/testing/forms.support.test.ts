import { citizenNumberCheckCharacter } from '@junxian/identity';
import type { IdentificationInput, MemberInput } from '../households/identification.input';

/** A valid, invented ID number: region 999999 is assigned to nobody. */
export function idNumber(serial: number, birthDate = '1970-01-01', sex: 'MALE' | 'FEMALE' = 'MALE'): string {
  const order = String((serial % 499) * 2 + (sex === 'MALE' ? 1 : 0)).padStart(3, '0');
  const first17 = `${String(999999 - Math.floor(serial / 499))}${birthDate.replaceAll('-', '')}${order}`;
  return first17 + citizenNumberCheckCharacter(first17);
}

/** A member's form in order; `serial` decides the ID number. */
export function memberForm(serial: number, changes: Partial<MemberInput> = {}): MemberInput {
  const birthDate = changes.birthDate ?? '1970-01-01';
  const sex = changes.sex ?? 'MALE';
  return {
    name: '演示甲',
    sex,
    idType: 'RESIDENT_ID',
    idNumber: idNumber(serial, birthDate, sex === 'FEMALE' ? 'FEMALE' : 'MALE'),
    birthDate,
    ethnicity: 'HAN',
    relationToHead: 'HEAD',
    education: 'PRIMARY',
    health: ['HEALTHY'],
    ...changes,
  };
}

/** An identification form in order, of one head and the members added. */
export function householdForm(
  villageCode: string,
  members: readonly MemberInput[],
  changes: Partial<IdentificationInput> = {},
): IdentificationInput {
  return {
    villageCode,
    basic: {
      householdAttribute: 'GENERAL_POOR',
      identificationStandard: 'NATIONAL',
      mainCause: 'ILLNESS',
      isMilitaryMartyrFamily: false,
    },
    productionAndLiving: {},
    incomeAndHealth: { wageIncome: '6000.00' },
    relocation: { isRelocationHousehold: false },
    members,
    ...changes,
  };
}

/** Tab 2 生产生活条件 with every field filled in. */
export const PRODUCTION_AND_LIVING = {
  cultivated: '1.01',
  irrigated: '1.02',
  forest: '1.03',
  farmlandReturnedToForest: '1.04',
  orchard: '1.05',
  grassland: '1.06',
  water: '1.07',
  hasProductionElectricity: true,
  hasDomesticElectricity: false,
  hasBroadcastTv: true,
  distanceToVillageRoadKm: '1.08',
  roadType: 'CONCRETE',
  housingAreaM2: '80.50',
  isDilapidatedHouse: true,
  dilapidatedGrade: 'D',
  hasDrinkingDifficulty: false,
  isDrinkingWaterSafe: true,
  fuelType: 'COAL',
  hasSanitaryToilet: false,
  inCooperative: true,
  drivenByLeadingEnterprise: false,
  drivenByEntrepreneur: true,
} as const;
