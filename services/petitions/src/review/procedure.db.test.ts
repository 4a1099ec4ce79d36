import { rule, testKeys } from '@junxian/test-kit';
import { officerOf } from '../actor';
import { LocalSealService } from '../handling/seal.service';
import { itemAs } from '../testing/cases.support.test';
import { officer, openStore } from '../testing/store.support.test';
import { appointHandler, receiveSupplement, rejectReview, requestSupplement } from './acceptance.service';
import { closeReview } from './closing.service';
import {
  decideDocument,
  draftDocument,
  fileDocument,
  reviseDocument,
  submitDocument,
} from './documents.service';
import { opinionOf } from './documents.store';
import { draftReviewOpinion, signReview } from './opinion.service';
import { expert, idOf, jinanBench, lawyer, lixiaBench, ReviewStage, respondent } from './review.fixture';
import type { ReviewDocument } from './review.types';

let stage: ReviewStage;
beforeAll(async () => {
  stage = new ReviewStage(await openStore());
  await stage.appointAll();
});
afterAll(() => stage?.store.close());

const { handler, leader, clerk } = lixiaBench;
/** Whether a document carries this service's seal on just its content. */
const isSealed = ({ documentHash, sealedBy, seal }: ReviewDocument) =>
  new LocalSealService(testKeys.blindIndexKey).isValid(documentHash!, { sealedBy: sealedBy!, seal: seal! });
const journal = (id: string) =>
  stage.store.adminQuery<{ action: string }>(
    `SELECT action FROM case_journal WHERE case_item_id = $1 AND details ? 'reviewCaseId' ORDER BY id`,
    [id],
  );

