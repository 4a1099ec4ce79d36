import type { Principal } from '@junxian/identity';
import { type GraphAnswer, type Json, rule, scenario } from '@junxian/test-kit';
import { officerOf } from '../actor';
import { NUMBERS, openPublicStage, type PublicStage } from '../public-accounts/public-stage.fixture';
import { REGISTRAR, submitted } from '../submissions/submissions.fixture';
import { withdrawSubmission } from '../submissions/submissions.service';
import { ORGANISATIONS, officer } from '../testing/store.support.test';
import { openSubmission } from './online-registration.service';
import { codesOf, ID_NUMBERS, letter, NEITHER, ok } from './registration.fixture';

let stage: PublicStage;
let zhang: Principal;
beforeAll(async () => {
  stage = await openPublicStage();
});
beforeEach(async () => {
  await stage.store.adminQuery('DELETE FROM public_attempt');
  stage.store.clock.set('2026-03-02T09:00:00+08:00');
  zhang = await stage.citizen();
});
afterAll(() => stage?.close());

const OPEN = `mutation ($id: ID!) { openSubmission(submissionId: $id) {
  submission { id state openedAt content petitionerName attachments { fileName } } duplicates { id match caseItem { id } } } }`;
const open = (id: string, by: Principal = REGISTRAR) => stage.as(by, OPEN, { id });
const WITHDRAW = `mutation ($id: ID!, $version: Int!) { withdrawPetition(id: $id, expectedVersion: $version) { state } }`;
const withdraw = (id: string, version = 1) => stage.as(zhang, WITHDRAW, { id, version });
const REGISTER = `mutation ($id: ID!, $input: RegisterOnlineInput!) { registerOnline(submissionId: $id, input: $input) {
  id version itemNo channel title content receivedAt petitionDate routeDueAt registeredAt anonymous firstInSystem satisfactionMode
  handlingRecords { seq mode state } petitioner { displayName anonymous } duplicateDecision { kind } } }`;
const DATA = { purpose: 'SEEK_SOLUTION', contentCategory: 'LABOUR.WAGES.ARREARS' };
const register = (id: string, input: Json = {}, by: Principal = REGISTRAR): Promise<GraphAnswer> =>
  stage.as(by, REGISTER, { id, input: { duplicates: NEITHER, ...input, data: { ...DATA, ...input.data } } });
const TAB = `query ($tab: SubmissionTab!) { submissions(tab: $tab, first: 100) { nodes { id state } } }`;
const tab = async (name: string): Promise<string[]> =>
  ok(await stage.as(REGISTRAR, TAB, { tab: name })).submissions.nodes.map(({ id }: Json) => id);
const recordsOf = (id: string) =>
  stage.store.adminQuery(
    'SELECT seq, mode, state, case_item_id FROM handling_record WHERE submission_id = $1',
    [id],
  );

