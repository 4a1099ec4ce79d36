import { rule, scenario, testKeys } from '@junxian/test-kit';
import { officerOf } from '../actor';
import { itemAs, registered } from '../testing/cases.support.test';
import { ORGANISATIONS, officer, openStore, type TestStore } from '../testing/store.support.test';
import { setDone } from '../work-lists/tasks.service';
import { workList } from '../work-lists/work-list.service';
import { HandlingStage, jinan, lixiaUnit, OPINION, shandong, unitLeader } from './handling.fixture';
import {
  decideOpinion,
  draftOpinion,
  opinionsOfItems,
  submitOpinion,
  updateOpinion,
} from './opinions.service';
import { archive, directReply } from './replies.service';
import type { ReportForm } from './report-drafts.service';
import { reportsOfItems, reviewReport, saveReportDraft, submitReport } from './reports.service';
import { returnsOfReports } from './reports.store';
import { LocalSealService } from './seal.service';

let store: TestStore;
let stage: HandlingStage;
beforeAll(async () => {
  store = await openStore();
  stage = new HandlingStage(store);
});
beforeEach(() => stage.at('2026-03-02'));
afterAll(() => store?.close());

const versionOf = (by: typeof shandong, id: string) => stage.version(by, id);
const reply = async (by: typeof shandong, id: string, text = '示例：已为您查清。') => {
  const expectedVersion = await versionOf(by, id);
  return stage.act(by, (tx, who, at) =>
    directReply(tx, { caseItemId: id, expectedVersion, reply: text }, who, at),
  );
};
const shelve = async (by: typeof shandong, id: string, reason = '示例：内容重复') => {
  const expectedVersion = await versionOf(by, id);
  return stage.act(by, (tx, who, at) => archive(tx, { caseItemId: id, expectedVersion, reason }, who, at));
};
const report = (by: typeof shandong, id: string, leaderId?: string, form: Partial<ReportForm> = {}) =>
  stage.act(by, (tx, who, at) =>
    submitReport(
      tx,
      store.services.attachments,
      { caseItemId: id, body: '示例：已支付工资。', leaderId: leaderId ?? null, ...form },
      who,
      at,
    ),
  );
const review = (
  by: typeof shandong,
  of: { id: string; version: number },
  approve: boolean,
  opinion: string | null = '示例：请补充凭证',
) =>
  stage.act(by, (tx, who, at) =>
    reviewReport(tx, { reportId: of.id, expectedVersion: of.version, approve, opinion }, who, at),
  );

