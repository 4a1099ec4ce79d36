import { setTimeout as sleep } from 'node:timers/promises';
import { type Principal, scopeOf } from '@junxian/identity';
import { openDatabase, type Work } from '@junxian/persistence';
import { countStatements, rule, scenario } from '@junxian/test-kit';
import { officerOf } from '../actor';
import {
  faultsOf,
  openPublicStage,
  type PublicStage,
  together,
} from '../public-accounts/public-stage.fixture';
import { RateLimiter } from '../public-accounts/rate-limit.service';
import { ORGANISATIONS, officer } from '../testing/store.support.test';
import { Attachments } from './attachments.service';
import { opened, PETITION, REGISTRAR, registeredOnline, submit, submitted } from './submissions.fixture';
import { openSubmissionRow, withdrawSubmission } from './submissions.service';
import { Submitting } from './submitting.service';

let stage: PublicStage;
let zhang: Principal;
beforeAll(async () => {
  stage = await openPublicStage();
});
beforeEach(async () => {
  await stage.store.adminQuery('DELETE FROM public_attempt; DELETE FROM outbox');
  stage.store.clock.set('2026-03-02T09:00:00+08:00');
  zhang = await stage.citizen();
});
afterAll(() => stage?.close());

const rows = () =>
  stage.store.adminQuery('SELECT * FROM online_submission WHERE account_id = $1 ORDER BY id', [
    zhang.accountId,
  ]);
const events = async () =>
  (
    await stage.store.adminQuery<{ envelope: { type: string; data: object } }>(
      `SELECT envelope::jsonb AS envelope FROM outbox WHERE topic LIKE '%submission%' ORDER BY position`,
    )
  ).map(({ envelope }) => ({ type: envelope.type, data: envelope.data }));
const WITHDRAW = `mutation ($id: ID!, $version: Int!) { withdrawPetition(id: $id, expectedVersion: $version) { state version } }`;
const withdraw = (id: string, version = 1) => stage.as(zhang, WITHDRAW, { id, version });
const TAB = `query ($tab: SubmissionTab!, $first: Int, $after: String) {
  submissions(tab: $tab, first: $first, after: $after) { nodes { id state unopened title content } endCursor hasNextPage } }`;
const tab = async (name: string, by = REGISTRAR) =>
  (await stage.as(by, TAB, { tab: name, first: 100 })).data!.submissions.nodes as {
    id: string;
    state: string;
    unopened: boolean;
    content: string | null;
  }[];
const idsOf = (nodes: { id: string }[]) => nodes.map(({ id }) => id);

