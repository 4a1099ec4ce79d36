import { ANONYMOUS, type Principal, type Scope, scopeOf } from '@junxian/identity';
import { principals, rawStatement, rowsSeen, touchedRows } from '@junxian/test-kit';
import { scopes } from '../service-scopes';
import { openWholeCounty, type WholeCounty } from '../testing/county.fixture';
import { officer } from '../testing/store.support.test';

/**
 * What callers could do to the tables if every check above them were gone: the application role, with the settings of
 * somebody, and any statement.
 */
const ROLES = ['VIEWER', 'OPERATOR', 'MANAGER', 'FUND', 'PROJECT', 'PROVINCE_ADMIN', 'SYSTEM_ADMIN'];
const COUNTY = '140215000000';
const ACCOUNT = '01890000-0000-7000-8000-0000000000a1';
/** Everything in the county next door. */
const neighbour = officer('140214000000', 'COUNTY', ...ROLES);
/** Everything of the county, but for the right to act already. */
const pending: Principal = { ...officer(COUNTY, 'COUNTY', ...ROLES), pending: true };
const elsewhere = principals.officer({
  regionCode: '370102000000',
  regionLevel: 'COUNTY',
  roles: ['petitions:HANDLER', 'directory:AUDITOR'],
});
const own = (...roles: string[]): Principal => ({
  ...officer(COUNTY, 'COUNTY', ...roles),
  accountId: ACCOUNT,
});

let county: WholeCounty;
beforeAll(async () => {
  county = await openWholeCounty();
  await fillTheRest();
}, 300_000);
afterAll(() => county?.close());

type Caller = Principal | Scope;
const scopeFor = (who: Caller): Scope => ('actor' in who ? who : scopeOf(who));

const attempt = (who: Caller, sql: string, parameters: unknown[] = []) =>
  rawStatement(county.store.database, scopeFor(who), sql, parameters);
const touched = (who: Caller, table: string, sql: string) =>
  touchedRows(county.store.database, scopeFor(who), table, sql);

/** Tables that this county has rows in, so that to find none of them means something. */
const FILLED = [
  ...['household', 'household_year_record', 'household_status_history', 'member', 'member_year_record'],
  ...['assistance_unit', 'unit_village_pairing', 'responsible_helper', 'helper_pairing', 'village_work_team'],
  ...['work_team_member', 'project', 'project_village', 'project_budget', 'project_implementation'],
  ...[
    'beneficiary_household',
    'assistance_measure',
    'fund_allocation',
    'fund_allocation_line',
    'fund_arrival',
  ],
  ...['fund_arrangement', 'integrated_fund_report', 'integrated_fund_line', 'public_disclosure'],
  ...[
    'disclosed_beneficiary',
    'poor_village',
    'village_year_record',
    'county_year_record',
    'natural_village',
  ],
  ...['natural_village_year_record', 'village_history', 'back_office_operation', 'assistance_outcome'],
  ...['dynamic_operation', 'population_change', 'to_do', 'split_task', 'household_serial'],
  ...['export_log', 'statistic_counter', 'statistic_contribution', 'outbox'],
];
/** Everybody signed in reads them; what is disclosed everybody does. */
const PUBLIC = ['survey_year', 'year_opening', 'region_change', 'schema_migration'];
const DISCLOSED = ['public_disclosure', 'disclosed_beneficiary'];

