import { ManualClock } from '@junxian/calendar';
import { sheetBuffer } from '@junxian/documents';
import { isRefusal } from '@junxian/errors';
import type { Principal } from '@junxian/identity';
import { rule, scenario } from '@junxian/test-kit';
import { applyDueRegionChanges } from './due-region-changes';
import { REGION_FILE_COLUMNS, type RegionFileColumn } from './region-file.rules';
import { importRegions } from './region-file.service';
import { DOCUMENT, maintainer, officer, RegionStage, regionDatabase } from './regions.fixture';
import { assignSplitOrganisation, listSplitTasks } from './split-tasks.service';

const clock = new ManualClock('2018-03-01T09:00:00+08:00');
const TOWN = '140221100000';
const administrator = officer('140221000000', 'COUNTY', ['ORG_ADMIN']);
let stage: RegionStage;
let changeId: string;
let placed: Awaited<ReturnType<RegionStage['place']>>[];

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'accepted',
    (error: unknown) => (isRefusal(error) ? error.code : Promise.reject(error)),
  );
const tasks = (as: Principal) =>
  stage.read(as, (tx) => listSplitTasks(tx, { changeId, openOnly: true, first: 100 }));
const assign = (taskId: string, regionCode: string, as = administrator, expectedVersion = 1) =>
  stage.write(as, (tx) =>
    assignSplitOrganisation(tx, { taskId, regionCode, expectedVersion }, stage.context(as)),
  );

beforeAll(async () => {
  stage = new RegionStage(await regionDatabase(), clock);
  placed = [];
  for (let number = 1; number <= 10; number++)
    placed.push(await stage.place(`第${number}单位`, TOWN, 'TOWNSHIP'));
  const change = await stage.schedule({
    kind: 'SPLIT',
    effectiveDate: '2018-03-01',
    from: [TOWN],
    to: [{ code: TOWN }, { code: '140221152000', name: '西镇' }],
  });
  changeId = change.id;
  await applyDueRegionChanges(stage.test.database, clock);
});
afterAll(() => stage.test.close());

scenario('directory', 15, 'all ten are listed until assigned, then go where they were assigned', async () => {
  const { nodes } = await tasks(administrator);
  expect(nodes.map(({ organisationId }) => organisationId).sort()).toEqual(
    placed.map(({ organisationId }) => organisationId).sort(),
  );
  for (const [at, task] of nodes.entries()) await assign(task.id, at < 4 ? TOWN : '140221152000');
  expect((await tasks(administrator)).nodes).toEqual([]);
  const counts = await stage.test.adminQuery(
    `SELECT o.region_code AS organisation, a.region_code AS account, p.region_code AS appointment, count(*)::int AS n
     FROM organisation o JOIN account a ON a.organisation_id = o.id JOIN appointment p ON p.organisation_id = o.id
     GROUP BY 1, 2, 3 ORDER BY 1`,
  );
  expect(counts).toEqual([
    { organisation: TOWN, account: TOWN, appointment: TOWN, n: 4 },
    { organisation: '140221152000', account: '140221152000', appointment: '140221152000', n: 6 },
  ]);
  const revoked = await stage.test.adminQuery(`SELECT 1 FROM revocation WHERE kind = 'APPOINTMENT'`);
  expect(revoked).toHaveLength(6);
});

rule(
  'DI-REG-08',
  'only those above both regions may assign, once, and to a part of the split region',
  async () => {
    const [one] = await stage.test.adminQuery<{ id: string }>(
      `UPDATE region_split_task SET assigned_code = NULL, assigned_at = NULL, version = 1 RETURNING id`,
    );
    const id = one!.id;
    expect(await refusal(assign(id, '140221101000'))).toBe('NOT_A_SUCCESSOR');
    expect(await refusal(assign(id, '140221199000'))).toBe('NOT_FOUND');
    expect(await refusal(assign(id, '140221152000', officer(TOWN, 'TOWNSHIP', ['ORG_ADMIN'])))).toBe(
      'OUT_OF_REGION',
    );
    expect(await refusal(assign(id, '140221152000', officer('140222000000', 'COUNTY', ['ORG_ADMIN'])))).toBe(
      'NOT_FOUND',
    );
    expect(await refusal(assign(id, '140221152000', administrator, 2))).toBe('STALE_VERSION');
    expect(await refusal(assign(id, '140221152000'))).toBe('accepted');
    expect(await refusal(assign(id, '140221152000', administrator, 2))).toBe('ALREADY_ASSIGNED');
    expect((await tasks(officer('140222000000', 'COUNTY', ['ORG_ADMIN']))).nodes).toEqual([]);
  },
);

