import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualClock } from '@junxian/calendar';
import { scopeOf, serviceScope } from '@junxian/identity';
import { principals, rule, scenario, type TestDatabase, testDatabase } from '@junxian/test-kit';
import { Client } from 'pg';
import { migrations } from '../migrations';
import { type AuditInput, recordAudit } from './audit.service';
import { type SealedEntry, sealPoint } from './audit-chain.rules';
import { CHECKPOINT_EVERY, readChainPage, readHead, sealCheckpoint } from './audit-chain.store';
import { parseAuditKeys, useAuditKeys } from './audit-keys';
import { verifyAuditLog } from './audit-verification.service';
import { verifyWholeLog } from './verify-command';

const clock = new ManualClock('2026-03-01T09:00:00+08:00');
const service = serviceScope('audit test');
let test: TestDatabase;

beforeAll(async () => {
  useAuditKeys(parseAuditKeys(Buffer.alloc(32, 3).toString('base64')));
});
beforeEach(async () => {
  test = await testDatabase({ service: 'directory', migrations });
});
afterEach(() => test.close());

function entry(number: number, part: Partial<AuditInput> = {}): AuditInput {
  return {
    action: 'ORGANISATION_CHANGED',
    targetType: 'organisation',
    targetId: `target ${number}`,
    before: { sealName: '示例单位', headcount: number },
    after: { sealName: '示例单位', headcount: number + 1 },
    outcome: 'OK',
    actor: {
      accountId: null,
      operatorName: null,
      organisationId: null,
      regionCode: '140215000000',
      ip: '192.0.2.1',
    },
    at: clock.now(),
    ...part,
  };
}

async function write(count: number): Promise<void> {
  await test.database.write(service, async (tx) => {
    for (let number = 1; number <= count; number += 1) await recordAudit(tx, entry(number));
  });
}

const verify = (request = {}) => test.database.read(service, (tx) => verifyAuditLog(tx, request));

/** What somebody with all rights over the database can do: triggers off first. */
async function tamper(sql: string, parameters: unknown[] = []): Promise<void> {
  await test.adminQuery('ALTER TABLE audit_entry DISABLE TRIGGER append_only');
  await test.adminQuery('ALTER TABLE audit_checkpoint DISABLE TRIGGER append_only');
  await test.adminQuery(sql, parameters);
}

const faults = async (request = {}) =>
  (await verify(request)).faults.map(({ kind, sequence }) => `${kind} ${sequence}`);

describe('appending', () => {
  it('commits with the change or not at all', async () => {
    await expect(
      test.database.write(service, async (tx) => {
        await recordAudit(tx, entry(1));
        throw new Error('the change fails');
      }),
    ).rejects.toThrow('the change fails');
    await write(2);
    expect(await verify()).toMatchObject({
      intact: true,
      checked: 2,
      reachedEnd: true,
      last: { sequence: 2 },
    });
  });

  rule('DI-AUD-02', 'fifty parallel transactions leave one intact chain without gaps', async () => {
    await Promise.all(
      Array.from({ length: 50 }, (_, number) =>
        test.database.write(service, async (tx) => {
          await recordAudit(tx, entry(number));
          if (number % 5 === 0) await recordAudit(tx, entry(number + 1000));
        }),
      ),
    );
    const rows = await test.adminQuery<{ sequence: string }>(
      'SELECT sequence FROM audit_entry ORDER BY sequence',
    );
    expect(rows.map(({ sequence }) => Number(sequence))).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
    expect(await verify()).toMatchObject({ intact: true, checked: 60 });
  });

  it('keeps what jsonb keeps: the hash of the read-back content is the sealed one', async () => {
    await test.database.write(service, (tx) =>
      recordAudit(
        tx,
        entry(1, {
          after: { z: 1.5, a: [true, null, '中"\\\n', 1e21, -0], m: { y: '', b: 0.1 } },
          before: undefined,
        }),
      ),
    );
    expect(await verify()).toMatchObject({ intact: true, checked: 1 });
  });

  rule('DI-AUD-02', 'a password or ID number handed over by mistake is not stored', async () => {
    await test.database.write(service, (tx) =>
      recordAudit(tx, entry(1, { after: { newPassword: 'Abc!12345', note: '证件 140202198001011234' } })),
    );
    const [row] = await test.adminQuery<{ text: string }>(
      'SELECT audit_entry::text AS text FROM audit_entry',
    );
    expect(row?.text).not.toMatch(/Abc!12345|140202198001011234/);
    expect(row?.text).toContain('[hidden]');
  });

  it('lets a caller add entries only in the own name', async () => {
    const officer = principals.officer({ regionCode: '140215000000', regionLevel: 'COUNTY' });
    const own = entry(1, { actor: { ...entry(1).actor, accountId: officer.accountId } });
    await test.database.write(scopeOf(officer), (tx) => recordAudit(tx, own));
    await expect(test.database.write(scopeOf(officer), (tx) => recordAudit(tx, entry(2)))).rejects.toThrow(
      /row-level security/,
    );
    expect(await verify()).toMatchObject({ intact: true, checked: 1 });
  });

  it('refuses to go on from a head that the application did not write', async () => {
    await write(1);
    await test.adminQuery('UPDATE audit_head SET sequence = 7');
    await expect(write(1)).rejects.toThrow(/not genuine/);
  });
});

