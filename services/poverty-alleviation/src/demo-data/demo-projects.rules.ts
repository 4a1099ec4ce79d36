import type { FundType } from '../fund-code-lists';
import type { ProjectStage, ProjectSubtype, ProjectType } from '../project-code-lists';
import type { FormsInput } from '../projects/project-forms.rules';
import type { DemoYear } from './demo-lives.rules';
import { type DemoCounty, YUNGANG, YUNZHOU } from './demo-villages';

/** A project of the demonstration: how far it has come, its money in 万元, and who benefits. */
export interface DemoProject {
  county: DemoCounty;
  year: DemoYear;
  type: ProjectType;
  subtype: ProjectSubtype;
  name: string;
  /** Places of its villages in the story. */
  villages: readonly number[];
  stage: ProjectStage;
  fundType: FundType;
  budget: number;
  /** Place of the households in the villages that benefit. */
  beneficiaries?: number;
}

type Row = readonly [
  county: DemoCounty,
  year: DemoYear,
  subtype: ProjectSubtype,
  name: string,
  villages: readonly number[],
  stage: ProjectStage,
  budget: number,
  beneficiaries?: number,
  fundType?: FundType,
];

const ROWS: readonly (readonly [ProjectType, readonly Row[]])[] = [
  [
    'EDUCATION_TRAINING',
    [
      [YUNZHOU, 2016, 'PRACTICAL_SKILLS_TRAINING', '演示黄花种植技术培训', [0, 1, 2, 3], 'COMPLETED', 12, 2],
      [YUNGANG, 2017, 'LABOUR_TRANSFER_TRAINING', '演示劳动力转移培训', [8, 9, 10], 'IMPLEMENTING', 18, 2],
      [YUNZHOU, 2017, 'YULU_SUBSIDY', '演示雨露计划补助', [0, 1], 'LIBRARY', 9],
    ],
  ],
  [
    'RELOCATION',
    [
      [YUNZHOU, 2016, 'NEW_MIGRANT_VILLAGE', '演示移民新村一期', [0, 1, 2, 3], 'COMPLETED', 120, 4],
      [YUNZHOU, 2017, 'NEAR_IN_VILLAGE', '演示村内集中安置', [4, 5, 6, 7], 'IMPLEMENTING', 110, 4],
      [YUNGANG, 2017, 'TOWN_OR_INDUSTRIAL_PARK', '演示集镇安置小区', [8, 9, 10, 11], 'APPROVED', 90],
    ],
  ],
  [
    'FINANCE',
    [
      [YUNZHOU, 2017, 'MICROCREDIT', '演示扶贫小额信贷', [0, 1, 2, 3], 'IMPLEMENTING', 40, 7],
      [YUNZHOU, 2017, 'INSURANCE', '演示特色农业保险', [4, 5], 'LIBRARY', 6],
      [YUNGANG, 2017, 'LOAN_INTEREST_SUBSIDY', '演示贷款贴息', [8, 9], 'CANCELLED', 10],
    ],
  ],
  [
    'INDUSTRY',
    [
      [YUNZHOU, 2016, 'LIVESTOCK', '演示肉羊养殖小区', [0, 1, 2], 'COMPLETED', 70, 5],
      [YUNZHOU, 2017, 'PHOTOVOLTAICS', '演示光伏扶贫电站', [3, 4, 5], 'IMPLEMENTING', 100, 6],
      [YUNGANG, 2017, 'CROPS', '演示杂粮种植基地', [8, 9, 10], 'IMPLEMENTING', 60, 5],
    ],
  ],
  [
    'INFRASTRUCTURE',
    [
      [YUNZHOU, 2016, 'ROADS', '演示通村道路硬化', [2, 3, 4], 'COMPLETED', 80],
      [
        YUNZHOU,
        2017,
        'DRINKING_WATER',
        '演示安全饮水工程',
        [0, 5],
        'IMPLEMENTING',
        55,
        undefined,
        'WORK_RELIEF',
      ],
      [YUNGANG, 2017, 'CLINIC', '演示村卫生室', [8, 12], 'COMPLETED', 24],
    ],
  ],
];

/** Every project of the demonstration: of each type some, over all stages. */
export const DEMO_PROJECTS: readonly DemoProject[] = ROWS.flatMap(([type, rows]) =>
  rows.map(
    ([county, year, subtype, name, villages, stage, budget, beneficiaries, fundType = 'DEVELOPMENT']) => ({
      ...{ county, year, type, subtype, name, villages, stage, budget, fundType },
      ...(beneficiaries === undefined ? {} : { beneficiaries }),
    }),
  ),
);

/** What the library's form of each type says, and what a finished project reports. */
export const TYPE_FORMS: Readonly<Record<ProjectType, { details: FormsInput; results: FormsInput }>> = {
  EDUCATION_TRAINING: {
    details: { educationTraining: { trainingKind: '实用技术', hours: 80, subsidyPerPerson: '1500.00' } },
    results: { educationTraining: { trainedPersons: 38, completedHours: 80 } },
  },
  RELOCATION: {
    details: {
      relocation: { housingArea: '2500.00', plannedRelocatedHouseholds: 24, plannedRelocatedPersons: 66 },
    },
    results: { relocation: { builtArea: '2480.50', movedHouseholds: 23, movedPersons: 64 } },
  },
  FINANCE: {
    details: {
      finance: { bank: '演示农村信用社', loanAmount: '300.0000', rate: '4.35', discount: '100', term: 36 },
    },
    results: { finance: { issuedAmount: '280.0000', servedHouseholds: 60 } },
  },
  INDUSTRY: {
    details: {
      industry: { scale: '2000.00', unit: '只', cooperative: '演示养殖合作社', benefitModel: '入股分红' },
    },
    results: { industry: { completedScale: '2000.00', drivenHouseholds: 40 } },
  },
  INFRASTRUCTURE: {
    details: { infrastructure: { quantity: '3.20', unit: '公里' } },
    results: { infrastructure: { completedQuantity: '3.20', servedPersons: 900 } },
  },
};
