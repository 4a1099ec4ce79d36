import { ManualClock } from '@junxian/calendar';
import { type Principal, scopeOf, serviceScope } from '@junxian/identity';
import { principals, rule, type TestDatabase, testDatabase } from '@junxian/test-kit';
import { parseAuditKeys, useAuditKeys } from '../audit/audit-keys';
import { migrations } from '../migrations';
import type { Granting } from './administered-appointment';
import { appointmentsOf } from './appointment-views';
import { appointmentsForSignIn, createPrimaryAppointment, followRegionMoves } from './appointments.service';
import {
  endAppointment,
  type GrantAppointmentInput,
  grantAppointment,
  grantRole,
  revokeRole,
} from './granting.service';

const DAY = '2026-03-02';
const service = serviceScope('appointments test');
const OPERATOR = 'poverty-alleviation:OPERATOR';
const VIEWER = 'poverty-alleviation:VIEWER';
const ORG_ADMIN = 'directory:ORG_ADMIN';

const clock = new ManualClock('2026-03-02T09:00:00+08:00');
let test: TestDatabase;
const organisations: Record<string, string> = {};
const accounts: Record<string, string> = {};

/** The tree: city above two counties, the first with a bureau and a township; another city beside it. */
const tree: [name: string, region: string, superior: string | null][] = [
  ['city', '140200000000', null],
  ['county', '140215000000', 'city'],
  ['bureau', '140215000000', 'county'],
  ['township', '140215100000', 'county'],
  ['neighbour', '140214000000', 'city'],
  ['otherCity', '140300000000', null],
];
const LEVELS = { '1402': 2, '1403': 2, '140215': 3, '140214': 3, '140216': 3, '140215100': 4 };

beforeAll(async () => {
  useAuditKeys(parseAuditKeys(Buffer.alloc(32, 5).toString('base64')));
  test = await testDatabase({ service: 'directory', migrations });
  for (const [code, level] of Object.entries(LEVELS))
    await test.adminQuery(
      `INSERT INTO region (code, level, name, parent_code, is_placeholder, initials, valid_from, grams)
       VALUES ($1, $2, $1, '140000000000', false, '', '1949-10-01', '{}')`,
      [code.padEnd(12, '0'), level],
    );
  for (const [name, region, superior] of tree) {
    const [row] = await test.adminQuery<{ id: string }>(
      `INSERT INTO organisation (kind, seal_name, region_code, superior_id, has_extranet, registered, valid_from)
       VALUES ('BUREAU', $1, $2, $3, false, true, '2020-01-01') RETURNING id`,
      [`示例${name}`, region, superior === null ? null : organisations[superior]],
    );
    organisations[name] = row?.id as string;
    accounts[name] = await account(name, name);
  }
});
afterAll(() => test.close());
afterEach(async () => {
  clock.set('2026-03-02T09:00:00+08:00');
  await test.adminQuery(
    'DELETE FROM role_grant; DELETE FROM appointment; DELETE FROM outbox; DELETE FROM revocation',
  );
});

async function account(name: string, organisation: string): Promise<string> {
  const [row] = await test.adminQuery<{ id: string }>(
    `INSERT INTO account (kind, login_name, organisation_id, region_code, realms, status, password_hash,
                          must_change_password, is_extra, created_at)
     SELECT 'ADMIN', $1, id, region_code, '{POVERTY_ALLEVIATION}', 'ACTIVE', '', false, true, now()
     FROM organisation WHERE id = $2 RETURNING id`,
    [`${name}login`, organisations[organisation]],
  );
  return row?.id as string;
}

type Place = (typeof tree)[number][0];
const place = (name: Place) => {
  const regionCode = tree.find(([other]) => other === name)?.[1] as string;
  const level = LEVELS[regionCode.replace(/(000)?(0000|00)*$/, '') as keyof typeof LEVELS];
  return { regionCode, regionLevel: level === 2 ? 'CITY' : level === 3 ? 'COUNTY' : 'TOWNSHIP' } as const;
};

/** An officer acting for an organisation. */
function officer(name: Place, roles: string[]): Principal {
  return principals.officer({
    ...place(name),
    roles,
    accountId: accounts[name] as string,
    organisationId: organisations[name] as string,
  });
}

const acting = (principal: Principal): Granting => ({
  principal,
  clock,
  actor: {
    accountId: principal.accountId,
    operatorName: null,
    organisationId: principal.organisationId,
    regionCode: principal.regionCode,
    ip: null,
  },
});

