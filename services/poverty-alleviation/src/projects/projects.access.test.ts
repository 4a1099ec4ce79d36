import { type Principal, scopeOf } from '@junxian/identity';
import { countStatements, rule } from '@junxian/test-kit';
import { officer } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import { openProjectStage, type ProjectTestStage } from './project-stage.fixture';
import { FORMS, PLACES, projectForm } from './projects.fixture';

let stage: ProjectTestStage;
/** An implementing project of the county with one beneficiary in the first village. */
let projectId: string;
let householdId: string;
beforeAll(async () => {
  stage = await openProjectStage();
  projectId = await stage.implementing('RELOCATION', { villageCodes: [PLACES.village1, PLACES.village2] });
  householdId = (await stage.household(PLACES.village1)).id;
  await stage.write((tx) =>
    stage.store.services.projectBeneficiaries.set(tx, {
      projectId,
      expectedVersion: 3,
      add: [{ householdId, area: '80.00', amount: '20000.00' }],
    }),
  );
});
const { ask } = graphOver(() => stage.store);
afterAll(() => stage.store.close());

/** The answer, or the code it is refused with. */
const answer = async (principal: Principal, document: string, variables = {}) => {
  const { data, errors } = await ask(principal, document, variables);
  return errors ? errors[0]!.extensions?.code : data;
};
const county = (...roles: string[]) => officer(PLACES.county, 'COUNTY', ...roles);
const NEIGHBOUR = officer('140214000000', 'COUNTY', 'PROJECT', 'MANAGER', 'FUND');
const TOWNSHIP = officer(PLACES.township, 'TOWNSHIP', 'PROJECT', 'MANAGER');

const SAVE =
  'mutation ($input: SaveProjectInput!) { saveProject(input: $input) { id projectNo stage version } }';
const APPROVE =
  'mutation ($input: ApproveProjectInput!) { approveProject(input: $input) { stage approvedAmount } }';
const ADJUST = 'mutation ($input: AdjustProjectInput!) { adjustProject(input: $input) { owner } }';
const REPORT =
  'mutation ($input: ReportImplementationInput!) { reportImplementation(input: $input) { stage } }';
const CANCEL =
  'mutation ($id: ID!, $v: Int!) { cancelProject(id: $id, expectedVersion: $v, reason: "重复") { stage } }';
const DELETE = 'mutation ($id: ID!, $v: Int!) { deleteProject(id: $id, expectedVersion: $v) }';
const SET =
  'mutation ($input: SetBeneficiariesInput!) { setBeneficiaries(input: $input) { beneficiaryHouseholds } }';
const PROJECT = `query ($id: ID!) { project(id: $id) {
  projectNo name type subtype region { code } villages { code } budget { source tier fundType amount } budgetTotal
  details { __typename ... on RelocationDetails { housingArea plannedRelocatedHouseholds } }
  results { __typename ... on RelocationResults { builtArea movedHouseholds } }
  stage progressPct spent approvedAmount beneficiaryHouseholds
  implementations { no progressPct spent results { ... on RelocationResults { movedPersons } } }
  adjustments { no reason changes { field before after } } } }`;

const approval = (id: string) => ({
  input: {
    id,
    expectedVersion: 1,
    approvalDocNo: '云扶〔2017〕8号',
    approvedDate: '2017-02-02',
    approvedAmount: '100',
  },
});

