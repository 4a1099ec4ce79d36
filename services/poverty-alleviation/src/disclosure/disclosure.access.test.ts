import { type Principal, scopeOf } from '@junxian/identity';
import { isOutsideScope } from '@junxian/persistence';
import { principals, rule } from '@junxian/test-kit';
import { openProjectStage, type ProjectTestStage } from '../projects/project-stage.fixture';
import { PLACES } from '../projects/projects.fixture';
import { officer } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import { PublicNotices } from './public-notices.service';

let stage: ProjectTestStage;
/** An implementing project of the county from which one household benefits. */
let projectId: string;
let allocationId: string;
beforeAll(async () => {
  stage = await openProjectStage();
  projectId = await stage.implementing();
  const { id } = await stage.household(PLACES.village1);
  await stage.write((tx) =>
    stage.store.services.projectBeneficiaries.set(tx, {
      projectId,
      expectedVersion: 3,
      add: [{ householdId: id, amount: '1200.00' }],
    }),
  );
  const [allocation] = await stage.store.adminQuery<{ id: string }>(
    `INSERT INTO fund_allocation (region_code, year, document_no, title, tier, fund_type, batch, issued_date, total_amount, created_by, created_at, updated_by, updated_at)
     VALUES ('140200000000', 2017, '同财农〔2017〕3号', '专项扶贫资金', 'CITY', '01', 'CURRENT_YEAR', '2017-01-10', 500, 'x', now(), 'x', now()) RETURNING id`,
  );
  allocationId = allocation!.id;
  await stage.store.adminQuery(
    `INSERT INTO fund_allocation_line (fund_allocation_id, region_code, from_region_code, year, tier, fund_type, amount) VALUES
       ('${allocationId}', '${PLACES.county}', '140200000000', 2017, 'CITY', '01', 300),
       ('${allocationId}', '140214000000', '140200000000', 2017, 'CITY', '01', 200)`,
  );
});
const { ask } = graphOver(() => stage.store);
afterAll(() => stage.store.close());
beforeEach(async () => {
  stage.store.clock.set('2017-11-20T09:00:00+08:00');
  await stage.store.adminQuery('TRUNCATE public_disclosure CASCADE');
});

const ANYBODY = principals.anonymous();
/** The answer, or the code it is refused with. */
const answer = async (principal: Principal, document: string, variables = {}) => {
  const { data, errors } = await ask(principal, document, variables);
  return errors ? errors[0]!.extensions?.code : data;
};
const county = (...roles: string[]) => officer(PLACES.county, 'COUNTY', ...roles);
const NEIGHBOUR = officer('140214000000', 'COUNTY', 'PROJECT', 'MANAGER', 'FUND');

const PUBLISH =
  'mutation ($input: PublishDisclosureInput!) { publishDisclosure(input: $input) { id version } }';
const WITHDRAW =
  'mutation ($id: ID!, $reason: String!, $v: Int!) { withdrawDisclosure(id: $id, reason: $reason, expectedVersion: $v) { withdrawnAt withdrawReason version } }';
const PUBLIC = `query ($region: ID, $kind: DisclosureKind) { publicDisclosures(region: $region, kind: $kind) { nodes {
  id kind region { code } title content endAt listsBeneficiaries
  project { projectNo name stage villages { code } budget { source amount } budgetTotal approvedAmount beneficiaryHouseholds }
  fund { documentNo totalAmount lines { region { code } amount } } } } }`;
const OFFICERS =
  'query ($kind: DisclosureKind, $region: ID, $ref: ID) { disclosures(kind: $kind, region: $region, refId: $ref) { nodes { id title withdrawnAt withdrawReason version } } }';
const LISTED =
  'query ($id: ID!) { disclosedBeneficiaries(disclosureId: $id) { nodes { name village { code } amount } } }';

const notice = (changes = {}) => ({
  input: {
    kind: 'PROJECT',
    refId: projectId,
    title: '肉羊养殖项目公示',
    content: '现予公示',
    endAt: '2017-12-01',
    listBeneficiaries: true,
    ...changes,
  },
});
const fundNotice = (changes = {}) =>
  notice({ kind: 'FUND', refId: allocationId, title: '资金分配公示', listBeneficiaries: false, ...changes });
