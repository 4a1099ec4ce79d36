import type { Principal } from '@junxian/identity';
import { countStatements, rule, scenario } from '@junxian/test-kit';
import { officerOf } from '../actor';
import type { CaseItem } from '../cases/case.types';
import { setPeriod } from '../deadlines/periods.service';
import { lixia, lixiaUnit } from '../handling/handling.fixture';
import { openPublicStage, type PublicStage } from '../public-accounts/public-stage.fixture';
import { codesOf, ok, updateRegistration } from '../registration/registration.fixture';
import { ReviewStage } from '../review/review.fixture';
import { codeHolderScope } from '../service-scopes';
import { cellsOf, countAll, reportAs } from '../statistics/statistics.fixture';
import { itemAs } from '../testing/cases.support.test';
import { officer } from '../testing/store.support.test';
import { BOTH, EvaluationStage, SATISFIED } from './evaluation.fixture';

let stage: PublicStage;
let zhang: Principal;
let items: EvaluationStage;
beforeAll(async () => {
  stage = await openPublicStage();
  zhang = await stage.citizen();
  items = new EvaluationStage(stage.store, zhang);
});
beforeEach(async () => {
  await stage.store.adminQuery('DELETE FROM public_attempt');
  stage.store.clock.set('2026-03-02T09:00:00+08:00');
});
afterAll(() => stage?.close());

const INFO = `status enabled nextRound dueAt unitToBeRated rounds { round via
  department { rating reasons comment organisation { id } } unit { rating reasons comment organisation { id } } }`;
const evaluate = async (item: CaseItem, input: object, by: Principal | null = zhang) => {
  const { data, errors } = await stage.as(
    by,
    `mutation ($id: ID!, $input: EvaluationInput!) { evaluate(caseItemId: $id, input: $input) { ${INFO} } }`,
    { id: item.id, input },
  );
  return errors ? { refused: errors[0]!.extensions } : data!.evaluate;
};
/** What the officer of the unit sees of an item's evaluation. */
const infoOf = async ({ id }: CaseItem, by: Principal = lixiaUnit) =>
  (await stage.as(by, `query ($id: ID!) { caseItem(id: $id) { evaluation { ${INFO} } } }`, { id })).data!
    .caseItem.evaluation;
const rowsOf = ({ id }: CaseItem) =>
  stage.store.adminQuery('SELECT * FROM evaluation WHERE case_item_id = $1 ORDER BY round', [id]);
const journalOf = ({ id }: CaseItem) =>
  stage.store.adminQuery(
    `SELECT account_id, details FROM case_journal WHERE case_item_id = $1 AND action = 'EVALUATE' ORDER BY id`,
    [id],
  );

scenario('petitions', 15, 'an in-scope item that is still ACCEPTED is not eligible', async () => {
  const item = await items.accepted();
  expect(item).toMatchObject({ state: 'ACCEPTED', satisfactionMode: 'REQUIRED', satisfactionInScope: true });
  expect(await evaluate(item, BOTH)).toMatchObject({ refused: { code: 'NOT_ELIGIBLE' } });
  expect(await infoOf(item)).toMatchObject({ status: 'NOT_EVALUATED', enabled: false, nextRound: null });
  expect(await rowsOf(item)).toEqual([]);
});

rule(
  'PT-SAT-05',
  'out of scope, archived or never completed: grey button, and the mutation fails',
  async () => {
    const outOfScope = await items.answeredByBureau({ purpose: 'SUGGESTION' });
    expect(outOfScope).toMatchObject({ state: 'COMPLETED', satisfactionInScope: false });
    const anonymous = await items.answeredByBureau({ anonymous: true });
    expect(anonymous).toMatchObject({ satisfactionMode: 'EXCLUDED' });
    const archived = await items.archived();
    expect(archived).toMatchObject({ outcome: 'ARCHIVED', satisfactionInScope: true });
    for (const item of [outOfScope, anonymous, archived]) {
      expect(await infoOf(item, officer('shandong', 'HANDLER'))).toMatchObject({
        status: 'NOT_EVALUATED',
        enabled: false,
      });
      expect(await evaluate(item, { round: 1, department: SATISFIED })).toMatchObject({
        refused: { code: 'NOT_ELIGIBLE' },
      });
    }
  },
);

