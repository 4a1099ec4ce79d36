import { randomUUID } from 'node:crypto';
import { scopeOf } from '@junxian/identity';
import { followRegionChanges, receiveRegionChange } from '@junxian/region-changes';
import { countStatements, rule, scenario } from '@junxian/test-kit';
import { openFile, traceOf, updateRecord } from '../households/household-files.service';
import { readYearRecords } from '../households/household-views.service';
import { readMeasures } from '../households/measures.service';
import { regionFollowing } from '../region-changes/following';
import { scopes } from '../service-scopes';
import { officer } from '../testing/store.support.test';
import type { BeneficiaryInput } from './beneficiary.rules';
import {
  beneficiaryPage,
  readBeneficiariesOfHouseholds,
  relocationBeneficiaryPage,
} from './beneficiary-views.service';
import { openProjectStage, type ProjectTestStage } from './project-stage.fixture';
import { readProjects, readVillages } from './project-views.service';
import { PLACES, reportForm } from './projects.fixture';

let stage: ProjectTestStage;
beforeAll(async () => {
  stage = await openProjectStage();
});
afterAll(() => stage.store.close());

const services = () => stage.store.services;
/** Sets beneficiaries of a project in its present version. */
const set = async (projectId: string, add: BeneficiaryInput[], remove: string[] = []) => {
  const { version } = await stage.project(projectId);
  return stage.write((tx) =>
    services().projectBeneficiaries.set(tx, { projectId, expectedVersion: version, add, remove }),
  );
};
const entriesOf = async (projectId: string) =>
  (await stage.read((tx) => beneficiaryPage(tx, { projectId, first: 100 }))).nodes;
const measuresOf = (householdId: string) =>
  stage.read((tx) => readMeasures(tx, [{ householdId, year: 2017 }]));
const recordOf = async (householdId: string) =>
  (await stage.read((tx) => readYearRecords(tx, [{ householdId, year: 2017 }])))[0]!;
/** Puts a household into stable exit, as dynamic management does, under the lock of its file. */
const stableExit = (householdId: string, meanwhile: () => Promise<void> = async () => undefined) =>
  stage.write(
    async (tx) => {
      const { household } = await openFile(tx, { householdId }, 2017);
      await meanwhile();
      await updateRecord(
        tx,
        { householdId: household.id, year: 2017 },
        { povertyStatus: 'STABLE_EXIT' },
        traceOf(tx, stage.store.clock),
      );
    },
    officer(PLACES.county, 'COUNTY', 'MANAGER'),
  );
