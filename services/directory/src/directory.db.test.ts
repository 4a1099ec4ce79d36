import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RegionLevel } from '@junxian/administrative-region';
import { ManualClock } from '@junxian/calendar';
import { type Principal, serviceScope } from '@junxian/identity';
import { createLogger } from '@junxian/observability';
import { principals, rule, type TestDatabase, testDatabase, testKeys } from '@junxian/test-kit';
import { appointmentsForSignIn } from './appointments/appointments.service';
import { parseAuditKeys } from './audit/audit-keys';
import { verifyAuditLog } from './audit/audit-verification.service';
import { DEMO_PASSWORD } from './demo-data/demo-accounts';
import { demoId } from './demo-data/demo-data';
import { migrations } from './migrations';
import { loadReferenceRegions } from './regions/reference-load';
import { graphOver } from './testing/subgraph.support.test';
import { createDirectory, type Directory } from './wiring';

const clock = new ManualClock('2026-03-02T09:00:00+08:00');
let test: TestDatabase;
let directory: Directory;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'junxian-directory-'));
  test = await testDatabase({ service: 'directory', migrations });
  await loadReferenceRegions({ url: test.migratorUrl, provinces: ['14', '37'] });
  directory = createDirectory({
    database: test.database,
    clock,
    logger: createLogger('test', 'silent'),
    keys: testKeys,
    auditKeys: parseAuditKeys(Buffer.alloc(32, 9).toString('base64')),
    filesDirectory: folder,
    argon2: { memoryCost: 64, timeCost: 1, parallelism: 1 },
  });
  await directory.loadDemoData();
}, 120_000);
const graph = graphOver(() => ({
  ...directory.schema,
  database: test.database,
  clock,
}));
afterAll(async () => {
  await test.close();
  await rm(folder, { recursive: true });
});

const LOGIN = `mutation ($loginName: String!, $password: String!) {
  login(realm: POVERTY_ALLEVIATION, module: POVERTY_ALLEVIATION, channel: INTERNET, loginName: $loginName, password: $password) {
    pending account { id } appointment { id organisationId regionCode regionLevel roles } } }`;

async function ask<Data>(
  principal: Principal,
  document: string,
  variables: Record<string, unknown> = {},
): Promise<Data> {
  const { data, errors } = await graph.ask(principal, document, variables);
  expect(errors).toBeUndefined();
  return data as Data;
}

const login = (loginName: string, password = DEMO_PASSWORD) =>
  graph.ask(principals.anonymous(), LOGIN, { loginName, password });

interface SignedIn {
  pending: boolean;
  account: { id: string };
  appointment: {
    id: string;
    organisationId: string;
    regionCode: string;
    regionLevel: RegionLevel;
    roles: string[];
  };
}

function principalOf({ account, appointment, pending }: SignedIn): Principal {
  const { id: appointmentId, ...rest } = appointment;
  return principals.officer({ ...rest, appointmentId, accountId: account.id, pending });
}

/** Signs in as the gateway would see it: the principal of the token's claims. */
async function signedIn(loginName: string, password = DEMO_PASSWORD): Promise<Principal> {
  const { data, errors } = await login(loginName, password);
  expect(errors).toBeUndefined();
  return principalOf(data?.login as SignedIn);
}

/** The actions that work adds to the audit log, without those of signing in for it. */
async function audited(work: () => Promise<unknown>): Promise<string[]> {
  const [{ last } = { last: '0' }] = await test.adminQuery<{ last: string }>(
    'SELECT sequence AS last FROM audit_head',
  );
  await work();
  const rows = await test.adminQuery<{ action: string; outcome: string }>(
    'SELECT action, outcome FROM audit_entry WHERE sequence > $1 ORDER BY sequence',
    [last],
  );
  return rows.map(({ action, outcome }) => `${action} ${outcome}`);
}

