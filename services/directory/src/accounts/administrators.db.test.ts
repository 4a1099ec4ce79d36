import { rule, scenario } from '@junxian/test-kit';
import { systemActor } from '../audit/audit.service';
import type { Caller } from '../caller';
import { citizen } from '../public-accounts/public-accounts.fixture';
import { codeOf, type Stage, signInStage } from '../sign-in/sign-in.fixture';

let stage: Stage;
beforeAll(async () => {
  stage = await signInStage();
});
beforeEach(() => stage.clear());
afterAll(() => stage.close());

const createAdmin = (by: Caller, organisation: keyof Stage['organisations'], loginName: string) =>
  stage.as(by, (tx) =>
    stage.services.administrators.createAdmin(tx, by, {
      organisationId: stage.organisations[organisation],
      loginName,
      realms: ['PARTY'],
    }),
  );

describe('administrators', () => {
  scenario(
    'directory',
    10,
    'one administrator; 99 people may not ask for another, 100 may, and staff decide',
    async () => {
      const bureau = await stage.admin('bureau', ['RETIRED_CADRE']);
      await createAdmin(bureau, 'unit', 'unit001');
      expect(await codeOf(createAdmin(bureau, 'unit', 'unit002'))).toBe('ADMIN_EXISTS');

      const [unit] = await stage.test.adminQuery<{ id: string }>(
        `SELECT id FROM account WHERE login_name = 'unit001'`,
      );
      const own = stage.caller(stage.principal(unit!.id, 'unit'));
      const ask = () => stage.as(own, (tx) => stage.services.extraAdministrators.request(tx, own, '人多'));
      expect(await codeOf(ask())).toBe('HEADCOUNT_TOO_SMALL');
      await stage.test.adminQuery('UPDATE organisation SET headcount = 100 WHERE id = $1', [
        stage.organisations.unit,
      ]);
      const request = await ask();
      expect(request.status).toBe('PENDING');
      expect(await codeOf(ask())).toBe('REQUEST_PENDING');

      const staff = stage.staff();
      const decide = (loginName: string) =>
        stage.as(staff, (tx) =>
          stage.services.extraAdministrators.decide(tx, staff, {
            requestId: request.id,
            approve: true,
            loginName,
            realms: ['RETIRED_CADRE'],
            expectedVersion: request.version,
          }),
        );
      const { created } = await decide('unit002');
      expect(
        (await stage.login({ loginName: 'unit002', password: created!.oneTimePassword! })).account.isExtra,
      ).toBe(true);
      expect(
        await stage.test.adminQuery(
          'SELECT login_name FROM account WHERE organisation_id = $1 ORDER BY login_name',
          [stage.organisations.unit],
        ),
      ).toEqual([{ login_name: 'unit001' }, { login_name: 'unit002' }]);
      expect(await codeOf(decide('unit003'))).toBe('ALREADY_DECIDED');
      await stage.test.adminQuery('UPDATE organisation SET headcount = 99 WHERE id = $1', [
        stage.organisations.unit,
      ]);
    },
  );

  rule('DI-ACC-01', 'two creations at once leave one administrator', async () => {
    const bureau = await stage.admin('bureau', ['RETIRED_CADRE']);
    const outcomes = await Promise.allSettled([
      createAdmin(bureau, 'unit', 'unita1'),
      createAdmin(bureau, 'unit', 'unitb1'),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(refused.reason.code).toBe('ADMIN_EXISTS');
  });

  rule('DI-ACC-02', 'staff may also refuse: no account comes of it', async () => {
    const id = await stage.account({ name: 'ext001', organisation: 'extranetUnit' });
    const own = stage.caller(stage.principal(id, 'extranetUnit'));
    const request = await stage.as(own, (tx) =>
      stage.services.extraAdministrators.request(tx, own, '工作量大'),
    );
    const staff = stage.staff();
    const decided = await stage.as(staff, (tx) =>
      stage.services.extraAdministrators.decide(tx, staff, {
        requestId: request.id,
        approve: false,
        note: '不必',
        expectedVersion: 1,
      }),
    );
    expect(decided).toMatchObject({ created: null, request: { status: 'REFUSED', decisionNote: '不必' } });
    expect(await stage.test.adminQuery('SELECT id FROM account')).toHaveLength(1);
  });

  rule(
    'DI-ACC-07',
    'a branch’s credentials come from its direct superior, not from higher up, a peer or itself',
    async () => {
      const [committee, county, neighbour, other] = [
        await stage.admin('committee'),
        await stage.admin('county'),
        await stage.admin('neighbour'),
        await stage.admin('otherBranch'),
      ];
      expect(await codeOf(createAdmin(committee, 'branch', 'branch001'))).toBe('FORBIDDEN');
      expect(await codeOf(createAdmin(other, 'branch', 'branch001'))).toBe('FORBIDDEN');
      expect(await codeOf(createAdmin(neighbour, 'branch', 'branch001'))).toBe('NOT_FOUND');
      const { oneTimePassword } = await createAdmin(county, 'branch', 'branch001');
      expect(await stage.events('created')).toHaveLength(1);
      const stored = JSON.stringify([await stage.audit(), await stage.events('%')]);
      expect(stored).not.toContain(oneTimePassword);
    },
  );

  rule('DI-ACC-06', 'a mobile number is refused as an administrator’s name, a taken name too', async () => {
    const county = await stage.admin('county');
    expect(await codeOf(createAdmin(county, 'branch', '13812345678'))).toBe('LOGIN_NAME_IS_MOBILE');
    expect(await codeOf(createAdmin(county, 'branch', 'countyadmin'))).toBe('LOGIN_NAME_TAKEN');
  });

  const generate = async (by: Caller, root: keyof Stage['organisations'], prefix: string) => {
    const { administrators } = stage.services;
    const rootId = stage.organisations[root];
    const prepared = await stage.as(by, async (tx) =>
      administrators.credentials(tx, ['PARTY'], (await administrators.candidates(tx, by, rootId)).length),
    );
    return stage.as(by, (tx) =>
      administrators.generate(tx, by, { rootId, prefix, realms: ['PARTY'] }, prepared),
    );
  };

  scenario(
    'directory',
    11,
    '12 organisations, 3 without an administrator: 3 names with the prefix, then none; two runs at once make 3',
    async () => {
      const committee = await stage.admin('committee');
      const ids: string[] = [];
      for (let index = 0; index < 8; index += 1) {
        const [row] = await stage.test.adminQuery<{ id: string }>(
          `INSERT INTO organisation (kind, seal_name, region_code, superior_id, has_extranet, registered, valid_from)
         VALUES ('PARTY', $1, '140215100000', $2, false, true, '2020-01-01') RETURNING id`,
          [`示例支部${index}`, stage.organisations.county],
        );
        ids.push(row!.id);
      }
      // 12 below the committee: county, branch, otherBranch, neighbour and these 8; the last three stay without.
      for (const [index, organisation] of ['county', 'branch', 'otherBranch', 'neighbour'].entries()) {
        await stage.account({ name: `kept${index}`, organisation: organisation as 'county' });
      }
      await stage.test.adminQuery(
        `INSERT INTO account (kind, login_name, organisation_id, region_code, realms, status, password_hash, must_change_password, created_at)
       SELECT 'ADMIN', 'made' || n, id, '140215100000', '{PARTY}', 'ACTIVE', '', false, now() FROM unnest($1::uuid[]) WITH ORDINALITY AS g(id, n)`,
        [ids.slice(0, 5)],
      );
      const runs = await Promise.all([
        generate(committee, 'committee', 'dts'),
        generate(committee, 'committee', 'dts'),
      ]);
      const made = runs.flatMap((run) => run.made);
      expect(made.map(({ loginName }) => loginName).sort()).toEqual(['dts001', 'dts002', 'dts003']);
      expect(new Set(made.map(({ organisation }) => organisation.id))).toEqual(new Set(ids.slice(5)));
      expect((await generate(committee, 'committee', 'dts')).made).toEqual([]);
      const [first] = made;
      const signedIn = await stage.login({
        loginName: first!.loginName,
        password: first!.oneTimePassword!,
        realm: 'PARTY',
        module: 'PARTY_ADMIN',
        captcha: { id: (await stage.services.captchas.issue(stage.clock.now())).id, text: 'aB3dE' },
      });
      expect(signedIn.account.status).toBe('PENDING_ACTIVATION');
      await stage.clear();
      await stage.test.adminQuery('DELETE FROM organisation WHERE id = ANY($1::uuid[])', [ids]);
    },
  );

  rule(
    'DI-ACC-04',
    'names that citizens have taken neither stop the generation nor carry the serials away',
    async () => {
      const committee = await stage.admin('committee');
      for (const organisation of ['county', 'branch', 'otherBranch'] as const)
        await stage.account({ name: `kept${organisation.toLowerCase()}`, organisation });
      for (const username of ['dts001', 'dts002', 'dts999999999']) await citizen(stage, { username });
      const { made, remaining } = await generate(committee, 'committee', 'dts');
      expect([made.map(({ loginName }) => loginName), remaining]).toEqual([['dts003'], 0]);
      expect(await codeOf(createAdmin(committee, 'neighbour', 'dts002'))).toBe('ADMIN_EXISTS');
    },
  );

  rule('DI-ACC-05', 'another prefix than the registered one is refused', async () => {
    const committee = await stage.admin('committee');
    expect(await codeOf(generate(committee, 'county', 'tys'))).toBe('INVALID_PREFIX');
    expect(await codeOf(generate(committee, 'county', 'DTS'))).toBe('INVALID_PREFIX');
  });

  rule(
    'DI-ACC-04',
    'only below oneself: a branch cannot generate for its county, nor a neighbour',
    async () => {
      expect(await codeOf(generate(await stage.admin('neighbour'), 'county', 'dts'))).toBe('NOT_FOUND');
      expect(await codeOf(generate(await stage.admin('branch'), 'otherBranch', 'dts'))).toBe('FORBIDDEN');
    },
  );

  rule('DI-ACC-04', 'serials go on after those of regions the caller does not see', async () => {
    await stage.account({ name: 'dts041', organisation: 'neighbour' });
    const county = await stage.admin('county');
    const { made } = await generate(county, 'county', 'dts');
    expect(made.map(({ loginName }) => loginName)).toEqual(['dts042', 'dts043']);
  });

  it('what another service asked for gets accounts with passwords nobody knows, once', async () => {
    const run = () =>
      stage.inService((tx) =>
        stage.services.administrators.generateFor(tx, systemActor(), stage.clock, {
          prefix: 'dts',
          organisationIds: [stage.organisations.branch, stage.organisations.county],
          realms: ['PARTY'],
        }),
      );
    expect((await run()).map(({ loginName, oneTimePassword }) => [loginName, oneTimePassword])).toEqual([
      ['dts001', null],
      ['dts002', null],
    ]);
    expect(await run()).toEqual([]);
  });
});
