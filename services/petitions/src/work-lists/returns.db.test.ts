import { rule, scenario } from '@junxian/test-kit';
import { officerOf } from '../actor';
import { custodyOf, itemAs } from '../testing/cases.support.test';
import { ORGANISATIONS, officer, openStore, type TestStore } from '../testing/store.support.test';
import { decideReturn, type ReturnRequest, returnCase, withdrawReturn } from './returns.service';
import { takeTask, viewTask } from './tasks.service';
import { workCounts, workList } from './work-list.service';
import { eventsOf, handedOn, received, sender, taskNow } from './work-lists.fixture';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
  await store.appoint(sender);
});
afterAll(() => store?.close());
beforeEach(() => store.clock.set('2026-03-02T09:00:00+08:00'));

const lixia = officer('lixia', ['RECEIVER', 'HANDLER']);
const ask = (
  taskId: string,
  expectedVersion: number,
  more: { reason?: string; suggestedOrgId?: string } = {},
  by = lixia,
) =>
  store.as(by, (tx) =>
    returnCase(
      tx,
      { taskId, expectedVersion, reason: '不属于本单位职责', ...more },
      officerOf(by),
      store.clock.now(),
    ),
  );
const decide = (request: ReturnRequest, decision: 'CONFIRM' | 'REFUSE', reason?: string, by = sender) =>
  store.as(by, (tx) =>
    decideReturn(
      tx,
      { requestId: request.id, expectedVersion: request.version, decision, reason },
      officerOf(by),
      store.clock.now(),
    ),
  );
const withdraw = (request: ReturnRequest, by = lixia) =>
  store.as(by, (tx) =>
    withdrawReturn(
      tx,
      { requestId: request.id, expectedVersion: request.version },
      officerOf(by),
      store.clock.now(),
    ),
  );

