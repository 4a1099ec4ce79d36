import type { ProjectType } from '../project-code-lists';
import type { BeneficiaryFacts } from './beneficiary.rules';
import type { ReportedState, ReportInput } from './life-cycle.rules';
import type { SaveProjectInput } from './projects.service';

/** The county and villages of the projects in these tests; two townships of Yunzhou, Datong. */
export const PLACES = {
  county: '140215000000',
  township: '140215100000',
  village1: '140215100001',
  village2: '140215100002',
  otherTownshipVillage: '140215102200',
  elsewhere: '140214001002',
} as const;

/** Forms in order, by type: subtype, details, and the results that an acceptance asks for. */
export const FORMS = {
  EDUCATION_TRAINING: {
    subtype: 'PRACTICAL_SKILLS_TRAINING',
    details: { educationTraining: { trainingKind: '家政服务', hours: 80, subsidyPerPerson: '1500.00' } },
    results: { educationTraining: { trainedPersons: 40, completedHours: 80 } },
  },
  RELOCATION: {
    subtype: 'NEW_MIGRANT_VILLAGE',
    details: {
      relocation: { housingArea: '2500.00', plannedRelocatedHouseholds: 25, plannedRelocatedPersons: 100 },
    },
    results: { relocation: { builtArea: '2480.50', movedHouseholds: 25, movedPersons: 98 } },
  },
  FINANCE: {
    subtype: 'MICROCREDIT',
    details: {
      finance: { bank: '云州区农村信用社', loanAmount: '300.0000', rate: '4.35', discount: '100', term: 36 },
    },
    results: { finance: { issuedAmount: '280.0000', servedHouseholds: 60 } },
  },
  INDUSTRY: {
    subtype: 'LIVESTOCK',
    details: {
      industry: { scale: '2000.00', unit: '只', cooperative: '云州肉羊合作社', benefitModel: '入股分红' },
    },
    results: { industry: { completedScale: '2000.00', drivenHouseholds: 40 } },
  },
  INFRASTRUCTURE: {
    subtype: 'ROADS',
    details: { infrastructure: { quantity: '3.20', unit: '公里' } },
    results: { infrastructure: { completedQuantity: '3.20', servedPersons: 900 } },
  },
} as const satisfies Record<
  ProjectType,
  { subtype: SaveProjectInput['subtype']; details: object; results: object }
>;

/** A library entry in order, of a type. */
export function projectForm(
  type: ProjectType = 'INDUSTRY',
  changes: Partial<SaveProjectInput> = {},
): SaveProjectInput {
  return {
    regionCode: PLACES.county,
    year: 2017,
    type,
    subtype: FORMS[type].subtype,
    name: '西坪镇肉羊养殖',
    owner: '云州区扶贫办',
    manager: '演示乙',
    plannedStart: '2017-03-01',
    plannedEnd: '2017-10-31',
    content: '建设标准化羊舍 20 栋',
    villageCodes: [PLACES.village1, PLACES.village2],
    budget: [
      { source: 'SPECIAL_FUND', tier: 'CENTRAL', fundType: 'DEVELOPMENT', amount: '80' },
      { source: 'SELF_RAISED', amount: '20.5' },
    ],
    plannedHouseholds: 40,
    plannedPersons: 120,
    details: FORMS[type].details,
    ...changes,
  };
}

/** A report in order: work goes on. */
export function reportForm(changes: Partial<ReportInput> = {}): ReportInput {
  return { reportDate: '2017-06-30', progressPct: '40', actualStart: '2017-03-15', spent: '30', ...changes };
}

/** The state of a project that was just approved. */
export const APPROVED: ReportedState = {
  stage: 'APPROVED',
  progressPct: '0.00',
  spent: '0.0000',
  actualStart: null,
  actualEnd: null,
  acceptanceDate: null,
  acceptanceResult: null,
  lastReportDate: null,
};

/** Two households that may benefit, with one active member each. */
export function beneficiaryFacts(changes: Partial<BeneficiaryFacts> = {}): BeneficiaryFacts {
  const household = { regionCode: PLACES.village1, fileStatus: 'ACTIVE', isStableExit: false } as const;
  return {
    type: 'INDUSTRY',
    villageCodes: [PLACES.village1],
    households: new Map([
      ['A', household],
      ['B', household],
    ]),
    householdOfMember: new Map([
      ['a', 'A'],
      ['b', 'B'],
    ]),
    existing: new Set(),
    today: '2017-11-20',
    ...changes,
  };
}