function primary(name: Place, roles: string[], validFrom = '2026-01-01'): Promise<string> {
  return test.database.write(service, (tx) =>
    createPrimaryAppointment(tx, {
      ...place(name),
      accountId: accounts[name] as string,
      organisationId: organisations[name] as string,
      post: '科员',
      roles,
      grantedBy: null,
      validFrom,
    }),
  );
}

const as = <T>(
  principal: Principal,
  work: (tx: Parameters<Parameters<TestDatabase['database']['write']>[1]>[0]) => Promise<T>,
) => test.database.write(scopeOf(principal), work);
const grant = (by: Principal, input: Partial<GrantAppointmentInput> & { to: Place; at: Place }) =>
  as(by, (tx) =>
    grantAppointment(
      tx,
      {
        accountId: accounts[input.to] as string,
        organisationId: organisations[input.at] as string,
        post: '副科长',
        roles: [],
        ...input,
      },
      acting(by),
    ),
  );
const signIn = (name: Place, day = DAY) =>
  test.database.read(service, (tx) => appointmentsForSignIn(tx, accounts[name] as string, day));

describe('what an account may act for', () => {
  it('keeps two posts apart: each with its own region and its own roles', async () => {
    await primary('county', [OPERATOR]);
    await grant(officer('city', [ORG_ADMIN]), { to: 'county', at: 'neighbour', roles: [VIEWER] });
    expect(await signIn('county')).toEqual([
      expect.objectContaining({ regionCode: '140215000000', roles: [OPERATOR], isPrimary: true }),
      expect.objectContaining({
        regionCode: '140214000000',
        roles: [VIEWER],
        isPrimary: false,
        post: '副科长',
      }),
    ]);
  });

  it('derives SUPERIOR_ADMIN from the tree and never stores it', async () => {
    await primary('county', [ORG_ADMIN]);
    await primary('township', [ORG_ADMIN]);
    expect((await signIn('county'))[0]?.roles).toEqual([ORG_ADMIN, 'directory:SUPERIOR_ADMIN']);
    expect((await signIn('township'))[0]?.roles).toEqual([ORG_ADMIN]);
    await test.adminQuery(`UPDATE organisation SET valid_to = '2026-03-02' WHERE superior_id = $1`, [
      organisations.county,
    ]);
    expect((await signIn('county'))[0]?.roles).toEqual([ORG_ADMIN]);
    await test.adminQuery('UPDATE organisation SET valid_to = NULL');
    await expect(
      test.adminQuery(
        `INSERT INTO role_grant (appointment_id, role, valid_from) SELECT id, 'directory:SUPERIOR_ADMIN', '2026-01-01' FROM appointment`,
      ),
    ).rejects.toThrow(/violates check constraint/);
  });

  it('leaves out what is over, not begun, or revoked', async () => {
    const id = await primary('county', [OPERATOR], '2026-03-02');
    await test.adminQuery(`UPDATE role_grant SET valid_to = '2026-03-05'`);
    expect(await signIn('county', '2026-03-01')).toEqual([]);
    expect((await signIn('county', '2026-03-04'))[0]?.roles).toEqual([OPERATOR]);
    expect((await signIn('county', '2026-03-05'))[0]).toMatchObject({ id, roles: [] });
    await test.adminQuery(`UPDATE appointment SET valid_to = '2026-03-06'`);
    expect(await signIn('county', '2026-03-06')).toEqual([]);
  });

  it('expands what a role implies', async () => {
    await primary('county', ['poverty-alleviation:PROVINCE_ADMIN']);
    expect((await signIn('county'))[0]?.roles).toContain('poverty-alleviation:FUND');
  });

  it('announces an appointment with its roles', async () => {
    const id = await primary('county', [OPERATOR]);
    const [row] = await test.adminQuery<{ envelope: string }>('SELECT envelope FROM outbox');
    expect(JSON.parse(row?.envelope ?? '')).toMatchObject({
      type: 'junxian.directory.appointment.granted.v1',
      subject: id,
      aggregateversion: 1,
      data: { accountId: accounts.county, roles: [OPERATOR], regionLevel: 'COUNTY', validTo: null },
    });
  });
});

