import { type Principal, scopeOf } from '@junxian/identity';
import { type Json, rowsSeen, rule } from '@junxian/test-kit';
import { faultsOf, openPublicStage, type PublicStage } from '../public-accounts/public-stage.fixture';
import { NEITHER } from '../registration/registration.fixture';
import { raiseWarnings } from '../supervision/daily-run.service';
import { removals } from '../testing/removed-organisations.support.test';
import { ORGANISATIONS, type OrganisationKey, officer } from '../testing/store.support.test';
import { opened, PETITION, REGISTRAR, submitted } from './submissions.fixture';

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
const { remove, restore } = removals(() => stage.store);
afterEach(() => stage.store.adminQuery(`UPDATE organisation SET is_bureau = (kind = 'BUREAU')`));
afterAll(() => stage?.close());

const id = (key: OrganisationKey) => ORGANISATIONS[key].id;
const registrarOf = (key: OrganisationKey, name = '') => officer(key, 'ONLINE_REGISTRAR', name);
const PLACES = Object.keys(ORGANISATIONS) as OrganisationKey[];

const left = async (by: Principal): Promise<Json[]> => {
  const { data, errors } = await stage.as(
    by,
    `{ submissions(tab: RECEIVER_GONE, first: 100) { nodes { id state version content petitionerName routeDueAt receiver { id } } }
       workCounts { receiverGone } }`,
  );
  if (errors) throw new Error(JSON.stringify(errors));
  const { nodes } = data!.submissions;
  expect(data!.workCounts.receiverGone).toBe(nodes.length);
  return nodes;
};
/** The organisations whose registrars are shown a submission as one to take over. */
const shownTo = async (submission: string): Promise<OrganisationKey[]> => {
  const found: OrganisationKey[] = [];
  for (const key of PLACES)
    if ((await left(registrarOf(key))).some((node) => node.id === submission)) found.push(key);
  return found;
};
const TAKE = `mutation ($id: ID!, $version: Int!) { takeOverSubmission(submissionId: $id, expectedVersion: $version) {
  id state version submittedAt openedAt routeDueAt content receiver { id } } }`;
const take = (by: Principal, submission: string, version = 1) =>
  stage.as(by, TAKE, { id: submission, version });
const row = async (submission: string) =>
  (await stage.store.adminQuery('SELECT * FROM online_submission WHERE id = $1', [submission]))[0]!;

