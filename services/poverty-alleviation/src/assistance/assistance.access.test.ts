import { citizenIdOf, type Principal, scopeOf } from '@junxian/identity';
import { rule, testKeys } from '@junxian/test-kit';
import { idNumber } from '../testing/forms.support.test';
import { officer, openStore, type TestStore, VILLAGES } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import { assistanceStage, CITY, COUNTY, city, county } from './assistance.fixture';
import { endHelperPairings } from './pairings.service';

const VILLAGE = VILLAGES.yunzhou1;
const NEXT_DOOR = '140214000000';
const neighbour = officer(NEXT_DOOR, 'COUNTY');
const township = officer('140215100000', 'TOWNSHIP');

let store: TestStore;
let stage: ReturnType<typeof assistanceStage>;
/** The county's own unit and helper, with a household; and a unit of the city that helps the same village. */
const at = { unit: '', helper: '', household: '', pairing: '', cityUnit: '', cityHelper: '', team: '' };
const HELPER = 900;

beforeAll(async () => {
  store = await openStore();
  stage = assistanceStage(store);
  at.unit = await stage.unit();
  at.helper = await stage.helper(at.unit, { idNumber: idNumber(HELPER), phone: '13900009000' });
  at.cityUnit = await stage.unit({ regionCode: CITY, name: '示例市财政局' }, city);
  at.cityHelper = await stage.helper(at.cityUnit, {}, city);
  await stage.pairUnit(at.unit, VILLAGE);
  await stage.pairUnit(at.cityUnit, VILLAGE, '2017-01-01', city);
  at.household = await stage.household(VILLAGE);
  at.pairing = (await stage.pair(at.household, at.helper)).id;
  at.team = await stage.write((tx) =>
    store.services.workTeams.save(tx, {
      name: '示例驻村工作队',
      villageCode: VILLAGE,
      dispatchUnitId: at.cityUnit,
      startDate: '2017-01-01',
      endDate: '2018-12-31',
      members: [
        {
          helperId: at.helper,
          isLeader: true,
          isFirstSecretary: false,
          startDate: '2017-01-01',
          endDate: '2018-12-31',
        },
      ],
    }),
  );
});
const { ask } = graphOver(() => store);
afterAll(() => store.close());

const codesOf = ({ errors }: Awaited<ReturnType<typeof ask>>) =>
  (errors ?? []).map(({ extensions }) => extensions?.code);

const READ = `query ($unit: ID!, $helper: ID!, $team: ID!) {
  assistanceUnits { nodes { id } }
  assistanceUnit(id: $unit) { name phone openPairings { village { code } } }
  responsibleHelper(id: $helper) { idNumber phone unit { name } }
  workTeam(id: $team) { name dispatchUnit { name } members { name isLeader idNumber } }
  pairings(year: 2017) { unitVillage { nodes { unit { id } } } helperHousehold { nodes { helper { id } household { id } } } }
}`;
const read = (principal: Principal) =>
  ask(principal, READ, { unit: at.cityUnit, helper: at.helper, team: at.team });

it('a county sees its own, and what helps its villages; the list is of its own', async () => {
  const { data, errors } = await read(county);
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    assistanceUnits: { nodes: [{ id: at.unit }] },
    assistanceUnit: {
      name: '示例市财政局',
      phone: '035*****0000',
      openPairings: [{ village: { code: VILLAGE } }],
    },
    responsibleHelper: {
      idNumber: `${idNumber(HELPER).slice(0, 6)}${'*'.repeat(12)}`,
      phone: '139****9000',
      unit: { name: '示例县教育局' },
    },
    workTeam: {
      name: '示例驻村工作队',
      dispatchUnit: { name: '示例市财政局' },
      members: [
        { name: '帮扶示例', isLeader: true, idNumber: `${idNumber(HELPER).slice(0, 6)}${'*'.repeat(12)}` },
      ],
    },
    pairings: {
      unitVillage: { nodes: [{ unit: { id: at.unit } }, { unit: { id: at.cityUnit } }] },
      helperHousehold: { nodes: [{ helper: { id: at.helper }, household: { id: at.household } }] },
    },
  });
});

