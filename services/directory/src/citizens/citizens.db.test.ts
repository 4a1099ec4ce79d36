import { citizenIdOf, citizenNumberCheckCharacter } from '@junxian/identity';
import { rule, testKeys } from '@junxian/test-kit';
import { codeOf, refusalOf, type Stage, signInStage } from '../sign-in/sign-in.fixture';
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
