import { randomUUID } from 'node:crypto';
import { collectAccessRules, missingAccess } from '@junxian/access';
import { ANONYMOUS, citizenNumberCheckCharacter, type Principal, scopeOf } from '@junxian/identity';
import type { RunningSubgraph } from '@junxian/subgraph';
import {
  countStatements,
  principals,
  rowsSeen,
  rule,
  scenario,
  subgraphClient,
  testIssuer,
} from '@junxian/test-kit';
import { parse } from 'graphql';
import { serveStage, typeDefs } from './served-stage.fixture';
import { claimsOf, OWN_PASSWORD, PASSWORD, type Stage, signInStage } from './sign-in.fixture';

const ORG_ADMIN = 'directory:ORG_ADMIN';
const gateway = testIssuer();
let stage: Stage;
let running: RunningSubgraph;

beforeAll(async () => {
  stage = await signInStage();
  // Assertions are good for a minute of the machine's time.
  stage.clock.set(new Date().toISOString());
  running = await serveStage(stage, gateway.verifier);
});
beforeEach(async () => {
  await stage.clear();
  stage.clock.set(new Date().toISOString());
});
afterAll(async () => {
  await running.stop();
  await stage.close();
});

const as = (principal: Principal) => subgraphClient(running.url, gateway, principal);
const anonymous = () => as(ANONYMOUS);
const codes = (answer: { errors?: { extensions?: Record<string, unknown> }[] }) =>
  (answer.errors ?? []).map(({ extensions }) => extensions?.code);

const LOGIN = `mutation ($name: String!, $password: String!) {
  login(realm: RETIRED_CADRE, module: FIVE_REGISTERS, channel: INTERNET, loginName: $name, password: $password) {
    accessToken accessTokenExpiresAt refreshToken pending account { id loginName status } appointment { id regionCode regionLevel roles } appointments { id } } }`;
/** The principal the gateway would make of an access token. */
function principalOf(accessToken: string): Principal {
  const { sub, sid, apt, org, reg, lvl, roles, opn, pnd } = claimsOf(accessToken);
  return principals.officer({
    accountId: sub!,
    sessionId: sid,
    appointmentId: apt,
    organisationId: org,
    regionCode: reg,
    regionLevel: lvl!,
    roles,
    operatorName: opn,
    pending: pnd,
  });
}
const signIn = async (name: string, password = PASSWORD) =>
  (await anonymous().query(LOGIN, { name, password })).data!.login;

