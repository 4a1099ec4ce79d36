import type { Principal } from '@junxian/identity';
import { type GraphAnswer, rule } from '@junxian/test-kit';
import { HandlingStage, jinan, lixia, lixiaUnit, shandong } from '../handling/handling.fixture';
import type { CaseDraft } from '../registration/case-registration.service';
import { raiseWarnings } from '../supervision/daily-run.service';
import { removals } from '../testing/removed-organisations.support.test';
import {
  ORGANISATIONS,
  type OrganisationKey,
  officer,
  openStore,
  type TestStore,
} from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import { taskNow } from './work-lists.fixture';

let store: TestStore;
let stage: HandlingStage;
beforeAll(async () => {
  store = await openStore();
  stage = new HandlingStage(store);
});
const graph = graphOver(() => store);
beforeEach(() => stage.at('2026-03-02'));
const { remove } = removals(() => store);
afterEach(() => store.adminQuery('UPDATE officer_appointment SET ended_on = valid_from'));
afterAll(() => store?.close());

const id = (key: OrganisationKey) => ORGANISATIONS[key].id;
const ask = (by: Principal, document: string, variables: object = {}): Promise<GraphAnswer> =>
  graph.ask(by, document, variables);
const codeOf = async (answer: Promise<GraphAnswer>) => (await answer).errors?.[0]?.extensions?.code;
const done = async (answer: Promise<GraphAnswer>) => {
  const { data, errors } = await answer;
  if (errors) throw new Error(JSON.stringify(errors));
  return data!;
};

/** The items whose result a bureau is shown as nobody's to wait for; the number on signing in agrees. */
const listed = async (by: Principal): Promise<string[]> => {
  const { workList, workCounts } = await done(
    ask(
      by,
      '{ workList(list: ASSIGNER_GONE, first: 100) { nodes { caseItem { id } } } workCounts { assignerGone } }',
    ),
  );
  expect(workCounts.assignerGone).toBe(workList.nodes.length);
  return workList.nodes.map((node: { caseItem: { id: string } }) => node.caseItem.id);
};
const PLACES = ['nation', 'shandong', 'jinan', 'lixia', 'lixiaStreet', 'lixiaOtherUnit', 'qingdao'] as const;
const shownTo = async (item: string) => {
  const found: string[] = [];
  for (const key of PLACES) if ((await listed(officer(key, 'HANDLER'))).includes(item)) found.push(key);
  return found;
};

/** A new item that the Lixia bureau has assigned to the unit there, which has it in hand; with the bureau's task. */
const assigned = async (changes: Partial<CaseDraft> = {}) => {
  const { id: item } = await stage.register(changes);
  await stage.forward(shandong, item, 'lixia');
  await stage.take(lixia, item);
  await stage.assign(lixia, item, 'lixiaUnit', '2026-04-10');
  await stage.take(lixiaUnit, item);
  const [task] = await store.adminQuery<{ id: string; version: number }>(
    `SELECT id, version FROM org_task WHERE case_item_id = $1 AND state = 'AWAITING_RESULT'`,
    [item],
  );
  return { item, task: task! };
};
const TAKE = `mutation ($id: ID!, $version: Int!) { takeOverResult(taskId: $id, expectedVersion: $version) {
  id state version resultDueAt organisation { id } } }`;
const take = (by: Principal, { id: task, version }: { id: string; version: number }) =>
  ask(by, TAKE, { id: task, version });
const report = async (by: Principal, item: string) =>
  (
    await done(
      ask(
        by,
        'mutation ($item: ID!) { submitReport(caseItemId: $item, body: "示例：结果") { report { id version state } } }',
        { item },
      ),
    )
  ).submitReport.report as { id: string; version: number };
const REVIEW = `mutation ($id: ID!, $version: Int!, $approve: Boolean!) {
  reviewReport(reportId: $id, expectedVersion: $version, approve: $approve, opinion: "示例") { report { id version state } } }`;
const review = (by: Principal, of: { id: string; version: number }, approve: boolean) =>
  ask(by, REVIEW, { ...of, approve });

