import { rule, scenario } from '@junxian/test-kit';
import { insertAppointment } from '../appointments/appointments.service';
import type { Caller } from '../caller';
import {
  claimsOf,
  codeOf,
  OWN_PASSWORD,
  PASSWORD,
  refusalOf,
  type Stage,
  signInStage,
} from '../sign-in/sign-in.fixture';
import { unlockAccount } from './locks.service';

let stage: Stage;
beforeAll(async () => {
  stage = await signInStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

const memberLogin = { realm: 'PARTY', module: 'PARTY_APP' } as const;

const ORG_ADMIN = 'directory:ORG_ADMIN';
const reset = (by: Caller, accountId: string) =>
  stage.as(by, (tx) => stage.services.credentials.reset(tx, by, accountId));
const unlock = (by: Caller, accountId: string, realm: 'PARTY' | 'RETIRED_CADRE') =>
  stage.as(by, (tx) => unlockAccount(tx, by, accountId, realm));
async function lock(accountId: string, realm: string): Promise<void> {
  await stage.test.adminQuery(
    `INSERT INTO login_state (account_id, realm, failed_count, locked_at, locked_until) VALUES ($1, $2, 5, $3, $3::timestamptz + interval '1 hour')`,
    [accountId, realm, stage.clock.now()],
  );
}
const isLocked = async (accountId: string) =>
  (
    await stage.test.adminQuery(
      'SELECT FROM login_state WHERE account_id = $1 AND locked_until IS NOT NULL',
      [accountId],
    )
  ).length > 0;

describe('activation and passwords', () => {
  const activate = (by: Caller, realName: string, newPassword = OWN_PASSWORD) =>
    stage.as(by, (tx) => stage.services.credentials.activate(tx, by, { realName, newPassword }));
  /** As the gateway sees an account that must still activate: no region in force. */
  const pending = (id: string) => stage.caller({ ...stage.principal(id, 'unit', []), pending: true });

  rule(['DI-ACC-08', 'DI-ACC-09'], 'activation takes a real name and an own password, once', async () => {
    const id = await stage.account({
      name: 'unit001',
      organisation: 'unit',
      realms: ['RETIRED_CADRE'],
      status: 'PENDING_ACTIVATION',
    });
    const by = pending(id);
    expect(await codeOf(activate(by, '管理员'))).toBe('INVALID_REAL_NAME');
    expect(await codeOf(activate(by, '张伟', 'abc12345'))).toBe('PASSWORD_NEEDS_SYMBOL');
    expect(await codeOf(activate(by, '张伟', PASSWORD))).toBe('PASSWORD_UNCHANGED');
    expect(await activate(by, '张伟')).toMatchObject({
      status: 'ACTIVE',
      realName: '张伟',
      mustChangePassword: false,
    });
    expect(await codeOf(activate(by, '李四'))).toBe('ALREADY_ACTIVE');
    expect(await codeOf(stage.login({ loginName: 'unit001' }))).toBe('LOGIN_FAILED');
    expect(
      claimsOf((await stage.login({ loginName: 'unit001', password: OWN_PASSWORD })).accessToken),
    ).toMatchObject({ pnd: false, roles: [ORG_ADMIN] });
    expect((await stage.events('activated')).map(({ subject }) => subject)).toEqual([id]);
  });

  scenario(
    'directory',
    7,
    'abc12345 and abc123中 are refused, digits, letters and an allowed symbol are taken, a foreign symbol is named',
    async () => {
      const id = await stage.account({ name: 'unit001', organisation: 'unit', realms: ['RETIRED_CADRE'] });
      const by = stage.caller(stage.principal(id, 'unit'));
      const change = (newPassword: string) =>
        stage.as(by, (tx) =>
          stage.services.credentials.changeOwn(tx, by, { currentPassword: PASSWORD, newPassword }),
        );
      expect(await codeOf(change('abc12345'))).toBe('PASSWORD_NEEDS_SYMBOL');
      expect(await codeOf(change('abc123中'))).toBe('PASSWORD_SYMBOL_NOT_ALLOWED');
      const refused = await refusalOf(change('abc123456~!'));
      expect([refused.code, refused.text.zh.includes('“~”')]).toEqual(['PASSWORD_SYMBOL_NOT_ALLOWED', true]);
      await change('abc12345!');
      expect((await stage.login({ loginName: 'unit001', password: 'abc12345!' })).account.id).toBe(id);
    },
  );

  rule(
    'DI-ACC-10',
    'the allowed symbols and the length are the realm’s configuration, one-time passwords too',
    async () => {
      const policy = (symbols: string, minLength: number) =>
        stage.test.adminQuery(
          `UPDATE realm_policy SET password_symbols = $1, password_min_length = $2 WHERE realm = 'RETIRED_CADRE'`,
          [symbols, minLength],
        );
      const [before] = await stage.test.adminQuery<{ symbols: string; length: number }>(
        `SELECT password_symbols AS symbols, password_min_length AS length FROM realm_policy WHERE realm = 'RETIRED_CADRE'`,
      );
      const id = await stage.account({ name: 'unit001', organisation: 'unit', realms: ['RETIRED_CADRE'] });
      const by = stage.caller(stage.principal(id, 'unit'));
      const change = (newPassword: string, currentPassword = PASSWORD) =>
        stage.as(by, (tx) => stage.services.credentials.changeOwn(tx, by, { currentPassword, newPassword }));
      try {
        await policy('~', 12);
        expect(await codeOf(change('abcd1234567!'))).toBe('PASSWORD_SYMBOL_NOT_ALLOWED');
        expect(await codeOf(change('abc123456~'))).toBe('PASSWORD_LENGTH');
        const bureau = await stage.admin('bureau', ['RETIRED_CADRE']);
        const { oneTimePassword } = await reset(bureau, id);
        expect(oneTimePassword).toMatch(/^[A-Za-z0-9~]*~[A-Za-z0-9~]*$/);
        await change('abcd1234567~', oneTimePassword);
        expect((await stage.login({ loginName: 'unit001', password: 'abcd1234567~' })).account.id).toBe(id);
      } finally {
        await policy(before!.symbols, before!.length);
      }
    },
  );

  it('changing one’s password needs the present one and ends the other sessions', async () => {
    const id = await stage.account({ name: 'unit001', organisation: 'unit', realms: ['RETIRED_CADRE'] });
    const mine = claimsOf((await stage.login({ loginName: 'unit001' })).accessToken).sid;
    await stage.login({ loginName: 'unit001' });
    const by = stage.caller({ ...stage.principal(id, 'unit'), sessionId: mine });
    const change = (currentPassword: string) =>
      stage.as(by, (tx) =>
        stage.services.credentials.changeOwn(tx, by, { currentPassword, newPassword: OWN_PASSWORD }),
      );
    expect(await codeOf(change('Wrong-9999'))).toBe('PASSWORD_WRONG');
    await change(PASSWORD);
    expect(await stage.test.adminQuery('SELECT id FROM session WHERE ended_at IS NULL')).toEqual([
      { id: mine },
    ]);
  });

  scenario(
    'directory',
    19,
    'a superior resets: the old password and sessions are void, a new one is due, one entry without it; a peer may not',
    async () => {
      const county = await stage.admin('county');
      const peer = await stage.admin('otherBranch');
      const id = await stage.account({
        name: 'branch001',
        organisation: 'branch',
        realms: ['PARTY', 'RETIRED_CADRE'],
      });
      const { refreshToken } = await stage.login({ loginName: 'branch001' });
      expect(await codeOf(reset(peer, id))).toBe('FORBIDDEN');
      const { oneTimePassword } = await reset(county, id);
      expect(await codeOf(stage.login({ loginName: 'branch001' }))).toBe('LOGIN_FAILED');
      expect(await codeOf(stage.services.refreshing.refresh(refreshToken, '192.0.2.7'))).toBe(
        'REFRESH_INVALID',
      );
      expect(
        claimsOf((await stage.login({ loginName: 'branch001', password: oneTimePassword })).accessToken).pnd,
      ).toBe(true);
      expect(await stage.test.adminQuery('SELECT kind, subject FROM revocation')).toEqual([
        { kind: 'ACCOUNT', subject: id },
      ]);
      const entries = await stage.audit('PASSWORD_RESET');
      expect(entries.map(({ outcome, target_id, account_id }) => [outcome, target_id, account_id])).toEqual([
        ['OK', id, county.principal.accountId],
      ]);
      expect(JSON.stringify(await stage.audit())).not.toContain(oneTimePassword);
    },
  );

  rule(
    'DI-ACC-14',
    'a higher superior may, oneself, a subordinate and a stranger may not; a branch resets its members',
    async () => {
      const committee = await stage.admin('committee');
      const branchId = await stage.account({ name: 'branch001', organisation: 'branch' });
      const branch = stage.caller(stage.principal(branchId, 'branch'));
      const member = await stage.account({ name: '13812345678', organisation: 'branch', kind: 'PERSON' });
      const strange = await stage.account({
        name: '13812345679',
        organisation: 'otherBranch',
        kind: 'PERSON',
      });
      await reset(committee, branchId);
      await reset(branch, member);
      expect(await codeOf(reset(branch, branchId))).toBe('FORBIDDEN');
      expect(await codeOf(reset(branch, committee.principal.accountId!))).toBe('NOT_FOUND');
      expect(await codeOf(reset(branch, strange))).toBe('FORBIDDEN');
      expect(
        await codeOf(reset(stage.caller(stage.principal(member, 'branch', ['directory:PERSON'])), strange)),
      ).toBe('FORBIDDEN');
      expect(await codeOf(reset(branch, 'no id'))).toBe('NOT_FOUND');
    },
  );

  rule(
    'DI-ACC-14',
    'a member who administers the branch counts as an administrator: no peer resets it',
    async () => {
      const member = await stage.account({
        name: '13812345678',
        organisation: 'branch',
        kind: 'PERSON',
        roles: ['directory:PERSON', ORG_ADMIN],
      });
      const branch = await stage.admin('branch');
      expect(await codeOf(reset(branch, member))).toBe('FORBIDDEN');
      await reset(await stage.admin('county'), member);
    },
  );

  rule(
    'PA-SY-01',
    'for poverty alleviation: strictly below, in the own region; a one-time password to be changed, sessions over, audited',
    async () => {
      const realms = ['POVERTY_ALLEVIATION'];
      const login = (password?: string) =>
        stage.login({
          loginName: 'branch001',
          realm: 'POVERTY_ALLEVIATION',
          module: 'POVERTY_ALLEVIATION',
          ...(password === undefined ? {} : { password }),
        });
      const [committee, county, neighbour] = [
        await stage.admin('committee', realms),
        await stage.admin('county', realms),
        await stage.admin('neighbour', realms),
      ];
      const id = await stage.account({ name: 'branch001', organisation: 'branch', realms });
      const peer = await stage.admin('otherBranch', realms);
      const township = stage.caller(stage.principal(id, 'branch'));
      const { refreshToken } = await login();
      // Neither a peer, nor the next county, nor oneself, nor anybody above.
      for (const [by, target] of [
        [peer, id],
        [township, id],
        [county, county.principal.accountId!],
      ] as const) {
        expect(await codeOf(reset(by, target))).toBe('FORBIDDEN');
      }
      expect(await codeOf(reset(neighbour, id))).toBe('NOT_FOUND');
      expect(await codeOf(reset(county, committee.principal.accountId!))).toBe('NOT_FOUND');
      expect(await stage.audit('PASSWORD_RESET')).toEqual([]);

      const { oneTimePassword } = await reset(county, id);
      expect(await codeOf(login())).toBe('LOGIN_FAILED');
      expect(await codeOf(stage.services.refreshing.refresh(refreshToken, '192.0.2.7'))).toBe(
        'REFRESH_INVALID',
      );
      // Until it is changed the account may do nothing else.
      expect(claimsOf((await login(oneTimePassword)).accessToken).pnd).toBe(true);
      const entries = await stage.audit('PASSWORD_RESET');
      expect(entries.map(({ target_id, account_id }) => [target_id, account_id])).toEqual([
        [id, county.principal.accountId],
      ]);
      expect(JSON.stringify(await stage.audit())).not.toContain(oneTimePassword);
    },
  );
});

describe('an account with several posts', () => {
  const post = (accountId: string, organisation: 'neighbour' | 'bureau' | 'branch', roles: string[]) =>
    stage.inService((tx) =>
      insertAppointment(
        tx,
        {
          accountId,
          organisationId: stage.organisations[organisation],
          ...{
            neighbour: { regionCode: '140214000000', regionLevel: 'COUNTY' as const },
            bureau: { regionCode: '140215000000', regionLevel: 'COUNTY' as const },
            branch: { regionCode: '140215100000', regionLevel: 'TOWNSHIP' as const },
          }[organisation],
          post: '兼职',
          roles,
          grantedBy: null,
          validFrom: '2026-01-01',
        },
        false,
      ),
    );

  rule(
    'DI-ACC-14',
    'is no ladder: who resets it could do nothing with it that they could not do before',
    async () => {
      const [county, committee] = [await stage.admin('county'), await stage.admin('committee')];
      const id = await stage.account({ name: 'branch001', organisation: 'branch' });
      await reset(county, id);
      await post(id, 'neighbour', [ORG_ADMIN]);
      expect(await codeOf(reset(county, id))).toBe('FORBIDDEN');
      await reset(committee, id);
      await post(id, 'bureau', ['directory:PERSON']);
      expect(await codeOf(reset(committee, id))).toBe('FORBIDDEN');
      await reset(stage.staff(), id);
      await post(id, 'branch', ['directory:AUDITOR']);
      expect(await codeOf(reset(stage.staff(), id))).toBe('FORBIDDEN');
    },
  );
});

describe('unlocking', () => {
  scenario('directory', 4, 'who lifts a lock early', async () => {
    const [county, branch, peer] = [
      await stage.admin('county'),
      await stage.admin('branch'),
      await stage.admin('otherBranch'),
    ];
    const member = await stage.account({ name: '13812345678', organisation: 'branch', kind: 'PERSON' });
    await lock(member, 'PARTY');
    const memberItself = stage.caller(stage.principal(member, 'branch', ['directory:PERSON']));
    expect(await codeOf(unlock(peer, member, 'PARTY'))).toBe('FORBIDDEN');
    expect(await codeOf(unlock(memberItself, member, 'PARTY'))).toBe('FORBIDDEN');
    expect(await codeOf(unlock(county, member, 'PARTY'))).toBe('FORBIDDEN');
    expect(await isLocked(member)).toBe(true);
    expect((await unlock(branch, member, 'PARTY')).wasLocked).toBe(true);
    expect((await stage.login({ loginName: '13812345678', ...memberLogin })).account.id).toBe(member);

    const branchId = branch.principal.accountId!;
    await lock(branchId, 'PARTY');
    expect(await codeOf(unlock(peer, branchId, 'PARTY'))).toBe('FORBIDDEN');
    expect(await codeOf(unlock(branch, branchId, 'PARTY'))).toBe('FORBIDDEN');
    expect(await codeOf(unlock(stage.staff(), branchId, 'PARTY'))).toBe('FORBIDDEN');
    expect((await unlock(county, branchId, 'PARTY')).wasLocked).toBe(true);
    expect((await stage.audit('ACCOUNT_UNLOCKED')).map(({ target_id }) => target_id)).toEqual([
      member,
      branchId,
    ]);
    expect((await stage.events('unlocked')).map(({ data }) => data.realm)).toEqual(['PARTY', 'PARTY']);

    const bureau = await stage.admin('bureau', ['RETIRED_CADRE']);
    const cadre = await stage.account({ name: 'unit001', organisation: 'unit', realms: ['RETIRED_CADRE'] });
    await lock(cadre, 'RETIRED_CADRE');
    expect(await codeOf(unlock(bureau, cadre, 'RETIRED_CADRE'))).toBe('FORBIDDEN');
    expect((await unlock(stage.staff(), cadre, 'RETIRED_CADRE')).wasLocked).toBe(true);
    expect((await unlock(stage.staff(), cadre, 'RETIRED_CADRE')).wasLocked).toBe(false);
  });
});