describe('raw statements of a caller', () => {
  it('find no row of any table beyond what everybody may know, from outside the county', async () => {
    const filled = await rowsSeen(county.store, scopes.followRegionChanges());
    expect(FILLED.filter((table) => !filled.get(table))).toEqual([]);
    for (const [name, who, more] of [
      ['the county next door', neighbour, PUBLIC],
      ['an officer of other services', elsewhere, PUBLIC],
      ['an account that may not act yet', pending, PUBLIC],
      ['nobody', ANONYMOUS, ['schema_migration']],
    ] as [string, Caller, string[]][]) {
      const seen = await rowsSeen(county.store, scopeFor(who));
      const beyond = [...seen].filter(([, rows]) => rows > 0).map(([table]) => table);
      expect([name, beyond.filter((table) => ![...more, ...DISCLOSED].includes(table))]).toEqual([name, []]);
    }
  });

  it('of strangers change and remove no row of any table', async () => {
    const columns = await county.store.adminQuery<{ table: string; column: string | null }>(
      `SELECT c.relname AS "table", (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           AND a.attgenerated = '' AND a.attidentity = '' AND has_column_privilege('poverty_alleviation_app', c.oid, a.attnum, 'UPDATE') ORDER BY a.attnum DESC LIMIT 1) AS "column"
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname <> 'schema_migration' ORDER BY 1`,
    );
    expect(columns.length).toBeGreaterThan(50);
    for (const [name, who] of [
      ['the county next door', officer('140214000000', 'COUNTY', ...ROLES.slice(0, 6))],
      ['an account that may not act yet', pending],
    ] as [string, Caller][])
      for (const { table, column } of columns) {
        const changed =
          column === null ? 0 : await touched(who, table, `UPDATE ${table} SET "${column}" = NULL`);
        const removed = await touched(who, table, `DELETE FROM ${table}`);
        expect([name, table, changed, removed]).toEqual([name, table, 0, 0]);
      }
  });

  it('of an officer change only what the own roles are for, whatever else lies in the own county', async () => {
    for (const [sql, able] of PRIVILEGES)
      for (const role of ROLES) {
        const done = await attempt(own(role), sql);
        expect([sql, role, typeof done === 'number' && done > 0]).toEqual([sql, role, able.includes(role)]);
      }
  });

  it('are asked for the role once a statement, however many rows they write, and not at all when they read', async () => {
    const planOf = async (sql: string) => {
      const rows = await county.store.database.write(scopeFor(own('OPERATOR')), (tx) =>
        tx.query<Record<string, string>>(`EXPLAIN (VERBOSE, COSTS OFF) ${sql}`),
      );
      return rows.map((row) => row['QUERY PLAN']).join('\n');
    };
    const COPY = `INSERT INTO member SELECT (jsonb_populate_record(m, '{"id": null}')).* FROM member m`;
    for (const sql of ['UPDATE household_year_record SET address = NULL', COPY]) {
      const plan = await planOf(sql);
      // Every mention of the roles is in what is computed before the first row.
      const [rows, ...once] = plan.split(/InitPlan \d+/);
      expect([sql, rows!.includes('junxian.roles'), once.length > 0]).toEqual([sql, false, true]);
    }
    expect(await planOf('SELECT * FROM household_year_record')).not.toContain('junxian.roles');
  });

  it('leave no trace in another name, and none of another’s jobs, files and prints', async () => {
    const other = '01890000-0000-7000-8000-0000000000b2';
    for (const [sql, parameters] of [
      [
        `INSERT INTO print_snapshot (region_code, kind, year, number, forms, issued_on, verification_code, content_hash, html_sealed, created_at, created_by)
         VALUES ('140215100001', 'POOR_VILLAGE', 2017, 'N', 1, '2017-11-20', 'V', 'x', 'x', now(), $1)`,
        [other],
      ],
      [
        `INSERT INTO export_log (region_code, account_id, list, format, filter_sealed, reveals, requested_at, expires_at)
         VALUES ('140215000000', $1, 'x', 'CSV', 'x', false, now(), now())`,
        [other],
      ],
      [
        `INSERT INTO stored_file (owner_account, file_name, mime, size, started_at) VALUES ($1, 'x', 'x', 1, now())`,
        [other],
      ],
      [
        `INSERT INTO job (kind, owner_account, scope, input, created_at) VALUES ('x', $1, '{}', '{}', now())`,
        [other],
      ],
      // For oneself, but with more than one may: the work would run under it.
      [
        `INSERT INTO job (kind, owner_account, scope, input, created_at) VALUES ('x', $1, $2::jsonb, '{}', now())`,
        [
          ACCOUNT,
          JSON.stringify({ ...scopeOf(own(...ROLES)), actor: 'SERVICE', regionLow: '0', regionHigh: ':' }),
        ],
      ],
      [`SELECT setval('print_number', 1)`, []],
      [`SELECT setval('person_without_number', 1)`, []],
      [`TRUNCATE household CASCADE`, []],
      [`SET LOCAL session_replication_role = replica`, []],
      [`ALTER TABLE household DISABLE ROW LEVEL SECURITY`, []],
    ] as [string, unknown[]][])
      expect([sql, await attempt(own(...ROLES), sql, parameters)]).toEqual([sql, 'refused']);
    const PRINT = 'SELECT FROM print_snapshot';
    expect(await attempt(own('OPERATOR'), PRINT)).toBe(1);
    expect(await attempt(officer(COUNTY, 'COUNTY', ...ROLES), PRINT)).toBe(0);
  });

  it('bring no stranger’s unit, helper or project into sight by naming it in a row of one’s own', async () => {
    const { unit, helper, project } = county.ids;
    const mine = '140214001002';
    const trace = `'x', now(), 'x', now()`;
    const TEAM = `INSERT INTO village_work_team (region_code, name, dispatch_unit_id, start_date, end_date, created_by, created_at, updated_by, updated_at)
      VALUES ('${mine}', 'x', $1, '2017-01-01', '2018-12-31', ${trace})`;
    for (const [sql, id] of [
      [
        `INSERT INTO unit_village_pairing (unit_id, region_code, start_date, created_by, created_at, updated_by, updated_at)
         VALUES ($1, '${mine}', '2017-01-01', ${trace})`,
        unit,
      ],
      [
        `INSERT INTO helper_pairing (household_id, helper_id, region_code, start_date, created_by, created_at, updated_by, updated_at)
         VALUES ('${county.ids.household}', $1, '${mine}', '2018-01-01', ${trace})`,
        helper,
      ],
      [TEAM, unit],
      [
        `INSERT INTO work_team_member (team_id, helper_id, region_code, is_leader, is_first_secretary, start_date, end_date, created_by, created_at, updated_by, updated_at)
         VALUES ('${county.ids.team}', $1, '${mine}', false, false, '2017-01-01', '2018-12-31', ${trace})`,
        helper,
      ],
      [`INSERT INTO project_village (project_id, region_code) VALUES ($1, '${mine}')`, project],
    ] as [string, string][])
      expect([sql, await attempt(neighbour, sql, [id])]).toEqual([sql, 'refused']);
    expect(await attempt(own('OPERATOR'), TEAM.replace(mine, '140215100002'), [unit])).toBe(0);
  });

  it('take no line of a household’s history away, whatever the roles', async () => {
    const everything = officer('140215000000', 'COUNTY', ...ROLES);
    for (const table of ['household_status_history', 'population_change', 'dynamic_operation']) {
      const removed = await county.store.database.write(scopeFor(everything), (tx) =>
        tx.query(`DELETE FROM ${table} RETURNING 1`),
      );
      expect([table, removed]).toEqual([table, []]);
    }
    const [kept] = await county.store.adminQuery<{ lines: number }>(
      'SELECT count(*)::int AS lines FROM household_status_history',
    );
    expect(kept!.lines).toBeGreaterThan(0);
  });

  it('put no line under a stranger’s document of money, and no arrival under a stranger’s line', async () => {
    const neighbour = officer('140214000000', 'COUNTY', 'FUND');
    const [line] = await county.store.adminQuery<Record<string, string>>(
      'SELECT id, fund_allocation_id AS document FROM fund_allocation_line LIMIT 1',
    );
    const forged = [
      `INSERT INTO fund_allocation_line (fund_allocation_id, region_code, from_region_code, year, tier, fund_type, amount)
       VALUES ('${line!.document}', '140214000000', '140214000000', 2017, 'COUNTY', '01', 1)`,
      `INSERT INTO fund_arrival (fund_allocation_line_id, region_code, year, fund_type, amount, arrived_date, created_by, created_at, updated_by, updated_at)
       VALUES ('${line!.id}', '140214000000', 2017, '01', 1, '2017-11-20', 'x', now(), 'x', now())`,
    ];
    for (const statement of forged) {
      const done = county.store.database.write(scopeFor(neighbour), (tx) => tx.query(statement));
      await expect(done).rejects.toThrow(/row-level security/);
    }
  });

  it('learn nothing of persons from the functions that look beyond the scope, unless the role asks for it', async () => {
    const [member] = await county.store.adminQuery<{ index: string }>(
      'SELECT id_number_index AS index FROM member_year_record WHERE id_number_index IS NOT NULL LIMIT 1',
    );
    const told = async (who: Caller) => {
      const answers = await county.store.database.read(scopeFor(who), async (tx) => [
        await tx.query('SELECT pa_ni_03_duplicate($1, 2017) AS told', [member!.index]),
        await tx.query(`SELECT nullif(pa_ni_03_duplicates(ARRAY[$1], 2017), '{}') AS told`, [member!.index]),
        await tx.query('SELECT pa_ah_02_member($1) AS told', [member!.index]),
        await tx.query('SELECT pa_bo_06_duplicate($1, 2017, NULL) AS told', [member!.index]),
        await tx.query('SELECT true AS told FROM pa_du_01_holders(2017, ARRAY[$1])', [member!.index]),
      ]);
      return answers.map(([first]) => Boolean(first?.told));
    };
    for (const who of [own('VIEWER'), own('FUND', 'PROJECT'), elsewhere, pending, ANONYMOUS])
      expect(await told(who)).toEqual([false, false, false, false, false]);
    // Whether a number is taken anywhere, and nothing of where.
    expect(await told(officer('370102000000', 'COUNTY', 'OPERATOR'))).toEqual([
      true,
      true,
      true,
      false,
      false,
    ]);
  });
});

