import { randomUUID } from 'node:crypto';
import { rule, scenario } from '@junxian/test-kit';
import { faultsOf, NUMBERS, openPublicStage, PASSWORD, type PublicStage } from './public-stage.fixture';

let stage: PublicStage;
beforeAll(async () => {
  stage = await openPublicStage();
});
beforeEach(async () => {
  stage.police.answers('MATCH');
  stage.police.asked.length = 0;
  stage.directory.calls.length = 0;
  stage.directory.accounts.clear();
  await stage.store.adminQuery(
    'DELETE FROM public_account; DELETE FROM account_registration; DELETE FROM public_attempt',
  );
});
afterAll(() => stage?.close());

const profiles = () => stage.store.adminQuery('SELECT * FROM public_account');
/** Accounts that could sign in and act. */
const able = () => [...stage.directory.accounts.values()].filter(({ status }) => status === 'ACTIVE');
const nobody = async () => {
  expect(await profiles()).toEqual([]);
  expect(stage.directory.accounts.size).toBe(0);
};

describe('who registers', () => {
  scenario('petitions', 1, 'a form with all three addresses empty is refused', async () => {
    const answer = await stage.register({ usualAddress: '' });
    expect(faultsOf(answer)).toEqual([{ code: 'ADDRESS_REQUIRED', field: 'householdAddress' }]);
    await nobody();
    expect(stage.directory.calls).toEqual([]);
  });

  scenario(
    'petitions',
    2,
    'a resident of Shandong whom the interface does not confirm has no account',
    async () => {
      stage.police.answers('NO_MATCH');
      // The catalogue's own number has a wrong check character; the interface is not even asked.
      expect(faultsOf(await stage.register({ idNumber: '370102198001011234' }))).toEqual([
        { code: 'INVALID_ID', field: 'idNumber' },
      ]);
      expect(stage.police.asked).toEqual([]);
      expect(faultsOf(await stage.register({ idNumber: NUMBERS.shandong }))).toEqual([
        { code: 'IDENTITY_NOT_CONFIRMED', field: 'idNumber' },
      ]);
      expect(stage.police.asked).toEqual([{ name: '张三', idNumber: NUMBERS.shandong }]);
      await nobody();
    },
  );

  rule('PT-PUB-03', 'a resident of Shandong is confirmed once, and then has an account', async () => {
    expect((await stage.register({ idNumber: NUMBERS.shandong })).errors).toBeUndefined();
    expect(stage.police.asked).toHaveLength(1);
    expect(await profiles()).toMatchObject([{ identity_verified_at: stage.store.clock.now() }]);
    expect(able()).toHaveLength(1);
  });

  scenario('petitions', 3, 'a resident of elsewhere is never asked about', async () => {
    const { data } = await stage.register({ username: 'beijinger', idNumber: NUMBERS.beijing });
    expect(data!.registerAccount.username).toBe('beijinger');
    expect(stage.police.asked).toEqual([]);
    expect(await profiles()).toMatchObject([{ username: 'beijinger', identity_verified_at: null }]);
    expect(able()).toHaveLength(1);
  });

  scenario('petitions', 4, 'nor a passport holder or an anonymous applicant', async () => {
    const passport = { idType: 'PASSPORT', idNumber: '37E123456', sex: 'FEMALE' };
    expect((await stage.register(passport)).errors).toBeUndefined();
    expect((await stage.register({ anonymous: true, idNumber: NUMBERS.shandong })).errors).toBeUndefined();
    expect(stage.police.asked).toEqual([]);
    expect(able()).toHaveLength(2);
  });

  rule(
    'PT-PUB-05',
    'an interface that fails in whatever way lets nobody in and asks to come back',
    async () => {
      for (const answer of ['SILENCE', 'ERROR', 'NONSENSE', 'REDIRECT'] as const) {
        stage.police.answers(answer);
        const { errors } = await stage.register({ idNumber: NUMBERS.shandong });
        expect(errors![0]!.extensions).toMatchObject({
          code: 'IDENTITY_CHECK_UNAVAILABLE',
          details: { retryable: true },
        });
      }
      await nobody();
      // No captcha was used up for it.
      expect(stage.directory.calls).toEqual([]);
    },
  );

  rule(['PT-PUB-01', 'PT-PUB-02'], 'is told all faults together, with field and text', async () => {
    const answer = await stage.register(
      { termsAccepted: false, usualAddress: null, mobile: '1', name: '' },
      { captcha: null },
    );
    expect(faultsOf(answer)).toEqual([
      { code: 'TERMS_NOT_ACCEPTED', field: 'termsAccepted' },
      { code: 'ADDRESS_REQUIRED', field: 'householdAddress' },
      { code: 'INVALID_PHONE', field: 'mobile' },
      { code: 'FIELD_REQUIRED', field: 'name' },
      { code: 'CAPTCHA_REQUIRED', field: 'captcha' },
    ]);
    await nobody();
  });

  rule('PT-PUB-10', 'a captcha counts once, and a wrong one stores nothing', async () => {
    const captcha = stage.directory.captcha();
    expect(faultsOf(await stage.register({}, { captcha: { ...captcha, text: 'wrong' } }))).toEqual([
      { code: 'CAPTCHA_WRONG', field: 'captcha' },
    ]);
    expect(faultsOf(await stage.register({}, { captcha }))).toEqual([
      { code: 'CAPTCHA_WRONG', field: 'captcha' },
    ]);
    await nobody();
    expect(await stage.store.adminQuery('SELECT * FROM account_registration')).toEqual([]);
  });

  it('learns what the directory says of name and password', async () => {
    expect(faultsOf(await stage.register({ password: 'short' }))).toEqual([
      { code: 'PASSWORD_TOO_SHORT', field: 'password' },
    ]);
    await stage.register({ username: 'taken' });
    expect(faultsOf(await stage.register({ username: 'taken' }))).toEqual([
      { code: 'USERNAME_TAKEN', field: 'username' },
    ]);
    expect(await profiles()).toHaveLength(1);
  });

  it('is slowed down, per address', async () => {
    const ip = '203.0.113.9';
    const answers = [];
    for (let index = 0; index < 21; index += 1) answers.push(await stage.register({}, { ip }));
    expect(answers.slice(0, 20).every(({ errors }) => errors === undefined)).toBe(true);
    expect(answers[20]!.errors![0]!.extensions).toMatchObject({
      code: 'RATE_LIMITED',
      details: { retryAfterSeconds: 3600 },
    });
    expect((await stage.register()).errors).toBeUndefined();
  });
});

