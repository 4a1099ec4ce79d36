import { randomUUID } from 'node:crypto';
import { collectAccessRules, decideField } from '@junxian/access';
import { ANONYMOUS, AssertionVerifier, type Principal } from '@junxian/identity';
import { type RunningSubgraph, serviceClient } from '@junxian/subgraph';
import { rule, subgraphClient, testIssuer } from '@junxian/test-kit';
import { parse } from 'graphql';
import { serveStage } from '../sign-in/served-stage.fixture';
import {
  codeOf,
  OWN_PASSWORD,
  PASSWORD,
  refusalOf,
  type Stage,
  signInStage,
} from '../sign-in/sign-in.fixture';
import { CITIZEN_ID, citizen, citizenOf, enter, MOBILE, registration } from './public-accounts.fixture';

const gateway = testIssuer();
const petitions = testIssuer('petitions');
const personnel = testIssuer('personnel');
let stage: Stage;
let running: RunningSubgraph;

beforeAll(async () => {
  stage = await signInStage();
  const keys = [gateway, petitions, personnel].flatMap(({ jwks }) => jwks.keys);
  running = await serveStage(stage, new AssertionVerifier({ keys }));
});
beforeEach(async () => {
  await stage.clear();
  // Assertions are good for a minute of the machine's time.
  stage.clock.set(new Date().toISOString());
});
afterAll(async () => {
  await running.stop();
  await stage.close();
});

const client = (service: string, { privateJwk }: typeof petitions) =>
  serviceClient({ service, privateJwk, baseUrl: running.url });
const post = <Answer>(path: string, body: unknown, key: string = randomUUID()) =>
  client('petitions', petitions).post<Answer>(`/internal/${path}`, body, key);
const open = async (over: Parameters<typeof registration>[0] = {}, key?: string) =>
  (await post<{ accountId: string }>('public-accounts', registration(over), key)).accountId;
const as = (principal: Principal) => subgraphClient(running.url, gateway, principal);
const codes = (answer: { errors?: { extensions?: Record<string, unknown> }[] }) =>
  (answer.errors ?? []).map(({ extensions }) => extensions?.code);
const accounts = () =>
  stage.test.adminQuery<{ id: string; status: string }>('SELECT id, status FROM account');
const UUID = /^[0-9a-f-]{36}$/;