it('goes the whole way through the graph', async () => {
  const { projectNo, id } = (await answer(county('PROJECT'), SAVE, { input: projectForm('RELOCATION') }))
    .saveProject;
  expect(projectNo).toMatch(/^14021500020172\d{4}$/);
  expect(await answer(county('MANAGER'), APPROVE, approval(id))).toEqual({
    approveProject: { stage: 'APPROVED', approvedAmount: '100.0000' },
  });
  const adjustment = {
    id,
    expectedVersion: 2,
    reason: '更换业主',
    documentNo: '云扶〔2017〕10号',
    date: '2017-06-01',
    owner: '搬迁办',
  };
  expect(await answer(county('PROJECT'), ADJUST, { input: adjustment })).toEqual({
    adjustProject: { owner: '搬迁办' },
  });
  const report = {
    id,
    expectedVersion: 3,
    reportDate: '2017-07-01',
    progressPct: '20',
    actualStart: '2017-04-01',
    spent: '0',
    results: FORMS.RELOCATION.results,
  };
  expect(await answer(county('PROJECT'), REPORT, { input: report })).toEqual({
    reportImplementation: { stage: 'IMPLEMENTING' },
  });
  expect((await answer(county('VIEWER'), PROJECT, { id })).project).toEqual({
    projectNo,
    name: '西坪镇肉羊养殖',
    type: 'RELOCATION',
    subtype: 'NEW_MIGRANT_VILLAGE',
    region: { code: PLACES.county },
    villages: [{ code: PLACES.village1 }, { code: PLACES.village2 }],
    budget: [
      { source: 'SPECIAL_FUND', tier: 'CENTRAL', fundType: 'DEVELOPMENT', amount: '80.0000' },
      { source: 'SELF_RAISED', tier: null, fundType: null, amount: '20.5000' },
    ],
    budgetTotal: '100.5000',
    details: { __typename: 'RelocationDetails', housingArea: '2500.00', plannedRelocatedHouseholds: 25 },
    results: { __typename: 'RelocationResults', builtArea: '2480.50', movedHouseholds: 25 },
    stage: 'IMPLEMENTING',
    progressPct: '20.00',
    spent: '0.0000',
    approvedAmount: '100.0000',
    beneficiaryHouseholds: 0,
    implementations: [{ no: 1, progressPct: '20.00', spent: '0.0000', results: { movedPersons: 98 } }],
    adjustments: [
      {
        no: 1,
        reason: '更换业主',
        changes: [{ field: 'owner', before: '"云州区扶贫办"', after: '"搬迁办"' }],
      },
    ],
  });
  const form = projectForm('INDUSTRY');
  const doomed = (await answer(county('PROJECT'), SAVE, { input: form })).saveProject;
  expect(await answer(county('PROJECT'), DELETE, { id: doomed.id, v: 1 })).toEqual({
    deleteProject: doomed.projectNo,
  });
  const given = (await answer(county('PROJECT'), SAVE, { input: form })).saveProject;
  expect(await answer(county('MANAGER'), CANCEL, { id: given.id, v: 1 })).toEqual({
    cancelProject: { stage: 'CANCELLED' },
  });
});

it('asks for the role', async () => {
  const id = await stage.inLibrary();
  const input = { id, expectedVersion: 1 };
  const adjustment = { ...input, reason: 'x', documentNo: 'x', date: '2017-06-01' };
  const report = { ...input, reportDate: '2017-07-01', progressPct: '0', spent: '0' };
  const mutations: [document: string, variables: object, roles: string[]][] = [
    [SAVE, { input: projectForm() }, ['PROJECT']],
    [DELETE, { id, v: 9 }, ['PROJECT']],
    [APPROVE, approval('00000000-0000-7000-8000-000000000000'), ['PROJECT', 'MANAGER']],
    [ADJUST, { input: adjustment }, ['PROJECT']],
    [REPORT, { input: report }, ['PROJECT']],
    [CANCEL, { id, v: 9 }, ['PROJECT', 'MANAGER']],
    [SET, { input: { projectId: id, expectedVersion: 1 } }, ['PROJECT']],
  ];
  for (const [document, variables, allowed] of mutations)
    for (const role of ['VIEWER', 'OPERATOR', 'MANAGER', 'FUND', 'PROJECT', 'SYSTEM_ADMIN']) {
      const refused = (await answer(county(role), document, variables)) === 'FORBIDDEN';
      expect([document, role, refused]).toEqual([document, role, !allowed.includes(role)]);
    }
  const stranger = { ...county('VIEWER'), roles: ['petitions:HANDLER'] };
  expect(await answer(stranger, '{ projects { nodes { id } } }')).toBe('FORBIDDEN');
});

it('a measure leads to its project', async () => {
  const document =
    'query ($id: ID!) { household(id: $id) { record(year: 2017) { measures { source amount project { id } } } } }';
  const { household } = await answer(county('VIEWER'), document, { id: householdId });
  expect(household.record.measures).toEqual([
    { source: 'PROJECT', amount: '20000.00', project: { id: projectId } },
  ]);
});