describe('granting within the own appointment', () => {
  it('lets an administrator appoint below the own organisation, and nobody else', async () => {
    await expect(
      grant(officer('city', [ORG_ADMIN]), { to: 'county', at: 'township', roles: [OPERATOR] }),
    ).resolves.toBeDefined();
    const refusals: [Principal, Parameters<typeof grant>[1], string][] = [
      [officer('county', [ORG_ADMIN]), { to: 'bureau', at: 'neighbour' }, 'NOT_FOUND'],
      [officer('bureau', [ORG_ADMIN]), { to: 'township', at: 'township' }, 'NOT_SUBORDINATE'],
      [officer('bureau', [ORG_ADMIN]), { to: 'township', at: 'county' }, 'NOT_SUBORDINATE'],
      [officer('county', [ORG_ADMIN]), { to: 'otherCity', at: 'bureau' }, 'NOT_FOUND'],
      [officer('county', [ORG_ADMIN]), { to: 'county', at: 'bureau' }, 'OWN_APPOINTMENT'],
      [officer('county', [OPERATOR]), { to: 'bureau', at: 'bureau' }, 'FORBIDDEN'],
      [
        officer('county', [ORG_ADMIN]),
        { to: 'bureau', at: 'bureau', roles: ['directory:AUDITOR'] },
        'ROLE_BEYOND_OWN',
      ],
      [
        officer('county', [ORG_ADMIN]),
        { to: 'bureau', at: 'bureau', roles: ['directory:SUPERIOR_ADMIN'] },
        'ROLE_NOT_GRANTABLE',
      ],
      [
        officer('city', [ORG_ADMIN]),
        { to: 'bureau', at: 'bureau', regionCode: '140214000000' },
        'REGION_NOT_IN_ORGANISATION',
      ],
      [officer('city', [ORG_ADMIN]), { to: 'bureau', at: 'bureau', regionCode: '140299000000' }, 'NOT_FOUND'],
      [
        officer('city', [ORG_ADMIN]),
        { to: 'bureau', at: 'bureau', validFrom: '2026-03-01' },
        'INVALID_VALIDITY',
      ],
    ];
    for (const [by, input, code] of refusals) await expect(grant(by, input)).rejects.toMatchObject({ code });
    expect(await test.adminQuery('SELECT 1 FROM appointment')).toHaveLength(1);
  });

  it('takes the level of a post from the tree and checks roles against it', async () => {
    const by = officer('city', [ORG_ADMIN]);
    await grant(by, { to: 'bureau', at: 'county', regionCode: '140215100000', roles: [OPERATOR] });
    expect((await signIn('bureau'))[0]).toMatchObject({
      regionCode: '140215100000',
      regionLevel: 'TOWNSHIP',
    });
    await expect(
      grant(by, {
        to: 'bureau',
        at: 'county',
        regionCode: '140215100000',
        roles: ['poverty-alleviation:MANAGER'],
      }),
    ).rejects.toMatchObject({ code: 'ROLE_LEVEL_MISMATCH', field: 'roles[0]' });
  });

  it('keeps one administrator for each organisation, also when two grant at once', async () => {
    const by = officer('city', [ORG_ADMIN]);
    const results = await Promise.allSettled([
      grant(by, { to: 'county', at: 'bureau', roles: [ORG_ADMIN] }),
      grant(by, { to: 'township', at: 'bureau', roles: [ORG_ADMIN] }),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'ADMIN_EXISTS' },
    });
  });

  it('announces the roles that hold or will, not those whose time is over', async () => {
    const by = officer('city', [ORG_ADMIN]);
    const id = await primary('county', []);
    await test.adminQuery(
      `INSERT INTO role_grant (appointment_id, role, valid_from, valid_to) VALUES
         ($1, 'petitions:HANDLER', '2026-01-01', '2026-03-02'), ($1, 'petitions:RECEIVER', '2026-01-01', '2026-03-03')`,
      [id],
    );
    await test.adminQuery('DELETE FROM outbox');
    await as(by, (tx) =>
      grantRole(tx, { appointmentId: id, role: OPERATOR, validFrom: '2026-06-01' }, acting(by)),
    );
    const [event] = await test.adminQuery<{ envelope: string }>('SELECT envelope FROM outbox');
    expect(JSON.parse(event!.envelope).data.roles).toEqual(['petitions:RECEIVER', OPERATOR]);
  });

  it('grants and revokes a role: version, event, stale tokens, one audit entry each', async () => {
    const by = officer('city', [ORG_ADMIN]);
    const id = await primary('county', []);
    await test.adminQuery('DELETE FROM outbox');
    const grantId = await as(by, (tx) => grantRole(tx, { appointmentId: id, role: OPERATOR }, acting(by)));
    expect((await signIn('county'))[0]?.roles).toEqual([OPERATOR]);
    await expect(
      as(by, (tx) =>
        grantRole(tx, { appointmentId: id, role: OPERATOR, validFrom: '2026-06-01' }, acting(by)),
      ),
    ).rejects.toMatchObject({ code: 'ROLE_ALREADY_GRANTED' });
    await expect(
      as(by, (tx) => revokeRole(tx, { grantId, expectedVersion: 9 }, acting(by))),
    ).rejects.toMatchObject({
      code: 'STALE_VERSION',
    });
    await as(by, (tx) => revokeRole(tx, { grantId, expectedVersion: 1 }, acting(by)));
    expect((await signIn('county'))[0]?.roles).toEqual([]);

    const events = await test.adminQuery<{ envelope: string }>(
      'SELECT envelope FROM outbox ORDER BY position',
    );
    expect(
      events.map(({ envelope }) => JSON.parse(envelope)).map((e) => [e.aggregateversion, e.data.roles]),
    ).toEqual([
      [2, [OPERATOR]],
      [3, []],
    ]);
    expect(await test.adminQuery('SELECT 1 FROM revocation WHERE subject = $1', [id])).toHaveLength(2);
    const audited = await test.adminQuery<{ action: string }>(
      'SELECT action, account_id, region_code FROM audit_entry WHERE target_id = $1 ORDER BY sequence',
      [id],
    );
    expect(audited).toEqual([
      { action: 'ROLE_GRANTED', account_id: accounts.city, region_code: '140200000000' },
      { action: 'ROLE_REVOKED', account_id: accounts.city, region_code: '140200000000' },
    ]);
  });

  it('does not let a grant outlast its appointment', async () => {
    const by = officer('city', [ORG_ADMIN]);
    const id = await grant(by, { to: 'county', at: 'bureau', validTo: '2026-04-01' });
    await expect(
      as(by, (tx) => grantRole(tx, { appointmentId: id, role: OPERATOR, validTo: '2026-05-01' }, acting(by))),
    ).rejects.toMatchObject({ code: 'INVALID_VALIDITY', field: 'validTo' });
    await as(by, (tx) => grantRole(tx, { appointmentId: id, role: OPERATOR }, acting(by)));
    const [row] = await test.adminQuery<{ valid_to: string }>('SELECT valid_to::text FROM role_grant');
    expect(row?.valid_to).toBe('2026-04-01');
  });

  it('ends an appointment at once, with its roles', async () => {
    const by = officer('city', [ORG_ADMIN]);
    const id = await primary('county', [OPERATOR]);
    const end = (on: string | null, expectedVersion = 1) =>
      as(by, (tx) => endAppointment(tx, { appointmentId: id, on, expectedVersion }, acting(by)));
    await expect(end('2026-03-01')).rejects.toMatchObject({ code: 'INVALID_VALIDITY' });
    await expect(end(null, 4)).rejects.toMatchObject({ code: 'STALE_VERSION' });
    await end(null);
    expect(await signIn('county')).toEqual([]);
    expect((await signIn('county', '2026-03-01'))[0]?.roles).toEqual([OPERATOR]);
    await expect(end(null, 2)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await test.adminQuery('SELECT 1 FROM revocation WHERE subject = $1', [id])).toHaveLength(1);
    const [event] = await test.adminQuery<{ envelope: string }>(
      'SELECT envelope FROM outbox ORDER BY position DESC LIMIT 1',
    );
    expect(JSON.parse(event?.envelope ?? '')).toMatchObject({
      type: 'junxian.directory.appointment.ended.v1',
      aggregateversion: 2,
      data: { endedOn: DAY },
    });
  });

  it('lets no administrator take from a peer, nor end what carries a role that staff gave', async () => {
    const main = await primary('bureau', [ORG_ADMIN]);
    const [grant] = await test.adminQuery<{ id: string }>(
      'SELECT id FROM role_grant WHERE appointment_id = $1',
      [main],
    );
    const peer: Principal = { ...officer('bureau', [ORG_ADMIN]), accountId: accounts.county as string };
    const as = <T>(work: (tx: Parameters<typeof endAppointment>[0]) => Promise<T>, who = peer) =>
      test.database.write(scopeOf(who), work).catch((error: { code?: string }) => error.code);
    const end = (who = peer) =>
      as((tx) => endAppointment(tx, { appointmentId: main, expectedVersion: 1 }, acting(who)), who);
    expect(await end()).toBe('FORBIDDEN');
    expect(await as((tx) => revokeRole(tx, { grantId: grant!.id, expectedVersion: 1 }, acting(peer)))).toBe(
      'FORBIDDEN',
    );
    const superior = officer('county', [ORG_ADMIN]);
    await test.adminQuery(
      `INSERT INTO role_grant (appointment_id, role, valid_from) VALUES ($1, 'directory:AUDITOR', '2026-01-01')`,
      [main],
    );
    expect(await end(superior)).toBe('ROLE_BEYOND_OWN');
    await test.adminQuery(`UPDATE role_grant SET revoked_at = now() WHERE role = 'directory:AUDITOR'`);
    expect(await end(superior)).toBeUndefined();
  });
});

