import { levelDepth } from '@junxian/administrative-region';
import { ManualClock } from '@junxian/calendar';
import { serviceScope } from '@junxian/identity';
import { type TestDatabase, testDatabase } from '@junxian/test-kit';
import { PasswordHasher } from '../accounts/password-hasher';
import { appointmentsForSignIn } from '../appointments/appointments.service';
import { migrations } from '../migrations';
import { DEMO_PASSWORD, demoAccounts, demoOrganisations } from './demo-accounts';
import { demoId, loadDemoData } from './demo-data';

const clock = new ManualClock('2026-03-02T09:00:00+08:00');
/** Argon2id at its cheapest: the test proves who gets in, not how slow guessing is. */
const hasher = new PasswordHasher({ memoryCost: 8, timeCost: 1, parallelism: 1 });
let test: TestDatabase;

beforeAll(async () => {
  test = await testDatabase({ service: 'directory', migrations });
  for (const { regionCode, regionLevel } of demoOrganisations)
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
    await Promise.all([
      loadDemoData(test.database, hasher, clock),
      loadDemoData(test.database, hasher, clock),
    ]);
    const first = await everything();
    expect(first.accounts).toHaveLength(demoAccounts.length);
    expect(first.organisations).toHaveLength(demoOrganisations.length);
    await loadDemoData(test.database, hasher, clock);
    expect(await everything()).toEqual(first);
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