const TRACED = `'x', now(), 'x', now()`;
const TRACE_COLUMNS = 'created_by, created_at, updated_by, updated_at';
const HOUSEHOLD = `(SELECT id FROM household WHERE region_code LIKE '140215%' LIMIT 1)`;
const MEMBER = `(SELECT id FROM member WHERE region_code LIKE '140215%' LIMIT 1)`;
/** Rows that callers might add in the own county by statements of their own. */
const FRESH_ROWS: readonly [sql: string, able: readonly string[]][] = [
  [
    `INSERT INTO household (region_code, household_no, identified_year, ${TRACE_COLUMNS})
     VALUES ('140215100001', 'forged', 2017, ${TRACED}) RETURNING 1`,
    ['OPERATOR', 'PROVINCE_ADMIN'],
  ],
  [`INSERT INTO household_serial VALUES ('140215100002', 99) RETURNING 1`, ['OPERATOR', 'PROVINCE_ADMIN']],
  [
    `INSERT INTO member (region_code, person_no, ${TRACE_COLUMNS})
     VALUES ('140215100001', 'forged', ${TRACED}) RETURNING 1`,
    ['OPERATOR', 'PROVINCE_ADMIN'],
  ],
  [
    `INSERT INTO household_status_history (household_id, year, region_code, to_status, operation, operator, at)
     VALUES (${HOUSEHOLD}, 2017, '140215100001', '1', 'EXIT', 'x', now()) RETURNING 1`,
    ['OPERATOR', 'MANAGER', 'PROVINCE_ADMIN'],
  ],
  [
    `INSERT INTO assistance_measure (household_id, year, region_code, source, category, content, ${TRACE_COLUMNS})
     VALUES (${HOUSEHOLD}, 2017, '140215100001', 'MANUAL', '4', 'x', ${TRACED}) RETURNING 1`,
    ['OPERATOR'],
  ],
  [
    `INSERT INTO assistance_measure (household_id, year, region_code, source, project_id, beneficiary_id, category, content, ${TRACE_COLUMNS})
     VALUES (${HOUSEHOLD}, 2017, '140215100001', 'PROJECT', uuidv7(), uuidv7(), '4', 'x', ${TRACED}) RETURNING 1`,
    ['PROJECT'],
  ],
  [
    `INSERT INTO to_do (region_code, kind, household_id, member_id, year, event_id, occurred_at, facts)
     VALUES ('140215100001', 'FORGED', ${HOUSEHOLD}, ${MEMBER}, 2017, 'x', now(), '{}') RETURNING 1`,
    [],
  ],
  [
    `INSERT INTO assistance_unit (region_code, name, type, affiliation, contact, phone_sealed, ${TRACE_COLUMNS})
     VALUES ('140215000000', 'x', '1', '1', 'x', 'x', ${TRACED}) RETURNING 1`,
    ['OPERATOR'],
  ],
];

