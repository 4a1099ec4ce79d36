import type { Principal } from '@junxian/identity';
import { rule, scenario } from '@junxian/test-kit';
import { shandong, TEXTS } from '../handling/handling.fixture';
import { draft, itemAs } from '../testing/cases.support.test';
import { officer, openStore } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import { rejectReview } from './acceptance.service';
import { decideSuspension, resumeReview, suspendReview } from './interruption.service';
import { registerReview } from './register-review.service';
import { idOf, jinanBench, lixiaBench, ReviewStage, respondent } from './review.fixture';
import { lapseAppeals } from './review-upkeep.service';

let stage: ReviewStage;
beforeAll(async () => {
  stage = new ReviewStage(await openStore());
  await stage.appointAll();
});
afterAll(() => stage?.store.close());

const upheldReReview = async (servedOn = '2026-05-06') => {
  const item = await stage.replied(servedOn);
  const { item: reviewed } = await stage.wholeReview(item, 'UPHOLD');
  return stage.wholeReview(reviewed, 'UPHOLD', jinanBench, officer('lixia', 'HANDLER'));
};

scenario(
  'petitions',
  29,
  'served 2026-05-06: a request of 06-05 is registered, one of 06-06 lets the item lapse',
  async () => {
    const inTime = await stage.replied('2026-05-06');
    const late = await stage.replied('2026-05-06');
    expect(inTime.appealDueOn).toBe('2026-06-05');
    stage.at('2026-06-05', '23:59');
    const { item, review } = await stage.registered(inTime);
    expect(review).toMatchObject({ state: 'REGISTERED', level: 'REVIEW', dueOn: '2026-07-05' });
    expect(item).toMatchObject({ state: 'UNDER_REVIEW', outcome: 'REPLIED' });
    stage.at('2026-06-06', '00:00');
    await expect(stage.registered(late)).rejects.toMatchObject({ code: 'APPEAL_TOO_LATE' });
    // Refused, yet what it told about the item is stored.
    expect(await stage.item(late.id)).toMatchObject({ state: 'LAPSED', version: late.version + 1 });
    expect(await stage.matterStatus(late)).toBe('LAPSED');
    expect(await stage.published(late.id)).toEqual(['case.appeal-lapsed']);
    await expect(stage.registered(await stage.item(late.id))).rejects.toMatchObject({
      code: 'APPEAL_TOO_LATE',
    });
    expect(await stage.published(late.id)).toEqual(['case.appeal-lapsed']);
  },
);

