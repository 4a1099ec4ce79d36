import type { MemberInput } from '../households/identification.input';
import { demoHousehold } from './demo-households.rules';
import { type DemoYear, eventsOf, identifiedIn, type LifeEvent, numberAt } from './demo-lives.rules';
import { demoNumber, SERIALS } from './demo-persons.rules';
import { type DemoStage, householdOf, memberOf, on, recordOf } from './demo-stage';
import { STORY_VILLAGES } from './demo-villages';

/** One event being played. */
interface Scene {
  stage: DemoStage;
  n: number;
  year: DemoYear;
  householdId: string;
}

/** The village a household of the story was identified in. */
const villageOf = (n: number): string => STORY_VILLAGES[n % STORY_VILLAGES.length]!;

/** Identifies the households of a year, through the ordinary service. */
export async function identifyHouseholds(stage: DemoStage, year: DemoYear): Promise<void> {
  on(stage, `${year}-03-10`);
  for (const n of identifiedIn(year)) {
    const form = demoHousehold(n, villageOf(n), year);
    stage.households.set(n, await stage.services.identification.identify(stage.tx, form));
  }
}

/** Plays what happens to the households in a year. */
export async function playLives(stage: DemoStage, year: DemoYear): Promise<void> {
  on(stage, `${year}-11-15`);
  for (const { n, event } of eventsOf(year)) {
    stage.clock.advance(60_000);
    await PLAYED[event]({ stage, n, year, householdId: householdOf(stage, n) });
  }
}

const PLAYED: Readonly<Record<LifeEvent, (scene: Scene) => Promise<void>>> = {
  async EXIT(scene) {
    const { stage, n, year, householdId } = scene;
    await earnEnough(scene);
    await saveOutcome(scene, true);
    const { version } = await recordOf(stage, n, year);
    await stage.services.statusChanges.markExit(stage.tx, { householdId, expectedVersion: version });
  },
  STABLE_EXIT: ({ stage, householdId }) =>
    stage.services.statusChanges.markStableExit(stage.tx, 'STABLE_EXIT', { householdIds: [householdId] }),
  STABLE_EXIT_OF_EXITED: ({ stage, householdId }) =>
    stage.services.statusChanges.markStableExit(stage.tx, 'STABLE_EXIT_OF_EXITED', {
      householdIds: [householdId],
    }),
  async RETURN({ stage, n, year, householdId }) {
    const { version } = await recordOf(stage, n, year);
    await stage.services.statusChanges.markReturned(stage.tx, {
      householdId,
      expectedVersion: version,
      reason: n % 2 === 0 ? 'ILLNESS' : 'DISASTER',
      returnDate: `${year}-08-20`,
    });
  },
  async ROLLBACK({ stage, householdId }) {
    const { services, tx } = stage;
    const { previewToken, confirmation } = await services.backOfficeRunner.preview(tx, services.rollback, {
      householdId,
    });
    await services.backOfficeRunner.execute(
      tx,
      services.rollback,
      { householdId },
      { reason: '演示：脱贫认定有误，予以回退', previewToken, confirmation },
    );
  },
  KEY_TARGET: ({ stage, householdId }) =>
    stage.services.statusChanges.setKeyTargets(stage.tx, { householdIds: [householdId], isKeyTarget: true }),
  async WILL_RELOCATE({ stage, n, year, householdId }) {
    const { version, relocation } = await recordOf(stage, n, year);
    await stage.services.tabs.saveRelocation(stage.tx, {
      householdId,
      year,
      expectedVersion: version,
      isRelocationHousehold: true,
      mode: n % 2 === 0 ? 'WHOLE_VILLAGE' : 'SCATTERED',
      // What a project wrote stays.
      resettlement: relocation.resettlement ?? (n % 3 === 0 ? 'HOUSE_BOUGHT_IN_TOWN' : 'NEW_MIGRANT_VILLAGE'),
      difficulty: n % 2 === 0 ? 'LACK_OF_MONEY' : 'NO_WORK_AFTERWARDS',
    });
  },
  async RELOCATED({ stage, n, year, householdId }) {
    const { version, relocation } = await recordOf(stage, n, year);
    await stage.services.tabs.saveRelocation(stage.tx, {
      householdId,
      year,
      expectedVersion: version,
      isRelocationHousehold: true,
      resettlementPlace: '演示安置点',
      relocatedDate: relocation.relocatedDate ?? `${year}-09-01`,
      followUpSupport: n % 2 === 0 ? ['SPECIALITY_FARMING'] : ['LABOUR_SERVICES', 'ASSET_RETURNS'],
    });
  },
  BIRTH: (scene) =>
    addMember(scene, 'NEWBORN', {
      name: '新生演示',
      sex: 'FEMALE',
      birthDate: `${scene.year}-06-18`,
      relationToHead: 'DAUGHTER',
      education: 'PRESCHOOL_CHILD',
    }),
  MARRIED_IN: (scene) =>
    addMember(scene, 'MARRIED_IN', {
      name: '嫁入演示',
      sex: 'FEMALE',
      birthDate: '1996-04-12',
      relationToHead: 'DAUGHTER_IN_LAW',
      education: 'JUNIOR_MIDDLE',
    }),
  async DEATH_OF_MOTHER(scene) {
    const { id } = await memberOf(scene.stage, scene.n, scene.year, 'MOTHER');
    await reduce(scene, id);
  },
  async LAST_MEMBER_DIED(scene) {
    const { id } = await memberOf(scene.stage, scene.n, scene.year, 'HEAD');
    await reduce(scene, id);
  },
  async MOTHER_MOVES_NEXT_DOOR({ stage, n, year, householdId }) {
    const neighbour = n + numberAt(1, 0);
    const { id } = await memberOf(stage, n, year, 'MOTHER');
    const households = await Promise.all(
      [n, neighbour].map(async (number) => ({
        householdId: householdOf(stage, number),
        expectedVersion: (await recordOf(stage, number, year)).version,
      })),
    );
    await stage.services.population.apply(stage.tx, {
      households,
      changes: [
        {
          transfer: {
            memberId: id,
            toHouseholdId: households.find((one) => one.householdId !== householdId)!.householdId,
            relationToHead: 'OTHER',
            reason: 'SUPPORT_OF_FAMILY',
            changeDate: `${year}-10-08`,
          },
        },
      ],
    });
  },
  async SPLIT({ stage, n, year, householdId }) {
    const { version } = await recordOf(stage, n, year);
    const son = await memberOf(stage, n, year, 'SON');
    await stage.services.split.split(stage.tx, {
      householdId,
      expectedVersion: version,
      members: [{ memberId: son.id, relationToHead: 'HEAD' }],
      villageCode: villageOf(n),
      changeDate: `${year}-10-20`,
      basic: { mainCause: 'LACK_OF_CAPITAL', isMilitaryMartyrFamily: false },
      productionAndLiving: { cultivated: '1.50', housingAreaM2: '60.00' },
      incomeAndHealth: { wageIncome: '2600.00' },
      relocation: { isRelocationHousehold: false },
    });
  },
  async CLEAR({ stage, householdId }) {
    const { services, tx } = stage;
    const operation = services.backOfficeFunctions.clearHousehold;
    const { previewToken, confirmation } = await services.backOffice.preview(tx, operation, { householdId });
    await services.backOffice.execute(
      tx,
      operation,
      { householdId },
      { reason: '演示：核查发现识别有误，予以清退', docRef: '演示〔2017〕8号', previewToken, confirmation },
    );
  },
  OUTCOME: (scene) => saveOutcome(scene, false),
  async MEASURE({ stage, n, year, householdId }) {
    await stage.services.manualMeasures.save(stage.tx, {
      householdId,
      year,
      category: n % 2 === 0 ? 'INDUSTRY' : 'EDUCATION_TRAINING',
      content: n % 2 === 0 ? '发放鸡苗 30 羽' : '参加实用技术培训',
      amount: n % 2 === 0 ? '600.00' : '300.00',
      date: `${year}-05-20`,
    });
  },
};

