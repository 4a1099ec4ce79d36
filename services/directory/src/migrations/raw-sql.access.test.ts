import { randomUUID } from 'node:crypto';
import { ANONYMOUS, type Principal, scopeOf } from '@junxian/identity';
import { principals, rawStatement } from '@junxian/test-kit';
import { ORG_ADMIN } from '../accounts/authority.rules';
import { CITIZEN_ID, citizen, enter } from '../public-accounts/public-accounts.fixture';
import { refusalOf, type Stage, signInStage } from '../sign-in/sign-in.fixture';

/**
 * What callers could do to the tables if every check above them were gone: the application role, with the
 * settings of an officer, and any statement.
 */
let stage: Stage;
let admin: { id: string; appointment: string };
let operator: { id: string; appointment: string };
let neighbour: { id: string; appointment: string };

beforeAll(async () => {
  stage = await signInStage();
  admin = await account('countyadmin', 'county');
  operator = await account('branchuser', 'branch', ['poverty-alleviation:OPERATOR']);
  neighbour = await account('neighbouruser', 'neighbour');
  for (const { id, appointment } of [admin, operator, neighbour])
    await stage.test.adminQuery(
      `INSERT INTO session (account_id, appointment_id, realm, module, channel, single_slot, kept, started_at, last_seen_at, expires_at)
       VALUES ($1, $2, 'PARTY', 'PARTY_MEMBER', 'INTERNET', false, false, now(), now(), now() + interval '1 day')`,
      [id, appointment],
    );
  await stage.test.adminQuery(
    `INSERT INTO revocation (kind, subject, reason, not_before, expires_at)
     VALUES ('ACCOUNT', $1, 'DISABLED', now(), now() + interval '10 minutes')`,
    [neighbour.id],
  );
  await stage.test.adminQuery(
    `INSERT INTO login_state (account_id, realm, failed_count) VALUES ($1, 'PARTY', 4), ($2, 'PARTY', 4)`,
    [admin.id, operator.id],
  );
});
afterAll(() => stage.close());

async function account(name: string, organisation: 'county' | 'branch' | 'neighbour', roles?: string[]) {
  const id = await stage.account({ name, organisation, ...(roles ? { roles } : {}) });
  const [row] = await stage.test.adminQuery<{ id: string }>(
    'SELECT id FROM appointment WHERE account_id = $1',
    [id],
  );
  return { id, appointment: row!.id };
}

const county = (accountId: string, roles: string[]): Principal =>
  principals.officer({ accountId, regionCode: '140215000000', regionLevel: 'COUNTY', roles });
/** An officer of the county with a daily working role. */
const officer = () => county(operator.id, ['poverty-alleviation:OPERATOR', 'directory:AUDITOR']);
const administrator = () => county(admin.id, [ORG_ADMIN]);

const attempt = (principal: Principal, sql: string, parameters: unknown[] = []) =>
  rawStatement(stage.test.database, scopeOf(principal), sql, parameters);

