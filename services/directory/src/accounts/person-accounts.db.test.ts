import { citizenNumberCheckCharacter } from '@junxian/identity';
import { rule } from '@junxian/test-kit';
import type { Caller } from '../caller';
import {
  claimsOf,
  codeOf,
  OWN_PASSWORD,
  refusalOf,
  type Stage,
  signInStage,
} from '../sign-in/sign-in.fixture';

let stage: Stage;
beforeAll(async () => {
  stage = await signInStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

const memberLogin = { realm: 'PARTY', module: 'PARTY_APP' } as const;

const idNumber = (first17: string) => first17 + citizenNumberCheckCharacter(first17);
const OLD = idNumber('14021519600303123');
const YOUNG = idNumber('14021519960303123');

describe('person accounts', () => {
  const open = (
    by: Caller,
    input: { idNumber: string; mobile?: string; landline?: string },
    organisation: keyof Stage['organisations'] = 'branch',
  ) =>
    stage.as(by, (tx) =>
      stage.services.personAccounts.open(tx, by, {
        organisationId: stage.organisations[organisation],
        realName: '王芳',
        ...input,
      }),
    );

  rule(
    'DI-ACC-12',
    'mobile, landline or, from 50 on without a phone, the last 11 of the ID number sign in',
    async () => {
      const branch = await stage.admin('branch');
      const opened = await open(branch, { idNumber: YOUNG, mobile: '13812345678' });
      expect(opened.loginName).toBe('13812345678');
      expect(
        claimsOf(
          (await stage.login({ loginName: '13812345678', password: opened.oneTimePassword, ...memberLogin }))
            .accessToken,
        ).pnd,
      ).toBe(true);
      const old = await open(branch, { idNumber: OLD });
      expect(old.loginName).toBe(OLD.slice(-11));
      expect(
        (await stage.login({ loginName: OLD.slice(-11), password: old.oneTimePassword, ...memberLogin }))
          .account.id,
      ).toBe(old.account.id);
      const other = idNumber('14021519970303123');
      expect(await codeOf(open(branch, { idNumber: other }))).toBe('PHONE_REQUIRED');
      expect((await open(branch, { idNumber: other, landline: '0352-2345678' })).loginName).toBe(
        '03522345678',
      );
      expect(
        await codeOf(
          open(branch, {
            idNumber: `${OLD.slice(0, 17)}${OLD.endsWith('0') ? '1' : '0'}`,
            mobile: '13912345678',
          }),
        ),
      ).toBe('INVALID_ID');
    },
  );

  rule(
    'DI-ACC-12',
    'a name that another account holds is refused with the holding organisation, also beyond the caller’s region',
    async () => {
      await open(await stage.admin('branch'), { idNumber: YOUNG, mobile: '13812345678' });
      const neighbour = await stage.admin('neighbour');
      const byNumber = await refusalOf(
        open(neighbour, { idNumber: OLD, mobile: '13812345678' }, 'neighbour'),
      );
      expect([byNumber.code, byNumber.details]).toEqual(['LOGIN_NAME_TAKEN', { organisation: '示例branch' }]);
      const byPerson = await refusalOf(
        open(neighbour, { idNumber: YOUNG, mobile: '13912345678' }, 'neighbour'),
      );
      expect([byPerson.code, byPerson.text.zh.includes('示例branch')]).toEqual(['LOGIN_NAME_TAKEN', true]);
    },
  );

  rule('DI-ACC-12', 'of two openings of one number at once one succeeds', async () => {
    const branch = await stage.admin('branch');
    const county = await stage.admin('county');
    const outcomes = await Promise.allSettled([
      open(branch, { idNumber: YOUNG, mobile: '13812345678' }),
      open(county, { idNumber: OLD, mobile: '13812345678' }, 'otherBranch'),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(refused.reason.details.organisation).toMatch(/^示例(branch|otherBranch)$/);
  });

  it('only the branch itself and its superiors open one', async () => {
    expect(
      await codeOf(open(await stage.admin('otherBranch'), { idNumber: YOUNG, mobile: '13812345678' })),
    ).toBe('FORBIDDEN');
    expect(
      (await open(await stage.admin('committee'), { idNumber: YOUNG, mobile: '13812345678' })).account.kind,
    ).toBe('PERSON');
  });

  it('a member the register announced waits for the branch, is completed once, and moves when transferred', async () => {
    const citizenId = stage.services.personalData.citizenId(YOUNG);
    const follow = (organisation: keyof Stage['organisations']) =>
      stage.inService((tx) =>
        stage.services.personAccounts.followMember(
          tx,
          { citizenId, organisationId: stage.organisations[organisation] },
          stage.clock,
        ),
      );
    const waiting = await follow('branch');
    expect((await follow('branch')).id).toBe(waiting.id);
    const branch = await stage.admin('branch');
    const opened = await open(branch, { idNumber: YOUNG, mobile: '13812345678' });
    expect(opened.account.id).toBe(waiting.id);
    expect((await follow('neighbour')).organisationId).toBe(stage.organisations.neighbour);
    expect(
      (await stage.login({ loginName: '13812345678', password: opened.oneTimePassword, ...memberLogin }))
        .appointment!.organisationId,
    ).toBe(stage.organisations.neighbour);
    expect(await stage.test.adminQuery(`SELECT id FROM account WHERE kind = 'PERSON'`)).toHaveLength(1);
  });

  it('a branch is not handed the password of a waiting account that has a post beyond it', async () => {
    const { id } = await stage.inService((tx) =>
      stage.services.personAccounts.followMember(
        tx,
        {
          citizenId: stage.services.personalData.citizenId(YOUNG),
          organisationId: stage.organisations.branch,
        },
        stage.clock,
      ),
    );
    await stage.test.adminQuery(
      `INSERT INTO appointment (account_id, organisation_id, region_code, region_level, post, is_primary, valid_from)
       VALUES ($1, $2, '140200000000', 'CITY', '兼职', false, '2026-01-01')`,
      [id, stage.organisations.committee],
    );
    const branch = await stage.admin('branch');
    expect(await codeOf(open(branch, { idNumber: YOUNG, mobile: '13812345678' }))).toBe('FORBIDDEN');
  });
});

describe('forgotten passwords', () => {
  const member = () => stage.account({ name: '13812345678', organisation: 'branch', kind: 'PERSON' });
  const sentCode = () => /验证码是 (\d{6})/.exec(stage.messages.at(-1)?.text ?? '')?.[1] ?? '';
  const request = (loginName: string) => stage.services.forgotPassword.request(loginName, '192.0.2.7');
  const redeem = (code: string, newPassword = OWN_PASSWORD, loginName = '13812345678') =>
    stage.services.forgotPassword.redeem({ loginName, code, newPassword }, '192.0.2.7');

  rule(
    'DI-ACC-15',
    'a member gets a code by mobile, sets a new password with it once, and all sessions end',
    async () => {
      const id = await member();
      const { refreshToken } = await stage.login({ loginName: '13812345678', ...memberLogin });
      expect(await request('13812345678')).toBe('ENTER_CODE');
      expect(stage.messages.map(({ mobile }) => mobile)).toEqual(['13812345678']);
      const code = sentCode();
      expect(await codeOf(redeem(code, 'abc12345'))).toBe('PASSWORD_NEEDS_SYMBOL');
      await redeem(code);
      expect(await codeOf(redeem(code, 'Other-1234'))).toBe('CODE_WRONG');
      expect(await codeOf(stage.services.refreshing.refresh(refreshToken, 'ip'))).toBe('REFRESH_INVALID');
      expect(
        (await stage.login({ loginName: '13812345678', password: OWN_PASSWORD, ...memberLogin })).account.id,
      ).toBe(id);
      expect(JSON.stringify([await stage.audit(), await stage.events('%')])).not.toContain(code);
    },
  );

  rule('DI-ACC-15', 'the answer is the same without such an account, and nothing is sent', async () => {
    expect(await request('13800000000')).toBe('ENTER_CODE');
    expect(stage.messages).toEqual([]);
    expect(await codeOf(redeem('123456', OWN_PASSWORD, '13800000000'))).toBe('CODE_WRONG');
  });

  rule(
    'DI-ACC-16',
    'an ID-derived account is sent to the branch administrator, an administrator to the superior',
    async () => {
      await stage.account({ name: OLD.slice(-11), organisation: 'branch', kind: 'PERSON' });
      expect(await request(OLD.slice(-11))).toBe('ASK_BRANCH_ADMINISTRATOR');
      expect(await request('03522345678')).toBe('ASK_BRANCH_ADMINISTRATOR');
      expect(await request('dts001')).toBe('ASK_SUPERIOR_ADMINISTRATOR');
      expect(stage.messages).toEqual([]);
    },
  );

  it('five wrong codes use it up, ten minutes too', async () => {
    await member();
    await request('13812345678');
    const code = sentCode();
    const guess = code === '000000' ? '111111' : '000000';
    for (let index = 0; index < 5; index += 1) expect(await codeOf(redeem(guess))).toBe('CODE_WRONG');
    expect(await codeOf(redeem(code))).toBe('CODE_WRONG');
    stage.clock.advance(11 * 60_000);
    await request('13812345678');
    const late = sentCode();
    stage.clock.advance(10 * 60_000);
    expect(await codeOf(redeem(late))).toBe('CODE_WRONG');
  });
});