const publish = async (principal: Principal, variables: object): Promise<{ id: string; version: number }> =>
  (await answer(principal, PUBLISH, variables)).publishDisclosure;
const shown = async (variables = {}) => (await answer(ANYBODY, PUBLIC, variables)).publicDisclosures.nodes;

rule(
  'PA-QY-12',
  'anybody reads what is disclosed of a project, with surnames and villages only',
  async () => {
    const { id } = await publish(county('PROJECT'), notice());
    const { projectNo } = await stage.project(projectId);
    expect(await shown()).toEqual([
      {
        id,
        kind: 'PROJECT',
        region: { code: PLACES.county },
        title: '肉羊养殖项目公示',
        content: '现予公示',
        endAt: '2017-12-01',
        listsBeneficiaries: true,
        project: {
          projectNo,
          name: '西坪镇肉羊养殖',
          stage: 'IMPLEMENTING',
          villages: [{ code: PLACES.village1 }, { code: PLACES.village2 }],
          budget: [
            { source: 'SPECIAL_FUND', amount: '80.0000' },
            { source: 'SELF_RAISED', amount: '20.5000' },
          ],
          budgetTotal: '100.5000',
          approvedAmount: '100.5000',
          beneficiaryHouseholds: 1,
        },
        fund: null,
      },
    ]);
    expect((await answer(ANYBODY, LISTED, { id })).disclosedBeneficiaries.nodes).toEqual([
      { name: '张**', village: { code: PLACES.village1 }, amount: '1200.00' },
    ]);
    // A notice stays as it was; the project may change.
    const kept = await stage.store.adminQuery<{ facts: unknown }>(
      'SELECT facts::text AS facts FROM public_disclosure',
    );
    expect(String(kept[0]!.facts)).not.toMatch(/演示/);
  },
);

rule('PA-QY-12', 'funds are disclosed by those who issued or received them', async () => {
  const mine = await publish(county('FUND'), fundNotice());
  await publish(officer('140200000000', 'CITY', 'FUND'), fundNotice({ title: '市级资金分配公示' }));
  const [ofCity, ofCounty] = await shown({ kind: 'FUND' });
  expect(ofCounty).toMatchObject({
    id: mine.id,
    region: { code: PLACES.county },
    project: null,
    fund: {
      documentNo: '同财农〔2017〕3号',
      totalAmount: '500.0000',
      lines: [{ region: { code: PLACES.county }, amount: '300.0000' }],
    },
  });
  expect(ofCity.fund.lines).toHaveLength(2);
  expect((await shown({ region: PLACES.county })).map(({ id }: { id: string }) => id)).toEqual([mine.id]);
  expect(await shown({ kind: 'PROJECT' })).toEqual([]);
  expect(await answer(officer('370000000000', 'PROVINCE', 'FUND'), PUBLISH, fundNotice())).toBe('NOT_FOUND');
  // Who only sees it from above neither issued nor received it.
  for (const role of ['FUND', 'MANAGER'])
    expect(await answer(officer('140000000000', 'PROVINCE', role), PUBLISH, fundNotice())).toBe(
      'OUT_OF_REGION',
    );
});

