import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scopeOf } from '@junxian/identity';
import { countStatements, rule } from '@junxian/test-kit';
import { type InputObjectTypeDefinitionNode, Kind, parse } from 'graphql';
import { householdForm, idNumber, memberForm, PRODUCTION_AND_LIVING } from '../testing/forms.support.test';
import { officer, openStore, type TestStore, VILLAGES } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import { traceOf, writeStatusHistory } from './household-files.service';
import { copyYear } from './years.fixture';

const operator = officer('140215000000', 'COUNTY', 'OPERATOR');
const nextDoor = officer('140214000000', 'COUNTY', 'OPERATOR');
let store: TestStore;
let household: string;
let member: string;

beforeAll(async () => {
  store = await openStore();
  household = await store.identify(
    householdForm(VILLAGES.yunzhou1, [
      memberForm(1, { name: '演示户主', phone: '13900003333' }),
      memberForm(2, { relationToHead: 'SPOUSE', sex: 'FEMALE' }),
    ]),
  );
  for (let serial = 3; serial < 12; serial++) {
    await store.identify(householdForm(VILLAGES.yunzhou1, [memberForm(serial)]));
  }
  await copyYear(store, [household], 2017, [2014, 2015, 2016]);
  const [head] = await store.adminQuery<{ id: string }>(
    `SELECT member_id AS id FROM member_year_record WHERE household_id = $1 AND year = 2017 AND relation_to_head = '01'`,
    [household],
  );
  member = head!.id;
});
const { ask } = graphOver(() => store);
afterAll(() => store.close());

const code = ({ errors }: Awaited<ReturnType<typeof ask>>) => errors?.[0]?.extensions?.code ?? null;
const of = (extra: object = {}) => ({ householdId: household, year: 2017, expectedVersion: 1, ...extra });

/** Every mutation of base maintenance, with an input in order but for the version. */
const MUTATIONS: [name: string, document: string, variables: () => Record<string, unknown>][] = [
  [
    'saveHouseholdBasic',
    'mutation ($i: SaveHouseholdBasicInput!) { saveHouseholdBasic(input: $i) { version } }',
    () => ({ i: of({ address: '演示路' }) }),
  ],
  [
    'saveProductionAndLiving',
    'mutation ($i: SaveProductionAndLivingInput!) { saveProductionAndLiving(input: $i) { version } }',
    () => ({ i: of({ forest: '1.00' }) }),
  ],
  [
    'saveIncomeAndHealth',
    'mutation ($i: SaveIncomeAndHealthInput!) { saveIncomeAndHealth(input: $i) { version } }',
    () => ({ i: of({ pension: '1.00' }) }),
  ],
  [
    'saveRelocation',
    'mutation ($i: SaveRelocationInput!) { saveRelocation(input: $i) { version } }',
    () => ({ i: of({ isRelocationHousehold: true }) }),
  ],
  [
    'saveMember',
    'mutation ($i: SaveMemberInput!) { saveMember(input: $i) { version } }',
    () => ({ i: { memberId: member, year: 2017, expectedVersion: 1, workMonths: 3 } }),
  ],
  [
    'saveOutcome',
    'mutation ($i: SaveOutcomeInput!) { saveOutcome(input: $i) { outcome { version } } }',
    () => ({ i: of({ expectedVersion: 0, waterSafe: true }) }),
  ],
  [
    'saveMeasure',
    'mutation ($i: SaveMeasureInput!) { saveMeasure(input: $i) { measures { id } } }',
    () => ({ i: { householdId: household, year: 2017, category: 'INDUSTRY', content: '种羊' } }),
  ],
];

const kept = () =>
  store.adminQuery(
    `SELECT (SELECT sum(version) FROM household_year_record) AS records, (SELECT sum(version) FROM member_year_record) AS members,
      (SELECT count(*) FROM assistance_outcome) AS outcomes, (SELECT count(*) FROM assistance_measure) AS measures`,
  );

rule('PA-YR-04', 'base maintenance is the operator’s, in the own region: nobody else writes', async () => {
  const before = await kept();
  for (const [name, document, variables] of MUTATIONS) {
    for (const role of ['VIEWER', 'FUND', 'PROJECT', 'MANAGER', 'SYSTEM_ADMIN']) {
      const answer = await ask(officer('140215000000', 'COUNTY', role), document, variables());
      expect([name, role, code(answer)]).toEqual([name, role, 'FORBIDDEN']);
    }
    expect([name, code(await ask(nextDoor, document, variables()))]).toEqual([name, 'NOT_FOUND']);
  }
  expect(await kept()).toEqual(before);
});

