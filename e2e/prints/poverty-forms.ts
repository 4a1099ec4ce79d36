import type { FormView } from '../../services/poverty-alleviation/src/prints/form.types';
import {
  type HouseholdOnPaper,
  householdForm,
  type MemberOnPaper,
} from '../../services/poverty-alleviation/src/prints/forms/household.form';
import { frozenPrint } from '../../services/poverty-alleviation/src/prints/forms/layout';
import {
  PRINT_JOB_NAMES,
  type PrintJobKind,
} from '../../services/poverty-alleviation/src/prints/print.rules';
import { HOUSE_NOT_SAFE, places } from '../support/demo';
import { naturalVillage, PLACE, poorVillage, YEAR } from './poverty-village-forms';

// Synthetic forms of every kind; the people in them do not exist.

const HOUSEHOLD = '11111111-1111-7111-8111-111111111111';
const HOUSEHOLD_NO = `${places.village}00007`;

function member(changes: Partial<MemberOnPaper>): MemberOnPaper {
  return {
    id: HOUSEHOLD,
    personNo: `${HOUSEHOLD_NO}01`,
    householdId: HOUSEHOLD,
    year: YEAR,
    version: 1,
    name: '示例田大有',
    sex: 'MALE',
    idType: 'RESIDENT_ID',
    idNumberSealed: null,
    idNumberIndex: null,
    citizenId: null,
    printedNumber: '999001************',
    birthDate: '1975-03-12',
    ethnicity: 'HAN',
    political: 'MASSES',
    relationToHead: 'HEAD',
    education: 'JUNIOR_MIDDLE',
    schoolStatus: null,
    health: ['HEALTHY'],
    labourAbility: 'ORDINARY',
    workPlace: 'OUT_OF_PROVINCE',
    workMonths: 8,
    workEmployer: null,
    phoneSealed: null,
    isActiveSoldier: false,
    inMedicalInsurance: true,
    inCriticalIllnessInsurance: true,
    inPension: true,
    hasAllowance: false,
    hasFiveGuarantees: false,
    diseaseName: null,
    status: 'NORMAL',
    statusDate: null,
    statusReason: null,
    ...changes,
  };
}

const MEMBERS = [
  member({}),
  member({
    name: '示例何秀',
    sex: 'FEMALE',
    relationToHead: 'SPOUSE',
    health: ['CHRONIC_ILLNESS', 'DISABLED'],
    workPlace: null,
    workMonths: null,
  }),
  member({
    name: '示例田小有',
    relationToHead: 'SON',
    education: null,
    schoolStatus: 'GRADE_8',
    labourAbility: null,
    workPlace: null,
    workMonths: null,
  }),
  member({
    name: '示例阿卜杜热合曼·买买提',
    relationToHead: 'FATHER',
    education: 'ILLITERATE_OR_SEMI_LITERATE',
    labourAbility: 'LOST',
    workPlace: null,
    workMonths: null,
    inPension: null,
  }),
];

