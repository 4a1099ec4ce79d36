import { countStatements, rule, scenario } from '@junxian/test-kit';
import { officerOf } from '../actor';
import type { OrgTask } from '../cases/case.types';
import { directReply } from '../handling/replies.service';
import { custodyOf, itemAs, registered } from '../testing/cases.support.test';
import { ORGANISATIONS, officer, openStore, type TestStore } from '../testing/store.support.test';
import { distributeTask, sendTask, setDone, takeTask, viewTask } from './tasks.service';
import { clockOfItem, clocksOfTask, urgencyOf } from './urgency.rules';
import { type WorkList, workCounts, workList } from './work-list.service';
import { received, sender, taskNow } from './work-lists.fixture';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store?.close());
beforeEach(() => store.clock.set('2026-03-02T09:00:00+08:00'));

type By = typeof sender;
const [receiver, handler, colleague] = [
  officer('lixia', 'RECEIVER'),
  officer('lixia', 'HANDLER'),
  officer('lixia', 'HANDLER', 'colleague'),
];
const now = () => store.clock.now();
const take = ({ id, version }: Pick<OrgTask, 'id' | 'version'>, by: By = handler) =>
  store.as(by, (tx) => takeTask(tx, { taskId: id, expectedVersion: version }, officerOf(by), now()));
const view = (taskId: string, by: By) => store.as(by, (tx) => viewTask(tx, taskId, officerOf(by), now()));
const send = ({ id, version }: Pick<OrgTask, 'id' | 'version'>, to: By, by: By = handler) =>
  store.as(by, (tx) =>
    sendTask(tx, { taskId: id, expectedVersion: version, toAccountId: to.accountId! }, officerOf(by), now()),
  );
const done = ({ id, version }: Pick<OrgTask, 'id' | 'version'>, by: By = handler) =>
  store.as(by, (tx) => setDone(tx, { taskId: id, expectedVersion: version }, officerOf(by), now()));
const distribute = (
  { id, version }: Pick<OrgTask, 'id' | 'version'>,
  toAccountId: string,
  by: By = receiver,
) =>
  store.as(by, (tx) =>
    distributeTask(tx, { taskId: id, expectedVersion: version, toAccountId }, officerOf(by), now()),
  );
const listOf = async (by: By, list: WorkList) =>
  (await store.readAs(by, (tx) => workList(tx, list, officerOf(by), { first: 100 }))).nodes.map(
    ({ id }) => id,
  );
const countsOf = (by: By) => store.readAs(by, (tx) => workCounts(tx, officerOf(by), store.clock.today()));
const journal = (caseItemId: string) =>
  store.adminQuery<{ action: string }>(
    'SELECT action FROM case_journal WHERE case_item_id = $1 ORDER BY id',
    [caseItemId],
  );