describe('a citizen submits', () => {
  rule(
    ['PT-PUB-12', 'PT-PUB-06'],
    'sees a confirmation, then the own submissions nobody has opened',
    async () => {
      const { data } = await submit(stage, zhang);
      expect(data!.submitPetition).toMatchObject({
        message: expect.stringContaining('提交成功'),
        submission: {
          state: 'SUBMITTED',
          unopened: true,
          receiver: { id: ORGANISATIONS.shandong.id },
          problemRegion: { code: PETITION.problemRegionCode },
          anonymous: false,
        },
      });
      const second = await submitted(stage, zhang, { title: '第二件' });
      await opened(stage, data!.submitPetition.submission.id);
      const MINE =
        '{ mySubmissions { nodes { id title content } } all: mySubmissions(unopenedOnly: false) { nodes { id } } }';
      const mine = (await stage.as(zhang, MINE)).data!;
      expect(mine.mySubmissions.nodes).toEqual([{ id: second, title: '第二件', content: PETITION.content }]);
      expect(idsOf(mine.all.nodes)).toEqual([second, data!.submitPetition.submission.id]);
      const anonymous = await stage.citizen({ anonymous: true });
      expect((await submit(stage, anonymous)).data!.submitPetition.submission.anonymous).toBe(true);
    },
  );

  it('has its clock for routing fixed on that day, and tells others without a word of it', async () => {
    const id = await submitted(stage, zhang);
    await stage.store.adminQuery(`UPDATE period SET amount = 3 WHERE kind = 'ROUTE'`);
    await opened(stage, id);
    await stage.store.adminQuery(`UPDATE period SET amount = 15 WHERE kind = 'ROUTE'`);
    expect(
      await stage.store.adminQuery('SELECT route_due_on::text AS due FROM online_submission WHERE id = $1', [
        id,
      ]),
    ).toEqual([{ due: '2026-03-17' }]);
    const data = {
      organisationId: ORGANISATIONS.shandong.id,
      submissionId: id,
      problemRegionCode: PETITION.problemRegionCode,
      anonymous: false,
    };
    expect(await events()).toEqual([
      { type: 'junxian.petitions.submission.created.v1', data },
      { type: 'junxian.petitions.submission.opened.v1', data },
    ]);
  });

  scenario('petitions', 7, 'without a detailed address: nothing stored, one field error', async () => {
    const answer = await submit(stage, zhang, { problemAddress: ' ' });
    expect(faultsOf(answer)).toEqual([{ code: 'FIELD_REQUIRED', field: 'problemAddress' }]);
    expect(await rows()).toEqual([]);
    expect(await events()).toEqual([]);
    // What is wrong with the form costs no captcha.
    const captcha = stage.directory.captcha();
    await submit(stage, zhang, { problemAddress: ' ' }, captcha);
    expect((await submit(stage, zhang, {}, captcha)).errors).toBeUndefined();
  });

  rule(
    'PT-PUB-10',
    'holds no connection while the captcha is redeemed: more may submit at once than there are connections',
    async () => {
      const { services, clock, appUrl } = stage.store;
      const narrow = await openDatabase({ name: 'petitions', url: appUrl, entities: [], poolSize: 2 });
      try {
        const submitting = new Submitting(
          { redeemCaptcha: together(5) },
          new RateLimiter(narrow, services.personal),
          new Attachments(stage.files),
          clock,
          () => true,
        );
        const caller = {
          accountId: zhang.accountId!,
          clientIp: '192.0.2.9',
          write: <T>(work: Work<T>) => narrow.write(scopeOf(zhang), work),
        };
        const stored = await Promise.all(
          Array.from({ length: 5 }, () => submitting.submit(caller, PETITION, { id: 'x', text: 'x' })),
        );
        expect(new Set(stored.map(({ id }) => id)).size).toBe(5);
        expect(await rows()).toHaveLength(5);
      } finally {
        await narrow.close();
      }
    },
  );

  rule('PT-PUB-09', 'is told all that is missing at once', async () => {
    const nothing = { title: null, problemRegionCode: null, problemAddress: null, content: null };
    expect(faultsOf(await submit(stage, zhang, nothing, null)).map(({ field }) => field)).toEqual([
      'title',
      'problemRegionCode',
      'problemAddress',
      'content',
      'captcha',
    ]);
  });

  rule('PT-PUB-10', 'a captcha counts once, and a wrong one stores nothing', async () => {
    const captcha = stage.directory.captcha();
    expect(faultsOf(await submit(stage, zhang, {}, { ...captcha, text: 'wrong' }))).toEqual([
      { code: 'CAPTCHA_WRONG', field: 'captcha' },
    ]);
    expect(faultsOf(await submit(stage, zhang, {}, captcha))).toMatchObject([{ code: 'CAPTCHA_WRONG' }]);
    expect(await rows()).toEqual([]);
    const good = stage.directory.captcha();
    expect((await submit(stage, zhang, {}, good)).errors).toBeUndefined();
    expect(faultsOf(await submit(stage, zhang, {}, good))).toMatchObject([{ code: 'CAPTCHA_WRONG' }]);
    expect(await rows()).toHaveLength(1);
  });

  it('is received by the next bureau where the province has none, and refused where there is none at all', async () => {
    const receiver = async () =>
      (await submit(stage, zhang)).data?.submitPetition.submission.receiver.id as string | undefined;
    const removed = (ids: string[], gone: boolean) =>
      stage.store.adminQuery('UPDATE organisation SET removed = $2 WHERE id = ANY($1::uuid[])', [ids, gone]);
    const { shandong, nation, jinan, lixia, lixiaStreet } = ORGANISATIONS;
    await removed([shandong.id], true);
    expect(await receiver()).toBe(nation.id);
    await removed([nation.id, jinan.id], true);
    expect(await receiver()).toBe(lixia.id);
    await removed([lixia.id, lixiaStreet.id], true);
    const before = await rows();
    expect(faultsOf(await submit(stage, zhang))).toEqual([
      { code: 'REGION_NOT_SERVED', field: 'problemRegionCode' },
    ]);
    expect(await rows()).toEqual(before);
    await removed([shandong.id, nation.id, jinan.id, lixia.id, lixiaStreet.id], false);
  });

  it('is slowed down, per account', async () => {
    for (let index = 0; index < 10; index += 1) await submitted(stage, zhang);
    expect(faultsOf(await submit(stage, zhang))).toEqual([{ code: 'RATE_LIMITED' }]);
    expect((await submit(stage, await stage.citizen())).errors).toBeUndefined();
    stage.store.clock.advance(3_600_000);
    expect((await submit(stage, zhang)).errors).toBeUndefined();
  });
});