describe('raw statements of a caller', () => {
  const secrets = [
    'captcha',
    'login_attempt',
    'refresh_token',
    'signing_key',
    'password_reset_code',
    'public_reset_code',
    'public_account_opening',
    'revocation',
  ];
  const messaging = ['outbox', 'inbox', 'inbox_version', 'dead_letter', 'relay_state', 'relay_acknowledged'];
  it.each([...secrets, ...messaging])('see nothing of %s and change nothing', async (table) => {
    for (const principal of [officer(), administrator(), ANONYMOUS]) {
      expect(await attempt(principal, `SELECT * FROM ${table}`)).toBe(0);
      // Without RETURNING or a condition no row need be readable to be deleted.
      await stage.test.database
        .write(scopeOf(principal), (tx) => tx.query(`DELETE FROM ${table}`))
        .catch(() => undefined);
    }
    const kept = { revocation: 1, outbox: 3 }[table];
    if (kept !== undefined) {
      const [row] = await stage.test.adminQuery<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
      expect(row?.n).toBeGreaterThanOrEqual(kept);
    }
  });

  it('find no account, appointment, session or lock beyond the range, anonymous ones none at all', async () => {
    for (const [table, column] of [
      ['account', 'id'],
      ['appointment', 'account_id'],
      ['session', 'account_id'],
      ['login_state', 'account_id'],
    ]) {
      expect(await attempt(officer(), `SELECT FROM ${table} WHERE ${column} = $1`, [neighbour.id])).toBe(0);
      expect(await attempt(ANONYMOUS, `SELECT FROM ${table}`)).toBe(0);
    }
    expect(await attempt(ANONYMOUS, 'SELECT FROM organisation')).toBe(0);
    expect(await attempt(ANONYMOUS, 'SELECT FROM audit_entry')).toBe(0);
  });

  it('of officers of any kind and of another citizen find no citizen’s account, nor what hangs on it', async () => {
    const [own, other] = [await citizen(stage), await citizen(stage, { username: 'lisi4' })];
    await enter(stage);
    await refusalOf(enter(stage, { password: 'Wrong-1234' }));
    const nation = (roles: string[]): Principal =>
      principals.officer({ regionCode: '000000000000', regionLevel: 'NATION', roles });
    const callers: Principal[] = [
      ...[
        [],
        [ORG_ADMIN],
        ['directory:SYSTEM_STAFF'],
        ['directory:AUDITOR'],
        ['directory:REGION_MAINTAINER'],
      ].map(nation),
      officer(),
      ANONYMOUS,
      { ...ANONYMOUS, kind: 'CITIZEN', accountId: other, roles: ['public:CITIZEN'], citizenId: CITIZEN_ID },
    ];
    for (const principal of callers) {
      for (const sql of [
        'SELECT FROM account WHERE id = $1',
        'SELECT FROM session WHERE account_id = $1',
        'SELECT FROM login_state WHERE account_id = $1',
        `UPDATE account SET password_hash = 'x' WHERE id = $1 RETURNING 1`,
        `UPDATE session SET ended_at = now(), end_reason = 'IDLE' WHERE account_id = $1 RETURNING 1`,
        'DELETE FROM account WHERE id = $1 RETURNING 1',
      ])
        expect([sql, await attempt(principal, sql, [own])]).toEqual([sql, 0]);
      expect(
        await attempt(
          principal,
          `INSERT INTO account (kind, login_name, phone_sealed, phone_index, realms, status, password_hash, must_change_password, created_at)
           VALUES ('CITIZEN', 'mine', 'x', 'x', '{PUBLIC}', 'ACTIVE', $1, false, now())`,
          ['x'],
        ),
      ).toBe('refused');
    }
  });

  it('of a citizen reach the own account and nothing else, and cannot give it an area, a name or an identity', async () => {
    const id = await citizen(stage, { username: 'wangwu' });
    const me: Principal = { ...ANONYMOUS, kind: 'CITIZEN', accountId: id, roles: ['public:CITIZEN'] };
    for (const [table, rows] of [
      ['account', 1],
      ['session', 0],
      ['organisation', 0],
      ['appointment', 0],
      ['audit_entry', 0],
    ] as const)
      expect([table, await attempt(me, `SELECT FROM ${table}`)]).toEqual([table, rows]);
    for (const assignment of [
      `citizen_id = 'c1_${'z'.repeat(26)}'`,
      `login_name = 'another'`,
      `realms = '{PUBLIC,PARTY}'`,
      `kind = 'ADMIN'`,
    ])
      expect([assignment, await attempt(me, `UPDATE account SET ${assignment} RETURNING 1`)]).toEqual([
        assignment,
        'refused',
      ]);
    const area = `UPDATE account SET region_code = '140000000000' RETURNING 1`;
    await expect(attempt(me, area)).rejects.toThrow('account_home');
  });

  it('of somebody who administers nothing write nothing but the own account', async () => {
    const other = { id: admin.id, appointment: admin.appointment };
    for (const [sql, parameters] of [
      ['UPDATE account SET password_hash = $2 WHERE id = $1 RETURNING 1', [other.id, 'x']],
      ['UPDATE appointment SET valid_to = now() WHERE id = $1 RETURNING 1', [other.appointment]],
      ['UPDATE role_grant SET revoked_at = now() RETURNING 1', []],
      ['UPDATE login_state SET failed_count = 0 RETURNING 1', []],
      [
        `UPDATE session SET ended_at = now(), end_reason = 'IDLE' WHERE account_id = $1 RETURNING 1`,
        [other.id],
      ],
      ['DELETE FROM account RETURNING 1', []],
      ['DELETE FROM role_grant RETURNING 1', []],
      ['DELETE FROM session RETURNING 1', []],
    ] as const)
      expect([sql, await attempt(officer(), sql, [...parameters])]).toEqual([sql, 0]);
    expect(await attempt(officer(), 'UPDATE organisation SET headcount = 7 RETURNING 1')).toBe('refused');
    for (const [sql, parameters] of INSERTS(other.appointment, other.id, stage.organisations.county))
      expect([sql, await attempt(officer(), sql, parameters)]).toEqual([sql, 'refused']);
    expect(
      await attempt(officer(), `UPDATE account SET password_hash = 'x' WHERE id = $1 RETURNING 1`, [
        operator.id,
      ]),
    ).toBe(1);
  });

  it('learn nothing from the functions that look beyond the scope, unless the role asks for it', async () => {
    const [row] = await stage.test.adminQuery<{ index: string }>(
      `UPDATE account SET kind = 'PERSON', login_name = NULL, personal_name_sealed = 'x', personal_name_index = 'index'
       WHERE id = $1 RETURNING personal_name_index AS index`,
      [neighbour.id],
    );
    const answers = (principal: Principal) =>
      stage.test.database.read(scopeOf(principal), async (tx) => [
        await tx.query(`SELECT di_acc_12_holder($1, '', gen_random_uuid()) AS told`, [row!.index]),
        await tx.query(`SELECT nullif(di_acc_04_last_serial('dts'), 0) AS told`),
        await tx.query(`SELECT true AS told FROM di_acc_14_posts($1, NULL, '2026-03-02')`, [neighbour.id]),
        await tx.query(`SELECT true AS told FROM di_org_05_in_use($1)`, [stage.organisations.neighbour]),
        await tx.query(`SELECT di_org_01_taken_names('{示例neighbour}') AS told`),
        await tx.query(`SELECT true AS told FROM di_org_02_superiors_above('{示例committee}', '2026-03-02')`),
      ]);
    await stage.account({ name: 'dts7', organisation: 'otherBranch' });
    for (const principal of [
      county(operator.id, ['poverty-alleviation:OPERATOR']),
      // Whatever its roles, an account that is not activated may not act yet (DI-ACC-08).
      { ...county(admin.id, [ORG_ADMIN, 'directory:SYSTEM_STAFF']), pending: true },
      ANONYMOUS,
    ])
      expect((await answers(principal)).flat().filter(({ told }) => told !== null)).toEqual([]);
    expect((await answers(administrator())).map(([first]) => first?.told ?? null)).toEqual([
      '示例neighbour',
      7,
      true,
      true,
      '示例neighbour',
      null,
    ]);
  });

  it('cannot move the own account, nor give oneself anything', async () => {
    for (const assignment of [
      `region_code = '140200000000'`,
      `realms = '{PARTY,PROF_TECH}'`,
      `organisation_id = '${stage.organisations.committee}'`,
      `status = 'DISABLED'`,
      `login_name = 'another'`,
    ])
      for (const principal of [officer(), administrator()])
        expect([
          assignment,
          await attempt(principal, `UPDATE account SET ${assignment} WHERE id = $1 RETURNING 1`, [
            principal.accountId,
          ]),
        ]).toEqual([assignment, 'refused']);
    for (const [sql, parameters] of INSERTS(admin.appointment, admin.id, stage.organisations.county).slice(
      0,
      2,
    ))
      expect([sql, await attempt(administrator(), sql, parameters)]).toEqual([sql, 'refused']);
  });

  it('of an administrator reach no role that staff give, no row moved out of the range, no other column', async () => {
    const grant = `INSERT INTO role_grant (appointment_id, role, valid_from) VALUES ($1, $2, '2026-03-02') RETURNING 1`;
    expect(await attempt(administrator(), grant, [operator.appointment, 'poverty-alleviation:VIEWER'])).toBe(
      1,
    );
    for (const role of ['directory:SYSTEM_STAFF', 'directory:AUDITOR', 'directory:REGION_MAINTAINER'])
      expect([role, await attempt(administrator(), grant, [operator.appointment, role])]).toEqual([
        role,
        'refused',
      ]);
    expect(await attempt(administrator(), grant, [neighbour.appointment, 'poverty-alleviation:VIEWER'])).toBe(
      'refused',
    );
    for (const sql of [
      `UPDATE account SET region_code = '140200000000' WHERE id = '${operator.id}' RETURNING 1`,
      `UPDATE appointment SET region_code = '140200000000' WHERE id = '${operator.appointment}' RETURNING 1`,
      `UPDATE appointment SET account_id = '${admin.id}' WHERE id = '${operator.appointment}' RETURNING 1`,
      `UPDATE role_grant SET role = '${ORG_ADMIN}' RETURNING 1`,
      `UPDATE session SET account_id = '${admin.id}' RETURNING 1`,
      `UPDATE organisation SET region_code = '140200000000' RETURNING 1`,
    ])
      expect([sql, await attempt(administrator(), sql)]).toEqual([sql, 'refused']);
  });
});