scenario(
  'petitions',
  16,
  'both rounds are stored, the second is the one that counts, a third is refused',
  async () => {
    const item = await items.replied();
    expect(await infoOf(item)).toMatchObject({ status: 'PENDING', enabled: true, nextRound: 1 });
    const first = {
      round: 1,
      department: SATISFIED,
      unit: { rating: 'DISSATISFIED', reasons: ['RESULT_UNACCEPTABLE'] },
    };
    const counted = async () => {
      await countAll(stage.store);
      const march = { from: '2026-03-01', to: '2026-03-31', region: '370102000000' };
      const report = await reportAs(stage.store, officer('lixia', 'STATISTICIAN'), {
        report: 'NR-8',
        ...march,
      });
      return cellsOf(report, ({ organisationId }) => organisationId === lixiaUnit.organisationId);
    };
    expect(await evaluate(item, first)).toMatchObject({ status: 'EVALUATED', enabled: true, nextRound: 2 });
    expect(await counted()).toMatchObject({ evaluated: '1', unitSatisfied: '0', unitDissatisfied: '1' });
    expect(await evaluate(item, { ...BOTH, round: 2 })).toMatchObject({
      status: 'EVALUATED',
      enabled: false,
    });
    // NR-8 counts the second round, and the item once.
    expect(await counted()).toMatchObject({ evaluated: '1', unitSatisfied: '1', unitDissatisfied: '0' });
    expect(await evaluate(item, { ...BOTH, round: 3 })).toMatchObject({ refused: { code: 'LIMIT_REACHED' } });
    const { rounds } = await infoOf(item);
    expect(rounds).toMatchObject([
      {
        round: 1,
        via: 'ACCOUNT',
        department: {
          rating: 'SATISFIED',
          reasons: [],
          organisation: { id: item.petitionDeptOrganisationId },
        },
        unit: {
          rating: 'DISSATISFIED',
          reasons: ['RESULT_UNACCEPTABLE'],
          organisation: { id: lixiaUnit.organisationId },
        },
      },
      { round: 2, department: { rating: 'SATISFIED' }, unit: { rating: 'SATISFIED', reasons: [] } },
    ]);
    expect((await items.events(item.id)).filter(({ type }) => type === 'evaluated')).toEqual([
      {
        type: 'evaluated',
        data: expect.objectContaining({ round: 1, deptRating: 'SATISFIED', unitRating: 'DISSATISFIED' }),
      },
      {
        type: 'evaluated',
        data: expect.objectContaining({ round: 2, deptRating: 'SATISFIED', unitRating: 'SATISFIED' }),
      },
    ]);
    expect(await journalOf(item)).toMatchObject([
      { account_id: zhang.accountId },
      { account_id: zhang.accountId },
    ]);
  },
);

scenario('petitions', 17, 'a SATISFIED rating takes no reason', async () => {
  const item = await items.replied();
  const given = { ...BOTH, department: { rating: 'SATISFIED', reasons: ['LATE'] } };
  expect(await evaluate(item, given)).toMatchObject({
    refused: { code: 'REASON_NOT_ALLOWED', field: 'department.reasons' },
  });
  expect(await rowsOf(item)).toEqual([]);
  expect(await journalOf(item)).toEqual([]);
});

