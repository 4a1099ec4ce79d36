import { rule } from '@junxian/test-kit';
import { officerOf } from '../actor';
import { type AccusedItem, organisationsOfAccused } from '../handling/routing.service';
import { overdueRegister } from '../search/overdue-register.service';
import { itemAs } from '../testing/cases.support.test';
import { officer, openStore } from '../testing/store.support.test';
import { higherOrganOf, openCaseForReview } from './authority.service';
import { decideSuspension, suspendReview } from './interruption.service';
import { idOf, jinanBench, lixiaBench, ReviewStage } from './review.fixture';
import { reviewRegister } from './review-register.service';
import { lapseAppeals } from './review-upkeep.service';

const DEPARTMENT = '00000000-0000-7000-8000-0000000000d1';
let stage: ReviewStage;
beforeAll(async () => {
  stage = new ReviewStage(await openStore());
  await stage.appointAll();
  await stage.store.adminQuery(
    `INSERT INTO organisation (id, seal_name, kind, region_code, region_level, is_bureau) VALUES ($1, '市住建局', 'DEPARTMENT', '370100000000', 'CITY', false)`,
    [DEPARTMENT],
  );
});
afterAll(() => stage?.store.close());

const clerkOf = (organisationId: string) => ({
  ...officer('jinan', 'REVIEW_CLERK', organisationId),
  organisationId,
});
const NOBODY: AccusedItem = {
  id: '00000000-0000-7000-8000-0000000000d2',
  accusedOrganisationId: null,
  accusedAccountId: null,
};
const higher = (id: string, item = NOBODY) =>
  stage.store.readAs(
    lixiaBench.clerk,
    async (tx) => (await higherOrganOf(tx, id, item, stage.store.clock.now()))?.id ?? null,
  );

rule(
  'PT-RVW-02',
  'the next-higher organ: the registered superior, else the bureau of the region above',
  async () => {
    expect(await higher(idOf('lixiaUnit'))).toBe(idOf('lixia'));
    expect(await higher(idOf('lixia'))).toBe(idOf('jinan'));
    expect(await higher(idOf('shandong'))).toBe(idOf('nation'));
    expect(await higher(idOf('nation'))).toBeNull();
    // The accused is passed over: it would learn of the item.
    const accusing = { ...NOBODY, accusedOrganisationId: idOf('lixia') };
    expect(await higher(idOf('lixiaUnit'), accusing)).toBe(idOf('jinan'));
  },
);

rule(
  ['PT-RVW-02', 'PT-HND-08'],
  'an organ where the accused person has a post is passed over like the accused one, and cannot open the item',
  async () => {
    const accused = officer('lixia', 'LEADER');
    const item = await stage.replied('2026-05-06', {
      purpose: 'ACCUSATION',
      accusedPerson: '李四',
      accusedAccountId: accused.accountId,
    });
    const ordinary = await stage.replied();
    // Comes there while the item is handled below.
    await stage.store.appoint(accused);
    const aboveUnit = (given: AccusedItem, by = clerkOf(idOf('jinan'))) =>
      stage.store.readAs(by, async (tx) => {
        const at = stage.store.clock.now();
        const forbidden = await organisationsOfAccused(tx, given, [idOf('lixia')], at);
        const organ = await higherOrganOf(tx, idOf('lixiaUnit'), given, at);
        // One definition: who may not be sent it does not review it.
        expect(forbidden.has(idOf('lixia'))).toBe(organ?.id !== idOf('lixia'));
        return organ?.id;
      });
    expect(await aboveUnit(ordinary)).toBe(idOf('lixia'));
    expect(await aboveUnit(item)).toBe(idOf('jinan'));
    await expect(stage.registered(item)).rejects.toMatchObject({
      code: 'AUTHORITY_MISMATCH',
      details: { authorityOrganisationId: idOf('jinan') },
    });
    const { review } = await stage.registered(item, jinanBench);
    expect(review.authorityOrganisationId).toBe(idOf('jinan'));
  },
);