describe('a log that cannot be changed', () => {
  scenario(
    'directory',
    21,
    'UPDATE and DELETE on audit rows fail at database level, for the owner too',
    async () => {
      await write(3);
      const statements = [
        `UPDATE audit_entry SET outcome = 'REFUSED'`,
        'DELETE FROM audit_entry WHERE sequence = 2',
        'DELETE FROM audit_entry WHERE false',
        'TRUNCATE audit_entry',
        'UPDATE audit_checkpoint SET sequence = 1',
      ];
      const app = await test.appClient();
      const owner = new Client({ connectionString: test.migratorUrl });
      await owner.connect();
      await owner.query('SET ROLE directory_owner');
      try {
        for (const statement of statements) {
          await expect(app.query(statement)).rejects.toThrow(/permission denied/);
          await expect(owner.query(statement)).rejects.toThrow(/append-only/);
          await expect(test.adminQuery(statement)).rejects.toThrow(/append-only/);
        }
        await test.adminQuery('SET session_replication_role = replica');
        await expect(test.adminQuery(statements[1] ?? '')).rejects.toThrow(/append-only/);
      } finally {
        await app.end();
        await owner.end();
      }
      expect(await verify()).toMatchObject({ intact: true, checked: 3 });
    },
  );
});

describe('verification', () => {
  rule(
    'DI-AUD-02',
    'edited, deleted, reordered, inserted and cut-off rows are found in the table',
    async () => {
      await write(6);
      await tamper(`UPDATE audit_entry SET operator_name = '某人' WHERE sequence = 2`);
      expect(await faults()).toEqual(['EDITED 2']);
      await tamper('UPDATE audit_entry SET operator_name = NULL WHERE sequence = 2');
      expect(await faults()).toEqual([]);

      await tamper(
        'UPDATE audit_entry SET sequence = CASE sequence WHEN 3 THEN -4 ELSE -3 END WHERE sequence IN (3, 4)',
      );
      await tamper('UPDATE audit_entry SET sequence = -sequence WHERE sequence < 0');
      expect(await faults()).toEqual(['REORDERED 3', 'EDITED 3', 'REORDERED 4', 'EDITED 4', 'REORDERED 5']);
      await tamper(
        'UPDATE audit_entry SET sequence = CASE sequence WHEN 3 THEN -4 ELSE -3 END WHERE sequence IN (3, 4)',
      );
      await tamper('UPDATE audit_entry SET sequence = -sequence WHERE sequence < 0');
      expect(await faults()).toEqual([]);

      await tamper(
        `INSERT INTO audit_entry SELECT 7, at, account_id, operator_name, organisation_id, region_code, ip, action,
         target_type, target_id, before, after, outcome, key_version, hash, previous_hash FROM audit_entry WHERE sequence = 6`,
      );
      expect(await faults()).toEqual(['EDITED 7', 'HEAD_FORGED 6']);
      await tamper('DELETE FROM audit_entry WHERE sequence = 7');
      await tamper('DELETE FROM audit_entry WHERE sequence = 4');
      expect(await faults()).toEqual(['DELETED 4']);
      await tamper('DELETE FROM audit_entry WHERE sequence >= 4');
      expect(await faults()).toEqual(['TRUNCATED 4']);
    },
  );

  rule(
    'DI-AUD-02',
    'a cut-off end with the head set back is found by checkpoints, in the table and outside',
    async () => {
      await write(3);
      const early = await test.database.read(service, (tx) => readHead(tx, false));
      await write(3);
      expect(await test.database.write(service, (tx) => sealCheckpoint(tx, clock.now()))).toBe(true);
      expect(await test.database.write(service, (tx) => sealCheckpoint(tx, clock.now()))).toBe(false);
      const [event] = await test.adminQuery<{ envelope: string }>('SELECT envelope FROM outbox');
      const outside = JSON.parse(event?.envelope ?? '{}') as {
        type: string;
        data: { sequence: number; hash: string };
      };
      expect(outside.type).toBe('junxian.directory.audit.sealed.v1');
      expect(outside.data.sequence).toBe(6);

      await tamper('DELETE FROM audit_entry WHERE sequence > 3');
      await tamper('UPDATE audit_head SET sequence = $1, hash = $2, key_version = $3, mac = $4', [
        early?.sequence,
        early?.hash,
        early?.keyVersion,
        early?.mac,
      ]);
      expect(await faults()).toEqual(['TRUNCATED 4']);
      await tamper('DELETE FROM audit_checkpoint');
      expect(await faults()).toEqual([]);
      expect(await faults({ known: [outside.data] })).toEqual(['TRUNCATED 4']);
    },
  );

  it('finds a head that was sealed with another key', async () => {
    await write(2);
    const forger = parseAuditKeys(Buffer.alloc(32, 99).toString('base64'));
    const [, last] = await test.database.read(service, (tx) => readChainPage(tx, 0, 10));
    await tamper('UPDATE audit_head SET mac = $1', [
      sealPoint('audit-head', last as SealedEntry, forger).mac,
    ]);
    expect(await faults()).toEqual(['HEAD_FORGED 2']);
  });

  it('takes points kept outside from a file, and refuses a file that has none', async () => {
    await write(3);
    const folder = await mkdtemp(join(tmpdir(), 'junxian-audit-'));
    try {
      const file = join(folder, 'sealed.jsonl');
      await writeFile(file, `${JSON.stringify({ sequence: 4, hash: 'a'.repeat(64) })}\n\n`);
      expect((await verifyWholeLog(test.database, undefined)).intact).toBe(true);
      expect((await verifyWholeLog(test.database, file)).faults).toEqual([
        { kind: 'TRUNCATED', sequence: 4 },
      ]);
      await writeFile(file, '{"sequence": 1}');
      await expect(verifyWholeLog(test.database, file)).rejects.toThrow('line 1');
      await writeFile(file, 'nonsense');
      await expect(verifyWholeLog(test.database, file)).rejects.toThrow('line 1');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('checks a part, and says where to go on', async () => {
    await write(10);
    expect(await verify({ from: 3, most: 4 })).toMatchObject({
      intact: true,
      checked: 4,
      next: 7,
      reachedEnd: false,
    });
    expect(await verify({ from: 7 })).toMatchObject({
      intact: true,
      checked: 4,
      next: null,
      reachedEnd: true,
    });
    expect(await verify({ from: 2, to: 5 })).toMatchObject({ intact: true, checked: 4, reachedEnd: false });
    await expect(verify({ from: 5, to: 4 })).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'to' });
  });

  it('writes a checkpoint each time the chain passes a thousand entries', async () => {
    await write(CHECKPOINT_EVERY + 1);
    const rows = await test.adminQuery<{ sequence: string }>('SELECT sequence FROM audit_checkpoint');
    expect(rows).toEqual([{ sequence: String(CHECKPOINT_EVERY + 1) }]);
    expect(await verify()).toMatchObject({ intact: true, checked: CHECKPOINT_EVERY + 1 });
  });
});
