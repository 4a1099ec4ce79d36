import { countStatements, rule } from '@junxian/test-kit';
import { idNumber } from '../testing/forms.support.test';
import { openStore, type TestStore, VILLAGES } from '../testing/store.support.test';
import { assistanceStage, county, refusal } from './assistance.fixture';
import { readTeamMembers, readTeams, readTeamsOfVillages, teamPage } from './work-team-views.service';
import type { TeamInput, TeamMemberInput } from './work-teams.service';

let store: TestStore;
let stage: ReturnType<typeof assistanceStage>;
let unit: string;
beforeAll(async () => {
  store = await openStore();
  stage = assistanceStage(store);
  unit = await stage.unit();
});
afterAll(() => store.close());
beforeEach(() => store.adminQuery('DELETE FROM work_team_member; DELETE FROM village_work_team'));

const TERM = { startDate: '2017-01-01', endDate: '2018-12-31' };
const member = (changes: Partial<TeamMemberInput> = {}): TeamMemberInput => ({
  name: '队员示例',
  sex: 'MALE',
  idType: 'RESIDENT_ID',
  idNumber: idNumber(stage.serial()),
  phone: '13900005050',
  isLeader: false,
  isFirstSecretary: false,
  ...TERM,
  ...changes,
});
const leader = (changes: Partial<TeamMemberInput> = {}) =>
  member({ name: '队长示例', isLeader: true, ...changes });
const team = (changes: Partial<TeamInput> = {}): TeamInput => ({
  name: '示例驻村工作队',
  villageCode: VILLAGES.yunzhou1,
  dispatchUnitId: unit,
  members: [leader()],
  ...TERM,
  ...changes,
});
const save = (input: TeamInput) => stage.write((tx) => store.services.workTeams.save(tx, input));
const saveMember = (teamId: string, expectedVersion: number, given: TeamMemberInput) =>
  stage.write((tx) => store.services.workTeams.saveMember(tx, { teamId, expectedVersion, member: given }));
const membersOf = (teamId: string) => stage.read((tx) => readTeamMembers(tx, [teamId]));

rule('PA-WT-01', 'a village has one open team at a time; the next may follow the day after', async () => {
  await save(team());
  expect(await refusal(save(team({ startDate: '2018-12-31', endDate: '2019-12-31', members: [] })))).toBe(
    'STATE_CONFLICT startDate',
  );
  const next = { startDate: '2019-01-01', endDate: '2020-12-31' };
  expect(await refusal(save(team({ ...next, members: [leader(next)] })))).toBe('done');
  expect(await refusal(save(team({ villageCode: VILLAGES.yunzhou2 })))).toBe('done');
});

rule('PA-WT-01', 'of two officers who enter a team of one village at once exactly one wins', async () => {
  const both = await Promise.all([refusal(save(team())), refusal(save(team({ name: '另一支工作队' })))]);
  expect(both.sort()).toEqual(['STATE_CONFLICT startDate', 'done']);
});

rule('PA-WT-02', 'a team is entered with its leader; a leader is followed by another in one go', async () => {
  expect(await refusal(save(team({ members: [] })))).toBe('STATE_CONFLICT members');
  expect(await refusal(save(team({ members: [member()] })))).toBe('STATE_CONFLICT members');
  expect(await refusal(save(team({ members: [leader(), leader()] })))).toBe(
    'STATE_CONFLICT members[1].isLeader',
  );
  const id = await save(team());
  const [first] = await membersOf(id);
  // He leaves: without a successor, or before one who comes later, the team would have no leader.
  const leaving = { ...leader({ endDate: '2017-06-30' }), id: first!.id, idNumber: null, phone: null };
  expect(await refusal(saveMember(id, 1, leaving))).toBe('STATE_CONFLICT members');
  const change = (successor: string) =>
    save({
      ...team(),
      id,
      expectedVersion: 1,
      members: [leaving, leader({ name: '继任示例', startDate: successor })],
    });
  expect(await refusal(change('2017-07-02'))).toBe('STATE_CONFLICT members');
  expect(await refusal(change('2017-06-30'))).toBe('STATE_CONFLICT members[1].isLeader');
  expect(await change('2017-07-01')).toBe(id);
  const members = await membersOf(id);
  expect(members.map(({ name, startDate, endDate }) => [name, startDate, endDate])).toEqual([
    ['队长示例', '2017-01-01', '2017-06-30'],
    ['继任示例', '2017-07-01', '2018-12-31'],
  ]);
  // What was not typed in anew stands.
  expect(store.services.personal.open(members[0]!.phoneSealed, 'work_team_member.phone')).toBe('13900005050');
});

rule('PA-WT-02', 'one first secretary at a time; terms lie within the team’s', async () => {
  const id = await save(team());
  await saveMember(id, 1, member({ isFirstSecretary: true, endDate: '2017-12-31' }));
  expect(await refusal(saveMember(id, 2, member({ isFirstSecretary: true, startDate: '2017-12-31' })))).toBe(
    'STATE_CONFLICT member.isFirstSecretary',
  );
  expect(await refusal(saveMember(id, 2, member({ startDate: '2016-12-31' })))).toBe(
    'STATE_CONFLICT member.startDate',
  );
  expect(
    await refusal(save({ ...team({ endDate: '2018-06-30' }), id, expectedVersion: 2, members: [] })),
  ).toMatch(/STATE_CONFLICT members.endDate/);
  await saveMember(id, 2, member({ isFirstSecretary: true, startDate: '2018-01-01' }));
  expect(await membersOf(id)).toHaveLength(3);
});

