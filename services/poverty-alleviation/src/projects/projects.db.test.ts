import { randomUUID } from 'node:crypto';
import { followRegionChanges, receiveRegionChange } from '@junxian/region-changes';
import { rule } from '@junxian/test-kit';
import { PROJECT_TYPE } from '../project-code-lists';
import { regionFollowing } from '../region-changes/following';
import { scopes } from '../service-scopes';
import { officer } from '../testing/store.support.test';
import { projectPage } from './project-list.service';
import { openProjectStage, type ProjectTestStage } from './project-stage.fixture';
import { readAdjustments, readBudgets, readImplementations, readVillages } from './project-views.service';
import { FORMS, PLACES, projectForm, reportForm } from './projects.fixture';
import { projectForFunding } from './projects.service';

let stage: ProjectTestStage;
beforeAll(async () => {
  stage = await openProjectStage();
});
afterAll(() => stage.store.close());
beforeEach(() =>
  stage.store.adminQuery(
    'TRUNCATE project, project_village, project_budget, fund_arrangement, project_serial CASCADE',
  ),
);

const services = () => stage.store.services;
const save = (input = projectForm()) => stage.write((tx) => services().projectLibrary.save(tx, input));
const numbersOf = (page: { nodes: { projectNo: string }[] }) => page.nodes.map(({ projectNo }) => projectNo);
const list = (query = {}, principal = stage.county) =>
  stage.read((tx) => projectPage(tx, principal, query), principal);
const report = (id: string, expectedVersion: number, changes = {}) =>
  stage.write((tx) => services().projectStages.report(tx, { id, expectedVersion, ...reportForm(changes) }));
const adjust = (id: string, expectedVersion: number, changes = {}) =>
  stage.write((tx) =>
    services().projectAdjustments.adjust(tx, {
      id,
      expectedVersion,
      reason: '羊舍选址变更',
      documentNo: '云扶〔2017〕9号',
      date: '2017-07-01',
      ...changes,
    }),
  );

describe('the library', () => {
  rule('PA-PJ-02', 'an entry is changed in everything, type included, and deleted', async () => {
    const id = await stage.inLibrary();
    expect((await stage.project(id)).projectNo).toBe('140215000201740001');
    const road = projectForm('INFRASTRUCTURE', {
      regionCode: PLACES.township,
      villageCodes: [PLACES.village1],
      budget: [],
    });
    await save({ ...road, id, expectedVersion: 1 });
    expect(await stage.project(id)).toMatchObject({
      type: 'INFRASTRUCTURE',
      projectNo: '140215100201750001',
      regionCode: PLACES.township,
      details: FORMS.INFRASTRUCTURE.details.infrastructure,
      budgetTotal: '0.0000',
      version: 2,
    });
    expect((await stage.read((tx) => readVillages(tx, [id]))).map(({ code }) => code)).toEqual([
      PLACES.village1,
    ]);
    expect(await stage.read((tx) => readBudgets(tx, [id]))).toEqual([]);
    expect(await stage.refused(save({ ...road, id, expectedVersion: 1 }))).toEqual([
      'STALE_VERSION expectedVersion',
    ]);
    await stage.write((tx) => services().projectLibrary.delete(tx, id, 2));
    expect(await stage.project(id)).toBeUndefined();
    expect(await stage.events('record-changed', id)).toEqual([
      { projectId: id, year: 2017, deleted: false },
      { projectId: id, year: 2017, deleted: true },
    ]);
  });

  rule(
    'PA-PJ-02',
    'once approved, an entry is neither edited nor deleted, so its type is fixed',
    async () => {
      const id = await stage.approved();
      const road = projectForm('INFRASTRUCTURE', { id, expectedVersion: 2 });
      expect(await stage.refused(save(road))).toEqual(['STATE_CONFLICT id']);
      expect(await stage.refused(stage.write((tx) => services().projectLibrary.delete(tx, id, 2)))).toEqual([
        'STATE_CONFLICT id',
      ]);
      expect((await stage.project(id)).type).toBe('INDUSTRY');
    },
  );

  it('gives each of ten officers who save at once a number of their own', async () => {
    await Promise.all(Array.from({ length: 10 }, () => save()));
    const numbers = numbersOf(await list());
    expect(numbers).toEqual(
      Array.from({ length: 10 }, (_, index) => `1402150002017400${String(index + 1).padStart(2, '0')}`),
    );
  });

  it('takes no entry of a closed year', async () => {
    await stage.store.adminQuery('UPDATE survey_year SET editable = false WHERE year = 2016');
    expect(await stage.refused(save(projectForm('INDUSTRY', { year: 2016 })))).toEqual([
      'YEAR_CLOSED input.year',
    ]);
    expect(await stage.refused(save(projectForm('INDUSTRY', { year: 2012 })))).toEqual([
      'INVALID_INPUT input.year',
    ]);
    await stage.store.adminQuery('UPDATE survey_year SET editable = true WHERE year = 2016');
  });
});

