import { ANONYMOUS, type Principal, type Scope, scopeOf } from '@junxian/identity';
import { principals, rawStatement, rowsSeen, rule, touchedRows } from '@junxian/test-kit';
import type { CaseItem } from '../cases/case.types';
import { isWorking } from '../cases/petitioner-view.rules';
import { openPublicStage, type PublicStage } from '../public-accounts/public-stage.fixture';
import { codeHolderScope } from '../service-scopes';
import { opened, REGISTRAR, registeredOnline, submitted } from '../submissions/submissions.fixture';
import { custodyOf, registered } from '../testing/cases.support.test';
import { ORGANISATIONS, officer } from '../testing/store.support.test';

/**
 * What callers could do to the tables if every check above them were gone: the application role, with the settings of
 * somebody, and any statement.
 */
let stage: PublicStage;
let zhang: Principal;
let li: Principal;
let letter: CaseItem;
let online: CaseItem;
let accusation: CaseItem;
let waitingSubmission: string;

const ROLES = [
  'ONLINE_REGISTRAR',
  'LETTER_REGISTRAR',
  'VISIT_REGISTRAR',
  'INTERVIEWER',
  'RECEIVER',
  'HANDLER',
  'LEADER',
  'SUPERVISOR',
  'STATISTICIAN',
  'CASE_EDITOR',
  'REVIEW_CLERK',
  'REVIEW_HANDLER',
  'REVIEW_LEADER',
  'LAWYER',
  'EXPERT',
];
const registrar = officer('lixia', ['LETTER_REGISTRAR', 'HANDLER']);
/** A unit that once held the letter and sees it still. */
const unit = officer('lixiaUnit', [...ROLES, 'ADMIN']);
const accused = officer('lixiaOtherUnit', [...ROLES, 'ADMIN']);
const neighbour = officer('shinan', [...ROLES, 'ADMIN']);
/** Everything of the registering bureau, but for the right to act already. */
const pending: Principal = { ...officer('lixia', [...ROLES, 'ADMIN'], 'pending'), pending: true };
const elsewhere = principals.officer({
  regionCode: '370102000000',
  regionLevel: 'COUNTY',
  roles: ['poverty-alleviation:OPERATOR', 'directory:AUDITOR'],
  organisationId: ORGANISATIONS.lixia.id,
});

beforeAll(async () => {
  stage = await openPublicStage();
  const { store } = stage;
  for (const who of [registrar, unit, accused, neighbour, REGISTRAR]) await store.appoint(who);
  zhang = await stage.citizen();
  li = await stage.citizen();
  letter = await registered(store, {}, registrar);
  online = (await registeredOnline(stage, await submitted(stage, zhang))).item;
  waitingSubmission = await submitted(stage, zhang);
  await opened(stage, waitingSubmission);
  accusation = await registered(
    store,
    {
      purpose: 'ACCUSATION',
      accusedPerson: '示例',
      accusedOrganisationId: ORGANISATIONS.lixiaOtherUnit.id,
    },
    registrar,
  );
  await store.adminQuery(
    `INSERT INTO case_sight (organisation_id, case_item_id, reason, registered_at, granted_at)
     VALUES ($1, $2, 'HELD', now(), now())`,
    [ORGANISATIONS.lixiaUnit.id, letter.id],
  );
  await store.adminQuery(
    `INSERT INTO handling_record (case_item_id, seq, mode, from_organisation_id, officer_id, opinion, state, at)
     VALUES ($1, 10, 'FORWARD', $2, $3, '示例意见', 'DONE', now())`,
    [letter.id, registrar.organisationId, registrar.accountId],
  );
  await store.adminQuery(
    `INSERT INTO evaluation_window (case_item_id, first_due_on, opened_at) VALUES ($1, '2026-04-01', now())`,
    [online.id],
  );
});
afterAll(() => stage?.close());

type Caller = Principal | Scope;
const scopeFor = (who: Caller): Scope => ('actor' in who ? who : scopeOf(who));

const attempt = (who: Caller, sql: string, parameters: unknown[] = []) =>
  rawStatement(stage.store.database, scopeFor(who), sql, parameters);