describe('an application made in time that is registered after the item lapsed', () => {
  const lapsedOn = async (day: string) => {
    stage.at(day, '00:10');
    await lapseAppeals(stage.store.database, stage.store.clock);
  };

  it('brings item and matter back once, by its own day, be it mailed', async () => {
    const { id } = await stage.replied('2026-05-06');
    await lapsedOn('2026-06-06');
    const item = await stage.item(id);
    expect(item).toMatchObject({ state: 'LAPSED', appealDueOn: '2026-06-05' });
    expect(await stage.matterStatus(item)).toBe('LAPSED');
    stage.at('2026-06-08');
    const dated = (applicationDate: string, given = item) =>
      stage.registered(given, lixiaBench, { applicationDate });
    for (const [day, code] of [
      ['2026-06-06', 'APPEAL_TOO_LATE'],
      ['2026-05-05', 'INVALID_INPUT'],
      ['2026-06-09', 'INVALID_INPUT'],
    ] as const)
      await expect(dated(day)).rejects.toMatchObject({ code });
    await expect(
      stage.registered(item, lixiaBench, { applicationDate: '2026-06-05', level: 'RE_REVIEW' }),
    ).rejects.toMatchObject({ code: 'NOT_REVIEWABLE' });
    expect(await stage.item(id)).toEqual(item);
    expect(await stage.published(id)).toEqual(['case.appeal-lapsed']);

    // Two clerks at once: one of them registers it.
    const both = await Promise.allSettled([dated('2026-06-05'), dated('2026-06-05')]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const again = await stage.item(id);
    expect(again).toMatchObject({ state: 'UNDER_REVIEW', outcome: 'REPLIED', appealDueOn: '2026-06-05' });
    expect(await stage.matterStatus(again)).toBe('OPEN');
    await expect(dated('2026-06-05', again)).rejects.toMatchObject({ code: 'NOT_REVIEWABLE' });
    const [review] = await stage.store.adminQuery<{ id: string; due: string }>(
      'SELECT id, due_on::text AS due FROM review_case WHERE case_item_id = $1',
      [id],
    );
    // Its clock runs from the day of receipt.
    expect(review!.due).toBe('2026-07-08');
    expect(await stage.published(id)).toEqual([
      'case.appeal-lapsed',
      'case.review-moved',
      'review.registered',
    ]);
    const journal = await stage.store.adminQuery(
      'SELECT action, from_state, to_state FROM case_journal WHERE case_item_id = $1 ORDER BY id DESC LIMIT 2',
      [id],
    );
    expect(journal).toEqual([
      { action: 'SUBMIT_REVIEW', from_state: 'LAPSED', to_state: 'UNDER_REVIEW' },
      { action: 'LAPSE', from_state: 'COMPLETED', to_state: 'LAPSED' },
    ]);
    // The daily work leaves it alone now, and the review goes its way.
    await lapsedOn('2026-06-09');
    await stage.appointed(review!.id);
    const form = await stage.filed(review!.id, 'ACCEPTANCE_FORM', lixiaBench, 'REJECT');
    const { item: rejected } = await stage.does(lixiaBench.handler, rejectReview, {
      ...(await stage.on(review!.id)),
      documentId: form.id,
    });
    expect(rejected.state).toBe('LAPSED');
    expect(await stage.matterStatus(rejected)).toBe('LAPSED');
    // What was rejected cannot be registered anew.
    await expect(dated('2026-06-05', rejected)).rejects.toMatchObject({ code: 'APPEAL_TOO_LATE' });
  });

  it('keeps its matter open, whatever other item of it lapses at the same time', async () => {
    for (let round = 0; round < 3; round += 1) {
      const first = await stage.replied('2026-05-06');
      const other = await stage.replied('2026-05-08', { matterId: first.matterId });
      await lapsedOn('2026-06-06');
      const lapsed = await stage.item(first.id);
      expect([lapsed.state, await stage.matterStatus(lapsed)]).toEqual(['LAPSED', 'OPEN']);
      stage.at('2026-06-08');
      await Promise.all([
        stage.registered(lapsed, lixiaBench, { applicationDate: '2026-06-05' }),
        lapseAppeals(stage.store.database, stage.store.clock),
      ]);
      expect((await stage.item(other.id)).state).toBe('LAPSED');
      expect(await stage.matterStatus(lapsed)).toBe('OPEN');
    }
  });

  it('is a re-review where the item lapsed after a review', async () => {
    const replied = await stage.replied('2026-05-06');
    const { item: reviewed } = await stage.wholeReview(replied, 'UPHOLD');
    expect(reviewed).toMatchObject({ state: 'REVIEWED', appealDueOn: '2026-06-05' });
    await lapsedOn('2026-06-06');
    const item = await stage.item(reviewed.id);
    expect(item.state).toBe('LAPSED');
    const applied = (level: 'REVIEW' | 'RE_REVIEW') =>
      stage.registered(item, level === 'REVIEW' ? lixiaBench : jinanBench, {
        level,
        applicationDate: '2026-06-05',
      });
    await expect(applied('REVIEW')).rejects.toMatchObject({ code: 'NOT_REVIEWABLE' });
    expect((await applied('RE_REVIEW')).item.state).toBe('UNDER_RE_REVIEW');
    expect(await stage.matterStatus(item)).toBe('OPEN');
  });
});

scenario(
  'petitions',
  30,
  'received 2026-06-01, suspended 06-10, resumed 06-20: due moves from 07-01 to 07-11',
  async () => {
    const item = await stage.replied('2026-05-06');
    stage.at('2026-06-01');
    const { review } = await stage.registered(item);
    expect(review).toMatchObject({ receivedOn: '2026-06-01', dueOn: '2026-07-01', pausedDays: 0 });
    await stage.appointed(review.id);
    stage.at('2026-06-10');
    await stage.does(lixiaBench.handler, suspendReview, {
      ...(await stage.on(review.id)),
      reason: '示例：等待法院判决。',
      partiesToldAt: '2026-06-10',
    });
    expect(await stage.review(review.id)).toMatchObject({ state: 'ASSIGNED' });
    const { review: suspended } = await stage.does(lixiaBench.leader, decideSuspension, {
      ...(await stage.on(review.id)),
      approve: true,
    });
    expect(suspended).toMatchObject({ state: 'SUSPENDED', dueOn: '2026-07-01' });
    stage.at('2026-06-20');
    const { review: resumed } = await stage.does(lixiaBench.handler, resumeReview, {
      ...(await stage.on(review.id)),
      reason: '示例：判决已生效。',
    });
    expect(resumed).toMatchObject({
      state: 'ASSIGNED',
      stateBeforeSuspension: null,
      dueOn: '2026-07-11',
      pausedDays: 10,
    });
    expect(await stage.published(item.id)).toEqual([
      'case.review-moved',
      'review.registered',
      'review.step-done',
      'review.suspended',
      'review.resumed',
    ]);
  },
);

scenario(
  'petitions',
  31,
  'opinion served 2026-07-08: re-review until 08-07; received 08-03 due 09-02; upheld is final',
  async () => {
    const item = await stage.replied('2026-06-10');
    stage.at('2026-07-08');
    const { item: reviewed, review } = await stage.wholeReview(item, 'UPHOLD');
    expect(review).toMatchObject({ state: 'CLOSED', servedOn: '2026-07-08', appealDueOn: '2026-08-07' });
    expect(reviewed).toMatchObject({ state: 'REVIEWED', servedOn: '2026-07-08', appealDueOn: '2026-08-07' });
    stage.at('2026-08-03');
    const reReview = await stage.examining(reviewed, jinanBench);
    expect(reReview).toMatchObject({
      level: 'RE_REVIEW',
      receivedOn: '2026-08-03',
      dueOn: '2026-09-02',
      respondentOrganisationId: idOf('lixia'),
      challengedDocNo: review.opinionDocNo,
      previousReviewId: review.id,
    });
    await stage.examined(reReview.id, jinanBench, officer('lixia', 'HANDLER'));
    const { review: served } = await stage.served(reReview.id, 'UPHOLD', jinanBench);
    expect(served.appealDueOn).toBeNull();
    const { item: final } = await stage.closed(reReview.id, jinanBench);
    expect(final).toMatchObject({ state: 'FINAL', outcome: 'REPLIED', appealDueOn: null });
    expect(await stage.matterStatus(final)).toBe('FINAL');
    const events = await stage.published(item.id);
    expect(events.slice(-3)).toEqual(['review.step-done', 'case.final', 'review.closed']);
  },
);

describe('the same matter again, by the public mutations', () => {
  const { ask } = graphOver(() => stage.store);

  const send = async (by: Principal, mutation: string, variables: Record<string, unknown>) => {
    const { data, errors } = await ask(by, mutation, variables);
    if (errors) throw Object.assign(new Error(errors[0]!.message), { code: errors[0]!.extensions?.code });
    return Object.values(data!)[0];
  };
  /** A letter of the petitioner of old, with the word of whoever registers it about earlier items, on the respondent's desk. */
  const atRespondent = async (duplicates: object) => {
    const { problemRegionCode, title, content, purpose, petitioner } = draft();
    const item = await send(
      shandong,
      'mutation ($input: RegisterLetterInput!) { registerLetter(input: $input) { id version itemsOfMatter { id } } }',
      {
        input: {
          data: {
            problemRegionCode,
            title,
            content,
            purpose,
            contentCategory: 'LABOUR.WAGES.ARREARS',
            litigationRelated: false,
          },
          petitioner: { name: petitioner.name, householdAddress: petitioner.householdAddress },
          petitionDate: stage.store.clock.today(),
          duplicates,
        },
      },
    );
    await send(
      shandong,
      'mutation ($id: ID!, $version: Int!, $to: ID!) { forward(caseItemId: $id, expectedVersion: $version, input: { destinationOrgId: $to }) { caseItem { id } } }',
      { id: item.id, version: item.version, to: respondent.organisationId },
    );
    const { tasks } = (
      await ask(respondent, 'query ($id: ID!) { caseItem(id: $id) { tasks { id version custody } } }', {
        id: item.id,
      })
    ).data!.caseItem;
    const { id: taskId, version } = tasks.find(({ custody }: { custody: boolean }) => custody);
    await send(
      respondent,
      'mutation ($id: ID!, $version: Int!) { takeTask(taskId: $id, expectedVersion: $version) { id } }',
      { id: taskId, version },
    );
    return item;
  };
  const noLonger = async (id: string) => {
    const { notice } = await send(
      respondent,
      'mutation ($id: ID!, $input: NoticeInput!) { draftNotice(caseItemId: $id, kind: NO_LONGER_ACCEPTANCE, input: $input) { notice { id version } } }',
      { id, input: TEXTS },
    );
    return send(
      respondent,
      'mutation ($id: ID!, $version: Int!) { fileNotice(noticeId: $id, expectedVersion: $version, sealConfirmation: true) { caseItem { state outcome } } }',
      { id: notice.id, version: notice.version },
    );
  };

  scenario(
    'petitions',
    32,
    'a final matter, resubmitted as the same matter, is no longer accepted; a never-handled matter is not refused so',
    async () => {
      const { item: final } = await upheldReReview();
      expect(final.state).toBe('FINAL');
      const again = await atRespondent({ kind: 'SAME_MATTER', linkedItemId: final.id });
      expect(again.itemsOfMatter).toContainEqual({ id: final.id });
      expect(await noLonger(again.id)).toEqual({
        caseItem: { state: 'COMPLETED', outcome: 'NO_LONGER_ACCEPTED' },
      });
      const fresh = await atRespondent({ kind: 'NEITHER' });
      await expect(noLonger(fresh.id)).rejects.toMatchObject({ code: 'MATTER_NOT_ENDED' });
    },
  );
});

rule(
  'PT-RVW-03',
  'after the re-review the matter is final, and the same facts get a notice of no longer accepting',
  async () => {
    const { item: final } = await upheldReReview();
    expect(await stage.matterStatus(final)).toBe('FINAL');
    const again = await stage.atUnit({ matterId: final.matterId });
    const { notice } = await stage.notify(respondent, again.id, 'NO_LONGER_ACCEPTANCE');
    expect(notice).toMatchObject({ kind: 'NO_LONGER_ACCEPTANCE', state: 'FILED' });
    await expect(stage.registered(final, jinanBench)).rejects.toMatchObject({ code: 'NOT_REVIEWABLE' });
  },
);

rule('PT-RVW-02', 'only the next-higher organ of the one that decided takes the application', async () => {
  const item = await stage.replied();
  for (const key of ['jinan', 'shandong'] as const)
    await expect(
      stage.does(officer(key, 'REVIEW_CLERK'), registerReview, await stage.application(item)),
    ).rejects.toMatchObject({
      code: 'AUTHORITY_MISMATCH',
      details: { authorityOrganisationId: idOf('lixia') },
    });
  const { item: reviewed } = await stage.wholeReview(item, 'MODIFY');
  // The review authority does not re-review itself.
  await expect(stage.registered(reviewed, lixiaBench)).rejects.toMatchObject({
    code: 'AUTHORITY_MISMATCH',
    details: { authorityOrganisationId: idOf('jinan') },
  });
  const { review } = await stage.registered(reviewed, jinanBench);
  expect(review.authorityOrganisationId).toBe(idOf('jinan'));
});

rule(
  'PT-RVW-01',
  'one review of a handling opinion; after a revocation the new opinion has its own',
  async () => {
    const item = await stage.replied('2026-05-06');
    stage.at('2026-05-20');
    const { item: reopened } = await stage.wholeReview(item, 'REVOKE_REHANDLE');
    expect(reopened).toMatchObject({
      state: 'ACCEPTED',
      outcome: null,
      selfHandling: false,
      handleDueOn: '2026-07-19',
      completedAt: null,
      servedOn: null,
      appealDueOn: null,
      custodianOrganisationId: idOf('lixiaUnit'),
    });
    expect(await stage.taskOf(item.id, 'lixiaUnit')).toMatchObject({ state: 'UNIT_INBOX', custody: true });
    expect((await stage.published(item.id)).slice(-2)).toEqual(['case.reopened', 'review.closed']);
    stage.at('2026-06-01');
    await stage.take(respondent, item.id);
    const answered = await stage.answer(item.id, '2026-06-01');
    expect(answered).toMatchObject({ state: 'COMPLETED', appealDueOn: '2026-07-01' });
    const [first] = await reviewRows(item.id);
    const second = await stage.registered(answered);
    expect(second.review.handlingOpinionId).not.toBe(first!.handlingOpinionId);
    // Never twice of one opinion, whoever writes.
    await expect(
      stage.store.adminQuery('UPDATE review_case SET handling_opinion_id = $2 WHERE id = $1', [
        second.review.id,
        first!.handlingOpinionId,
      ]),
    ).rejects.toThrow(/review_case_once/);
  },
);

const reviewRows = (caseItemId: string) =>
  stage.store.adminQuery<{ id: string; handlingOpinionId: string }>(
    'SELECT id, handling_opinion_id AS "handlingOpinionId" FROM review_case WHERE case_item_id = $1 ORDER BY id',
    [caseItemId],
  );

describe('an application', () => {
  it('names the opinion it is about, and tells all faults at once', async () => {
    const item = await stage.replied('2026-05-06');
    stage.at('2026-05-10');
    await expect(
      stage.registered(item, lixiaBench, {
        request: ' ',
        challengedDocNo: '信答复〔2020〕1号',
        applicationDate: '2026-05-05',
        receivedAt: '2026-05-11',
      }),
    ).rejects.toMatchObject({
      code: 'FIELD_REQUIRED',
      faults: [
        { code: 'FIELD_REQUIRED', field: 'request' },
        { code: 'CHALLENGED_DOCUMENT_MISMATCH' },
        { field: 'applicationDate' },
        { field: 'receivedAt' },
      ],
    });
    expect(await reviewRows(item.id)).toEqual([]);
  });

  it('is refused for what is still handled, and while one runs', async () => {
    const open = await stage.atUnit();
    await expect(
      stage.does(lixiaBench.clerk, registerReview, await stage.application(open, { level: 'REVIEW' })),
    ).rejects.toMatchObject({ code: 'NOT_REVIEWABLE' });
    const { item } = await stage.registered(await stage.replied());
    await expect(stage.registered(item)).rejects.toMatchObject({ code: 'NOT_REVIEWABLE' });
  });

  it('that arrives twice at once is registered once', async () => {
    const item = await stage.replied();
    const outcomes = await Promise.allSettled([stage.registered(item), stage.registered(item)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await reviewRows(item.id)).toHaveLength(1);
  });

  it('leaves a handling record and is numbered within the authority', async () => {
    const { review } = await stage.registered(await stage.replied());
    const { review: next } = await stage.registered(await stage.replied());
    const serial = ({ reviewNo }: { reviewNo: string }) => Number(/〔2026〕(\d+)号/.exec(reviewNo)![1]);
    expect(serial(next)).toBe(serial(review) + 1);
    const [record] = await stage.store.adminQuery<{ mode: string; to: string }>(
      'SELECT mode, destination_organisation_id AS to FROM handling_record WHERE id = $1',
      [review.handlingRecordId],
    );
    expect(record).toEqual({ mode: 'SUBMIT_REVIEW', to: idOf('lixia') });
  });

  it('is seen by nobody next door', async () => {
    const { item } = await stage.registered(await stage.replied());
    expect(
      await itemAs(stage.store, officer('shinan', ['REVIEW_CLERK', 'HANDLER']), item.id),
    ).toBeUndefined();
    expect(await itemAs(stage.store, shandong, item.id)).toBeDefined();
  });
});