describe('a result whose assigner was removed', () => {
  rule(
    'PT-TSK-02',
    'is listed, and counted, for the nearest bureau alone, of the own region or above, and for none while the assigner is there',
    async () => {
      const { item } = await assigned();
      expect(await shownTo(item)).toEqual([]);
      await remove('lixia');
      expect(await shownTo(item)).toEqual(['jinan']);
      for (const role of ['RECEIVER', 'LEADER', 'SUPERVISOR', 'STATISTICIAN', 'ADMIN', 'REVIEW_CLERK'])
        expect(await listed(officer('jinan', role))).toContain(item);
      await remove('jinan');
      expect(await shownTo(item)).toEqual(['shandong']);
    },
  );

  rule(
    'PT-HND-08',
    'goes to no bureau that the accused reach, and the accused find nothing there',
    async () => {
      const accused = await store.appoint(officer('jinan', 'LEADER', 'accused'));
      const { item, task } = await assigned({ purpose: 'ACCUSATION', accusedAccountId: accused.accountId });
      await remove('lixia');
      expect(await shownTo(item)).toEqual(['shandong']);
      expect(await codeOf(take(jinan, task))).toBe('NOT_RELIEVING');
      await store.adminQuery('UPDATE officer_appointment SET ended_on = valid_from');
      expect(await shownTo(item)).toEqual(['jinan']);
      const them = { ...jinan, accountId: accused.accountId };
      expect(await listed(them)).not.toContain(item);
      expect(await codeOf(take(them, task))).toBe('NOT_FOUND');
    },
  );

  rule(
    ['PT-TSK-02', 'PT-HND-12'],
    'is waited for by the bureau above: reported to it on the day it was due, sent back, reported again, approved',
    async () => {
      const { item, task } = await assigned();
      await remove('lixia');
      stage.at('2026-03-09');
      const before = await taskNow(store, task.id);
      const { takeOverResult } = await done(take(jinan, task));
      expect(takeOverResult).toEqual({
        id: task.id,
        state: 'AWAITING_RESULT',
        version: task.version + 1,
        resultDueAt: '2026-04-10',
        organisation: { id: id('jinan') },
      });
      expect(await taskNow(store, task.id)).toEqual({
        ...before,
        organisationId: id('jinan'),
        holderId: jinan.accountId,
        version: task.version + 1,
      });
      expect(
        await store.adminQuery(
          `SELECT action, organisation_id AS by, details FROM case_journal WHERE case_item_id = $1 ORDER BY id DESC LIMIT 1`,
          [item],
        ),
      ).toEqual([
        { action: 'RESULT_TAKEN_OVER', by: id('jinan'), details: { from: id('lixia'), to: id('jinan') } },
      ]);
      expect(await listed(jinan)).not.toContain(item);
      const lists = await done(
        ask(jinan, '{ workList(list: AWAITING_RESULT, first: 100) { nodes { id } } }'),
      );
      expect(lists.workList.nodes).toContainEqual({ id: task.id });
      const sent = await report(lixiaUnit, item);
      const back = (await done(review(jinan, sent, false))).reviewReport.report;
      expect(back.state).toBe('SENT_BACK');
      const again = (
        await done(
          ask(
            lixiaUnit,
            `mutation ($item: ID!, $report: ID!, $version: Int!) {
               submitReport(caseItemId: $item, reportId: $report, expectedVersion: $version, body: "示例：补充") { report { id version state } } }`,
            { item, report: back.id, version: back.version },
          ),
        )
      ).submitReport.report;
      expect((await done(review(jinan, again, true))).reviewReport.report.state).toBe('APPROVED');
      expect(await taskNow(store, task.id)).toMatchObject({ state: 'TODO', holderId: jinan.accountId });
    },
  );

  rule(
    'PT-HND-12',
    'is taken over with a report that nobody had reviewed, which changes in nothing but its addressee',
    async () => {
      const { item, task } = await assigned();
      const sent = await report(lixiaUnit, item);
      const row = async () => (await store.adminQuery('SELECT * FROM report WHERE id = $1', [sent.id]))[0]!;
      const before = await row();
      await remove('lixia');
      // Nobody addresses a report anew that was handed in, nor does who wrote it.
      await expect(
        store.as(lixiaUnit, (tx) =>
          tx.query('UPDATE report SET to_organisation_id = $2 WHERE id = $1', [sent.id, id('jinan')]),
        ),
      ).rejects.toThrow('a settled report does not change');
      await done(take(jinan, task));
      expect(await row()).toEqual({
        ...before,
        to_organisation_id: id('jinan'),
        updated_at: store.clock.now(),
        version: sent.version + 1,
      });
      const { workList } = await done(
        ask(jinan, '{ workList(list: REPORTS, first: 100) { nodes { kind caseItem { id } } } }'),
      );
      expect(workList.nodes).toContainEqual({ kind: 'REPORT_REVIEW', caseItem: { id: item } });
      const { reviewReport } = await done(review(jinan, { ...sent, version: sent.version + 1 }, true));
      expect(reviewReport.report.state).toBe('APPROVED');
      expect(await taskNow(store, task.id)).toMatchObject({ state: 'TODO' });
    },
  );

  rule(
    'PT-SUP-01',
    'keeps its warning, the same one and raised once: it is of who owes the result',
    async () => {
      const { task } = await assigned();
      stage.at('2026-04-07');
      await raiseWarnings(store.database, store.clock);
      const warning = () =>
        store.adminQuery(
          `SELECT id, level, target_organisation_id AS target, due_on::text AS due, raised_at FROM warning WHERE subject_id = $1`,
          [task.id],
        );
      const before = await warning();
      expect(before).toMatchObject([{ level: 'YELLOW', target: id('lixiaUnit'), due: '2026-04-10' }]);
      await remove('lixia');
      await done(take(jinan, task));
      stage.at('2026-04-08');
      await raiseWarnings(store.database, store.clock);
      expect(await warning()).toEqual(before);
    },
  );

  rule(
    'PT-TSK-03',
    'is not in the way of a return: the item comes back to the bureau that waits now',
    async () => {
      const { item, task } = await assigned();
      await remove('lixia');
      stage.at('2026-03-03');
      const RETURN = `mutation ($id: ID!, $version: Int!) { returnCase(taskId: $id, expectedVersion: $version, reason: "示例") { id version } }`;
      const [held] = await store.adminQuery<{ id: string; version: number }>(
        'SELECT id, version FROM org_task WHERE case_item_id = $1 AND custody',
        [item],
      );
      expect(await codeOf(ask(lixiaUnit, RETURN, held))).toBe('SENDER_REMOVED');
      await done(take(jinan, task));
      const { returnCase } = await done(ask(lixiaUnit, RETURN, held));
      const decided = await done(
        ask(
          jinan,
          'mutation ($id: ID!, $version: Int!) { decideReturn(requestId: $id, expectedVersion: $version, decision: CONFIRM) { state task { id } } }',
          returnCase,
        ),
      );
      expect(decided.decideReturn.state).toBe('CONFIRMED');
      expect(
        await store.adminQuery(
          `SELECT t.id, t.state, t.organisation_id AS at, c.custodian_organisation_id AS custodian, c.state AS item
           FROM org_task t JOIN case_item c ON c.id = t.case_item_id WHERE t.case_item_id = $1 AND t.custody`,
          [item],
        ),
      ).toEqual([
        {
          id: task.id,
          // Nobody of the bureau is known to be in office: it lies where any of them takes it.
          state: 'UNIT_INBOX',
          at: id('jinan'),
          custodian: id('jinan'),
          item: 'IN_HANDLING',
        },
      ]);
    },
  );

  rule('PT-HND-05', 'is still owed of a completed item, and taken over like any other', async () => {
    const { item, task } = await assigned();
    await stage.notify(lixiaUnit, item, 'NON_ACCEPTANCE');
    await remove('lixia');
    expect(await shownTo(item)).toEqual(['jinan']);
    await done(take(jinan, task));
    await done(review(jinan, await report(lixiaUnit, item), true));
    expect(await taskNow(store, task.id)).toMatchObject({ state: 'TODO', holderId: jinan.accountId });
  });

  it('may be waited for by who waits for the next: each of the two results is reported and approved', async () => {
    const { id: item } = await stage.register();
    await stage.assign(shandong, item, 'jinan', '2026-05-10');
    await stage.take(jinan, item);
    await stage.assign(jinan, item, 'lixia', '2026-04-10');
    await stage.take(lixia, item);
    await remove('jinan');
    const [first, second] = await store.adminQuery<{ id: string; version: number }>(
      `SELECT id, version FROM org_task WHERE case_item_id = $1 AND state = 'AWAITING_RESULT' ORDER BY id`,
      [item],
    );
    await done(take(shandong, second!));
    await done(review(shandong, await report(lixia, item), true));
    expect(await taskNow(store, second!.id)).toMatchObject({ state: 'TODO' });
    await done(review(shandong, await report(shandong, item), true));
    expect(await taskNow(store, first!.id)).toMatchObject({ state: 'TODO', holderId: shandong.accountId });
  });

  it('is nobody else’s to take, nor twice, nor while the assigner is there', async () => {
    const { task } = await assigned();
    expect(await codeOf(take(jinan, task))).toBe('ASSIGNER_EXISTS');
    await remove('lixia');
    const before = await taskNow(store, task.id);
    for (const [by, of, code] of [
      [officer('shandong', 'HANDLER'), task, 'NOT_RELIEVING'],
      [lixiaUnit, task, 'NOT_RELIEVING'],
      [officer('qingdao', 'HANDLER'), task, 'NOT_FOUND'],
      [officer('lixiaOtherUnit', 'HANDLER'), task, 'NOT_FOUND'],
      [officer('jinan', ['SUPERVISOR', 'RECEIVER', 'ADMIN']), task, 'FORBIDDEN'],
      [jinan, { ...task, version: task.version + 1 }, 'STALE_VERSION'],
      [jinan, { ...task, id: 'nothing' }, 'NOT_FOUND'],
    ] as const)
      expect([code, await codeOf(take(by, of))]).toEqual([code, code]);
    // Past the use case, the function itself does nothing for anybody else.
    for (const by of [
      officer('jinan', ['SUPERVISOR', 'RECEIVER']),
      officer('shandong', 'HANDLER'),
      officer('qingdao', 'HANDLER'),
      { ...jinan, pending: true },
    ])
      expect(
        await store.as(by, (tx) =>
          tx.query('SELECT pt_tsk_02_take_result($1, $2, $3) AS taken', [
            task.id,
            task.version,
            store.clock.now(),
          ]),
        ),
      ).toEqual([{ taken: false }]);
    expect(await taskNow(store, task.id)).toEqual(before);
    await done(take(jinan, task));
    expect(await codeOf(take(jinan, task))).toBe('ASSIGNER_EXISTS');
  });
});
