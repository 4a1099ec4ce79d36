import { migrate } from '@junxian/persistence';
import { type TestDatabase, testDatabase } from '@junxian/test-kit';
import { migrations } from '.';
import { PublicAccounts1000000000600 } from './600-public-accounts';
import { NationalFundOfficers1000000000920 } from './920-national-fund-officers';
import { BeyondScope1000000000910 } from './beyond-scope';

const LATER: readonly unknown[] = [
  PublicAccounts1000000000600,
  BeyondScope1000000000910,
  NationalFundOfficers1000000000920,
];
let test: TestDatabase;
beforeAll(async () => {
  test = await testDatabase({
    service: 'directory',
    migrations: migrations.filter((migration) => !LATER.includes(migration)),
  });
});
afterAll(() => test.close());

describe('an installation from before citizens had accounts', () => {
  it('keeps its accounts and sessions as they are, and takes citizens', async () => {
    const [{ id } = { id: '' }] = await test.adminQuery<{ id: string }>(
      `WITH organisation AS (
         INSERT INTO organisation (kind, seal_name, region_code, has_extranet, registered, valid_from)
         VALUES ('BUREAU', '示例', '140000000000', false, true, '2020-01-01') RETURNING id)
       INSERT INTO account (kind, login_name, organisation_id, region_code, realms, status, password_hash, must_change_password, created_at)
       SELECT 'ADMIN', 'admin1', id, '140000000000', '{PARTY,PUBLIC}', 'ACTIVE', 'x', false, now() FROM organisation RETURNING id`,
    );
    await test.adminQuery(
      `INSERT INTO session (account_id, appointment_id, realm, module, channel, single_slot, kept, started_at, last_seen_at, expires_at)
       VALUES ($1, $1, 'PARTY', 'PARTY_ADMIN', 'INTERNET', false, false, now(), now(), now())`,
      [id],
    );
    const before = await test.adminQuery('SELECT * FROM account');
    await migrate({ url: test.migratorUrl, service: 'directory', migrations });
    expect(await test.adminQuery('SELECT * FROM account')).toEqual(before);
    expect(await test.adminQuery('SELECT appointment_id FROM session')).toEqual([{ appointment_id: id }]);
    expect(
      await test.adminQuery(
        `SELECT threshold, password_min_length FROM realm_policy WHERE realm = 'PETITIONS'`,
      ),
    ).toEqual([{ threshold: 5, password_min_length: 8 }]);
    expect(await test.adminQuery(`SELECT grantable_by FROM role WHERE code = 'public:CITIZEN'`)).toEqual([
      { grantable_by: 'NOBODY' },
    ]);
  });

  it('refuses what is neither a citizen’s nor an officer’s account', async () => {
    const insert = (kind: string, home: string, realms: string, phone: string) =>
      test.adminQuery(
        `INSERT INTO account (kind, login_name, organisation_id, region_code, realms, phone_sealed, phone_index, status, password_hash, must_change_password, created_at)
         SELECT $1, 'name' || random(), CASE WHEN $2 <> '' THEN o.id END, nullif($2, ''), $3::text[], nullif($4, ''), nullif($4, ''), 'ACTIVE', 'x', false, now()
         FROM organisation o`,
        [kind, home, realms, phone],
      );
    for (const [kind, home, realms, phone, constraint] of [
      ['CITIZEN', '140000000000', '{PUBLIC}', 'x', 'account_home'],
      ['CITIZEN', '', '{PUBLIC,PARTY}', 'x', 'account_of_citizen'],
      ['CITIZEN', '', '{PUBLIC}', '', 'account_of_citizen'],
      ['ADMIN', '', '{PARTY}', '', 'account_home'],
      ['GUEST', '140000000000', '{PARTY}', '', 'account_kind'],
    ] as const)
      await expect(insert(kind, home, realms, phone)).rejects.toThrow(constraint);
    await insert('CITIZEN', '', '{PUBLIC}', 'x');
  });
});