describe('the yearly region file', () => {
  type Values = Partial<Record<RegionFileColumn, string>>;
  const take = async (rows: Values[], dryRun = false) => {
    const content = await sheetBuffer(REGION_FILE_COLUMNS, rows as Record<RegionFileColumn, string>[]);
    return importRegions(
      (work) => stage.write(maintainer, work),
      { name: '区划.xlsx', content },
      { basisDocument: DOCUMENT, dryRun },
      stage.context(),
    );
  };
  const recode: Values = {
    kind: '变更代码',
    code: '140296000000',
    oldCodes: '140222000000',
    effectiveDate: '2018-05-01',
  };
  const child: Values = {
    kind: '新设',
    code: '140296199000',
    name: '新镇',
    level: '乡',
    effectiveDate: '2018-05-02',
  };

  it('is taken over whole, a later row building on an earlier one', async () => {
    expect(await take([child, recode], true)).toMatchObject({ faults: [], changes: [{}, {}] });
    expect(await stage.at('140296000000', '2018-05-01')).toBeNull();
    const { changes, faults } = await take([child, recode]);
    expect(faults).toEqual([]);
    expect(changes.map(({ kind, status }) => [kind, status])).toEqual([
      ['RECODE', 'SCHEDULED'],
      ['CREATE', 'SCHEDULED'],
    ]);
    expect(await stage.at('140296199000', '2018-05-02')).toEqual(['新镇', '140296000000']);
    expect(await stage.audited('REGIONS_IMPORTED')).toHaveLength(1);
  });

  it('is refused whole, with every fault in its row', async () => {
    const before = await stage.test.adminQuery('SELECT count(*)::int AS n FROM region_change');
    const { changes, faults } = await take([
      { kind: '更名', code: '140223000000', name: '好县', effectiveDate: '2018-06-01' },
      { kind: '更名', code: '140299000000', name: '无县', effectiveDate: '2018-06-01' },
      { kind: '新设', code: '14029', name: '短县', level: '县', effectiveDate: '2018-06-01' },
      { kind: '更名', code: '140224000000', name: '坏日县', effectiveDate: '2018-02-30' },
    ]);
    expect(changes).toEqual([]);
    expect(faults.map(({ rowNumber, column, code }) => [rowNumber, column, code]).sort()).toEqual([
      [3, '原代码', 'UNKNOWN_REGION'],
      [4, '代码', 'INVALID_REGION_CODE'],
      [5, '生效日期', 'INVALID_DATE'],
    ]);
    expect(await stage.test.adminQuery('SELECT count(*)::int AS n FROM region_change')).toEqual(before);
    expect((await stage.at('140223000000', '2018-06-01'))?.[0]).not.toBe('好县');
  });
});

rule(
  'DI-REG-08',
  'the to-do list goes along when what was split is re-coded before it is assigned',
  async () => {
    const town = '140225100000';
    const stays = await stage.place('浑源第一单位', town, 'TOWNSHIP');
    const leaves = await stage.place('浑源第二单位', town, 'TOWNSHIP');
    await stage.schedule({
      kind: 'SPLIT',
      effectiveDate: '2018-03-01',
      from: [town],
      to: [{ code: town }, { code: '140225152000', name: '分出镇' }],
    });
    await applyDueRegionChanges(stage.test.database, clock);
    await stage.schedule({
      kind: 'RECODE',
      effectiveDate: '2018-03-02',
      from: ['140225000000'],
      to: [{ code: '140295000000' }],
    });
    clock.set('2018-03-02T09:00:00+08:00');
    await applyDueRegionChanges(stage.test.database, clock);

    const county = officer('140295000000', 'COUNTY', ['ORG_ADMIN']);
    const open = async (as: Principal) =>
      (await stage.read(as, (tx) => listSplitTasks(tx, { openOnly: true, first: 100 }))).nodes;
    const listed = await open(county);
    expect(listed.map(({ organisationId, regionCode }) => [organisationId, regionCode]).sort()).toEqual(
      [stays, leaves].map(({ organisationId }) => [organisationId, '140295100000']).sort(),
    );
    expect(await open(officer('140225000000', 'COUNTY', ['ORG_ADMIN']))).toEqual([]);

    const taskOf = ({ organisationId }: typeof stays) =>
      listed.find((task) => task.organisationId === organisationId)!;
    const goTo = (placed: typeof stays, code: string) =>
      refusal(assign(taskOf(placed).id, code, county, taskOf(placed).version));
    expect(await goTo(stays, '140295101000')).toBe('NOT_A_SUCCESSOR');
    expect(await goTo(stays, '140295100000')).toBe('accepted');
    expect(await goTo(leaves, '140295152000')).toBe('accepted');
    const appointments = await stage.test.adminQuery(
      'SELECT id, region_code FROM appointment WHERE id = ANY($1::uuid[]) ORDER BY region_code',
      [[stays.appointmentId, leaves.appointmentId]],
    );
    expect(appointments).toEqual([
      { id: stays.appointmentId, region_code: '140295100000' },
      { id: leaves.appointmentId, region_code: '140295152000' },
    ]);
    // What moved by assignment is announced with its new region; no event of the split said where it would go.
    const announced = await stage.test.adminQuery<{ envelope: string }>(
      `SELECT envelope FROM outbox WHERE envelope::jsonb ->> 'type' LIKE '%.appointment.granted.v1'
       AND envelope::jsonb ->> 'subject' = $1 ORDER BY position DESC LIMIT 1`,
      [leaves.appointmentId],
    );
    expect(announced.map(({ envelope }) => JSON.parse(envelope).data.regionCode)).toEqual(['140295152000']);
  },
);