rule('PT-SAT-06', 'without a responsible unit only the department is rated', async () => {
  const item = await items.answeredByBureau();
  expect(item.responsibleOrganisationId).toBeNull();
  expect(await evaluate(item, BOTH)).toMatchObject({ refused: { code: 'UNIT_RATING_NOT_ALLOWED' } });
  expect(await evaluate(item, { round: 1, department: SATISFIED })).toMatchObject({
    status: 'EVALUATED',
    unitToBeRated: false,
    rounds: [{ department: { rating: 'SATISFIED' }, unit: null }],
  });
  const withUnit = await items.replied();
  expect(await evaluate(withUnit, { round: 1, department: SATISFIED })).toMatchObject({
    refused: { code: 'UNIT_RATING_REQUIRED' },
  });
});

describe('the time to evaluate', () => {
  rule('PT-SAT-10', 'round 1 ends 30 days after completion, round 2 90 days after round 1', async () => {
    const item = await items.replied();
    expect(await infoOf(item)).toMatchObject({ status: 'PENDING', dueAt: '2026-04-01' });
    stage.store.clock.set('2026-04-02T00:00:00+08:00');
    expect(await infoOf(item)).toMatchObject({ status: 'EXPIRED', enabled: false });
    expect(await evaluate(item, BOTH)).toMatchObject({ refused: { code: 'EVALUATION_EXPIRED' } });
    stage.store.clock.set('2026-04-01T23:59:59+08:00');
    expect(await evaluate(item, BOTH)).toMatchObject({ status: 'EVALUATED', dueAt: '2026-06-30' });
    stage.store.clock.set('2026-07-01T00:00:00+08:00');
    expect(await evaluate(item, { ...BOTH, round: 2 })).toMatchObject({
      refused: { code: 'EVALUATION_EXPIRED' },
    });
    stage.store.clock.set('2026-06-30T23:59:59+08:00');
    expect(await evaluate(item, { ...BOTH, round: 2 })).toMatchObject({
      status: 'EVALUATED',
      nextRound: null,
    });
  });

  rule('PT-SAT-10', 'is configured; what was fixed at completion and round 1 stays', async () => {
    const before = await items.replied();
    const admin = officer('shandong', 'ADMIN');
    const version = { EVALUATION_FIRST: 1, EVALUATION_SECOND: 1 };
    const set = async (kind: keyof typeof version, amount: number) => {
      await stage.store.as(admin, (tx) =>
        setPeriod(
          tx,
          { kind, amount, unit: 'CALENDAR_DAY', endsOnWorkingDay: false, expectedVersion: version[kind]++ },
          officerOf(admin),
          stage.store.clock.now(),
        ),
      );
    };
    await set('EVALUATION_FIRST', 10);
    const after = await items.replied();
    expect(await infoOf(before)).toMatchObject({ dueAt: '2026-04-01' });
    expect(await infoOf(after)).toMatchObject({ dueAt: '2026-03-12' });
    await evaluate(before, BOTH);
    await set('EVALUATION_SECOND', 5);
    expect(await infoOf(before)).toMatchObject({ dueAt: '2026-05-31' });
    expect(await evaluate(after, BOTH)).toMatchObject({ dueAt: '2026-03-07' });
    await set('EVALUATION_FIRST', 30);
    await set('EVALUATION_SECOND', 90);
  });
});

rule('PT-SAT-08', 'of two first rounds given at once exactly one is stored', async () => {
  const item = await items.replied();
  const answers = await Promise.all([1, 2, 3].map(() => evaluate(item, BOTH)));
  expect(answers.filter(({ status }) => status === 'EVALUATED')).toHaveLength(1);
  expect(answers.filter(({ refused }) => refused?.code === 'STALE_VERSION')).toHaveLength(2);
  expect(await rowsOf(item)).toHaveLength(1);
  expect(await journalOf(item)).toHaveLength(1);
  // A repeated click later is not taken for the second round either.
  expect(await evaluate(item, BOTH)).toMatchObject({ refused: { code: 'STALE_VERSION', field: 'round' } });
});