rule('PA-QY-12', 'a notice is shown to its last day, and no longer once it is withdrawn', async () => {
  const { id } = await publish(county('PROJECT'), notice());
  const other = await publish(county('MANAGER'), fundNotice({ endAt: '2017-11-30' }));
  stage.store.clock.set('2017-11-30T23:00:00+08:00');
  expect(await shown()).toHaveLength(2);
  stage.store.clock.set('2017-12-01T23:00:00+08:00');
  expect(await shown()).toHaveLength(1);
  expect(await answer(county('PROJECT'), WITHDRAW, { id, reason: ' ', v: 1 })).toBe('FIELD_REQUIRED');
  expect(await answer(county('PROJECT'), WITHDRAW, { id, reason: '金额有误', v: 2 })).toBe('STALE_VERSION');
  expect(await answer(county('PROJECT'), WITHDRAW, { id, reason: '金额有误', v: 1 })).toEqual({
    withdrawDisclosure: { withdrawnAt: '2017-12-01T15:00:00.000Z', withdrawReason: '金额有误', version: 2 },
  });
  expect(await answer(county('PROJECT'), WITHDRAW, { id, reason: '金额有误', v: 2 })).toBe('STATE_CONFLICT');
  expect(await shown()).toEqual([]);
  expect((await answer(ANYBODY, LISTED, { id })).disclosedBeneficiaries.nodes).toEqual([]);
  // Officers of the region still see both.
  const { nodes } = (await answer(county('VIEWER'), OFFICERS)).disclosures;
  expect(
    nodes.map((one: { id: string; withdrawReason: string | null }) => [one.id, one.withdrawReason]),
  ).toEqual([
    [other.id, null],
    [id, '金额有误'],
  ]);
  expect((await answer(county('VIEWER'), OFFICERS, { kind: 'PROJECT' })).disclosures.nodes).toHaveLength(1);
  expect((await answer(county('VIEWER'), OFFICERS, { ref: projectId })).disclosures.nodes).toHaveLength(1);
  expect((await answer(NEIGHBOUR, OFFICERS)).disclosures.nodes).toEqual([]);
  expect(await answer(NEIGHBOUR, OFFICERS, { region: PLACES.county })).toBe('OUT_OF_REGION');
});

it('asks for role and region', async () => {
  for (const [role, project, fund] of [
    ['VIEWER', false, false],
    ['OPERATOR', false, false],
    ['PROJECT', true, false],
    ['FUND', false, true],
    ['MANAGER', true, true],
  ] as const) {
    expect((await answer(county(role), PUBLISH, notice())) !== 'FORBIDDEN').toBe(project);
    expect((await answer(county(role), PUBLISH, fundNotice())) !== 'FORBIDDEN').toBe(fund);
  }
  expect(await answer(NEIGHBOUR, PUBLISH, notice())).toBe('NOT_FOUND');
  expect(await answer(officer(PLACES.township, 'TOWNSHIP', 'PROJECT'), PUBLISH, notice())).toBe('NOT_FOUND');
  const { id } = await publish(county('PROJECT'), notice());
  // Everybody reads it; the next county does not withdraw it.
  expect(await answer(NEIGHBOUR, WITHDRAW, { id, reason: 'x', v: 1 })).toBe('NOT_FOUND');
  expect(await answer(county('FUND'), WITHDRAW, { id, reason: 'x', v: 1 })).toBe('FORBIDDEN');
  expect(await answer(ANYBODY, OFFICERS)).toBe('UNAUTHENTICATED');
  expect(await answer(ANYBODY, PUBLISH, notice())).toBe('UNAUTHENTICATED');
  expect(await answer(ANYBODY, '{ publicDisclosures { nodes { withdrawReason } } }')).toBe('UNAUTHENTICATED');
});

it('refuses numbers of persons in the text and in what it discloses', async () => {
  expect(await answer(county('PROJECT'), PUBLISH, notice({ content: '联系电话 139 0000 3333' }))).toBe(
    'PERSONAL_DATA_IN_TEXT',
  );
  await stage.store.adminQuery(
    `UPDATE project SET content = '负责人电话 13900003333' WHERE id = '${projectId}'`,
  );
  expect(await answer(county('PROJECT'), PUBLISH, notice())).toBe('PERSONAL_DATA_IN_TEXT');
  await stage.store.adminQuery(
    `UPDATE project SET content = '建设标准化羊舍 20 栋' WHERE id = '${projectId}'`,
  );
  const documents = (number: string) =>
    stage.store.adminQuery(
      `WITH p AS (UPDATE project SET approval_doc_no = '${number}' WHERE id = '${projectId}')
       UPDATE fund_allocation SET document_no = '${number}' WHERE id = '${allocationId}'`,
    );
  await documents('李13900003333');
  expect(await answer(county('PROJECT'), PUBLISH, notice())).toBe('PERSONAL_DATA_IN_TEXT');
  expect(await answer(county('FUND'), PUBLISH, fundNotice())).toBe('PERSONAL_DATA_IN_TEXT');
  await documents('同财农〔2017〕3号');
});

