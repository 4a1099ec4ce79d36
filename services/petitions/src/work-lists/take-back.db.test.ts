import { rule, scenario } from '@junxian/test-kit';
import { officerOf } from '../actor';
import { custodyOf, itemAs, registered } from '../testing/cases.support.test';
import { ORGANISATIONS, officer, openStore, type TestStore } from '../testing/store.support.test';
import { takeBack } from './take-back.service';
import { setDone, takeTask, viewTask } from './tasks.service';
import { workCounts, workList } from './work-list.service';
import { eventsOf, handedOn, received, seenBy, sender, taskNow } from './work-lists.fixture';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store?.close());

const receiver = officer('lixia', 'RECEIVER');
const act = (by: typeof sender, taskId: string, expectedVersion: number) =>
  store.as(by, (tx) => takeBack(tx, { taskId, expectedVersion }, officerOf(by), store.clock.now()));
const open = (taskId: string) =>
  store.as(receiver, (tx) => viewTask(tx, taskId, officerOf(receiver), store.clock.now()));
const inboxOf = async (by: typeof sender) =>
  (await store.readAs(by, (tx) => workList(tx, 'UNIT_INBOX', officerOf(by), { first: 100 }))).nodes.map(
    ({ id }) => id,
  );

describe('taking an item back', () => {
  scenario(
    'petitions',
    27,
    'unopened: sender TODO, receiver list empty; after opening CANNOT_TAKE_BACK',
    async () => {
      const { item, task, sent } = await received(store);
      expect(await inboxOf(receiver)).toContain(task.id);
      expect(await act(sender, sent.id, sent.version)).toMatchObject({
        state: 'TODO',
        custody: true,
        holderId: sender.accountId,
        doneAt: null,
      });
      expect(await inboxOf(receiver)).toEqual([]);
      expect(
        await store.readAs(receiver, (tx) => workCounts(tx, officerOf(receiver), '2026-03-02')),
      ).toMatchObject({ unitInbox: 0 });
      expect(await itemAs(store, receiver, item.id)).toBeUndefined();
      await expect(open(task.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await taskNow(store, task.id)).toMatchObject({ state: 'CANCELLED', custody: false });

      const again = await received(store);
      await open(again.task.id);
      await expect(act(sender, again.sent.id, again.sent.version)).rejects.toMatchObject({
        code: 'CANNOT_TAKE_BACK',
      });
      expect(await custodyOf(store, receiver, again.item.id)).toMatchObject({
        id: again.task.id,
        state: 'UNIT_INBOX',
      });
    },
  );

  rule(
    'PT-TSK-03',
    'the item stands where it stood: state, custodian, clocks, record, sight; the routing clock never restarts',
    async () => {
      const before = await registered(store, {}, sender);
      const sight = await seenBy(store, before.id);
      const sent = (await custodyOf(store, sender, before.id))!;
      store.clock.set('2026-03-05T10:00:00+08:00');
      await handedOn(store, before.id, 'lixia');
      expect(await seenBy(store, before.id)).toEqual(['nation', 'shandong', 'jinan', 'lixia']);
      await act(sender, sent.id, (await taskNow(store, sent.id)).version);
      const { version: _v, updatedAt: _u, ...after } = (await itemAs(store, sender, before.id))!;
      const { version: _w, updatedAt: _x, ...expected } = before;
      expect(after).toEqual(expected);
      expect(after).toMatchObject({
        state: 'REGISTERED',
        routedAt: null,
        routeDueOn: '2026-03-17',
        acceptDueOn: null,
      });
      expect(await seenBy(store, before.id)).toEqual(sight);
      expect(
        await store.adminQuery('SELECT state FROM handling_record WHERE case_item_id = $1', [before.id]),
      ).toEqual([{ state: 'TAKEN_BACK' }]);
      expect(await eventsOf(store, before.id)).toEqual(['registered', 'forwarded', 'taken-back']);
      store.clock.set('2026-03-02T09:00:00+08:00');
    },
  );

  it('from a second hand keeps the first routing, the own acceptance clock and result date, and whoever saw it for another reason', async () => {
    const jinan = officer('jinan', ['RECEIVER', 'HANDLER']);
    const { item, task } = await received(store, 'jinan', { resultDueAt: '2026-04-10' });
    await store.as(jinan, (tx) =>
      takeTask(tx, { taskId: task.id, expectedVersion: task.version }, officerOf(jinan), store.clock.now()),
    );
    const held = (await itemAs(store, jinan, item.id))!;
    store.clock.set('2026-03-04T10:00:00+08:00');
    await handedOn(store, item.id, 'lixiaStreet', { by: jinan, resultDueAt: '2026-03-30' });
    // A period that was changed meanwhile is for clocks that start later (catalogue 3).
    await store.adminQuery(`UPDATE period SET amount = 40 WHERE kind = 'ACCEPT'`);
    const { version } = await taskNow(store, task.id);
    expect(await act(jinan, task.id, version)).toMatchObject({ state: 'TODO', resultDueOn: '2026-04-10' });
    expect(await itemAs(store, jinan, item.id)).toMatchObject({
      state: 'IN_HANDLING',
      custodianOrganisationId: ORGANISATIONS.jinan.id,
      petitionDeptOrganisationId: held.petitionDeptOrganisationId,
      routedAt: held.routedAt,
      acceptReceivedAt: held.acceptReceivedAt,
      acceptDueOn: '2026-03-17',
    });
    await store.adminQuery(`UPDATE period SET amount = 15 WHERE kind = 'ACCEPT'`);
    expect(await seenBy(store, item.id)).toEqual(['nation', 'shandong', 'jinan']);
    store.clock.set('2026-03-02T09:00:00+08:00');
  });

  it('is for the last actor alone, and not after the receiver passed it on', async () => {
    const { item, task, sent } = await received(store);
    await expect(act(officer('shandong', 'HANDLER', 'other'), sent.id, sent.version)).rejects.toMatchObject({
      code: 'NOT_LAST_ACTOR',
    });
    await expect(act(sender, sent.id, sent.version + 1)).rejects.toMatchObject({ code: 'STALE_VERSION' });
    const lixia = officer('lixia', ['RECEIVER', 'HANDLER']);
    await store.as(lixia, (tx) =>
      takeTask(tx, { taskId: task.id, expectedVersion: task.version }, officerOf(lixia), store.clock.now()),
    );
    await handedOn(store, item.id, 'lixiaStreet', { by: lixia });
    await expect(act(sender, sent.id, sent.version)).rejects.toMatchObject({ code: 'CANNOT_TAKE_BACK' });
  });

  rule('PT-TSK-03', 'what was merely set done is reopened without moving the item', async () => {
    const { item, task } = await received(store, 'lixia', { resultDueAt: '2026-04-10' });
    const [own] = await store.adminQuery<{ id: string }>(
      `INSERT INTO org_task (case_item_id, kind, state, organisation_id, region_code, holder_id, received_at)
       SELECT case_item_id, 'HANDLE', 'TODO', $2, region_code, $3, received_at FROM org_task WHERE id = $1 RETURNING id`,
      [task.id, ORGANISATIONS.jinan.id, officer('jinan', 'HANDLER').accountId],
    );
    const jinan = officer('jinan', 'HANDLER');
    const done = await store.as(jinan, (tx) =>
      setDone(tx, { taskId: own!.id, expectedVersion: 1 }, officerOf(jinan), store.clock.now()),
    );
    expect(done).toMatchObject({ state: 'DONE', doneBy: jinan.accountId });
    expect(await act(jinan, done.id, done.version)).toMatchObject({
      state: 'TODO',
      custody: false,
      doneBy: null,
    });
    expect(await custodyOf(store, jinan, item.id)).toMatchObject({ id: task.id });
  });

  it('hides nothing on the word of others, nor from who has another reason to see', async () => {
    const { item } = await received(store);
    const before = await seenBy(store, item.id);
    for (const by of [sender, officer('jinan', 'HANDLER'), officer('qingdao', 'HANDLER'), receiver])
      await store.as(by, (tx) => tx.query('SELECT pt_tsk_03_hide_again($1)', [item.id]));
    expect(await seenBy(store, item.id)).toEqual(before);
    expect(before).toContain('lixia');
  });

  rule(
    'PT-TSK-03',
    'taking back and opening at the same moment: one wins, the other is told why',
    async () => {
      for (let round = 0; round < 6; round++) {
        const { item, task, sent } = await received(store);
        const attempts = [() => act(sender, sent.id, sent.version), () => open(task.id)];
        const [back, opened] = await Promise.allSettled(
          round % 2 === 0
            ? attempts.map((go) => go())
            : [...attempts]
                .reverse()
                .map((go) => go())
                .reverse(),
        );
        const holder = await custodyOf(store, sender, item.id);
        if (back!.status === 'fulfilled') {
          expect(opened).toMatchObject({ status: 'rejected', reason: { code: 'NOT_FOUND' } });
          expect(holder).toMatchObject({ id: sent.id, state: 'TODO' });
          expect(await taskNow(store, task.id)).toMatchObject({ state: 'CANCELLED', openedAt: null });
        } else {
          expect(back!.reason).toMatchObject({ code: 'CANNOT_TAKE_BACK' });
          expect(opened).toMatchObject({ status: 'fulfilled' });
          expect(holder).toMatchObject({ id: task.id, state: 'UNIT_INBOX' });
        }
      }
    },
  );
});
