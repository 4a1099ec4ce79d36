import { serviceScope } from '@junxian/identity';
import { insertAppointment } from '../appointments/appointments.service';
import { claimsOf, codeOf, type Stage, signInStage } from '../sign-in/sign-in.fixture';
import { revocationsAfter } from './revocation.service';

let stage: Stage;
beforeAll(async () => {
  stage = await signInStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

const cadre = (name: string, organisation: keyof Stage['organisations'] = 'unit') =>
  stage.account({ name, organisation, realms: ['RETIRED_CADRE'] });
const openSessions = async () =>
  (
    await stage.test.adminQuery<{ id: string }>('SELECT id FROM session WHERE ended_at IS NULL ORDER BY id')
  ).map(({ id }) => id);
const feed = (after: string | null = null) =>
  stage.test.database.read(serviceScope('test'), (tx) => revocationsAfter(tx, after, stage.clock.now()));
const refresh = (token: string) => stage.services.refreshing.refresh(token, '192.0.2.7');

describe('refresh tokens', () => {
  it('rotate: each gives the next, and only hashes are kept', async () => {
    await cadre('unit001');
    const first = await stage.login({ loginName: 'unit001' });
    stage.clock.advance(60_000);
    const second = await refresh(first.refreshToken);
    const third = await refresh(second.refreshToken);
    expect(new Set([first, second, third].map(({ refreshToken }) => refreshToken)).size).toBe(3);
    expect(claimsOf(third.accessToken).sid).toBe(claimsOf(first.accessToken).sid);
    const [{ text }] = (await stage.test.adminQuery<{ text: string }>(
      `SELECT string_agg(t::text, ' ') AS text FROM refresh_token t`,
    )) as [{ text: string }];
    expect(text).not.toContain(third.refreshToken);
    expect(await codeOf(refresh('no such token'))).toBe('REFRESH_INVALID');
  });

  it('one that was used is a copy: the whole session ends, everywhere', async () => {
    await cadre('unit001');
    const first = await stage.login({ loginName: 'unit001' });
    const second = await refresh(first.refreshToken);
    stage.clock.advance(6_000);
    expect(await codeOf(refresh(first.refreshToken))).toBe('REFRESH_REUSED');
    expect(await codeOf(refresh(second.refreshToken))).toBe('REFRESH_INVALID');
    expect((await feed()).entries).toMatchObject([
      { kind: 'SESSION', subject: claimsOf(first.accessToken).sid },
    ]);
    expect(await stage.audit('REFRESH_REUSED')).toHaveLength(1);
  });

  it('presented twice at once, both get a successor; the grace does not grow by it', async () => {
    await cadre('unit001');
    const { refreshToken } = await stage.login({ loginName: 'unit001' });
    const both = await Promise.all([refresh(refreshToken), refresh(refreshToken)]);
    expect(new Set(both.map((signedIn) => signedIn.refreshToken)).size).toBe(2);
    stage.clock.advance(4_000);
    await refresh(refreshToken);
    stage.clock.advance(4_000);
    expect(await codeOf(refresh(refreshToken))).toBe('REFRESH_REUSED');
  });

  it('bring the roles of now, and another appointment when theirs has ended', async () => {
    const id = await cadre('unit001');
    const first = await stage.login({ loginName: 'unit001' });
    const further = await stage.inService((tx) =>
      insertAppointment(
        tx,
        {
          accountId: id,
          organisationId: stage.organisations.branch,
          regionCode: '140215100000',
          regionLevel: 'TOWNSHIP',
          post: '兼职',
          roles: ['directory:PERSON'],
          grantedBy: null,
          validFrom: '2026-01-01',
        },
        false,
      ),
    );
    await stage.test.adminQuery(`UPDATE role_grant SET revoked_at = now() WHERE appointment_id = $1`, [
      first.appointment!.id,
    ]);
    const second = await refresh(first.refreshToken);
    expect(claimsOf(second.accessToken)).toMatchObject({ apt: first.appointment!.id, roles: [] });
    await stage.test.adminQuery(`UPDATE appointment SET valid_to = '2026-03-02' WHERE id = $1`, [
      first.appointment!.id,
    ]);
    const third = await refresh(second.refreshToken);
    expect(claimsOf(third.accessToken)).toMatchObject({
      apt: further,
      reg: '140215100000',
      lvl: 'TOWNSHIP',
      roles: ['directory:PERSON'],
    });
    await stage.test.adminQuery(`UPDATE appointment SET valid_to = '2026-03-02'`);
    expect(await codeOf(refresh(third.refreshToken))).toBe('NO_APPOINTMENT');
    expect(await openSessions()).toEqual([]);
  });

  it('switching acts for another of one’s own appointments in the same session, and uses the old tokens up', async () => {
    const id = await cadre('unit001');
    const first = await stage.login({ loginName: 'unit001' });
    const appointment = {
      organisationId: stage.organisations.branch,
      regionCode: '140215100000',
      regionLevel: 'TOWNSHIP',
      post: '兼职',
      roles: ['directory:PERSON'],
      grantedBy: null,
      validFrom: '2026-01-01',
    } as const;
    const mine = await stage.inService((tx) =>
      insertAppointment(tx, { ...appointment, accountId: id }, false),
    );
    const other = await stage.account({ name: 'unit002', organisation: 'unit', isExtra: true });
    const [foreign] = await stage.test.adminQuery<{ id: string }>(
      'SELECT id FROM appointment WHERE account_id = $1',
      [other],
    );
    const principal = { ...stage.principal(id, 'unit'), sessionId: claimsOf(first.accessToken).sid };
    const change = (appointmentId: string) =>
      stage.services.refreshing.switchAppointment(principal, appointmentId, '192.0.2.7');
    expect(await codeOf(change(foreign!.id))).toBe('NOT_FOUND');
    const second = await change(mine);
    expect(claimsOf(second.accessToken)).toMatchObject({
      sid: principal.sessionId,
      apt: mine,
      roles: ['directory:PERSON'],
      reg: '140215100000',
    });
    stage.clock.advance(6_000);
    expect(claimsOf((await refresh(second.refreshToken)).accessToken).apt).toBe(mine);
    expect(await codeOf(refresh(first.refreshToken))).toBe('REFRESH_REUSED');
    expect(await codeOf(change(mine))).toBe('UNAUTHENTICATED');
  });
});
