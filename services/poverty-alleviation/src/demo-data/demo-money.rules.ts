import { NATION_CODE } from '@junxian/administrative-region';
import type { FundTier, FundType, IntegratedProgramme, UseDirection } from '../fund-code-lists';
import type { AllocationInput } from '../funds/allocation.rules';
import type { DemoYear } from './demo-lives.rules';
import { YUNGANG, YUNZHOU } from './demo-villages';

const SHANXI = '140000000000';
const DATONG = '140200000000';

/** An allocation of the demonstration, and how much of each line has arrived. */
export interface DemoAllocation extends Omit<AllocationInput, 'totalAmount' | 'lines'> {
  lines: readonly { toRegion: string; amount: string; arrived: string }[];
}

/** Money on its way down in one year: from the nation by province and city to the counties, and what the levels add themselves. */
const WAYS: readonly {
  year: DemoYear;
  tier: FundTier;
  fundType: FundType;
  title: string;
  /** From whom, to whom, 万元, and what of it has arrived. */
  steps: readonly (readonly [from: string, to: readonly (readonly [string, number, number?])[]])[];
}[] = [
  {
    year: 2016,
    tier: 'CENTRAL',
    fundType: 'DEVELOPMENT',
    title: '演示：下达 2016 年中央财政专项扶贫资金',
    steps: [
      [NATION_CODE, [[SHANXI, 2_400]]],
      [SHANXI, [[DATONG, 620]]],
      [
        DATONG,
        [
          [YUNZHOU.code, 320],
          [YUNGANG.code, 180, 150],
        ],
      ],
    ],
  },
  {
    year: 2017,
    tier: 'CENTRAL',
    fundType: 'DEVELOPMENT',
    title: '演示：下达 2017 年中央财政专项扶贫资金',
    steps: [
      [NATION_CODE, [[SHANXI, 3_100]]],
      [SHANXI, [[DATONG, 900]]],
      [
        DATONG,
        [
          [YUNZHOU.code, 480, 420],
          [YUNGANG.code, 300],
        ],
      ],
    ],
  },
  {
    year: 2017,
    tier: 'PROVINCE',
    fundType: 'WORK_RELIEF',
    title: '演示：下达 2017 年省级以工代赈资金',
    steps: [
      [SHANXI, [[SHANXI, 500]]],
      [SHANXI, [[DATONG, 160]]],
      [
        DATONG,
        [
          [YUNZHOU.code, 90],
          [YUNGANG.code, 50, 20],
        ],
      ],
    ],
  },
  {
    year: 2017,
    tier: 'COUNTY',
    fundType: 'DEVELOPMENT',
    title: '演示：安排 2017 年县级扶贫发展资金',
    steps: [[YUNZHOU.code, [[YUNZHOU.code, 60]]]],
  },
];

/** The allocations of a year in the order in which they are made; each is made when the one before has arrived. */
export function allocationsOf(year: DemoYear): DemoAllocation[] {
  return WAYS.filter((way) => way.year === year).flatMap(({ steps, ...way }, place) =>
    steps.map(([fromRegion, lines], step) => ({
      ...way,
      fromRegion,
      documentNo: `演示扶〔${year}〕${place + 1}-${step + 1}号`,
      batch: 'CURRENT_YEAR' as const,
      issuedDate: `${year}-03-${String(1 + step * 7).padStart(2, '0')}`,
      lines: lines.map(([toRegion, amount, arrived = amount]) => ({
        toRegion,
        amount: String(amount),
        arrived: String(arrived),
      })),
    })),
  );
}

/** Lines of a report of integrated funds: programme, direction, then planned, integrated and spent in 万元. */
const INTEGRATED: readonly (readonly [
  FundTier,
  IntegratedProgramme,
  UseDirection,
  number,
  number,
  number,
])[] = [
  ['CENTRAL', 'POVERTY_ALLEVIATION', 'AGRICULTURAL_PRODUCTION', 320, 320, 250],
  ['CENTRAL', 'RURAL_ROADS', 'RURAL_INFRASTRUCTURE', 260, 210, 180],
  ['PROVINCE', 'FARMLAND_WATER_CONSERVANCY', 'RURAL_INFRASTRUCTURE', 140, 120, 60],
  ['CITY', 'FORESTRY_SUBSIDY', 'AGRICULTURAL_PRODUCTION', 45, 30, 30],
  ['COUNTY', 'RURAL_ENVIRONMENT', 'OTHER', 20, 12, 5],
];

/** Who reports integrated funds, for which part of the amounts, and whether the report was submitted. */
export const REPORTERS = [
  { regionCode: YUNZHOU.code, parts: 10, isSubmitted: true },
  { regionCode: YUNGANG.code, parts: 7, isSubmitted: true },
  // A little less than its counties: the sum beside it shows the difference.
  { regionCode: SHANXI, parts: 16, isSubmitted: false },
] as const;

/** The lines of a reporter. */
export function integratedLines(parts: number) {
  return INTEGRATED.map(([tier, programme, direction, ...amounts]) => {
    const [planned, integrated, spent] = amounts.map((amount) => ((amount * parts) / 10).toFixed(4));
    return { tier, programme, direction, planned: planned!, integrated: integrated!, spent: spent! };
  });
}