describe('signing in over the graph', () => {
  it('every root field and entity says who may use it', () => {
    expect(missingAccess(parse(typeDefs.join('\n')))).toEqual([]);
  });

  it('login, refresh, switch and logout answer the anonymous and the signed in as they should', async () => {
    const id = await stage.account({ name: 'unit001', organisation: 'unit', realms: ['RETIRED_CADRE'] });
    const signedIn = await signIn('unit001');
    expect(signedIn).toMatchObject({
      pending: false,
      account: { id, loginName: 'unit001', status: 'ACTIVE' },
      appointment: { regionCode: '140215000000', regionLevel: 'COUNTY', roles: [ORG_ADMIN] },
    });
    const refreshed = await anonymous().query(
      `mutation ($t: String!) { refreshSession(refreshToken: $t) { accessToken refreshToken account { id } } }`,
      { t: signedIn.refreshToken },
    );
    expect(refreshed.data?.refreshSession.account.id).toBe(id);
    const me = as(principalOf(refreshed.data!.refreshSession.accessToken));
    const switched = await me.query(
      `mutation ($a: ID!) { switchAppointment(appointmentId: $a) { appointment { id } } }`,
      { a: signedIn.appointment.id },
    );
    expect(switched.data?.switchAppointment.appointment.id).toBe(signedIn.appointment.id);
    const list = await me.query('{ sessions { nodes { id isCurrent module channel } } }');
    expect(list.data?.sessions.nodes).toEqual([
      {
        id: claimsOf(signedIn.accessToken).sid,
        isCurrent: true,
        module: 'FIVE_REGISTERS',
        channel: 'INTERNET',
      },
    ]);
    expect((await me.query('mutation { logout { ended } }')).data).toEqual({ logout: { ended: true } });
    expect((await me.query('mutation { logout { ended } }')).data).toEqual({ logout: { ended: false } });
    expect(codes(await anonymous().query('mutation { logout { ended } }'))).toEqual(['UNAUTHENTICATED']);
  });

  rule('DI-LOG-08', 'the whole answer is the same for an unknown account and a wrong password', async () => {
    await stage.account({ name: 'unit001', organisation: 'unit', realms: ['RETIRED_CADRE'] });
    const unknown = await anonymous().query(LOGIN, { name: 'nobody1', password: 'Wrong-1234' });
    const wrong = await anonymous().query(LOGIN, { name: 'unit001', password: 'Wrong-1234' });
    expect(unknown).toEqual(wrong);
    expect(codes(wrong)).toEqual(['LOGIN_FAILED']);
  });

  it('tells the form what it needs, and draws captchas', async () => {
    const options = await anonymous().query(
      '{ a: signInOptions(realm: PARTY, module: PARTY_ADMIN, channel: VPN) { captchaRequired autoLoginOffered passwordMinLength } b: signInOptions(realm: PARTY, module: PARTY_APP, channel: INTERNET) { captchaRequired autoLoginOffered passwordSymbols } }',
    );
    expect(options.data).toEqual({
      a: { captchaRequired: true, autoLoginOffered: false, passwordMinLength: 8 },
      b: { captchaRequired: false, autoLoginOffered: true, passwordSymbols: '!@#$%^&*_-+=.?' },
    });
    const drawn = await anonymous().query('mutation { loginCaptcha { id svg } }');
    expect(drawn.data?.loginCaptcha).toEqual({ id: expect.any(String), svg: '<svg/>' });
  });

  it('tells who forgot a password the next step in the language asked for', async () => {
    const forgot = `mutation ($n: String!) { forgotAccountPassword(loginName: $n) { next message } }`;
    const zh = await anonymous().query(forgot, { n: '13812345678' });
    const en = await anonymous().query(forgot, { n: 'tys001' }, { 'accept-language': 'en' });
    expect(zh.data?.forgotAccountPassword).toMatchObject({
      next: 'ENTER_CODE',
      message: expect.stringContaining('验证码'),
    });
    expect(en.data?.forgotAccountPassword).toMatchObject({
      next: 'ASK_SUPERIOR_ADMINISTRATOR',
      message: expect.stringContaining('superior'),
    });
    expect(
      codes(
        await anonymous().query(
          `mutation { resetForgottenPassword(loginName: "13812345678", code: "1", newPassword: "${OWN_PASSWORD}") { done } }`,
        ),
      ),
    ).toEqual(['CODE_WRONG']);
  });

  rule('DI-ACC-08', 'before activation no field of the whole schema is open but these', () => {
    const { fields, types } = collectAccessRules(parse(typeDefs.join('\n')));
    const openOf = (
      rules: ReadonlyMap<string, { pending: boolean; public: boolean }>,
      how: 'pending' | 'public',
    ) => [...rules].filter(([, rule]) => rule[how]).map(([name]) => name);
    expect(openOf(fields, 'pending').sort()).toEqual([
      'Mutation.activateAccount',
      'Mutation.changeOwnPassword',
      'Mutation.logout',
      'Query.myAccount',
    ]);
    // What needs no account at all: signing in, what leads to it, and regions, which are public knowledge.
    expect(openOf(fields, 'public').sort()).toEqual([
      'Mutation.forgotAccountPassword',
      'Mutation.login',
      'Mutation.loginCaptcha',
      'Mutation.refreshSession',
      'Mutation.requestResetCode',
      'Mutation.resetForgottenPassword',
      'Mutation.resetPassword',
      'Query.captcha',
      'Query.region',
      'Query.regionChildren',
      'Query.regionPath',
      'Query.regionSearch',
      'Query.signInOptions',
    ]);
    expect([openOf(types, 'pending').sort(), openOf(types, 'public')]).toEqual([
      ['Account', 'AccountLock'],
      ['Region'],
    ]);
  });

  scenario(
    'directory',
    9,
    'a PENDING account can do nothing but activate; 管理员 is no name; 张伟 makes it ACTIVE',
    async () => {
      const id = await stage.account({
        name: 'unit001',
        organisation: 'unit',
        realms: ['RETIRED_CADRE'],
        status: 'PENDING_ACTIVATION',
      });
      const signedIn = await signIn('unit001');
      expect(signedIn.pending).toBe(true);
      const me = as(principalOf(signedIn.accessToken));
      const others = [
        '{ sessions { nodes { id } } }',
        '{ organisations { nodes { id } } }',
        '{ accounts { nodes { id } } }',
        `mutation { switchAppointment(appointmentId: "${signedIn.appointment.id}") { pending } }`,
        '{ citizen(idNumber: "x") { id } }',
      ];
      for (const other of others)
        expect([other, codes(await me.query(other))]).toEqual([other, ['ACTIVATION_REQUIRED']]);
      expect((await me.query('{ myAccount { id status locks { realm } } }')).data).toEqual({
        myAccount: { id, status: 'PENDING_ACTIVATION', locks: [] },
      });
      const activate = `mutation ($n: String!, $p: String!) { activateAccount(realName: $n, newPassword: $p) { account { status realName } } }`;
      expect(
        codes(
          await me.query(
            `mutation { changeOwnPassword(currentPassword: "${PASSWORD}", newPassword: "${OWN_PASSWORD}") { account { id } } }`,
          ),
        ),
      ).toEqual(['ACTIVATE_FIRST']);
      expect(codes(await me.query(activate, { n: '管理员', p: OWN_PASSWORD }))).toEqual([
        'INVALID_REAL_NAME',
      ]);
      expect((await me.query(activate, { n: '张伟', p: OWN_PASSWORD })).data).toEqual({
        activateAccount: { account: { status: 'ACTIVE', realName: '张伟' } },
      });
      const next = await anonymous().query(
        `mutation ($t: String!) { refreshSession(refreshToken: $t) { pending accessToken } }`,
        { t: signedIn.refreshToken },
      );
      expect(next.data?.refreshSession.pending).toBe(false);
      const full = as(principalOf(next.data!.refreshSession.accessToken));
      expect(
        (await full.query('{ organisations { nodes { sealName } } accounts { nodes { loginName } } }'))
          .errors,
      ).toBeUndefined();
    },
  );
});