describe('completing at once', () => {
  rule('PT-HND-11', 'a direct reply tells the petitioner and completes the item', async () => {
    const item = await stage.register();
    await expect(reply(shandong, item.id, '  ')).rejects.toMatchObject({
      code: 'FIELD_REQUIRED',
      field: 'reply',
    });
    const { item: completed, record } = await reply(shandong, item.id);
    expect(completed).toMatchObject({
      state: 'COMPLETED',
      outcome: 'DIRECT_REPLY',
      responsibleOrganisationId: null,
    });
    expect(record).toMatchObject({
      mode: 'DIRECT_REPLY',
      reply: '示例：已为您查清。',
      destinationOrganisationId: null,
    });
    expect((await stage.events(item.id)).at(-1)).toMatchObject({
      type: 'completed',
      data: { outcome: 'DIRECT_REPLY', inTime: true },
    });
    await expect(reply(shandong, item.id)).rejects.toMatchObject({ code: 'NOT_CUSTODIAN' });
  });

  it('a unit that replies is the responsible one; a reply after the last day is late', async () => {
    const item = await stage.atUnit();
    stage.at('2026-03-18');
    const { item: completed } = await reply(lixiaUnit, item.id);
    expect(completed).toMatchObject({ responsibleOrganisationId: ORGANISATIONS.lixiaUnit.id, late: true });
    expect((await stage.events(item.id)).at(-1)).toMatchObject({ data: { inTime: false } });
  });

  rule(
    'PT-HND-10',
    'archiving takes a reason, sends nothing, and waits while a result is owed to the own organisation',
    async () => {
      const item = await stage.register();
      await expect(shelve(shandong, item.id, ' ')).rejects.toMatchObject({
        code: 'FIELD_REQUIRED',
        field: 'reason',
      });
      const [waiting] = await store.adminQuery<{ id: string }>(
        `INSERT INTO org_task (case_item_id, kind, state, organisation_id, region_code, received_at, holder_id)
       VALUES ($1, 'HANDLE', 'AWAITING_RESULT', $2, '370000000000', now(), $3) RETURNING id`,
        [item.id, ORGANISATIONS.shandong.id, shandong.accountId],
      );
      await expect(shelve(shandong, item.id)).rejects.toMatchObject({ code: 'RESULT_AWAITED' });
      await store.adminQuery(`UPDATE org_task SET state = 'DONE' WHERE id = $1`, [waiting!.id]);
      const { item: completed, record } = await shelve(shandong, item.id);
      expect(completed).toMatchObject({ state: 'COMPLETED', outcome: 'ARCHIVED' });
      expect(record).toMatchObject({ mode: 'ARCHIVE', opinion: '示例：内容重复', reply: null });
      const notices = await store.adminQuery('SELECT id FROM notice WHERE case_item_id = $1', [item.id]);
      expect(notices).toEqual([]);
    },
  );

  it('registrars reply to own items; who neither handles nor registered it may not', async () => {
    const registrar = officer('shandong', 'VISIT_REGISTRAR');
    const item = await registered(store, { channel: 'VISIT', visitorCount: 1 }, registrar);
    expect((await reply(registrar, item.id)).item.state).toBe('COMPLETED');
    const other = await stage.register();
    const receiver = officer('shandong', 'RECEIVER');
    await store.adminQuery('UPDATE org_task SET holder_id = $2 WHERE case_item_id = $1', [
      other.id,
      receiver.accountId,
    ]);
    for (const attempt of [() => reply(receiver, other.id), () => shelve(receiver, other.id)])
      await expect(attempt()).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('the handling opinion', () => {
  async function selfHandled() {
    const item = await stage.atUnit();
    await stage.notify(lixiaUnit, item.id, 'ACCEPTANCE');
    await stage.handleSelf(lixiaUnit, item.id);
    return item;
  }
  const draft = (id: string) =>
    stage.act(lixiaUnit, (tx, who, at) => draftOpinion(tx, { caseItemId: id, input: OPINION }, who, at));

  it('is drafted by a unit that handles the item itself, and only one at a time', async () => {
    const item = await stage.atUnit();
    await expect(draft(item.id)).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await stage.notify(lixiaUnit, item.id, 'ACCEPTANCE');
    await expect(draft(item.id)).rejects.toMatchObject({ code: 'NOT_SELF_HANDLING' });
    await stage.handleSelf(lixiaUnit, item.id);
    await draft(item.id);
    await expect(draft(item.id)).rejects.toMatchObject({ code: 'OPINION_EXISTS' });
    const faults = await stage
      .act(lixiaUnit, (tx, who, at) =>
        draftOpinion(tx, { caseItemId: item.id, input: { ...OPINION, facts: ' ', remedyText: '' } }, who, at),
      )
      .catch((error) => error);
    expect(faults.faults.map(({ field }: { field: string }) => field)).toEqual(['facts', 'remedyText']);
  });

  it('goes to a leader of the unit, who approves or sends it back with a reason', async () => {
    const item = await selfHandled();
    const { opinion } = await draft(item.id);
    await store.appoint(unitLeader);
    const submit = (version: number, leaderId: string | null) =>
      stage.act(lixiaUnit, (tx, who, at) =>
        submitOpinion(tx, { opinionId: opinion.id, expectedVersion: version, leaderId: leaderId! }, who, at),
      );
    const decide = (version: number, approve: boolean, text: string | null, by = unitLeader) =>
      stage.act(by, (tx, who, at) =>
        decideOpinion(
          tx,
          store.services.seals,
          { opinionId: opinion.id, expectedVersion: version, approve, text },
          who,
          at,
        ),
      );
    await expect(submit(1, lixiaUnit.accountId)).rejects.toMatchObject({
      code: 'NOT_A_LEADER',
      field: 'leaderId',
    });
    const stranger = await store.appoint(officer('jinan', 'LEADER'));
    await expect(submit(1, stranger.accountId)).rejects.toMatchObject({ code: 'NOT_A_LEADER' });
    await expect(decide(1, true, null)).rejects.toMatchObject({ code: 'DOCUMENT_STATE' });
    await submit(1, unitLeader.accountId);
    expect(await stage.taskOf(item.id, 'lixiaUnit', 'APPROVAL')).toMatchObject({
      state: 'TODO',
      holderId: unitLeader.accountId,
    });
    await expect(decide(2, true, null, lixiaUnit)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(decide(2, true, null, stranger)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(decide(2, false, ' ')).rejects.toMatchObject({ code: 'FIELD_REQUIRED', field: 'text' });
    const { opinion: rejected } = await decide(2, false, '示例：事实不清');
    expect(rejected).toMatchObject({ state: 'DRAFT', decisionText: '示例：事实不清', docNo: null });
    expect(await stage.taskOf(item.id, 'lixiaUnit', 'APPROVAL')).toMatchObject({ state: 'DONE' });
    await submit(3, unitLeader.accountId);
    const edit = (version: number) =>
      stage.act(lixiaUnit, (tx, who, at) =>
        updateOpinion(tx, { opinionId: opinion.id, expectedVersion: version, input: OPINION }, who, at),
      );
    await expect(edit(4)).rejects.toMatchObject({ code: 'DOCUMENT_STATE' });
    const { opinion: approved } = await decide(4, true, null);
    expect(approved).toMatchObject({
      state: 'APPROVED',
      docNo: expect.stringMatching(/^信答复〔2026〕\d+号$/),
    });
    const { documentHash, sealedBy, seal } = approved;
    expect(sealedBy).toBe(`local:${unitLeader.organisationId}:${unitLeader.accountId}`);
    const seals = new LocalSealService(testKeys.blindIndexKey);
    expect(seals.isValid(documentHash!, { sealedBy: sealedBy!, seal: seal! })).toBe(true);
    await expect(edit(5)).rejects.toMatchObject({ code: 'DOCUMENT_STATE' });
    await expect(
      store.adminQuery(`UPDATE handling_opinion SET body = '改动' WHERE id = $1`, [opinion.id]),
    ).rejects.toThrow('does not change');
  });

  it('served completes the item, in time or late, and opens the time to ask for a review', async () => {
    for (const [servedOn, inTime, appealDueOn] of [
      ['2026-05-01', true, '2026-05-31'],
      ['2026-05-02', false, '2026-06-01'],
    ] as const) {
      stage.at('2026-03-02');
      const item = await selfHandled();
      const { opinion } = await stage.approvedOpinion(item.id);
      stage.at(servedOn);
      const { item: completed, opinion: served } = await stage.serve(opinion, servedOn);
      expect(completed).toMatchObject({
        state: 'COMPLETED',
        outcome: 'REPLIED',
        servedOn,
        appealDueOn,
        completedAt: store.clock.now(),
        late: !inTime,
      });
      expect(served).toMatchObject({ state: 'SERVED', petitionerOpinion: 'AGREE', receipt: 'SIGNED' });
      expect(await stage.taskOf(item.id, 'lixiaUnit')).toMatchObject({ state: 'DONE', custody: false });
      expect((await stage.events(item.id)).at(-1)).toMatchObject({
        type: 'completed',
        data: { outcome: 'REPLIED', inTime },
      });
    }
  });

  it('is served after it is approved, not before, not in the future; the window runs from the day of service', async () => {
    const item = await selfHandled();
    stage.at('2026-03-10');
    const { opinion } = await stage.approvedOpinion(item.id);
    stage.at('2026-03-12');
    for (const day of ['2026-03-09', '2026-03-13'])
      await expect(stage.serve(opinion, day)).rejects.toMatchObject({ code: 'SERVED_OUT_OF_TIME' });
    const { item: completed } = await stage.serve(opinion, '2026-03-11');
    expect(completed).toMatchObject({ servedOn: '2026-03-11', appealDueOn: '2026-04-10' });
    await expect(
      store.adminQuery(`UPDATE handling_opinion SET served_on = '2026-03-01' WHERE id = $1`, [opinion.id]),
    ).rejects.toThrow('does not change');
  });

  it('is internal until it is served', async () => {
    const item = await selfHandled();
    const { opinion } = await stage.approvedOpinion(item.id);
    const seen = (by: typeof shandong) =>
      store.readAs(by, async (tx) => (await opinionsOfItems(tx, [item.id])).length);
    expect([
      await seen(lixiaUnit),
      await seen(shandong),
      await seen(officer('shandong', 'SUPERVISOR')),
    ]).toEqual([1, 0, 1]);
    await stage.serve(opinion, '2026-03-02');
    expect([await seen(lixiaUnit), await seen(shandong), await seen(officer('qingdao', 'HANDLER'))]).toEqual([
      1, 1, 0,
    ]);
  });
});

describe('reports', () => {
  scenario(
    'petitions',
    24,
    'forwarded: nothing awaited; assigned: awaited until a report is approved, sent back: still awaited',
    async () => {
      const forwarded = await stage.register();
      await stage.forward(shandong, forwarded.id, 'jinan');
      expect(await stage.taskOf(forwarded.id, 'shandong')).toMatchObject({
        state: 'DONE',
        resultDueOn: null,
      });
      await stage.take(jinan, forwarded.id);
      await expect(report(jinan, forwarded.id)).rejects.toMatchObject({ code: 'NO_RESULT_OWED' });

      const item = await stage.register();
      await stage.assign(shandong, item.id, 'jinan', '2026-04-10');
      await stage.take(jinan, item.id);
      expect(await stage.taskOf(item.id, 'shandong')).toMatchObject({
        state: 'AWAITING_RESULT',
        resultDueOn: '2026-04-10',
      });
      const { report: first } = await report(jinan, item.id);
      expect(await stage.taskOf(item.id, 'shandong')).toMatchObject({ state: 'AWAITING_RESULT' });
      await expect(report(jinan, item.id)).rejects.toMatchObject({ code: 'REPORT_PENDING' });
      await review(shandong, first, false);
      expect(await stage.taskOf(item.id, 'shandong')).toMatchObject({ state: 'AWAITING_RESULT' });
      expect(await stage.taskOf(item.id, 'jinan', 'REPORT_SENT_BACK')).toMatchObject({ state: 'TODO' });
      const { report: second } = await report(jinan, item.id);
      // Another report answers it as well.
      expect(await stage.taskOf(item.id, 'jinan', 'REPORT_SENT_BACK')).toMatchObject({ state: 'DONE' });
      await review(shandong, second, true, null);
      expect(await stage.taskOf(item.id, 'shandong')).toMatchObject({
        state: 'TODO',
        custody: false,
        holderId: shandong.accountId,
      });
      expect((await stage.events(item.id)).map(({ type }) => type)).toEqual([
        'registered',
        'assigned',
        'report-submitted',
        'report-sent-back',
        'report-submitted',
        'report-approved',
      ]);
      await expect(report(jinan, item.id)).rejects.toMatchObject({ code: 'NO_RESULT_OWED' });
      // The item itself went its own way all the time.
      expect(await itemAs(store, jinan, item.id)).toMatchObject({
        state: 'IN_HANDLING',
        custodianOrganisationId: ORGANISATIONS.jinan.id,
      });
    },
  );

  rule('PT-HND-12', 'go to the assigner, who finds them to review, and come back with a reason', async () => {
    const item = await stage.register();
    await stage.assign(shandong, item.id, 'jinan', '2026-04-10');
    await stage.take(jinan, item.id);
    const { report: submitted } = await report(jinan, item.id);
    expect(submitted).toMatchObject({
      state: 'SUBMITTED',
      toOrganisationId: ORGANISATIONS.shandong.id,
      toLeaderId: null,
    });
    expect(await stage.taskOf(item.id, 'shandong', 'REPORT_REVIEW')).toMatchObject({
      state: 'TODO',
      holderId: shandong.accountId,
    });
    await expect(review(shandong, submitted, false, ' ')).rejects.toMatchObject({
      code: 'FIELD_REQUIRED',
      field: 'opinion',
    });
    await expect(review(jinan, submitted, true)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(review(officer('shandong', 'RECEIVER'), submitted, true)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(review(officer('qingdao', 'LEADER'), submitted, true)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const { report: back } = await review(officer('shandong', 'LEADER'), submitted, false);
    expect(back).toMatchObject({ state: 'SENT_BACK', reviewerOpinion: '示例：请补充凭证' });
    expect(await stage.taskOf(item.id, 'shandong', 'REPORT_REVIEW')).toMatchObject({ state: 'DONE' });
    await expect(review(shandong, back, true)).rejects.toMatchObject({ code: 'REPORT_REVIEWED' });
    await expect(
      store.adminQuery(`UPDATE report SET state = 'APPROVED' WHERE id = $1`, [submitted.id]),
    ).rejects.toThrow('does not change');
    const seen = (by: typeof shandong) =>
      store.readAs(by, async (tx) => (await reportsOfItems(tx, [item.id])).length);
    // The nation’s bureau sees the item, not what passes between the two.
    expect(
      await Promise.all(
        [
          jinan,
          shandong,
          officer('nation', 'HANDLER'),
          officer('nation', 'SUPERVISOR'),
          officer('qingdao', 'HANDLER'),
        ].map(seen),
      ),
    ).toEqual([1, 1, 0, 1, 0]);
  });

  rule(
    'PT-HND-12',
    'are drafts of the own organisation until they are handed in, and again when they come back',
    async () => {
      const item = await stage.register();
      await stage.assign(shandong, item.id, 'jinan', '2026-04-10');
      await stage.take(jinan, item.id);
      const save = (by: typeof shandong, form: Partial<ReportForm>) =>
        stage.act(by, async (tx, who, at) => {
          const { attachments } = store.services;
          return (await saveReportDraft(tx, attachments, { caseItemId: item.id, ...form }, who, at)).report;
        });
      const seenBy = (by: typeof shandong) =>
        store.readAs(by, async (tx) => (await reportsOfItems(tx, [item.id])).map(({ state }) => state));
      const before = await stage.footprint();

      const first = await save(jinan, { body: ' ' });
      expect(first).toMatchObject({ state: 'DRAFT', body: '', toOrganisationId: null, submittedAt: null });
      expect(await stage.footprint()).toEqual({ ...before, reports: expect.anything() });
      const onlookers = [shandong, officer('shandong', 'SUPERVISOR'), officer('nation', 'HANDLER')];
      expect([await seenBy(jinan), ...(await Promise.all(onlookers.map(seenBy)))]).toEqual([
        ['DRAFT'],
        [],
        [],
        [],
      ]);
      await expect(save(jinan, { body: '另一稿' })).rejects.toMatchObject({ code: 'REPORT_DRAFT_EXISTS' });
      await expect(save(lixiaUnit, { body: 'x' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(
        save(shandong, { body: 'x', reportId: first.id, expectedVersion: 1 }),
      ).rejects.toMatchObject({ code: 'NOT_FOUND', field: 'reportId' });
      await expect(save(jinan, { body: 'x', reportId: first.id })).rejects.toMatchObject({
        code: 'FIELD_REQUIRED',
        field: 'expectedVersion',
      });
      const second = await save(jinan, { body: '二稿', reportId: first.id, expectedVersion: first.version });
      await expect(
        report(jinan, item.id, undefined, { reportId: first.id, expectedVersion: first.version }),
      ).rejects.toMatchObject({ code: 'STALE_VERSION' });
      await expect(review(shandong, second, true)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(
        store.adminQuery(`UPDATE report SET state = 'APPROVED' WHERE id = $1`, [first.id]),
      ).rejects.toThrow('does not change');

      const of = (from: { id: string; version: number }) => ({
        reportId: from.id,
        expectedVersion: from.version,
      });
      const { report: handedIn } = await report(jinan, item.id, undefined, of(second));
      expect(handedIn).toMatchObject({
        id: first.id,
        state: 'SUBMITTED',
        toOrganisationId: ORGANISATIONS.shandong.id,
      });
      await expect(save(jinan, { body: '改', ...of(handedIn) })).rejects.toMatchObject({
        code: 'REPORT_PENDING',
      });
      const { report: back } = await review(shandong, handedIn, false);
      const again = await save(jinan, { body: '补充了凭证', ...of(back) });
      // Why it came back is shown while it is written on; what was handed in then is kept for both sides.
      expect(again).toMatchObject({ state: 'DRAFT', reviewerOpinion: '示例：请补充凭证' });
      expect([await seenBy(jinan), await seenBy(shandong)]).toEqual([['DRAFT'], []]);
      const { report: resubmitted } = await report(jinan, item.id, undefined, {
        body: '补充了凭证',
        ...of(again),
      });
      expect(resubmitted).toMatchObject({ id: first.id, state: 'SUBMITTED', reviewerOpinion: null });
      const returns = (by: typeof shandong) => store.readAs(by, (tx) => returnsOfReports(tx, [first.id]));
      for (const by of [jinan, shandong])
        expect(await returns(by)).toMatchObject([
          { body: '示例：已支付工资。', reviewerOpinion: '示例：请补充凭证', reviewedBy: shandong.accountId },
        ]);
      expect(await returns(officer('nation', 'HANDLER'))).toEqual([]);
      const { report: approved } = await review(shandong, resubmitted, true);
      await expect(save(jinan, { body: '改', ...of(approved) })).rejects.toMatchObject({
        code: 'REPORT_REVIEWED',
      });
    },
  );

  rule(
    'PT-HND-12',
    'that come back are a to-do of whoever handed them in, until they are handed in anew',
    async () => {
      const item = await stage.register();
      await stage.assign(shandong, item.id, 'jinan', '2026-04-10');
      await stage.take(jinan, item.id);
      const { report: handedIn } = await report(jinan, item.id);
      expect(await stage.taskOf(item.id, 'jinan', 'REPORT_SENT_BACK')).toBeUndefined();
      stage.at('2026-03-03');
      const { report: back } = await review(shandong, handedIn, false);
      const todo = (by: typeof shandong) =>
        store.readAs(by, async (tx) => {
          const { nodes } = await workList(tx, 'TODO', officerOf(by), { first: 1 });
          return tx.query(
            `SELECT kind, subject_id AS "subjectId", organisation_id AS "organisationId", region_code AS "regionCode"
             FROM org_task WHERE id = $1 AND case_item_id = $2 AND kind <> 'HANDLE'`,
            [nodes[0]?.id, item.id],
          );
        });
      const { id: organisationId, regionCode } = ORGANISATIONS.jinan;
      expect(await todo(jinan)).toEqual([
        { kind: 'REPORT_SENT_BACK', subjectId: back.id, organisationId, regionCode },
      ]);
      expect(await todo(officer('jinan', 'HANDLER', 'colleague'))).toEqual([]);
      await report(jinan, item.id, undefined, { reportId: back.id, expectedVersion: back.version });
      expect(await todo(jinan)).toEqual([]);
      expect(await stage.taskOf(item.id, 'jinan', 'REPORT_SENT_BACK')).toMatchObject({ state: 'DONE' });
    },
  );

  it('that come back may be put aside, where the result is no longer waited for', async () => {
    const item = await stage.register();
    await stage.assign(shandong, item.id, 'jinan', '2026-04-10');
    await stage.take(jinan, item.id);
    await stage.forward(jinan, item.id, 'lixia');
    const lixia = officer('lixia', 'HANDLER');
    await stage.take(lixia, item.id);
    await review(shandong, (await report(jinan, item.id)).report, false);
    await review(shandong, (await report(lixia, item.id)).report, true);
    await expect(report(jinan, item.id)).rejects.toMatchObject({ code: 'NO_RESULT_OWED' });
    const [task] = await store.adminQuery<{ id: string; version: number }>(
      `SELECT id, version FROM org_task WHERE case_item_id = $1 AND kind = 'REPORT_SENT_BACK'`,
      [item.id],
    );
    const { state } = await stage.act(jinan, (tx, who, at) =>
      setDone(tx, { taskId: task!.id, expectedVersion: task!.version }, who, at),
    );
    expect(state).toBe('DONE');
  });

  it('pass from hand to hand: each assigner hears from the one it assigned, also through a forward', async () => {
    const item = await stage.register();
    await stage.assign(shandong, item.id, 'jinan', '2026-04-10');
    await stage.take(jinan, item.id);
    await stage.assign(jinan, item.id, 'lixia', '2026-04-01');
    const lixia = officer('lixia', 'HANDLER');
    await stage.take(lixia, item.id);
    await stage.forward(lixia, item.id, 'lixiaUnit');
    await stage.take(lixiaUnit, item.id);
    const { report: fromUnit } = await report(lixiaUnit, item.id);
    expect(fromUnit.toOrganisationId).toBe(ORGANISATIONS.jinan.id);
    // One report waits already, whoever of the two under the assignment sends another.
    await expect(report(lixia, item.id)).rejects.toMatchObject({ code: 'REPORT_PENDING' });
    await review(jinan, fromUnit, true);
    // The unit owes the province nothing: that is for the city to report.
    await expect(report(lixiaUnit, item.id)).rejects.toMatchObject({ code: 'NO_RESULT_OWED' });
    const { report: fromCity } = await report(jinan, item.id);
    expect(fromCity.toOrganisationId).toBe(ORGANISATIONS.shandong.id);
    await review(shandong, fromCity, true);
    expect(await stage.taskOf(item.id, 'shandong')).toMatchObject({ state: 'TODO', custody: false });
  });

  it('may come after the item is completed, and after their day, which marks it late', async () => {
    const item = await stage.register();
    await stage.assign(shandong, item.id, 'jinan', '2026-03-10');
    await stage.take(jinan, item.id);
    await reply(jinan, item.id);
    stage.at('2026-03-11');
    const { item: reported } = await report(jinan, item.id);
    expect(reported).toMatchObject({ state: 'COMPLETED', late: true });
  });

  it('to a leader of the own organisation, who alone reviews them', async () => {
    const item = await stage.atUnit();
    await store.appoint(unitLeader);
    await expect(report(lixiaUnit, item.id, shandong.accountId!)).rejects.toMatchObject({
      code: 'NOT_A_LEADER',
    });
    const { report: submitted } = await report(lixiaUnit, item.id, unitLeader.accountId!);
    expect(await stage.taskOf(item.id, 'lixiaUnit', 'REPORT_REVIEW')).toMatchObject({
      state: 'TODO',
      holderId: unitLeader.accountId,
    });
    await expect(review(officer('lixiaUnit', 'LEADER', 'another'), submitted, true)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    expect((await review(unitLeader, submitted, true)).report.state).toBe('APPROVED');
    expect(await stage.taskOf(item.id, 'lixiaUnit')).toMatchObject({ state: 'TODO', custody: true });
  });

  it('approved and sent back at once: one review counts', async () => {
    const item = await stage.register();
    await stage.assign(shandong, item.id, 'jinan', '2026-04-10');
    await stage.take(jinan, item.id);
    const { report: submitted } = await report(jinan, item.id);
    const outcomes = await Promise.allSettled([
      review(shandong, submitted, true),
      review(shandong, submitted, false),
    ]);
    const [lost] = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(lost!.reason).toMatchObject({ code: 'STALE_VERSION' });
  });
});