describe('a forgotten password, over the graph', () => {
  const REQUEST = `mutation ($mobile: String!, $captcha: CaptchaInput!) {
    requestResetCode(mobile: $mobile, captcha: $captcha) { message validSeconds } }`;
  const RESET = `mutation ($mobile: String!, $code: String!, $newPassword: String!, $loginName: String) {
    resetPassword(mobile: $mobile, code: $code, newPassword: $newPassword, loginName: $loginName) { done } }`;
  const request = async (mobile = MOBILE, text = 'aB3dE', language = 'zh') => {
    const { data } = await as(ANONYMOUS).query('mutation { loginCaptcha { id } }');
    const captcha = { id: data!.loginCaptcha.id, text };
    return as(ANONYMOUS).query(REQUEST, { mobile, captcha }, { 'accept-language': language });
  };
  const reset = (code: string, over: object = {}) =>
    as(ANONYMOUS).query(RESET, { mobile: MOBILE, code, newPassword: OWN_PASSWORD, ...over });
  const sent = () => /验证码是 (\d{6})/.exec(stage.messages.at(-1)?.text ?? '')?.[1] ?? '';

  rule(
    'PT-PUB-08',
    'anybody asks for a code, is told the same of every number, and sets a new one',
    async () => {
      const id = await citizen(stage);
      const { refreshToken } = await enter(stage);
      expect(codes(await request(MOBILE, 'wrong'))).toEqual(['CAPTCHA_WRONG']);
      expect(codes(await request('110'))).toEqual(['INVALID_PHONE']);
      expect(stage.messages).toEqual([]);
      const answer = await request();
      expect(answer.data).toEqual({
        requestResetCode: { message: expect.stringContaining('验证码'), validSeconds: 300 },
      });
      expect(await request('13999999999')).toEqual(answer);
      expect((await request(MOBILE, 'aB3dE', 'en')).data!.requestResetCode.message).toContain('code');
      expect(stage.messages.map(({ mobile }) => mobile)).toEqual([MOBILE, MOBILE]);

      const wrong = sent() === '000000' ? '111111' : '000000';
      expect(codes(await reset(wrong))).toEqual(['CODE_WRONG']);
      expect(codes(await reset(wrong, { mobile: '13999999999' }))).toEqual(['CODE_WRONG']);
      expect(codes(await reset(sent(), { newPassword: 'short' }))).toEqual(['PASSWORD_LENGTH']);
      expect((await reset(sent())).data).toEqual({ resetPassword: { done: true } });
      expect(codes(await reset(sent()))).toEqual(['CODE_WRONG']);
      expect(await codeOf(enter(stage))).toBe('LOGIN_FAILED');
      expect((await enter(stage, { password: OWN_PASSWORD })).account.id).toBe(id);
      expect(await codeOf(stage.services.refreshing.refresh(refreshToken, '192.0.2.7'))).toBe(
        'REFRESH_INVALID',
      );
      expect(await stage.test.adminQuery('SELECT kind, subject FROM revocation')).toEqual([
        { kind: 'ACCOUNT', subject: id },
      ]);
      expect((await stage.audit('PASSWORD_CHANGED')).map(({ target_id }) => target_id)).toEqual([id]);
      expect(await stage.audit('PASSWORD_FORGOTTEN')).toHaveLength(3);
    },
  );

  rule('PT-PUB-08', 'whose number has several accounts is asked which', async () => {
    await citizen(stage);
    const second = await citizen(stage, { username: 'zhanger' });
    await request();
    const asked = await reset(sent());
    expect(asked.errors![0]!.extensions).toMatchObject({
      code: 'CHOOSE_ACCOUNT',
      field: 'loginName',
      details: { loginNames: ['zhanger', 'zhangsan'] },
    });
    expect((await reset(sent(), { loginName: 'zhanger' })).data).toEqual({ resetPassword: { done: true } });
    const entered = await enter(stage, { loginName: 'zhanger', password: OWN_PASSWORD });
    expect(entered.account.id).toBe(second);
    expect((await enter(stage)).accessToken).toBeTruthy();
  });
});