/** Somebody waits for a lock. */
const untilSomebodyWaits = async () => {
  for (let tries = 0; tries < 200; tries += 1) {
    const [row] = await stage.store.adminQuery<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if (row!.count > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('Nobody came to wait');
};

scenario(
  'poverty-alleviation',
  23,
  'beneficiaries of an industry project bring measures once it is under way',
  async () => {
    const households = [
      await stage.household(PLACES.village1),
      await stage.household(PLACES.village1),
      await stage.household(PLACES.village2),
    ];
    const left = await stage.household(PLACES.village1);
    await stableExit(left.id);
    const add = households.map(({ id }, index) => ({
      householdId: id,
      amount: `${index + 1}000.00`,
      startDate: '2017-05-01',
    }));

    const project = await stage.inLibrary('INDUSTRY');
    expect(await stage.refused(set(project, add))).toEqual(['STATE_CONFLICT id']);
    await stage.write((tx) =>
      services().projectStages.approve(tx, {
        id: project,
        expectedVersion: 1,
        approvalDocNo: '云扶〔2017〕5号',
        approvedDate: '2017-02-01',
        approvedAmount: '100',
      }),
    );
    expect(await stage.refused(set(project, add))).toEqual(['STATE_CONFLICT id']);
    await stage.write((tx) =>
      services().projectStages.report(tx, {
        id: project,
        expectedVersion: 2,
        ...reportForm({ progressPct: '10', spent: '0' }),
      }),
    );
    await set(project, add);

    const measures = await Promise.all(households.map(({ id }) => measuresOf(id)));
    expect(measures.flat()).toHaveLength(3);
    expect(measures.map(([one]) => one)).toEqual(
      households.map(({ id }, index) =>
        expect.objectContaining({
          householdId: id,
          source: 'PROJECT',
          projectId: project,
          category: 'INDUSTRY',
          content: '西坪镇肉羊养殖',
          amount: `${index + 1}000.00`,
          date: '2017-05-01',
        }),
      ),
    );
    expect(await stage.refused(set(project, [{ householdId: left.id }]))).toEqual([
      'STATE_CONFLICT input.add[0].householdId',
    ]);
    expect(await measuresOf(left.id)).toEqual([]);
    expect(await stage.project(project)).toMatchObject({ beneficiaryHouseholds: 3, beneficiaryEntries: 3 });
    expect(await stage.events('beneficiaries-changed', project)).toEqual([
      {
        projectId: project,
        year: 2017,
        type: 'INDUSTRY',
        added: expect.arrayContaining(households.map(({ id }) => id)),
        removed: [],
      },
    ]);
  },
);

rule('PA-PJ-06', 'takes ACTIVE households of the project’s villages only, all or none', async () => {
  const project = await stage.implementing('INDUSTRY', { villageCodes: [PLACES.village1] });
  const fine = await stage.household(PLACES.village1);
  const elsewhere = await stage.household(PLACES.village2);
  const closed = await stage.household(PLACES.village1);
  await stage.store.adminQuery(
    `UPDATE household SET file_status = 'CLOSED', closed_year = 2017 WHERE id = '${closed.id}'`,
  );
  const faults = await stage.refused(
    set(
      project,
      [fine, elsewhere, closed, { id: '00000000-0000-7000-8000-000000000000' }].map(({ id }) => ({
        householdId: id,
      })),
    ),
  );
  expect(faults).toEqual([
    'STATE_CONFLICT input.add[1].householdId',
    'STATE_CONFLICT input.add[2].householdId',
    'NOT_FOUND input.add[3].householdId',
  ]);
  expect(await entriesOf(project)).toEqual([]);
  expect(await measuresOf(fine.id)).toEqual([]);
  expect(await stage.refused(set(project, []))).toEqual(['NOTHING_SELECTED input']);
});

rule('PA-PJ-06', 'training names the member who is trained', async () => {
  const project = await stage.implementing('EDUCATION_TRAINING');
  const { id: householdId, memberId } = await stage.household(PLACES.village1);
  expect(await stage.refused(set(project, [{ householdId }]))).toEqual([
    'FIELD_REQUIRED input.add[0].memberId',
  ]);
  const other = await stage.household(PLACES.village1);
  expect(await stage.refused(set(project, [{ householdId, memberId: other.memberId }]))).toEqual([
    'INVALID_INPUT input.add[0].memberId',
  ]);
  await set(project, [{ householdId, memberId }]);
  expect(await entriesOf(project)).toEqual([expect.objectContaining({ householdId, memberId })]);
});

rule('PA-PJ-07', 'a measure comes and goes with its entry, and nobody stands twice', async () => {
  const project = await stage.implementing();
  const { id: householdId, memberId } = await stage.household(PLACES.village1);
  await set(project, [{ householdId, content: '能繁母羊 10 只' }]);
  expect((await measuresOf(householdId)).map(({ content }) => content)).toEqual(['能繁母羊 10 只']);
  expect(await stage.refused(set(project, [{ householdId }]))).toEqual([
    'STATE_CONFLICT input.add[0].householdId',
  ]);
  await set(project, [{ householdId, memberId }]);
  expect(await stage.project(project)).toMatchObject({ beneficiaryHouseholds: 1, beneficiaryEntries: 2 });

  const [household, member] = (await entriesOf(project)).sort((a) => (a.memberId === null ? -1 : 1));
  await set(project, [], [member!.id]);
  expect(await stage.project(project)).toMatchObject({ beneficiaryHouseholds: 1, beneficiaryEntries: 1 });
  // Taken out and put in again with another amount in one request.
  await set(project, [{ householdId, amount: '800.00' }], [household!.id]);
  expect((await measuresOf(householdId)).map(({ amount }) => amount)).toEqual(['800.00']);
  expect(await stage.project(project)).toMatchObject({ beneficiaryHouseholds: 1, beneficiaryEntries: 1 });
  const [again] = await entriesOf(project);
  await set(project, [], [again!.id]);
  expect(await measuresOf(householdId)).toEqual([]);
  expect(await stage.project(project)).toMatchObject({ beneficiaryHouseholds: 0, beneficiaryEntries: 0 });
  expect(await stage.refused(set(project, [], [again!.id]))).toEqual(['NOT_FOUND input.remove']);
});

rule('PA-PJ-07', 'an entry of another project is not removed, nor its measure', async () => {
  const [mine, other] = [await stage.implementing(), await stage.implementing()];
  const { id: householdId } = await stage.household(PLACES.village1);
  await set(other, [{ householdId }]);
  const [entry] = await entriesOf(other);
  expect(await stage.refused(set(mine, [], [entry!.id]))).toEqual(['NOT_FOUND input.remove']);
  expect(await measuresOf(householdId)).toHaveLength(1);
});

rule(
  'PA-PJ-07',
  'of a household that lives beyond the project’s region by now, an entry goes only together with its measure',
  async () => {
    const project = await stage.implementing();
    const { id: householdId } = await stage.household(PLACES.village1);
    await set(project, [{ householdId }]);
    const [entry] = await entriesOf(project);
    // As 8.7 moves it: the entry stays with the project, the measure goes with the household.
    for (const [table, column] of [
      ['household', 'id'],
      ['household_year_record', 'household_id'],
      ['assistance_measure', 'household_id'],
    ])
      await stage.store.adminQuery(`UPDATE ${table} SET region_code = $2 WHERE ${column} = $1`, [
        householdId,
        '140214001002',
      ]);
    expect(await stage.refused(set(project, [], [entry!.id]))).toEqual(['STATE_CONFLICT input.remove']);
    expect(await stage.project(project)).toMatchObject({ beneficiaryEntries: 1 });
    // Whoever is in charge of both regions removes both.
    const { version } = await stage.project(project);
    await stage.write(
      (tx) =>
        services().projectBeneficiaries.set(tx, {
          projectId: project,
          expectedVersion: version,
          remove: [entry!.id],
        }),
      officer('140200000000', 'CITY', 'PROJECT'),
    );
    expect(await stage.project(project)).toMatchObject({ beneficiaryEntries: 0 });
    expect(
      await stage.store.adminQuery('SELECT FROM assistance_measure WHERE household_id = $1', [householdId]),
    ).toEqual([]);
  },
);

rule('PA-PJ-07', 'of two officers who add one household at once, one does', async () => {
  const project = await stage.implementing();
  const { id: householdId } = await stage.household(PLACES.village1);
  const outcomes = await Promise.all([1, 2].map(() => stage.refused(set(project, [{ householdId }]))));
  expect(outcomes.flat()).toEqual(['STALE_VERSION expectedVersion']);
  expect(await measuresOf(householdId)).toHaveLength(1);
});

rule(['PA-SX-04', 'PA-PJ-06'], 'a stable exit that is under way keeps the household out', async () => {
  const project = await stage.implementing();
  const { id: householdId } = await stage.household(PLACES.village1);
  let adding: Promise<string[]> | undefined;
  await stableExit(householdId, async () => {
    adding = stage.refused(set(project, [{ householdId }]));
    await untilSomebodyWaits();
  });
  expect(await adding).toEqual(['STATE_CONFLICT input.add[0].householdId']);
  expect(await measuresOf(householdId)).toEqual([]);
});

rule('PA-PJ-08', 'a relocation beneficiary’s tab of the project’s year says where it moved', async () => {
  const project = await stage.implementing('RELOCATION');
  const [first, second] = [await stage.household(PLACES.village1), await stage.household(PLACES.village2)];
  const before = await recordOf(first.id);
  await set(project, [
    { householdId: first.id, area: '100.00', moveDate: '2017-09-01' },
    { householdId: second.id, resettlement: 'WITH_RELATIVES' },
  ]);
  expect(await recordOf(first.id)).toMatchObject({
    relocation: {
      isRelocationHousehold: true,
      resettlement: 'NEW_MIGRANT_VILLAGE',
      relocatedDate: '2017-09-01',
    },
    version: before.version + 1,
  });
  expect((await recordOf(second.id)).relocation).toMatchObject({
    isRelocationHousehold: true,
    resettlement: 'WITH_RELATIVES',
    relocatedDate: null,
  });
  expect(await stage.events('record-changed', first.id)).toEqual([
    { householdId: first.id, year: 2017, parts: ['RELOCATION'] },
  ]);
  const industry = await stage.household(PLACES.village1);
  await set(await stage.implementing(), [{ householdId: industry.id }]);
  expect((await recordOf(industry.id)).relocation.isRelocationHousehold).toBe(false);
});

rule(
  'PA-QY-07',
  'relocation beneficiaries are listed with persons, resettlement, area and move date',
  async () => {
    await stage.store.adminQuery(`DELETE FROM beneficiary_household WHERE project_type = '2'`);
    const project = await stage.implementing('RELOCATION');
    const [first, second] = [await stage.household(PLACES.village1), await stage.household(PLACES.village2)];
    await set(project, [
      { householdId: second.id, resettlement: 'WITH_RELATIVES' },
      { householdId: first.id, area: '100.00', moveDate: '2017-09-01' },
    ]);
    const list = (query = {}, principal = stage.county) =>
      stage.read((tx) => relocationBeneficiaryPage(tx, principal, { year: 2017, ...query }), principal);
    expect((await list()).nodes).toEqual([
      expect.objectContaining({
        householdId: first.id,
        regionCode: PLACES.village1,
        persons: 1,
        resettlement: 'NEW_MIGRANT_VILLAGE',
        area: '100.00',
        moveDate: '2017-09-01',
      }),
      expect.objectContaining({
        householdId: second.id,
        persons: 1,
        resettlement: 'WITH_RELATIVES',
        area: null,
        moveDate: null,
      }),
    ]);
    const households = async (query = {}) => (await list(query)).nodes.map(({ householdId }) => householdId);
    expect(await households({ resettlement: 'WITH_RELATIVES' })).toEqual([second.id]);
    expect(await households({ region: PLACES.village1 })).toEqual([first.id]);
    expect(await households({ year: 2016 })).toEqual([]);
    expect(await stage.refused(list({ region: PLACES.elsewhere }))).toEqual(['OUT_OF_REGION region']);
  },
);

rule('PA-SX-03', 'a household’s projects are read before it is confirmed, the latest first', async () => {
  const { id: householdId } = await stage.household(PLACES.village1);
  const [earlier, later] = [await stage.implementing('INDUSTRY'), await stage.implementing('FINANCE')];
  await set(earlier, [{ householdId, amount: '1000.00' }]);
  await set(later, [{ householdId, loan: '50000.00', dividend: '3000.00' }]);
  const manager = officer(PLACES.township, 'TOWNSHIP', 'MANAGER');
  const rows = await stage.read((tx) => readBeneficiariesOfHouseholds(tx, [householdId]), manager);
  expect(rows.map(({ projectId, amount, loan }) => [projectId, amount, loan])).toEqual([
    [later, null, '50000.00'],
    [earlier, '1000.00', null],
  ]);
});

it('takes as many statements for thirty households as for one', async () => {
  const project = await stage.implementing('RELOCATION');
  const many: BeneficiaryInput[] = [];
  for (let index = 0; index < 30; index += 1)
    many.push({ householdId: (await stage.household(PLACES.village1)).id });
  const counted = async (add: BeneficiaryInput[]) => {
    const { version: expectedVersion } = await stage.project(project);
    const { statements } = await countStatements(stage.store.database, () =>
      stage.store.database.write(scopeOf(stage.county), (tx) =>
        services().projectBeneficiaries.set(tx, { projectId: project, expectedVersion, add }),
      ),
    );
    return statements;
  };
  const one = await counted(many.slice(0, 1));
  expect(await counted(many.slice(1))).toBe(one);
  expect(await stage.project(project)).toMatchObject({ beneficiaryHouseholds: 30, beneficiaryEntries: 30 });
});

it('project, villages and beneficiaries follow a re-coded county; the number stays', async () => {
  const project = await stage.implementing();
  const { id: householdId } = await stage.household(PLACES.village1);
  await set(project, [{ householdId }]);
  const { projectNo } = await stage.project(project);
  const moves = [{ from: PLACES.county, to: '140299000000', level: 'COUNTY' as const }];
  await stage.store.database.write(scopes.followRegionChanges(), (tx) =>
    receiveRegionChange(tx, {
      time: '2018-01-01T00:00:00+08:00',
      data: {
        changeId: randomUUID(),
        kind: 'RECODE',
        from: [PLACES.county],
        to: ['140299000000'],
        effectiveDate: '2018-01-01',
        moves,
      },
    }),
  );
  await followRegionChanges(stage.store.database, stage.store.clock, regionFollowing);

  const renamed = officer('140299000000', 'COUNTY', 'PROJECT');
  const [seen] = await stage.read((tx) => readProjects(tx, [project]), renamed);
  expect(seen).toMatchObject({ regionCode: '140299000000', projectNo });
  const villages = await stage.read((tx) => readVillages(tx, [project]), renamed);
  expect(villages.map(({ code }) => code)).toEqual(['140299100001', '140299100002']);
  const { nodes } = await stage.read((tx) => beneficiaryPage(tx, { projectId: project }), renamed);
  expect(nodes.map(({ regionCode }) => regionCode)).toEqual(['140299100001']);
  expect(await stage.read((tx) => readProjects(tx, [project]))).toEqual([]);
  // Work goes on under the new code.
  await stage.write(
    (tx) =>
      services().projectBeneficiaries.set(tx, {
        projectId: project,
        expectedVersion: 4,
        remove: [nodes[0]!.id],
      }),
    renamed,
  );
  const [after] = await stage.read((tx) => readProjects(tx, [project]), renamed);
  expect(after).toMatchObject({ beneficiaryHouseholds: 0, beneficiaryEntries: 0 });
});