it('takes the number of the project it is about for no number of a person', async () => {
  const { projectNo } = await stage.project(projectId);
  expect(projectNo).toMatch(/^\d{18}$/);
  const { id } = await publish(
    county('PROJECT'),
    notice({ title: `项目 ${projectNo} 公示`, content: `项目编号：${projectNo}。` }),
  );
  expect((await shown()).map((one: { id: string }) => one.id)).toEqual([id]);
  // Another's is what it looks like, and so is one that goes on.
  for (const content of [`项目编号：${projectNo.slice(0, -1)}9`, `${projectNo}13900003333`])
    expect(await answer(county('PROJECT'), PUBLISH, notice({ content }))).toBe('PERSONAL_DATA_IN_TEXT');
});

it('lets one address read so often a minute', async () => {
  const notices = new PublicNotices(stage.store.database, stage.store.services.personal, stage.store.clock);
  for (let read = 0; read < 120; read += 1) await notices.admit('203.0.113.7');
  await expect(notices.admit('203.0.113.7')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  await notices.admit('203.0.113.8');
  stage.store.clock.set('2017-11-20T09:01:01+08:00');
  await notices.admit('203.0.113.7');
});

rule(
  'PA-QY-12',
  'with a database prompt nobody next door, and nobody without the role, writes a notice or its list, and nobody rewrites one',
  async () => {
    const { id } = await publish(county('PROJECT'), notice());
    const touched = (who: Principal, sql: string, parameters: unknown[] = []) =>
      stage.store.database
        .write(scopeOf(who), async (tx) => (await tx.query(sql, parameters)).length)
        .catch((error: Error) => {
          expect([error.message, isOutsideScope(error)]).toEqual([error.message, true]);
          return 'refused';
        });
    const WITHDRAW = `UPDATE public_disclosure SET withdrawn_at = now(), withdraw_reason = 'x' RETURNING id`;
    const LIST = `INSERT INTO disclosed_beneficiary (disclosure_id, region_code, masked_name) VALUES ($1, $2, '李**') RETURNING id`;
    for (const who of [
      ANYBODY,
      NEIGHBOUR,
      county('OPERATOR'),
      county('FUND'),
      officer(PLACES.township, 'TOWNSHIP', 'PROJECT'),
    ]) {
      expect(await touched(who, WITHDRAW)).toBe(0);
      expect(await touched(who, LIST, [id, PLACES.village1])).toBe('refused');
    }
    // Everybody reads a notice and the surnames; nobody outside the region reads the project behind it.
    expect(await touched(ANYBODY, 'SELECT FROM public_disclosure')).toBe(1);
    expect(await touched(ANYBODY, 'SELECT FROM disclosed_beneficiary')).toBe(1);
    expect(await touched(ANYBODY, 'SELECT FROM project')).toBe(0);
    expect(await touched(ANYBODY, 'SELECT FROM beneficiary_household')).toBe(0);
    // Not even who published it changes what is published, adds to it, or says afterwards why it was withdrawn.
    for (const who of [county('PROJECT'), county('MANAGER')]) {
      for (const rewritten of [
        `UPDATE public_disclosure SET title = 'x' RETURNING id`,
        `UPDATE disclosed_beneficiary SET masked_name = '李**' RETURNING id`,
        'DELETE FROM public_disclosure RETURNING id',
      ])
        expect([rewritten, await touched(who, rewritten)]).toEqual([rewritten, 'refused']);
      expect(await touched(who, LIST, [id, PLACES.village1])).toBe('refused');
    }
    expect(await touched(county('PROJECT'), WITHDRAW)).toBe(1);
    expect(await touched(county('PROJECT'), WITHDRAW)).toBe('refused');
    expect(await touched(ANYBODY, 'SELECT FROM public_disclosure')).toBe(0);
    expect(await touched(ANYBODY, 'SELECT FROM disclosed_beneficiary')).toBe(0);
  },
);
