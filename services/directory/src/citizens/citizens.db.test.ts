import { randomUUID } from 'node:crypto';
import { citizenIdOf, citizenNumberCheckCharacter, type Principal } from '@junxian/identity';
import { rule, testKeys } from '@junxian/test-kit';
import { roomsOf } from '../sign-in/served-stage.fixture';
import { codeOf, refusalOf, type Stage, signInStage } from '../sign-in/sign-in.fixture';
import { graphOver } from '../testing/subgraph.support.test';
import {
  confirmDeath,
  deathConfirmationTasks,
  dismissDeathReport,
  raiseDeathConfirmation,
  renumberCitizen,
} from './citizens.service';

let stage: Stage;
beforeAll(async () => {
  stage = await signInStage();
});
const { ask } = graphOver(() => roomsOf(stage));
beforeEach(() => stage.clear());
afterAll(() => stage.close());

const idNumber = (first17: string) => first17 + citizenNumberCheckCharacter(first17);
const NUMBER = idNumber('14021519600303123');
const OTHER = idNumber('14021519600303124');
const citizen = citizenIdOf(NUMBER, testKeys.citizenIdKey);

const report = (date = '2026-02-28', regionCode = '140215000000') =>
  stage.inService((tx) =>
    raiseDeathConfirmation(tx, {
      citizenId: citizen,
      regionCode,
      date,
      reportedBy: 'junxian.personnel.retired-cadre.deceased.v1',
      reportedAt: stage.clock.now(),
    }),
  );
const confirm = (by = stage.staff(), date = '2026-02-27', citizenId = citizen) =>
  stage.as(by, (tx) => confirmDeath(tx, by, { citizenId, date }));
const open = (by = stage.staff()) => stage.as(by, (tx) => deathConfirmationTasks(tx, { status: 'OPEN' }));

describe('deaths', () => {
  rule('DI-CIT-03', 'a reported death is published only after a person confirmed it, once', async () => {
    await report();
    await report('2026-03-01');
    expect((await open()).nodes.map(({ citizenId, reportedDate }) => [citizenId, reportedDate])).toEqual([
      [citizen, '2026-02-28'],
    ]);
    expect(await stage.events('deceased')).toEqual([]);
    const outcomes = await Promise.allSettled([confirm(), confirm()]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await codeOf(confirm())).toBe('ALREADY_DECIDED');
    await report();
    expect((await open()).nodes).toEqual([]);
    expect((await stage.events('deceased')).map(({ subject, data }) => ({ subject, data }))).toEqual([
      { subject: citizen, data: { citizenId: citizen, date: '2026-02-27' } },
    ]);
    expect((await stage.audit('CITIZEN_DEATH_CONFIRMED')).map(({ target_id }) => target_id)).toEqual([
      citizen,
    ]);
  });

  rule(
    'DI-CIT-03',
    'nobody confirms what was not reported, a date to come, or outside the own region',
    async () => {
      expect(await codeOf(confirm())).toBe('NOT_FOUND');
      await report();
      expect(await codeOf(confirm(stage.staff(), '2026-03-03'))).toBe('INVALID_INPUT');
      const elsewhere = stage.caller(
        stage.principal('00000000-0000-7000-8000-000000000000', 'neighbour', ['directory:SYSTEM_STAFF']),
      );
      expect(await codeOf(confirm(elsewhere))).toBe('NOT_FOUND');
      expect((await open(elsewhere)).nodes).toEqual([]);
    },
  );

  it('a wrong report is dismissed, publishes nothing, and a later one is looked at anew', async () => {
    await report();
    const staff = stage.staff();
    const [task] = (await open()).nodes;
    const dismiss = (expectedVersion: number) =>
      stage.as(staff, (tx) =>
        dismissDeathReport(tx, staff, { taskId: task!.id, reason: '误报', expectedVersion }),
      );
    expect(await codeOf(dismiss(9))).toBe('STALE_VERSION');
    expect((await dismiss(1)).status).toBe('DISMISSED');
    expect(await stage.events('deceased')).toEqual([]);
    await report('2026-03-01');
    expect((await open()).nodes).toHaveLength(1);
  });
});

