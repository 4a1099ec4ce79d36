import { rule, scenario } from '@junxian/test-kit';
import { DEFAULT_SIGN_IN_SETTINGS } from '../sign-in/settings';
import { claimsOf, codeOf, type Stage, signInStage } from '../sign-in/sign-in.fixture';
import { endSessionById, listSessions, logout } from './sessions.service';
import { endIdleSessions } from './upkeep';

let stage: Stage;
beforeAll(async () => {
  stage = await signInStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

const VPN = { loginName: 'unit001', channel: 'VPN', module: 'BASIC_INFO' } as const;
const cadre = (name: string, organisation: keyof Stage['organisations'] = 'unit') =>
  stage.account({ name, organisation, realms: ['RETIRED_CADRE'] });
const openSessions = async () =>
  (
    await stage.test.adminQuery<{ id: string }>('SELECT id FROM session WHERE ended_at IS NULL ORDER BY id')
  ).map(({ id }) => id);
const callerIn = (accountId: string, accessToken: string) =>
  stage.caller({ ...stage.principal(accountId, 'unit'), sessionId: claimsOf(accessToken).sid });
const refresh = (token: string) => stage.services.refreshing.refresh(token, '192.0.2.7');

describe('places on the VPN', () => {
  scenario(
    'directory',
    12,
    'one place in BASIC_INFO, many in FIVE_REGISTERS, many for an extranet unit',
    async () => {
      const id = await cadre('unit001');
      const a = await stage.login({ ...VPN, operatorName: '甲' });
      expect(await codeOf(stage.login({ ...VPN, operatorName: '乙' }))).toBe('SESSION_IN_USE');
      const five = { loginName: 'unit001', channel: 'VPN', module: 'FIVE_REGISTERS' } as const;
      await stage.login({ ...five, operatorName: '甲' });
      await stage.login({ ...five, operatorName: '乙' });
      const by = callerIn(id, a.accessToken);
      expect(await stage.as(by, (tx) => logout(tx, by))).toBe(true);
      expect((await stage.login({ ...VPN, operatorName: '乙' })).account.id).toBe(id);

      await cadre('ext001', 'extranetUnit');
      await stage.login({ ...VPN, loginName: 'ext001', operatorName: '甲' });
      expect(
        (await stage.login({ ...VPN, loginName: 'ext001', operatorName: '乙' })).accessToken,
      ).toBeTruthy();
    },
  );

  rule('DI-SES-01', 'of many logins at the same moment one gets the place', async () => {
    await cadre('unit001');
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => stage.login(VPN)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(
      outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : [])),
    ).toEqual(Array(5).fill('SESSION_IN_USE'));
    expect(await openSessions()).toHaveLength(1);
  });

  rule('DI-SES-02', 'FIVE_REGISTERS takes concurrent sessions of one account', async () => {
    await cadre('unit001');
    await Promise.all([1, 2, 3].map(() => stage.login({ loginName: 'unit001', channel: 'VPN' })));
    expect(await openSessions()).toHaveLength(3);
  });

  rule('DI-SES-03', 'government extranet is a fact of the unit: without it the place is single', async () => {
    await cadre('unit001');
    await stage.login(VPN);
    expect(await codeOf(stage.login(VPN))).toBe('SESSION_IN_USE');
    await stage.test.adminQuery('UPDATE organisation SET has_extranet = true WHERE id = $1', [
      stage.organisations.unit,
    ]);
    expect((await stage.login(VPN)).accessToken).toBeTruthy();
    await stage.test.adminQuery('UPDATE organisation SET has_extranet = false WHERE id = $1', [
      stage.organisations.unit,
    ]);
  });

  rule(
    'DI-SES-05',
    'an idle VPN session ends and frees its place; one that refreshes, or is not on the VPN, goes on',
    async () => {
      await cadre('unit001');
      await cadre('ext001', 'extranetUnit');
      const idle = await stage.login(VPN);
      const other = await stage.login({ loginName: 'unit001' });
      const busy = await stage.login({ ...VPN, loginName: 'ext001' });
      stage.clock.advance(20 * 60_000);
      await refresh(busy.refreshToken);
      stage.clock.advance(10 * 60_000);
      expect(await endIdleSessions(stage.test.database, stage.clock, DEFAULT_SIGN_IN_SETTINGS)).toBe(1);
      expect(await openSessions()).toEqual(
        [other, busy].map(({ accessToken }) => claimsOf(accessToken).sid).sort(),
      );
      expect(await codeOf(refresh(idle.refreshToken))).toBe('REFRESH_INVALID');
      expect((await stage.audit('SESSION_ENDED')).map(({ after }) => after?.reason)).toEqual(['IDLE']);
      expect((await stage.login(VPN)).accessToken).toBeTruthy();
    },
  );

  rule(
    'DI-SES-05',
    'an idle session gives way at once, before any scheduler comes by, and cannot be refreshed back',
    async () => {
      await cadre('unit001');
      const idle = await stage.login(VPN);
      stage.clock.advance(30 * 60_000);
      expect((await stage.login(VPN)).accessToken).toBeTruthy();
      expect(await codeOf(refresh(idle.refreshToken))).toBe('REFRESH_INVALID');
      stage.clock.advance(30 * 60_000);
      const second = await stage.login(VPN);
      stage.clock.advance(30 * 60_000);
      expect(await codeOf(refresh(second.refreshToken))).toBe('REFRESH_INVALID');
      expect(await openSessions()).toEqual([]);
    },
  );

  it('more idle sessions than one batch end in one call', async () => {
    await cadre('unit001');
    const { accessToken } = await stage.login({ loginName: 'unit001', channel: 'VPN' });
    await stage.test.adminQuery(
      `INSERT INTO session (account_id, appointment_id, realm, module, channel, single_slot, kept, started_at, last_seen_at, expires_at)
       SELECT account_id, appointment_id, realm, module, channel, false, false, started_at, last_seen_at, expires_at FROM session, generate_series(1, 129)
       WHERE id = $1`,
      [claimsOf(accessToken).sid],
    );
    stage.clock.advance(30 * 60_000);
    expect(await endIdleSessions(stage.test.database, stage.clock, DEFAULT_SIGN_IN_SETTINGS)).toBe(130);
  });
});