describe('what petitions has directory do', () => {
  it('is open to petitions alone: not to other services, people or strangers', async () => {
    const body = registration();
    const paths = [
      'public-accounts',
      'public-accounts/activate',
      'public-accounts/mobile',
      'public-accounts/citizen',
      'captcha/redeem',
    ];
    for (const path of paths) {
      expect(await codeOf(client('personnel', personnel).post(`/internal/${path}`, body, 'k'))).toBe(
        'FORBIDDEN',
      );
      for (const [principal, status] of [
        [ANONYMOUS, 403],
        [citizenPrincipal(), 403],
        [null, 401],
      ] as const) {
        const answer = await fetch(new URL(`/internal/${path}`, running.url), {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            ...(principal === null ? {} : { 'x-junxian-assertion': await gateway.assert(principal) }),
          },
          body: JSON.stringify(body),
        });
        expect([path, answer.status]).toEqual([path, status]);
      }
    }
    expect(await accounts()).toEqual([]);
  });

  it('an account is opened, cannot sign in, is activated, and then can; repeating either changes nothing', async () => {
    const key = randomUUID();
    const body = registration();
    const { accountId } = await post<{ accountId: string }>('public-accounts', body, key);
    expect(accountId).toMatch(UUID);
    expect(await codeOf(enter(stage))).toBe('LOGIN_FAILED');
    expect(await post('public-accounts', body, key)).toEqual({ accountId });
    await post('public-accounts/activate', { accountId });
    await post('public-accounts/activate', { accountId });
    expect((await enter(stage)).account.id).toBe(accountId);
    expect(await post('public-accounts', body, key)).toEqual({ accountId });
    expect(await accounts()).toEqual([{ id: accountId, status: 'ACTIVE' }]);
    expect(
      (await stage.audit()).map(({ action }) => action).filter((action) => /ACCOUNT/.test(action)),
    ).toEqual(['ACCOUNT_CREATED', 'ACCOUNT_ACTIVATED']);
    expect(await stage.events('%')).toEqual([]);
  });

  it('one key is one content: any other is refused, and nothing changes', async () => {
    const key = randomUUID();
    const body = registration();
    await post('public-accounts', body, key);
    for (const other of [
      { username: 'lisi' },
      { password: OWN_PASSWORD },
      { mobile: '13812345679' },
      { citizenId: null },
      { profileId: randomUUID() },
    ])
      expect([other, await codeOf(post('public-accounts', { ...body, ...other }, key))]).toEqual([
        other,
        'IDEMPOTENCY_KEY_REUSED',
      ]);
    expect(await accounts()).toHaveLength(1);
  });

  it('the same submission many times at once opens one account', async () => {
    const key = randomUUID();
    const body = registration();
    const ids = await Promise.all(
      Array.from({ length: 6 }, () => post<{ accountId: string }>('public-accounts', body, key)),
    );
    expect(new Set(ids.map(({ accountId }) => accountId)).size).toBe(1);
    expect(await accounts()).toHaveLength(1);
  });

  it('of several who want one username at once exactly one gets it', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 6 }, () => open()));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(
      outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason.code] : [])),
    ).toEqual(Array(5).fill('USERNAME_TAKEN'));
    expect(await accounts()).toHaveLength(1);
  });

  it('a name is unique among administrators as well, and upper and lower case are two', async () => {
    await stage.account({ name: 'tys001', organisation: 'branch' });
    expect(await refusalOf(open({ username: 'tys001' }))).toMatchObject({
      code: 'USERNAME_TAKEN',
      field: 'username',
    });
    await open({ username: 'zhangsan' });
    await open({ username: 'ZhangSan' });
    expect(await codeOf(open({ username: 'zhangsan' }))).toBe('USERNAME_TAKEN');
  });

  it('one phone may have several accounts: whether it has one is not to be learnt', async () => {
    await open({ username: 'first' });
    expect(await open({ username: 'second' })).toMatch(UUID);
  });

  it('all faults of an input come at once, and across the call', async () => {
    const refused = await refusalOf(open({ username: '1', password: '短', mobile: '110' }));
    expect(refused.code).toBe('INVALID_USERNAME');
    expect(refused.faults.map(({ code, field }) => [code, field])).toEqual([
      ['INVALID_USERNAME', 'username'],
      ['PASSWORD_SYMBOL_NOT_ALLOWED', 'password'],
      ['PASSWORD_LENGTH', 'password'],
      ['PASSWORD_NEEDS_DIGIT', 'password'],
      ['PASSWORD_NEEDS_LETTER', 'password'],
      ['PASSWORD_NEEDS_SYMBOL', 'password'],
      ['INVALID_PHONE', 'mobile'],
    ]);
    for (const body of [
      {},
      { ...registration(), profileId: 'x' },
      { ...registration(), citizenId: '110105' },
    ])
      expect(await codeOf(post('public-accounts', body))).toBe('INVALID_INPUT');
    expect(await codeOf(post('public-accounts', registration(), ''))).toBe('INVALID_INPUT');
    expect(await accounts()).toEqual([]);
  });

  it('what was never finished goes after a day, which frees the name; what was, stays', async () => {
    const finished = await open({ username: 'finished' });
    await post('public-accounts/activate', { accountId: finished });
    const left = await open({ username: 'left' });
    stage.clock.advance(86_400_000 - 1);
    expect(await stage.services.publicAccounts.removeUnfinished()).toBe(0);
    stage.clock.advance(1);
    expect(await stage.services.publicAccounts.removeUnfinished()).toBe(1);
    expect(await accounts()).toEqual([{ id: finished, status: 'ACTIVE' }]);
    expect(await stage.test.adminQuery('SELECT FROM public_account_opening')).toEqual([]);
    stage.clock.set(new Date().toISOString());
    expect(await codeOf(post('public-accounts/activate', { accountId: left }))).toBe('NOT_FOUND');
    expect(await open({ username: 'left' })).not.toBe(left);
  });

  it('follows a corrected ID number, once however often it is told, and the tokens that say otherwise are stale', async () => {
    const accountId = await open();
    await post('public-accounts/activate', { accountId });
    const { refreshToken } = await enter(stage);
    const citizenId = `c1_${'d'.repeat(26)}`;
    for (let time = 0; time < 2; time += 1) await post('public-accounts/citizen', { accountId, citizenId });
    expect(await stage.test.adminQuery('SELECT citizen_id FROM account WHERE id = $1', [accountId])).toEqual([
      { citizen_id: citizenId },
    ]);
    expect(await stage.test.adminQuery('SELECT subject, reason FROM revocation')).toEqual([
      { subject: accountId, reason: 'CITIZEN_RENUMBERED' },
    ]);
    const changes = (await stage.audit()).filter(({ action }) => action === 'ACCOUNT_CHANGED');
    expect(changes).toHaveLength(1);
    expect(JSON.stringify(changes)).not.toContain(citizenId);
    const next = await stage.services.refreshing.refresh(refreshToken, '192.0.2.7');
    expect(citizenOf(next.accessToken).citizenId).toBe(citizenId);
    for (const wrong of ['140215198001010028', 'c1_short', 7])
      expect(await codeOf(post('public-accounts/citizen', { accountId, citizenId: wrong }))).toBe(
        'INVALID_INPUT',
      );
  });

  it('touches citizens only: no account of an organisation is activated, given another phone or another citizen', async () => {
    const accountId = await stage.account({
      name: 'unit001',
      organisation: 'unit',
      status: 'PENDING_ACTIVATION',
    });
    expect(await codeOf(post('public-accounts/activate', { accountId }))).toBe('NOT_FOUND');
    expect(await codeOf(post('public-accounts/mobile', { accountId, mobile: MOBILE }))).toBe('NOT_FOUND');
    expect(await codeOf(post('public-accounts/citizen', { accountId, citizenId: null }))).toBe('NOT_FOUND');
  });
});