describe('the unit inbox', () => {
  it('is taken from by locks of item and task, one change and one entry of the journal', async () => {
    const { task } = await received(store);
    const { statements } = await countStatements(store.database, () => take(task));
    // Besides: the transaction begins, says who asks, and ends.
    expect(statements).toBe(3 + 4);
  });

  rule('PT-TSK-02', 'a received item lies in it until somebody of the unit takes it', async () => {
    const { item, task } = await received(store);
    expect(await listOf(receiver, 'UNIT_INBOX')).toContain(task.id);
    expect(await listOf(officer('lixiaUnit', 'RECEIVER'), 'UNIT_INBOX')).toEqual([]);
    const taken = await take(task);
    expect(taken).toMatchObject({
      state: 'TODO',
      holderId: handler.accountId,
      openedAt: now(),
      custody: true,
    });
    expect(await listOf(receiver, 'UNIT_INBOX')).not.toContain(task.id);
    expect(await listOf(handler, 'TODO')).toContain(task.id);
    expect(await listOf(colleague, 'TODO')).not.toContain(task.id);
    await expect(take(task, colleague)).rejects.toMatchObject({ code: 'ALREADY_TAKEN' });
    expect((await journal(item.id)).map(({ action }) => action)).toEqual([
      'REGISTER',
      'FORWARD',
      'TASK_TAKEN',
    ]);
  });

  rule('PT-TSK-02', 'a receiver gives it to a colleague who handles, today, in the same unit', async () => {
    const { task } = await received(store);
    await expect(distribute(task, handler.accountId!)).rejects.toMatchObject({
      code: 'COLLEAGUE_NOT_ALLOWED',
      field: 'toAccountId',
    });
    await store.appoint(receiver);
    await store.appoint(officer('shinan', 'HANDLER'));
    for (const wrong of [receiver.accountId!, officer('shinan', 'HANDLER').accountId!, 'nobody'])
      await expect(distribute(task, wrong)).rejects.toMatchObject({ code: 'COLLEAGUE_NOT_ALLOWED' });
    await store.appoint(handler);
    expect(await distribute(task, handler.accountId!)).toMatchObject({
      state: 'TODO',
      holderId: handler.accountId,
    });
    await expect(distribute(task, handler.accountId!)).rejects.toMatchObject({ code: 'ALREADY_TAKEN' });
  });

  rule(
    'PT-TSK-02',
    'two officers take one task at the same moment: one has it, the other is told',
    async () => {
      for (let round = 0; round < 4; round++) {
        const { task } = await received(store);
        const results = await Promise.allSettled([take(task, handler), take(task, colleague)]);
        const won = results.filter((result) => result.status === 'fulfilled');
        expect(won).toHaveLength(1);
        const lost = results.find((result) => result.status === 'rejected') as PromiseRejectedResult;
        expect(lost.reason).toMatchObject({ code: 'ALREADY_TAKEN' });
        const { holderId } = (won[0] as PromiseFulfilledResult<OrgTask>).value;
        expect(await taskNow(store, task.id)).toMatchObject({ state: 'TODO', holderId });
      }
    },
  );

  rule(
    'PT-TSK-03',
    'opened once: by who receives or holds, not by others of the unit, and never anew',
    async () => {
      const { task } = await received(store);
      expect(await view(task.id, officer('lixia', 'STATISTICIAN'))).toMatchObject({ openedAt: null });
      const opened = await view(task.id, receiver);
      expect(opened).toMatchObject({ state: 'UNIT_INBOX', openedAt: now() });
      store.clock.set('2026-03-03T09:00:00+08:00');
      expect(await view(task.id, handler)).toMatchObject({
        openedAt: opened.openedAt,
        version: opened.version,
      });
      await expect(view(task.id, officer('jinan', 'RECEIVER'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    },
  );
});

describe('a to-do', () => {
  rule('PT-TSK-03', 'is sent to a colleague of the same unit, who alone holds it then', async () => {
    const { task } = await received(store);
    const mine = await take(task);
    await expect(send(mine, officer('jinan', 'HANDLER'))).rejects.toMatchObject({
      code: 'COLLEAGUE_NOT_ALLOWED',
    });
    await expect(send(mine, handler)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await store.appoint(colleague);
    const sent = await send(mine, colleague);
    expect(sent).toMatchObject({ state: 'TODO', holderId: colleague.accountId, custody: true });
    expect(
      [await listOf(handler, 'TODO'), await listOf(colleague, 'TODO')].map((list) => list.includes(task.id)),
    ).toEqual([false, true]);
    await expect(send(sent, colleague)).rejects.toMatchObject({ code: 'NOT_HOLDER' });
    await expect(send({ ...sent, version: 1 }, handler, colleague)).rejects.toMatchObject({
      code: 'STALE_VERSION',
    });
  });

  it('is not sent to the accused person', async () => {
    const accused = officer('lixia', 'HANDLER', 'accused');
    const { item, task } = await received(store, 'lixia', {
      draft: { purpose: 'ACCUSATION', accusedAccountId: accused.accountId! },
    });
    // Joins the unit only after the item came to it.
    await store.appoint(accused);
    const mine = await take(task);
    await expect(send(mine, accused)).rejects.toMatchObject({ code: 'COLLEAGUE_NOT_ALLOWED' });
    expect(await itemAs(store, accused, item.id)).toBeUndefined();
    await expect(take(task, accused)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  rule('PT-TSK-03', 'is not just set done while the item is in custody, or a result is awaited', async () => {
    const { item, task, sent } = await received(store, 'lixia', { resultDueAt: '2026-04-10' });
    await expect(done(await take(task))).rejects.toMatchObject({ code: 'CUSTODY_OPEN' });
    await expect(done(sent, sender)).rejects.toMatchObject({ code: 'WRONG_TASK_STATE' });
    const [own] = await store.adminQuery<{ id: string; version: number }>(
      `INSERT INTO org_task (case_item_id, kind, state, organisation_id, region_code, holder_id, received_at)
       VALUES ($1, 'HANDLE', 'TODO', $2, '370000000000', $3, now()) RETURNING id, version`,
      [item.id, ORGANISATIONS.shandong.id, sender.accountId],
    );
    await expect(done(own!, sender)).rejects.toMatchObject({ code: 'RESULT_AWAITED' });
    await store.adminQuery(`UPDATE org_task SET state = 'TODO' WHERE id = $1`, [sent.id]);
    const ended = await done(own!, sender);
    expect(ended).toMatchObject({ state: 'DONE', doneBy: sender.accountId, doneAt: now() });
    expect(await listOf(sender, 'DONE')).toContain(own!.id);
  });

  scenario(
    'petitions',
    24,
    'FORWARD: the sender’s task is done; ASSIGN: it is in the list of results awaited',
    async () => {
      const forwarded = await received(store);
      const assigned = await received(store, 'lixia', { resultDueAt: '2026-04-10' });
      expect(forwarded.sent).toMatchObject({ state: 'DONE', custody: false, resultDueOn: null });
      expect(assigned.sent).toMatchObject({
        state: 'AWAITING_RESULT',
        custody: false,
        resultDueOn: '2026-04-10',
      });
      const [doneList, awaiting] = [await listOf(sender, 'DONE'), await listOf(sender, 'AWAITING_RESULT')];
      expect([doneList.includes(forwarded.sent.id), awaiting.includes(forwarded.sent.id)]).toEqual([
        true,
        false,
      ]);
      expect([doneList.includes(assigned.sent.id), awaiting.includes(assigned.sent.id)]).toEqual([
        false,
        true,
      ]);
    },
  );
});

describe('the counts on signing in', () => {
  rule('PT-TSK-01', 'agree with the lists, and near-due and overdue with the rule, day by day', async () => {
    const by = officer('shandongUnit', ['LETTER_REGISTRAR', 'HANDLER']);
    for (const days of [0, 3, 8, 12])
      await registered(store, { receivedAt: new Date(Date.UTC(2026, 2, 2 - days)) }, by);
    const expected = async (today: string) => {
      const ids = [
        ...(await listOf(by, 'UNIT_INBOX')),
        ...(await listOf(by, 'TODO')),
        ...(await listOf(by, 'AWAITING_RESULT')),
      ];
      const found = { NONE: 0, NEAR_DUE: 0, OVERDUE: 0 };
      for (const id of ids) {
        const task = await taskNow(store, id);
        const item = (await itemAs(store, by, task.caseItemId))!;
        found[urgencyOf(clocksOfTask(task, item), today)] += 1;
      }
      return { todo: (await listOf(by, 'TODO')).length, nearDue: found.NEAR_DUE, overdue: found.OVERDUE };
    };
    const seen = [];
    for (const day of ['2026-03-02', '2026-03-06', '2026-03-12', '2026-03-18']) {
      store.clock.set(`${day}T09:00:00+08:00`);
      const counts = await countsOf(by);
      expect(counts).toMatchObject(await expected(day));
      seen.push([counts.nearDue, counts.overdue]);
    }
    // Received 03-02, 02-27, 02-22 and 02-18: due 03-17, 03-14, 03-09 and 03-05.
    expect(seen).toEqual([
      [1, 0],
      [1, 1],
      [2, 2],
      [0, 4],
    ]);
  });

  it('shows the urgency of accepted items ten days ahead, and of results', async () => {
    const by = officer('lixiaOtherUnit', ['RECEIVER', 'HANDLER']);
    const { item, task } = await received(store, 'lixiaUnit', { resultDueAt: '2026-03-20' });
    const unit = officer('lixiaUnit', ['RECEIVER', 'HANDLER']);
    await take(task, unit);
    await store.adminQuery(
      `UPDATE case_item SET state = 'ACCEPTED', accepted_at = now(), handle_due_on = '2026-05-01' WHERE id = $1`,
      [item.id],
    );
    const on = async (day: string) => {
      store.clock.set(`${day}T09:00:00+08:00`);
      const { nearDue, overdue } = await countsOf(unit);
      return [nearDue, overdue];
    };
    expect(await on('2026-03-14')).toEqual([0, 0]);
    expect(await on('2026-03-15')).toEqual([1, 0]);
    expect(await on('2026-03-21')).toEqual([0, 1]);
    await store.adminQuery('UPDATE org_task SET result_due_on = NULL WHERE id = $1', [task.id]);
    expect(await on('2026-04-20')).toEqual([0, 0]);
    expect(await on('2026-04-21')).toEqual([1, 0]);
    expect(await on('2026-05-02')).toEqual([0, 1]);
    expect(await countsOf(by)).toMatchObject({ unitInbox: 0, overdue: 0 });
    expect(clockOfItem((await itemAs(store, unit, item.id))!)).toEqual({
      kind: 'HANDLE',
      dueOn: '2026-05-01',
    });
    expect((await custodyOf(store, unit, item.id))!.id).toBe(task.id);
  });

  rule(
    'PT-SUP-05',
    'an awaited result of a completed item is overdue for nobody, in counts as in lists',
    async () => {
      store.clock.set('2026-03-02T09:00:00+08:00');
      const by = officer('lixiaUnit', 'HANDLER', 'replies');
      const { item, task, sent } = await received(store, 'lixiaUnit', { resultDueAt: '2026-03-06' });
      await take(task, by);
      store.clock.set('2026-03-09T09:00:00+08:00');
      const overdue = async () => (await countsOf(sender)).overdue;
      const before = await overdue();
      const { version } = (await itemAs(store, by, item.id))!;
      await store.as(by, (tx) =>
        directReply(
          tx,
          { caseItemId: item.id, expectedVersion: version, reply: '示例：已答复' },
          officerOf(by),
          store.clock.now(),
        ),
      );
      expect(await overdue()).toBe(before - 1);
      expect(await taskNow(store, sent.id)).toMatchObject({
        state: 'AWAITING_RESULT',
        resultDueOn: '2026-03-06',
      });
    },
  );
});