rule(
  ['PT-SAT-04', 'PT-SAT-08', 'PT-SAT-10'],
  'after a revocation the item is open again: its mode follows the data, but a rating that was given stays in scope and counts',
  async () => {
    const review = new ReviewStage(stage.store);
    await review.appointAll();
    const revoked = async (rated: boolean, changes = {}) => {
      stage.store.clock.set('2026-03-02T09:00:00+08:00');
      const item = await items.replied(changes);
      const dissatisfied = { ...BOTH, unit: { rating: 'DISSATISFIED' } };
      if (rated) expect(await evaluate(item, dissatisfied)).toMatchObject({ status: 'EVALUATED' });
      const { item: reopened } = await review.wholeReview(item, 'REVOKE_REHANDLE');
      expect(await evaluate(reopened, { ...BOTH, round: 2 })).toMatchObject({
        refused: { code: 'NOT_ELIGIBLE' },
      });
      await items.take(lixiaUnit, item.id);
      return (await itemAs(stage.store, lixiaUnit, item.id))!;
    };
    const correct = (item: CaseItem, data: object) => updateRegistration(stage, item, { data }, lixiaUnit);

    const unrated = await revoked(false);
    expect(ok(await correct(unrated, { litigationRelated: true })).updateRegistration).toMatchObject({
      satisfactionMode: 'EXCLUDED',
      satisfactionInScope: false,
    });

    const rated = await revoked(true);
    const kept = ok(await correct(rated, { litigationRelated: true })).updateRegistration;
    expect(kept).toMatchObject({ satisfactionMode: 'REQUIRED', satisfactionInScope: true });
    expect(codesOf(await correct(kept, { purpose: 'SUGGESTION', satisfactionInScope: false }))).toEqual([
      'SATISFACTION_LOCKED',
    ]);
    // Ticked by an officer, rated, revoked: not unticked either.
    const ticked = await revoked(true, { purpose: 'SUGGESTION', satisfactionInScope: true });
    expect(codesOf(await correct(ticked, { satisfactionInScope: false }))).toEqual(['SATISFACTION_LOCKED']);

    // Answered anew, the second of the two rounds is left, until the day the first one fixed.
    const answered = await review.answer(rated.id, '2026-03-02');
    expect(await infoOf(answered)).toMatchObject({ status: 'EVALUATED', nextRound: 2, dueAt: '2026-05-31' });
    expect(await evaluate(answered, { ...BOTH, round: 2 })).toMatchObject({
      rounds: [{ round: 1 }, { round: 2 }],
    });
  },
);