describe('what is kept', () => {
  rule('PT-PUB-06', 'of an anonymous account nothing that tells who it is', async () => {
    await stage.register({
      anonymous: true,
      name: '李四匿',
      idNumber: NUMBERS.other,
      sex: 'MALE',
      employer: '某匿名厂',
      email: 'li@four.cn',
    });
    const [profile] = await profiles();
    const kept = Object.entries(profile!).filter(([, value]) => value !== null);
    expect(kept.map(([column]) => column).sort()).toEqual(
      [
        ...[
          'id',
          'account_id',
          'username',
          'anonymous',
          'usual_address',
          'usual_region_code',
          'mobile_sealed',
        ],
        ...['terms_accepted_at', 'activated_at', 'created_at', 'updated_at', 'version'],
      ].sort(),
    );
    expect([...stage.directory.accounts.values()]).toMatchObject([{ citizenId: null }]);
    expect(await everything()).not.toMatch(/李四匿|某匿名厂|li@four|37010219900307851/);
  });

  it('never the password, nor a number in plain; nor is the password logged, whatever fails', async () => {
    stage.failWrite(3);
    expect(faultsOf(await stage.register())).toEqual([{ code: 'INTERNAL' }]);
    expect(stage.logged.join()).toContain('the process died');
    expect(stage.logged.join()).not.toContain(PASSWORD);
    await stage.register({ idNumber: NUMBERS.shandong, mobile: '13912345678', phone: '0531-87654321' });
    const stored = await everything();
    expect(stored).toContain('张三');
    for (const secret of [PASSWORD, NUMBERS.shandong, '13912345678', '87654321'])
      expect(stored).not.toContain(secret);
  });
});