it('plays the whole procedure, every step in the file and in the journal', async () => {
  const item = await stage.replied('2026-05-06');
  stage.at('2026-06-01');
  const { review } = await stage.registered(item);
  const { id } = review;
  await stage.appointed(id);

  // Missing materials: asked for on 06-02, there on 06-05; the clock stood still for three days.
  stage.at('2026-06-02');
  const list = await stage.filed(id, 'SUPPLEMENT_LIST');
  const { review: waiting } = await stage.does(handler, requestSupplement, {
    ...(await stage.on(id)),
    documentId: list.id,
  });
  expect(waiting).toMatchObject({ state: 'SUPPLEMENTING', dueOn: '2026-07-01' });
  stage.at('2026-06-05');
  const { review: complete } = await stage.does(handler, receiveSupplement, {
    ...(await stage.on(id)),
    content: '示例：身份证明。',
  });
  expect(complete).toMatchObject({ state: 'ASSIGNED', dueOn: '2026-07-04', pausedDays: 3 });

  expect(await stage.accepted(id)).toMatchObject({ state: 'EXAMINING', acceptanceForm: 'ACCEPT' });
  // Nothing is concluded before the respondent was heard.
  await expect(stage.step(id, 'WRITTEN_EXAMINATION', { content: '示例' })).rejects.toMatchObject({
    code: 'DEFENCE_OUTSTANDING',
  });
  const notice = await stage.filed(id, 'DEFENCE_NOTICE');
  await stage.step(id, 'DEFENCE_NOTICE', { documentId: notice.id });
  expect((await stage.steps(id)).at(-1)).toMatchObject({
    kind: 'DEFENCE',
    state: 'OPEN',
    organisationId: idOf('lixiaUnit'),
    dueOn: '2026-06-15',
  });
  expect(await stage.taskOf(item.id, 'lixiaUnit', 'REVIEW_STEP')).toMatchObject({ state: 'UNIT_INBOX' });
  await stage.answerAsked(id, respondent, 'DEFENCE');
  expect(await stage.taskOf(item.id, 'lixiaUnit', 'REVIEW_STEP')).toMatchObject({ state: 'DONE' });

  await stage.step(id, 'LAWYER_INVITATION', {
    content: '示例：请审查程序。',
    organisationId: idOf('shinanUnit'),
    accountId: lawyer.accountId,
  });
  await stage.answerAsked(id, lawyer, 'LAWYER_EXAMINATION');
  await stage.step(id, 'INVESTIGATION', { content: '示例：走访。', participants: ['甲', '乙'] });
  // A hearing on two days, which are not counted.
  stage.at('2026-06-09', '17:00');
  await stage.step(id, 'HEARING', {
    content: '示例：听证笔录。',
    host: '丙',
    participants: ['申请人', '被申请人'],
    heldOn: '2026-06-08',
    endedOn: '2026-06-09',
  });
  expect(await stage.review(id)).toMatchObject({ dueOn: '2026-07-06', pausedDays: 5 });
  await stage.step(id, 'CONSULTATION', {
    content: '示例：征求意见。',
    organisationId: idOf('lixiaOtherUnit'),
  });
  const consulted = officer('lixiaOtherUnit', 'HANDLER');
  await stage.answerAsked(id, consulted, 'CONSULTATION_ANSWER', { content: '示例：无意见。' });
  await stage.step(id, 'MEDIATION', {
    content: '示例：未达成协议。',
    applicantConsents: true,
    respondentConsents: true,
    agreed: false,
  });
  await expect(
    stage.does(handler, draftReviewOpinion, {
      ...(await stage.on(id)),
      body: '示例',
      result: 'MODIFY' as const,
    }),
  ).rejects.toMatchObject({ code: 'WRITTEN_EXAMINATION_REQUIRED' });
  await stage.step(id, 'WRITTEN_EXAMINATION', { content: '示例：书面审查。' });

  // Sent back once, then signed.
  await stage.opinionSubmitted(id, 'UPHOLD');
  await expect(
    stage.does(leader, signReview, { ...(await stage.on(id)), approve: false }),
  ).rejects.toMatchObject({ code: 'FIELD_REQUIRED', field: 'text' });
  const { review: back } = await stage.does(leader, signReview, {
    ...(await stage.on(id)),
    approve: false,
    text: '示例：说理不足。',
  });
  expect(back.state).toBe('EXAMINING');
  const opinion = await stage.does(handler, draftReviewOpinion, {
    ...(await stage.on(id)),
    body: '示例：新意见书。',
    result: 'MODIFY' as const,
  });
  await stage.step(id, 'EXPERT_INVITATION', {
    content: '示例：请会审。',
    organisationId: idOf('shandongUnit'),
    accountId: expert.accountId,
  });
  await stage.answerAsked(id, expert, 'EXPERT_REVIEW');
  await stage.does(handler, submitDocument, {
    documentId: opinion.opinion.id,
    expectedVersion: opinion.opinion.version,
    leaderId: leader.accountId!,
  });
  const { review: signed } = await stage.does(leader, signReview, { ...(await stage.on(id)), approve: true });
  const issued = (await stage.store.readAs(leader, (tx) => opinionOf(tx, id)))!;
  expect([issued.state, isSealed(issued)]).toEqual(['FILED', true]);
  expect(signed).toMatchObject({
    state: 'SIGNED',
    result: 'MODIFY',
    opinionDocNo: expect.stringMatching(/^信复查〔2026〕\d+号$/),
  });

  expect((await stage.steps(id)).map(({ kind, state }) => `${kind} ${state}`)).toEqual([
    'APPOINTMENT DONE',
    'SUPPLEMENT DONE',
    'ACCEPTANCE DONE',
    'DEFENCE_NOTICE DONE',
    'DEFENCE DONE',
    'LAWYER_INVITATION DONE',
    'LAWYER_EXAMINATION DONE',
    'INVESTIGATION DONE',
    'HEARING DONE',
    'CONSULTATION DONE',
    'CONSULTATION_ANSWER DONE',
    'MEDIATION DONE',
    'WRITTEN_EXAMINATION DONE',
    'OPINION_DRAFT DONE',
    'OPINION_DRAFT DONE',
    'EXPERT_INVITATION DONE',
    'EXPERT_REVIEW DONE',
    'SIGNATURE DONE',
  ]);
  const actions = (await journal(item.id)).map(({ action }) => action);
  for (const action of [
    'SUBMIT_REVIEW',
    'REVIEW_ACCEPT',
    'REVIEW_DEFENCE',
    'REVIEW_HEARING',
    'REVIEW_EXPERT_REVIEW',
    'REVIEW_SIGN',
  ])
    expect(actions.filter((entry) => entry === action)).toHaveLength(1);
  expect(actions.filter((entry) => entry === 'REVIEW_DRAFT_OPINION')).toHaveLength(2);
});

