import type { Principal } from '@junxian/identity';
import { rule } from '@junxian/test-kit';
import { officerOf } from '../actor';
import { raiseWarnings } from '../supervision/daily-run.service';
import { itemAs } from '../testing/cases.support.test';
import { removals } from '../testing/removed-organisations.support.test';
import { officer, openStore } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import { workCounts } from '../work-lists/work-list.service';
import { appointHandler, receiveSupplement, requestSupplement } from './acceptance.service';
import { higherOrganOf } from './authority.service';
import { closeReview } from './closing.service';
import { draftDocument, fileDocument, reviseDocument, submitDocument } from './documents.service';
import { decideSuspension, suspendReview } from './interruption.service';
import { serveReview, signReview } from './opinion.service';
import { type Bench, idOf, jinanBench, lixiaBench, ReviewStage } from './review.fixture';
import type { ReviewInHand } from './review-actions.service';
import { leftReviews } from './review-lists.service';
import { takeOverReview } from './taking-over.service';

const DEPARTMENT = '00000000-0000-7000-8000-0000000000e1';
let stage: ReviewStage;
beforeAll(async () => {
  stage = new ReviewStage(await openStore());
  await stage.appointAll();
  await stage.store.adminQuery(
    `INSERT INTO organisation (id, seal_name, kind, region_code, region_level, is_bureau) VALUES ($1, '区政府办', 'DEPARTMENT', '370102000000', 'COUNTY', false)`,
    [DEPARTMENT],
  );
});
const graph = graphOver(() => stage.store);
const { remove, restore } = removals(() => stage.store);
afterEach(() =>
  stage.store.adminQuery(
    `UPDATE organisation SET superior_id = '${idOf('lixia')}' WHERE id = '${idOf('lixiaUnit')}'`,
  ),
);
afterAll(() => stage?.store.close());

const superior = (id: string | null) =>
  stage.store.adminQuery('UPDATE organisation SET superior_id = $2 WHERE id = $1', [idOf('lixiaUnit'), id]);
/** The reviews that somebody is shown as left behind; the number on signing in agrees. */
const left = (by: Principal): Promise<string[]> =>
  stage.store.readAs(by, async (tx) => {
    const today = stage.store.clock.today();
    const { nodes } = await leftReviews(tx, { first: 100 }, officerOf(by), today);
    expect((await workCounts(tx, officerOf(by), today)).authorityGone).toBe(nodes.length);
    return nodes.map(({ id }) => id);
  });
const PLACES = ['nation', 'shandong', 'jinan', 'lixia', 'lixiaUnit', 'lixiaOtherUnit', 'qingdao'] as const;
const shownTo = async (id: string) => {
  const found: string[] = [];
  for (const key of PLACES) if ((await left(officer(key, 'REVIEW_LEADER'))).includes(id)) found.push(key);
  return found;
};
const take = (by: Principal, reviewCaseId: string, expectedVersion: number, reason = '示例：机关已撤销') =>
  stage.does<Parameters<typeof takeOverReview>[1], ReviewInHand>(by, takeOverReview, {
    reviewCaseId,
    expectedVersion,
    reason,
  });
/** Takes a review of the Lixia bureau over as the Jinan bureau. */
const taken = async (id: string, by = jinanBench.clerk) => {
  const [row] = await stage.store.adminQuery<{ version: number }>(
    'SELECT version FROM review_case WHERE id = $1',
    [id],
  );
  return (await take(by, id, row!.version)).review;
};
/** Removes the Lixia bureau as the directory would let it be removed: nobody is below it any more. */
const removeLixia = async () => {
  await superior(null);
  await remove('lixia');
};

