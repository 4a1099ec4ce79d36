import { refuse } from '@junxian/errors';
import type { Principal } from '@junxian/identity';
import { countStatements, rule } from '@junxian/test-kit';
import type { CaseItem } from '../cases/case.types';
import { itemAs } from '../testing/cases.support.test';
import { citizen, officer, openStore } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import { expert, idOf, jinanBench, lawyer, lixiaBench, ReviewStage, respondent } from './review.fixture';

let stage: ReviewStage;
/** A review under examination in which everybody was asked something. */
let item: CaseItem;
let reviewId: string;

beforeAll(async () => {
  stage = new ReviewStage(await openStore());
  await stage.appointAll();
  item = await stage.replied();
  reviewId = (await examinedByAll(item)).id;
});
const { ask } = graphOver(() => stage.store);
afterAll(() => stage?.store.close());

async function examinedByAll(of: CaseItem) {
  const review = await stage.examining(of);
  const notice = await stage.filed(review.id, 'DEFENCE_NOTICE');
  await stage.step(review.id, 'DEFENCE_NOTICE', { documentId: notice.id });
  await stage.step(review.id, 'LAWYER_INVITATION', {
    content: '示例：请审查程序。',
    organisationId: idOf('shinanUnit'),
    accountId: lawyer.accountId,
  });
  await stage.step(review.id, 'CONSULTATION', {
    content: '示例：征求意见。',
    organisationId: idOf('lixiaOtherUnit'),
  });
  return review;
}

const codesOf = (answer: { errors?: { extensions?: Record<string, unknown> }[] }) =>
  (answer.errors ?? []).map(({ extensions }) => extensions?.code);

const HEAD = 'level state dueAt result opinionDocNo';
const INSIDE = `request grounds handler { id } applicant { displayName } steps { kind state question content account { id } document { body } }
  documents { kind state body approvals { leader { id } } } pauses { kind }`;
