import { rule } from '@junxian/test-kit';
import { officerOf } from '../actor';
import { custodyForAction } from '../cases/custody.service';
import { custodyOf, itemAs, registered } from '../testing/cases.support.test';
import { officer, openStore, type TestStore } from '../testing/store.support.test';
import { workCounts, workList } from '../work-lists/work-list.service';
import type { ApprovalDecision } from './approvals.rules';
import {
  type ApprovalRequest,
  approvalsOfItems,
  cancelApproval,
  decideApproval,
  openApproval,
  submitApproval,
} from './approvals.service';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
  await store.appoint(leader);
});
afterAll(() => store?.close());

const submitter = officer('shandong', ['LETTER_REGISTRAR', 'HANDLER']);
const leader = officer('shandong', 'LEADER');
const now = () => store.clock.now();

async function submitted(more: { proposedOpinion?: string; leaderId?: string } = {}) {
  const item = await registered(store, {}, submitter);
  const request = await store.as(submitter, (tx) =>
    submitApproval(
      tx,
      {
        caseItemId: item.id,
        expectedVersion: item.version,
        proposedOpinion: '拟转历下区办理',
        leaderId: leader.accountId!,
        ...more,
      },
      officerOf(submitter),
      now(),
    ),
  );
  return { item, request };
}
const open = (request: ApprovalRequest, by = leader) =>
  store.as(by, (tx) => openApproval(tx, request.id, officerOf(by), now()));
const decide = ({ id, version }: ApprovalRequest, decision: ApprovalDecision, text?: string, by = leader) =>
  store.as(by, (tx) =>
    decideApproval(tx, { requestId: id, expectedVersion: version, decision, text }, officerOf(by), now()),
  );
const cancel = ({ id, version }: ApprovalRequest, by = submitter) =>
  store.as(by, (tx) => cancelApproval(tx, { requestId: id, expectedVersion: version }, officerOf(by), now()));
const act = (itemId: string) =>
  store.as(submitter, (tx) => custodyForAction(tx, itemId, null, officerOf(submitter)));
const waiting = async () =>
  (await store.readAs(leader, (tx) => workList(tx, 'APPROVALS', officerOf(leader), { first: 100 }))).nodes;