describe('withdrawing', () => {
  scenario(
    'petitions',
    8,
    'unopened since 09:00, withdrawn at 09:30: it stands in the withdrawn tab',
    async () => {
      const id = await submitted(stage, zhang);
      expect(idsOf(await tab('UNREGISTERED'))).toContain(id);
      stage.store.clock.set('2026-03-02T09:30:00+08:00');
      expect((await withdraw(id)).data!.withdrawPetition).toEqual({ state: 'WITHDRAWN', version: 2 });
      expect(await tab('WITHDRAWN')).toContainEqual(
        expect.objectContaining({ id, state: 'WITHDRAWN', unopened: false, content: null }),
      );
      expect(idsOf(await tab('UNREGISTERED'))).not.toContain(id);
      expect((await events()).map(({ type }) => type)).toEqual([
        'junxian.petitions.submission.created.v1',
        'junxian.petitions.submission.withdrawn.v1',
      ]);
      await expect(opened(stage, id)).rejects.toMatchObject({ code: 'ALREADY_WITHDRAWN' });
      expect(faultsOf(await withdraw(id, 2))).toEqual([{ code: 'ALREADY_WITHDRAWN' }]);
    },
  );

  scenario('petitions', 9, 'opened at 09:29 it cannot be withdrawn at 09:30', async () => {
    const id = await submitted(stage, zhang);
    stage.store.clock.set('2026-03-02T09:29:00+08:00');
    expect(await opened(stage, id)).toMatchObject({ first: true });
    stage.store.clock.set('2026-03-02T09:30:00+08:00');
    for (const version of [1, 2])
      expect(faultsOf(await withdraw(id, version))).toEqual([{ code: 'NOT_WITHDRAWABLE' }]);
    expect(await rows()).toMatchObject([{ state: 'OPENED', withdrawn_at: null }]);
  });

  rule('PT-REG-01', 'opening it again leaves the first time as it is', async () => {
    const id = await submitted(stage, zhang);
    stage.store.clock.set('2026-03-05T10:00:00+08:00');
    await opened(stage, id);
    stage.store.clock.set('2026-03-06T10:00:00+08:00');
    expect(await opened(stage, id, officer('shandong', 'ONLINE_REGISTRAR', 'colleague'))).toMatchObject({
      first: false,
      submission: { openedBy: REGISTRAR.accountId, version: 2 },
    });
    expect(await rows()).toMatchObject([{ opened_at: new Date('2026-03-05T10:00:00+08:00') }]);
    expect((await events()).filter(({ type }) => type.includes('opened'))).toHaveLength(1);
  });

  scenario('petitions', 10, 'of opening and withdrawing at once exactly one succeeds', async () => {
    for (let round = 0; round < 12; round += 1) {
      const id = await submitted(stage, await citizenOfRound(round));
      const open = () =>
        opened(stage, id).then(
          () => 'opened',
          (error) => error.code as string,
        );
      const takeBack = () =>
        withdraw(id).then((answer) => (answer.errors ? faultsOf(answer)[0]!.code : 'withdrawn'));
      // Which of the two comes first changes from round to round.
      const outcomes =
        round % 2 === 0 ? await Promise.all([open(), takeBack()]) : await Promise.all([takeBack(), open()]);
      expect([
        ['NOT_WITHDRAWABLE', 'opened'],
        ['ALREADY_WITHDRAWN', 'withdrawn'],
      ]).toContainEqual([...outcomes].sort());
      const [row] = await stage.store.adminQuery<{ state: string }>(
        'SELECT state FROM online_submission WHERE id = $1',
        [id],
      );
      expect(row!.state).toBe(outcomes.includes('opened') ? 'OPENED' : 'WITHDRAWN');
    }
  });

  rule('PT-REG-01', 'the second of the two waits for the first, and then sees what it did', async () => {
    const { store } = stage;
    const at = store.clock.now();
    const waiting = async (second: Promise<unknown>) => {
      second.catch(() => undefined);
      const first = await Promise.race([
        second.then(
          () => 'second',
          () => 'second',
        ),
        sleep(150, 'first'),
      ]);
      expect(first).toBe('first');
    };
    const take = (id: string) => store.as(zhang, (tx) => withdrawSubmission(tx, id, 1, zhang.accountId!, at));
    const id = await submitted(stage, zhang);
    let second: Promise<unknown> | undefined;
    await store.as(REGISTRAR, async (tx) => {
      await openSubmissionRow(tx, id, officerOf(REGISTRAR), at);
      second = take(id);
      await waiting(second);
    });
    await expect(second).rejects.toMatchObject({ code: 'NOT_WITHDRAWABLE' });

    const other = await submitted(stage, zhang);
    await store.as(zhang, async (tx) => {
      await withdrawSubmission(tx, other, 1, zhang.accountId!, at);
      second = opened(stage, other);
      await waiting(second);
    });
    await expect(second).rejects.toMatchObject({ code: 'ALREADY_WITHDRAWN' });
  });

  // The limit per account would end the rounds.
  async function citizenOfRound(round: number): Promise<Principal> {
    if (round % 6 === 0) await stage.store.adminQuery('DELETE FROM public_attempt');
    return zhang;
  }

  it('needs the version that was looked at', async () => {
    const id = await submitted(stage, zhang);
    expect(faultsOf(await withdraw(id, 7))).toEqual([{ code: 'STALE_VERSION', field: 'expectedVersion' }]);
  });
});

