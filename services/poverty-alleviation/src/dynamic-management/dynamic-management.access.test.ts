import { type Principal, scopeOf } from '@junxian/identity';
import { countStatements, type Json, rowsSeen, rule, scenario } from '@junxian/test-kit';
import { openProjectStage, type ProjectTestStage } from '../projects/project-stage.fixture';
import { officer, VILLAGES } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import { EXIT_CHECK_ITEMS } from './exit-check.rules';
import {
  ASSURED,
  COUNTY,
  type Family,
  MANAGER,
  newMember,
  OPERATOR,
  PROVINCE,
  PROVINCE_ADMIN,
  Stage,
} from './stage.fixture';

const VIEWER = officer(COUNTY, 'COUNTY', 'VIEWER');
const NEXT_DOOR = ['OPERATOR', 'MANAGER', 'PROVINCE_ADMIN'].map((role) =>
  officer('140214000000', 'COUNTY', role),
) as [Principal, Principal, Principal];

let stage: Stage;
let projects: ProjectTestStage;
let family: Family;
beforeAll(async () => {
  projects = await openProjectStage();
  stage = Stage.over(projects.store);
  family = await stage.family(['SPOUSE', 'SON'], { netIncome: '12000.00', outcome: ASSURED });
});
const { ask } = graphOver(() => stage.store);
afterAll(() => stage?.store.close());

interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions?: Record<string, unknown> }[];
}
const codesOf = ({ errors = [] }: Answer) => errors.map(({ extensions }) => extensions?.code);
const ok = ({ data, errors }: Answer): Json => {
  expect(errors).toBeUndefined();
  return data as Json;
};

const MARK_EXIT =
  'mutation ($input: MarkExitInput!) { markExit(input: $input) { id record(year: 2017) { version } } }';
const STABLE = 'mutation ($input: MarkStableExitInput!) { markStableExit(input: $input) { id } }';
const EXITED_STABLE = 'mutation ($input: MarkStableExitInput!) { markExitedStable(input: $input) { id } }';
const RETURNED = 'mutation ($input: MarkReturnedInput!) { markReturned(input: $input) { id } }';
const KEY_TARGETS = 'mutation ($input: SetKeyTargetsInput!) { setKeyTargets(input: $input) { id } }';
const APPLY = `mutation ($input: ApplyPopulationChangesInput!) { applyPopulationChanges(input: $input) {
  households { id record(year: 2017) { basic { memberCount } members { relationToHead } } }
  changes { changeId kind direction memberId reason perCapitaBefore perCapitaAfter toHousehold { id } fromHousehold { id } isRolledBack } } }`;
const SPLIT = 'mutation ($input: SplitHouseholdInput!) { splitHousehold(input: $input) { id householdNo } }';
const PREVIEW =
  'query ($input: RollbackInput!) { rollbackPreview(input: $input) { confirmation previewToken before { name value } after { name value } } }';
const ROLLBACK = `mutation ($input: RollbackInput!, $order: BackOfficeOrderInput!) {
  rollback(input: $input, order: $order) { function reason household { id dynamicOperations { kind isRolledBack } } } }`;
const CHECK =
  'query ($id: ID!) { exitCheck(householdId: $id) { passed results { item passed } household { id } } }';

const inputs = async () => {
  const [seen] = await stage.seen(family);
  const selected = { householdIds: [family.id] };
  return {
    exit: seen!,
    selected,
    keyTargets: { ...selected, isKeyTarget: true },
    returned: { ...seen!, reason: 'ILLNESS', returnDate: '2017-10-01' },
    changes: {
      households: [seen!],
      changes: [{ reduce: { memberId: family.of.SON!, reason: 'MISSING', changeDate: '2017-10-01' } }],
    },
    split: {
      ...seen!,
      members: [{ memberId: family.of.SON!, relationToHead: 'HEAD' }],
      villageCode: VILLAGES.yunzhou2,
      changeDate: '2017-10-01',
      basic: { mainCause: 'ILLNESS', isMilitaryMartyrFamily: false },
      productionAndLiving: {},
      incomeAndHealth: {},
      relocation: { isRelocationHousehold: false },
    },
    rollback: { householdId: family.id },
    order: { reason: '误操作', confirmation: 'x', previewToken: 'x' },
  };
};