describe('approval', () => {
  const approve = (id: string, changes = {}) =>
    stage.write((tx) =>
      services().projectStages.approve(tx, {
        id,
        expectedVersion: 1,
        approvalDocNo: '云扶〔2017〕5号',
        approvedDate: '2017-02-01',
        approvedAmount: '100.5',
        ...changes,
      }),
    );

  rule('PA-PJ-03', 'takes library entries with document, date, amount and budget, once', async () => {
    const id = await stage.inLibrary();
    const empty = await stage.inLibrary('INDUSTRY', { budget: [] });
    expect(await stage.refused(approve(empty))).toEqual(['OVER_LIMIT input.approvedAmount']);
    expect(await stage.refused(approve(id, { approvalDocNo: '', approvedAmount: '0' }))).toEqual([
      'FIELD_REQUIRED input.approvalDocNo',
      'INVALID_INPUT input.approvedAmount',
    ]);
    expect((await stage.project(id)).stage).toBe('LIBRARY');
    await approve(id);
    expect(await stage.project(id)).toMatchObject({
      stage: 'APPROVED',
      approvalDocNo: '云扶〔2017〕5号',
      approvedDate: '2017-02-01',
      approvedAmount: '100.5000',
    });
    expect(await stage.refused(approve(id, { expectedVersion: 2 }))).toEqual(['STATE_CONFLICT id']);
    expect((await list({ page: 'APPROVAL' })).nodes.map((one) => one.id)).toEqual([empty]);
    expect(await stage.events('stage-changed', id)).toEqual([
      { projectId: id, year: 2017, type: 'INDUSTRY', from: null, to: 'LIBRARY' },
      { projectId: id, year: 2017, type: 'INDUSTRY', from: 'LIBRARY', to: 'APPROVED' },
    ]);
  });

  rule(
    'PA-PJ-01',
    'each type fills in its own form by the approval and keeps it through every stage',
    async () => {
      for (const type of PROJECT_TYPE.names) {
        const id = await stage.inLibrary(type, { details: null });
        const missing = await stage.refused(approve(id));
        expect(missing.length).toBeGreaterThan(0);
        expect(
          missing.every((fault) =>
            fault.startsWith(`FIELD_REQUIRED input.details.${Object.keys(FORMS[type].details)[0]}.`),
          ),
        ).toBe(true);
        await approve(id, { details: FORMS[type].details });
        const details = Object.values(FORMS[type].details)[0] as Record<string, unknown>;
        const approved = await stage.project(id);
        expect(Object.keys(approved.details).sort()).toEqual(Object.keys(details).sort());
        await stage.arrange(id, '10');
        await adjust(id, 2, { details: FORMS[type].details, owner: '区农业局' });
        await stage.write((tx) =>
          services().projectStages.report(tx, {
            id,
            expectedVersion: 3,
            ...reportForm({ spent: '10' }),
            results: FORMS[type].results,
          }),
        );
        const after = await stage.project(id);
        expect(after.details).toEqual(approved.details);
        expect(after.results).toEqual(Object.values(FORMS[type].results)[0]);
      }
    },
  );
});