it('the county next door sees nothing of it, nor does another province', async () => {
  for (const principal of [neighbour, officer('370000000000', 'PROVINCE')]) {
    const { data, errors } = await read(principal);
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      assistanceUnits: { nodes: [] },
      assistanceUnit: null,
      responsibleHelper: null,
      workTeam: null,
      pairings: { unitVillage: { nodes: [] }, helperHousehold: { nodes: [] } },
    });
  }
  expect(
    codesOf(
      await ask(county, `{ pairings(year: 2017, region: "${NEXT_DOOR}") { unitVillage { nodes { id } } } }`),
    ),
  ).toEqual(['OUT_OF_REGION']);
  expect(
    codesOf(await ask(county, `{ assistanceUnits(village: "${VILLAGES.yungang}") { nodes { id } } }`)),
  ).toEqual(['OUT_OF_REGION']);
  expect(codesOf(await ask(null, '{ assistanceUnits { nodes { id } } }'))).toEqual(['UNAUTHENTICATED']);
});

it('a township finds whom it may pair: units by village, their helpers by unit; it changes neither', async () => {
  const { data } = await ask(
    township,
    `query ($unit: ID!) { assistanceUnits(village: "${VILLAGE}") { nodes { id } } responsibleHelpers(unitId: $unit) { nodes { id } } }`,
    { unit: at.cityUnit },
  );
  expect(data).toEqual({
    assistanceUnits: { nodes: [{ id: at.cityUnit }, { id: at.unit }] },
    responsibleHelpers: { nodes: [{ id: at.cityHelper }] },
  });
  const pair = `mutation ($input: PairHelperInput!) { pairHelper(input: $input) { id helper { name } } }`;
  const household = await stage.household(VILLAGE);
  const input = { householdId: household, helperId: at.cityHelper, year: 2017, startDate: '2017-04-01' };
  expect(codesOf(await ask(officer('140215100000', 'TOWNSHIP', 'VIEWER'), pair, { input }))).toEqual([
    'FORBIDDEN',
  ]);
  expect(codesOf(await ask(neighbour, pair, { input }))).toEqual(['NOT_FOUND']);
  expect((await ask(township, pair, { input })).data?.pairHelper).toMatchObject({
    helper: { name: '帮扶示例' },
  });
  const remove = 'mutation ($id: ID!) { deleteAssistanceUnit(id: $id, expectedVersion: 1) }';
  expect(codesOf(await ask(township, remove, { id: at.cityUnit }))).toEqual(['OUT_OF_REGION']);
  expect(codesOf(await ask(neighbour, remove, { id: at.unit }))).toEqual(['NOT_FOUND']);
});

it('a unit is entered in the own region by an operator, a team of a village', async () => {
  const save =
    'mutation ($input: AssistanceUnitInput!) { saveAssistanceUnit(input: $input) { id region { code } } }';
  const input = {
    regionCode: COUNTY,
    name: '示例',
    type: 'STATE_ORGAN',
    affiliation: 'COUNTY',
    contact: '示例',
    phone: '0352-6100000',
  };
  expect(codesOf(await ask(neighbour, save, { input }))).toEqual(['OUT_OF_REGION']);
  expect(codesOf(await ask(officer(COUNTY, 'COUNTY', 'MANAGER', 'PROVINCE_ADMIN'), save, { input }))).toEqual(
    ['FORBIDDEN'],
  );
  expect((await ask(county, save, { input })).data?.saveAssistanceUnit).toMatchObject({
    region: { code: COUNTY },
  });
  const team = 'mutation ($input: WorkTeamInput!) { saveWorkTeam(input: $input) { id } }';
  const of = {
    name: '示例',
    dispatchUnitId: at.unit,
    startDate: '2017-01-01',
    endDate: '2017-12-31',
    villageCode: COUNTY,
  };
  expect(codesOf(await ask(county, team, { input: of }))).toEqual(['SCOPE_TOO_WIDE']);
  expect(codesOf(await ask(county, team, { input: { ...of, villageCode: VILLAGES.yungang } }))).toEqual([
    'OUT_OF_REGION',
  ]);
});