describe('who may not', () => {
  it('roles are refused whatever they ask for of others', async () => {
    const { exit, selected, keyTargets, returned, changes, split, rollback, order } = await inputs();
    const ofManager: [string, object][] = [
      [MARK_EXIT, { input: exit }],
      [STABLE, { input: selected }],
      [EXITED_STABLE, { input: selected }],
      [RETURNED, { input: returned }],
    ];
    const ofOperator: [string, object][] = [
      [KEY_TARGETS, { input: keyTargets }],
      [APPLY, { input: changes }],
      [SPLIT, { input: split }],
    ];
    const ofProvince: [string, object][] = [
      [ROLLBACK, { input: rollback, order }],
      [PREVIEW, { input: rollback }],
    ];
    const refused = async (who: Principal, documents: [string, object][]) => {
      for (const [document, variables] of documents)
        expect(codesOf(await ask(who, document, variables))).toEqual(['FORBIDDEN']);
    };
    await refused(VIEWER, [...ofManager, ...ofOperator, ...ofProvince]);
    await refused(OPERATOR, [...ofManager, ...ofProvince]);
    await refused(MANAGER, [...ofOperator, ...ofProvince]);
    // The role alone is not enough: it takes an operator of the province.
    await refused(officer(COUNTY, 'COUNTY', 'PROVINCE_ADMIN'), ofProvince);
    await refused(officer(PROVINCE, 'PROVINCE', 'SYSTEM_ADMIN', 'MANAGER', 'OPERATOR'), ofProvince);
    for (const [document, variables] of [...ofManager, ...ofOperator, ...ofProvince])
      expect(codesOf(await ask(null, document, variables))[0]).toMatch(/UNAUTHENTICATED|FORBIDDEN/);
  });

  it('the county next door finds nobody here', async () => {
    const { exit, selected, keyTargets, returned, changes, split } = await inputs();
    const [operator, manager] = NEXT_DOOR;
    const attempts: [Principal, string, object][] = [
      [manager, MARK_EXIT, { input: exit }],
      [manager, STABLE, { input: selected }],
      [manager, EXITED_STABLE, { input: selected }],
      [manager, RETURNED, { input: returned }],
      [operator, KEY_TARGETS, { input: keyTargets }],
      [operator, APPLY, { input: changes }],
      [operator, SPLIT, { input: { ...split, villageCode: VILLAGES.yungang } }],
      [operator, CHECK, { id: family.id }],
    ];
    for (const [who, document, variables] of attempts)
      expect(codesOf(await ask(who, document, variables))).toEqual(['NOT_FOUND']);
    expect(codesOf(await ask(operator, SPLIT, { input: split }))).toEqual(['OUT_OF_REGION']);
    const another = officer('370000000000', 'PROVINCE', 'PROVINCE_ADMIN');
    expect(codesOf(await ask(another, PREVIEW, { input: { householdId: family.id } }))).toEqual([
      'NOT_FOUND',
    ]);
    expect((await stage.situation(family.id)).povertyStatus).toBe('UNEXITED');
  });
});