describe('accounts over the graph', () => {
  const ACCOUNTS = '{ accounts { nodes { id loginName kind organisation { sealName } locks { realm } } } }';

  it('an administrator lists the accounts of the own region, persons masked, and reaches no other', async () => {
    const county = await stage.admin('county');
    await stage.account({ name: 'neighbour1', organisation: 'neighbour' });
    await stage.account({ name: '13812345678', organisation: 'branch', kind: 'PERSON' });
    const client = as(county.principal);
    const first = await client.query(ACCOUNTS);
    expect(first.data?.accounts.nodes.map((node: { loginName: string }) => node.loginName)).toEqual([
      'countyadmin',
      '138****5678',
    ]);
    const entity = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Account { id loginName } } }`;
    const [hidden] = await stage.test.adminQuery<{ id: string }>(
      `SELECT id FROM account WHERE login_name = 'neighbour1'`,
    );
    const looked = await client.query(entity, {
      r: [
        { __typename: 'Account', id: hidden!.id },
        { __typename: 'Account', id: county.principal.accountId },
      ],
    });
    expect(looked.data?._entities).toEqual([
      null,
      { id: county.principal.accountId, loginName: 'countyadmin' },
    ]);
    expect((await client.query(`{ account(id: "${hidden!.id}") { id } }`)).data).toEqual({ account: null });
  });

  it('a list costs as many statements for twelve accounts as for one', async () => {
    const county = await stage.admin('county');
    const client = as(county.principal);
    const cost = async () =>
      (await countStatements(stage.test.database, () => client.query(ACCOUNTS))).statements;
    const one = await cost();
    for (let index = 0; index < 11; index += 1)
      await stage.account({
        name: `1381234567${index % 10}${index > 9 ? '1' : ''}`.slice(-11),
        organisation: index % 2 ? 'branch' : 'otherBranch',
        kind: 'PERSON',
      });
    expect((await client.query(ACCOUNTS)).data?.accounts.nodes).toHaveLength(12);
    expect(await cost()).toBe(one);
  });

  it('row-level security alone keeps every table of these rooms to the region, and the secret ones to the service', async () => {
    const county = await stage.admin('county');
    await stage.account({ name: 'neighbour1', organisation: 'neighbour', realms: ['RETIRED_CADRE'] });
    await stage.account({ name: 'branch001', organisation: 'branch', realms: ['RETIRED_CADRE'] });
    await signIn('neighbour1');
    await anonymous().query(LOGIN, { name: 'branch001', password: 'Wrong-1234' });
    await signIn('branch001');
    await stage.services.captchas.issue(stage.clock.now());
    const seen = await rowsSeen(stage.test, scopeOf(county.principal));
    expect(
      Object.fromEntries(
        [
          'account',
          'session',
          'login_state',
          'captcha',
          'login_attempt',
          'refresh_token',
          'signing_key',
          'revocation',
          'password_reset_code',
        ].map((table) => [table, seen.get(table)]),
      ),
    ).toEqual({
      account: 2,
      session: 1,
      login_state: 1,
      captcha: 0,
      login_attempt: 0,
      refresh_token: 0,
      signing_key: 0,
      revocation: 0,
      password_reset_code: 0,
    });
    const nobody = await rowsSeen(stage.test, scopeOf(ANONYMOUS));
    expect(
      [
        'account',
        'session',
        'login_state',
        'refresh_token',
        'signing_key',
        'extra_account_request',
        'death_confirmation_task',
      ].map((table) => nobody.get(table)),
    ).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });

  it('what needs a role is refused to those without it', async () => {
    const id = await stage.account({ name: 'branch001', organisation: 'branch' });
    const officer = as(stage.principal(randomUUID(), 'county', ['poverty-alleviation:OPERATOR']));
    const refused = [
      ACCOUNTS,
      `{ account(id: "${id}") { id } }`,
      '{ extraAccountRequests { nodes { id } } }',
      '{ deathConfirmationTasks { nodes { id } } }',
      `mutation { resetAccountPassword(accountId: "${id}") { oneTimePassword } }`,
      `mutation { unlockAccount(accountId: "${id}", realm: PARTY) { wasLocked } }`,
      `mutation { disableAccount(accountId: "${id}", expectedVersion: 1) { account { id } } }`,
      `mutation { requestExtraAdmin(reason: "x") { request { id } } }`,
      'mutation { confirmDeath(citizenId: "c", date: "2026-01-01") { task { id } } }',
    ];
    for (const document of refused) {
      expect([document, codes(await officer.query(document))]).toEqual([document, ['FORBIDDEN']]);
      expect([document, codes(await anonymous().query(document))]).toEqual([document, ['UNAUTHENTICATED']]);
    }
    const provincial = as(
      principals.officer({
        regionCode: '140000000000',
        regionLevel: 'PROVINCE',
        roles: ['directory:SYSTEM_STAFF'],
      }),
    );
    expect(
      codes(
        await provincial.query(
          'mutation { renumberCitizen(fromIdNumber: "1", toIdNumber: "2") { from { id } } }',
        ),
      ),
    ).toEqual(['FORBIDDEN']);
  });

  it('a superior creates, generates, resets, disables, enables and moves; a refused attempt is written down', async () => {
    const committee = as((await stage.admin('committee')).principal);
    const county = await stage.admin('county');
    const client = as(county.principal);
    const { branch, otherBranch } = stage.organisations;
    const created = await client.query(
      `mutation ($o: ID!) { createAdmin(input: { organisationId: $o, loginName: "branch001", realms: [PARTY] }) { oneTimePassword account { id version organisation { id } } } }`,
      { o: branch },
    );
    const { account, oneTimePassword } = created.data!.createAdmin;
    expect([account.organisation.id, oneTimePassword.length]).toEqual([branch, 12]);
    const generated = await committee.query(
      `mutation { generateAdministrators(rootId: "${stage.organisations.county}", prefix: "dts") { remaining administrators { loginName oneTimePassword organisation { sealName } account { id } } } }`,
    );
    expect(generated.data?.generateAdministrators).toMatchObject({
      remaining: 0,
      administrators: [{ loginName: 'dts001', organisation: { sealName: '示例otherBranch' } }],
    });
    const peer = as(
      stage.principal(generated.data!.generateAdministrators.administrators[0].account.id, 'otherBranch'),
    );
    expect(
      codes(
        await peer.query(`mutation { resetAccountPassword(accountId: "${account.id}") { oneTimePassword } }`),
      ),
    ).toEqual(['FORBIDDEN']);
    expect((await stage.audit('PASSWORD_RESET')).map(({ outcome }) => outcome)).toEqual(['REFUSED']);
    expect(
      (
        await client.query(
          `mutation { resetAccountPassword(accountId: "${account.id}") { account { mustChangePassword } } }`,
        )
      ).data,
    ).toEqual({ resetAccountPassword: { account: { mustChangePassword: true } } });
    const disabled = await client.query(
      `mutation { disableAccount(accountId: "${account.id}", expectedVersion: 2) { account { status version } } }`,
    );
    expect(disabled.data?.disableAccount.account).toEqual({ status: 'DISABLED', version: 3 });
    expect(
      (
        await client.query(
          `mutation { enableAccount(accountId: "${account.id}", expectedVersion: 3) { account { status } } }`,
        )
      ).data?.enableAccount.account.status,
    ).toBe('PENDING_ACTIVATION');
    expect(
      codes(
        await client.query(
          `mutation { transferAccount(accountId: "${account.id}", organisationId: "${otherBranch}", expectedVersion: 4) { account { id } } }`,
        ),
      ),
    ).toEqual(['ADMIN_EXISTS']);
    expect(
      (
        await client.query(
          `mutation { unlockAccount(accountId: "${account.id}", realm: PARTY) { wasLocked } }`,
        )
      ).data,
    ).toEqual({ unlockAccount: { wasLocked: false } });
  });

  it('an extra administrator is asked for and decided over the graph', async () => {
    const id = await stage.account({
      name: 'ext001',
      organisation: 'extranetUnit',
      realms: ['RETIRED_CADRE'],
    });
    const asked = await as(stage.principal(id, 'extranetUnit')).query(
      'mutation { requestExtraAdmin(reason: "人多") { request { id version headcount status organisation { sealName } } } }',
    );
    const { request } = asked.data!.requestExtraAdmin;
    expect(request).toMatchObject({
      headcount: 100,
      status: 'PENDING',
      organisation: { sealName: '示例extranetUnit' },
    });
    const staff = as(stage.staff().principal);
    expect(
      (await staff.query('{ extraAccountRequests(status: PENDING) { nodes { id } hasNextPage } }')).data
        ?.extraAccountRequests.nodes,
    ).toEqual([{ id: request.id }]);
    const decided = await staff.query(
      `mutation ($r: ID!) { decideExtraAdmin(input: { requestId: $r, approve: true, loginName: "ext002", realms: [RETIRED_CADRE], expectedVersion: 1 }) { oneTimePassword account { loginName isExtra } request { status } } }`,
      { r: request.id },
    );
    expect(decided.data?.decideExtraAdmin).toMatchObject({
      account: { loginName: 'ext002', isExtra: true },
      request: { status: 'APPROVED' },
    });
    expect((await signIn('ext002', decided.data!.decideExtraAdmin.oneTimePassword)).pending).toBe(true);
  });

  it('a member’s account is opened, its name told once in full, masked afterwards but to the member', async () => {
    const branch = await stage.admin('branch');
    const first17 = '14021519900303123';
    const opened = await as(branch.principal).query(
      `mutation ($i: OpenPersonAccountInput!) { openPersonAccount(input: $i) { loginName oneTimePassword account { id loginName kind } } }`,
      {
        i: {
          organisationId: stage.organisations.branch,
          realName: '王芳',
          idNumber: first17 + citizenNumberCheckCharacter(first17),
          mobile: '13812345678',
        },
      },
    );
    expect(opened.data?.openPersonAccount).toMatchObject({
      loginName: '13812345678',
      account: { loginName: '138****5678', kind: 'PERSON' },
    });
    const member = stage.principal(opened.data!.openPersonAccount.account.id, 'branch', []);
    expect((await as({ ...member, pending: true }).query('{ myAccount { loginName } }')).data).toEqual({
      myAccount: { loginName: '13812345678' },
    });
  });

  it('guessing one’s present password is limited like signing in', async () => {
    const id = await stage.account({ name: 'unit001', organisation: 'unit', realms: ['RETIRED_CADRE'] });
    const client = as(stage.principal(id, 'unit'));
    const guess = () =>
      client.query(
        `mutation { changeOwnPassword(currentPassword: "Wrong-1234", newPassword: "${OWN_PASSWORD}") { account { id } } }`,
      );
    for (let index = 0; index < 10; index += 1) expect(codes(await guess())).toEqual(['PASSWORD_WRONG']);
    expect(codes(await guess())).toEqual(['RATE_LIMITED']);
  });
});

describe('citizens over the graph', () => {
  const first17 = '14021519900303123';
  const number = first17 + citizenNumberCheckCharacter(first17);

  rule(
    'DI-CIT-01',
    'one citizen per number, the check character verified, known or not; a bare reference gives no number',
    async () => {
      const officer = as(stage.principal(randomUUID(), 'county', []));
      const ask = (idNumber: string) =>
        officer.query('query ($n: String!) { citizen(idNumber: $n) { id maskedIdNumber } }', { n: idNumber });
      const known = await ask(number);
      expect(known.data?.citizen).toEqual({
        id: expect.stringMatching(/^c1_[a-z2-7]{26}$/),
        maskedIdNumber: '140215************',
      });
      expect((await ask(` ${number.toLowerCase()} `)).data).toEqual(known.data);
      expect(codes(await ask(`${first17}${number.endsWith('0') ? '1' : '0'}`))).toEqual(['INVALID_ID']);
      const reference = await officer.query(
        'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Citizen { id maskedIdNumber } } }',
        { r: [{ __typename: 'Citizen', id: known.data!.citizen.id }] },
      );
      expect(reference.data?._entities).toEqual([{ id: known.data!.citizen.id, maskedIdNumber: null }]);
      expect(codes(await anonymous().query(`{ citizen(idNumber: "${number}") { id } }`))).toEqual([
        'UNAUTHENTICATED',
      ]);
    },
  );
});

describe('the routes', () => {
  const get = async (path: string, principal?: Principal, issuer = gateway) =>
    fetch(new URL(path, running.url), {
      headers: principal ? { 'x-junxian-assertion': await issuer.assert(principal) } : {},
    });

  it('publish the keys to everybody', async () => {
    await stage.services.signingKeys.current();
    const answer = await get('/.well-known/jwks.json');
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'public, max-age=300']);
    const { keys } = (await answer.json()) as { keys: Record<string, unknown>[] };
    expect(keys.map(({ kty, crv, alg, d }) => ({ kty, crv, alg, d }))).toEqual([
      { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', d: undefined },
    ]);
  });

  it('give the feed of revocations to the gateway alone', async () => {
    const id = await stage.account({ name: 'unit001', organisation: 'unit', realms: ['RETIRED_CADRE'] });
    const me = as(principalOf((await signIn('unit001')).accessToken));
    await me.query('mutation { logout { ended } }');
    const answer = await get('/internal/revocations', principals.service('gateway'));
    const { entries, cursor } = (await answer.json()) as {
      entries: Record<string, unknown>[];
      cursor: string;
    };
    expect([answer.status, entries.map(({ kind }) => kind), typeof cursor]).toEqual([
      200,
      ['SESSION'],
      'string',
    ]);
    // An entry comes again while any transaction older than it is open on the server, other test files' included.
    let entriesLeft: unknown[] | undefined;
    for (let at = cursor, until = Date.now() + 20_000; entriesLeft?.length !== 0 && Date.now() < until; ) {
      const next = await get(`/internal/revocations?after=${at}`, principals.service('gateway'));
      ({ entries: entriesLeft, cursor: at } = (await next.json()) as { entries: unknown[]; cursor: string });
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(entriesLeft).toEqual([]);
    expect((await get('/internal/revocations')).status).toBe(401);
    expect(
      (await get('/internal/revocations', stage.principal(id, 'unit', ['service:gateway']))).status,
    ).toBe(403);
    expect((await get('/internal/revocations', principals.service('poverty-alleviation'))).status).toBe(403);
  });
});