rule('PA-AU-03', 'over the graph: first what would end, then with a confirmation the end', async () => {
  const unit = await stage.unit();
  const [pairing] = await stage.pairUnit(unit, VILLAGE);
  const household = await stage.household(VILLAGE);
  await stage.pair(household, await stage.helper(unit));
  const unpair = (confirm?: boolean) =>
    ask(
      county,
      `mutation ($input: UnpairUnitVillageInput!) { unpairUnitVillage(input: $input) {
         isDone dependentCount dependentPairings { household { id } endDate } pairing { endDate version } } }`,
      {
        input: { pairingId: pairing!.id, expectedVersion: 1, endDate: '2017-11-20', reason: '调整', confirm },
      },
    );
  expect((await unpair()).data?.unpairUnitVillage).toEqual({
    isDone: false,
    dependentCount: 1,
    dependentPairings: [{ household: { id: household }, endDate: null }],
    pairing: { endDate: null, version: 1 },
  });
  expect((await unpair(true)).data?.unpairUnitVillage).toEqual({
    isDone: true,
    dependentCount: 1,
    dependentPairings: [{ household: { id: household }, endDate: '2017-11-20' }],
    pairing: { endDate: '2017-11-20', version: 2 },
  });
});

/** A mutation's answer, which must not be a refusal. */
const done = async (field: string, document: string, variables: Record<string, unknown>) => {
  const { data, errors } = await ask(county, document, variables);
  expect([field, errors]).toEqual([field, undefined]);
  return data![field];
};
/** Asks for a mutation with one input, and for these fields of what it returns. */
const order = (field: string, input: string, fields: string, given: object) =>
  done(field, `mutation ($input: ${input}!) { ${field}(input: $input) { ${fields} } }`, { input: given });

rule(
  ['PA-AU-01', 'PA-AH-01', 'PA-HH-04'],
  'over the graph: a unit, its villages and helper are entered with every field, paired, changed and taken back',
  async () => {
    const unitForm = {
      name: '示例县林业局',
      creditCode: '11100000000013127D',
      type: 'STATE_ORGAN',
      affiliation: 'COUNTY',
      address: '演示路三号',
      leader: '示例丙',
      contact: '示例乙',
      phone: '0352-6100001',
    };
    const unit = await order(
      'saveAssistanceUnit',
      'AssistanceUnitInput',
      `id version region { code } ${Object.keys(unitForm).join(' ').replace('phone', 'phone(reveal: true)')}`,
      { regionCode: COUNTY, ...unitForm },
    );
    expect(unit).toEqual({ ...unitForm, id: expect.any(String), version: 1, region: { code: COUNTY } });
    const pairings = await order('pairUnitVillage', 'PairUnitVillageInput', 'id village { code } startDate', {
      unitId: unit.id,
      villageCodes: [VILLAGES.yunzhou1, VILLAGES.yunzhou2],
      startDate: '2017-01-01',
    });
    expect(pairings.map((one: { village: { code: string } }) => one.village.code).sort()).toEqual([
      VILLAGES.yunzhou1,
      VILLAGES.yunzhou2,
    ]);
    const helperForm = {
      name: '帮扶新',
      sex: 'MALE',
      idType: 'RESIDENT_ID',
      idNumber: idNumber(stage.serial()),
      phone: '13911110001',
      political: 'MASSES',
      education: 'COLLEGE_OR_ABOVE',
      position: '科员',
      rank: 'CLERK',
      speciality: '果树栽培',
    };
    const helperFields = Object.keys(helperForm)
      .map((name) => (['idNumber', 'phone'].includes(name) ? `${name}(reveal: true)` : name))
      .join(' ');
    const helper = await order('saveHelper', 'HelperInput', `id version unit { id } ${helperFields}`, {
      unitId: unit.id,
      ...helperForm,
    });
    expect(helper).toEqual({ ...helperForm, id: expect.any(String), version: 1, unit: { id: unit.id } });
    const SOUGHT = `query ($unit: ID, $name: String, $number: String) {
      responsibleHelpers(unitId: $unit, name: $name, idNumber: $number) { nodes { id } } }`;
    const sought = async (by: object, principal = county) =>
      (await ask(principal, SOUGHT, by)).data!.responsibleHelpers.nodes;
    for (const by of [{ unit: unit.id }, { name: '帮扶新' }, { number: helperForm.idNumber }]) {
      expect([by, await sought(by)]).toEqual([by, [{ id: helper.id }]]);
      expect(await sought(by, neighbour)).toEqual([]);
    }
    const household = await stage.household(VILLAGE);
    const pairing = await order(
      'pairHelper',
      'PairHelperInput',
      'id helper { id } household { id } startDate endDate version',
      { householdId: household, helperId: helper.id, year: 2017, startDate: '2017-03-01' },
    );
    expect(pairing).toEqual({
      id: expect.any(String),
      helper: { id: helper.id },
      household: { id: household },
      startDate: '2017-03-01',
      endDate: null,
      version: 1,
    });
    const of = { pairingId: pairing.id, year: 2017 };
    expect(
      await order('changeHelperPairing', 'ChangeHelperPairingInput', 'startDate endDate version', {
        ...of,
        expectedVersion: 1,
        startDate: '2017-04-01',
      }),
    ).toEqual({ startDate: '2017-04-01', endDate: null, version: 2 });
    expect(
      await order('unpairHelper', 'UnpairHelperInput', 'endDate endReason version', {
        ...of,
        expectedVersion: 2,
        endDate: '2017-11-20',
        reason: '调离',
      }),
    ).toEqual({ endDate: '2017-11-20', endReason: '调离', version: 3 });
    const gone = (field: string, id: string) =>
      done(field, `mutation ($id: ID!) { ${field}(id: $id, expectedVersion: 1) }`, { id });
    expect(await gone('deleteHelper', helper.id)).toBe(helper.id);
    for (const { id } of pairings)
      await order('unpairUnitVillage', 'UnpairUnitVillageInput', 'isDone', {
        pairingId: id,
        expectedVersion: 1,
        endDate: '2017-11-20',
        reason: '撤并',
      });
    expect(await gone('deleteAssistanceUnit', unit.id)).toBe(unit.id);
    const { data } = await ask(county, 'query ($id: ID!) { assistanceUnit(id: $id) { isDeleted } }', {
      id: unit.id,
    });
    expect(data!.assistanceUnit).toEqual({ isDeleted: true });
  },
);