it('row-level security alone keeps measures, outcomes and history of the county next door away', async () => {
  for (const [, document, variables] of MUTATIONS.slice(5)) {
    expect((await ask(operator, document, variables())).errors).toBeUndefined();
  }
  await store.database.write(scopeOf(nextDoor), async (tx) => {
    for (const table of [
      'assistance_measure',
      'assistance_outcome',
      'household_status_history',
      'member_year_record',
    ]) {
      expect(await tx.query(`SELECT FROM ${table}`)).toEqual([]);
      expect(await tx.query(`UPDATE ${table} SET year = year RETURNING year`)).toEqual([]);
      expect(await tx.query(`DELETE FROM ${table} RETURNING year`)).toEqual([]);
    }
  });
  const insert = store.database.write(scopeOf(nextDoor), (tx) =>
    tx.query(
      `INSERT INTO assistance_outcome (household_id, year, region_code, created_by, created_at, updated_by, updated_at)
       VALUES ($1, 2016, $2, 'x', now(), 'x', now())`,
      [household, VILLAGES.yunzhou1],
    ),
  );
  await expect(insert).rejects.toMatchObject({ driverError: { code: '42501' } });
});

/** Everything that may be stated of each tab, by its mutation and the place on the page where it shows again. */
const EVERYTHING: Record<string, { tab: string; stated: Record<string, unknown>; kept?: readonly string[] }> =
  {
    saveHouseholdBasic: {
      tab: 'basic',
      stated: {
        naturalVillageCode: null,
        address: '演示路九号',
        phone: '13900007777',
        bankName: '演示信用社',
        bankAccount: '6222000011119999',
        mainCause: 'SCHOOLING',
        otherCauses: ['DISASTER', 'ILLNESS'],
        isMilitaryMartyrFamily: true,
        isOnlyChildFamily: false,
        isTwoDaughterFamily: true,
      },
    },
    saveProductionAndLiving: {
      tab: 'productionAndLiving',
      stated: PRODUCTION_AND_LIVING,
    },
    saveIncomeAndHealth: {
      tab: 'incomeAndHealth',
      stated: {
        wageIncome: '2.01',
        businessIncome: '2.02',
        propertyIncome: '2.03',
        assetDividend: '1.99',
        familyPlanningSubsidy: '2.05',
        subsistenceAllowance: '2.06',
        fiveGuaranteesBenefit: '2.07',
        pension: '2.08',
        ecologicalCompensation: '2.09',
        otherTransfer: '2.10',
        businessExpense: '2.12',
        signedFamilyDoctor: true,
        medicalSelfPay: '2.16',
      },
    },
    saveRelocation: {
      tab: 'relocation',
      stated: {
        isRelocationHousehold: true,
        mode: 'SCATTERED',
        resettlement: 'WITH_RELATIVES',
        resettlementPlace: '演示新村',
        difficulty: 'LACK_OF_MONEY',
        relocatedDate: '2016-05-01',
        followUpSupport: ['ASSET_RETURNS', 'OTHER'],
      },
    },
    saveOutcome: {
      tab: 'outcome',
      stated: {
        foodAssured: true,
        clothingAssured: false,
        waterSafe: true,
        waterDifficulty: false,
        housingSafe: true,
        criticalIllnessInsured: false,
        compulsoryEducationMet: true,
      },
    },
  };
const OF_A_MEMBER = {
  ethnicity: 'HUI',
  political: 'MASSES',
  education: 'SENIOR_MIDDLE',
  health: ['CHRONIC_ILLNESS', 'DISABLED'],
  labourAbility: 'ORDINARY',
  workPlace: 'IN_COUNTY',
  workMonths: 5,
  workEmployer: '演示工厂',
  phone: '13900008888',
  isActiveSoldier: false,
  inMedicalInsurance: true,
  inCriticalIllnessInsurance: false,
  inPension: true,
  hasAllowance: false,
  hasFiveGuarantees: true,
  diseaseName: '演示病',
};
/** What base maintenance may not change, or changes by another rule: it is not among what is stated above. */
const NOT_STATED: Record<string, readonly string[]> = {
  SaveHouseholdBasicInput: [
    'householdAttribute',
    'identificationStandard',
    'povertyStatus',
    'exitYear',
    'returnYear',
    'returnReason',
    'closureYear',
    'benefitEndMonth',
    'isKeyTarget',
  ],
  SaveMemberInput: [
    'memberId',
    'name',
    'idType',
    'idNumber',
    'sex',
    'birthDate',
    'relationToHead',
    'otherRelations',
    'schoolStatus',
  ],
};