describe('submitting for review', () => {
  rule('PT-APR-01', 'the item is read-only until the leader decides; then the submitter acts', async () => {
    const { item, request } = await submitted();
    expect(request).toMatchObject({
      state: 'PENDING',
      leaderId: leader.accountId,
      proposedOpinion: '拟转历下区办理',
    });
    expect(await custodyOf(store, submitter, item.id)).toMatchObject({ state: 'IN_APPROVAL', custody: true });
    await expect(act(item.id)).rejects.toMatchObject({ code: 'ITEM_READ_ONLY' });
    expect(await waiting()).toHaveLength(1);
    expect(await store.readAs(leader, (tx) => workCounts(tx, officerOf(leader), '2026-03-02'))).toMatchObject(
      { approvals: 1 },
    );
    const opened = await open(request);
    expect(opened).toMatchObject({ state: 'OPENED', openedAt: now() });
    expect(await open(request)).toEqual(opened);
    await expect(act(item.id)).rejects.toMatchObject({ code: 'ITEM_READ_ONLY' });
    expect(await decide(opened, 'AGREE')).toMatchObject({
      state: 'AGREED',
      decisionText: null,
      decidedAt: now(),
    });
    expect(await act(item.id)).toMatchObject({ task: { state: 'TODO', holderId: submitter.accountId } });
    expect(await waiting()).toEqual([]);
    const journal = await store.adminQuery<{ action: string }>(
      'SELECT action FROM case_journal WHERE case_item_id = $1 ORDER BY id',
      [item.id],
    );
    expect(journal.map(({ action }) => action)).toEqual([
      'REGISTER',
      'APPROVAL_REQUESTED',
      'APPROVAL_OPENED',
      'APPROVAL_DECIDED',
    ]);
    expect(await itemAs(store, submitter, item.id)).toEqual(item);
  });

  rule(
    'PT-APR-01',
    'needs a proposed opinion and a leader of the own organisation who is somebody else',
    async () => {
      await expect(submitted({ proposedOpinion: ' ', leaderId: 'nobody' })).rejects.toMatchObject({
        faults: [
          { code: 'FIELD_REQUIRED', field: 'proposedOpinion' },
          { code: 'INVALID_INPUT', field: 'leaderId' },
        ],
      });
      const elsewhere = await store.appoint(officer('jinan', 'LEADER'));
      const noLeader = await store.appoint(officer('shandong', 'HANDLER'));
      const self = await store.appoint({
        ...submitter,
        roles: ['petitions:LEADER'],
        appointmentId: leader.sessionId,
      });
      for (const wrong of [elsewhere, noLeader, self])
        await expect(submitted({ leaderId: wrong.accountId! })).rejects.toMatchObject({ field: 'leaderId' });
      await expect(submitted({ proposedOpinion: '长'.repeat(5001) })).rejects.toMatchObject({
        field: 'proposedOpinion',
      });
    },
  );

  rule('PT-APR-01', 'text is required unless the leader agrees', async () => {
    const { request } = await submitted();
    for (const decision of ['AMEND', 'REJECT'] as const)
      await expect(decide(request, decision, ' ')).rejects.toMatchObject({
        code: 'FIELD_REQUIRED',
        field: 'text',
      });
    expect(await decide(request, 'AMEND', '改转济南市')).toMatchObject({
      state: 'AMENDED',
      decisionText: '改转济南市',
    });
    const { request: second } = await submitted();
    expect(await decide(second, 'REJECT', '请再核实')).toMatchObject({ state: 'REJECTED' });
    await expect(decide(second, 'AGREE')).rejects.toMatchObject({ code: 'APPROVAL_DECIDED' });
    await expect(cancel(second)).rejects.toMatchObject({ code: 'APPROVAL_DECIDED' });
  });

  rule(
    'PT-APR-01',
    'is cancelled only while the leader has not opened it, and by its submitter',
    async () => {
      const { item, request } = await submitted();
      await expect(cancel(request, leader)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      expect(await cancel(request)).toMatchObject({ state: 'CANCELLED' });
      expect(await act(item.id)).toMatchObject({ task: { state: 'TODO' } });
      await expect(open(request)).rejects.toMatchObject({
        code: 'APPROVAL_DECIDED',
        details: { state: 'CANCELLED' },
      });
      const { request: second } = await submitted();
      await expect(cancel(await open(second))).rejects.toMatchObject({ code: 'APPROVAL_OPENED' });
      await expect(decide({ ...second, version: 1 }, 'AGREE')).rejects.toMatchObject({
        code: 'STALE_VERSION',
      });
      // A leader who left can no longer decide: the item must not stay locked for ever.
      await store.adminQuery(`UPDATE officer_appointment SET ended_on = '2026-03-01' WHERE id = $1`, [
        leader.appointmentId,
      ]);
      expect(await cancel({ ...second, version: 2 })).toMatchObject({ state: 'CANCELLED' });
      await store.appoint(leader);
    },
  );

  it('is for that leader alone', async () => {
    const { request } = await submitted();
    const other = await store.appoint(officer('shandong', 'LEADER', 'other'));
    await expect(open(request, other)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(decide(request, 'AGREE', undefined, other)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(decide(request, 'AGREE', undefined, officer('nation', 'LEADER'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  rule(
    'PT-APR-01',
    'is seen by the own organisation and by supervisors, not by others who see the item',
    async () => {
      const { item, request } = await submitted();
      await decide(request, 'AGREE', '同意');
      const seen = (by: typeof leader) => store.readAs(by, (tx) => approvalsOfItems(tx, [item.id]));
      expect(await seen(officer('shandong', 'STATISTICIAN'))).toHaveLength(1);
      expect(await itemAs(store, officer('nation', 'HANDLER'), item.id)).toBeDefined();
      expect(await seen(officer('nation', ['HANDLER', 'LEADER']))).toEqual([]);
      expect(await seen(officer('nation', 'SUPERVISOR'))).toHaveLength(1);
      expect(await seen(officer('qingdao', ['LEADER', 'SUPERVISOR']))).toEqual([]);
    },
  );

  rule(
    'PT-APR-01',
    'cancelling and opening at the same moment: one wins, the other is told why',
    async () => {
      for (let round = 0; round < 4; round++) {
        const { item, request } = await submitted();
        const attempts = [() => cancel(request), () => open(request)];
        if (round % 2 === 1) attempts.reverse();
        const results = await Promise.allSettled(attempts.map((go) => go()));
        const won = results.filter((result) => result.status === 'fulfilled');
        expect(won).toHaveLength(1);
        const { state } = (won[0] as PromiseFulfilledResult<ApprovalRequest>).value;
        const lost = results.find((result) => result.status === 'rejected') as PromiseRejectedResult;
        expect(lost.reason).toMatchObject({
          code: state === 'CANCELLED' ? 'APPROVAL_DECIDED' : 'APPROVAL_OPENED',
        });
        expect(await custodyOf(store, submitter, item.id)).toMatchObject({
          state: state === 'CANCELLED' ? 'TODO' : 'IN_APPROVAL',
        });
      }
    },
  );
});