rule(
  'PA-WT-01',
  'over the graph: a team is entered, a member with every field joins, and is taken out again',
  async () => {
    const term = { startDate: '2017-01-01', endDate: '2018-12-31' };
    const memberForm = {
      name: '队员新',
      sex: 'FEMALE',
      idType: 'RESIDENT_ID',
      idNumber: idNumber(stage.serial(), '1980-02-03', 'FEMALE'),
      phone: '13911110002',
      political: 'MASSES',
      education: 'COLLEGE_OR_ABOVE',
      position: '驻村干部',
      rank: 'CLERK',
      isLeader: false,
      isFirstSecretary: true,
      ...term,
    };
    const leader = {
      ...memberForm,
      name: '队长新',
      idNumber: idNumber(stage.serial(), '1980-02-03', 'FEMALE'),
      isLeader: true,
      isFirstSecretary: false,
    };
    const memberFields = Object.keys(memberForm)
      .map((name) => (['idNumber', 'phone'].includes(name) ? `${name}(reveal: true)` : name))
      .join(' ');
    const TEAM = `id version name village { code } dispatchUnit { id } startDate endDate members { id ${memberFields} }`;
    const team = await order('saveWorkTeam', 'WorkTeamInput', TEAM, {
      name: '新驻村工作队',
      villageCode: VILLAGES.yunzhou2,
      dispatchUnitId: at.unit,
      ...term,
      members: [leader],
    });
    expect(team).toEqual({
      id: expect.any(String),
      version: 1,
      name: '新驻村工作队',
      village: { code: VILLAGES.yunzhou2 },
      dispatchUnit: { id: at.unit },
      ...term,
      members: [{ id: expect.any(String), ...leader }],
    });
    const joined = await order('saveTeamMember', 'SaveTeamMemberInput', TEAM, {
      teamId: team.id,
      expectedVersion: 1,
      member: memberForm,
    });
    expect(joined.members).toContainEqual({ id: expect.any(String), ...memberForm });
    const [{ id: memberId }] = joined.members.filter((one: { isLeader: boolean }) => !one.isLeader);
    const left = await done(
      'deleteTeamMember',
      `mutation ($team: ID!, $member: ID!, $version: Int!) {
         deleteTeamMember(teamId: $team, memberId: $member, expectedVersion: $version) { members { name } } }`,
      { team: team.id, member: memberId, version: joined.version },
    );
    expect(left.members).toEqual([{ name: '队长新' }]);
  },
);