it('a superior that is no petition bureau opens the item by its number, once it may be reviewed', async () => {
  const item = await stage.replied();
  const lapsed = await stage.replied('2026-03-02');
  const department = clerkOf(DEPARTMENT);
  const accused = { ...department, accountId: '00000000-0000-7000-8000-0000000000d3' };
  const accusing = await stage.replied('2026-05-06', {
    purpose: 'ACCUSATION',
    accusedPerson: '李四',
    accusedAccountId: accused.accountId,
  });
  const open = (by: typeof department, itemNo = item.itemNo) =>
    stage.store.as(by, (tx) => openCaseForReview(tx, itemNo, officerOf(by), stage.store.clock.now()));
  await expect(open(department)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await stage.store.adminQuery('UPDATE organisation SET superior_id = $2 WHERE id = $1', [
    idOf('lixiaUnit'),
    DEPARTMENT,
  ]);
  try {
    const handled = await stage.atUnit();
    await expect(open(department, handled.itemNo)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(open(clerkOf(idOf('shinan')))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    // Nor where the accused person has got a post, whoever asks there.
    await stage.store.appoint(accused);
    await expect(open(department, accusing.itemNo)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    // Only a review clerk.
    const other = { ...department, roles: ['petitions:HANDLER'] };
    await expect(open(other)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await open(department)).id).toBe(item.id);
    const [trace] = await stage.store.adminQuery(
      `SELECT account_id, organisation_id FROM case_journal WHERE case_item_id = $1 AND action = 'OPENED_FOR_REVIEW'`,
      [item.id],
    );
    expect(trace).toEqual({ account_id: department.accountId, organisation_id: DEPARTMENT });
    expect(await itemAs(stage.store, department, item.id)).toBeDefined();
    const { review } = await stage.registered(item, { ...lixiaBench, clerk: department });
    expect(review.authorityOrganisationId).toBe(DEPARTMENT);
    // Nor is one out of reach that lapsed while the application was on its way.
    await lapseAppeals(stage.store.database, stage.store.clock);
    expect(await open(department, lapsed.itemNo)).toMatchObject({ id: lapsed.id, state: 'LAPSED' });
  } finally {
    await stage.store.adminQuery('UPDATE organisation SET superior_id = $2 WHERE id = $1', [
      idOf('lixiaUnit'),
      idOf('lixia'),
    ]);
  }
});

it("the register lists the own reviews with the catalogue's columns, names as the viewer may know them", async () => {
  const item = await stage.replied('2026-05-06');
  stage.at('2026-05-20');
  const { review } = await stage.wholeReview(item, 'UPHOLD');
  const accusation = await stage.replied('2026-05-06', { purpose: 'ACCUSATION', accusedPerson: '李四' });
  await stage.wholeReview(accusation, 'UPHOLD');
  const page = (by = lixiaBench.leader, filter = {}) =>
    stage.store.readAs(by, (tx) =>
      reviewRegister.page(tx, {
        filter,
        officer: officerOf(by),
        today: '2026-05-20',
        personal: stage.store.services.personal,
        first: 10,
        after: null,
      }),
    );
  const { rows, identitiesInFull } = await page();
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatchObject({ itemNo: accusation.itemNo, applicant: null });
  expect(rows[1]).toEqual({
    number: review.reviewNo,
    level: '复查',
    itemNo: item.itemNo,
    applicant: '张*',
    respondent: '370102000000单位8',
    received: '2026-05-20',
    due: '2026-06-19',
    pausedDays: 0,
    state: '已办结',
    result: '维持',
    served: '2026-05-20',
  });
  expect(identitiesInFull).toBe(0);
  expect((await page(officer('shandong', 'REVIEW_LEADER'))).rows).toEqual([]);
  expect((await page(lixiaBench.leader, { receivedFrom: '2026-05-21' })).rows).toEqual([]);
  expect((await page(lixiaBench.leader, { itemNo: item.itemNo })).rows).toHaveLength(1);
});

rule(
  ['PT-QRY-01', 'PT-SUP-05'],
  'a review past its day is overdue: in searches and in the overdue list, by its authority, until it is suspended or served',
  async () => {
    const item = await stage.replied('2026-06-01');
    const { id } = await stage.examining(item);
    const by = officer('lixia', ['SUPERVISOR', 'REVIEW_LEADER']);
    const overdue = () =>
      stage.store.readAs(by, async (tx) => {
        const { personal, search } = stage.store.services;
        const today = stage.store.clock.today();
        const filter = { itemNo: item.itemNo };
        const question = { filter, officer: officerOf(by), today, personal, first: 10, after: null };
        const { rows } = await overdueRegister.page(tx, question);
        const found = await search.page(tx, { ...filter, overdue: true }, officerOf(by), today, {
          first: 10,
        });
        expect(found.nodes).toHaveLength(rows.length);
        return rows;
      });
    stage.at('2026-07-01', '23:59');
    expect(await overdue()).toEqual([]);
    stage.at('2026-07-02', '00:00');
    expect(await overdue()).toMatchObject([
      { deadline: '复查期限', dueOn: '2026-07-01', days: 1, custodian: '370102000000信访局', assigner: null },
    ]);
    await stage.does(lixiaBench.handler, suspendReview, {
      ...(await stage.on(id)),
      reason: '示例',
      partiesToldAt: '2026-07-02',
    });
    await stage.does(lixiaBench.leader, decideSuspension, { ...(await stage.on(id)), approve: true });
    expect(await overdue()).toEqual([]);
  },
);