describe('the directory as one service', () => {
  it('signs every demonstration account in with its own region, but the locked one', async () => {
    expect(await signedIn('shanxi')).toMatchObject({ regionCode: '140000000000', regionLevel: 'PROVINCE' });
    expect(await signedIn('township')).toMatchObject({ regionCode: '140215100000', regionLevel: 'TOWNSHIP' });
    expect(await signedIn('village')).toMatchObject({ regionCode: '140215100200', regionLevel: 'VILLAGE' });
    expect((await login('locked')).errors?.[0]?.extensions?.code).toBe('ACCOUNT_LOCKED');
  });

  it('lets an account with two posts act for one at a time: they never add up', async () => {
    const acting = await signedIn('twoposts');
    const { myAppointments } = await ask<{
      myAppointments: { id: string; isActing: boolean; regionCode: string }[];
    }>(acting, '{ myAppointments { id isActing regionCode } }');
    expect(myAppointments.map(({ regionCode, isActing }) => [regionCode, isActing])).toEqual([
      ['140214000000', true],
      ['140215000000', false],
    ]);
    const seen = async (principal: Principal) => {
      const document =
        'query ($a: ID!, $b: ID!) { a: organisation(id: $a) { id } b: organisation(id: $b) { id } }';
      const ids = { a: demoId('organisation', 'yungang'), b: demoId('organisation', 'yunzhou') };
      const { a, b } = await ask<{ a: object | null; b: object | null }>(principal, document, ids);
      return [a !== null, b !== null];
    };
    expect(await seen(acting)).toEqual([true, false]);
    expect(acting.roles).toContain('poverty-alleviation:OPERATOR');
    const [own] = await test.database.read(serviceScope('test'), (tx) =>
      appointmentsForSignIn(tx, demoId('account', 'twoposts'), clock.today()).then((all) =>
        all.filter(({ regionCode }) => regionCode === '140215000000'),
      ),
    );
    expect(own?.roles).toEqual(['poverty-alleviation:VIEWER']);
    expect(await seen({ ...acting, ...own, appointmentId: own?.id as string })).toEqual([false, true]);
  });

  rule(
    'DI-AUD-01',
    'login, failure, lock, unlock, reset, activation, role grant, organisation and region change, clearing and export each write one entry',
    async () => {
      const datong = await signedIn('datong');
      const yunzhou = await signedIn('yunzhou');
      const maintainer = await signedIn('maintainer');
      const yunzhouAccount = demoId('account', 'yunzhou');

      expect(await audited(() => signedIn('yungang'))).toEqual(['SIGNED_IN OK']);
      expect(await audited(() => login('yunzhou', 'wrong-1234'))).toEqual(['SIGN_IN_FAILED REFUSED']);
      for (let attempt = 2; attempt < 5; attempt += 1) await login('yunzhou', 'wrong-1234');
      expect(await audited(() => login('yunzhou', 'wrong-1234'))).toEqual([
        'SIGN_IN_FAILED REFUSED',
        'ACCOUNT_LOCKED OK',
      ]);
      expect(
        await audited(() =>
          ask(
            datong,
            'mutation ($id: ID!) { unlockAccount(accountId: $id, realm: POVERTY_ALLEVIATION) { wasLocked } }',
            {
              id: yunzhouAccount,
            },
          ),
        ),
      ).toEqual(['ACCOUNT_UNLOCKED OK']);
      expect(
        await audited(() =>
          ask(datong, 'mutation ($id: ID!) { resetAccountPassword(accountId: $id) { oneTimePassword } }', {
            id: yunzhouAccount,
          }),
        ),
      ).toEqual(['PASSWORD_RESET OK']);

      const { createOrganisation } = await ask<{ createOrganisation: { id: string; version: number } }>(
        datong,
        'mutation ($input: CreateOrganisationInput!) { createOrganisation(input: $input) { id version } }',
        {
          input: {
            kind: 'BUREAU',
            sealName: '示例新设单位',
            superiorId: demoId('organisation', 'datong'),
            regionCode: '140214000000',
            hasExtranet: false,
          },
        },
      );
      const { createAdmin } = await ask<{
        createAdmin: { oneTimePassword: string; account: { id: string } };
      }>(
        datong,
        'mutation ($input: CreateAdminInput!) { createAdmin(input: $input) { oneTimePassword account { id } } }',
        {
          input: {
            organisationId: createOrganisation.id,
            loginName: 'newbureau',
            realms: ['POVERTY_ALLEVIATION'],
          },
        },
      );
      const fresh = await signedIn('newbureau', createAdmin.oneTimePassword);
      expect(fresh.pending).toBe(true);
      expect(
        await audited(() =>
          ask(
            fresh,
            'mutation { activateAccount(realName: "张伟", newPassword: "Chosen-567") { account { status } } }',
          ),
        ),
      ).toEqual(['ACCOUNT_ACTIVATED OK']);

      const [{ id: appointmentId } = { id: '' }] = await test.adminQuery<{ id: string }>(
        'SELECT id FROM appointment WHERE account_id = $1',
        [createAdmin.account.id],
      );
      expect(
        await audited(() =>
          ask(
            datong,
            'mutation ($id: ID!) { grantRole(appointmentId: $id, role: "poverty-alleviation:VIEWER") { id } }',
            {
              id: appointmentId,
            },
          ),
        ),
      ).toEqual(['ROLE_GRANTED OK']);

      expect(
        await audited(() =>
          ask(
            datong,
            'mutation ($id: ID!, $version: Int!) { updateOrganisation(id: $id, input: { adminPrefix: "sl" }, expectedVersion: $version) { id } }',
            { id: createOrganisation.id, version: createOrganisation.version },
          ),
        ),
      ).toEqual(['ORGANISATION_CHANGED OK']);

      expect(
        await audited(() =>
          ask(
            maintainer,
            `mutation { scheduleRegionChange(input: { kind: RENAME, effectiveDate: "2027-01-01", from: ["140215100000"],
               to: [{ code: "140215100000", name: "示例镇" }], basisDocument: "示例文件1号" }) { id } }`,
          ),
        ),
      ).toEqual(['REGION_CHANGE_SCHEDULED OK']);

      const { registerNaturalVillage } = await ask<{ registerNaturalVillage: { code: string } }>(
        yunzhou,
        'mutation { registerNaturalVillage(input: { villageCode: "140215100200", name: "示例自然村" }) { code } }',
      );
      expect(
        await audited(() =>
          ask(yunzhou, 'mutation ($codes: [ID!]!) { removeNaturalVillages(codes: $codes, confirm: true) }', {
            codes: [registerNaturalVillage.code],
          }),
        ),
      ).toEqual(['NATURAL_VILLAGE_REMOVED OK']);

      const auditor = await signedIn('auditor');
      expect(await audited(() => ask(auditor, 'mutation { exportAuditLog { rows } }'))).toEqual([
        'AUDIT_EXPORTED OK',
      ]);
    },
    60_000,
  );

  rule(
    'DI-AUD-02',
    'the log of all this is one intact chain without a password, ID number or phone',
    async () => {
      const verdict = await test.database.read(serviceScope('test'), (tx) => verifyAuditLog(tx, {}));
      expect(verdict).toMatchObject({ intact: true, reachedEnd: true });
      expect(verdict.checked).toBeGreaterThan(20);
      const rows = await test.adminQuery<{ text: string }>(
        'SELECT audit_entry::text AS text FROM audit_entry',
      );
      const log = rows.map(({ text }) => text).join('\n');
      for (const secret of [DEMO_PASSWORD, 'wrong-1234', 'Chosen-567', '$argon2'])
        expect(log).not.toContain(secret);
      expect(log).not.toMatch(/(?<![\w-])\d{17}[\dXx](?!\w)|(?<![\w-])1[3-9]\d{9}(?!\w)/);
    },
  );
});