describe('the handler', () => {
  it('must not have had to do with the matter, and be a review handler of the authority', async () => {
    const { review } = await stage.registered(await stage.replied());
    const appoint = async (accountId: string) =>
      stage.does(leader, appointHandler, { ...(await stage.on(review.id)), accountId });
    // Handled it once, and holds the role of a review handler in the authority by now.
    const before = officer('lixia', 'REVIEW_HANDLER', 'before');
    await stage.store.appoint(before);
    await stage.store.adminQuery(
      `UPDATE handling_record SET officer_id = $2 WHERE case_item_id = $1 AND mode = 'FORWARD'`,
      [review.caseItemId, before.accountId],
    );
    await expect(appoint(before.accountId!)).rejects.toMatchObject({ code: 'HANDLER_INVOLVED' });
    await expect(appoint(clerk.accountId!)).rejects.toMatchObject({ code: 'NOT_A_REVIEW_HANDLER' });
    await expect(appoint(jinanBench.handler.accountId!)).rejects.toMatchObject({
      code: 'NOT_A_REVIEW_HANDLER',
    });
    await appoint(handler.accountId!);
    expect(await stage.review(review.id)).toMatchObject({ state: 'ASSIGNED', handlerId: handler.accountId });
  });

  it('of the first review cannot handle the re-review, though nothing else was theirs', async () => {
    const { item } = await stage.wholeReview(await stage.replied(), 'UPHOLD');
    const { review } = await stage.registered(item, jinanBench);
    // The same person, posted to the higher bureau meanwhile.
    const promoted = { ...officer('jinan', 'REVIEW_HANDLER', 'promoted'), accountId: handler.accountId };
    await stage.store.appoint(promoted);
    await expect(
      stage.does(jinanBench.leader, appointHandler, {
        ...(await stage.on(review.id, jinanBench)),
        accountId: handler.accountId!,
      }),
    ).rejects.toMatchObject({ code: 'HANDLER_INVOLVED' });
  });

  it('alone acts on the review, until replaced', async () => {
    const { review } = await stage.registered(await stage.replied());
    await stage.appointed(review.id);
    const other = officer('lixia', 'REVIEW_HANDLER', 'other');
    await stage.store.appoint(other);
    const draft = { reviewCaseId: review.id, kind: 'OTHER' as const, body: '示例' };
    await expect(stage.does(other, draftDocument, draft)).rejects.toMatchObject({
      code: 'NOT_REVIEW_HANDLER',
    });
    await stage.does(leader, appointHandler, { ...(await stage.on(review.id)), accountId: other.accountId! });
    expect(await stage.review(review.id)).toMatchObject({ state: 'ASSIGNED', handlerId: other.accountId });
    await stage.does(other, draftDocument, draft);
    await expect(stage.does(handler, draftDocument, draft)).rejects.toMatchObject({
      code: 'NOT_REVIEW_HANDLER',
    });
  });
});