describe('adjustment', () => {
  rule('PA-PJ-04', 'needs reason and document, and keeps what was before and after', async () => {
    const id = await stage.approved();
    expect(await stage.refused(adjust(id, 2, { reason: ' ', documentNo: '', owner: '区农业局' }))).toEqual([
      'REASON_REQUIRED input.reason',
      'FIELD_REQUIRED input.documentNo',
    ]);
    expect(await stage.refused(adjust(id, 2))).toEqual(['INVALID_INPUT input']);
    await adjust(id, 2, {
      approvedAmount: '90',
      villageCodes: [PLACES.village2],
      budget: [{ source: 'SOCIAL', amount: '90' }],
    });
    expect(await stage.project(id)).toMatchObject({
      approvedAmount: '90.0000',
      budgetTotal: '90.0000',
      version: 3,
    });
    const [adjustment] = await stage.read((tx) => readAdjustments(tx, [id]));
    expect(adjustment).toMatchObject({
      no: 1,
      reason: '羊舍选址变更',
      documentNo: '云扶〔2017〕9号',
      date: '2017-07-01',
      before: { approvedAmount: '100.5000', villageCodes: [PLACES.village1, PLACES.village2] },
      after: { approvedAmount: '90.0000', villageCodes: [PLACES.village2] },
    });
    expect(Object.keys(adjustment!.after).sort()).toEqual(['approvedAmount', 'budget', 'villageCodes']);
  });

  rule('PA-PJ-04', 'cannot go below what is arranged or spent', async () => {
    const id = await stage.approved();
    await stage.arrange(id, '60.1234');
    await report(id, 2);
    expect(await stage.refused(adjust(id, 3, { approvedAmount: '60.1233' }))).toEqual([
      'OVER_LIMIT input.approvedAmount',
    ]);
    await adjust(id, 3, { approvedAmount: '60.1234' });
    expect((await stage.project(id)).approvedAmount).toBe('60.1234');
  });

  rule(
    'PA-PJ-04',
    'keeps a village that was split while households there wait for theirs, and takes its successors in',
    async () => {
      // What a store knows of regions stays known to it.
      const own = await openProjectStage();
      try {
        const { store } = own;
        const id = await own.implementing();
        const { id: householdId } = await own.household(PLACES.village1);
        await own.write((tx) =>
          store.services.projectBeneficiaries.set(tx, {
            projectId: id,
            expectedVersion: 3,
            add: [{ householdId }],
          }),
        );
        const successor = '140215100391';
        await store.database.write(scopes.followRegionChanges(), (tx) =>
          receiveRegionChange(tx, {
            time: '2017-11-01T00:00:00+08:00',
            data: {
              changeId: randomUUID(),
              kind: 'SPLIT',
              from: [PLACES.village1],
              to: [successor, '140215100392'],
              effectiveDate: '2017-11-01',
              moves: [],
            },
          }),
        );
        await followRegionChanges(store.database, store.clock, regionFollowing);
        const villages = (expectedVersion: number, villageCodes: string[]) =>
          own.refused(
            own.write((tx) =>
              store.services.projectAdjustments.adjust(tx, {
                id,
                expectedVersion,
                reason: '行政村拆分',
                documentNo: '云扶〔2017〕11号',
                date: '2017-11-02',
                villageCodes,
              }),
            ),
          );
        expect(await villages(4, [successor, PLACES.village2])).toEqual([
          'STATE_CONFLICT input.villageCodes',
        ]);
        expect(await villages(4, [PLACES.village1, successor])).toEqual([]);
        expect((await own.read((tx) => readVillages(tx, [id]))).map(({ code }) => code)).toEqual([
          PLACES.village1,
          successor,
        ]);
        // What is no village of the project is one of today's, whoever asks.
        expect(await villages(5, [PLACES.village1, '140215100999'])).toEqual([
          'INVALID_REGION_CODE input.villageCodes[1]',
        ]);
      } finally {
        await own.store.close();
      }
    },
  );

  rule('PA-PJ-04', 'lists approved and implementing projects and takes no others', async () => {
    const library = await stage.inLibrary();
    const approved = await stage.approved();
    const implementing = await stage.implementing();
    expect((await list({ page: 'ADJUSTMENT' })).nodes.map(({ id }) => id)).toEqual([approved, implementing]);
    expect(await stage.refused(adjust(library, 1, { owner: '区农业局' }))).toEqual(['STATE_CONFLICT id']);
    await adjust(implementing, 3, { owner: '区农业局' });
    expect((await stage.project(implementing)).owner).toBe('区农业局');
  });
});

