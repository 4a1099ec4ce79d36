import { countStatements, rule, scenario } from '@junxian/test-kit';
import { systemActor } from '../audit/audit.service';
import { purgeSignInLeftovers } from '../sessions/upkeep';
import {
  codeOf,
  OWN_PASSWORD,
  PASSWORD,
  refusalOf,
  type Stage,
  signInStage,
} from '../sign-in/sign-in.fixture';
import { citizen, enter, MOBILE } from './public-accounts.fixture';

const UNKNOWN = '13999999999';
const IP = '192.0.2.7';
let stage: Stage;
beforeAll(async () => {
  stage = await signInStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

/** Messages leave after the commit, and nobody waits for them. */
const sentTo = (mobile: string) => stage.messages.filter((message) => message.mobile === mobile);
const lastCode = () => /验证码是 (\d{6})/.exec(stage.messages.at(-1)?.text ?? '')?.[1] ?? '';
const wrongCode = () => (lastCode() === '000000' ? '111111' : '000000');

async function request(mobile = MOBILE, text = 'aB3dE') {
  const { id } = await stage.services.captchas.issue(stage.clock.now());
  await stage.services.resetting.requestCode(mobile, { id, text }, IP);
  await new Promise(setImmediate);
}
const reset = (code = lastCode(), over: object = {}) =>
  stage.services.resetting.reset({ mobile: MOBILE, code, newPassword: OWN_PASSWORD, ...over }, IP);

describe('a forgotten password', () => {
  scenario('petitions', 6, 'the right code of 10:00, used at 10:06, has expired', async () => {
    await citizen(stage);
    stage.clock.set('2026-03-02T10:00:00+08:00');
    await request();
    stage.clock.set('2026-03-02T10:06:00+08:00');
    expect(await codeOf(reset())).toBe('CODE_EXPIRED');
    expect(await codeOf(enter(stage, { password: OWN_PASSWORD }))).toBe('LOGIN_FAILED');
    await request();
    await reset();
    expect((await enter(stage, { password: OWN_PASSWORD })).accessToken).toBeTruthy();
  });

  rule(
    'PT-PUB-08',
    'is replaced by a code to the phone: six digits; sessions end, a lock is lifted',
    async () => {
      const id = await citizen(stage);
      const { refreshToken } = await enter(stage);
      for (let time = 0; time < 5; time += 1) await refusalOf(enter(stage, { password: 'Wrong-1234' }));
      expect(await codeOf(enter(stage))).toBe('ACCOUNT_LOCKED');
      await request();
      expect(sentTo(MOBILE)).toHaveLength(1);
      expect(lastCode()).toMatch(/^\d{6}$/);
      await reset();
      expect(await codeOf(stage.services.refreshing.refresh(refreshToken, IP))).toBe('REFRESH_INVALID');
      expect(await codeOf(enter(stage))).toBe('LOGIN_FAILED');
      expect((await enter(stage, { password: OWN_PASSWORD })).account.id).toBe(id);
      // Used up.
      expect(await codeOf(reset())).toBe('CODE_WRONG');
      const audited = JSON.stringify(await stage.audit());
      for (const secret of [MOBILE, lastCode(), OWN_PASSWORD]) expect(audited).not.toContain(secret);
    },
  );

  rule('PT-PUB-08', 'five wrong codes use the code up; tries at the same moment each count', async () => {
    await citizen(stage);
    await request();
    const codes = await Promise.all(Array.from({ length: 4 }, () => codeOf(reset(wrongCode()))));
    expect(codes).toEqual(Array(4).fill('CODE_WRONG'));
    // A password that is refused costs no try: the phone is in the right hand.
    expect(await codeOf(reset(lastCode(), { newPassword: 'short' }))).toBe('PASSWORD_LENGTH');
    expect(await codeOf(reset(wrongCode()))).toBe('CODE_WRONG');
    expect(await codeOf(reset())).toBe('CODE_WRONG');
    await request();
    await reset();
  });

  rule('PT-PUB-08', 'a new code takes the place of the one before', async () => {
    await citizen(stage);
    await request();
    const first = lastCode();
    await request();
    if (first !== lastCode()) expect(await codeOf(reset(first))).toBe('CODE_WRONG');
    await reset();
  });

  rule('PT-PUB-08', 'a number without an account gets the same answers, and no message', async () => {
    await citizen(stage);
    await stage.services.publicAccounts.open(
      'key',
      { username: 'notready', password: PASSWORD, mobile: UNKNOWN, citizenId: null, profileId: 'p' },
      systemActor(),
    );
    const cost = async (work: () => Promise<unknown>) =>
      (await countStatements(stage.test.database, work)).statements;
    expect(await cost(() => request(MOBILE))).toBe(await cost(() => request(UNKNOWN)));
    expect(sentTo(MOBILE)).toHaveLength(1);
    expect(sentTo(UNKNOWN)).toEqual([]);
    const guess = (mobile: string) => () => codeOf(reset(wrongCode(), { mobile }));
    expect(await cost(guess(MOBILE))).toBe(await cost(guess(UNKNOWN)));
    const told = async (mobile: string) => {
      const refusal = await refusalOf(reset(wrongCode(), { mobile }));
      return [refusal.code, refusal.text, refusal.field, refusal.details];
    };
    expect(await told(UNKNOWN)).toEqual(await told(MOBILE));
    // Nor does what is kept differ, but for the number itself.
    expect(await stage.test.adminQuery('SELECT wrong_tries FROM public_reset_code')).toEqual([
      { wrong_tries: 2 },
      { wrong_tries: 2 },
    ]);
    expect((await stage.audit('PASSWORD_FORGOTTEN')).map(({ after }) => after)).toEqual([
      { realm: 'PUBLIC' },
      { realm: 'PUBLIC' },
    ]);
    stage.clock.advance(360_000);
    expect(await told(UNKNOWN)).toEqual(await told(MOBILE));
  });

  rule(
    'PT-PUB-08',
    'several accounts at one number: who has the code chooses, and it stays good meanwhile',
    async () => {
      await citizen(stage);
      const second = await citizen(stage, { username: 'zhanger' });
      await request();
      expect(sentTo(MOBILE)).toHaveLength(1);
      expect((await refusalOf(reset(wrongCode()))).details).toBeUndefined();
      for (const loginName of [undefined, null, '', 'somebody'])
        expect(await refusalOf(reset(lastCode(), { loginName }))).toMatchObject({
          code: 'CHOOSE_ACCOUNT',
          field: 'loginName',
          details: { loginNames: ['zhanger', 'zhangsan'] },
        });
      await reset(lastCode(), { loginName: 'zhanger' });
      expect((await enter(stage, { loginName: 'zhanger', password: OWN_PASSWORD })).account.id).toBe(second);
      expect((await enter(stage)).accessToken).toBeTruthy();
    },
  );

  rule('PT-PUB-08', 'a changed number takes its code along: the old one opens nothing any more', async () => {
    const id = await citizen(stage);
    await request();
    await stage.services.publicAccounts.changeMobile(id, '138 1234 5679', systemActor());
    expect(await codeOf(reset())).toBe('CODE_WRONG');
    await request('13812345679');
    await reset(lastCode(), { mobile: '13812345679' });
    expect((await stage.audit('ACCOUNT_CHANGED')).map(({ after }) => after)).toEqual([
      { changed: ['contact'] },
    ]);
  });

  rule('PT-PUB-08', 'codes and tries are limited for a number, and for an address', async () => {
    await citizen(stage);
    for (let time = 0; time < 5; time += 1) await request();
    expect(await codeOf(request())).toBe('RATE_LIMITED');
    expect(await codeOf(request('+86 138 1234 5678'))).toBe('RATE_LIMITED');
    await request(UNKNOWN);
    for (let time = 0; time < 20; time += 1) await refusalOf(reset(wrongCode()));
    expect(await codeOf(reset())).toBe('RATE_LIMITED');
    const others = Array.from({ length: 60 }, (_, index) => `139000000${String(index).padStart(2, '0')}`);
    const codes: string[] = [];
    for (const mobile of others) codes.push(await codeOf(reset('000000', { mobile })));
    expect([codes[0], codes.at(-1)]).toEqual(['CODE_WRONG', 'RATE_LIMITED']);
  });

  it('works for citizens only: a member’s number is no citizen’s', async () => {
    await stage.account({ name: MOBILE, organisation: 'branch', kind: 'PERSON' });
    await request();
    expect(stage.messages).toEqual([]);
    expect(await codeOf(request('110'))).toBe('INVALID_PHONE');
    expect(await codeOf(reset('000000', { mobile: '110' }))).toBe('INVALID_PHONE');
  });

  it('codes are forgotten an hour after their end', async () => {
    await request();
    stage.clock.advance(3_600_000);
    await purgeSignInLeftovers(stage.test.database, stage.clock);
    expect(await stage.test.adminQuery('SELECT FROM public_reset_code')).toHaveLength(1);
    stage.clock.advance(300_000);
    await purgeSignInLeftovers(stage.test.database, stage.clock);
    expect(await stage.test.adminQuery('SELECT FROM public_reset_code')).toEqual([]);
  });
});

describe('asking for a code', () => {
  rule(
    'PT-PUB-10',
    'a wrong captcha stores nothing, sends nothing and uses nothing up but itself',
    async () => {
      await citizen(stage);
      await stage.test.adminQuery('TRUNCATE login_attempt');
      for (let time = 0; time < 8; time += 1)
        expect(await codeOf(request(MOBILE, 'wrong'))).toBe('CAPTCHA_WRONG');
      expect(await stage.test.adminQuery('SELECT FROM public_reset_code')).toEqual([]);
      expect(await stage.audit('PASSWORD_FORGOTTEN')).toEqual([]);
      expect(stage.messages).toEqual([]);
      await request();
      expect(sentTo(MOBILE)).toHaveLength(1);
    },
  );
});