describe('following a re-code', () => {
  rule(
    'DI-REG-10',
    'the scope of an appointment follows the successor, exactly once and only where it applies',
    async () => {
      const county = await primary('county', [OPERATOR]);
      const township = await primary('township', [OPERATOR]);
      await primary('neighbour', [OPERATOR]);
      const moves = [
        { from: '140215000000', to: '140216000000', level: 'COUNTY' },
        { from: '140215100000', to: '140216200000', level: 'TOWNSHIP' },
      ] as const;
      const changed = await test.database.write(service, (tx) => followRegionMoves(tx, moves));
      expect(changed.sort()).toEqual([county, township].sort());
      expect((await signIn('county'))[0]?.regionCode).toBe('140216000000');
      expect((await signIn('township'))[0]?.regionCode).toBe('140216200000');
      expect((await signIn('neighbour'))[0]?.regionCode).toBe('140214000000');
      expect(await test.database.write(service, (tx) => followRegionMoves(tx, moves))).toEqual([]);
    },
  );
});

describe('row-level security alone', () => {
  const seen = (principal: Principal, name: Place) =>
    test.database.read(scopeOf(principal), (tx) => appointmentsOf(tx, accounts[name] as string, null));

  it('shows appointments and grants of the own region, and the own account wherever it is', async () => {
    await primary('county', [OPERATOR]);
    await primary('neighbour', [OPERATOR]);
    expect(await seen(officer('city', []), 'county')).toHaveLength(1);
    expect(await seen(officer('county', []), 'county')).toHaveLength(1);
    expect(await seen(officer('neighbour', []), 'county')).toHaveLength(0);
    expect(await seen(officer('township', []), 'county')).toHaveLength(0);
    expect(await seen(principals.anonymous(), 'county')).toHaveLength(0);
    const elsewhere = principals.officer({
      regionCode: '370000000000',
      regionLevel: 'PROVINCE',
      accountId: accounts.county as string,
    });
    expect(await seen(elsewhere, 'county')).toHaveLength(1);
    const grants = (principal: Principal) =>
      test.database.read(scopeOf(principal), (tx) => tx.query('SELECT 1 FROM role_grant'));
    expect(await grants(officer('city', []))).toHaveLength(2);
    expect(await grants(officer('neighbour', []))).toHaveLength(1);
    expect(await grants(elsewhere)).toHaveLength(1);
  });

  it('lets nobody write beyond the own region, the own appointment included', async () => {
    const id = await primary('county', [OPERATOR]);
    const elsewhere = principals.officer({
      regionCode: '370000000000',
      regionLevel: 'PROVINCE',
      accountId: accounts.county as string,
    });
    for (const principal of [officer('neighbour', []), elsewhere]) {
      expect(
        await as(principal, (tx) =>
          tx.query(`UPDATE appointment SET valid_to = NULL WHERE id = $1 RETURNING id`, [id]),
        ),
      ).toEqual([]);
      await expect(
        as(principal, (tx) => tx.query(`UPDATE appointment SET post = '局长' WHERE id = $1`, [id])),
      ).rejects.toThrow(/permission denied/);
      await expect(
        as(principal, (tx) =>
          tx.query(
            `INSERT INTO role_grant (appointment_id, role, valid_from) VALUES ($1, $2, '2026-01-01')`,
            [id, VIEWER],
          ),
        ),
      ).rejects.toThrow(/row-level security/);
    }
    await expect(
      as(officer('city', []), (tx) => tx.query(`UPDATE role SET grantable_by = 'STAFF'`)),
    ).rejects.toThrow(/permission denied/);
  });
});