describe('implementation', () => {
  rule('PA-PJ-05', 'goes from the first start to the acceptance', async () => {
    const id = await stage.approved('INFRASTRUCTURE');
    await stage.arrange(id, '50');
    await report(id, 2, { progressPct: '0', spent: '0', actualStart: null });
    expect((await stage.project(id)).stage).toBe('APPROVED');
    expect(await stage.refused(report(id, 3, { spent: '50.0001' }))).toEqual(['OVER_LIMIT input.spent']);
    await report(id, 3);
    expect(await stage.project(id)).toMatchObject({
      stage: 'IMPLEMENTING',
      progressPct: '40.00',
      spent: '30.0000',
      actualStart: '2017-03-15',
    });
    expect(await stage.refused(report(id, 4, { progressPct: '39', reportDate: '2017-07-31' }))).toEqual([
      'INVALID_INPUT input.progressPct',
    ]);
    await stage.write((tx) =>
      services().projectStages.report(tx, {
        id,
        expectedVersion: 4,
        ...reportForm({
          reportDate: '2017-11-01',
          progressPct: '100',
          spent: '50',
          actualEnd: '2017-10-20',
          acceptanceDate: '2017-10-30',
          acceptanceResult: 'PASSED',
        }),
        results: FORMS.INFRASTRUCTURE.results,
      }),
    );
    expect(await stage.project(id)).toMatchObject({
      stage: 'COMPLETED',
      progressPct: '100.00',
      acceptanceResult: 'PASSED',
    });
    expect(await stage.refused(report(id, 5))).toEqual(['STATE_CONFLICT id']);
    const reports = await stage.read((tx) => readImplementations(tx, [id]));
    expect(reports.map(({ no, progressPct, spent }) => [no, progressPct, spent])).toEqual([
      [1, '0.00', '0.0000'],
      [2, '40.00', '30.0000'],
      [3, '100.00', '50.0000'],
    ]);
    expect((await stage.events('stage-changed', id)).map(({ to }) => to)).toEqual([
      'LIBRARY',
      'APPROVED',
      'IMPLEMENTING',
      'COMPLETED',
    ]);
  });

  rule(
    'PA-PJ-05',
    'of two reports at once one is taken, and money withdrawn meanwhile is not spent',
    async () => {
      const id = await stage.approved();
      await stage.arrange(id, '50');
      const outcomes = await Promise.all(
        ['40', '60'].map((progressPct) => stage.refused(report(id, 2, { progressPct }))),
      );
      expect(outcomes.flat()).toEqual(['STALE_VERSION expectedVersion']);
      // Whoever takes money back locks the project first, as arranging does.
      let waiting: Promise<string[]> | undefined;
      await stage.write(
        async (tx) => {
          expect(await projectForFunding(tx, id)).toMatchObject({
            id,
            stage: 'IMPLEMENTING',
            approvedAmount: '100.5000',
            spent: '30.0000',
          });
          waiting = stage.refused(report(id, 3, { progressPct: '60', spent: '50' }));
          await tx.query('UPDATE fund_arrangement SET amount = 40 WHERE project_id = $1', [id]);
        },
        officer(PLACES.county, 'COUNTY', 'PROJECT', 'FUND'),
      );
      expect(await waiting).toEqual(['OVER_LIMIT input.spent']);
    },
  );
});

describe('cancellation', () => {
  const cancel = (id: string, expectedVersion: number, reason = '选址不符合规划') =>
    stage.write((tx) => services().projectStages.cancel(tx, { id, expectedVersion, reason }));

  it('takes library entries and approved projects without money, with a reason', async () => {
    const id = await stage.approved();
    expect(await stage.refused(cancel(id, 2, ' '))).toEqual(['REASON_REQUIRED reason']);
    expect(await stage.refused(cancel(id, 2, '字'.repeat(501)))).toEqual(['INVALID_INPUT reason']);
    await stage.arrange(id, '1');
    expect(await stage.refused(cancel(id, 2))).toEqual(['STATE_CONFLICT id']);
    await stage.store.adminQuery('TRUNCATE fund_arrangement CASCADE');
    await cancel(id, 2);
    expect(await stage.project(id)).toMatchObject({ stage: 'CANCELLED', cancelReason: '选址不符合规划' });
    expect(await stage.refused(cancel(await stage.implementing(), 3))).toEqual(['STATE_CONFLICT id']);
    await cancel(await stage.inLibrary(), 1);
  });
});

rule(
  'PA-QY-06',
  'projects are listed by type, stage, year, region and village, with budget, spending and progress',
  async () => {
    const industry = await stage.implementing();
    const road = await stage.approved('INFRASTRUCTURE', {
      regionCode: PLACES.township,
      villageCodes: [PLACES.village2],
    });
    const last = await stage.inLibrary('INDUSTRY', { year: 2016 });
    const ids = async (query = {}) => (await list(query)).nodes.map(({ id }) => id);
    expect(await ids()).toEqual([last, industry, road]);
    expect(await ids({ type: 'INDUSTRY' })).toEqual([last, industry]);
    expect(await ids({ type: 'INDUSTRY', year: 2017 })).toEqual([industry]);
    expect(await ids({ stage: 'APPROVED' })).toEqual([road]);
    expect(await ids({ page: 'ADJUSTMENT', stage: 'LIBRARY' })).toEqual([]);
    expect(await ids({ subtype: 'ROADS' })).toEqual([road]);
    expect(await ids({ region: PLACES.township })).toEqual([road]);
    expect(await ids({ village: PLACES.village1 })).toEqual([last, industry]);
    expect(await stage.refused(list({ region: '140214000000' }))).toEqual(['OUT_OF_REGION region']);
    const first = await list({ first: 2 });
    expect(first).toMatchObject({ hasNextPage: true });
    expect((await list({ first: 2, after: first.endCursor })).nodes.map(({ id }) => id)).toEqual([road]);
    expect(first.nodes[1]).toMatchObject({
      budgetTotal: '100.5000',
      spent: '0.0000',
      progressPct: '5.00',
      beneficiaryHouseholds: 0,
    });
  },
);