rule(
  ['PA-YR-03', 'PA-HH-01'],
  'every unlocked field of every tab and of a member is saved in a year and shown as it was typed in',
  async () => {
    const { definitions } = parse(readFileSync(join(__dirname, 'base-maintenance.graphql'), 'utf8'));
    const statable = (input: string) => {
      const form = definitions.find(
        (one): one is InputObjectTypeDefinitionNode =>
          one.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION && one.name.value === input,
      );
      const left = ['householdId', 'year', 'expectedVersion', ...(NOT_STATED[input] ?? [])];
      return form!
        .fields!.map(({ name }) => name.value)
        .filter((name) => !left.includes(name))
        .sort();
    };
    const year = 2016;
    const page = (selection: string) =>
      ask(
        operator,
        `query ($id: ID!, $year: Int!) { household(id: $id) { record(year: $year) { ${selection} } } }`,
        {
          id: household,
          year,
        },
      );
    for (const [mutation, { tab, stated }] of Object.entries(EVERYTHING)) {
      const input = `Save${mutation.slice(4)}Input`;
      expect([input, Object.keys(stated).sort()]).toEqual([input, statable(input)]);
      const versions = (await page('version outcome { version }')).data!.household.record;
      const expectedVersion = tab === 'outcome' ? versions.outcome.version : versions.version;
      const saved = await ask(operator, `mutation ($i: ${input}!) { ${mutation}(input: $i) { version } }`, {
        i: { householdId: household, year, expectedVersion, ...stated },
      });
      expect([mutation, saved.errors]).toEqual([mutation, undefined]);
      const selection = Object.keys(stated)
        .map((name) => (['phone', 'bankAccount'].includes(name) ? `${name}(reveal: true)` : name))
        .join(' ');
      const shown = await page(`${tab} { ${selection} }`);
      expect(shown.data!.household.record[tab]).toEqual(stated);
    }
    const [{ version }] = (await page('members { version }')).data!.household.record.members;
    expect(Object.keys(OF_A_MEMBER).sort()).toEqual(statable('SaveMemberInput'));
    const saved = await ask(operator, MUTATIONS[4]![1], {
      i: { memberId: member, year, expectedVersion: version, ...OF_A_MEMBER },
    });
    expect(saved.errors).toBeUndefined();
    const selection = Object.keys(OF_A_MEMBER).join(' ').replace('phone', 'phone(reveal: true)');
    const [head] = (await page(`members { ${selection} }`)).data!.household.record.members;
    expect(head).toEqual(OF_A_MEMBER);
  },
);

it('a measure entered by hand is deleted over the graph', async () => {
  const year = 2016;
  const saved = await ask(
    operator,
    'mutation ($i: SaveMeasureInput!) { saveMeasure(input: $i) { measures { id version content amount date category } } }',
    {
      i: {
        householdId: household,
        year,
        category: 'FINANCE',
        content: '小额信贷',
        amount: '5000.00',
        date: '2016-05-01',
      },
    },
  );
  const [measure, ...others] = saved.data!.saveMeasure.measures;
  expect([measure, others]).toEqual([
    {
      id: expect.any(String),
      version: 1,
      content: '小额信贷',
      amount: '5000.00',
      date: '2016-05-01',
      category: 'FINANCE',
    },
    [],
  ]);
  const remove =
    'mutation ($id: ID!) { deleteMeasure(id: $id, expectedVersion: 1) { year measures { id } } }';
  expect(code(await ask(nextDoor, remove, { id: measure.id }))).toBe('NOT_FOUND');
  expect((await ask(operator, remove, { id: measure.id })).data!.deleteMeasure).toEqual({
    year,
    measures: [],
  });
});

const PAGE = `query ($id: ID!, $year: Int!) { household(id: $id) { statusHistory { toStatus operation year }
  record(year: $year) { statusHistory { year fromStatus toStatus operation reason operator rolledBackBy }
    basic { mainCause } productionAndLiving { forest } incomeAndHealth { pension } relocation { mode }
    members { name version } helperPairings { id } measures { source content } outcome { waterSafe perCapitaIncome version } } } }`;

rule(
  'PA-HH-01',
  'the page of a year shows its seven tabs: basic, living, income, relocation, helpers, measures, outcome',
  async () => {
    const { data, errors } = await ask(operator, PAGE, { id: household, year: 2017 });
    expect(errors).toBeUndefined();
    expect(data!.household.record).toMatchObject({
      basic: { mainCause: 'ILLNESS' },
      productionAndLiving: { forest: null },
      incomeAndHealth: { pension: '0.00' },
      relocation: { mode: null },
      members: [{ name: '演示户主' }, { name: '演示甲' }],
      helperPairings: [],
      measures: [{ source: 'MANUAL', content: '种羊' }],
      outcome: { waterSafe: true, perCapitaIncome: '3000.00', version: 1 },
    });
  },
);