describe('a review whose authority was removed', () => {
  rule(
    'PT-RVW-02',
    'is shown, and counted, to review officers of the organ that is next-higher today, and to nobody else',
    async () => {
      const { review } = await stage.registered(await stage.replied());
      expect(await shownTo(review.id)).toEqual([]);
      await removeLixia();
      expect(await shownTo(review.id)).toEqual(['jinan']);
      for (const role of ['REVIEW_CLERK', 'REVIEW_HANDLER'])
        expect(await left(officer('jinan', role))).toContain(review.id);
      for (const role of ['HANDLER', 'LEADER', 'SUPERVISOR', 'STATISTICIAN', 'LAWYER', 'EXPERT', 'ADMIN'])
        expect(await left(officer('jinan', role))).toEqual([]);
      await remove('jinan');
      expect(await shownTo(review.id)).toEqual(['shandong']);
      // Under a new superior that one reviews, bureau or not.
      await superior(idOf('lixiaOtherUnit'));
      expect(await shownTo(review.id)).toEqual(['lixiaOtherUnit']);
    },
  );

  rule(
    ['PT-RVW-02', 'PT-HND-08'],
    'goes to the organ that an application of today would have to go to, never to one that the accused reach',
    async () => {
      const accused = officer('jinan', 'LEADER', 'accused');
      const naming = await stage.replied('2026-05-06', {
        purpose: 'ACCUSATION',
        accusedPerson: '李四',
        accusedAccountId: accused.accountId,
      });
      const ordinary = await stage.replied();
      const { review } = await stage.registered(naming);
      const sql = (item: string, id: string) =>
        stage.store.adminQuery<{ id: string | null }>('SELECT higher_organ($1, $2, $3) AS id', [
          item,
          id,
          stage.store.clock.today(),
        ]);
      const agree = async () => {
        for (const item of [naming, ordinary])
          for (const key of PLACES) {
            const organ = await stage.store.readAs(officer('nation', 'REVIEW_CLERK'), (tx) =>
              higherOrganOf(tx, idOf(key), item, stage.store.clock.now()),
            );
            expect([key, (await sql(item.id, idOf(key)))[0]!.id]).toEqual([key, organ?.id ?? null]);
          }
      };
      await agree();
      await stage.store.appoint(accused);
      await agree();
      await removeLixia();
      await agree();
      expect(await shownTo(review.id)).toEqual(['shandong']);
      await expect(take(jinanBench.leader, review.id, review.version)).rejects.toMatchObject({
        code: 'AUTHORITY_MISMATCH',
        details: { authorityOrganisationId: idOf('shandong') },
      });
      // Whoever is the accused finds nothing there either.
      await stage.store.adminQuery(
        'UPDATE officer_appointment SET ended_on = valid_from WHERE account_id = $1',
        [accused.accountId],
      );
      expect(await shownTo(review.id)).toEqual(['jinan']);
      expect(
        await left({ ...officer('jinan', 'REVIEW_LEADER'), accountId: accused.accountId }),
      ).not.toContain(review.id);
      await superior(idOf('lixia'));
      await remove('jinan', 'shandong');
      await agree();
    },
  );

  rule(
    'PT-RVW-02',
    'is taken over with its clock and its file, and goes its way to the end under a new number',
    async () => {
      const item = await stage.replied();
      stage.at('2026-06-01');
      const before = await stage.examining(item);
      await stage.examined(before.id);
      await stage.opinionSubmitted(before.id, 'UPHOLD');
      const { handler, leader } = lixiaBench;
      const paper = await stage.does(handler, draftDocument, {
        reviewCaseId: before.id,
        kind: 'OTHER',
        body: '示例。',
      });
      // One that the leader who is gone had approved already.
      await stage.store.adminQuery(`UPDATE review_document SET state = 'APPROVED' WHERE id = $1`, [paper.id]);
      stage.at('2026-06-10');
      await removeLixia();
      const review = await taken(before.id);
      expect(review).toMatchObject({
        authorityOrganisationId: idOf('jinan'),
        regionCode: '370100000000',
        reviewNo: '信复查登〔2026〕1号',
        handlerId: null,
        state: 'OPINION_DRAFT',
        dueOn: before.dueOn,
        receivedOn: before.receivedOn,
        pausedDays: 0,
        respondentOrganisationId: idOf('lixiaUnit'),
      });
      expect(
        await stage.store.adminQuery(
          `SELECT d.kind, d.state, (SELECT array_agg(coalesce(a.approved::text, 'pending') ORDER BY a.id) FROM review_approval a WHERE a.document_id = d.id) AS approvals
           FROM review_document d WHERE d.review_case_id = $1 ORDER BY d.id`,
          [review.id],
        ),
      ).toEqual([
        { kind: 'ACCEPTANCE_FORM', state: 'FILED', approvals: ['true'] },
        { kind: 'DEFENCE_NOTICE', state: 'FILED', approvals: ['true'] },
        { kind: 'OPINION', state: 'DRAFT', approvals: ['false'] },
        { kind: 'OTHER', state: 'DRAFT', approvals: null },
      ]);
      expect(
        await stage.store.adminQuery(
          `SELECT state FROM org_task WHERE case_item_id = $1 AND kind = 'REVIEW_STEP' AND organisation_id = $2 AND state IN ('UNIT_INBOX', 'TODO')`,
          [item.id, idOf('lixia')],
        ),
      ).toEqual([]);
      expect((await stage.steps(review.id, jinanBench.leader)).map(({ kind }) => kind)).toEqual([
        'APPOINTMENT',
        'ACCEPTANCE',
        'DEFENCE_NOTICE',
        'DEFENCE',
        'WRITTEN_EXAMINATION',
        'OPINION_DRAFT',
        'TAKING_OVER',
      ]);
      const [entry] = await stage.store.adminQuery(
        `SELECT action, organisation_id AS by, details ->> 'from' AS "from", details ->> 'to' AS "to" FROM case_journal WHERE case_item_id = $1 ORDER BY id DESC LIMIT 1`,
        [item.id],
      );
      expect(entry).toEqual({
        action: 'REVIEW_TAKE_OVER',
        by: idOf('jinan'),
        from: idOf('lixia'),
        to: idOf('jinan'),
      });
      expect((await stage.published(item.id)).at(-1)).toBe('review.step-done');
      expect(await left(jinanBench.leader)).not.toContain(review.id);
      // The old authority conducts nothing of it any more, should it come back.
      await restore();
      expect(
        await stage.store.readAs(leader, (tx) =>
          tx.query('SELECT id FROM review_document WHERE review_case_id = $1', [review.id]),
        ),
      ).toEqual([]);
      await expect(
        stage.does(handler, fileDocument, { documentId: paper.id, expectedVersion: 1 }),
      ).rejects.toMatchObject({ code: 'NOT_FOUND' });
      // Its warning is the new authority's to see to.
      stage.at('2026-06-27');
      await raiseWarnings(stage.store.database, stage.store.clock);
      expect(
        await stage.store.adminQuery(
          'SELECT level, target_organisation_id AS target, due_on::text AS due FROM warning WHERE subject_id = $1 AND level IS NOT NULL',
          [review.id],
        ),
      ).toEqual([{ level: 'YELLOW', target: idOf('jinan'), due: '2026-07-01' }]);

      await stage.appointed(review.id, jinanBench);
      const [opinion] = await stage.store.adminQuery<{ id: string; version: number }>(
        `SELECT id, version FROM review_document WHERE review_case_id = $1 AND kind = 'OPINION'`,
        [review.id],
      );
      const revised = await stage.does(jinanBench.handler, reviseDocument, {
        documentId: opinion!.id,
        expectedVersion: opinion!.version,
        body: '示例：新的意见书。',
      });
      await stage.does(jinanBench.handler, submitDocument, {
        documentId: revised.id,
        expectedVersion: revised.version,
        leaderId: jinanBench.leader.accountId!,
      });
      await stage.does(jinanBench.leader, signReview, {
        ...(await stage.on(review.id, jinanBench)),
        approve: true,
      });
      await stage.does(jinanBench.clerk, serveReview, {
        ...(await stage.on(review.id, jinanBench)),
        service: {
          serviceMode: 'IN_PERSON' as const,
          servedAt: stage.store.clock.today(),
          receipt: 'SIGNED' as const,
          signedFor: '张三',
        },
      });
      const { item: reviewed } = await stage.does(
        jinanBench.leader,
        closeReview,
        await stage.on(review.id, jinanBench),
      );
      expect(reviewed.state).toBe('REVIEWED');
      // The re-review is the next organ's above the one that took over.
      await expect(stage.registered(await stage.item(item.id), jinanBench)).rejects.toMatchObject({
        code: 'AUTHORITY_MISMATCH',
        details: { authorityOrganisationId: idOf('shandong') },
      });
    },
  );

  it('keeps what waits: materials that were asked for, a suspension that was requested, the respondent’s defence, whether the petitioner has died', async () => {
    const item = await stage.replied();
    const waits = async (prepare: (id: string) => Promise<unknown>) => {
      const { review } = await stage.registered(await stage.replied());
      await stage.appointed(review.id);
      await prepare(review.id);
      return review.id;
    };
    const supplementing = await waits(async (id) => {
      const list = await stage.filed(id, 'SUPPLEMENT_LIST');
      await stage.does(lixiaBench.handler, requestSupplement, {
        ...(await stage.on(id)),
        documentId: list.id,
      });
    });
    const suspending = await waits(async (id) =>
      stage.does(lixiaBench.handler, suspendReview, {
        ...(await stage.on(id)),
        reason: '示例',
        partiesToldAt: stage.store.clock.today(),
      }),
    );
    const defending = await waits(async (id) => {
      await stage.accepted(id);
      const notice = await stage.filed(id, 'DEFENCE_NOTICE');
      await stage.step(id, 'DEFENCE_NOTICE', { documentId: notice.id });
      // An own organisation’s lawyer cannot answer any more.
      const own = await stage.store.appoint(officer('lixia', 'LAWYER'));
      await stage.step(id, 'LAWYER_INVITATION', {
        content: '请审查',
        organisationId: idOf('lixia'),
        accountId: own.accountId!,
      });
    });
    const [dead] = await stage.store.adminQuery<{ item: string }>(
      `INSERT INTO org_task (case_item_id, kind, state, organisation_id, region_code, holder_id, subject_id, received_at)
       SELECT case_item_id, 'PETITIONER_DECEASED', 'TODO', authority_organisation_id, region_code, handler_id, case_item_id, now()
       FROM review_case WHERE id = $1 RETURNING case_item_id AS item`,
      [suspending],
    );
    await removeLixia();
    for (const id of [supplementing, suspending, defending]) {
      await taken(id, jinanBench.leader);
      await stage.does(jinanBench.leader, appointHandler, {
        ...(await stage.on(id, jinanBench)),
        accountId: jinanBench.handler.accountId!,
      });
    }
    expect(
      await stage.store.adminQuery(
        `SELECT organisation_id AS at, state FROM org_task WHERE case_item_id = $1 AND kind = 'PETITIONER_DECEASED' ORDER BY id`,
        [dead!.item],
      ),
    ).toEqual([
      { at: idOf('lixia'), state: 'CANCELLED' },
      { at: idOf('jinan'), state: 'UNIT_INBOX' },
    ]);
    const received = await stage.does(jinanBench.handler, receiveSupplement, {
      ...(await stage.on(supplementing, jinanBench)),
      content: '示例：材料已收。',
    });
    expect(received.review.state).toBe('ASSIGNED');
    const suspended = await stage.does(jinanBench.leader, decideSuspension, {
      ...(await stage.on(suspending, jinanBench)),
      approve: true,
    });
    expect(suspended.review.state).toBe('SUSPENDED');
    await stage.answerAsked(defending, officer('lixiaUnit', 'HANDLER'), 'DEFENCE');
    expect(
      (await stage.steps(defending, jinanBench.leader))
        .filter(({ kind }) => ['DEFENCE', 'LAWYER_EXAMINATION'].includes(kind))
        .map(({ kind, state }) => [kind, state]),
    ).toEqual([
      ['DEFENCE', 'DONE'],
      ['LAWYER_EXAMINATION', 'CANCELLED'],
    ]);
    expect(item.state).toBe('COMPLETED');
  });

  it('becomes visible to a superior that is no bureau by taking it over', async () => {
    const item = await stage.replied();
    const { review } = await stage.registered(item);
    const clerk: Principal = {
      ...officer('lixia', 'REVIEW_CLERK', 'department'),
      organisationId: DEPARTMENT,
    };
    await superior(DEPARTMENT);
    await remove('lixia');
    expect(await itemAs(stage.store, clerk, item.id)).toBeUndefined();
    expect(await left(clerk)).toContain(review.id);
    const { review: now } = await take(clerk, review.id, review.version);
    expect(now.authorityOrganisationId).toBe(DEPARTMENT);
    expect(await itemAs(stage.store, clerk, item.id)).toMatchObject({ id: item.id });
  });

  it('is found and taken over through the graph, by the roles that the schema names', async () => {
    const { review } = await stage.registered(await stage.replied());
    await removeLixia();
    const LIST =
      '{ reviewCases(authorityGone: true, first: 100) { nodes { id authority { id } request handler { id } } } workCounts { authorityGone } }';
    const { data } = await graph.ask(jinanBench.leader, LIST);
    expect(data!.reviewCases.nodes).toContainEqual({
      id: review.id,
      authority: { id: idOf('lixia') },
      // What the file says is the authority's until it is taken over.
      request: null,
      handler: null,
    });
    expect(data!.workCounts.authorityGone).toBe(data!.reviewCases.nodes.length);
    expect((await graph.ask(officer('jinan', 'SUPERVISOR'), LIST)).data!.reviewCases.nodes).toEqual([]);
    const TAKE_OVER = `mutation ($id: ID!, $version: Int!) { takeOverReview(reviewCaseId: $id, expectedVersion: $version, reason: "示例") {
      id authority { id } request handler { id } steps { kind content } } }`;
    const { id, version } = review;
    for (const role of ['REVIEW_HANDLER', 'HANDLER', 'LEADER', 'SUPERVISOR', 'ADMIN'])
      expect([role, (await graph.ask(officer('jinan', role), TAKE_OVER, { id, version })).codes]).toEqual([
        role,
        ['FORBIDDEN'],
      ]);
    const answer = await graph.ask(jinanBench.leader, TAKE_OVER, { id, version });
    expect(answer.data?.takeOverReview ?? answer.errors).toEqual({
      id,
      authority: { id: idOf('jinan') },
      request: '示例：请求撤销答复意见。',
      handler: null,
      steps: [{ kind: 'TAKING_OVER', content: '示例' }],
    });
  });

  it('is nobody else’s to take, nor without a reason, nor twice', async () => {
    const { review } = await stage.registered(await stage.replied());
    const { id, version } = review;
    await expect(take(jinanBench.clerk, id, version)).rejects.toMatchObject({ code: 'AUTHORITY_EXISTS' });
    await removeLixia();
    const row = async () =>
      (await stage.store.adminQuery('SELECT * FROM review_case WHERE id = $1', [id]))[0];
    const before = await row();
    const cases: [Principal, Parameters<typeof take>[3], number, string][] = [
      [jinanBench.handler, '理由', version, 'FORBIDDEN'],
      [officer('jinan', ['HANDLER', 'LEADER', 'SUPERVISOR']), '理由', version, 'FORBIDDEN'],
      [jinanBench.clerk, ' ', version, 'FIELD_REQUIRED'],
      [jinanBench.clerk, '理由', version + 1, 'STALE_VERSION'],
      [officer('shandong', 'REVIEW_LEADER'), '理由', version, 'AUTHORITY_MISMATCH'],
      [officer('lixiaUnit', 'REVIEW_LEADER'), '理由', version, 'AUTHORITY_MISMATCH'],
      [officer('qingdao', 'REVIEW_LEADER'), '理由', version, 'NOT_FOUND'],
      [officer('lixiaOtherUnit', 'REVIEW_LEADER'), '理由', version, 'NOT_FOUND'],
    ];
    for (const [by, reason, seen, code] of cases)
      await expect(take(by, id, seen, reason)).rejects.toMatchObject({ code });
    // Past the use case, the function itself does nothing for anybody else.
    for (const by of [
      jinanBench.handler,
      officer('shandong', ['REVIEW_LEADER', 'REVIEW_CLERK']),
      officer('qingdao', ['REVIEW_LEADER', 'REVIEW_CLERK']),
      { ...jinanBench.leader, pending: true },
    ])
      expect(
        await stage.store.as(by, (tx) =>
          tx.query('SELECT pt_rvw_02_take_review($1, $2, $3, $4) AS taken', [
            id,
            version,
            '示例',
            stage.store.clock.now(),
          ]),
        ),
      ).toEqual([{ taken: false }]);
    expect(await row()).toEqual(before);
    const bench: Bench = jinanBench;
    const both = await Promise.allSettled([take(bench.clerk, id, version), take(bench.leader, id, version)]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const lost = both.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(['STALE_VERSION', 'AUTHORITY_EXISTS']).toContain(lost.reason.code);
  });
});