describe('a document', () => {
  it('goes from draft through approval into the file, back when rejected, and stays as filed', async () => {
    const { review } = await stage.registered(await stage.replied());
    await stage.appointed(review.id);
    const draft = await stage.does(handler, draftDocument, {
      reviewCaseId: review.id,
      kind: 'SUPPLEMENT_LIST',
      body: '示例清单',
    });
    const of = (document: { id: string; version: number }) => ({
      documentId: document.id,
      expectedVersion: document.version,
    });
    const submitted = await stage.does(handler, submitDocument, {
      ...of(draft),
      leaderId: leader.accountId!,
    });
    await expect(stage.does(handler, reviseDocument, { ...of(submitted), body: '新' })).rejects.toMatchObject(
      {
        code: 'DOCUMENT_STATE',
      },
    );
    const otherLeader = officer('lixia', 'REVIEW_LEADER', 'other');
    await expect(
      stage.does(otherLeader, decideDocument, { ...of(submitted), approve: true }),
    ).rejects.toMatchObject({ code: 'NOT_CHOSEN_LEADER' });
    const rejected = await stage.does(leader, decideDocument, {
      ...of(submitted),
      approve: false,
      text: '示例：请补充。',
    });
    expect(rejected.state).toBe('REJECTED');
    const revised = await stage.does(handler, reviseDocument, { ...of(rejected), body: '示例：新清单' });
    const again = await stage.does(handler, submitDocument, { ...of(revised), leaderId: leader.accountId! });
    const approved = await stage.does(leader, decideDocument, { ...of(again), approve: true });
    const filed = await stage.does(handler, fileDocument, of(approved));
    expect(filed).toMatchObject({
      state: 'FILED',
      body: '示例：新清单',
      documentHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      sealedBy: `local:${handler.organisationId}:${handler.accountId}`,
    });
    expect(isSealed(filed)).toBe(true);
    await expect(stage.does(handler, reviseDocument, { ...of(filed), body: '改' })).rejects.toMatchObject({
      code: 'DOCUMENT_STATE',
    });
    await expect(
      stage.store.adminQuery(`UPDATE review_document SET body = '改' WHERE id = $1`, [filed.id]),
    ).rejects.toThrow(/does not change/);
  });

  rule('PT-NTC-05', 'is not filed, nor an opinion signed, without the seal', async () => {
    const { review } = await stage.registered(await stage.replied());
    const { id } = review;
    await stage.appointed(id);
    const refused = {
      seals: { outside: false, seal: () => Promise.reject(new Error('no certificate')) },
      at: stage.store.clock.now(),
      today: stage.store.clock.today(),
    };
    const draft = await stage.does(handler, draftDocument, {
      reviewCaseId: id,
      kind: 'SUPPLEMENT_LIST',
      body: '示例清单',
    });
    const submitted = await stage.does(handler, submitDocument, {
      documentId: draft.id,
      expectedVersion: draft.version,
      leaderId: leader.accountId!,
    });
    const approved = await stage.does(leader, decideDocument, {
      documentId: draft.id,
      expectedVersion: submitted.version,
      approve: true,
    });
    const filing = stage.store.as(handler, (tx) =>
      fileDocument(
        tx,
        { documentId: draft.id, expectedVersion: approved.version },
        { ...refused, officer: officerOf(handler) },
      ),
    );
    await expect(filing).rejects.toThrow('no certificate');
    await expect(
      stage.store.adminQuery(
        `UPDATE review_document SET state = 'FILED', doc_no = 'x', document_hash = 'x', filed_at = now(), filed_by = $2 WHERE id = $1`,
        [draft.id, handler.accountId],
      ),
    ).rejects.toThrow(/issued with a seal/);
    const [stored] = await stage.store.adminQuery('SELECT state, doc_no FROM review_document WHERE id = $1', [
      draft.id,
    ]);
    expect(stored).toEqual({ state: 'APPROVED', doc_no: null });
  });

  it('carries one step only, and only as what it is', async () => {
    const { review } = await stage.registered(await stage.replied());
    await stage.appointed(review.id);
    const other = await stage.filed(review.id, 'OTHER');
    await expect(
      stage.does(handler, requestSupplement, { ...(await stage.on(review.id)), documentId: other.id }),
    ).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FILED' });
    const list = await stage.filed(review.id, 'SUPPLEMENT_LIST');
    await stage.does(handler, requestSupplement, { ...(await stage.on(review.id)), documentId: list.id });
    await stage.does(handler, receiveSupplement, { ...(await stage.on(review.id)), content: '示例' });
    await expect(
      stage.does(handler, requestSupplement, { ...(await stage.on(review.id)), documentId: list.id }),
    ).rejects.toMatchObject({ code: 'DOCUMENT_USED' });
    // A form that accepts does not reject.
    const form = await stage.filed(review.id, 'ACCEPTANCE_FORM', lixiaBench, 'ACCEPT');
    await expect(
      stage.does(handler, rejectReview, { ...(await stage.on(review.id)), documentId: form.id }),
    ).rejects.toMatchObject({ code: 'DOCUMENT_NOT_FILED' });
  });
});

describe('an application that is not accepted', () => {
  const rejected = async (on: string) => {
    const item = await stage.replied('2026-05-06');
    stage.at('2026-06-05');
    const { review } = await stage.registered(item);
    await stage.appointed(review.id);
    stage.at(on);
    const form = await stage.filed(review.id, 'ACCEPTANCE_FORM', lixiaBench, 'REJECT');
    return stage.does(handler, rejectReview, { ...(await stage.on(review.id)), documentId: form.id });
  };

  it('leaves the item as it was within the window, where it may be made again', async () => {
    const { item, review } = await rejected('2026-06-05');
    expect(review).toMatchObject({ state: 'NOT_ACCEPTED', acceptanceForm: 'REJECT' });
    expect(item).toMatchObject({ state: 'COMPLETED', outcome: 'REPLIED', appealDueOn: '2026-06-05' });
    const { review: again } = await stage.registered(item);
    expect(again.state).toBe('REGISTERED');
  });

  it('lets the item lapse after the window', async () => {
    const { item } = await rejected('2026-06-06');
    expect(item.state).toBe('LAPSED');
    expect(await stage.matterStatus(item)).toBe('LAPSED');
    expect((await stage.published(item.id)).slice(-2)).toEqual(['case.appeal-lapsed', 'review.rejected']);
  });
});