rule('PA-HH-04', 'a household’s record of a year shows the helpers of that year', async () => {
  const { data } = await ask(
    county,
    `query ($id: ID!) { household(id: $id) { record(year: 2017) { helperPairings { id startDate helper { name unit { name } } } } } }`,
    { id: at.household },
  );
  expect(data!.household.record.helperPairings).toEqual([
    { id: at.pairing, startDate: '2017-03-01', helper: { name: '帮扶示例', unit: { name: '示例县教育局' } } },
  ]);
});

rule('PA-HH-04', 'an ended pairing says why, in words also where nobody typed them in', async () => {
  const endings: [stored: string, shown: string][] = [
    ['HOUSEHOLD_CLOSED', '销户'],
    ['CLEARED', '户清退'],
    ['VILLAGE_CHANGED', '所在村变更'],
    ['责任人调离', '责任人调离'],
  ];
  for (const [reason, shown] of endings) {
    const household = await stage.household(VILLAGE);
    await stage.pair(household, at.helper);
    const by = { actor: 'test', now: store.clock.now() };
    await stage.write((tx) => endHelperPairings(tx, [household], { date: '2017-11-20', reason }, by));
    const { data } = await ask(
      county,
      'query ($id: ID!) { household(id: $id) { record(year: 2017) { helperPairings { endReason } } } }',
      { id: household },
    );
    expect(data!.household.record.helperPairings).toEqual([{ endReason: shown }]);
  }
});

rule(
  'PA-AH-01',
  'whoever may not delete a helper finds the pairings and teams that stand in the way',
  async () => {
    const helper = await stage.helper(at.unit);
    const [first, ended, second] = [
      await stage.household(VILLAGE),
      await stage.household(VILLAGE),
      await stage.household(VILLAGE),
    ];
    const pairings = [await stage.pair(first, helper, '2017-02-01'), await stage.pair(second, helper)];
    await stage.pair(ended, helper, '2017-01-15');
    const by = { actor: 'test', now: store.clock.now() };
    await stage.write((tx) => endHelperPairings(tx, [ended], { date: '2017-11-20', reason: '调整' }, by));
    const term = { startDate: '2017-01-01', endDate: '2018-12-31' };
    const leader = { helperId: helper, isLeader: true, isFirstSecretary: false };
    const team = (startDate: string, endDate: string) =>
      stage.write((tx) =>
        store.services.workTeams.save(tx, {
          ...{
            name: '示例驻村工作队',
            villageCode: VILLAGES.yunzhouOther,
            dispatchUnitId: at.unit,
            startDate,
            endDate,
          },
          members: [{ ...leader, startDate, endDate }],
        }),
      );
    await team('2016-01-01', '2016-12-31');
    const running = await team(term.startDate, term.endDate);
    const engaged = async (principal: Principal) => {
      const { data, errors } = await ask(
        principal,
        'query ($id: ID!) { responsibleHelper(id: $id) { openPairings { id household { id } } openTeams { id village { code } } } }',
        { id: helper },
      );
      expect(errors).toBeUndefined();
      return data!.responsibleHelper;
    };
    const homes = pairings.map(({ id, householdId }) => ({ id, household: { id: householdId } }));
    const teams = [{ id: running, village: { code: VILLAGES.yunzhouOther } }];
    expect(await engaged(county)).toEqual({ openPairings: homes, openTeams: teams });
    // A township sees those of its own villages.
    expect(await engaged(township)).toEqual({ openPairings: homes, openTeams: [] });
    expect(await engaged(neighbour)).toBeNull();
    const remove = 'mutation ($id: ID!) { deleteHelper(id: $id, expectedVersion: 1) }';
    expect(codesOf(await ask(county, remove, { id: helper }))).toEqual(['STATE_CONFLICT']);
    const elsewhere = await ask(township, remove, { id: helper });
    expect(codesOf(elsewhere)).toEqual(['OUT_OF_REGION']);
    expect(elsewhere.errors![0]!.message).toContain('责任人');
  },
);