function household(kind: 'HOUSEHOLD_INFORMATION' | 'HOUSEHOLD_COMPARISON'): FormView {
  const given: HouseholdOnPaper = {
    heading: PRINT_JOB_NAMES[kind].zh,
    place: PLACE,
    household: {
      id: HOUSEHOLD,
      householdNo: HOUSEHOLD_NO,
      regionCode: places.village,
      identifiedYear: 2014,
      fileStatus: 'ACTIVE',
      closedYear: null,
      closeReason: null,
      originHouseholdId: null,
      version: 1,
    },
    record: {
      householdId: HOUSEHOLD,
      householdNo: HOUSEHOLD_NO,
      year: YEAR,
      regionCode: places.village,
      version: 1,
      basic: {
        id: HOUSEHOLD,
        naturalVillageCode: `${places.village}01`,
        address: '示例西坪村东头第七户，过桥后沿水渠向北一百二十米',
        phoneSealed: null,
        bankName: '示例云州区农村信用合作联社西坪分社',
        bankAccountSealed: null,
        householdAttribute: 'GENERAL_POOR',
        identificationStandard: 'NATIONAL',
        povertyStatus: 'RETURNED',
        mainCause: 'ILLNESS',
        otherCauses: ['LACK_OF_LABOUR', 'LACK_OF_CAPITAL'],
        isMilitaryMartyrFamily: false,
        isOnlyChildFamily: true,
        isTwoDaughterFamily: false,
        exitYear: 2015,
        returnYear: 2017,
        returnReason: 'ILLNESS',
        closureYear: null,
        benefitEndMonth: null,
        isKeyTarget: true,
        memberCount: 4,
      },
      productionAndLiving: {
        cultivated: '4.20',
        irrigated: '1.50',
        forest: '0.80',
        farmlandReturnedToForest: null,
        orchard: null,
        grassland: null,
        water: null,
        hasProductionElectricity: true,
        hasDomesticElectricity: true,
        hasBroadcastTv: true,
        distanceToVillageRoadKm: '0.35',
        roadType: 'CONCRETE',
        housingAreaM2: '86.00',
        isDilapidatedHouse: true,
        dilapidatedGrade: 'C',
        hasDrinkingDifficulty: false,
        isDrinkingWaterSafe: true,
        fuelType: 'COAL',
        hasSanitaryToilet: false,
        inCooperative: true,
        drivenByLeadingEnterprise: null,
        drivenByEntrepreneur: null,
      },
      incomeAndHealth: {
        wageIncome: '9600.03',
        businessIncome: '2400.00',
        propertyIncome: '0.00',
        assetDividend: '0.00',
        familyPlanningSubsidy: '0.00',
        subsistenceAllowance: '0.00',
        fiveGuaranteesBenefit: '0.00',
        pension: '1236.00',
        ecologicalCompensation: '320.50',
        otherTransfer: '0.00',
        transferIncome: '1556.50',
        businessExpense: '1156.53',
        totalIncome: '13556.53',
        netIncome: '12400.00',
        perCapitaNetIncome: '3100.00',
        signedFamilyDoctor: true,
        medicalSelfPay: '2180.00',
      },
      relocation: {
        isRelocationHousehold: true,
        mode: 'SCATTERED',
        resettlement: 'NEW_MIGRANT_VILLAGE',
        resettlementPlace: '示例西坪移民新村 3 号院',
        difficulty: 'LACK_OF_MONEY',
        relocatedDate: '2017-09-01',
        followUpSupport: ['SPECIALITY_FARMING', 'LABOUR_SERVICES'],
      },
    },
    phone: '138****8601',
    bankAccount: '************0007',
    members: MEMBERS,
    helpers: [
      {
        name: '示例帮扶甲',
        unit: '示例云州区教育局',
        position: '科员',
        phone: '139****5555',
        startDate: '2016-03-01',
        endDate: null,
      },
    ],
    outcome: {
      householdId: HOUSEHOLD,
      year: YEAR,
      version: 1,
      perCapitaIncome: '3100.00',
      ...HOUSE_NOT_SAFE,
    },
    signatures:
      kind === 'HOUSEHOLD_COMPARISON'
        ? ['户主签字', '帮扶责任人签字', '村负责人签字', '填表人签字', '填表日期']
        : ['户主签字', '填表日期'],
  };
  return householdForm(given);
}

const FORMS: Readonly<Record<PrintJobKind, () => FormView>> = {
  HOUSEHOLD_INFORMATION: () => household('HOUSEHOLD_INFORMATION'),
  HOUSEHOLD_COMPARISON: () => household('HOUSEHOLD_COMPARISON'),
  NATURAL_VILLAGE: naturalVillage,
  POOR_VILLAGE: poorVillage,
};

/** The form of a kind as its print is frozen, with a code. */
export async function frozenPovertyForm(kind: PrintJobKind, verificationCode: string): Promise<string> {
  const { html } = await frozenPrint(
    [FORMS[kind]()],
    { year: YEAR, compared: kind !== 'HOUSEHOLD_INFORMATION' },
    {
      number: 'FP2017112000000001',
      verificationCode,
      verificationUrl: 'http://127.0.0.1:4000/files/poverty-alleviation/verify/7K3M-9QRS-TVWX-YZ01',
    },
  );
  return html;
}