it('refuses texts that no database keeps', async () => {
  for (const name of ['a\u0000b', '\ud800'])
    expect(await answer(county('PROJECT'), SAVE, { input: projectForm('INDUSTRY', { name }) })).toBe(
      'INVALID_INPUT',
    );
  const details = { industry: { scale: '1.00', unit: 'a\u0000b', benefitModel: '分红' } };
  expect(await answer(county('PROJECT'), SAVE, { input: projectForm('INDUSTRY', { details }) })).toBe(
    'INVALID_INPUT',
  );
});

it('asks for the region', async () => {
  expect(await answer(NEIGHBOUR, SAVE, { input: projectForm() })).toBe('OUT_OF_REGION');
  expect(
    await answer(officer('140200000000', 'CITY', 'PROJECT'), SAVE, {
      input: projectForm('INDUSTRY', { regionCode: '140200000000' }),
    }),
  ).toBe('SCOPE_TOO_WIDE');
  // The county next door sees nothing of it; the township sees what touches its villages and writes none of it.
  for (const [who, sees] of [
    [NEIGHBOUR, false],
    [TOWNSHIP, true],
    [officer('140215102000', 'TOWNSHIP', 'PROJECT'), false],
    [officer('140200000000', 'CITY', 'VIEWER'), true],
    [officer('370000000000', 'PROVINCE', 'PROVINCE_ADMIN', 'PROJECT'), false],
  ] as const) {
    expect((await answer(who, PROJECT, { id: projectId })).project !== null).toBe(sees);
    const reference = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Project { id } } }';
    const { _entities } = await answer(who, reference, { r: [{ __typename: 'Project', id: projectId }] });
    expect(_entities).toEqual([sees ? { id: projectId } : null]);
    const beneficiaries = '{ projectBeneficiaries(projectId: "ID") { nodes { id } } }'.replace(
      'ID',
      projectId,
    );
    expect((await answer(who, beneficiaries)).projectBeneficiaries.nodes).toHaveLength(sees ? 1 : 0);
  }
  for (const who of [NEIGHBOUR, TOWNSHIP]) {
    const input = { id: projectId, expectedVersion: 4 };
    expect(
      await answer(who, REPORT, {
        input: { ...input, reportDate: '2017-07-01', progressPct: '9', spent: '0' },
      }),
    ).toBe('NOT_FOUND');
    expect(await answer(who, SET, { input: { projectId, expectedVersion: 4, add: [{ householdId }] } })).toBe(
      'NOT_FOUND',
    );
    expect(await answer(who, CANCEL, { id: projectId, v: 4 })).toBe('NOT_FOUND');
  }
  expect(await answer(county('VIEWER'), '{ projects(region: "140214000000") { nodes { id } } }')).toBe(
    'OUT_OF_REGION',
  );
  expect(
    await answer(
      county('VIEWER'),
      '{ relocationBeneficiaries(year: 2017, region: "140214000000") { nodes { id } } }',
    ),
  ).toBe('OUT_OF_REGION');
  expect(
    (
      await answer(
        county('VIEWER'),
        '{ project(id: "no uuid") { id } projectBeneficiaries(projectId: "no uuid") { nodes { id } } }',
      )
    ).project,
  ).toBeNull();
});

rule(
  'PA-SX-03',
  'who confirms a stable exit sees the projects of the household, the township too',
  async () => {
    const document = `query ($id: ID!) { household(id: $id) { projects {
    project { id name stage } village { code } amount area resettlement member { id } } } }`;
    for (const who of [county('MANAGER'), officer(PLACES.township, 'TOWNSHIP', 'MANAGER')])
      expect((await answer(who, document, { id: householdId })).household.projects).toEqual([
        {
          project: { id: projectId, name: '西坪镇肉羊养殖', stage: 'IMPLEMENTING' },
          village: { code: PLACES.village1 },
          amount: '20000.00',
          area: '80.00',
          resettlement: 'NEW_MIGRANT_VILLAGE',
          member: null,
        },
      ]);
  },
);

