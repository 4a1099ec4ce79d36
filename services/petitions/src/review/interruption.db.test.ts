import type { OrgTask } from '../cases/case.types';
import { confirmPetitionerDeath, proposeDeath } from '../cases/petitioner-death.service';
import { scopes } from '../service-scopes';
import { type officer, openStore } from '../testing/store.support.test';
import { takeTask } from '../work-lists/tasks.service';
import { receiveSupplement, requestSupplement } from './acceptance.service';
import {
  decideSuspension,
  decideTermination,
  resumeReview,
  suspendReview,
  terminateReview,
} from './interruption.service';
import { signReview } from './opinion.service';
import { lixiaBench, ReviewStage, respondent } from './review.fixture';
import { lapseAppeals, terminateUnsupplemented } from './review-upkeep.service';

let stage: ReviewStage;
beforeAll(async () => {
  stage = new ReviewStage(await openStore());
  await stage.appointAll();
});
afterAll(() => stage?.store.close());

const { handler, leader } = lixiaBench;
const upkeep = () => [stage.store.database, stage.store.clock] as const;

describe('missing materials', () => {
  const waiting = async () => {
    const item = await stage.replied('2026-05-06');
    stage.at('2026-06-01');
    const { review } = await stage.registered(item);
    await stage.appointed(review.id);
    const list = await stage.filed(review.id, 'SUPPLEMENT_LIST');
    await stage.does(handler, requestSupplement, { ...(await stage.on(review.id)), documentId: list.id });
    return review.id;
  };

  it('that do not come within ten days end the review, once however many look', async () => {
    const id = await waiting();
    stage.at('2026-06-11', '23:59');
    expect(await terminateUnsupplemented(...upkeep())).toBe(0);
    stage.at('2026-06-12', '00:00');
    await expect(
      stage.does(handler, receiveSupplement, { ...(await stage.on(id)), content: '示例' }),
    ).rejects.toMatchObject({ code: 'SUPPLEMENT_TOO_LATE' });
    const done = await Promise.all([
      terminateUnsupplemented(...upkeep()),
      terminateUnsupplemented(...upkeep()),
      terminateUnsupplemented(...upkeep()),
    ]);
    expect(done.reduce((sum, each) => sum + each)).toBe(1);
    const review = await stage.review(id);
    expect(review).toMatchObject({ state: 'TERMINATED', endedAt: expect.any(Date) });
    expect(await stage.item(review.caseItemId)).toMatchObject({ state: 'LAPSED' });
    expect((await stage.steps(id)).at(-1)).toMatchObject({ kind: 'SUPPLEMENT', state: 'CANCELLED' });
    expect((await stage.published(review.caseItemId)).slice(-2)).toEqual([
      'case.appeal-lapsed',
      'review.terminated',
    ]);
  });

  it('that came in time let the review live', async () => {
    const id = await waiting();
    stage.at('2026-06-11');
    await stage.does(handler, receiveSupplement, { ...(await stage.on(id)), content: '示例' });
    stage.at('2026-06-30');
    expect(await terminateUnsupplemented(...upkeep())).toBe(0);
    expect(await stage.review(id)).toMatchObject({ state: 'ASSIGNED', dueOn: '2026-07-11' });
  });
});