describe('a registration that breaks off', () => {
  const STEPS: [string, () => void][] = [
    ['the captcha is not redeemed', () => stage.directory.breakNext('redeem', 'before')],
    ['the captcha is redeemed and the answer lost', () => stage.directory.breakNext('redeem', 'after')],
    // The first write counts the attempt.
    ['passing it is not written down', () => stage.failWrite(2)],
    ['no account is opened', () => stage.directory.breakNext('create', 'before')],
    ['an account is opened and the answer lost', () => stage.directory.breakNext('create', 'after')],
    ['the profile is not stored', () => stage.failWrite(3)],
    ['it is not activated', () => stage.directory.breakNext('activate', 'before')],
    ['it is activated and the answer lost', () => stage.directory.breakNext('activate', 'after')],
    ['the activation is not written down', () => stage.failWrite(4)],
  ];

  it.each(STEPS)(
    'when %s: no login without a profile, and a retry with the same key completes it',
    async (_, breakIt) => {
      const key = randomUUID();
      const form = { username: 'steadfast', idNumber: NUMBERS.shandong };
      breakIt();
      const broken = await stage.register(form, { key });
      expect(['SERVICE_UNAVAILABLE', 'INTERNAL']).toContain(faultsOf(broken)[0]!.code);
      if (able().length > 0) expect(await profiles()).toHaveLength(1);

      const again = await stage.register(form, { key });
      expect(again.errors).toBeUndefined();
      expect(again.data!.registerAccount.username).toBe('steadfast');
      const [account, ...others] = [...stage.directory.accounts.entries()];
      expect(others).toEqual([]);
      expect(account![1].status).toBe('ACTIVE');
      expect(await profiles()).toMatchObject([
        { account_id: account![0], id: account![1].profileId, activated_at: expect.any(Date) },
      ]);
    },
  );

  it('asks for no second captcha and no second check once both were passed', async () => {
    const key = randomUUID();
    stage.directory.breakNext('create', 'before');
    await stage.register({ username: 'steadfast', idNumber: NUMBERS.shandong }, { key });
    const spent = { id: randomUUID(), text: 'spent' };
    const again = await stage.register(
      { username: 'steadfast', idNumber: NUMBERS.shandong },
      { key, captcha: spent },
    );
    expect(again.errors).toBeUndefined();
    expect(stage.police.asked).toHaveLength(1);
    expect(stage.directory.calls.filter((step) => step === 'redeem')).toHaveLength(1);
  });

  it('takes its key for one content only', async () => {
    const key = randomUUID();
    await stage.register({ username: 'steadfast' }, { key });
    expect(faultsOf(await stage.register({ username: 'other' }, { key }))).toEqual([
      { code: 'IDEMPOTENCY_KEY_REUSED', field: 'clientMutationKey' },
    ]);
    expect(faultsOf(await stage.register({}, { key: 'no key' }))).toEqual([
      { code: 'INVALID_INPUT', field: 'clientMutationKey' },
    ]);
    expect(await profiles()).toHaveLength(1);
  });

  it('is one registration when it is sent twice at once', async () => {
    const key = randomUUID();
    const outcomes = await Promise.all([
      stage.register({ username: 'twice' }, { key }),
      stage.register({ username: 'twice' }, { key }),
    ]);
    expect(outcomes.every(({ errors }) => errors === undefined)).toBe(true);
    expect(await profiles()).toHaveLength(1);
    expect(able()).toHaveLength(1);
  });

  it('is completed by the upkeep, or vanishes once the directory has given it up', async () => {
    stage.directory.breakNext('activate', 'before');
    await stage.register({ username: 'late' });
    stage.directory.breakNext('activate', 'before');
    await stage.register({ username: 'lost' });
    const { accounts } = stage.directory;
    for (const [id, { username }] of accounts) if (username === 'lost') accounts.delete(id);
    const { accountRegistration } = stage.store.services;
    expect(await accountRegistration.tidyUp()).toEqual({ completed: 0, removed: 0 });
    stage.store.clock.advance(11 * 60_000);
    expect(await accountRegistration.tidyUp()).toEqual({ completed: 1, removed: 1 });
    expect(await profiles()).toMatchObject([{ username: 'late', activated_at: expect.any(Date) }]);
    expect(able()).toMatchObject([{ username: 'late' }]);
    stage.store.clock.advance(24 * 3_600_000);
    await accountRegistration.tidyUp();
    const left = await stage.store.adminQuery(
      'SELECT key_index AS key FROM account_registration UNION ALL SELECT key FROM public_attempt',
    );
    expect(left).toEqual([]);
    expect(await profiles()).toHaveLength(1);
  });
});

/** Every text of every table, as one. */
async function everything(): Promise<string> {
  const tables = await stage.store.adminQuery<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')`,
  );
  let text = '';
  for (const { name } of tables) {
    const rows = await stage.store.adminQuery<{ row: string }>(`SELECT t::text AS row FROM "${name}" t`);
    text += rows.map(({ row }) => row).join('\n');
  }
  return text;
}