it('a citizen’s registration as a helper is seen where the helper is', async () => {
  const profile = (principal: Principal) =>
    ask(
      principal,
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Citizen { helperProfile { id } } } }',
      { of: [{ __typename: 'Citizen', id: citizenIdOf(idNumber(HELPER), testKeys.citizenIdKey) }] },
    );
  expect((await profile(county)).data!._entities).toEqual([{ helperProfile: { id: at.helper } }]);
  expect((await profile(neighbour)).data!._entities).toEqual([{ helperProfile: null }]);
});

it('a reveal of a helper’s number needs the role and is recorded', async () => {
  const reveal = (principal: Principal) =>
    ask(principal, 'query ($id: ID!) { responsibleHelper(id: $id) { idNumber(reveal: true) } }', {
      id: at.helper,
    });
  expect(codesOf(await reveal(officer(COUNTY, 'COUNTY', 'VIEWER')))).toEqual(['FORBIDDEN']);
  expect((await reveal(county)).data!.responsibleHelper).toEqual({ idNumber: idNumber(HELPER) });
  const [event] = await store.adminQuery<{ data: Record<string, unknown> }>(
    `SELECT envelope::jsonb -> 'data' AS data FROM outbox WHERE topic LIKE '%identity%' ORDER BY position DESC LIMIT 1`,
  );
  expect(event!.data).toMatchObject({
    field: 'ResponsibleHelper.idNumber',
    citizenIds: [citizenIdOf(idNumber(HELPER), testKeys.citizenIdKey)],
  });
});

describe('with a database prompt', () => {
  const raw = (principal: Principal, sql: string, parameters: unknown[] = []) =>
    store.database.write(scopeOf(principal), (tx) => tx.query(sql, parameters));

  it('an officer next door changes nothing, and reads nothing', async () => {
    for (const table of [
      'assistance_unit',
      'responsible_helper',
      'unit_village_pairing',
      'helper_pairing',
      'village_work_team',
      'work_team_member',
    ]) {
      expect([table, await raw(neighbour, `UPDATE ${table} SET version = version RETURNING id`)]).toEqual([
        table,
        [],
      ]);
      expect([table, await raw(neighbour, `DELETE FROM ${table} RETURNING id`)]).toEqual([table, []]);
      expect([table, await raw(neighbour, `SELECT id FROM ${table}`)]).toEqual([table, []]);
    }
  });

  it('a county reads the unit above that helps it, and cannot change it or its helpers', async () => {
    expect(await raw(county, 'SELECT name FROM assistance_unit WHERE id = $1', [at.cityUnit])).toHaveLength(
      1,
    );
    expect(
      await raw(county, 'UPDATE assistance_unit SET name = name WHERE id = $1 RETURNING id', [at.cityUnit]),
    ).toEqual([]);
    expect(
      await raw(county, 'DELETE FROM responsible_helper WHERE id = $1 RETURNING id', [at.cityHelper]),
    ).toEqual([]);
  });

  it('functions that look beyond the region answer operators only, of units and helpers of their own', async () => {
    const index = store.services.personal.indexOf({ kind: 'citizen', value: idNumber(HELPER) });
    const taken = async (principal: Principal) =>
      (await raw(principal, 'SELECT id_number AS taken FROM pa_ah_01_taken($1, $1, NULL)', [index]))[0]!
        .taken;
    expect(await taken(neighbour)).toBe(true);
    expect(await taken(officer(NEXT_DOOR, 'COUNTY', 'VIEWER'))).toBe(false);
    const inUse = async (principal: Principal) =>
      (await raw(principal, `SELECT pa_au_02_in_use($1, '2017-11-20') AS answer`, [at.unit]))[0]!.answer;
    expect(await inUse(county)).toBe(true);
    expect(await inUse(neighbour)).toBe(false);
    const engaged = async (principal: Principal) =>
      (await raw(principal, `SELECT pa_ah_01_engaged($1, '2017-11-20') AS answer`, [at.helper]))[0]!.answer;
    expect(await engaged(county)).toBe(true);
    expect(await engaged(neighbour)).toBe(false);
  });
});