describe('a suspension', () => {
  it('needs a reason, that the parties were told, and the leader', async () => {
    const { id } = await stage.examining(await stage.replied());
    const ask = async (changes: object) =>
      stage.does(handler, suspendReview, {
        ...(await stage.on(id)),
        reason: '示例',
        partiesToldAt: stage.store.clock.today(),
        ...changes,
      });
    await expect(ask({ reason: ' ', partiesToldAt: null })).rejects.toMatchObject({
      faults: [{ field: 'reason' }, { code: 'PARTIES_NOT_TOLD' }],
    });
    const decide = async (changes: object) =>
      stage.does(leader, decideSuspension, { ...(await stage.on(id)), approve: true, ...changes });
    await expect(decide({})).rejects.toMatchObject({ code: 'NO_REQUEST' });
    await ask({});
    await expect(ask({})).rejects.toMatchObject({ code: 'REQUEST_PENDING' });
    await expect(decide({ approve: false })).rejects.toMatchObject({ code: 'FIELD_REQUIRED', field: 'text' });
    const { review: refused } = await decide({ approve: false, text: '示例：理由不足。' });
    expect(refused.state).toBe('EXAMINING');
    await ask({});
    expect((await decide({})).review).toMatchObject({
      state: 'SUSPENDED',
      stateBeforeSuspension: 'EXAMINING',
    });
    await expect(stage.step(id, 'INVESTIGATION', {})).rejects.toMatchObject({ code: 'WRONG_STATE' });
  });

  it('in the drafting of the opinion goes back there, and no opinion is signed while a request waits', async () => {
    const { id } = await stage.examining(await stage.replied());
    await stage.examined(id);
    await stage.opinionSubmitted(id, 'UPHOLD');
    const today = stage.store.clock.today();
    await stage.does(handler, suspendReview, {
      ...(await stage.on(id)),
      reason: '示例',
      partiesToldAt: today,
    });
    await expect(
      stage.does(leader, signReview, { ...(await stage.on(id)), approve: true }),
    ).rejects.toMatchObject({ code: 'REQUEST_PENDING' });
    await stage.does(leader, decideSuspension, { ...(await stage.on(id)), approve: true });
    const { review } = await stage.does(handler, resumeReview, { ...(await stage.on(id)), reason: '示例' });
    expect(review).toMatchObject({ state: 'OPINION_DRAFT', pausedDays: 0 });
    await stage.does(leader, signReview, { ...(await stage.on(id)), approve: true });
  });
});

describe('a termination', () => {
  it('approved ends review and item; a matter with another open item stays open', async () => {
    const item = await stage.replied('2026-05-06');
    const other = await stage.atUnit({ matterId: item.matterId });
    const { review } = await stage.registered(item);
    await stage.appointed(review.id);
    await stage.does(handler, terminateReview, {
      ...(await stage.on(review.id)),
      ground: 'WITHDRAWAL' as const,
      reason: '示例：申请人撤回。',
      partiesToldAt: '2026-05-06',
    });
    const { item: lapsed } = await stage.does(leader, decideTermination, {
      ...(await stage.on(review.id)),
      approve: true,
    });
    expect(lapsed.state).toBe('LAPSED');
    expect(await stage.matterStatus(item)).toBe('OPEN');
    await stage.notify(respondent, other.id, 'NON_ACCEPTANCE');
    const [step] = (await stage.steps(review.id)).slice(-1);
    expect(step).toMatchObject({
      kind: 'TERMINATION',
      state: 'DONE',
      ground: 'WITHDRAWAL',
      toldOn: '2026-05-06',
    });
  });

  it('follows from a mediation that ended in agreement, once the leader approves', async () => {
    const { id } = await stage.examining(await stage.replied());
    const mediation = { content: '示例：达成协议。', agreed: true };
    await expect(
      stage.step(id, 'MEDIATION', { ...mediation, applicantConsents: true }),
    ).rejects.toMatchObject({
      code: 'CONSENT_REQUIRED',
      field: 'respondentConsents',
    });
    await stage.step(id, 'MEDIATION', { ...mediation, applicantConsents: true, respondentConsents: true });
    expect((await stage.review(id)).state).toBe('EXAMINING');
    const { review, item } = await stage.does(leader, decideTermination, {
      ...(await stage.on(id)),
      approve: true,
    });
    expect([review.state, item.state]).toEqual(['TERMINATED', 'LAPSED']);
    expect((await stage.steps(id)).at(-1)).toMatchObject({ kind: 'TERMINATION', ground: 'SETTLEMENT' });
  });

  it('out of a suspension moves no clock', async () => {
    const { id } = await stage.examining(await stage.replied('2026-05-06'));
    const { dueOn } = await stage.review(id);
    const told = { reason: '示例', partiesToldAt: '2026-05-06' };
    await stage.does(handler, suspendReview, { ...(await stage.on(id)), ...told });
    await stage.does(leader, decideSuspension, { ...(await stage.on(id)), approve: true });
    stage.at('2026-05-16');
    await stage.does(handler, terminateReview, {
      ...(await stage.on(id)),
      ...told,
      ground: 'APPLICANT_GONE' as const,
    });
    await expect(
      stage.does(handler, resumeReview, { ...(await stage.on(id)), reason: '示例' }),
    ).rejects.toMatchObject({ code: 'REQUEST_PENDING' });
    await stage.does(leader, decideTermination, { ...(await stage.on(id)), approve: true });
    expect(await stage.review(id)).toMatchObject({ state: 'TERMINATED', dueOn, pausedDays: 0 });
  });
});