const touch = (table: string, column: string) => `UPDATE ${table} SET ${column} = ${column} RETURNING 1`;
const remove = (table: string) => `DELETE FROM ${table} RETURNING 1`;
/** Who keeps files of households, and who decides on them. */
const FILES = ['OPERATOR', 'PROVINCE_ADMIN'];
const DECISIONS = ['OPERATOR', 'MANAGER', 'PROVINCE_ADMIN'];
/** Writes, and which role alone suffices for them in the own county. */
const PRIVILEGES: readonly [sql: string, able: readonly string[]][] = [
  [touch('household', 'file_status'), FILES],
  [`SELECT FROM household FOR NO KEY UPDATE`, ['OPERATOR', 'MANAGER', 'PROJECT', 'PROVINCE_ADMIN']],
  [`UPDATE household SET identified_year = 2014 RETURNING 1`, ['PROVINCE_ADMIN']],
  [remove('household_year_record'), []],
  [touch('household_serial', 'last_serial'), FILES],
  [`UPDATE household_year_record SET address = 'x' RETURNING 1`, FILES],
  [`UPDATE household_year_record SET wage_income = 0 RETURNING 1`, FILES],
  [`UPDATE household_year_record SET household_attribute = '05' RETURNING 1`, ['PROVINCE_ADMIN']],
  [`UPDATE household_year_record SET identification_standard = '03' RETURNING 1`, ['PROVINCE_ADMIN']],
  [`UPDATE household_year_record SET region_code = '140215100002' RETURNING 1`, ['PROVINCE_ADMIN']],
  [`UPDATE household_year_record SET poverty_status = '1' RETURNING 1`, ['MANAGER', 'PROVINCE_ADMIN']],
  [`UPDATE household_year_record SET exit_year = 2017 RETURNING 1`, ['MANAGER', 'PROVINCE_ADMIN']],
  [
    `UPDATE household_year_record SET resettlement = '11', version = version + 1 RETURNING 1`,
    ['OPERATOR', 'PROJECT', 'PROVINCE_ADMIN'],
  ],
  [touch('household_status_history', 'reason'), ['PROVINCE_ADMIN']],
  [touch('member', 'person_no'), FILES],
  [remove('member'), []],
  [`UPDATE member_year_record SET work_months = 3 RETURNING 1`, FILES],
  [`UPDATE member_year_record SET in_critical_illness_insurance = true RETURNING 1`, DECISIONS],
  [`UPDATE member_year_record SET name = '某' RETURNING 1`, ['PROVINCE_ADMIN']],
  [`UPDATE member_year_record SET id_number_index = 'x' RETURNING 1`, ['PROVINCE_ADMIN']],
  [remove('member_year_record'), []],
  [
    `UPDATE assistance_measure SET content = 'x' WHERE source = 'PROJECT' RETURNING 1`,
    ['PROJECT', 'PROVINCE_ADMIN'],
  ],
  [`UPDATE assistance_measure SET content = 'x' WHERE source = 'MANUAL' RETURNING 1`, FILES],
  [`DELETE FROM assistance_measure WHERE source = 'PROJECT' RETURNING 1`, ['PROJECT']],
  [`DELETE FROM assistance_measure WHERE source = 'MANUAL' RETURNING 1`, ['OPERATOR']],
  [touch('assistance_outcome', 'food_assured'), FILES],
  [remove('assistance_outcome'), []],
  [touch('dynamic_operation', 'reason'), ['PROVINCE_ADMIN']],
  [touch('population_change', 'reason'), ['PROVINCE_ADMIN']],
  [touch('to_do', 'note'), DECISIONS],
  [remove('to_do'), []],
  [touch('split_task', 'assigned_code'), ['MANAGER', 'PROVINCE_ADMIN']],
  [remove('split_task'), []],
  [touch('assistance_unit', 'name'), ['OPERATOR']],
  [touch('responsible_helper', 'unit_id'), ['OPERATOR']],
  [remove('responsible_helper'), []],
  [touch('unit_village_pairing', 'end_date'), ['OPERATOR']],
  [remove('unit_village_pairing'), []],
  [touch('helper_pairing', 'end_date'), FILES],
  [remove('helper_pairing'), []],
  [touch('village_work_team', 'name'), ['OPERATOR']],
  [remove('village_work_team'), []],
  [touch('work_team_member', 'is_leader'), ['OPERATOR']],
  [remove('work_team_member'), ['OPERATOR']],
  ...FRESH_ROWS,
  [touch('fund_arrival', 'amount'), ['FUND']],
  [touch('fund_arrangement', 'amount'), ['FUND']],
  [touch('integrated_fund_report', 'status'), ['FUND']],
  [touch('integrated_fund_line', 'spent'), ['FUND']],
  [remove('integrated_fund_line'), ['FUND']],
  [touch('project', 'name'), ['MANAGER', 'PROJECT']],
  [touch('project_budget', 'amount'), ['MANAGER', 'PROJECT']],
  [touch('project_village', 'region_code'), ['MANAGER', 'PROJECT']],
  [touch('project_implementation', 'spent'), []],
  [remove('project_implementation'), []],
  [touch('beneficiary_household', 'amount'), ['PROJECT']],
  [touch('poor_village', 'delist_year'), ['MANAGER', 'PROVINCE_ADMIN']],
  [touch('village_year_record', 'village_head'), ['OPERATOR', 'MANAGER', 'PROVINCE_ADMIN']],
  [`UPDATE village_year_record SET village_attribute = '02' RETURNING 1`, ['MANAGER', 'PROVINCE_ADMIN']],
  ['UPDATE village_year_record SET delisted_in = year RETURNING 1', ['MANAGER', 'PROVINCE_ADMIN']],
  [remove('village_year_record'), []],
  [touch('county_year_record', 'gdp'), ['MANAGER', 'PROVINCE_ADMIN']],
  [`UPDATE county_year_record SET county_attribute = '01' RETURNING 1`, []],
  [remove('county_year_record'), []],
  [touch('natural_village', 'name'), ['OPERATOR']],
  [touch('village_history', 'operator'), []],
  [remove('village_history'), []],
  [touch('public_disclosure', 'title'), []],
  [touch('public_disclosure', 'end_at'), []],
  [touch('public_disclosure', 'region_code'), []],
  [
    `UPDATE public_disclosure SET withdrawn_at = now(), withdrawn_by = 'x', withdraw_reason = 'x' RETURNING 1`,
    ['MANAGER', 'PROJECT'],
  ],
  [`UPDATE public_disclosure SET withdrawn_at = NULL, withdraw_reason = NULL RETURNING 1`, []],
  [remove('public_disclosure'), []],
  [touch('disclosed_beneficiary', 'masked_name'), []],
  [touch('disclosed_beneficiary', 'region_code'), []],
  [
    `INSERT INTO disclosed_beneficiary (disclosure_id, region_code, masked_name)
     SELECT id, '140215100001', '李**' FROM public_disclosure RETURNING 1`,
    [],
  ],
  [remove('disclosed_beneficiary'), []],
  [touch('survey_year', 'editable'), []],
  [touch('statistic_counter', 'count'), []],
  [touch('statistic_contribution', 'amounts'), []],
  [touch('back_office_operation', 'reason'), []],
  [touch('back_office_operation', 'region_code'), ['PROVINCE_ADMIN']],
  [remove('back_office_operation'), []],
  [touch('print_snapshot', 'html_sealed'), []],
  [remove('print_snapshot'), []],
  [touch('export_log', 'list'), []],
  [remove('export_log'), []],
  [remove('outbox'), []],
];