describe('deaths, over the graph', () => {
  const codes = (answer: { errors?: { extensions?: Record<string, unknown> }[] }) =>
    (answer.errors ?? []).map(({ extensions }) => extensions?.code);
  const TASKS = `query ($status: DeathConfirmationStatus) { deathConfirmationTasks(status: $status) {
    nodes { id status version reportedDate confirmedDate decidedAt citizen { id } } } }`;
  const tasks = async (status: string, by = stage.staff().principal) =>
    (await ask(by, TASKS, { status })).data!.deathConfirmationTasks.nodes;
  const DISMISS = `mutation ($taskId: ID!, $reason: String!, $version: Int!) {
    dismissDeathReport(taskId: $taskId, reason: $reason, expectedVersion: $version) { task { status version decidedAt } } }`;
  const CONFIRM = `mutation ($citizenId: ID!, $date: Date!) {
    confirmDeath(citizenId: $citizenId, date: $date) { task { status confirmedDate } } }`;

  rule('DI-CIT-03', 'staff of the area look into a report, and dismiss or confirm it, once', async () => {
    // Assertions are good for a minute of the machine's time.
    stage.clock.set(new Date().toISOString());
    await report();
    const staff = stage.staff().principal;
    const [task] = await tasks('OPEN');
    expect(task).toMatchObject({ citizen: { id: citizen }, reportedDate: '2026-02-28', version: 1 });
    const dismiss = async (by: Principal, changes: object = {}) =>
      ask(by, DISMISS, { taskId: task.id, reason: '示例：同名误报', version: 1, ...changes });
    const neighbour = stage.principal(randomUUID(), 'neighbour', ['directory:SYSTEM_STAFF']);
    expect(await tasks('OPEN', neighbour)).toEqual([]);
    expect(codes(await dismiss(stage.principal(randomUUID(), 'county')))).toEqual(['FORBIDDEN']);
    expect(codes(await dismiss(neighbour))).toEqual(['NOT_FOUND']);
    expect(codes(await dismiss(staff, { taskId: randomUUID() }))).toEqual(['NOT_FOUND']);
    expect(codes(await dismiss(staff, { reason: ' ' }))).toEqual(['INVALID_INPUT']);
    expect(codes(await dismiss(staff, { version: 9 }))).toEqual(['STALE_VERSION']);
    expect(await tasks('OPEN')).toEqual([task]);

    expect((await dismiss(staff)).data!.dismissDeathReport.task).toMatchObject({
      status: 'DISMISSED',
      version: 2,
      decidedAt: expect.any(String),
    });
    expect(codes(await dismiss(staff, { version: 2 }))).toEqual(['ALREADY_DECIDED']);
    expect(codes(await ask(staff, CONFIRM, { citizenId: citizen, date: '2026-02-27' }))).toEqual([
      'NOT_FOUND',
    ]);
    expect(await tasks('OPEN')).toEqual([]);
    expect(await tasks('DISMISSED')).toMatchObject([{ id: task.id, confirmedDate: null }]);
    expect(await stage.events('%')).toEqual([]);
    const dismissals = await stage.audit('CITIZEN_DEATH_DISMISSED');
    expect(dismissals).toMatchObject([
      { target_id: citizen, account_id: staff.accountId, after: { status: 'DISMISSED' }, outcome: 'OK' },
    ]);
    expect(JSON.stringify(dismissals)).not.toContain('同名误报');

    await report('2026-03-01');
    const confirmed = await ask(staff, CONFIRM, { citizenId: citizen, date: '2026-02-27' });
    expect(confirmed.data!.confirmDeath.task).toEqual({ status: 'CONFIRMED', confirmedDate: '2026-02-27' });
    expect(await tasks('CONFIRMED')).toMatchObject([
      { citizen: { id: citizen }, confirmedDate: '2026-02-27' },
    ]);
    expect((await stage.events('deceased')).map(({ data }) => data)).toEqual([
      { citizenId: citizen, date: '2026-02-27' },
    ]);
  });
});

describe('renumbering', () => {
  rule(
    'DI-CIT-02',
    'a corrected number is announced by citizen ids alone; accounts go over to the new id',
    async () => {
      const account = await stage.account({ name: '13812345678', organisation: 'branch', kind: 'PERSON' });
      const sealed = stage.services.personalData.seal('idNumber', NUMBER);
      await stage.test.adminQuery(
        'UPDATE account SET citizen_id = $2, id_number_sealed = $3, id_number_index = $4 WHERE id = $1',
        [account, citizen, sealed.sealed, sealed.index],
      );
      const staff = stage.staff();
      const renumber = (fromIdNumber: string, toIdNumber: string) =>
        stage.as(staff, (tx) =>
          renumberCitizen(tx, staff, stage.services.personalData, { fromIdNumber, toIdNumber }),
        );
      expect(
        (await refusalOf(renumber(NUMBER, `${OTHER.slice(0, 17)}${OTHER.endsWith('0') ? '1' : '0'}`))).code,
      ).toBe('INVALID_ID');
      expect(await codeOf(renumber(NUMBER, NUMBER))).toBe('INVALID_INPUT');
      const { to } = await renumber(NUMBER, OTHER);
      expect((await stage.events('renumbered')).map(({ data }) => data)).toEqual([{ from: citizen, to }]);
      const [row] = await stage.test.adminQuery<{ citizen_id: string; id_number_sealed: string }>(
        'SELECT citizen_id, id_number_sealed FROM account',
      );
      expect(row!.citizen_id).toBe(to);
      expect(stage.services.personalData.open('idNumber', row!.id_number_sealed)).toBe(OTHER);
      const written = JSON.stringify([await stage.audit(), await stage.events('%')]);
      for (const number of [NUMBER, OTHER]) expect(written).not.toContain(number);
    },
  );
});