describe('searches', () => {
  const CANDIDATES = `query ($function: StatusChangeFunction!, $village: ID!, $name: String, $number: String) {
    statusChangeCandidates(function: $function, village: $village, headName: $name, headIdNumber: $number) { nodes { id } } }`;
  const IN_REGION =
    'query ($region: ID, $first: Int, $after: String) { dynamicHouseholds(region: $region, first: $first, after: $after) { nodes { id dynamicOperations { kind } record(year: 2017) { members { name } } } endCursor hasNextPage } }';

  rule('PA-QS-10', 'need a village and the head’s name or number; 1.2.1.4 offers select-all', async () => {
    const candidates = async (variables: object) =>
      ask(MANAGER, CANDIDATES, { function: 'EXIT', village: VILLAGES.yunzhou2, ...variables });
    const head = newMember('HEAD', { name: '韩某某' });
    const { id } = await stage.family([], { village: VILLAGES.yunzhou2 });
    const named = await stage.store.identify(
      stage.form(VILLAGES.yunzhou2, [head, newMember('SON', { name: '李某某' })]),
    );
    const ids = async (variables: object) =>
      ok(await candidates(variables)).statusChangeCandidates.nodes.map(
        ({ id: found }: { id: string }) => found,
      );
    for (const name of ['EXIT', 'STABLE_EXIT', 'RETURN'])
      expect(codesOf(await candidates({ function: name }))).toEqual(['FIELD_REQUIRED']);
    expect(await ids({ name: '韩某' })).toEqual([named]);
    expect(await ids({ number: head.idNumber })).toEqual([named]);
    // Of the head only.
    expect(await ids({ name: '李某某' })).toEqual([]);
    expect(await ids({ function: 'STABLE_EXIT_OF_EXITED' })).toEqual([]);
    await stage.exitedIn(id, 2017);
    await stage.exitedIn(named, 2016);
    expect(await ids({ function: 'STABLE_EXIT_OF_EXITED' })).toEqual([id, named]);
    expect(await ids({ name: '韩某' })).toEqual([]);
    expect(await ids({ function: 'RETURN', name: '韩某' })).toEqual([named]);
    expect(await ids({ function: 'RETURN', name: '演示' })).toEqual([]);
    expect(codesOf(await candidates({ village: '140215100000', name: '韩' }))).toEqual(['SCOPE_TOO_WIDE']);
    expect(codesOf(await candidates({ village: VILLAGES.yungang, name: '韩' }))).toEqual(['OUT_OF_REGION']);
  });

  rule('PA-QS-09', 'of natural change, key targets and splits reach a county at most', async () => {
    const codes = async (who: Principal, region?: string) => codesOf(await ask(who, IN_REGION, { region }));
    expect(await codes(OPERATOR)).toEqual([]);
    expect(await codes(OPERATOR, '140215100000')).toEqual([]);
    expect(await codes(PROVINCE_ADMIN)).toEqual(['SCOPE_TOO_WIDE']);
    expect(await codes(PROVINCE_ADMIN, '140200000000')).toEqual(['SCOPE_TOO_WIDE']);
    expect(await codes(PROVINCE_ADMIN, COUNTY)).toEqual([]);
    expect(await codes(OPERATOR, '140214000000')).toEqual(['OUT_OF_REGION']);
    const target = 'query ($region: ID!) { transferTargets(region: $region, name: "演示") { nodes { id } } }';
    expect(codesOf(await ask(OPERATOR, target, { region: '140214000000' }))).toEqual(['OUT_OF_REGION']);
    expect(codesOf(await ask(PROVINCE_ADMIN, target, { region: PROVINCE }))).toEqual(['SCOPE_TOO_WIDE']);
  });

  it('pages take as many statements for many households as for few, and leave out closed ones', async () => {
    for (let more = 0; more < 5; more += 1) await stage.family(['SON'], { village: VILLAGES.yunzhouOther });
    const counted = (first: number) =>
      countStatements(stage.store.database, async () =>
        ok(await ask(OPERATOR, IN_REGION, { region: COUNTY, first })),
      );
    const [few, many] = [await counted(2), await counted(8)];
    expect(many.statements).toBe(few.statements);
    expect(many.result.dynamicHouseholds.nodes).toHaveLength(8);
    const { nodes, endCursor } = few.result.dynamicHouseholds;
    const next = ok(await ask(OPERATOR, IN_REGION, { region: COUNTY, first: 6, after: endCursor }));
    expect([...nodes, ...next.dynamicHouseholds.nodes]).toEqual(many.result.dynamicHouseholds.nodes);
    const closed = await stage.family();
    await stage.store.adminQuery(
      `UPDATE household SET file_status = 'CLOSED', closed_year = 2017 WHERE id = '${closed.id}'`,
    );
    const all = ok(await ask(OPERATOR, IN_REGION, { region: COUNTY, first: 100 })).dynamicHouseholds.nodes;
    expect(all.map(({ id }: { id: string }) => id)).not.toContain(closed.id);
  });
});

