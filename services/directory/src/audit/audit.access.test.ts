import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ManualClock } from '@junxian/calendar';
import { type Principal, serviceScope } from '@junxian/identity';
import { principals, rule, type TestDatabase, testDatabase } from '@junxian/test-kit';
import { migrations } from '../migrations';
import { graphOver } from '../testing/subgraph.support.test';
import { auditResolvers } from './audit.resolvers';
import { recordAudit } from './audit.service';
import { parseAuditKeys, useAuditKeys } from './audit-keys';
import { followRegionMovesInAudit } from './audit-region.service';

const AUDITOR = 'directory:AUDITOR';
const clock = new ManualClock('2026-03-02T09:00:00+08:00');
let test: TestDatabase;

beforeAll(async () => {
  useAuditKeys(parseAuditKeys(Buffer.alloc(32, 5).toString('base64')));
  test = await testDatabase({ service: 'directory', migrations });
  await test.database.write(serviceScope('test'), async (tx) => {
    const regions = ['140215000000', '140215100000', '140214000000', '140200000000', '370000000000'];
    for (const [index, regionCode] of regions.entries())
      await recordAudit(tx, {
        action: index === 3 ? 'PASSWORD_RESET' : 'ORGANISATION_CHANGED',
        targetType: 'organisation',
        targetId: `in ${regionCode}`,
        after: { headcount: index },
        outcome: 'OK',
        actor: { accountId: null, operatorName: '张伟', organisationId: null, regionCode, ip: '192.0.2.7' },
        at: clock.now(),
      });
  });
});
const { ask } = graphOver(() => ({
  typeDefs: [readFileSync(join(__dirname, 'audit.graphql'), 'utf8')],
  resolvers: [auditResolvers(test.database)],
  loaders: () => ({}),
  database: test.database,
  clock,
}));
afterAll(() => test.close());

const auditor = (
  regionCode: string,
  regionLevel: 'NATION' | 'PROVINCE' | 'CITY' | 'COUNTY',
  roles = [AUDITOR],
) => principals.officer({ regionCode, regionLevel, roles });
const LOG = `query ($filter: AuditFilter, $first: Int, $after: String) {
  auditLog(filter: $filter, first: $first, after: $after) {
    nodes { sequence targetId regionCode action operatorName after outcome accountId } endCursor hasNextPage } }`;
const targets = async (principal: Principal, filter = {}) => {
  const { data, errors } = await ask(principal, LOG, { filter, first: 50 });
  expect(errors).toBeUndefined();
  return data?.auditLog.nodes
    .map((node: { targetId: string }) => node.targetId)
    .filter(Boolean)
    .sort();
};

describe('reading the audit log', () => {
  rule('DI-AUD-03', 'an auditor reads the own region and nothing else', async () => {
    expect(await targets(auditor('140215000000', 'COUNTY'))).toEqual(['in 140215000000', 'in 140215100000']);
    expect(await targets(auditor('140200000000', 'CITY'))).toEqual([
      'in 140200000000',
      'in 140214000000',
      'in 140215000000',
      'in 140215100000',
    ]);
    expect(await targets(auditor('370000000000', 'PROVINCE'))).toEqual(['in 370000000000']);
    expect(await targets(auditor('110000000000', 'PROVINCE'))).toEqual([]);
    expect(await targets(auditor('000000000000', 'NATION'))).toHaveLength(5);
  });

  rule('DI-AUD-03', 'without the role nothing is read, with row-level security alone too', async () => {
    for (const principal of [
      auditor('000000000000', 'NATION', ['directory:SYSTEM_STAFF', 'directory:ORG_ADMIN']),
      principals.anonymous(),
      principals.service('petitions'),
    ]) {
      const { data, errors } = await ask(principal, LOG);
      expect(data?.auditLog ?? null).toBeNull();
      expect(errors?.[0]?.extensions?.code).toMatch(/^(FORBIDDEN|UNAUTHENTICATED)$/);
    }
    expect((await ask(null, LOG)).status).toBe(401);
    const app = await test.appClient();
    try {
      await app.query(`SET junxian.actor = 'CALLER'`);
      await app.query(`SET junxian.region_low = '0'`);
      await app.query(`SET junxian.region_high = ':'`);
      await app.query(`SET junxian.roles = ',directory:SYSTEM_STAFF,'`);
      expect((await app.query('SELECT 1 FROM audit_entry')).rows).toEqual([]);
      await app.query(`SET junxian.roles = ',directory:AUDITOR,'`);
      expect((await app.query('SELECT 1 FROM audit_entry')).rows).not.toEqual([]);
    } finally {
      await app.end();
    }
  });

  rule('DI-AUD-03', 'each reading writes one entry that says who looked for what', async () => {
    const principal = auditor('140214000000', 'COUNTY');
    await targets(principal, { action: 'PASSWORD_RESET' });
    const rows = await test.adminQuery(
      'SELECT action, region_code, after FROM audit_entry WHERE account_id = $1',
      [principal.accountId],
    );
    expect(rows).toEqual([
      {
        action: 'AUDIT_READ',
        region_code: '140214000000',
        after: { filter: { action: 'PASSWORD_RESET' }, entries: 0 },
      },
    ]);
  });

  it('filters and pages, newest first', async () => {
    const principal = auditor('140200000000', 'CITY');
    expect(await targets(principal, { action: 'PASSWORD_RESET' })).toEqual(['in 140200000000']);
    expect(await targets(principal, { targetType: 'organisation', targetId: 'in 140214000000' })).toEqual([
      'in 140214000000',
    ]);
    expect(await targets(principal, { to: '2026-03-02T01:00:00Z' })).toEqual([]);
    expect(await targets(principal, { outcome: 'REFUSED' })).toEqual([]);
    const filter = { targetType: 'organisation' };
    const first = await ask(principal, LOG, { filter, first: 3 });
    const second = await ask(principal, LOG, {
      filter,
      first: 3,
      after: first.data?.auditLog.endCursor,
    });
    const sequences = [first, second].flatMap(({ data }) =>
      data?.auditLog.nodes.map((n: { sequence: string }) => Number(n.sequence)),
    );
    expect(sequences).toEqual([4, 3, 2, 1]);
    expect(second.data?.auditLog.hasNextPage).toBe(false);
    const newest = (await ask(principal, LOG, { first: 100 })).data?.auditLog.nodes.map(
      (n: { sequence: string }) => Number(n.sequence),
    );
    expect(newest.length).toBeGreaterThan(10);
    expect(newest).toEqual([...newest].sort((a: number, b: number) => b - a));
    expect((await ask(principal, LOG, { first: 101 })).errors?.[0]?.extensions?.code).toBe('INVALID_INPUT');
  });

  it('goes on under the new code after a region was re-coded, and only there', async () => {
    await test.database.write(serviceScope('test'), (tx) =>
      followRegionMovesInAudit(tx, [{ from: '140214000000', to: '140299000000', level: 'COUNTY' }]),
    );
    expect(await targets(auditor('140299000000', 'COUNTY'), { targetType: 'organisation' })).toEqual([
      'in 140214000000',
    ]);
    expect(await targets(auditor('140298000000', 'COUNTY'), { targetType: 'organisation' })).toEqual([]);
    await test.database.write(serviceScope('test'), (tx) =>
      followRegionMovesInAudit(tx, [{ from: '140299000000', to: '140297000000', level: 'COUNTY' }]),
    );
    expect(await targets(auditor('140297000000', 'COUNTY'), { targetType: 'organisation' })).toEqual([
      'in 140214000000',
    ]);
    expect(await targets(auditor('140299000000', 'COUNTY'), { targetType: 'organisation' })).toEqual([]);
  });
});