/** What only administrators insert, each for the appointment, account and organisation given. */
const INSERTS = (appointment: string, accountId: string, organisation: string): [string, unknown[]][] => [
  [
    `INSERT INTO role_grant (appointment_id, role, valid_from) VALUES ($1, 'poverty-alleviation:VIEWER', '2026-03-02')`,
    [appointment],
  ],
  [
    `INSERT INTO appointment (account_id, organisation_id, region_code, region_level, post, is_primary, valid_from)
     VALUES ($1, $2, '140215000000', 'COUNTY', 'x', false, '2026-03-02')`,
    [accountId, organisation],
  ],
  [
    `INSERT INTO account (kind, login_name, organisation_id, region_code, realms, status, password_hash, must_change_password, created_at)
     VALUES ('ADMIN', 'mine', $1, '140215000000', '{PARTY}', 'ACTIVE', 'x', false, now())`,
    [organisation],
  ],
  [
    `INSERT INTO session (account_id, appointment_id, realm, module, channel, single_slot, kept, started_at, last_seen_at, expires_at)
     VALUES ($1, $2, 'PARTY', 'x', 'INTERNET', false, false, now(), now(), now())`,
    [accountId, appointment],
  ],
  [
    `INSERT INTO revocation (kind, subject, reason, not_before, expires_at) VALUES ('ACCOUNT', $1, 'x', now(), now())`,
    [accountId],
  ],
  [
    `INSERT INTO organisation (kind, seal_name, region_code, has_extranet, registered, valid_from)
     VALUES ('BUREAU', 'x', '140215000000', false, true, '2026-01-01')`,
    [],
  ],
  [
    `INSERT INTO death_confirmation_task (citizen_id, region_code, reported_date, reported_by, reported_at, status)
     VALUES ($1, '140215000000', '2026-01-01', 'x', now(), 'OPEN')`,
    [randomUUID()],
  ],
  [
    `INSERT INTO audit_entry (sequence, at, account_id, region_code, action, target_type, outcome, key_version, previous_hash, hash)
     VALUES (999, now(), 'somebody else', '140215000000', 'x', 'x', 'OK', 1, '', '')`,
    [],
  ],
];