describe('the death of a petitioner while a review runs', () => {
  const citizenId = `c1_${'d'.repeat(26)}`;
  const replied = () =>
    stage.replied('2026-05-06', { petitioner: { name: '张三', idType: 'RESIDENT_ID', citizenId } });
  const told = () =>
    stage.store.database.write(scopes.followDirectory(), (tx) =>
      proposeDeath(tx, citizenId, stage.store.clock.now()),
    );
  const tasksOf = (caseItemId: string, by: ReturnType<typeof officer>) =>
    stage.store.readAs(by, (tx) =>
      tx.query<OrgTask>(
        `SELECT id, version, state, organisation_id AS "organisationId", holder_id AS "holderId" FROM org_task
         WHERE case_item_id = $1 AND kind = 'PETITIONER_DECEASED'`,
        [caseItemId],
      ),
    );
  const confirm = (by: ReturnType<typeof officer>, { id, version }: OrgTask) =>
    stage.act(by, (tx, who, at) =>
      confirmPetitionerDeath(tx, { taskId: id, expectedVersion: version, confirmed: true }, who, at),
    );

  it('is a to-do of the handler, seen by the authority alone; what follows is the usual termination', async () => {
    const item = await replied();
    const { id, dueOn } = await stage.examining(item);
    await told();
    await told();
    const { organisationId, accountId } = handler;
    const [task, ...more] = await tasksOf(item.id, leader);
    expect([task, more]).toMatchObject([{ state: 'TODO', organisationId, holderId: accountId }, []]);
    expect(await tasksOf(item.id, respondent)).toEqual([]);
    expect(await confirm(handler, task!)).toMatchObject({ state: 'DONE' });
    // A person has looked into it; the review goes on as it was until somebody acts.
    expect(await stage.review(id)).toMatchObject({ state: 'EXAMINING', dueOn });
    expect(await stage.item(item.id)).toMatchObject({ state: 'UNDER_REVIEW' });
    await stage.does(handler, terminateReview, {
      ...(await stage.on(id)),
      ground: 'APPLICANT_GONE' as const,
      reason: '示例：申请人已去世。',
      partiesToldAt: '2026-05-06',
    });
    const { item: ended } = await stage.does(leader, decideTermination, {
      ...(await stage.on(id)),
      approve: true,
    });
    expect(ended.state).toBe('LAPSED');
    await told();
    expect(await tasksOf(item.id, leader)).toMatchObject([{ state: 'DONE' }]);
  });

  it('lies in the unit inbox before a handler is appointed, whom looking into it does not exclude', async () => {
    const item = await replied();
    const { review } = await stage.registered(item);
    await told();
    const [task] = await tasksOf(item.id, leader);
    expect(task).toMatchObject({
      state: 'UNIT_INBOX',
      organisationId: leader.organisationId,
      holderId: null,
    });
    const taken = await stage.act(handler, (tx, who, at) =>
      takeTask(tx, { taskId: task!.id, expectedVersion: task!.version }, who, at),
    );
    await confirm(handler, taken);
    await stage.appointed(review.id);
    expect(await stage.review(review.id)).toMatchObject({ handlerId: handler.accountId });
  });
});

