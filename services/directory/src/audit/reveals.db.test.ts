import { randomUUID } from 'node:crypto';
import { ManualClock } from '@junxian/calendar';
import { scopeOf, serviceScope } from '@junxian/identity';
import { type EventOf, PovertyIdentityRevealed } from '@junxian/messaging';
import { principals, rule, type TestDatabase, testDatabase } from '@junxian/test-kit';
import { migrations } from '../migrations';
import { parseAuditKeys, useAuditKeys } from './audit-keys';
import { recordReveals, revealConsumers } from './reveals';

const CITIZEN = `c1_${'a2'.repeat(13)}`;
const clock = new ManualClock('2026-03-02T09:00:00+08:00');
let test: TestDatabase;

beforeAll(async () => {
  useAuditKeys(parseAuditKeys(Buffer.alloc(32, 4).toString('base64')));
  test = await testDatabase({ service: 'directory', migrations });
});
afterAll(() => test.close());

describe('masked data that somebody saw in full', () => {
  rule(
    'DI-AUD-01',
    'in another service: its event becomes an entry, in the region of whoever looked',
    async () => {
      const [organisation] = await test.adminQuery<{ id: string }>(
        `INSERT INTO organisation (kind, seal_name, region_code, has_extranet, registered, valid_from)
       VALUES ('BUREAU', '示例单位', '140215000000', false, true, '2020-01-01') RETURNING id`,
      );
      const [account] = await test.adminQuery<{ id: string }>(
        `INSERT INTO account (kind, login_name, organisation_id, region_code, realms, status, password_hash, must_change_password, created_at)
       VALUES ('ADMIN', 'looker', $1, '140215000000', '{PARTY}', 'ACTIVE', '', false, now()) RETURNING id`,
        [organisation?.id],
      );
      const event: EventOf<typeof PovertyIdentityRevealed> = {
        specversion: '1.0',
        id: randomUUID(),
        source: PovertyIdentityRevealed.source,
        type: PovertyIdentityRevealed.type,
        subject: CITIZEN,
        time: clock.now().toISOString(),
        datacontenttype: 'application/json',
        dataschema: PovertyIdentityRevealed.dataSchema,
        data: { citizenIds: [CITIZEN], accountId: account?.id as string, field: 'HouseholdMember.idNumber' },
      };
      for (const consumer of revealConsumers)
        await test.database.write(serviceScope(consumer.name), (tx) => consumer.apply(tx, [event]));
      expect(
        await test.adminQuery(
          'SELECT action, account_id, organisation_id, region_code, target_type, target_id, after FROM audit_entry',
        ),
      ).toEqual([
        {
          action: 'IDENTITY_REVEALED',
          account_id: account?.id,
          organisation_id: organisation?.id,
          region_code: '140215000000',
          target_type: 'HouseholdMember',
          target_id: CITIZEN,
          after: {
            field: 'HouseholdMember.idNumber',
            citizenIds: [CITIZEN],
            service: '/junxian/poverty-alleviation',
          },
        },
      ]);
    },
  );

  it('in this service: one entry for each value, in the name of whoever looked', async () => {
    const principal = principals.officer({
      regionCode: '140214000000',
      regionLevel: 'COUNTY',
      operatorName: '张伟',
    });
    await test.database.write(scopeOf(principal), (tx) =>
      recordReveals(
        tx,
        [
          { field: 'Organisation.contactPhone', subject: 'o1' },
          { field: 'Organisation.contactPhone', subject: 'o2' },
        ],
        { principal, clientIp: '192.0.2.9', clock },
      ),
    );
    expect(
      await test.adminQuery(
        'SELECT target_id, operator_name, ip FROM audit_entry WHERE account_id = $1 ORDER BY sequence',
        [principal.accountId],
      ),
    ).toEqual([
      { target_id: 'o1', operator_name: '张伟', ip: '192.0.2.9' },
      { target_id: 'o2', operator_name: '张伟', ip: '192.0.2.9' },
    ]);
  });
});