describe('opening a submission', () => {
  rule(
    'PT-REG-01',
    'sets openedAt once, runs the duplicate check and adds one blank handling record',
    async () => {
      const earlier = await letter(stage, {
        petitioner: { name: '张三', idType: 'RESIDENT_ID', idNumber: NUMBERS.beijing },
      });
      const id = await submitted(stage, zhang);
      stage.store.clock.set('2026-03-02T10:00:00+08:00');
      const first = ok(await open(id)).openSubmission;
      expect(first.submission).toMatchObject({ state: 'OPENED', petitionerName: '张*' });
      expect(first.duplicates).toContainEqual({
        id: earlier.id,
        match: 'ID_NUMBER',
        caseItem: { id: earlier.id },
      });
      stage.store.clock.set('2026-03-02T11:00:00+08:00');
      const again = ok(await open(id, officer('shandong', 'ONLINE_REGISTRAR', 'colleague'))).openSubmission;
      expect(again.submission).toEqual(first.submission);
      expect(again.duplicates).toEqual(first.duplicates);
      expect(await recordsOf(id)).toEqual([{ seq: 1, mode: null, state: 'DRAFT', case_item_id: null }]);
    },
  );

  rule(
    'PT-DUP-04',
    'the system proposes, a person selects: nothing is merged without a decision',
    async () => {
      const earlier = await letter(stage, {
        petitioner: { name: '张三', idType: 'RESIDENT_ID', idNumber: NUMBERS.beijing },
      });
      const id = await submitted(stage, zhang);
      await open(id);
      expect(codesOf(await register(id, { duplicates: null }))).toEqual(['DUPLICATES_UNDECIDED']);
      expect(
        ok(await register(id, { duplicates: { kind: 'SAME_PERSON', linkedItemId: earlier.id } }))
          .registerOnline,
      ).toMatchObject({
        firstInSystem: true,
        duplicateDecision: { kind: 'SAME_PERSON' },
      });
    },
  );

  it("is for the receiving bureau's online registrars alone", async () => {
    const id = await submitted(stage, zhang);
    expect(codesOf(await open(id, officer('jinan', 'ONLINE_REGISTRAR')))).toEqual(['NOT_FOUND']);
    expect(codesOf(await open(id, officer('shandong', 'LETTER_REGISTRAR')))).toEqual(['FORBIDDEN']);
    expect(codesOf(await open('not-an-id'))).toEqual(['NOT_FOUND']);
    expect(codesOf(await register(id))).toEqual(['SUBMISSION_NOT_OPEN']);
    await open(id);
    expect(codesOf(await register(id, {}, officer('jinan', 'ONLINE_REGISTRAR')))).toEqual(['NOT_FOUND']);
  });
});

describe('open against withdraw', () => {
  scenario(
    'petitions',
    8,
    'unopened, withdrawn 09:30: WITHDRAWN, in the withdrawn tab, and cannot be opened',
    async () => {
      const id = await submitted(stage, zhang);
      stage.store.clock.set('2026-03-02T09:30:00+08:00');
      expect(ok(await withdraw(id)).withdrawPetition.state).toBe('WITHDRAWN');
      expect(await tab('WITHDRAWN')).toContain(id);
      expect(await tab('UNREGISTERED')).not.toContain(id);
      expect(codesOf(await open(id))).toEqual(['ALREADY_WITHDRAWN']);
      expect(await recordsOf(id)).toEqual([]);
    },
  );

  scenario('petitions', 9, 'opened 09:29, withdrawn 09:30: NOT_WITHDRAWABLE', async () => {
    const id = await submitted(stage, zhang);
    stage.store.clock.set('2026-03-02T09:29:00+08:00');
    ok(await open(id));
    stage.store.clock.set('2026-03-02T09:30:00+08:00');
    expect(codesOf(await withdraw(id, 2))).toEqual(['NOT_WITHDRAWABLE']);
    expect(await tab('UNREGISTERED')).toContain(id);
  });

  scenario('petitions', 10, 'open and withdraw arriving together: exactly one succeeds', async () => {
    const winners = { opened: 0, withdrawn: 0 };
    // Whoever holds the row first wins: each order once, the other transaction really waiting, then both at once.
    for (const order of ['open first', 'withdraw first', 'at once'] as const) {
      const id = await submitted(stage, zhang);
      const at = stage.store.clock.now();
      const opening = () =>
        stage.store.as(REGISTRAR, async (tx) => {
          await openSubmission(tx, stage.store.services.personal, id, officerOf(REGISTRAR), at);
          if (order === 'open first') await waitForWaiter();
        });
      const withdrawing = () =>
        stage.store.as(zhang, async (tx) => {
          await withdrawSubmission(tx, id, 1, zhang.accountId!, at);
          if (order === 'withdraw first') await waitForWaiter();
        });
      const [openResult, withdrawResult] = await Promise.allSettled([
        order === 'withdraw first' ? delayed(opening) : opening(),
        order === 'open first' ? delayed(withdrawing) : withdrawing(),
      ]);
      const openedIt = openResult.status === 'fulfilled';
      expect([openResult.status, withdrawResult.status].sort()).toEqual(['fulfilled', 'rejected']);
      const told = (openedIt ? withdrawResult : openResult) as PromiseRejectedResult;
      expect(told.reason).toMatchObject({ code: openedIt ? 'NOT_WITHDRAWABLE' : 'ALREADY_WITHDRAWN' });
      winners[openedIt ? 'opened' : 'withdrawn'] += 1;
      const [row] = await stage.store.adminQuery('SELECT state FROM online_submission WHERE id = $1', [id]);
      expect(row).toEqual({ state: openedIt ? 'OPENED' : 'WITHDRAWN' });
      expect(await recordsOf(id)).toHaveLength(openedIt ? 1 : 0);
    }
    expect(winners.withdrawn).toBeGreaterThan(0);
    expect(winners.opened).toBeGreaterThan(0);
  });
});