rule(
  ['PA-QY-06', 'PA-QY-07'],
  'lists drill down with as many statements for many projects as for one',
  async () => {
    const list = `query ($first: Int) { projects(first: $first, type: RELOCATION) { nodes { id villages { code } budget { amount }
    implementations { no } adjustments { no } } } relocationBeneficiaries(year: 2017) { nodes { persons resettlement area moveDate
    village { code } project { projectNo } household { householdNo projects { project { id } } } } } }`;
    for (let index = 0; index < 3; index += 1) await stage.implementing('RELOCATION');
    const counted = async (first: number) => {
      const { result, statements } = await countStatements(stage.store.database, () =>
        ask(county('VIEWER'), list, { first }),
      );
      expect(result.errors).toBeUndefined();
      return { statements, count: result.data!.projects.nodes.length };
    };
    const one = await counted(1);
    const many = await counted(50);
    expect(many.count).toBeGreaterThan(3);
    expect(many.statements).toBe(one.statements);
    const { relocationBeneficiaries } = await answer(county('VIEWER'), list, { first: 1 });
    expect(relocationBeneficiaries.nodes).toEqual([
      expect.objectContaining({
        persons: 1,
        resettlement: 'NEW_MIGRANT_VILLAGE',
        area: '80.00',
        moveDate: null,
      }),
    ]);
  },
);

describe('with a database prompt', () => {
  /** Rows a statement touched, or `refused`. */
  const touched = (who: Principal, sql: string, parameters: unknown[] = []) =>
    stage.store.database
      .write(scopeOf(who), async (tx) => (await tx.query(sql, parameters)).length)
      .catch((error: Error) => {
        expect(error.message).toMatch(/row-level security/);
        return 'refused';
      });
  const change = 'UPDATE project SET name = name WHERE id = $1 RETURNING id';

  it('only the project staff of the region writes projects', async () => {
    for (const [who, expected] of [
      [county('PROJECT'), 1],
      [county('MANAGER'), 1],
      [county('OPERATOR'), 0],
      [county('VIEWER'), 0],
      [NEIGHBOUR, 0],
      [TOWNSHIP, 0],
    ] as const)
      expect(await touched(who, change, [projectId])).toBe(expected);
    // FUND may lock a project, not change it.
    expect(
      await touched(county('FUND'), 'SELECT id FROM project WHERE id = $1 FOR NO KEY UPDATE', [projectId]),
    ).toBe(1);
    expect(await touched(county('FUND'), change, [projectId])).toBe('refused');
    expect(
      await touched(
        county('PROJECT'),
        `UPDATE project SET region_code = '140214000000' WHERE id = $1 RETURNING id`,
        [projectId],
      ),
    ).toBe('refused');
  });

  it('what left the library is not deleted, and reports and adjustments stay as they were made', async () => {
    expect(
      await touched(county('PROJECT'), 'DELETE FROM project WHERE id = $1 RETURNING id', [projectId]),
    ).toBe(0);
    for (const table of ['project_implementation', 'project_adjustment']) {
      expect(await touched(county('PROJECT'), `UPDATE ${table} SET no = no RETURNING id`)).toBe(0);
      expect(await touched(county('PROJECT'), `DELETE FROM ${table} RETURNING id`)).toBe(0);
    }
    expect(
      await touched(
        TOWNSHIP,
        `INSERT INTO project_implementation (project_id, no, report_date, progress_pct, spent, results, created_by, created_at)
         VALUES ($1, 99, '2017-07-01', 1, 0, '{}', 'x', now()) RETURNING id`,
        [projectId],
      ),
    ).toBe('refused');
  });

  it.each([
    'project',
    'project_village',
    'project_budget',
    'project_implementation',
    'beneficiary_household',
    'project_serial',
  ])('nobody next door reads or removes a row of %s', async (table) => {
    expect(await touched(county('VIEWER'), `SELECT FROM ${table}`)).toBeGreaterThan(0);
    expect(await touched(NEIGHBOUR, `SELECT FROM ${table}`)).toBe(0);
    expect(await touched(NEIGHBOUR, `DELETE FROM ${table} RETURNING 1`)).toBe(0);
    expect(await touched(county('OPERATOR'), `DELETE FROM ${table} RETURNING 1`)).toBe(0);
  });

  it('beneficiaries are written by PROJECT alone', async () => {
    const insert = `INSERT INTO beneficiary_household (project_id, household_id, region_code, year, project_type, created_by, created_at)
      SELECT project_id, household_id, region_code, year, '4', 'x', now() FROM beneficiary_household ON CONFLICT DO NOTHING RETURNING id`;
    expect(await touched(county('MANAGER'), insert)).toBe('refused');
    expect(await touched(county('OPERATOR'), insert)).toBe('refused');
    expect(await touched(county('PROJECT'), insert)).toBe(0);
  });
});
