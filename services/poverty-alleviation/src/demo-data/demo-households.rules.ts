import type { HouseholdAttribute, PovertyCause } from '../code-lists';
import type { IdentificationInput, MemberInput } from '../households/identification.input';
import { ageOn } from '../households/member-form.rules';
import { demoNumber, demoPhone } from './demo-persons.rules';

const FAMILY_NAMES = ['王', '李', '张', '刘', '陈', '杨', '赵', '黄', '周', '吴'];
const ATTRIBUTES: HouseholdAttribute[] = [
  'GENERAL_POOR',
  'GENERAL_POOR',
  'ALLOWANCE_POOR',
  'FIVE_GUARANTEES_POOR',
];
const CAUSES: PovertyCause[] = [
  'ILLNESS',
  'DISABILITY',
  'SCHOOLING',
  'LACK_OF_SKILL',
  'LACK_OF_LABOUR',
  'LACK_OF_CAPITAL',
];

/**
 * The identification form of demonstration household number `n` (from 0) in a village, identified in a year: clearly
 * synthetic names and ID numbers, one to four members, the same at every start.
 */
export function demoHousehold(n: number, villageCode: string, year: number): IdentificationInput {
  // Neighbours have different names: villages take turns in n.
  const familyName = FAMILY_NAMES[(n + Math.floor(n / 10)) % FAMILY_NAMES.length]!;
  const members = [head, spouse, child, mother]
    .slice(0, 1 + ((n * 7) % 4))
    .map((make) => make(n, familyName))
    .map((member) => atWork(member, n, year));
  const isDilapidatedHouse = n % 5 === 0;
  return {
    idempotencyKey: demoKey(n),
    villageCode,
    basic: {
      householdAttribute: ATTRIBUTES[n % ATTRIBUTES.length]!,
      identificationStandard: n % 9 === 0 ? 'PROVINCIAL' : 'NATIONAL',
      mainCause: CAUSES[n % CAUSES.length]!,
      otherCauses: n % 3 === 0 ? [CAUSES[(n + 1) % CAUSES.length]!] : [],
      isMilitaryMartyrFamily: n % 40 === 0,
      address: `演示地址 ${n + 1} 号`,
      bankName: '演示农村信用社',
      bankAccount: `99900000${String(n).padStart(8, '0')}`,
      phone: demoPhone(n),
    },
    productionAndLiving: {
      cultivated: `${2 + (n % 6)}.50`,
      housingAreaM2: `${40 + (n % 50)}.00`,
      hasDomesticElectricity: true,
      isDilapidatedHouse,
      dilapidatedGrade: isDilapidatedHouse ? 'C' : null,
      isDrinkingWaterSafe: n % 8 !== 0,
      hasDrinkingDifficulty: n % 8 === 0,
      roadType: n % 3 === 0 ? 'GRAVEL' : 'CONCRETE',
      fuelType: n % 2 === 0 ? 'COAL' : 'FIREWOOD',
    },
    incomeAndHealth: {
      wageIncome: `${(n % 8) * 600}.00`,
      businessIncome: `${1200 + (n % 10) * 150}.00`,
      subsistenceAllowance: n % 4 === 2 ? '2400.00' : '0.00',
      businessExpense: `${300 + (n % 5) * 40}.00`,
      signedFamilyDoctor: n % 2 === 0,
    },
    relocation: { isRelocationHousehold: false },
    members,
  };
}

/** The idempotency key by which a demonstration household is made only once. */
export function demoKey(n: number): string {
  return `demo-${n}`;
}

function head(n: number, familyName: string): MemberInput {
  return person(n, 0, {
    name: `${familyName}演示`,
    sex: 'MALE',
    year: 1950 + (n % 35),
    relationToHead: 'HEAD',
    education: 'PRIMARY',
  });
}

function spouse(n: number, familyName: string): MemberInput {
  const name = `${FAMILY_NAMES[(n + 3) % FAMILY_NAMES.length]!}${familyName}氏演示`;
  return person(n, 1, {
    name,
    sex: 'FEMALE',
    year: 1952 + (n % 35),
    relationToHead: 'SPOUSE',
    education: 'PRIMARY',
  });
}

function child(n: number, familyName: string): MemberInput {
  const year = 1995 + (n % 8);
  return person(n, 2, {
    name: `${familyName}小演示`,
    sex: 'MALE',
    year,
    relationToHead: 'SON',
    education: 'JUNIOR_MIDDLE',
  });
}

function mother(n: number): MemberInput {
  const name = `${FAMILY_NAMES[(n + 5) % FAMILY_NAMES.length]!}老演示`;
  return person(n, 3, {
    name,
    sex: 'FEMALE',
    year: 1930 + (n % 15),
    relationToHead: 'MOTHER',
    education: 'ILLITERATE_OR_SEMI_LITERATE',
  });
}

interface Sketch extends Pick<MemberInput, 'name' | 'sex' | 'relationToHead' | 'education'> {
  year: number;
}

function person(n: number, place: number, { year, ...sketch }: Sketch): MemberInput {
  const birthDate = `${year}-${String(1 + (n % 12)).padStart(2, '0')}-${String(1 + (n % 28)).padStart(2, '0')}`;
  return {
    ...sketch,
    idType: 'RESIDENT_ID',
    idNumber: demoNumber(n * 4 + place, birthDate, sketch.sex),
    birthDate,
    ethnicity: 'HAN',
    political: 'MASSES',
    health: n % 4 === 1 && place === 0 ? ['CHRONIC_ILLNESS'] : ['HEALTHY'],
    inMedicalInsurance: true,
    inCriticalIllnessInsurance: n % 6 !== 0,
  };
}

/** What a person of working age does at a year's end. */
function atWork(member: MemberInput, n: number, year: number): MemberInput {
  const age = ageOn(`${year}-12-31`, member.birthDate);
  if (age < 16 || age > 65) return member;
  const goesOut = n % 3 === 1 && age < 50;
  return {
    ...member,
    labourAbility: n % 7 === 3 ? 'SKILLED' : 'ORDINARY',
    workPlace: goesOut ? 'IN_PROVINCE' : 'IN_TOWNSHIP',
    workMonths: goesOut ? 8 : 3,
  };
}