describe('returning an item', () => {
  scenario(
    'petitions',
    28,
    'received Thursday 2026-03-05: returned 2026-03-12 allowed, 2026-03-13 RETURN_TOO_LATE',
    async () => {
      store.clock.set('2026-03-05T10:00:00+08:00');
      const early = await received(store);
      const late = await received(store);
      store.clock.set('2026-03-13T00:00:01+08:00');
      await expect(ask(late.task.id, late.task.version)).rejects.toMatchObject({
        code: 'RETURN_TOO_LATE',
        details: { lastDay: '2026-03-12' },
      });
      expect(await taskNow(store, late.task.id)).toMatchObject({ state: 'UNIT_INBOX' });
      store.clock.set('2026-03-12T23:59:59+08:00');
      expect(await ask(early.task.id, early.task.version)).toMatchObject({ state: 'PENDING' });
    },
  );

  rule('PT-TSK-03', 'five working days count holidays out and make-up days in', async () => {
    // The make-up Saturday 2026-02-28 is a working day: received 02-26, the fifth is 03-05.
    store.clock.set('2026-02-26T10:00:00+08:00');
    const { task } = await received(store);
    store.clock.set('2026-03-05T10:00:00+08:00');
    await expect(ask(task.id, task.version)).rejects.toMatchObject({ details: { lastDay: '2026-03-04' } });
    store.clock.set('2026-03-04T10:00:00+08:00');
    expect(await ask(task.id, task.version)).toMatchObject({ state: 'PENDING' });
  });

  rule(
    'PT-TSK-03',
    'confirmed: receiver RETURNED, the sender has it again as before; the receiver keeps its sight',
    async () => {
      const { item, task, sent } = await received(store, 'lixia', { resultDueAt: '2026-04-10' });
      const request = await ask(task.id, task.version, { suggestedOrgId: ORGANISATIONS.lixiaUnit.id });
      expect(await taskNow(store, task.id)).toMatchObject({
        state: 'RETURN_PENDING',
        custody: true,
        holderId: lixia.accountId,
      });
      const list = await store.readAs(sender, (tx) => workList(tx, 'RETURNS', officerOf(sender), {}));
      expect(list.nodes.map(({ id }) => id)).toContain(task.id);
      expect(
        await store.readAs(sender, (tx) => workCounts(tx, officerOf(sender), '2026-03-02')),
      ).toMatchObject({
        returns: list.nodes.length,
      });
      store.clock.set('2026-03-03T09:00:00+08:00');
      await decide(request, 'CONFIRM');
      expect(await taskNow(store, task.id)).toMatchObject({ state: 'RETURNED', custody: false });
      expect(await custodyOf(store, sender, item.id)).toMatchObject({
        id: sent.id,
        state: 'TODO',
        holderId: sender.accountId,
        resultDueOn: null,
      });
      expect(await itemAs(store, sender, item.id)).toMatchObject({
        state: 'REGISTERED',
        routedAt: null,
        acceptDueOn: null,
        acceptReceivedAt: null,
        routeDueOn: item.routeDueOn,
        custodianOrganisationId: ORGANISATIONS.shandong.id,
      });
      expect(await itemAs(store, lixia, item.id)).toBeDefined();
      expect(
        await store.adminQuery('SELECT state FROM handling_record WHERE case_item_id = $1', [item.id]),
      ).toEqual([{ state: 'RETURNED' }]);
      expect(await eventsOf(store, item.id)).toEqual([
        'registered',
        'assigned',
        'return-requested',
        'returned',
      ]);
      // It can go out again, to the right unit.
      await handedOn(store, item.id, 'jinan');
      expect(await itemAs(store, sender, item.id)).toMatchObject({ state: 'IN_HANDLING' });
    },
  );

  rule(
    'PT-TSK-03',
    'refused: a to-do of whoever asked, with the reason; the clocks never stopped',
    async () => {
      const { item, task } = await received(store);
      const before = (await itemAs(store, sender, item.id))!;
      const request = await ask(task.id, task.version);
      await expect(decide(request, 'REFUSE', '  ')).rejects.toMatchObject({
        code: 'FIELD_REQUIRED',
        field: 'reason',
      });
      store.clock.set('2026-03-04T09:00:00+08:00');
      expect(await decide(request, 'REFUSE', '属于你单位职责')).toMatchObject({
        state: 'REFUSED',
        decisionText: '属于你单位职责',
        decidedBy: sender.accountId,
      });
      expect(await custodyOf(store, lixia, item.id)).toMatchObject({
        id: task.id,
        state: 'TODO',
        holderId: lixia.accountId,
      });
      expect(await itemAs(store, sender, item.id)).toEqual(before);
      expect(await eventsOf(store, item.id)).toEqual([
        'registered',
        'forwarded',
        'return-requested',
        'return-refused',
      ]);
    },
  );

  it('comes back to the unit inbox when the former holder no longer acts', async () => {
    const gone = await store.appoint(officer('jinan', ['RECEIVER', 'HANDLER']));
    const { item, task } = await received(store, 'jinan');
    await store.as(gone, (tx) =>
      takeTask(tx, { taskId: task.id, expectedVersion: task.version }, officerOf(gone), store.clock.now()),
    );
    const inLixia = await handedOn(store, item.id, 'lixia', { by: gone });
    const request = await ask(inLixia.id, inLixia.version);
    await store.adminQuery(`UPDATE officer_appointment SET ended_on = '2026-03-01' WHERE id = $1`, [
      gone.appointmentId,
    ]);
    await decide(request, 'CONFIRM', undefined, officer('jinan', 'HANDLER', 'other'));
    expect(await custodyOf(store, sender, item.id)).toMatchObject({
      id: task.id,
      state: 'UNIT_INBOX',
      holderId: null,
    });
    expect(await itemAs(store, sender, item.id)).toMatchObject({
      state: 'IN_HANDLING',
      acceptDueOn: '2026-03-17',
    });
  });

  it('is refused for what was not sent, is in a colleague’s hands, or has a filed notice; all faults of the form at once', async () => {
    const { item, task, sent } = await received(store);
    await expect(ask(task.id, task.version, { reason: ' ', suggestedOrgId: 'none' })).rejects.toMatchObject({
      faults: [
        { code: 'FIELD_REQUIRED', field: 'reason' },
        { code: 'NOT_FOUND', field: 'suggestedOrgId' },
      ],
    });
    await expect(ask(task.id, task.version + 1)).rejects.toMatchObject({ code: 'STALE_VERSION' });
    await expect(ask(sent.id, sent.version, {}, sender)).rejects.toMatchObject({ code: 'CANNOT_RETURN' });
    await expect(
      ask(task.id, task.version, {}, officer('qingdao', ['RECEIVER', 'HANDLER'])),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const other = officer('lixia', ['RECEIVER', 'HANDLER'], 'other');
    const taken = await store.as(other, (tx) =>
      takeTask(tx, { taskId: task.id, expectedVersion: task.version }, officerOf(other), store.clock.now()),
    );
    await expect(ask(task.id, taken.version)).rejects.toMatchObject({ code: 'NOT_HOLDER' });
    await store.adminQuery(
      `INSERT INTO notice (case_item_id, organisation_id, handling_record_id, kind, state, doc_no, body, document_hash, sealed_by, seal, filed_at, filed_by,
         service_owed, created_at, created_by, updated_at)
       SELECT $1, $2, id, 'ACCEPTANCE', 'FILED', '文号1', '正文', 'h', 's', 's', now(), $3, true, now(), $3, now() FROM handling_record WHERE case_item_id = $1 LIMIT 1`,
      [item.id, ORGANISATIONS.lixia.id, other.accountId],
    );
    await expect(ask(task.id, taken.version, {}, other)).rejects.toMatchObject({ code: 'CANNOT_RETURN' });
  });

  it('is seen and decided by the two organisations alone', async () => {
    const { task } = await received(store);
    const request = await ask(task.id, task.version);
    const seen = (by: typeof sender) =>
      store.readAs(by, (tx) => tx.query('SELECT id FROM return_request WHERE id = $1', [request.id]));
    expect(await seen(sender)).toHaveLength(1);
    expect(await seen(lixia)).toHaveLength(1);
    // The bureau above sees the item, not what passes between the two.
    const jinan = officer('jinan', 'HANDLER');
    expect(await seen(jinan)).toEqual([]);
    await expect(decide(request, 'CONFIRM', undefined, jinan)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(decide(request, 'CONFIRM', undefined, lixia)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(withdraw(request, officer('lixia', 'HANDLER', 'other'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await withdraw(request);
    expect(await taskNow(store, task.id)).toMatchObject({ state: 'TODO', holderId: lixia.accountId });
    // Having looked is not what a return needs; a second request is.
    await store.as(lixia, (tx) => viewTask(tx, task.id, officerOf(lixia), store.clock.now()));
    expect(await ask(task.id, (await taskNow(store, task.id)).version)).toMatchObject({ state: 'PENDING' });
  });

  rule(
    'PT-TSK-03',
    'withdrawing and deciding at the same moment: one wins, the other is told why',
    async () => {
      for (let round = 0; round < 6; round++) {
        const { item, task } = await received(store);
        const request = await ask(task.id, task.version);
        const attempts = [
          () => withdraw(request),
          () => decide(request, round % 3 === 2 ? 'REFUSE' : 'CONFIRM', '理由'),
        ];
        if (round % 2 === 1) attempts.reverse();
        const results = await Promise.allSettled(attempts.map((go) => go()));
        const [won] = results.filter((result) => result.status === 'fulfilled');
        const [lost] = results.filter((result) => result.status === 'rejected');
        const { state } = (won as PromiseFulfilledResult<ReturnRequest>).value;
        expect((lost as PromiseRejectedResult).reason).toMatchObject({
          code: 'RETURN_DECIDED',
          details: { state },
        });
        const holder = state === 'CONFIRMED' ? sender : lixia;
        expect(await custodyOf(store, sender, item.id)).toMatchObject({
          state: 'TODO',
          holderId: holder.accountId,
        });
      }
    },
  );
});