describe('sessions', () => {
  rule(
    'DI-SES-04',
    'the operator’s name stands in the session and in what the session writes into the audit log',
    async () => {
      const id = await cadre('unit001');
      const signedIn = await stage.login({ loginName: 'unit001', operatorName: '王芳' });
      const { opn, sid } = claimsOf(signedIn.accessToken);
      const by = stage.caller({ ...stage.principal(id, 'unit'), sessionId: sid, operatorName: opn });
      expect(
        (await stage.as(by, (tx) => listSessions(tx, by, {}))).nodes.map(({ operatorName }) => operatorName),
      ).toEqual(['王芳']);
      await stage.as(by, (tx) => logout(tx, by));
      expect((await stage.audit('SIGNED_OUT')).map(({ operator_name }) => operator_name)).toEqual(['王芳']);
    },
  );

  it('one lists and ends one’s own; staff those of the region; nobody else’s', async () => {
    const id = await cadre('unit001');
    const { accessToken } = await stage.login({ loginName: 'unit001' });
    const { sid } = claimsOf(accessToken);
    const stranger = await stage.admin('bureau', ['RETIRED_CADRE']);
    expect(await codeOf(stage.as(stranger, (tx) => listSessions(tx, stranger, { accountId: id })))).toBe(
      'FORBIDDEN',
    );
    expect(await codeOf(stage.as(stranger, (tx) => endSessionById(tx, stranger, sid)))).toBe('NOT_FOUND');
    const staff = stage.staff();
    expect(
      (await stage.as(staff, (tx) => listSessions(tx, staff, { accountId: id }))).nodes.map(
        (session) => session.id,
      ),
    ).toEqual([sid]);
    expect((await stage.as(staff, (tx) => endSessionById(tx, staff, sid))).endReason).toBe('ENDED_BY_STAFF');
    expect((await stage.as(staff, (tx) => listSessions(tx, staff, { accountId: id }))).nodes).toEqual([]);
    expect(
      (await stage.as(staff, (tx) => listSessions(tx, staff, { accountId: id, openOnly: false }))).nodes,
    ).toHaveLength(1);
  });

  it('ends at its longest life', async () => {
    await cadre('unit001');
    const { refreshToken } = await stage.login({ loginName: 'unit001' });
    stage.clock.advance(12 * 3_600_000);
    expect(await codeOf(refresh(refreshToken))).toBe('REFRESH_INVALID');
    expect(await endIdleSessions(stage.test.database, stage.clock, DEFAULT_SIGN_IN_SETTINGS)).toBe(1);
  });
});