describe('export and verification', () => {
  rule('DI-AUD-01', 'an export is limited like reading and writes one entry', async () => {
    const principal = auditor('140215000000', 'COUNTY');
    const document = `mutation { exportAuditLog(filter: { targetType: "organisation" }, format: CSV) { fileName contentBase64 rows } }`;
    const { data } = await ask(principal, document);
    expect(data?.exportAuditLog).toMatchObject({ fileName: 'audit-log-2026-03-02.csv', rows: 2 });
    const text = Buffer.from(data?.exportAuditLog.contentBase64, 'base64').toString('utf8');
    expect(text).toContain('in 140215100000');
    expect(text).toContain('修改单位');
    expect(text).toContain('2026-03-02 09:00:00');
    expect(text).not.toContain('in 140214000000');
    expect(
      await test.adminQuery('SELECT action FROM audit_entry WHERE account_id = $1', [principal.accountId]),
    ).toEqual([{ action: 'AUDIT_EXPORTED' }]);
    const refused = await ask(auditor('140215000000', 'COUNTY', []), document);
    expect(refused.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });

  it('exports a workbook', async () => {
    const { data } = await ask(
      auditor('140215000000', 'COUNTY'),
      'mutation { exportAuditLog { fileName contentBase64 } }',
    );
    expect(data?.exportAuditLog.fileName).toMatch(/\.xlsx$/);
    expect(Buffer.from(data?.exportAuditLog.contentBase64, 'base64').subarray(0, 2).toString()).toBe('PK');
  });

  it('lets staff and auditors verify the whole chain, tells nothing else, and records it', async () => {
    const VERIFY = `query ($from: ID, $known: [AuditPointInput!]) { verifyAudit(from: $from, known: $known) {
      intact checked lastSequence reachedEnd next faults { kind sequence } } }`;
    const staff = auditor('140000000000', 'PROVINCE', ['directory:SYSTEM_STAFF']);
    const { data } = await ask(staff, VERIFY);
    expect(data?.verifyAudit).toMatchObject({ intact: true, reachedEnd: true, next: null, faults: [] });
    expect(data?.verifyAudit.checked).toBeGreaterThan(5);
    expect(
      await test.adminQuery('SELECT action FROM audit_entry WHERE account_id = $1', [staff.accountId]),
    ).toEqual([{ action: 'AUDIT_VERIFIED' }]);
    const known = [{ sequence: '2', hash: 'f'.repeat(64) }];
    expect((await ask(staff, VERIFY, { known })).data?.verifyAudit.faults).toEqual([
      { kind: 'CHECKPOINT_MISMATCH', sequence: '2' },
    ]);
    expect((await ask(staff, VERIFY, { from: '0' })).errors?.[0]?.extensions).toMatchObject({
      code: 'INVALID_INPUT',
      field: 'from',
    });
    const officer = await ask(auditor('140000000000', 'PROVINCE', ['directory:ORG_ADMIN']), VERIFY);
    expect(officer.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
  });
});