describe('by the graph', () => {
  it('checks, exits, changes and rolls back, and shows what was done', async () => {
    const { of, id } = await stage.family(['SPOUSE', 'SON'], { netIncome: '12000.00', outcome: ASSURED });
    expect(ok(await ask(VIEWER, CHECK, { id })).exitCheck).toMatchObject({ passed: true, household: { id } });
    const seen = async () => (await stage.seen({ id }))[0]!;
    const before = await seen();
    const exited = ok(await ask(MANAGER, MARK_EXIT, { input: before })).markExit;
    expect(exited.record.version).toBe(before.expectedVersion + 1);
    expect(codesOf(await ask(MANAGER, MARK_EXIT, { input: before }))).toEqual(['STALE_VERSION']);
    const changes = [
      { reduce: { memberId: of.HEAD, reason: 'DECEASED', changeDate: '2017-10-01', newHeadId: of.SPOUSE } },
    ];
    const input = { households: [await seen()], changes };
    const done = ok(await ask(OPERATOR, APPLY, { input })).applyPopulationChanges;
    expect(done).toMatchObject({
      households: [{ id, record: { basic: { memberCount: 2 } } }],
      changes: [
        {
          kind: 'REDUCE',
          direction: 'OUT',
          memberId: of.HEAD,
          reason: '01',
          perCapitaBefore: '4000.00',
          perCapitaAfter: '6000.00',
          fromHousehold: { id },
          toHousehold: null,
          isRolledBack: false,
        },
      ],
    });
    const rollback = { householdId: id };
    const preview = ok(await ask(PROVINCE_ADMIN, PREVIEW, { input: rollback })).rollbackPreview;
    expect(preview.after).toContainEqual({ name: expect.stringContaining('memberCount'), value: '3' });
    const order = { reason: '误报', confirmation: preview.confirmation, previewToken: preview.previewToken };
    const taken = ok(await ask(PROVINCE_ADMIN, ROLLBACK, { input: rollback, order })).rollback;
    expect(taken).toMatchObject({
      function: 'ROLLBACK',
      reason: '误报',
      household: {
        id,
        dynamicOperations: [
          { kind: 'ROLLBACK', isRolledBack: false },
          { kind: 'POPULATION_CHANGE', isRolledBack: true },
          { kind: 'EXIT', isRolledBack: false },
        ],
      },
    });
  });

  rule(
    ['PA-EX-02', 'PA-RT-02', 'PA-SP-03'],
    'the checks of an exit, the day of a return and the household that one was split off from are read later on',
    async () => {
      const { id, of } = await stage.family(['SON'], { netIncome: '12000.00', outcome: ASSURED });
      const seen = async () => (await stage.seen({ id }))[0]!;
      const LATER = `query ($id: ID!) { household(id: $id) { closedYear closeReason originHousehold { id }
        statusHistory { operation reason checkResult { povertyLine perCapitaNetIncome results { item passed } } }
        dynamicOperations { kind changedOn } } }`;
      ok(await ask(MANAGER, MARK_EXIT, { input: await seen() }));
      await stage.exitedIn(id, 2016);
      const returned = { ...(await seen()), reason: 'DISASTER', returnDate: '2017-10-05' };
      ok(await ask(MANAGER, RETURNED, { input: returned }));
      expect(ok(await ask(VIEWER, LATER, { id })).household).toEqual({
        closedYear: null,
        closeReason: null,
        originHousehold: null,
        statusHistory: [
          { operation: 'IDENTIFY', reason: null, checkResult: null },
          {
            operation: 'EXIT',
            reason: null,
            checkResult: {
              povertyLine: '3100.00',
              perCapitaNetIncome: '6000.00',
              results: EXIT_CHECK_ITEMS.map((item) => ({ item, passed: true })),
            },
          },
          { operation: 'RETURN', reason: '04', checkResult: null },
        ],
        dynamicOperations: [
          { kind: 'RETURN', changedOn: '2017-10-05' },
          { kind: 'EXIT', changedOn: null },
        ],
      });
      const { split } = await inputs();
      const members = [{ memberId: of.SON, relationToHead: 'HEAD' }];
      const fresh = ok(await ask(OPERATOR, SPLIT, { input: { ...split, ...(await seen()), members } }));
      const part = { id: fresh.splitHousehold.id };
      expect(ok(await ask(VIEWER, LATER, part)).household).toMatchObject({
        originHousehold: { id },
        dynamicOperations: [{ kind: 'SPLIT', changedOn: '2017-10-01' }],
      });
      // Whose old household lies beyond one's region learns nothing of it.
      await stage.store.adminQuery(
        `UPDATE household SET region_code = '${VILLAGES.yungang}' WHERE id = '${id}'`,
      );
      expect(ok(await ask(VIEWER, LATER, part)).household.originHousehold).toBeNull();
      const { of: last, id: closing } = await stage.family();
      const reduce = { memberId: last.HEAD, reason: 'MISSING', changeDate: '2017-10-01' };
      const gone = { households: await stage.seen({ id: closing }), changes: [{ reduce }] };
      ok(await ask(OPERATOR, APPLY, { input: gone }));
      expect(ok(await ask(VIEWER, LATER, { id: closing })).household).toMatchObject({
        closedYear: 2017,
        closeReason: 'LAST_MEMBER_REDUCED',
      });
    },
  );

  scenario('poverty-alleviation', 16, 'a split without a village is told to choose one', async () => {
    const { split } = await inputs();
    for (const who of [OPERATOR, PROVINCE_ADMIN]) {
      const { errors } = await ask(who, SPLIT, { input: { ...split, villageCode: null } });
      expect(errors?.map(({ extensions }) => [extensions?.code, extensions?.field])).toEqual([
        ['FIELD_REQUIRED', 'villageCode'],
      ]);
    }
  });

  scenario(
    'poverty-alleviation',
    14,
    'the household that its head left last is found among the closed ones (5.1.5)',
    async () => {
      const left = await stage.family(['SPOUSE', 'SON']);
      const target = await stage.family();
      const move = (memberId: string) => ({
        transfer: {
          memberId,
          toHouseholdId: target.id,
          relationToHead: 'OTHER',
          reason: 'HOUSEHOLDS_JOINED',
          changeDate: '2017-10-01',
        },
      });
      const save = async (members: string[]) =>
        ask(OPERATOR, APPLY, {
          input: { households: await stage.seen(left, target), changes: members.map(move) },
        });
      const { HEAD, SPOUSE, SON } = left.of as Record<string, string>;
      expect(codesOf(await save([HEAD!]))).toEqual(['HEAD_NOT_ALLOWED']);
      ok(await save([SPOUSE!, SON!, HEAD!]));
      const closed =
        'query ($region: ID!) { closedHouseholds(region: $region, first: 100) { nodes { household { id } lastHead { id } closureYear } } }';
      expect(ok(await ask(VIEWER, closed, { region: COUNTY })).closedHouseholds.nodes).toContainEqual({
        household: { id: left.id },
        lastHead: { id: HEAD },
        closureYear: 2017,
      });
    },
  );
});

