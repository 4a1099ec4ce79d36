import { numberAt } from './demo-lives.rules';
import { demoNumber, demoPhone, SERIALS } from './demo-persons.rules';
import { type DemoStage, householdOf, on } from './demo-stage';
import { type DemoCounty, STORY_VILLAGES, YUNGANG, YUNZHOU } from './demo-villages';

interface DemoUnit {
  county: DemoCounty;
  name: string;
  type: 'STATE_ORGAN' | 'UNIVERSITY' | 'STATE_OWNED_ENTERPRISE';
  affiliation: 'COUNTY' | 'CITY' | 'PROVINCE';
  /** Places of its villages in the story. */
  villages: readonly number[];
}

const UNITS: readonly DemoUnit[] = [
  { county: YUNZHOU, name: '示例云州区教育局', type: 'STATE_ORGAN', affiliation: 'COUNTY', villages: [0, 1] },
  {
    county: YUNZHOU,
    name: '示例大同煤业公司',
    type: 'STATE_OWNED_ENTERPRISE',
    affiliation: 'CITY',
    villages: [2, 3],
  },
  {
    county: YUNZHOU,
    name: '示例山西农业大学',
    type: 'UNIVERSITY',
    affiliation: 'PROVINCE',
    villages: [0, 4],
  },
  {
    county: YUNGANG,
    name: '示例云冈区水务局',
    type: 'STATE_ORGAN',
    affiliation: 'COUNTY',
    villages: [8, 9, 10],
  },
];
const HELPERS_PER_UNIT = 2;
/** Places of the households in a village that are helped. */
const HELPED = [0, 1, 3, 4, 6];

/** Enters units, helpers, their pairings and a work team, in 2016; pairings go on from year to year by themselves. */
export async function playAssistance(stage: DemoStage): Promise<void> {
  const { tx, services } = stage;
  on(stage, '2016-04-20');
  let serial = 0;
  for (const { county, villages, ...unit } of UNITS) {
    const unitId = await services.assistanceUnits.save(tx, {
      ...unit,
      regionCode: county.code,
      address: '演示路 1 号',
      leader: '示例负责人',
      contact: '示例联系人',
      phone: '0352-0000000',
    });
    const villageCodes = villages.map((village) => STORY_VILLAGES[village]!);
    await services.unitPairings.pair(tx, { unitId, villageCodes, startDate: '2016-04-01' });
    const helperIds: string[] = [];
    for (let n = 0; n < HELPERS_PER_UNIT; n++) helperIds.push(await enterHelper(stage, unitId, serial++));
    for (const [index, place] of HELPED.entries()) {
      for (const village of villages) {
        await services.helperPairings.pair(tx, {
          householdId: householdOf(stage, numberAt(place, village)),
          helperId: helperIds[index % HELPERS_PER_UNIT]!,
          startDate: '2016-04-10',
          year: 2016,
        });
      }
    }
    if (villages.includes(8)) await stationTeam(stage, unitId, helperIds[0]!, STORY_VILLAGES[8]!);
  }
}

async function enterHelper({ tx, services }: DemoStage, unitId: string, serial: number): Promise<string> {
  const person = SERIALS.HELPER + serial;
  const sex = serial % 2 === 0 ? 'MALE' : 'FEMALE';
  return services.helpers.save(tx, {
    unitId,
    name: `帮扶示例${'甲乙丙丁戊己庚辛'[serial]}`,
    sex,
    idType: 'RESIDENT_ID',
    idNumber: demoNumber(person, '1980-05-06', sex),
    phone: demoPhone(person),
    political: 'PARTY_MEMBER',
    education: 'COLLEGE_OR_ABOVE',
    position: '科员',
    rank: 'SECTION_MEMBER',
  });
}

async function stationTeam(
  { tx, services }: DemoStage,
  dispatchUnitId: string,
  helperId: string,
  villageCode: string,
): Promise<void> {
  const term = { startDate: '2016-05-01', endDate: '2018-04-30' };
  await services.workTeams.save(tx, {
    ...term,
    name: '示例驻村工作队',
    villageCode,
    dispatchUnitId,
    members: [{ ...term, helperId, isLeader: true, isFirstSecretary: true }],
  });
}