describe('closing', () => {
  it('by two at once happens once', async () => {
    const { id } = await stage.examining(await stage.replied());
    await stage.examined(id);
    const { item } = await stage.served(id, 'REVOKE_REHANDLE');
    const reference = await stage.on(id);
    const outcomes = await Promise.allSettled([
      stage.does(leader, closeReview, reference),
      stage.does(leader, closeReview, reference),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'STALE_VERSION' },
    });
    expect((await stage.published(item.id)).filter((type) => type === 'case.reopened')).toHaveLength(1);
  });

  it('waits until documents in approval are settled', async () => {
    const { id } = await stage.examining(await stage.replied());
    await stage.examined(id);
    const draft = await stage.does(handler, draftDocument, { reviewCaseId: id, kind: 'OTHER', body: '示例' });
    const pending = await stage.does(handler, submitDocument, {
      documentId: draft.id,
      expectedVersion: draft.version,
      leaderId: leader.accountId!,
    });
    await stage.served(id, 'UPHOLD');
    await expect(stage.closed(id)).rejects.toMatchObject({
      code: 'FILE_INCOMPLETE',
      details: { kinds: ['OTHER'] },
    });
    const approved = await stage.does(leader, decideDocument, {
      documentId: draft.id,
      expectedVersion: pending.version,
      approve: true,
    });
    await stage.does(handler, fileDocument, { documentId: draft.id, expectedVersion: approved.version });
    expect((await stage.closed(id)).item.state).toBe('REVIEWED');
  });
});

rule(
  'PT-HND-08',
  'neither those below the accused unit, nor where the accused person has a post, nor the accused leader is asked',
  async () => {
    const refused = { code: 'FORBIDDEN_DESTINATION', field: 'organisationId' };
    const ofUnit = await stage.replied('2026-07-01', {
      purpose: 'ACCUSATION',
      accusedOrganisationId: idOf('shinan'),
    });
    const { id } = await stage.examining(ofUnit);
    const consult = (review: string, organisation: Parameters<typeof idOf>[0]) =>
      stage.step(review, 'CONSULTATION', { content: '示例', organisationId: idOf(organisation) });
    for (const organisation of ['shinan', 'shinanUnit'] as const)
      await expect(consult(id, organisation)).rejects.toMatchObject(refused);
    await expect(
      stage.step(id, 'LAWYER_INVITATION', {
        content: '示例',
        organisationId: idOf('shinanUnit'),
        accountId: lawyer.accountId,
      }),
    ).rejects.toMatchObject(refused);
    expect(await itemAs(stage.store, officer('shinanUnit', 'HANDLER'), ofUnit.id)).toBeUndefined();
    await consult(id, 'lixiaOtherUnit');

    const accused = officer('lixia', 'REVIEW_LEADER', 'accused');
    const ofPerson = await stage.replied('2026-07-01', {
      purpose: 'ACCUSATION',
      accusedAccountId: accused.accountId,
    });
    const { id: second } = await stage.examining(ofPerson);
    await stage.store.appoint(accused);
    await stage.store.appoint({
      ...officer('lixiaOtherUnit', 'HANDLER', 'accused'),
      accountId: accused.accountId,
    });
    await expect(consult(second, 'lixiaOtherUnit')).rejects.toMatchObject(refused);
    const draft = await stage.does(handler, draftDocument, {
      reviewCaseId: second,
      kind: 'OTHER',
      body: '示例文书。',
    });
    const submit = (leaderId: string) =>
      stage.does(handler, submitDocument, { documentId: draft.id, expectedVersion: draft.version, leaderId });
    await expect(submit(accused.accountId!)).rejects.toMatchObject({ code: 'NOT_A_LEADER' });
    expect(await submit(leader.accountId!)).toMatchObject({ state: 'IN_APPROVAL' });
  },
);
