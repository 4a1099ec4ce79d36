import { citizenNumberCheckCharacter } from '@junxian/identity';
import { DEMO_PASSWORD } from '../../services/directory/src/demo-data/demo-accounts';

export const demoPassword = DEMO_PASSWORD;

/** Places of the demonstration data. */
export const places = {
  shanxi: '140000000000',
  shandong: '370000000000',
  datong: '140200000000',
  yungang: '140214000000',
  yunzhou: '140215000000',
  township: '140215100000',
  village: '140215100200',
} as const;

/** A citizen number with a right check character; `serial` 0…999 on a birthday tells people apart. */
export function citizenNumber(serial: number, birthDate = '19800101', region = '140215'): string {
  const first17 = `${region}${birthDate}${String(serial).padStart(3, '0')}`;
  return first17 + citizenNumberCheckCharacter(first17);
}

/** What a resident's citizen number says of the person, as forms ask for it. */
export const personOf = (idNumber: string) => ({
  sex: Number(idNumber[16]) % 2 === 1 ? 'MALE' : 'FEMALE',
  idType: 'RESIDENT_ID',
  idNumber,
  birthDate: `${idNumber.slice(6, 10)}-${idNumber.slice(10, 12)}-${idNumber.slice(12, 14)}`,
});

/** The conditions of an exit, all but one met: the house is not safe. */
export const HOUSE_NOT_SAFE = {
  foodAssured: true,
  clothingAssured: true,
  waterSafe: true,
  waterDifficulty: false,
  housingSafe: false,
  criticalIllnessInsured: true,
  compulsoryEducationMet: true,
};

export interface HouseholdForm {
  villageCode: string;
  headName: string;
  idNumber: string;
  idempotencyKey?: string;
}

/** The form of a household of one adult man, filled in as far as it must be. */
export function householdForm({ villageCode, headName, idNumber, idempotencyKey }: HouseholdForm) {
  return {
    idempotencyKey,
    villageCode,
    basic: {
      householdAttribute: 'GENERAL_POOR',
      identificationStandard: 'NATIONAL',
      mainCause: 'ILLNESS',
      isMilitaryMartyrFamily: false,
      phone: '13800138000',
    },
    productionAndLiving: { cultivated: '2.50' },
    incomeAndHealth: { wageIncome: '6000.00', businessExpense: '500.00' },
    relocation: { isRelocationHousehold: false },
    members: [
      {
        name: headName,
        ...personOf(idNumber),
        ethnicity: 'HAN',
        relationToHead: 'HEAD',
        education: 'JUNIOR_MIDDLE',
        health: ['HEALTHY'],
        labourAbility: 'ORDINARY',
      },
    ],
  };
}

export const IDENTIFY = /* GraphQL */ `
  mutation Identify($input: IdentifyHouseholdInput!) {
    identifyHousehold(input: $input) {
      id
      householdNo
      region { code name path { name } }
      record(year: 2017) {
        incomeAndHealth { netIncome perCapitaNetIncome }
        members { name idNumber citizen { id } }
      }
    }
  }
`;

export const SUMMARY = /* GraphQL */ `
  query Summary($code: ID!) {
    region(code: $code) {
      name
      povertySummary(year: 2017) { poor { households persons } }
    }
  }
`;