describe('captchas for the petitions service', () => {
  const issue = async () =>
    (await as(ANONYMOUS).query('{ captcha { id svg } }')).data!.captcha as { id: string; svg: string };
  const redeem = (body: object) => post('captcha/redeem', body);

  rule('PT-PUB-10', 'a captcha is good once, right or wrong, and not after its time', async () => {
    const { id, svg } = await issue();
    expect(svg).toContain('<svg');
    await redeem({ id, text: 'ab3DE' });
    expect(await codeOf(redeem({ id, text: 'ab3DE' }))).toBe('CAPTCHA_WRONG');
    const wrong = await issue();
    expect(await codeOf(redeem({ id: wrong.id, text: 'zzzzz' }))).toBe('CAPTCHA_WRONG');
    expect(await codeOf(redeem({ id: wrong.id, text: 'ab3DE' }))).toBe('CAPTCHA_WRONG');
    const late = await issue();
    stage.clock.advance(120_000);
    const take = stage.services.captchas.take({ id: late.id, text: 'ab3DE' }, stage.clock.now());
    expect((await take)?.code).toBe('CAPTCHA_WRONG');
    stage.clock.set(new Date().toISOString());
    for (const none of [{}, { id: late.id }, { text: 'ab3DE' }, { id: late.id, text: ' ' }])
      expect(await codeOf(redeem(none))).toBe('CAPTCHA_REQUIRED');
    expect(await codeOf(redeem({ id: 'no id', text: 'ab3DE' }))).toBe('CAPTCHA_WRONG');
  });

  rule('PT-PUB-10', 'of many who use one captcha at once, one does', async () => {
    const { id } = await issue();
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => redeem({ id, text: 'aB3dE' })));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('a citizen who has signed in', () => {
  const LOGIN = `mutation ($name: String!, $password: String!, $realm: Realm!, $module: LoginModule!) {
    login(realm: $realm, module: $module, channel: INTERNET, loginName: $name, password: $password) {
      accessToken refreshToken pending account { id kind loginName } appointment { id } appointments { id } } }`;
  const signIn = (variables: object = {}) =>
    as(ANONYMOUS).query(LOGIN, {
      name: 'zhangsan',
      password: PASSWORD,
      realm: 'PUBLIC',
      module: 'PUBLIC_PETITIONS',
      ...variables,
    });

  rule(
    'PT-PUB-07',
    'is who may submit: nobody else carries the role, and the anonymous must sign in',
    async () => {
      await citizen(stage);
      const rules = collectAccessRules(
        parse('type Mutation { submitPetition: Int @access(roles: ["public:CITIZEN"]) }'),
      );
      const maySubmit = (principal: Principal) =>
        decideField(rules, 'Mutation', 'submitPetition', principal, {})?.code ?? 'YES';
      const { data } = await signIn();
      expect(maySubmit(citizenOf(data!.login.accessToken))).toBe('YES');
      expect(maySubmit(ANONYMOUS)).toBe('UNAUTHENTICATED');
      const officer = await stage.account({ name: 'unit001', organisation: 'unit', realms: ['PETITIONS'] });
      const signedIn = await stage.login({ loginName: 'unit001', realm: 'PETITIONS', module: 'PETITIONS' });
      expect(signedIn.account.id).toBe(officer);
      expect(maySubmit(stage.principal(officer, 'unit', signedIn.appointment!.roles))).toBe('FORBIDDEN');
    },
  );

  it('has a token of nothing but the citizen, refreshes it, sees the own account and sessions, and logs out', async () => {
    const id = await citizen(stage);
    const { data } = await signIn();
    expect(data!.login).toMatchObject({
      pending: false,
      account: { id, kind: 'CITIZEN', loginName: 'zhangsan' },
      appointment: null,
      appointments: [],
    });
    const principal = citizenOf(data!.login.accessToken);
    expect(principal).toEqual({
      ...ANONYMOUS,
      kind: 'CITIZEN',
      accountId: id,
      sessionId: expect.stringMatching(UUID),
      roles: ['public:CITIZEN'],
      citizenId: CITIZEN_ID,
    });
    const refreshed = await as(ANONYMOUS).query(
      'mutation ($t: String!) { refreshSession(refreshToken: $t) { accessToken appointment { id } } }',
      { t: data!.login.refreshToken },
    );
    expect(citizenOf(refreshed.data!.refreshSession.accessToken)).toEqual(principal);
    const me = as(principal);
    const own = await me.query(
      '{ myAccount { id kind loginName status realms organisation { id } regionCode locks { realm } } sessions { nodes { isCurrent module } } }',
    );
    expect(own.errors).toBeUndefined();
    expect(own.data).toEqual({
      myAccount: {
        id,
        kind: 'CITIZEN',
        loginName: 'zhangsan',
        status: 'ACTIVE',
        realms: ['PUBLIC'],
        organisation: null,
        regionCode: null,
        locks: [],
      },
      sessions: { nodes: [{ isCurrent: true, module: 'PUBLIC_PETITIONS' }] },
    });
    expect((await me.query('mutation { logout { ended } }')).data).toEqual({ logout: { ended: true } });
    expect(await stage.test.adminQuery(`SELECT kind, subject FROM revocation`)).toEqual([
      { kind: 'SESSION', subject: principal.sessionId },
    ]);
  });

  it('is without a citizen id when anonymous', async () => {
    await citizen(stage, { citizenId: null });
    expect(citizenOf((await enter(stage)).accessToken).citizenId).toBeNull();
  });

  it('changes the own password, which ends the other sessions', async () => {
    await citizen(stage);
    const other = await enter(stage);
    const principal = citizenOf((await enter(stage)).accessToken);
    const change = (currentPassword: string, newPassword: string) =>
      as(principal).query(
        'mutation ($c: String!, $n: String!) { changeOwnPassword(currentPassword: $c, newPassword: $n) { account { id } } }',
        { c: currentPassword, n: newPassword },
      );
    expect(codes(await change('Wrong-1234', OWN_PASSWORD))).toEqual(['PASSWORD_WRONG']);
    expect(codes(await change(PASSWORD, 'short'))).toEqual(['PASSWORD_LENGTH']);
    expect(codes(await change(PASSWORD, OWN_PASSWORD))).toEqual([]);
    expect(await codeOf(stage.services.refreshing.refresh(other.refreshToken, '192.0.2.7'))).toBe(
      'REFRESH_INVALID',
    );
    expect(await codeOf(enter(stage))).toBe('LOGIN_FAILED');
    expect((await enter(stage, { password: OWN_PASSWORD })).accessToken).toBeTruthy();
  });

  it('is politely refused what officers do, and what is another’s', async () => {
    await citizen(stage);
    const strangerId = await citizen(stage, { username: 'lisi4', mobile: '13812345679' });
    const stranger = citizenOf((await enter(stage, { loginName: 'lisi4' })).accessToken);
    const me = as(citizenOf((await enter(stage)).accessToken));
    for (const [operation, code] of [
      [`mutation { switchAppointment(appointmentId: "${randomUUID()}") { accessToken } }`, 'FORBIDDEN'],
      ['{ accounts { nodes { id } } }', 'FORBIDDEN'],
      [`{ account(id: "${strangerId}") { id } }`, 'FORBIDDEN'],
      [
        `mutation { disableAccount(accountId: "${strangerId}", expectedVersion: 2) { account { id } } }`,
        'FORBIDDEN',
      ],
      [`{ sessions(accountId: "${strangerId}") { nodes { id } } }`, 'FORBIDDEN'],
      [`mutation { endSession(sessionId: "${stranger.sessionId}") { session { id } } }`, 'NOT_FOUND'],
      [
        'mutation { activateAccount(realName: "张伟", newPassword: "Chosen-567") { account { id } } }',
        'FORBIDDEN',
      ],
    ] as const)
      expect([operation, codes(await me.query(operation))]).toEqual([operation, [code]]);
    const reference = await me.query(
      '{ _entities(representations: [{ __typename: "Account", id: "' +
        strangerId +
        '" }]) { ... on Account { id } } }',
    );
    expect(reference.data).toEqual({ _entities: [null] });
  });

  it('enters no other realm, and no officer enters the public one', async () => {
    await citizen(stage);
    await stage.account({ name: 'unit001', organisation: 'unit', realms: ['PETITIONS', 'RETIRED_CADRE'] });
    // As an older installation may have left it.
    await stage.account({ name: 'old001', organisation: 'bureau', realms: ['PUBLIC'] });
    for (const variables of [
      { realm: 'PETITIONS', module: 'PETITIONS' },
      { realm: 'RETIRED_CADRE', module: 'FIVE_REGISTERS' },
      { name: 'unit001' },
      { name: 'old001' },
    ])
      expect([variables, codes(await signIn(variables))]).toEqual([variables, ['LOGIN_FAILED']]);
    expect(codes(await signIn({ realm: 'PUBLIC', module: 'PETITIONS' }))).toEqual(['MODULE_NOT_OF_REALM']);
  });

  it('is locked by the fifth wrong password for an hour, like a name that nobody has', async () => {
    const id = await citizen(stage);
    await open({ username: 'notready' });
    const { accessToken } = await enter(stage);
    for (const loginName of ['zhangsan', 'nobody1', 'notready']) {
      const told: string[] = [];
      for (let time = 0; time < 6; time += 1)
        told.push((await refusalOf(enter(stage, { loginName, password: 'Wrong-1234' }))).text.zh);
      expect(new Set(told.slice(0, 4)).size).toBe(1);
      expect(told[4]).toMatch(/已锁定.*手机号重置密码/);
      expect(told[5]).toBe(told[4]);
    }
    expect(await codeOf(enter(stage))).toBe('ACCOUNT_LOCKED');
    expect(await stage.test.adminQuery('SELECT subject FROM revocation')).toEqual([
      { subject: citizenOf(accessToken).sessionId },
    ]);
    expect((await stage.audit('ACCOUNT_LOCKED')).map(({ target_id }) => target_id)).toEqual([id]);
    expect(await stage.events('%')).toEqual([]);
    stage.clock.advance(3_600_000);
    expect((await enter(stage)).accessToken).toBeTruthy();
  });
});

const citizenPrincipal = (): Principal => ({
  ...ANONYMOUS,
  kind: 'CITIZEN',
  accountId: randomUUID(),
  sessionId: randomUUID(),
  roles: ['public:CITIZEN'],
});