rule(
  'PA-HH-02',
  'from 2016 on the page lists every past status up to its year; 2014 and 2015 have no such view',
  async () => {
    await store.database.write(scopeOf(operator), async (tx) => {
      const by = traceOf(tx, store.clock);
      const key = { householdId: household };
      await writeStatusHistory(
        tx,
        { ...key, year: 2015, from: null, to: 'UNEXITED', operation: 'SUPPLEMENT' },
        { ...by, now: new Date('2015-06-01') },
      );
      await writeStatusHistory(
        tx,
        { ...key, year: 2016, from: 'UNEXITED', to: 'EXITED', operation: 'EXIT', reason: null },
        { ...by, now: new Date('2016-06-01') },
      );
    });
    const history = async (year: number) =>
      (await ask(operator, PAGE, { id: household, year })).data!.household.record.statusHistory;
    expect(await history(2014)).toBeNull();
    expect(await history(2015)).toBeNull();
    const [first, second] = await history(2016);
    expect(first).toMatchObject({
      year: 2015,
      fromStatus: null,
      toStatus: 'UNEXITED',
      operation: 'SUPPLEMENT',
    });
    expect(second).toEqual({
      year: 2016,
      fromStatus: 'UNEXITED',
      toStatus: 'EXITED',
      operation: 'EXIT',
      reason: null,
      operator: operator.accountId,
      rolledBackBy: null,
    });
    expect((await history(2017)).map(({ operation }: { operation: string }) => operation)).toEqual([
      'SUPPLEMENT',
      'EXIT',
      'IDENTIFY',
    ]);
    const { data } = await ask(operator, PAGE, { id: household, year: 2014 });
    expect(data!.household.statusHistory).toHaveLength(3);
  },
);

const LIST = `query ($first: Int, $conditions: [Condition!]) { households(year: 2017, first: $first, conditions: $conditions) { nodes {
  region { code } householdNo record(year: 2017) { head { name idNumber } statusHistory { toStatus } measures { content } outcome { waterSafe }
    basic { memberCount householdAttribute identificationStandard povertyStatus mainCause } } } } }`;

rule(
  'PA-QY-01',
  'the list shows region, number, head, ID, members, attribute, standard, status and cause',
  async () => {
    const { data, errors } = await ask(operator, LIST, { first: 1 });
    expect(errors).toBeUndefined();
    expect(data!.households.nodes).toEqual([
      {
        region: { code: VILLAGES.yunzhou1 },
        householdNo: `${VILLAGES.yunzhou1}00001`,
        record: {
          head: { name: '演示户主', idNumber: `${idNumber(1).slice(0, 6)}************` },
          statusHistory: expect.any(Array),
          measures: [{ content: '种羊' }],
          outcome: { waterSafe: true },
          basic: {
            memberCount: 2,
            householdAttribute: 'GENERAL_POOR',
            identificationStandard: 'NATIONAL',
            povertyStatus: 'UNEXITED',
            mainCause: 'ILLNESS',
          },
        },
      },
    ]);
  },
);

it('a page with heads, history, measures and outcomes takes as many statements whatever its length', async () => {
  const page = (first: number) => countStatements(store.database, () => ask(operator, LIST, { first }));
  await page(1);
  const [one, ten] = [await page(1), await page(10)];
  expect(ten.result.data!.households.nodes).toHaveLength(10);
  expect(ten.statements).toBe(one.statements);
});

rule('PA-QS-12', 'conditions come through the graph, and a wrong one is told with its place', async () => {
  const conditions = (...list: object[]) => ask(operator, LIST, { first: 5, conditions: list });
  const spouse = { field: 'MEMBER_RELATION_TO_HEAD', op: 'EQ', value: ['SPOUSE'] };
  expect((await conditions(spouse)).data!.households.nodes).toHaveLength(1);
  const wrong = await conditions(spouse, { field: 'MAIN_CAUSE', op: 'LT', value: ['ILLNESS'] });
  expect(wrong.errors![0]!.extensions).toMatchObject({ code: 'INVALID_INPUT', field: 'conditions[1].op' });
  const { data } = await ask(operator, '{ conditionFields { field label ops values { value label } } }');
  expect(data!.conditionFields).toContainEqual({
    field: 'DILAPIDATED_GRADE',
    label: '危房级别',
    ops: ['EQ', 'NE', 'IS_NULL', 'NOT_NULL'],
    values: [
      { value: 'C', label: 'C 级' },
      { value: 'D', label: 'D 级' },
    ],
  });
});

it('what a person typed comes back as a fault with its field, and the answer holds no personal datum', async () => {
  const answer = await ask(operator, MUTATIONS[4]![1], {
    i: { memberId: member, year: 2017, expectedVersion: 1, idNumber: idNumber(77), phone: '139' },
  });
  expect(answer.errors![0]!.extensions).toMatchObject({ code: 'FIELD_LOCKED', field: 'idNumber' });
  expect(JSON.stringify(answer)).not.toContain(idNumber(77));
  expect(JSON.stringify(answer)).not.toContain(idNumber(1));
});