const REVIEW = `query ($id: ID!) { reviewCase(id: $id) { ${HEAD} ${INSIDE} } }`;
const ENTITY = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on ReviewCase { ${HEAD} request } } }`;
const OF_ITEM = 'query ($id: ID!) { caseItem(id: $id) { reviews { id } } }';

const reviewAs = async (principal: Principal, id = reviewId) => {
  const { data, errors } = await ask(principal, REVIEW, { id });
  expect(errors).toBeUndefined();
  return data!.reviewCase;
};
const kinds = (review: { steps: { kind: string }[] }) => review.steps.map(({ kind }) => kind);

it('the authority works with the whole file', async () => {
  for (const person of [lixiaBench.clerk, lixiaBench.handler, lixiaBench.leader]) {
    const review = await reviewAs(person);
    expect(review).toMatchObject({
      state: 'EXAMINING',
      request: '示例：请求撤销答复意见。',
      handler: { id: lixiaBench.handler.accountId },
      applicant: { displayName: '张*' },
    });
    expect(kinds(review)).toEqual([
      'APPOINTMENT',
      'ACCEPTANCE',
      'DEFENCE_NOTICE',
      'DEFENCE',
      'LAWYER_INVITATION',
      'LAWYER_EXAMINATION',
      'CONSULTATION',
      'CONSULTATION_ANSWER',
    ]);
    expect(review.documents.map(({ kind }: { kind: string }) => kind)).toEqual([
      'ACCEPTANCE_FORM',
      'DEFENCE_NOTICE',
    ]);
  }
});

const OUTSIDERS: [who: string, principal: Principal, steps: string[], documents: string[]][] = [
  ['the respondent', respondent, ['DEFENCE'], ['DEFENCE_NOTICE']],
  ['the lawyer', lawyer, ['LAWYER_EXAMINATION'], []],
  ["a colleague of the lawyer's", officer('shinanUnit', ['LAWYER', 'HANDLER'], 'colleague'), [], []],
  ['who is consulted', officer('lixiaOtherUnit', 'HANDLER'), ['CONSULTATION_ANSWER'], []],
  ['another authority above', jinanBench.leader, [], []],
  ['an officer of the authority without a review role', officer('lixia', ['HANDLER', 'LAWYER']), [], []],
];
it.each(OUTSIDERS)(
  '%s knows that a review runs, and of the file the own step alone',
  async (_who, principal, steps, documents) => {
    const review = await reviewAs(principal);
    expect(review).toMatchObject({
      level: 'REVIEW',
      state: 'EXAMINING',
      result: null,
      request: null,
      grounds: null,
      handler: null,
      pauses: [],
    });
    expect(kinds(review)).toEqual(steps);
    expect(review.documents.map(({ kind }: { kind: string }) => kind)).toEqual(documents);
    for (const document of review.documents) expect(document.approvals).toEqual([]);
  },
);

const STRANGERS: [who: string, principal: Principal][] = [
  [
    'the district next door',
    officer('shinan', ['HANDLER', 'REVIEW_CLERK', 'REVIEW_HANDLER', 'REVIEW_LEADER', 'SUPERVISOR']),
  ],
  [
    'a subdistrict below',
    officer('lixiaStreet', ['HANDLER', 'REVIEW_CLERK', 'REVIEW_HANDLER', 'REVIEW_LEADER']),
  ],
  ['an expert nobody asked', expert],
];
describe.each(STRANGERS)('%s', (_who, principal) => {
  // Another one than that about which a lawyer of Shinan was asked, whereby the district next door sees the item.
  let hidden: { item: CaseItem; id: string };
  beforeAll(async () => {
    const other = await stage.replied();
    hidden = { item: other, id: (await stage.examining(other)).id };
  });

  it('sees nothing, by no way', async () => {
    expect(await reviewAs(principal, hidden.id)).toBeNull();
    const entity = await ask(principal, ENTITY, {
      representations: [{ __typename: 'ReviewCase', id: hidden.id }],
    });
    expect(entity.data!._entities).toEqual([null]);
    expect((await ask(principal, OF_ITEM, { id: hidden.item.id })).data!.caseItem).toBeNull();
    await stage.store.readAs(principal, async (tx) => {
      for (const table of [
        'review_case WHERE id = $1',
        ...TABLES.map((name) => `${name} WHERE review_case_id = $1`),
      ])
        expect(await tx.query(`SELECT 1 FROM ${table}`, [hidden.id])).toEqual([]);
    });
  });
});

const TABLES = ['review_application', 'review_step', 'review_document', 'review_approval', 'review_pause'];

it('row-level security alone keeps the file inside the authority', async () => {
  const counts = async (principal: Principal) =>
    stage.store.readAs(principal, async (tx) => {
      const rows: Record<string, number> = {};
      for (const table of TABLES) {
        const [row] = await tx.query<{ n: number }>(
          `SELECT count(*)::int AS n FROM ${table} WHERE review_case_id = $1`,
          [reviewId],
        );
        rows[table] = row!.n;
      }
      return rows;
    });
  const nothing = {
    review_application: 0,
    review_step: 0,
    review_document: 0,
    review_approval: 0,
    review_pause: 0,
  };
  expect(await counts(lixiaBench.clerk)).toMatchObject({
    review_application: 1,
    review_step: 8,
    review_document: 2,
    review_approval: 2,
  });
  expect(await counts(respondent)).toEqual({ ...nothing, review_step: 1, review_document: 1 });
  expect(await counts(lawyer)).toEqual({ ...nothing, review_step: 1 });
  expect(await counts(jinanBench.clerk)).toEqual(nothing);
  // Nor can anybody outside write into it.
  for (const sql of [
    `UPDATE review_case SET due_on = due_on + 30 WHERE id = $1 RETURNING id`,
    `UPDATE review_document SET recipient_organisation_id = my_organisation() WHERE review_case_id = $1 RETURNING id`,
  ])
    for (const principal of [respondent, lawyer, jinanBench.leader])
      expect(await stage.store.as(principal, (tx) => tx.query(sql, [reviewId]))).toEqual([]);
});

const ACTIONS: [name: string, document: string, role: string][] = [
  [
    'appointHandler',
    'appointHandler(reviewCaseId: $id, expectedVersion: 1, accountId: $other) { id }',
    'REVIEW_LEADER',
  ],
  [
    'requestSupplement',
    'requestSupplement(reviewCaseId: $id, expectedVersion: 1, documentId: $other) { id }',
    'REVIEW_HANDLER',
  ],
  [
    'receiveSupplement',
    'receiveSupplement(reviewCaseId: $id, expectedVersion: 1, content: "a") { id }',
    'REVIEW_HANDLER',
  ],
  [
    'acceptReview',
    'acceptReview(reviewCaseId: $id, expectedVersion: 1, documentId: $other) { id }',
    'REVIEW_HANDLER',
  ],
  [
    'rejectReview',
    'rejectReview(reviewCaseId: $id, expectedVersion: 1, documentId: $other) { id }',
    'REVIEW_HANDLER',
  ],
  [
    'reviewStep',
    'reviewStep(kind: INVESTIGATION, input: { reviewCaseId: $id, expectedVersion: 1, content: "a" }) { id }',
    'REVIEW_HANDLER',
  ],
  [
    'draftReviewDocument',
    'draftReviewDocument(reviewCaseId: $id, kind: OTHER, body: "a") { id }',
    'REVIEW_HANDLER',
  ],
  [
    'draftReviewOpinion',
    'draftReviewOpinion(reviewCaseId: $id, expectedVersion: 1, body: "a", result: UPHOLD) { id }',
    'REVIEW_HANDLER',
  ],
  ['signReview', 'signReview(reviewCaseId: $id, expectedVersion: 1, approve: true) { id }', 'REVIEW_LEADER'],
  [
    'serveReview',
    'serveReview(reviewCaseId: $id, expectedVersion: 1, service: { serviceMode: POST, servedAt: "2026-05-06", receipt: REFUSED }) { id }',
    'REVIEW_CLERK',
  ],
  ['closeReview', 'closeReview(reviewCaseId: $id, expectedVersion: 1) { id }', 'REVIEW_LEADER'],
  [
    'suspendReview',
    'suspendReview(reviewCaseId: $id, expectedVersion: 1, reason: "a", partiesToldAt: "2026-05-06") { id }',
    'REVIEW_HANDLER',
  ],
  [
    'approveSuspension',
    'approveSuspension(reviewCaseId: $id, expectedVersion: 1, approve: true) { id }',
    'REVIEW_LEADER',
  ],
  [
    'resumeReview',
    'resumeReview(reviewCaseId: $id, expectedVersion: 1, reason: "a") { id }',
    'REVIEW_HANDLER',
  ],
  [
    'terminateReview',
    'terminateReview(reviewCaseId: $id, expectedVersion: 1, ground: WITHDRAWAL, reason: "a", partiesToldAt: "2026-05-06") { id }',
    'REVIEW_HANDLER',
  ],
  [
    'approveTermination',
    'approveTermination(reviewCaseId: $id, expectedVersion: 1, approve: true) { id }',
    'REVIEW_LEADER',
  ],
];
describe.each(ACTIONS)('%s', (_name, action, role) => {
  const mutation = `mutation ($id: ID!, $other: ID) { ${action} }`.replace(
    '$other: ID',
    action.includes('$other') ? '$other: ID!' : '$unused: ID',
  );
  const tryAs = async (principal: Principal | null, id = reviewId) =>
    ask(principal, mutation.replace(', $unused: ID', ''), {
      id,
      ...(action.includes('$other') ? { other: id } : {}),
    });

  it('is refused to every other role, to other organisations, and to those who see nothing', async () => {
    const roles = [
      'REVIEW_CLERK',
      'REVIEW_HANDLER',
      'REVIEW_LEADER',
      'LAWYER',
      'EXPERT',
      'LEADER',
      'SUPERVISOR',
      'STATISTICIAN',
    ];
    for (const other of roles.filter((each) => each !== role))
      expect(codesOf(await tryAs(officer('lixia', other)))).toEqual(['FORBIDDEN']);
    expect(codesOf(await tryAs(citizen()))).toEqual(['FORBIDDEN']);
    expect(codesOf(await tryAs(null))).toEqual(['UNAUTHENTICATED']);
    expect(codesOf(await tryAs(officer('jinan', role)))).toEqual(['FORBIDDEN']);
    // Foreign and absent look alike.
    const foreign = await tryAs(officer('lixiaStreet', role));
    const absent = await tryAs(officer('lixiaStreet', role), '00000000-0000-7000-8000-00000000ffff');
    expect(codesOf(foreign)).toEqual([refuse.notFound().code]);
    expect(foreign.errors!.map(({ message, extensions }) => ({ message, extensions }))).toEqual(
      absent.errors!.map(({ message, extensions }) => ({ message, extensions })),
    );
  });
});

it('a step is done only by those asked, in the role they were asked in', async () => {
  const MINE = `query { askedReviewSteps(open: true) { nodes { id kind version question reviewCase { reviewNo } } } }`;
  const ANSWER = `mutation ($kind: ReviewStepAction!, $stepId: ID!, $version: Int!) {
    reviewStep(kind: $kind, input: { stepId: $stepId, expectedVersion: $version, content: "示例", evidence: "示例" }) { state } }`;
  const asked = async (principal: Principal) => {
    const { data, errors } = await ask(principal, MINE);
    expect(errors).toBeUndefined();
    return data!.askedReviewSteps.nodes.filter(
      ({ reviewCase }: { reviewCase: unknown }) => reviewCase !== null,
    ) as { id: string; kind: string; version: number; question: string }[];
  };
  const [examination] = await asked(lawyer);
  expect(examination).toMatchObject({ kind: 'LAWYER_EXAMINATION', question: '示例：请审查程序。' });
  expect(await asked(officer('shinanUnit', ['LAWYER', 'HANDLER'], 'colleague'))).toEqual([]);
  const answer = (principal: Principal, kind = 'LAWYER_EXAMINATION') =>
    ask(principal, ANSWER, { kind, stepId: examination!.id, version: examination!.version });
  expect(codesOf(await answer(officer('shinanUnit', 'LAWYER', 'colleague')))).toEqual(['NOT_FOUND']);
  expect(codesOf(await answer(respondent))).toEqual(['NOT_FOUND']);
  expect(codesOf(await answer(lixiaBench.handler))).toEqual(['FORBIDDEN']);
  expect(codesOf(await answer(lawyer, 'EXPERT_REVIEW'))).toEqual(['NOT_FOUND']);
  expect(await answer(lawyer)).toMatchObject({ data: { reviewStep: { state: 'DONE' } } });
  expect(codesOf(await answer(lawyer))).toEqual(['STALE_VERSION']);
});

it('a document is revised by the handler until it is approved, also when the leader has sent it back', async () => {
  const mutation = (field: string, args: string) =>
    `mutation (${args}) { ${field} { id state version body } }`;
  const DRAFT = mutation(
    'draftReviewDocument(reviewCaseId: $id, kind: OTHER, body: "示例初稿。")',
    '$id: ID!',
  );
  const REVISE = mutation(
    'reviseReviewDocument(documentId: $id, expectedVersion: $version, body: $body)',
    '$id: ID!, $version: Int!, $body: String!',
  );
  const SUBMIT = mutation(
    'submitReviewDocument(documentId: $id, expectedVersion: $version, leaderId: $leader)',
    '$id: ID!, $version: Int!, $leader: ID!',
  );
  const DECIDE = mutation(
    'decideReviewDocument(documentId: $id, expectedVersion: $version, approve: $approve, text: "示例：请补充依据。")',
    '$id: ID!, $version: Int!, $approve: Boolean!',
  );
  const { handler, leader, clerk } = lixiaBench;
  const reviewed = await stage.examining(await stage.replied());
  const { id, version: first } = (await ask(handler, DRAFT, { id: reviewed.id })).data!.draftReviewDocument;
  const revise = (version: number, { by = handler as Principal | null, ...changes } = {}) =>
    ask(by, REVISE, { id, version, body: '示例二稿。', ...changes });
  for (const [by, code] of [
    [null, 'UNAUTHENTICATED'],
    [citizen(), 'FORBIDDEN'],
    [clerk, 'FORBIDDEN'],
    [leader, 'FORBIDDEN'],
    [officer('shinan', 'REVIEW_HANDLER'), 'NOT_FOUND'],
    [officer('lixiaStreet', 'REVIEW_HANDLER'), 'NOT_FOUND'],
    [jinanBench.handler, 'NOT_FOUND'],
  ] as const)
    expect([code, codesOf(await revise(first, { by }))]).toEqual([code, [code]]);
  expect(codesOf(await revise(9))).toEqual(['STALE_VERSION']);
  expect(codesOf(await revise(first, { body: ' ' } as object))).toEqual(['FIELD_REQUIRED']);

  const revised = { id, state: 'DRAFT', version: first + 1, body: '示例二稿。' };
  expect((await revise(first)).data!.reviseReviewDocument).toEqual(revised);
  expect((await reviewAs(leader, reviewed.id)).documents).toContainEqual(
    expect.objectContaining({ kind: 'OTHER', state: 'DRAFT', body: '示例二稿。' }),
  );
  const submit = (version: number) => ask(handler, SUBMIT, { id, version, leader: leader.accountId });
  expect((await submit(first + 1)).data!.submitReviewDocument.state).toBe('IN_APPROVAL');
  expect(codesOf(await revise(first + 2))).toEqual(['DOCUMENT_STATE']);
  const decide = (version: number, approve: boolean) => ask(leader, DECIDE, { id, version, approve });
  expect((await decide(first + 2, false)).data!.decideReviewDocument.state).toBe('REJECTED');
  expect((await revise(first + 3)).data!.reviseReviewDocument.state).toBe('DRAFT');
  await submit(first + 4);
  await decide(first + 5, true);
  expect(codesOf(await revise(first + 6))).toEqual(['DOCUMENT_STATE']);
});

it('a late application is refused, and the item has lapsed nevertheless', async () => {
  const late = await stage.replied('2026-05-06');
  stage.at('2026-06-06');
  const input = await stage.application(late);
  const answer = await ask(
    lixiaBench.clerk,
    'mutation ($input: RegisterReviewInput!) { registerReview(input: $input) { id } }',
    { input },
  );
  expect(codesOf(answer)).toEqual(['APPEAL_TOO_LATE']);
  expect(answer.errors![0]!.message).not.toContain(late.itemNo);
  expect((await stage.item(late.id)).state).toBe('LAPSED');
});

rule('PT-HND-08', 'the accused unit never learns of a review, and is never asked', async () => {
  const accusation = await stage.replied('2026-05-06', {
    purpose: 'ACCUSATION',
    accusedOrganisationId: idOf('lixiaOtherUnit'),
  });
  const { id } = await stage.examining(accusation);
  const accused = officer('lixiaOtherUnit', ['HANDLER', 'REVIEW_LEADER', 'REVIEW_HANDLER', 'SUPERVISOR']);
  expect(await reviewAs(accused, id)).toBeNull();
  await expect(
    stage.step(id, 'CONSULTATION', { content: '示例', organisationId: idOf('lixiaOtherUnit') }),
  ).rejects.toMatchObject({ code: 'FORBIDDEN_DESTINATION' });
  expect(await itemAs(stage.store, accused, accusation.id)).toBeUndefined();
  // Section 6: the authority, which holds the matter now, knows who petitions; the unit that answered does not.
  const notice = await stage.filed(id, 'DEFENCE_NOTICE');
  await stage.step(id, 'DEFENCE_NOTICE', { documentId: notice.id });
  expect(await reviewAs(lixiaBench.handler, id)).toMatchObject({ applicant: { displayName: '张*' } });
  expect(await reviewAs(respondent, id)).toMatchObject({
    applicant: null,
    documents: [{ kind: 'DEFENCE_NOTICE', body: null }],
  });
});

it('the result is known outside once the applicant has it', async () => {
  const { id } = await stage.examining(await stage.replied());
  await stage.examined(id);
  await stage.served(id, 'MODIFY');
  expect(await reviewAs(respondent, id)).toMatchObject({ state: 'SERVED', result: 'MODIFY' });
  expect((await reviewAs(respondent, id)).documents.map(({ kind }: { kind: string }) => kind)).toEqual([
    'DEFENCE_NOTICE',
    'OPINION',
  ]);
});

it('a list costs the same number of statements however long it is', async () => {
  const list = async (first: number) =>
    countStatements(stage.store.database, async () => {
      const { data, errors } = await ask(
        lixiaBench.clerk,
        `query ($first: Int) { reviewCases(first: $first) { nodes { ${HEAD} ${INSIDE} caseItem { itemNo } respondent { sealName } } } }`,
        { first },
      );
      expect(errors).toBeUndefined();
      return data!.reviewCases.nodes.length as number;
    });
  const one = await list(1);
  const many = await list(20);
  expect(one.result).toBe(1);
  expect(many.result).toBeGreaterThan(4);
  expect(many.statements).toBe(one.statements);
});

it('the list holds the own reviews, by state, level and handler', async () => {
  const LIST = `query ($states: [ReviewState!], $mine: Boolean) { reviewCases(states: $states, mine: $mine, first: 100) { nodes { id state } } }`;
  const idsOf = async (principal: Principal, variables = {}) =>
    (await ask(principal, LIST, variables)).data!.reviewCases.nodes as { id: string; state: string }[];
  expect(await idsOf(jinanBench.clerk)).toEqual([]);
  const served = await idsOf(lixiaBench.leader, { states: ['SERVED'] });
  expect(served.length).toBeGreaterThan(0);
  expect(served.every(({ state }) => state === 'SERVED')).toBe(true);
  expect((await idsOf(lixiaBench.handler, { mine: true })).map(({ id }) => id)).toContain(reviewId);
  expect(await idsOf(officer('lixia', 'REVIEW_HANDLER', 'other'), { mine: true })).toEqual([]);
});