const touched = (who: Caller, table: string, sql: string) =>
  touchedRows(stage.store.database, scopeFor(who), table, sql);

/** Public knowledge, and what is of the caller's own organisation or account anyway. */
const PUBLIC = [
  'organisation',
  'period',
  'content_category',
  'guide_page',
  'city_link',
  'region_change',
  'schema_migration',
];

describe('raw statements of a caller', () => {
  rule(
    'PT-SEC-01',
    'find no row of any table beyond what everybody may know, for whom no item is in sight',
    async () => {
      const allowed: [string, Caller, string[]][] = [
        ['the bureau next door', neighbour, ['officer_appointment']],
        ['the accused', accused, ['officer_appointment', 'case_serial']],
        ['an account that may not act yet', pending, []],
        ['an officer of another service', elsewhere, []],
        ['another citizen', li, ['public_account']],
        ['the holder of another code', codeHolderScope('00000000-0000-7000-8000-0000000000ff'), []],
        ['nobody', ANONYMOUS, []],
      ];
      for (const [name, who, own] of allowed) {
        const seen = await rowsSeen(stage.store, scopeFor(who));
        const tables = [...seen].filter(([, rows]) => rows > 0).map(([table]) => table);
        const beyond = tables.filter((table) => ![...PUBLIC, ...own].includes(table));
        expect([name, beyond]).toEqual([name, []]);
      }
    },
  );

  it('of strangers change and remove no row of any table', async () => {
    const columns = await stage.store.adminQuery<{ table: string; column: string | null }>(
      `SELECT c.relname AS "table", (SELECT a.attname FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
           AND a.attgenerated = '' AND a.attidentity = '' AND has_column_privilege('petitions_app', c.oid, a.attnum, 'UPDATE') ORDER BY a.attnum DESC LIMIT 1) AS "column"
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = 'public' AND c.relkind = 'r' AND c.relname <> 'schema_migration' ORDER BY 1`,
    );
    expect(columns.length).toBeGreaterThan(50);
    // The own row of a citizen; of an administrator the organisations of the own region; of a registrar the county's numbers.
    const strangers: [string, Caller, string[]][] = [
      ['the accused', accused, ['organisation', 'case_serial']],
      ['an account that may not act yet', pending, []],
      ['another citizen', li, ['public_account']],
      ['nobody', ANONYMOUS, []],
    ];
    for (const [name, who, own] of strangers)
      for (const { table, column } of columns) {
        const changed =
          column === null ? 0 : await touched(who, table, `UPDATE ${table} SET "${column}" = NULL`);
        const removed = await touched(who, table, `DELETE FROM ${table}`);
        expect([name, table, changed !== 0, removed]).toEqual([name, table, own.includes(table), 0]);
      }
  });

  it('never make a row another one’s: whose it is and since when is not rewritten', async () => {
    const other = neighbour.organisationId;
    for (const [who, sql, parameters] of [
      [registrar, 'UPDATE case_item SET organisation_id = $1', [other]],
      [registrar, 'UPDATE case_item SET account_id = $1', [li.accountId]],
      [registrar, 'UPDATE case_item SET route_due_on = $1', ['2030-01-01']],
      [registrar, 'UPDATE case_item SET query_code_index = $1', ['x']],
      [unit, 'UPDATE case_item SET organisation_id = $1', [unit.organisationId]],
      [unit, 'UPDATE org_task SET organisation_id = $1', [unit.organisationId]],
      [unit, 'UPDATE notice SET organisation_id = $1', [unit.organisationId]],
      [unit, 'UPDATE handling_opinion SET case_item_id = $1', [letter.id]],
      [unit, `UPDATE petition_matter SET organisation_id = $1`, [unit.organisationId]],
      [REGISTRAR, 'UPDATE online_submission SET account_id = $1', [li.accountId]],
      [REGISTRAR, 'UPDATE online_submission SET content = $1', ['x']],
      [zhang, 'UPDATE online_submission SET organisation_id = $1', [other]],
      [zhang, 'UPDATE public_account SET account_id = $1', [li.accountId]],
      [zhang, 'UPDATE public_account SET anonymous = $1', [true]],
      [REGISTRAR, 'UPDATE attachment SET file_id = $1', [letter.id]],
      [REGISTRAR, 'UPDATE suggestion SET content = $1', ['x']],
      [registrar, 'UPDATE case_journal SET account_id = $1', ['x']],
    ] as [Principal, string, unknown[]][])
      expect([sql, await attempt(who, `${sql} RETURNING 1`, parameters)]).toEqual([sql, 'refused']);
  });

  rule(
    'PT-SEC-01',
    'of who sees an item but takes no part in it change neither the item nor a task, and add none',
    async () => {
      const above = officer('shandong', [...ROLES, 'ADMIN']);
      const WRITES: [string, unknown[]][] = [
        [`UPDATE case_item SET title = 'x' WHERE id = $1 RETURNING 1`, [letter.id]],
        [
          `UPDATE case_item SET state = 'COMPLETED', outcome = 'ARCHIVED' WHERE id = $1 RETURNING 1`,
          [letter.id],
        ],
        [
          `UPDATE case_item SET custodian_organisation_id = my_organisation() WHERE id = $1 RETURNING 1`,
          [letter.id],
        ],
        [
          `UPDATE org_task SET state = 'DONE', custody = false WHERE case_item_id = $1 RETURNING 1`,
          [letter.id],
        ],
        [
          `INSERT INTO org_task (case_item_id, kind, state, organisation_id, region_code, received_at)
         VALUES ($1, 'HANDLE', 'AWAITING_RESULT', my_organisation(), '370000000000', now()) RETURNING 1`,
          [letter.id],
        ],
      ];
      for (const who of [above, unit]) {
        expect(await attempt(who, 'SELECT FROM case_item WHERE id = $1', [letter.id])).toBe(1);
        for (const [sql, parameters] of WRITES)
          expect([sql, await attempt(who, sql, parameters)]).toEqual([sql, 'refused']);
      }
      for (const [sql, parameters] of WRITES)
        expect([sql, await attempt(registrar, sql, parameters)]).toEqual([sql, 1]);
    },
  );

  it('of who held an item once change neither it nor what others have to do, but hand in a report', async () => {
    const { id: item } = letter;
    const [own] = await stage.store.adminQuery<{ id: string }>(
      `INSERT INTO org_task (case_item_id, kind, state, organisation_id, region_code, holder_id, received_at, done_at, done_by)
       VALUES ($1, 'HANDLE', 'DONE', $2, '370102000000', $3, now(), now(), $3) RETURNING id`,
      [item, unit.organisationId, unit.accountId],
    );
    const held = await custodyOf(stage.store, registrar, item);
    for (const [sql, id] of [
      [`UPDATE case_item SET title = 'x' WHERE id = $1 RETURNING 1`, item],
      [`UPDATE case_item SET late = true, title = 'x' WHERE id = $1 RETURNING 1`, item],
      [`UPDATE case_item SET custodian_organisation_id = my_organisation() WHERE id = $1 RETURNING 1`, item],
      [`UPDATE org_task SET state = 'TODO', custody = true WHERE id = $1 RETURNING 1`, own!.id],
      [`UPDATE org_task SET state = 'CANCELLED', custody = false WHERE id = $1 RETURNING 1`, held!.id],
      [
        `INSERT INTO org_task (case_item_id, kind, state, organisation_id, region_code, received_at)
         VALUES ($1, 'HANDLE', 'UNIT_INBOX', my_organisation(), '370102000000', now()) RETURNING 1`,
        item,
      ],
    ] as const)
      expect([sql, await attempt(unit, sql, [id])]).toEqual([sql, 'refused']);
    // Handed in late, the report says so on the item; the own task is the own organisation's.
    for (const [sql, id] of [
      [`UPDATE case_item SET late = true, version = version + 1 WHERE id = $1 RETURNING 1`, item],
      [`UPDATE org_task SET state = 'TODO' WHERE id = $1 RETURNING 1`, own!.id],
    ] as const)
      expect([sql, await attempt(unit, sql, [id])]).toEqual([sql, 1]);
    // Once late it stays so.
    await stage.store.adminQuery('UPDATE case_item SET late = true WHERE id = $1', [item]);
    expect(await attempt(unit, 'UPDATE case_item SET late = false WHERE id = $1 RETURNING 1', [item])).toBe(
      'refused',
    );
    await stage.store.adminQuery('UPDATE case_item SET late = false WHERE id = $1', [item]);
    await stage.store.adminQuery('DELETE FROM org_task WHERE id = $1', [own!.id]);
  });

  rule(
    'PT-SEC-02',
    'of who sees a protected item but neither holds nor reviews it find no petitioner, and nobody else writes one',
    async () => {
      const above = officer('jinan', ['HANDLER', 'SUPERVISOR', 'STATISTICIAN', 'LEADER']);
      const PETITIONER = 'SELECT FROM petitioner WHERE case_item_id = $1';
      const RENAME = `UPDATE petitioner SET name = 'x' WHERE case_item_id = $1 RETURNING 1`;
      for (const [who, item, seen, changed] of [
        [above, letter, 1, 0],
        [above, accusation, 0, 0],
        [registrar, letter, 1, 1],
        [registrar, accusation, 1, 1],
        [zhang, online, 1, 0],
        [codeHolderScope(online.id), online, 1, 0],
      ] as [Caller, CaseItem, number, number][]) {
        expect(await attempt(who, 'SELECT FROM case_item WHERE id = $1', [item.id])).toBe(1);
        expect([await attempt(who, PETITIONER, [item.id]), await attempt(who, RENAME, [item.id])]).toEqual([
          seen,
          changed,
        ]);
      }
      // Passed on, the registering bureau sees the item and no more who petitions.
      await stage.store.adminQuery('UPDATE case_item SET custodian_organisation_id = $2 WHERE id = $1', [
        accusation.id,
        ORGANISATIONS.jinan.id,
      ]);
      expect(await attempt(registrar, PETITIONER, [accusation.id])).toBe(0);
      expect(await attempt(above, PETITIONER, [accusation.id])).toBe(1);
      // The responsible unit that holds it must know, or it does not; who only supervises there never does (section 6).
      const held = (by: Principal, needed: boolean) =>
        stage.store.adminQuery(
          'UPDATE case_item SET custodian_organisation_id = $2, responsible_organisation_id = $2, need_to_know = $3 WHERE id = $1',
          [accusation.id, by.organisationId, needed],
        );
      await stage.store.adminQuery(
        `INSERT INTO case_sight (organisation_id, case_item_id, reason, registered_at, granted_at) VALUES ($1, $2, 'HELD', now(), now())`,
        [unit.organisationId, accusation.id],
      );
      await held(unit, false);
      expect(await attempt(unit, PETITIONER, [accusation.id])).toBe(0);
      expect(await attempt(unit, RENAME, [accusation.id])).toBe(0);
      await held(unit, true);
      expect(await attempt(unit, PETITIONER, [accusation.id])).toBe(1);
      expect(
        await attempt(officer('lixiaUnit', ['SUPERVISOR', 'STATISTICIAN']), PETITIONER, [accusation.id]),
      ).toBe(0);
      await stage.store.adminQuery(
        'DELETE FROM case_sight WHERE organisation_id = $1 AND case_item_id = $2',
        [unit.organisationId, accusation.id],
      );
      await held(registrar, false);
      expect(await attempt(registrar, PETITIONER, [accusation.id])).toBe(1);
    },
  );

  it('of an officer reach no profile but of a citizen whose petition was opened', async () => {
    const PROFILE = 'SELECT FROM public_account WHERE account_id = $1';
    expect(await attempt(REGISTRAR, PROFILE, [zhang.accountId])).toBe(1);
    expect(await attempt(REGISTRAR, PROFILE, [li.accountId])).toBe(0);
    expect(await attempt(registrar, PROFILE, [zhang.accountId])).toBe(0);
  });

  it('of a citizen open, register and bind nothing of their own', async () => {
    for (const [sql, parameters] of [
      [
        `UPDATE online_submission SET state = 'REGISTERED', case_item_id = $2 WHERE id = $1 RETURNING 1`,
        [waitingSubmission, letter.id],
      ],
      [
        `INSERT INTO online_submission (organisation_id, region_code, account_id, title, problem_region_code, problem_address, content, anonymous,
           submitted_at, route_due_on, updated_at) VALUES ($1, '370000000000', $2, 'x', '370102001000', 'x', 'x', false, now(), '2026-04-01', now())`,
        [ORGANISATIONS.shandong.id, li.accountId],
      ],
      [
        `INSERT INTO attachment (owner_type, owner_id, file_id, file_name, mime, size, sha256, uploaded_by, uploaded_at)
         VALUES ('SUBMISSION', $1, $2, 'x', 'x', 1, 'x', $2, now())`,
        [waitingSubmission, li.accountId],
      ],
    ] as [string, unknown[]][])
      expect([sql, await attempt(zhang, sql, parameters)]).toEqual([sql, 'refused']);
  });

  it('sign the journal with nobody else’s name, and nothing out of sight', async () => {
    const JOURNAL = `INSERT INTO case_journal (case_item_id, at, action, to_state, item_version, account_id, organisation_id)
      VALUES ($1, now(), 'CORRECT', 'REGISTERED', 1, $2, $3)`;
    const { accountId, organisationId } = registrar;
    expect(await attempt(registrar, JOURNAL, [letter.id, accountId, organisationId])).toBe(0);
    for (const [who, item, as, of] of [
      [registrar, letter, unit.accountId, organisationId],
      [registrar, letter, accountId, unit.organisationId],
      [registrar, letter, 'service:petitions', null],
      [unit, letter, accountId, organisationId],
      [zhang, online, REGISTRAR.accountId, REGISTRAR.organisationId],
      [codeHolderScope(online.id), online, REGISTRAR.accountId, null],
      [accused, accusation, accused.accountId, accused.organisationId],
      [neighbour, letter, neighbour.accountId, neighbour.organisationId],
    ] as [Caller, CaseItem, string, string | null][])
      expect(await attempt(who, JOURNAL, [item.id, as, of])).toBe('refused');
  });

  it('write handling records for the own organisation only, on items in sight', async () => {
    const RECORD = `INSERT INTO handling_record (case_item_id, seq, mode, from_organisation_id, officer_id, state, at)
      VALUES ($1, 99, 'FORWARD', $2, $3, 'DONE', now())`;
    const record = (who: Principal, item: CaseItem, of = who.organisationId) =>
      attempt(who, RECORD, [item.id, of, who.accountId]);
    expect(await record(registrar, letter)).toBe(0);
    expect(await record(unit, letter, registrar.organisationId)).toBe('refused');
    expect(await record(accused, accusation)).toBe('refused');
    expect(await record(neighbour, letter)).toBe('refused');
    expect(await record(zhang, online, REGISTRAR.organisationId)).toBe('refused');
    const REWRITE = `UPDATE handling_record SET opinion = 'x', state = 'TAKEN_BACK' WHERE case_item_id = $1 RETURNING 1`;
    expect(await attempt(registrar, REWRITE, [letter.id])).toBeGreaterThan(0);
    expect(await attempt(unit, REWRITE, [letter.id])).toBe(0);
  });

  rule(
    'PT-HND-08',
    'of an organisation find nothing of an item once it accuses it, not even its own record or its matter',
    async () => {
      const own = officer('lixiaStreet', [...ROLES]);
      const item = await registered(stage.store, {}, officer('lixiaStreet', ['LETTER_REGISTRAR', 'HANDLER']));
      await stage.store.adminQuery(
        `INSERT INTO handling_record (case_item_id, seq, mode, from_organisation_id, officer_id, state, at)
         VALUES ($1, 7, 'FORWARD', $2, $3, 'DONE', now())`,
        [item.id, own.organisationId, own.accountId],
      );
      const LOOKS = [
        'SELECT FROM case_item WHERE id = $1',
        'SELECT FROM handling_record WHERE case_item_id = $1',
        'SELECT FROM org_task WHERE case_item_id = $1',
        'SELECT FROM petition_matter WHERE first_item_id = $1',
      ];
      for (const sql of LOOKS) expect([sql, await attempt(own, sql, [item.id])]).toEqual([sql, 1]);
      await stage.store.adminQuery(
        `UPDATE case_item SET purpose = 'ACCUSATION', accused_organisation_id = $2 WHERE id = $1`,
        [item.id, own.organisationId],
      );
      for (const sql of LOOKS) expect([sql, await attempt(own, sql, [item.id])]).toEqual([sql, 0]);
    },
  );

  rule('PT-SAT-05', 'of nobody but the petitioner evaluate, each by the way they came', async () => {
    const EVALUATE = `INSERT INTO evaluation (case_item_id, region_code, round, dept_organisation_id, dept_rating, at, via, second_due_on)
      VALUES ($1, '370000000000', 1, $2, 'SATISFIED', now(), $3, '2026-06-01')`;
    const evaluate = (who: Caller, via: string) =>
      attempt(who, EVALUATE, [online.id, ORGANISATIONS.shandong.id, via]);
    expect(await evaluate(zhang, 'ACCOUNT')).toBe(0);
    expect(await evaluate(codeHolderScope(online.id), 'QUERY_CODE')).toBe(0);
    for (const [who, via] of [
      [zhang, 'QUERY_CODE'],
      [codeHolderScope(online.id), 'ACCOUNT'],
      [codeHolderScope(letter.id), 'QUERY_CODE'],
      [li, 'ACCOUNT'],
      [REGISTRAR, 'ACCOUNT'],
      [REGISTRAR, 'QUERY_CODE'],
      [{ ...REGISTRAR, pending: true }, 'ACCOUNT'],
      [ANONYMOUS, 'ACCOUNT'],
    ] as [Caller, string][])
      expect([via, await evaluate(who, via)]).toEqual([via, 'refused']);
    for (const who of [zhang, codeHolderScope(online.id)])
      expect(await attempt(who, `UPDATE evaluation_window SET first_due_on = '2030-01-01' RETURNING 1`)).toBe(
        0,
      );
  });

  it('of an administrator of a county change no period of the country and no organisation but whether it is a bureau', async () => {
    const PERIOD = `UPDATE period SET amount = 1 WHERE kind = 'HANDLE' RETURNING 1`;
    expect(await attempt(officer('lixia', 'ADMIN'), PERIOD)).toBe(0);
    expect(await attempt({ ...officer('shandong', 'ADMIN'), pending: true }, PERIOD)).toBe(0);
    expect(await attempt(officer('shandong', 'ADMIN'), PERIOD)).toBe(1);
    const admin = officer('lixia', 'ADMIN');
    const organisation = (set: string) =>
      attempt(admin, `UPDATE organisation SET ${set} WHERE id = $1 RETURNING 1`, [
        ORGANISATIONS.lixiaUnit.id,
      ]);
    expect(await organisation('is_bureau = true')).toBe(1);
    expect(await organisation(`superior_id = '${ORGANISATIONS.shandong.id}'`)).toBe('refused');
    expect(await organisation(`region_code = '370102001000'`)).toBe('refused');
    expect(await organisation('removed = true')).toBe('refused');
  });

  it('of an administrator read who exported what only with a role of this service and the right to act', async () => {
    await stage.store.adminQuery(
      `INSERT INTO export_log (region_code, organisation_id, account_id, operator_present, register, format, filter_sealed, requested_at, expires_at)
       VALUES ('370102000000', $1, $2, false, 'LETTER', 'CSV', 'x', now(), now())`,
      [registrar.organisationId, registrar.accountId],
    );
    const LOG = 'SELECT FROM export_log';
    expect(await attempt(officer('lixia', 'ADMIN'), LOG)).toBe(1);
    expect(await attempt({ ...officer('lixia', 'ADMIN'), pending: true }, LOG)).toBe(0);
    expect(await attempt(officer('lixiaUnit', 'ADMIN'), LOG)).toBe(0);
  });

  it('meet the same idea of who works on petitions as the graph', async () => {
    for (const role of [...ROLES, 'ADMIN']) {
      const principal = officer('lixia', [role]);
      const works = await attempt(principal, 'SELECT WHERE works_on_petitions()');
      expect([role, works]).toEqual([role, isWorking(principal) ? 1 : 0]);
    }
  });

  it('freeze no slip but by who may know the code, and no document but one’s own, under one’s own name', async () => {
    const SNAPSHOT = `INSERT INTO print_snapshot (case_item_id, kind, subject_id, organisation_id, organisation_name, doc_no, issued_on, verification_code,
        content_hash, html_sealed, created_at, created_by)
      VALUES ($1, $2, $3, $4, $5, $6, '2026-03-02', gen_random_uuid()::text, 'x', 'x', now(), $7)`;
    const freeze = (
      who: Principal,
      {
        kind = 'QUERY_CODE_SLIP',
        subject = letter.id,
        of = who.organisationId,
        name = '',
        by = who.accountId,
        no = letter.itemNo,
      } = {},
    ) => {
      const { sealName } = Object.values(ORGANISATIONS).find(({ id }) => id === of)!;
      return attempt(who, SNAPSHOT, [letter.id, kind, subject, of, name || sealName, no, by]);
    };
    expect(await freeze(registrar)).toBe(0);
    for (const [who, forged] of [
      // Who holds or held the item could evaluate itself by name and code.
      [unit, {}],
      [unit, { of: registrar.organisationId }],
      [officer('lixia', 'SUPERVISOR'), {}],
      [registrar, { of: ORGANISATIONS.shandong.id }],
      [registrar, { name: '示例省人民政府' }],
      [registrar, { by: unit.accountId }],
      [registrar, { subject: online.id }],
      [registrar, { no: 'x' }],
      // A document that does not exist would be found genuine by its code.
      [registrar, { kind: 'ACCEPTANCE_NOTICE' }],
      [registrar, { kind: 'HANDLING_OPINION' }],
      [registrar, { kind: 'REVIEW_OPINION' }],
    ] as [Principal, Parameters<typeof freeze>[1]][])
      expect([forged, await freeze(who, forged)]).toEqual([forged, 'refused']);
  });

  it('count no numbers of other regions', async () => {
    const SERIAL = 'SELECT FROM case_serial';
    expect(await attempt(registrar, SERIAL)).toBeGreaterThan(0);
    expect(await attempt(neighbour, SERIAL)).toBe(0);
    expect(await attempt(officer('qingdao', 'LETTER_REGISTRAR'), SERIAL)).toBe(0);
  });

  it('pass over a task of an item that is out of sight, one’s own as well', async () => {
    const [own] = await stage.store.adminQuery<{ id: string }>(
      `INSERT INTO org_task (case_item_id, kind, state, organisation_id, region_code, holder_id, received_at, done_at, done_by)
       VALUES ($1, 'HANDLE', 'DONE', $2, '370102000000', $3, now(), now(), $3) RETURNING id`,
      [accusation.id, accused.organisationId, accused.accountId],
    );
    const CHANGE = 'UPDATE org_task SET done_at = now()';
    // Not refused either: that too would tell that there is one.
    expect(await attempt(accused, CHANGE)).toBe(0);
    expect(await touched(accused, 'org_task', CHANGE)).toBe(0);
    await stage.store.adminQuery('UPDATE case_item SET accused_organisation_id = NULL WHERE id = $1', [
      accusation.id,
    ]);
    await stage.store.adminQuery(
      `INSERT INTO case_sight (organisation_id, case_item_id, reason, registered_at, granted_at) VALUES ($1, $2, 'HELD', now(), now())`,
      [accused.organisationId, accusation.id],
    );
    expect(await attempt(accused, `${CHANGE} WHERE id = $1 RETURNING 1`, [own!.id])).toBe(1);
    await stage.store.adminQuery('UPDATE case_item SET accused_organisation_id = $2 WHERE id = $1', [
      accusation.id,
      accused.organisationId,
    ]);
    await stage.store.adminQuery('DELETE FROM case_sight WHERE organisation_id = $1', [
      accused.organisationId,
    ]);
    await stage.store.adminQuery('DELETE FROM org_task WHERE id = $1', [own!.id]);
  });

  it('take no custody by moving a task', async () => {
    const task = (await custodyOf(stage.store, registrar, letter.id))!;
    for (const set of [
      `organisation_id = '${unit.organisationId}'`,
      `case_item_id = '${online.id}'`,
      `kind = 'APPROVAL'`,
    ])
      expect([
        set,
        await attempt(unit, `UPDATE org_task SET ${set} WHERE id = $1 RETURNING 1`, [task.id]),
      ]).toEqual([set, 'refused']);
  });
});