describe('registering an opened submission', () => {
  scenario('petitions', 11, 'submitted 2026-03-02, opened 2026-03-05: route due 2026-03-17', async () => {
    const id = await submitted(stage, zhang);
    stage.store.clock.set('2026-03-05T14:00:00+08:00');
    await open(id);
    const item = ok(await register(id)).registerOnline;
    expect(item).toMatchObject({
      routeDueAt: '2026-03-17',
      itemNo: expect.stringMatching(/^370000-20260305-W-/),
    });
    const [row] = await stage.store.adminQuery(
      'SELECT route_due_on::text AS due FROM case_item WHERE id = $1',
      [item.id],
    );
    expect(row).toEqual({ due: '2026-03-17' });
  });

  rule(
    ['PT-REG-07', 'PT-REG-02'],
    'received when submitted; handled at once or continued later from the registered list',
    async () => {
      const id = await submitted(stage, zhang);
      stage.store.clock.set('2026-03-05T14:00:00+08:00');
      await open(id);
      const item = ok(await register(id)).registerOnline;
      expect(new Date(item.receivedAt)).toEqual(new Date('2026-03-02T09:00:00+08:00'));
      expect(item).toMatchObject({
        channel: 'ONLINE',
        petitionDate: '2026-03-02',
        title: '拖欠工资',
        petitioner: { displayName: '张*', anonymous: false },
        // The blank record of the opening waits for the handling.
        handlingRecords: [{ seq: 1, mode: null, state: 'DRAFT' }],
      });
      expect(await tab('REGISTERED')).toContain(id);
      const LIST = '{ registrations(channel: ONLINE, state: REGISTERED, mine: true) { nodes { id } } }';
      expect(ok(await stage.as(REGISTRAR, LIST)).registrations.nodes).toContainEqual({ id: item.id });
    },
  );

  rule('PT-REG-03', 'on handling the item appears in the to-do list of its destination', async () => {
    const id = await submitted(stage, zhang);
    await open(id);
    const item = ok(await register(id)).registerOnline;
    const FORWARD = `mutation ($id: ID!, $version: Int!, $to: ID!) { forward(caseItemId: $id, expectedVersion: $version,
      input: { destinationOrgId: $to, opinion: "请依法办理" }) { record { seq mode state } } }`;
    const variables = { id: item.id, version: item.version, to: ORGANISATIONS.jinan.id };
    const answer = ok(await stage.as(REGISTRAR, FORWARD, variables));
    // The blank record of the opening is the one that was filled in.
    expect(answer.forward.record).toEqual({ seq: 1, mode: 'FORWARD', state: 'DONE' });
    const tasks = await stage.store.adminQuery(
      `SELECT organisation_id, state FROM org_task WHERE case_item_id = $1 AND custody`,
      [item.id],
    );
    expect(tasks).toEqual([{ organisation_id: ORGANISATIONS.jinan.id, state: 'UNIT_INBOX' }]);
    const INBOX = '{ workList(list: UNIT_INBOX) { nodes { caseItem { id } } } }';
    const inbox = await stage.as(officer('jinan', ['RECEIVER', 'HANDLER']), INBOX);
    expect(ok(inbox).workList.nodes).toContainEqual({ caseItem: { id: item.id } });
  });

  it('its clock is the one the submission started, whatever the period is by now', async () => {
    const id = await submitted(stage, zhang);
    await stage.store.adminQuery(`UPDATE period SET amount = 5 WHERE kind = 'ROUTE'`);
    await open(id);
    const item = ok(await register(id)).registerOnline;
    await stage.store.adminQuery(`UPDATE period SET amount = 15 WHERE kind = 'ROUTE'`);
    expect(item.routeDueAt).toBe('2026-03-17');
  });

  it('attachments move along, and an anonymous account stays unknown', async () => {
    const anonymous = await stage.citizen({ anonymous: true });
    const fileId = await stage.uploaded(anonymous, Buffer.from('%PDF-1.7\n%%EOF'));
    const id = await submitted(stage, anonymous, { fileIds: [fileId] });
    expect(ok(await open(id)).openSubmission.submission).toMatchObject({
      petitionerName: '匿名',
      attachments: [{ fileName: '证明材料.pdf' }],
    });
    const item = ok(await register(id)).registerOnline;
    expect(item).toMatchObject({
      anonymous: true,
      satisfactionMode: 'EXCLUDED',
      petitioner: { displayName: '匿名', anonymous: true },
    });
    const [row] = await stage.store.adminQuery('SELECT case_item_id FROM attachment WHERE owner_id = $1', [
      id,
    ]);
    expect(row).toEqual({ case_item_id: item.id });
    const [person] = await stage.store.adminQuery(
      'SELECT name, citizen_id, account_id, id_number_sealed, mobile_sealed FROM petitioner WHERE case_item_id = $1',
      [item.id],
    );
    expect(Object.values(person!).filter((value) => value !== null)).toEqual([]);
    // A second petition of the account is proposed as one of the same account, and shows as little.
    const next = await submitted(stage, anonymous);
    const { duplicates } = ok(await open(next)).openSubmission;
    expect(duplicates).toEqual([{ id: item.id, match: 'ACCOUNT', caseItem: { id: item.id } }]);
  });

  rule(
    'PT-HND-08',
    'what accuses a colleague of the registrar lies with the bureau above at once, the blank record used up',
    async () => {
      const accused = await stage.store.appoint(officer('shandong', 'LEADER', 'accused'));
      const id = await submitted(stage, zhang);
      await open(id);
      const item = ok(
        await register(id, { data: { purpose: 'ACCUSATION', accusedAccountId: accused.accountId } }),
      ).registerOnline;
      expect(item.handlingRecords).toEqual([{ seq: 1, mode: 'TRANSFER', state: 'DONE' }]);
      expect(
        await stage.store.adminQuery(
          'SELECT custodian_organisation_id AS custodian FROM case_item WHERE id = $1',
          [item.id],
        ),
      ).toEqual([{ custodian: ORGANISATIONS.nation.id }]);
    },
  );

  it('twice at once: one item, the second is told', async () => {
    const id = await submitted(stage, zhang);
    await open(id);
    const answers = await Promise.all([register(id), register(id)]);
    const codes = answers.flatMap(codesOf);
    expect(codes).toEqual(['SUBMISSION_NOT_OPEN']);
    const [row] = await stage.store.adminQuery(
      'SELECT count(*)::int AS items FROM case_item WHERE submission_id = $1',
      [id],
    );
    expect(row).toEqual({ items: 1 });
  });

  it('a registrar may better what the citizen wrote, and a repeated matter carries what the citizen did not say', async () => {
    const first = await letter(stage, {
      petitioner: { name: '李四', idType: 'RESIDENT_ID', idNumber: ID_NUMBERS.li },
    });
    const id = await submitted(stage, zhang);
    await open(id);
    const answer = await stage.as(REGISTRAR, REGISTER, {
      id,
      input: { data: { title: '更正后的标题' }, duplicates: { kind: 'SAME_MATTER', linkedItemId: first.id } },
    });
    expect(ok(answer).registerOnline).toMatchObject({
      title: '更正后的标题',
      content: expect.stringContaining('某工地拖欠工资三个月，请予处理'),
      firstInSystem: false,
      satisfactionMode: 'EXCLUDED',
    });
  });
});

const delayed = async <T>(work: () => Promise<T>): Promise<T> => {
  await new Promise((resolve) => setTimeout(resolve, 50));
  return work();
};

/** Until somebody waits for a lock in this database: the race is real. */
async function waitForWaiter(): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const [row] = await stage.store.adminQuery<{ waiting: number }>(
      `SELECT count(*)::int AS waiting FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
       WHERE NOT l.granted AND a.datname = current_database()`,
    );
    if (row!.waiting > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('nobody waits');
}
