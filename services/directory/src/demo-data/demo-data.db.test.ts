import { levelDepth } from '@junxian/administrative-region';
import { ManualClock } from '@junxian/calendar';
import { serviceScope } from '@junxian/identity';
import { type TestDatabase, testDatabase, testKeys } from '@junxian/test-kit';
import { PasswordHasher } from '../accounts/password-hasher';
import { PersonalData } from '../accounts/personal-data';
import { appointmentsForSignIn } from '../appointments/appointments.service';
import { migrations } from '../migrations';
import { DEMO_PASSWORD, demoAccounts, demoOrganisations } from './demo-accounts';
import { demoId, loadDemoData } from './demo-data';
import { demoCitizens } from './demo-petitions';

const clock = new ManualClock('2026-03-02T09:00:00+08:00');
/** Argon2id at its cheapest: the test proves who gets in, not how slow guessing is. */
const hasher = new PasswordHasher({ memoryCost: 8, timeCost: 1, parallelism: 1 });
const personalData = new PersonalData(testKeys);
let test: TestDatabase;

beforeAll(async () => {
  test = await testDatabase({ service: 'directory', migrations });
  const levels = new Map(demoOrganisations.map(({ regionCode, regionLevel }) => [regionCode, regionLevel]));
  for (const [regionCode, regionLevel] of levels)
    await test.adminQuery(
      `INSERT INTO region (code, level, name, parent_code, is_placeholder, initials, valid_from, grams)
       VALUES ($1::text, $2::int, $1::text, CASE WHEN $2::int = 0 THEN NULL ELSE '000000000000' END, false, '', '1949-10-01', '{}')`,
      [regionCode, levelDepth(regionLevel)],
    );
});
afterAll(() => test.close());

const everything = async () => ({
  accounts: await test.adminQuery(
    'SELECT id, login_name, status, password_hash, version FROM account ORDER BY id',
  ),
  appointments: await test.adminQuery(
    'SELECT account_id, region_code, is_primary FROM appointment ORDER BY id',
  ),
  organisations: await test.adminQuery('SELECT id, seal_name, superior_id FROM organisation ORDER BY id'),
});
const signIn = (loginName: string) =>
  test.database.read(serviceScope('test'), (tx) =>
    appointmentsForSignIn(tx, demoId('account', loginName), clock.today()),
  );

describe('demonstration data', () => {
  it('is there once, however often and however parallel it is loaded', async () => {
    let [running, most] = [0, 0];
    const hash = jest.spyOn(hasher, 'hash').mockImplementation(async (password) => {
      most = Math.max(most, ++running);
      return PasswordHasher.prototype.hash.call(hasher, password).finally(() => running--);
    });
    await Promise.all([
      loadDemoData(test.database, hasher, personalData, clock),
      loadDemoData(test.database, hasher, personalData, clock),
    ]);
    expect([most, hash.mock.calls.length]).toEqual([4, demoAccounts.length + demoCitizens.length]);
    hash.mockRestore();
    const first = await everything();
    expect(new Set(first.accounts.map((account) => account.password_hash)).size).toBe(first.accounts.length);
    expect(first.accounts).toHaveLength(demoAccounts.length + demoCitizens.length);
    expect(first.organisations).toHaveLength(demoOrganisations.length);
    await loadDemoData(test.database, hasher, personalData, clock);
    expect(await everything()).toEqual(first);
  });

  it('announces the tree and the posts, so that other services have their copies', async () => {
    const envelopes = await test.adminQuery<{ envelope: string }>(
      'SELECT envelope FROM outbox ORDER BY position',
    );
    const events = envelopes.map(({ envelope }) => JSON.parse(envelope));
    const of = (happened: string) => events.filter(({ type }) => type === `junxian.directory.${happened}.v1`);
    const registered = of('organisation.registered');
    expect(registered.map(({ subject }) => subject)).toEqual(
      demoOrganisations.map(({ key }) => demoId('organisation', key)),
    );
    expect(
      registered.find(({ subject }) => subject === demoId('organisation', 'pt-yunzhou-unit')),
    ).toMatchObject({
      aggregateversion: 1,
      data: {
        kind: 'DEPARTMENT',
        regionCode: '140215000000',
        superiorId: demoId('organisation', 'pt-yunzhou'),
      },
    });
    const granted = of('appointment.granted');
    expect(granted).toHaveLength(demoAccounts.flatMap(({ appointments }) => appointments).length);
    expect(
      granted.find(({ data }) => data.accountId === demoId('account', 'pt-yunzhou-unit'))?.data,
    ).toMatchObject({
      organisationId: demoId('organisation', 'pt-yunzhou-unit'),
      roles: ['petitions:HANDLER', 'petitions:RECEIVER'],
    });
  });

  it('has citizens of no organisation, one of them without an identity', async () => {
    const rows = await test.adminQuery(
      `SELECT id, login_name, organisation_id, region_code, realms, status, citizen_id FROM account
       WHERE kind = 'CITIZEN' ORDER BY login_name`,
    );
    const common = { organisation_id: null, region_code: null, realms: ['PUBLIC'], status: 'ACTIVE' };
    const number = demoCitizens.find(({ loginName }) => loginName === 'citizen')?.idNumber as string;
    expect(rows).toEqual([
      { ...common, id: demoId('account', 'anonymous'), login_name: 'anonymous', citizen_id: null },
      {
        ...common,
        id: demoId('account', 'citizen'),
        login_name: 'citizen',
        citizen_id: personalData.citizenId(number),
      },
    ]);
  });

  it('gives each account its region and roles, and one its two posts', async () => {
    expect(await signIn('shanxi')).toEqual([
      expect.objectContaining({
        regionCode: '140000000000',
        roles: expect.arrayContaining(['directory:SUPERIOR_ADMIN', 'poverty-alleviation:MANAGER']),
      }),
    ]);
    expect((await signIn('village'))[0]).toMatchObject({
      regionCode: '140215100200',
      regionLevel: 'VILLAGE',
    });
    expect((await signIn('twoposts')).map(({ regionCode, isPrimary }) => [regionCode, isPrimary])).toEqual([
      ['140214000000', true],
      ['140215000000', false],
    ]);
  });

  it('knows the password, and has one account locked', async () => {
    const [row] = await test.adminQuery<{ password_hash: string }>(
      `SELECT password_hash FROM account WHERE login_name = 'yunzhou'`,
    );
    expect(await hasher.fits(row?.password_hash ?? null, DEMO_PASSWORD)).toBe(true);
    const locked = await test.adminQuery<{ login_name: string }>(
      'SELECT DISTINCT a.login_name FROM login_state s JOIN account a ON a.id = s.account_id WHERE s.locked_until > now()',
    );
    expect(locked).toEqual([{ login_name: 'locked' }]);
  });
});