/** What the household earned last year, well above every year's poverty line. */
async function earnEnough({ stage, n, year, householdId }: Scene): Promise<void> {
  const { version, basic } = await recordOf(stage, n, year);
  await stage.services.tabs.saveIncomeAndHealth(stage.tx, {
    householdId,
    year,
    expectedVersion: version,
    wageIncome: `${basic.memberCount * (3600 + (n % 9) * 150)}.00`,
  });
}

async function saveOutcome({ stage, year, householdId }: Scene, isAssured: boolean): Promise<void> {
  await stage.services.outcomeMaintenance.save(stage.tx, {
    householdId,
    year,
    expectedVersion: 0,
    foodAssured: true,
    clothingAssured: true,
    waterSafe: isAssured,
    waterDifficulty: !isAssured,
    housingSafe: isAssured,
    criticalIllnessInsured: true,
    compulsoryEducationMet: true,
  });
}

async function addMember(
  { stage, n, year, householdId }: Scene,
  reason: 'NEWBORN' | 'MARRIED_IN',
  person: Pick<MemberInput, 'name' | 'sex' | 'birthDate' | 'relationToHead' | 'education'>,
): Promise<void> {
  const { version } = await recordOf(stage, n, year);
  const member: MemberInput = {
    ...person,
    idType: 'RESIDENT_ID',
    idNumber: demoNumber(SERIALS[reason] + n, person.birthDate, person.sex),
    ethnicity: 'HAN',
    health: ['HEALTHY'],
    inMedicalInsurance: true,
  };
  await stage.services.population.apply(stage.tx, {
    households: [{ householdId, expectedVersion: version }],
    changes: [{ add: { householdId, member, reason, changeDate: `${year}-07-01` } }],
  });
}

async function reduce({ stage, n, year, householdId }: Scene, memberId: string): Promise<void> {
  const { version } = await recordOf(stage, n, year);
  await stage.services.population.apply(stage.tx, {
    households: [{ householdId, expectedVersion: version }],
    changes: [{ reduce: { memberId, reason: 'DECEASED', changeDate: `${year}-09-12` } }],
  });
}
