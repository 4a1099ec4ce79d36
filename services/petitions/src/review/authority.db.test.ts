import { rule } from '@junxian/test-kit';
import { officerOf } from '../actor';
import { itemAs } from '../testing/cases.support.test';
import { officer, openStore } from '../testing/store.support.test';
import { higherOrganOf, openCaseForReview } from './authority.service';
import { idOf, lixiaBench, ReviewStage } from './review.fixture';
import { reviewRegister } from './review-register.service';

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
const higher = (id: string, accused: string | null = null) =>
  stage.store.readAs(lixiaBench.clerk, async (tx) => (await higherOrganOf(tx, id, accused))?.id ?? null);

rule(
  'PT-RVW-02',
  'the next-higher organ: the registered superior, else the bureau of the region above',
  async () => {
    expect(await higher(idOf('lixiaUnit'))).toBe(idOf('lixia'));
    expect(await higher(idOf('lixia'))).toBe(idOf('jinan'));
    expect(await higher(idOf('shandong'))).toBe(idOf('nation'));
    expect(await higher(idOf('nation'))).toBeNull();
    // The accused is passed over: it would learn of the item.
    expect(await higher(idOf('lixiaUnit'), idOf('lixia'))).toBe(idOf('jinan'));
  },
);

it('a superior that is no petition bureau opens the item by its number, once it may be reviewed', async () => {
  const item = await stage.replied();
  const department = clerkOf(DEPARTMENT);
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
  expect((await page(officer('jinan', 'REVIEW_LEADER'))).rows).toEqual([]);
  expect((await page(lixiaBench.leader, { receivedFrom: '2026-05-21' })).rows).toEqual([]);
  expect((await page(lixiaBench.leader, { itemNo: item.itemNo })).rows).toHaveLength(1);
});