/** Rows of the tables that a county's ordinary day leaves empty. */
async function fillTheRest(): Promise<void> {
  const { ids, store } = county;
  await store.deliver();
  for (const sql of [
    `INSERT INTO back_office_operation (region_code, function, target_id, household_id, year, before, after, reason, operator, at)
     VALUES ('${ids.village}', '8.2', '${ids.household}', '${ids.household}', 2017, '{}', '{}', 'x', 'test', now())`,
    `INSERT INTO print_snapshot (region_code, kind, year, number, forms, issued_on, verification_code, content_hash, html_sealed, created_at, created_by)
     VALUES ('${ids.village}', 'POOR_VILLAGE', 2017, 'N1', 1, '2017-11-20', 'V1', 'x', 'x', now(), '${ACCOUNT}')`,
    `INSERT INTO export_log (region_code, account_id, list, format, filter_sealed, reveals, requested_at, expires_at)
     VALUES ('${ids.region}', '${ACCOUNT}', 'HOUSEHOLDS', 'CSV', 'x', false, now(), now())`,
    `INSERT INTO assistance_outcome (household_id, year, region_code, ${TRACE_COLUMNS})
     VALUES ('${ids.household}', 2017, '${ids.village}', ${TRACED})`,
    `INSERT INTO assistance_measure (household_id, year, region_code, source, category, content, ${TRACE_COLUMNS})
     VALUES ('${ids.household}', 2017, '${ids.village}', 'MANUAL', '4', 'x', ${TRACED})`,
    `INSERT INTO dynamic_operation (operation_id, household_id, year, region_code, kind, after, operator, at)
     VALUES (uuidv7(), '${ids.household}', 2017, '${ids.village}', 'KEY_TARGET', '{}', 'x', now())`,
    `INSERT INTO population_change (change_id, household_id, operation_id, year, region_code, kind, direction, member_id,
       to_household_id, reason, change_date, operator, at)
     VALUES (uuidv7(), '${ids.household}', uuidv7(), 2017, '${ids.village}', 'ADD', 'IN', '${ids.member}', '${ids.household}',
       '01', '2017-05-01', 'x', now())`,
    `INSERT INTO to_do (region_code, kind, household_id, member_id, year, event_id, occurred_at, facts)
     VALUES ('${ids.village}', 'CITIZEN_DECEASED', '${ids.household}', '${ids.member}', 2017, 'x', now(), '{}')`,
    `INSERT INTO region_change (change_id, kind, from_codes, to_codes, moves, effective_date, received_at, followed_at)
     VALUES ('${ACCOUNT}', 'SPLIT', '{140215100001}', '{140215100002}', '[]', '2017-01-01', now(), now())`,
    `INSERT INTO split_task (change_id, household_id, region_code, region_epoch, candidate_codes)
     VALUES ('${ACCOUNT}', '${ids.household}', '${ids.village}', 0, '{140215100002}')`,
  ])
    await store.adminQuery(sql);
}