describe('the registrar’s lists', () => {
  it('show what is unopened in bold, what is opened beside it, and what is registered in its own tab', async () => {
    const [first, second, third] = [
      await submitted(stage, zhang),
      await submitted(stage, zhang),
      await submitted(stage, zhang),
    ];
    await opened(stage, second);
    const { item } = await registeredOnline(stage, third);
    const unregistered = (await tab('UNREGISTERED')).filter(({ id }) => [first, second, third].includes(id));
    expect(unregistered).toEqual([
      { id: second, state: 'OPENED', unopened: false, title: PETITION.title, content: PETITION.content },
      { id: first, state: 'SUBMITTED', unopened: true, title: PETITION.title, content: null },
    ]);
    expect(idsOf(await tab('REGISTERED'))).toContain(third);
    const { data } = await stage.as(
      REGISTRAR,
      `{ submission(id: "${third}") { state caseItem { id itemNo } } }`,
    );
    expect(data!.submission).toEqual({ state: 'REGISTERED', caseItem: { id: item.id, itemNo: item.itemNo } });
    await expect(registeredOnline(stage, third)).rejects.toBeDefined();
  });

  it('page through all, each once, in as many statements for ten as for one', async () => {
    for (let index = 0; index < 5; index += 1) await submitted(stage, zhang);
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { data } = await stage.as(REGISTRAR, TAB, { tab: 'UNREGISTERED', first: 2, after });
      seen.push(...idsOf(data!.submissions.nodes));
      after = data!.submissions.hasNextPage ? data!.submissions.endCursor : null;
    } while (after !== null);
    expect(seen).toEqual(idsOf(await tab('UNREGISTERED')));
    expect(new Set(seen).size).toBe(seen.length);
    const FULL = (first: number) => `{ submissions(tab: UNREGISTERED, first: ${first}) {
      nodes { id petitionerName attachments { fileName downloadUrl } receiver { sealName } caseItem { id } } } }`;
    const cost = async (first: number) =>
      (await countStatements(stage.store.database, () => stage.as(REGISTRAR, FULL(first)))).statements;
    expect(await cost(5)).toBe(await cost(1));
  });
});