describe('the window for a (re-)review', () => {
  it('passes by itself, each item once however many schedulers run; what runs or ended is left alone', async () => {
    const replied = [await stage.replied('2026-08-01'), await stage.replied('2026-08-01')];
    const sameMatter = await stage.replied('2026-08-01', { matterId: replied[0]!.matterId });
    const { item: reviewed } = await stage.wholeReview(await stage.replied('2026-08-01'), 'UPHOLD');
    const { item: running } = await stage.registered(await stage.replied('2026-08-01'));
    const open = await stage.atUnit();
    stage.at('2026-08-31', '23:59');
    await lapseAppeals(...upkeep());
    for (const { id } of replied) expect((await stage.item(id)).state).toBe('COMPLETED');
    stage.at('2026-09-01', '00:00');
    const done = await Promise.all([
      lapseAppeals(...upkeep()),
      lapseAppeals(...upkeep()),
      lapseAppeals(...upkeep()),
    ]);
    expect(done.reduce((sum, each) => sum + each)).toBe(4);
    for (const item of [...replied, sameMatter, reviewed]) {
      expect((await stage.item(item.id)).state).toBe('LAPSED');
      expect((await stage.published(item.id)).filter((type) => type === 'case.appeal-lapsed')).toHaveLength(
        1,
      );
      expect(await stage.matterStatus(item)).toBe('LAPSED');
    }
    expect((await stage.item(running.id)).state).toBe('UNDER_REVIEW');
    expect((await stage.item(open.id)).state).toBe('IN_HANDLING');
    expect(await lapseAppeals(...upkeep())).toBe(0);
  });
});

describe('a defence that is owed while a review is suspended', () => {
  const suspended = async (untilOn: string, from: string) => {
    const { id } = await stage.examining(await stage.replied('2026-10-01'));
    const notice = await stage.filed(id, 'DEFENCE_NOTICE');
    await stage.step(id, 'DEFENCE_NOTICE', { documentId: notice.id });
    stage.at(from);
    const told = { reason: '示例', partiesToldAt: from };
    await stage.does(handler, suspendReview, { ...(await stage.on(id)), ...told });
    await stage.does(leader, decideSuspension, { ...(await stage.on(id)), approve: true });
    stage.at(untilOn);
    await expect(stage.answerAsked(id, respondent, 'DEFENCE')).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await stage.does(handler, resumeReview, { ...(await stage.on(id)), reason: '示例' });
    return id;
  };
  const examine = (id: string) => stage.step(id, 'WRITTEN_EXAMINATION', { content: '示例' });

  it('keeps the days that were left: nobody can answer meanwhile', async () => {
    const id = await suspended('2026-10-25', '2026-10-05');
    await expect(examine(id)).rejects.toMatchObject({
      code: 'DEFENCE_OUTSTANDING',
      details: { dueOn: '2026-10-31' },
    });
    const { caseItemId } = await stage.review(id);
    expect(await stage.taskOf(caseItemId, 'lixiaUnit', 'REVIEW_STEP')).toMatchObject({
      state: 'UNIT_INBOX',
      resultDueOn: '2026-10-31',
    });
    stage.at('2026-11-01');
    await examine(id);
  });

  it('is not owed anew where its last day had passed before', async () => {
    await examine(await suspended('2026-10-25', '2026-10-12'));
  });
});

it('an overdue defence lets the written examination go on, and a late one is still taken', async () => {
  const { id } = await stage.examining(await stage.replied('2026-10-01'));
  const notice = await stage.filed(id, 'DEFENCE_NOTICE');
  await stage.step(id, 'DEFENCE_NOTICE', { documentId: notice.id });
  stage.at('2026-10-11');
  await expect(stage.step(id, 'WRITTEN_EXAMINATION', { content: '示例' })).rejects.toMatchObject({
    code: 'DEFENCE_OUTSTANDING',
    details: { dueOn: '2026-10-11' },
  });
  stage.at('2026-10-12');
  await stage.step(id, 'WRITTEN_EXAMINATION', { content: '示例' });
  await expect(stage.answerAsked(id, respondent, 'DEFENCE', { content: '示例' })).rejects.toMatchObject({
    code: 'FIELD_REQUIRED',
    field: 'evidence',
  });
  expect(await stage.answerAsked(id, respondent, 'DEFENCE')).toMatchObject({ state: 'DONE' });
});