rule(
  ['PA-SX-03', 'PA-SX-04'],
  'the projects of a household are seen before its stable exit, which ends them',
  async () => {
    const { id, of } = await stage.family([], { village: VILLAGES.yunzhou2, netIncome: '1.00' });
    const project = await projects.implementing('INDUSTRY');
    const benefit = async (more: object) => {
      const { version: expectedVersion } = await projects.project(project);
      const set = { projectId: project, expectedVersion, add: [], remove: [], ...more };
      return projects.write((tx) => stage.store.services.projectBeneficiaries.set(tx, set));
    };
    await benefit({ add: [{ householdId: id, amount: '1000.00', startDate: '2017-05-01' }] });
    const SHOWN = `query ($village: ID!) { statusChangeCandidates(function: STABLE_EXIT, village: $village, headName: "演示甲", first: 100) {
    nodes { id projects { project { id name } } } } }`;
    const { nodes } = ok(await ask(MANAGER, SHOWN, { village: VILLAGES.yunzhou2 })).statusChangeCandidates;
    expect(nodes.find((node: Json) => node.id === id).projects).toEqual([
      { project: { id: project, name: '西坪镇肉羊养殖' } },
    ]);
    ok(await ask(MANAGER, STABLE, { input: { householdIds: [id], benefitEndMonth: '2017-12' } }));
    expect(await stage.situation(id)).toMatchObject({
      povertyStatus: 'STABLE_EXIT',
      benefitEndMonth: '2017-12',
    });
    const again = { householdId: id, memberId: of.HEAD!, amount: '1.00', startDate: '2017-06-01' };
    expect(await projects.refused(benefit({ add: [again] }))).toEqual([
      expect.stringContaining('STATE_CONFLICT'),
    ]);
  },
);

describe('below the application', () => {
  it('rows of operations and changes are seen and written in one’s own region only', async () => {
    const tables = ['dynamic_operation', 'population_change'];
    const here = await rowsSeen(stage.store, scopeOf(VIEWER));
    for (const who of NEXT_DOOR) {
      const there = await rowsSeen(stage.store, scopeOf(who));
      for (const table of tables)
        expect([table, there.get(table), here.get(table)! > 0]).toEqual([table, 0, true]);
    }
    const [operator] = NEXT_DOOR;
    const copy = (table: string, region: string) =>
      `INSERT INTO ${table} SELECT (jsonb_populate_record(t, '{"region_code": "${region}"}')).* FROM ${table} t`;
    for (const table of tables) {
      const [row] = await stage.as(operator, (tx) =>
        tx.query<{ updated: number }>(
          `WITH updated AS (UPDATE ${table} SET operator = 'x' RETURNING 1) SELECT count(*)::int AS updated FROM updated`,
        ),
      );
      expect(row!.updated).toBe(0);
      // Nor may one's own rows be put into another region, not even by the back office, which alone moves them.
      await expect(stage.as(OPERATOR, (tx) => tx.query(copy(table, VILLAGES.yungang)))).rejects.toThrow(
        /row-level security|cannot insert/,
      );
      const move = `UPDATE ${table} SET region_code = '${VILLAGES.yungang}' RETURNING 1`;
      expect(await stage.as(OPERATOR, (tx) => tx.query(move))).toEqual([]);
      const office = { ...OPERATOR, roles: ['poverty-alleviation:PROVINCE_ADMIN'] };
      await expect(stage.as(office, (tx) => tx.query(move))).rejects.toThrow('row-level security');
    }
  });
});