rule(
  'PA-WT-02',
  'of two first secretaries entered at once exactly one is taken, and no raw statement makes a second',
  async () => {
    const id = await save(team());
    const both = await Promise.all([
      refusal(saveMember(id, 1, member({ isFirstSecretary: true }))),
      refusal(saveMember(id, 1, member({ isFirstSecretary: true }))),
    ]);
    expect(both.sort()).toEqual(['STALE_VERSION expectedVersion', 'done']);
    await expect(
      stage.write((tx) =>
        tx.query('UPDATE work_team_member SET is_first_secretary = true WHERE team_id = $1', [id]),
      ),
    ).rejects.toThrow(/work_team_member_first_secretary/);
  },
);

it('a member may be a helper, whose particulars stay with the helper; an entry by mistake is taken out', async () => {
  const helper = await stage.helper(unit);
  const id = await save(team());
  const post = { isLeader: false, isFirstSecretary: false, ...TERM, helperId: helper };
  await saveMember(id, 1, post);
  expect((await membersOf(id)).at(-1)).toMatchObject({ helperId: helper, name: null, idNumberSealed: null });
  expect(await refusal(saveMember(id, 2, post))).toBe('STATE_CONFLICT member.helperId');
  expect(await refusal(saveMember(id, 2, { ...post, name: '示例' }))).toBe('INVALID_INPUT member.helperId');
  expect(await refusal(stage.write((tx) => store.services.helpers.delete(tx, helper, 1)))).toBe(
    'STATE_CONFLICT id',
  );
  const [led, joined] = await membersOf(id);
  const remove = (memberId: string, expectedVersion: number) =>
    refusal(
      stage.write((tx) =>
        store.services.workTeams.deleteMember(tx, { teamId: id, memberId, expectedVersion }),
      ),
    );
  expect(await remove(led!.id, 2)).toBe('STATE_CONFLICT members');
  expect(await remove(joined!.id, 1)).toBe('STALE_VERSION expectedVersion');
  expect(await remove(joined!.id, 2)).toBe('done');
  expect(await membersOf(id)).toHaveLength(1);
});

rule(
  'PA-WT-01',
  'a team whose unit was deleted since is still maintained; no other team gets that unit',
  async () => {
    const dissolved = await stage.unit();
    const id = await save(team({ dispatchUnitId: dissolved }));
    await stage.write((tx) => store.services.assistanceUnits.delete(tx, dissolved, 1));
    const [led] = await membersOf(id);
    const shorter = { startDate: '2017-01-01', endDate: '2017-12-31' };
    const change = (expectedVersion: number, dispatchUnitId: string) =>
      refusal(
        save({
          ...team({ dispatchUnitId, ...shorter }),
          ...{ id, expectedVersion },
          members: [{ ...leader(shorter), id: led!.id, idNumber: null, phone: null }],
        }),
      );
    expect(await change(1, dissolved)).toBe('done');
    expect(await change(2, unit)).toBe('done');
    expect(await change(3, dissolved)).toBe('NOT_FOUND dispatchUnitId');
    expect(await refusal(save(team({ villageCode: VILLAGES.yunzhou2, dispatchUnitId: dissolved })))).toBe(
      'NOT_FOUND dispatchUnitId',
    );
  },
);

it('a form with faults is refused whole, each fault with its place', async () => {
  const input = team({
    name: ' ',
    villageCode: '140215100000',
    startDate: '2018-01-01',
    endDate: '2017-01-01',
  });
  expect(await refusal(save(input))).toBe(
    'INVALID_INPUT name, INVALID_INPUT villageCode, INVALID_INPUT endDate',
  );
  expect(
    await refusal(save(team({ members: [leader({ name: '', idNumber: 'x' }), member({ phone: null })] }))),
  ).toBe('FIELD_REQUIRED members[0].name, INVALID_ID members[0].idNumber, FIELD_REQUIRED members[1].phone');
  expect(await refusal(save(team({ dispatchUnitId: 'nobody' })))).toBe('NOT_FOUND dispatchUnitId');
});

it('teams are listed by village and year, in a fixed number of statements', async () => {
  const here = await save(team());
  const next = { startDate: '2019-01-01', endDate: '2020-12-31' };
  const later = await save(team({ ...next, members: [leader(next)] }));
  const other = await save(team({ villageCode: VILLAGES.yunzhou2 }));
  const ids = async (filter: Parameters<typeof teamPage>[1]) =>
    (await stage.read((tx) => teamPage(tx, filter))).nodes.map(({ id }) => id);
  expect(await ids({})).toEqual([here, later, other]);
  expect(await ids({ year: 2018 })).toEqual([here, other]);
  expect(await ids({ region: VILLAGES.yunzhou2 })).toEqual([other]);
  const first = await stage.read((tx) => teamPage(tx, { first: 2 }));
  expect(await ids({ first: 2, after: first.endCursor })).toEqual([other]);
  const inYears = await stage.read((tx) =>
    readTeamsOfVillages(tx, [
      { villageCode: VILLAGES.yunzhou1, year: 2018 },
      { villageCode: VILLAGES.yunzhou1, year: 2019 },
      { villageCode: VILLAGES.yunzhou2, year: 2021 },
    ]),
  );
  expect(inYears.map(({ year, id }) => [year, id])).toEqual([
    [2018, here],
    [2019, later],
  ]);
  expect(await stage.read((tx) => readTeams(tx, [here]))).toMatchObject([
    { name: '示例驻村工作队', villageCode: VILLAGES.yunzhou1 },
  ]);
  const statementsOf = async (size: number) =>
    (
      await countStatements(store.database, () =>
        stage.read((tx) => teamPage(tx, { region: county.regionCode, first: size })),
      )
    ).statements;
  expect(await statementsOf(20)).toBe(await statementsOf(1));
});