describe('a submission whose bureau was removed before anybody registered it', () => {
  rule(
    'PT-TSK-02',
    'is shown, and counted, to the registrars of the bureau that receives what concerns its region today, and to no others',
    async () => {
      const submission = await submitted(stage, zhang);
      expect(await shownTo(submission)).toEqual([]);
      await remove('shandong');
      expect(await shownTo(submission)).toEqual(['nation']);
      // Another bureau of the province comes before the nation.
      await stage.store.adminQuery('UPDATE organisation SET is_bureau = true WHERE id = $1', [
        id('shandongUnit'),
      ]);
      expect(await shownTo(submission)).toEqual(['shandongUnit']);
      await remove('shandongUnit', 'nation');
      expect(await shownTo(submission)).toEqual(['jinan']);
      await remove('jinan');
      expect(await shownTo(submission)).toEqual(['lixia']);
      await restore();
      expect(await shownTo(submission)).toEqual([]);
    },
  );

  it('is received, when it comes in, by that same bureau', async () => {
    const receiver = async (problem: string) =>
      (
        await stage.store.adminQuery<{ id: string | null }>('SELECT receiving_bureau($1) AS id', [problem])
      )[0]!.id;
    const cases: [OrganisationKey[], string, OrganisationKey | null][] = [
      [[], '370102001000', 'shandong'],
      [[], '370000000000', 'shandong'],
      [[], '000000000000', 'nation'],
      [['shandong'], '370102001000', 'nation'],
      [['shandong', 'nation'], '370102001000', 'jinan'],
      [['shandong', 'nation'], '370000000000', null],
      [['shandong', 'nation', 'jinan'], '370102001000', 'lixia'],
      [['shandong', 'nation', 'jinan', 'lixia'], '370102001000', 'lixiaStreet'],
      [['shandong', 'nation', 'jinan', 'lixia', 'lixiaStreet'], '370102001000', null],
      [['shandong', 'nation', 'jinan'], '370202000000', 'qingdao'],
    ];
    for (const [gone, problem, key] of cases) {
      await restore();
      await remove(...gone);
      expect([gone, problem, await receiver(problem)]).toEqual([
        gone,
        problem,
        key === null ? null : id(key),
      ]);
    }
  });

  rule(
    'PT-TSK-02',
    'is taken over unopened: its clock runs on, the citizen sees who has it now and may still withdraw it',
    async () => {
      const submission = await submitted(stage, zhang);
      const before = await row(submission);
      await remove('shandong');
      expect(await left(registrarOf('nation'))).toContainEqual(
        expect.objectContaining({
          id: submission,
          content: null,
          petitionerName: null,
          receiver: { id: id('shandong') },
        }),
      );
      stage.store.clock.set('2026-03-10T09:00:00+08:00');
      const { data, errors } = await take(registrarOf('nation'), submission);
      expect(errors).toBeUndefined();
      expect(data!.takeOverSubmission).toMatchObject({
        state: 'SUBMITTED',
        version: 2,
        openedAt: null,
        content: null,
        routeDueAt: '2026-03-17',
        receiver: { id: id('nation') },
      });
      expect(await row(submission)).toEqual({
        ...before,
        organisation_id: id('nation'),
        region_code: '000000000000',
        updated_at: stage.store.clock.now(),
        version: 2,
      });
      expect((await left(registrarOf('nation'))).map((node) => node.id)).not.toContain(submission);
      const [event] = await stage.store.adminQuery<{ type: string; data: object }>(
        `SELECT envelope::jsonb ->> 'type' AS type, envelope::jsonb -> 'data' AS data FROM outbox WHERE key = $1 ORDER BY position DESC LIMIT 1`,
        [submission],
      );
      expect(event).toEqual({
        type: 'junxian.petitions.submission.transferred.v1',
        data: {
          organisationId: id('nation'),
          submissionId: submission,
          problemRegionCode: PETITION.problemRegionCode,
          anonymous: false,
          fromOrganisationId: id('shandong'),
          toOrganisationId: id('nation'),
        },
      });
      // Its warning is the new bureau's to see to.
      stage.store.clock.set('2026-03-18T06:00:00+08:00');
      await raiseWarnings(stage.store.database, stage.store.clock);
      expect(
        await stage.store.adminQuery(
          'SELECT level, target_organisation_id AS target, due_on::text AS due FROM warning WHERE subject_id = $1',
          [submission],
        ),
      ).toEqual([{ level: 'RED', target: id('nation'), due: '2026-03-17' }]);
      const mine = (await stage.as(zhang, '{ mySubmissions { nodes { id version receiver { id } } } }'))
        .data!;
      expect(mine.mySubmissions.nodes).toEqual([
        { id: submission, version: 2, receiver: { id: id('nation') } },
      ]);
      const withdrawn = await stage.as(
        zhang,
        'mutation ($id: ID!) { withdrawPetition(id: $id, expectedVersion: 2) { state } }',
        { id: submission },
      );
      expect(withdrawn.data!.withdrawPetition).toEqual({ state: 'WITHDRAWN' });
    },
  );

  rule(
    'PT-TSK-02',
    'is taken over opened: the bureau registers it, with the record of its opening and its first day',
    async () => {
      const submission = await submitted(stage, zhang);
      await opened(stage, submission);
      await stage.store.as(REGISTRAR, (tx) =>
        tx.query(
          `INSERT INTO handling_record (submission_id, seq, from_organisation_id, state, at) VALUES ($1, 1, $2, 'DRAFT', now())`,
          [submission, id('shandong')],
        ),
      );
      await remove('shandong');
      const nation = officer('nation', ['ONLINE_REGISTRAR', 'HANDLER']);
      expect((await take(nation, submission, 2)).data!.takeOverSubmission).toMatchObject({
        state: 'OPENED',
        content: PETITION.content,
      });
      const { data, errors } = await stage.as(
        nation,
        `mutation ($id: ID!, $input: RegisterOnlineInput!) { registerOnline(submissionId: $id, input: $input) {
           receivedAt routeDueAt custodian { id } handlingRecords { seq state from { id } } petitioner { displayName } } }`,
        {
          id: submission,
          input: {
            duplicates: NEITHER,
            data: { purpose: 'SEEK_SOLUTION', contentCategory: 'LABOUR.WAGES.ARREARS' },
          },
        },
      );
      expect(errors).toBeUndefined();
      expect(data!.registerOnline).toEqual({
        receivedAt: '2026-03-02T01:00:00.000Z',
        routeDueAt: '2026-03-17',
        custodian: { id: id('nation') },
        handlingRecords: [{ seq: 1, state: 'DRAFT', from: { id: id('nation') } }],
        petitioner: { displayName: '张*' },
      });
    },
  );

  it('is nobody else’s to take, nor twice, nor while its bureau is there', async () => {
    const submission = await submitted(stage, zhang);
    const codeOf = async (by: Principal | null, version = 1) =>
      faultsOf(await stage.as(by, TAKE, { id: submission, version }))[0]?.code;
    expect(await codeOf(registrarOf('nation'))).toBe('NOT_FOUND');
    await remove('shandong');
    const before = await row(submission);
    for (const [by, version, code] of [
      [null, 1, 'UNAUTHENTICATED'],
      [zhang, 1, 'FORBIDDEN'],
      [officer('nation', ['HANDLER', 'LEADER', 'SUPERVISOR', 'ADMIN']), 1, 'FORBIDDEN'],
      [registrarOf('jinan'), 1, 'NOT_FOUND'],
      [registrarOf('qingdao'), 1, 'NOT_FOUND'],
      [registrarOf('shandongUnit'), 1, 'NOT_FOUND'],
      [registrarOf('nation'), 7, 'STALE_VERSION'],
    ] as const)
      expect([code, await codeOf(by, version)]).toEqual([code, code]);
    // Past the use case: no row, and the functions tell and do nothing.
    for (const by of [
      registrarOf('jinan'),
      registrarOf('qingdao'),
      officer('nation', ['HANDLER', 'SUPERVISOR', 'ADMIN']),
      { ...registrarOf('nation', 'waiting'), pending: true },
      zhang,
    ]) {
      const told = await stage.store.as(by, async (tx) => [
        await tx.query('SELECT id FROM pt_tsk_02_left_submissions()'),
        await tx.query('SELECT how, left_by FROM pt_tsk_02_take_submission($1, 1, $2)', [
          submission,
          stage.store.clock.now(),
        ]),
      ]);
      expect(told).toEqual([[], [{ how: null, left_by: null }]]);
    }
    expect((await rowsSeen(stage.store, scopeOf(registrarOf('nation')))).get('online_submission')).toBe(
      (
        await stage.store.adminQuery('SELECT FROM online_submission WHERE organisation_id = $1', [
          id('nation'),
        ])
      ).length,
    );
    expect(await row(submission)).toEqual(before);
    // Of two colleagues one has it, the other is told to look again.
    const both = await Promise.all(
      ['first', 'second'].map((name) => take(registrarOf('nation', name), submission)),
    );
    expect(both.map((answer) => faultsOf(answer)[0]?.code ?? 'TAKEN').sort()).toEqual([
      'STALE_VERSION',
      'TAKEN',
    ]);
    expect(await codeOf(registrarOf('nation'), 2)).toBe('STALE_VERSION');
  });

  // The last of this file: the service keeps in mind that there was a change.
  it('waits while the bureau’s own region changes its code', async () => {
    const submission = await submitted(stage, zhang);
    await remove('shandong', 'nation');
    const before = await row(submission);
    const move = { from: '370100000000', to: '370900000000', level: 'CITY' };
    await stage.store.adminQuery(
      `INSERT INTO region_change (change_id, kind, from_codes, to_codes, moves, effective_date, received_at)
       VALUES (gen_random_uuid(), 'RECODE', $1, $2, $3, '2026-03-02', now())`,
      [[move.from], [move.to], JSON.stringify([move])],
    );
    expect(faultsOf(await take(registrarOf('jinan'), submission))).toEqual([{ code: 'REGION_CHANGING' }]);
    expect(await row(submission)).toEqual(before);
    await stage.store.adminQuery('UPDATE region_change SET followed_at = now()');
    const { data } = await take(registrarOf('jinan'), submission);
    expect(data!.takeOverSubmission.receiver).toEqual({ id: id('jinan') });
  });
});
