import { rule, scenario } from '@junxian/test-kit';
import { claimsOf, codeOf, PASSWORD, refusalOf, type Stage, signInStage } from './sign-in.fixture';

let stage: Stage;
beforeAll(async () => {
  stage = await signInStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

const WRONG = 'Wrong-1234';
const wrong = async (loginName: string, times: number, input: object = {}) => {
  for (let index = 0; index < times; index += 1)
    await refusalOf(stage.login({ loginName, password: WRONG, ...input }));
};
const stateOf = async (accountId: string) =>
  (
    await stage.test.adminQuery<{ realm: string; failed_count: number; locked_until: Date | null }>(
      'SELECT realm, failed_count, locked_until FROM login_state WHERE account_id = $1',
      [accountId],
    )
  )[0];
const retired = { organisation: 'unit', realms: ['RETIRED_CADRE'] } as const;
const unitAccount = (name = 'unit001') => stage.account({ name, ...retired, realms: ['RETIRED_CADRE'] });

async function captcha(text = 'ab3DE') {
  const { id } = await stage.rooms.services.captchas.issue(stage.clock.now());
  return { id, text };
}
const backOffice = async (loginName: string, password = PASSWORD) =>
  stage.login({ loginName, password, realm: 'PARTY', module: 'PARTY_ADMIN', captcha: await captcha() });

describe('locks', () => {
  scenario('directory', 1, 'a five-hour lock ends at its exact instant', async () => {
    await unitAccount();
    await wrong('unit001', 4);
    expect(await codeOf(stage.login({ loginName: 'unit001', password: WRONG }))).toBe('ACCOUNT_LOCKED');
    stage.clock.set('2026-03-02T13:59:59+08:00');
    const refused = await refusalOf(stage.login({ loginName: 'unit001' }));
    expect(refused.code).toBe('ACCOUNT_LOCKED');
    expect(refused.text.zh).toContain('2026-03-02 14:00:00');
    stage.clock.set('2026-03-02T14:00:00+08:00');
    expect((await stage.login({ loginName: 'unit001' })).accessToken).toBeTruthy();
  });

  rule('DI-LOG-01', 'the lock of the fifth wrong login is announced and written down', async () => {
    const id = await unitAccount();
    await wrong('unit001', 5);
    expect((await stage.events('locked')).map(({ data, subject }) => ({ data, subject }))).toEqual([
      {
        subject: id,
        data: { accountId: id, organisationId: stage.organisations.unit, realm: 'RETIRED_CADRE' },
      },
    ]);
    expect((await stage.audit('SIGN_IN_FAILED')).length).toBe(5);
    expect((await stage.audit('ACCOUNT_LOCKED')).map(({ target_id }) => target_id)).toEqual([id]);
  });

  scenario(
    'directory',
    2,
    'a success resets the count; attempts during a lock leave it as it is',
    async () => {
      const id = await unitAccount();
      await wrong('unit001', 4);
      await stage.login({ loginName: 'unit001' });
      await wrong('unit001', 4);
      expect(await stateOf(id)).toMatchObject({ failed_count: 4, locked_until: null });
      await wrong('unit001', 1);
      const locked = await stateOf(id);
      stage.clock.advance(3_600_000);
      await wrong('unit001', 3);
      expect(await stateOf(id)).toEqual(locked);
    },
  );

  rule('DI-LOG-04', 'wrong logins at the same moment each count', async () => {
    const id = await unitAccount();
    const names = Array.from({ length: 8 }, (_, index) => `many00${index}`);
    for (const name of names) {
      await stage.account({ name, organisation: 'unit', realms: ['RETIRED_CADRE'], isExtra: true });
    }
    const twice = ['unit001', ...names].flatMap((loginName) => [loginName, loginName]);
    await Promise.all(twice.map((loginName) => refusalOf(stage.login({ loginName, password: WRONG }))));
    expect(
      await stage.test.adminQuery(
        'SELECT failed_count, count(*)::int AS accounts FROM login_state GROUP BY 1',
      ),
    ).toEqual([{ failed_count: 2, accounts: 9 }]);
    await refusalOf(stage.login({ loginName: 'unit001', password: WRONG }));
    const codes = await Promise.all(
      [1, 2, 3, 4, 5].map(() => codeOf(stage.login({ loginName: 'unit001', password: WRONG }))),
    );
    expect(codes.filter((code) => code === 'LOGIN_FAILED')).toHaveLength(1);
    expect(codes.filter((code) => code === 'ACCOUNT_LOCKED')).toHaveLength(4);
    expect((await stateOf(id))?.failed_count).toBe(5);
  });

  scenario('directory', 3, 'in PARTY the lock ends by itself after one hour', async () => {
    await stage.account({ name: 'branch001', organisation: 'branch' });
    stage.clock.set('2026-03-02T10:00:00+08:00');
    for (let index = 0; index < 5; index += 1) await refusalOf(backOffice('branch001', WRONG));
    stage.clock.set('2026-03-02T10:59:59+08:00');
    expect(await codeOf(backOffice('branch001'))).toBe('ACCOUNT_LOCKED');
    stage.clock.set('2026-03-02T11:00:00+08:00');
    expect((await backOffice('branch001')).account.loginName).toBe('branch001');
  });

  rule('DI-LOG-02', 'the seeded policies hold the figures of the catalogue', async () => {
    const rows = await stage.test.adminQuery(
      'SELECT realm, threshold, lock_minutes, superior_unlock, captcha_for_admins FROM realm_policy',
    );
    expect(rows).toEqual(
      expect.arrayContaining([
        {
          realm: 'RETIRED_CADRE',
          threshold: 5,
          lock_minutes: 300,
          superior_unlock: false,
          captcha_for_admins: false,
        },
        { realm: 'PARTY', threshold: 5, lock_minutes: 60, superior_unlock: true, captcha_for_admins: true },
        {
          realm: 'PROF_TECH',
          threshold: 5,
          lock_minutes: 60,
          superior_unlock: true,
          captcha_for_admins: false,
        },
      ]),
    );
  });

  scenario('directory', 5, 'locked in RETIRED_CADRE, the login to PARTY works', async () => {
    await stage.account({ name: 'both001', organisation: 'branch', realms: ['RETIRED_CADRE', 'PARTY'] });
    await wrong('both001', 5);
    expect(await codeOf(stage.login({ loginName: 'both001' }))).toBe('ACCOUNT_LOCKED');
    expect((await backOffice('both001')).account.loginName).toBe('both001');
  });

  rule('DI-LOG-05', 'a lock ends the sessions of its realm, and only those', async () => {
    await stage.account({ name: 'both001', organisation: 'branch', realms: ['RETIRED_CADRE', 'PARTY'] });
    const here = claimsOf((await stage.login({ loginName: 'both001' })).accessToken).sid;
    const party = claimsOf((await backOffice('both001')).accessToken).sid;
    await wrong('both001', 5);
    const open = await stage.test.adminQuery<{ id: string }>('SELECT id FROM session WHERE ended_at IS NULL');
    expect(open.map(({ id }) => id)).toEqual([party]);
    expect(await stage.test.adminQuery('SELECT kind, subject FROM revocation')).toEqual([
      { kind: 'SESSION', subject: here },
    ]);
  });
});

describe('names and passwords', () => {
  scenario('directory', 6, 'upper and lower case matter', async () => {
    const id = await unitAccount('tys001');
    expect(await codeOf(stage.login({ loginName: 'TYS001' }))).toBe('LOGIN_FAILED');
    expect(await stage.test.adminQuery('SELECT * FROM login_state')).toEqual([]);
    expect(await codeOf(stage.login({ loginName: 'tys001', password: PASSWORD.toUpperCase() }))).toBe(
      'LOGIN_FAILED',
    );
    expect((await stateOf(id))?.failed_count).toBe(1);
  });

  rule('DI-ACC-11', 'two accounts may differ in case alone', async () => {
    const lower = await unitAccount('tys001');
    const upper = await stage.account({
      name: 'TYS001',
      organisation: 'extranetUnit',
      realms: ['RETIRED_CADRE'],
    });
    expect((await stage.login({ loginName: 'TYS001' })).account.id).toBe(upper);
    expect((await stage.login({ loginName: 'tys001' })).account.id).toBe(lower);
  });

  rule(
    'DI-LOG-08',
    'an unknown account, a wrong password, a wrong realm and a wrong module are answered alike',
    async () => {
      await unitAccount();
      await stage.account({ name: 'branch001', organisation: 'branch' });
      const refusals = [
        await refusalOf(stage.login({ loginName: 'nobody001' })),
        await refusalOf(stage.login({ loginName: 'unit001', password: WRONG })),
        await refusalOf(stage.login({ loginName: 'branch001' })),
        await refusalOf(stage.login({ loginName: 'branch001', realm: 'PARTY', module: 'PARTY_APP' })),
      ];
      const seen = refusals.map(({ code, text, field, details, httpStatus }) => ({
        code,
        text,
        field,
        details,
        httpStatus,
      }));
      expect(seen).toEqual(seen.map(() => ({ ...seen[0], code: 'LOGIN_FAILED' })));
    },
  );

  rule('DI-LOG-08', 'an unknown account costs a hash like a known one', async () => {
    await unitAccount();
    const fits = jest.spyOn(stage.services.hasher, 'fits');
    await refusalOf(stage.login({ loginName: 'nobody001' }));
    await refusalOf(stage.login({ loginName: 'unit001', password: WRONG }));
    expect(fits.mock.calls).toEqual([
      [null, PASSWORD],
      [expect.stringMatching(/^\$argon2id\$/), WRONG],
    ]);
    fits.mockRestore();
    await expect(stage.services.hasher.fits(null, PASSWORD)).resolves.toBe(false);
  });

  rule(
    'DI-LOG-08',
    'a name that nobody has is locked like one that somebody has, so a lock tells nothing',
    async () => {
      await stage.account({ name: 'unitadmin', organisation: 'unit', realms: ['RETIRED_CADRE'] });
      const told = async (loginName: string) => {
        const answers: unknown[] = [];
        for (let attempt = 1; attempt <= 7; attempt += 1) {
          const { code, text, details } = await refusalOf(stage.login({ loginName, password: 'Wrong-1234' }));
          answers.push({ code, text, details });
          stage.clock.advance((attempt === 6 ? 300 : 1) * 60_000);
        }
        return answers;
      };
      const known = await told('unitadmin');
      await stage.clear();
      expect(await told('nobodyatall')).toEqual(known);
      expect(known.map((answer) => (answer as { code: string }).code)).toEqual([
        ...Array(4).fill('LOGIN_FAILED'),
        'ACCOUNT_LOCKED',
        'ACCOUNT_LOCKED',
        'LOGIN_FAILED',
      ]);
    },
  );

  it('a person is found by the blind index of the number, which is stored nowhere in plain', async () => {
    const id = await stage.account({ name: '13812345678', organisation: 'branch', kind: 'PERSON' });
    const signedIn = await stage.login({ loginName: '13812345678', realm: 'PARTY', module: 'PARTY_APP' });
    expect(signedIn.account.id).toBe(id);
    for (const table of ['account', 'session', 'login_attempt', 'audit_entry', 'outbox']) {
      const [row] = await stage.test.adminQuery<{ text: string }>(
        `SELECT coalesce(string_agg(t::text, ' '), '') AS text FROM ${table} t`,
      );
      const text = row!.text;
      expect(text).not.toContain('13812345678');
      expect(text).not.toContain(PASSWORD);
    }
  });

  it('a disabled account is told so only with the right password', async () => {
    await stage.account({ name: 'unit001', ...retired, realms: ['RETIRED_CADRE'], status: 'DISABLED' });
    expect(await codeOf(stage.login({ loginName: 'unit001', password: WRONG }))).toBe('LOGIN_FAILED');
    expect(await codeOf(stage.login({ loginName: 'unit001' }))).toBe('ACCOUNT_DISABLED');
  });

  it('without a valid appointment nobody signs in', async () => {
    await unitAccount();
    await stage.test.adminQuery(`UPDATE appointment SET valid_to = '2026-03-02'`);
    expect(await codeOf(stage.login({ loginName: 'unit001' }))).toBe('NO_APPOINTMENT');
  });
});

describe('captcha', () => {
  scenario(
    'directory',
    8,
    'an administrator without a captcha or with a used one is refused; nothing is counted',
    async () => {
      await stage.account({ name: 'branch001', organisation: 'branch' });
      const office = { loginName: 'branch001', realm: 'PARTY', module: 'PARTY_ADMIN' } as const;
      expect(await codeOf(stage.login(office))).toBe('CAPTCHA_REQUIRED');
      const used = await captcha();
      await stage.login({ ...office, captcha: used });
      expect(await codeOf(stage.login({ ...office, captcha: used }))).toBe('CAPTCHA_WRONG');
      expect(await codeOf(stage.login({ ...office, password: WRONG, captcha: await captcha('xxxxx') }))).toBe(
        'CAPTCHA_WRONG',
      );
      expect(
        await stage.test.adminQuery('SELECT failed_count FROM login_state WHERE failed_count > 0'),
      ).toEqual([]);
    },
  );

  rule(
    'DI-LOG-06',
    'a captcha is good once, right or wrong, for two minutes, and of two at once for one',
    async () => {
      await stage.account({ name: 'branch001', organisation: 'branch' });
      const office = { loginName: 'branch001', realm: 'PARTY', module: 'PARTY_ADMIN' } as const;
      const guessed = await captcha('xxxxx');
      await refusalOf(stage.login({ ...office, captcha: guessed }));
      expect(await codeOf(stage.login({ ...office, captcha: { ...guessed, text: 'aB3dE' } }))).toBe(
        'CAPTCHA_WRONG',
      );
      const late = await captcha();
      stage.clock.advance(120_000);
      expect(await codeOf(stage.login({ ...office, captcha: late }))).toBe('CAPTCHA_WRONG');
      const shared = await captcha();
      const outcomes = await Promise.allSettled(
        [1, 2].map(() => stage.login({ ...office, captcha: shared })),
      );
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await codeOf(stage.login({ ...office, captcha: { id: 'no uuid', text: 'x' } }))).toBe(
        'CAPTCHA_WRONG',
      );
    },
  );
});

describe('the session that is opened', () => {
  rule('DI-ACC-13', 'the first entry to FIVE_REGISTERS synchronises the account, once', async () => {
    const id = await unitAccount();
    const syncedAt = async () =>
      (await stage.test.adminQuery<{ at: Date | null }>('SELECT account_synced_at AS at FROM account'))[0]!
        .at;
    await stage.login({ loginName: 'unit001', module: 'BASIC_INFO' });
    expect(await syncedAt()).toBeNull();
    const first = stage.clock.now();
    await stage.login({ loginName: 'unit001' });
    stage.clock.advance(60_000);
    await stage.login({ loginName: 'unit001' });
    expect(await syncedAt()).toEqual(first);
    expect((await stage.events('synchronised')).map(({ subject }) => subject)).toEqual([id]);
  });

  rule('DI-ACC-08', 'the token of an account that must activate carries no role and says so', async () => {
    await stage.account({
      name: 'unit001',
      ...retired,
      realms: ['RETIRED_CADRE'],
      status: 'PENDING_ACTIVATION',
    });
    const claims = claimsOf((await stage.login({ loginName: 'unit001' })).accessToken);
    expect(claims).toMatchObject({ pnd: true, roles: [] });
  });

  it('acts for the primary appointment, ten minutes at most', async () => {
    const id = await unitAccount();
    const signedIn = await stage.login({ loginName: 'unit001', operatorName: ' 王芳 ' });
    const claims = claimsOf(signedIn.accessToken);
    expect(claims).toMatchObject({
      iss: 'junxian-directory',
      aud: 'junxian',
      sub: id,
      org: stage.organisations.unit,
      reg: '140215000000',
      lvl: 'COUNTY',
      roles: ['directory:ORG_ADMIN'],
      opn: '王芳',
      knd: 'OFFICER',
      pnd: false,
      apt: signedIn.appointment!.id,
    });
    expect(claims.exp! - Math.floor(claims.iat!)).toBe(600);
    expect(signedIn.accessTokenExpiresAt).toEqual(new Date('2026-03-02T09:10:00+08:00'));
  });

  rule('DI-SES-04', 'the audit entry of a login names who sat at the shared account', async () => {
    await unitAccount();
    await stage.login({ loginName: 'unit001', operatorName: '王芳' });
    await refusalOf(stage.login({ loginName: 'unit001', operatorName: '李强', password: WRONG }));
    expect(
      (await stage.audit())
        .filter(({ action }) => /SIGN/.test(action) && action !== 'SIGNING_KEY_ROTATED')
        .map(({ action, operator_name }) => [action, operator_name]),
    ).toEqual([
      ['SIGNED_IN', '王芳'],
      ['SIGN_IN_FAILED', '李强'],
    ]);
  });

  rule('DI-SES-06', 'a VPN login that asks to stay signed in is refused', async () => {
    await unitAccount();
    expect(await codeOf(stage.login({ loginName: 'unit001', channel: 'VPN', keepSignedIn: true }))).toBe(
      'AUTO_LOGIN_NOT_OFFERED',
    );
    const kept = await stage.login({ loginName: 'unit001', channel: 'INTERNET', keepSignedIn: true });
    const [session] = await stage.test.adminQuery<{ kept: boolean; hours: number }>(
      'SELECT kept, extract(epoch FROM expires_at - started_at)::int / 3600 AS hours FROM session WHERE id = $1',
      [claimsOf(kept.accessToken).sid],
    );
    expect(session).toEqual({ kept: true, hours: 720 });
  });
});