describe('who evaluates', () => {
  const other = () => stage.citizen();

  it('is the citizen whose item it is, nobody else', async () => {
    const item = await items.replied();
    expect(await evaluate(item, BOTH, await other())).toMatchObject({ refused: { code: 'NOT_FOUND' } });
    for (const by of [lixiaUnit, lixia, officer('shandong', 'ADMIN')])
      expect(await evaluate(item, BOTH, by)).toMatchObject({ refused: { code: 'FORBIDDEN' } });
    expect(await evaluate(item, BOTH, null)).toMatchObject({ refused: { code: 'UNAUTHENTICATED' } });
    expect(await rowsOf(item)).toEqual([]);
  });

  const INSERT = `INSERT INTO evaluation (case_item_id, region_code, round, dept_organisation_id, dept_rating, at, via, second_due_on)
    SELECT id, region_code, 1, petition_dept_organisation_id, 'SATISFIED', now(), $2, '2026-06-01' FROM case_item WHERE id = $1`;
  it('is held by row-level security alone as well', async () => {
    const item = await items.answeredByBureau();
    const { store } = stage;
    const handler = officer('shandong', ['HANDLER', 'ADMIN', 'STATISTICIAN']);
    await expect(store.as(handler, (tx) => tx.query(INSERT, [item.id, 'ACCOUNT']))).rejects.toThrow(
      /row-level/,
    );
    // A code holder cannot pass for the account, nor the account for a code holder.
    await expect(
      store.database.write(codeHolderScope(item.id), (tx) => tx.query(INSERT, [item.id, 'ACCOUNT'])),
    ).rejects.toThrow(/row-level/);
    await expect(store.as(zhang, (tx) => tx.query(INSERT, [item.id, 'QUERY_CODE']))).rejects.toThrow(
      /row-level/,
    );
    await store.as(zhang, (tx) => tx.query(INSERT, [item.id, 'ACCOUNT']));
    for (const sql of [`UPDATE evaluation SET dept_rating = 'DISSATISFIED'`, 'DELETE FROM evaluation'])
      await expect(store.as(zhang, (tx) => tx.query(sql))).rejects.toThrow(/permission denied/);
    expect(await store.readAs(await other(), (tx) => tx.query('SELECT FROM evaluation'))).toEqual([]);
    expect(
      await store.readAs(officer('qingdao', 'HANDLER'), (tx) => tx.query('SELECT FROM evaluation')),
    ).toEqual([]);
  });

  it('is also the holder of the query code, without signing in', async () => {
    const item = await items.replied();
    const code = stage.store.services.personal.open(item.queryCodeSealed, 'case_item.query_code');
    const { data } = await stage.as(
      null,
      'mutation ($name: String!, $code: String!) { trackPetition(name: $name, queryCode: $code) { token } }',
      { name: '张三', code },
    );
    const { token } = data!.trackPetition;
    const TRACKED = `query ($token: String!) { trackedPetition(token: $token) { caseItemId evaluation { ${INFO} } } }`;
    const tracked = async () => (await stage.as(null, TRACKED, { token })).data!.trackedPetition;
    expect(await tracked()).toMatchObject({
      caseItemId: item.id,
      evaluation: { status: 'PENDING', nextRound: 1 },
    });
    const byCode = (given: string, input: object) =>
      stage.as(
        null,
        `mutation ($token: String!, $input: EvaluationInput!) { evaluateByCode(token: $token, input: $input) { ${INFO} } }`,
        { token: given, input },
      );
    expect((await byCode('not a token', BOTH)).errors![0]!.extensions).toMatchObject({
      code: 'TRACKING_EXPIRED',
    });
    expect((await byCode(token, BOTH)).data!.evaluateByCode).toMatchObject({
      status: 'EVALUATED',
      rounds: [{ round: 1, via: 'QUERY_CODE', department: { rating: 'SATISFIED' } }],
    });
    expect((await tracked()).evaluation).toMatchObject({ status: 'EVALUATED', nextRound: 2 });
    expect(await journalOf(item)).toMatchObject([{ account_id: `case:${item.id}` }]);
    const own = await stage.as(
      zhang,
      `{ myPetitions(first: 100) { nodes { caseItemId evaluation { status } } } }`,
    );
    expect(own.data!.myPetitions.nodes).toContainEqual({
      caseItemId: item.id,
      evaluation: { status: 'EVALUATED' },
    });
  });

  it('too many evaluations of one address are put off', async () => {
    const answers = [];
    for (let n = 0; n < 21; n += 1)
      answers.push(
        await stage.as(
          null,
          'mutation ($input: EvaluationInput!) { evaluateByCode(token: "x", input: $input) { status } }',
          { input: BOTH },
        ),
      );
    const codes = answers.map(({ errors }) => errors![0]!.extensions!.code);
    expect(codes.slice(0, 20)).toEqual(Array(20).fill('TRACKING_EXPIRED'));
    expect(codes[20]).toBe('RATE_LIMITED');
  });
});

it('a list of evaluations takes as many statements for one item as for many', async () => {
  const LIST = `query ($first: Int!) { myPetitions(first: $first) { nodes { evaluation { status rounds { round } } } } }`;
  const statements = async (first: number) => {
    const { result, statements: n } = await countStatements(stage.store.database, () =>
      stage.as(zhang, LIST, { first }),
    );
    expect(result.data!.myPetitions.nodes).toHaveLength(first);
    return n;
  };
  expect(await statements(8)).toBe(await statements(1));
});
