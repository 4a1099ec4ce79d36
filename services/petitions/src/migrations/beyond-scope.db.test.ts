import { ANONYMOUS, type Principal } from '@junxian/identity';
import { definerFunctions, openTables, rule } from '@junxian/test-kit';
import type { CaseItem } from '../cases/case.types';
import { countAll } from '../statistics/statistics.fixture';
import { registered } from '../testing/cases.support.test';
import { citizen, ORGANISATIONS, officer, openStore, type TestStore } from '../testing/store.support.test';
import { BEYOND_SCOPE_FUNCTIONS } from './beyond-scope';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store?.close());

describe('looking beyond the caller’s scope', () => {
  it('is possible through these functions and no other', async () => {
    const rows = await definerFunctions(store);
    expect(rows.map(({ name }) => name)).toEqual(FUNCTIONS);
    expect(BEYOND_SCOPE_FUNCTIONS.map((signature) => signature.split('(')[0]).sort()).toEqual(FUNCTIONS);
    for (const { name, owner, settings, callers } of rows) {
      expect(name).toMatch(/^pt_[a-z]+_\d\d_/);
      expect(owner).toBe('petitions_definer');
      expect(settings).toEqual(['search_path=public, pg_temp']);
      expect(callers).toEqual(['petitions_app']);
    }
  });

  it('writes nothing but who sees an item, how many items a matter has, that a file is given up, and who takes over what a removed organisation left', async () => {
    const rows = await store.adminQuery(
      `SELECT c.relname AS "table", g.privilege_type AS may FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) g
       WHERE g.grantee = 'petitions_definer'::regrole AND c.relkind = 'r' AND g.privilege_type <> 'SELECT' ORDER BY 1, 2`,
    );
    expect(rows).toEqual([
      { table: 'case_sight', may: 'DELETE' },
      { table: 'case_sight', may: 'INSERT' },
      // The task of the bureau that takes an item over.
      { table: 'org_task', may: 'INSERT' },
      { table: 'petition_matter', may: 'UPDATE' },
    ]);
    const columns = await store.adminQuery(
      `SELECT c.relname AS "table", a.attname AS "column", g.privilege_type AS may
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid CROSS JOIN LATERAL aclexplode(a.attacl) g
       WHERE g.grantee = 'petitions_definer'::regrole ORDER BY 1, 2`,
    );
    expect(columns).toEqual(
      Object.entries({
        approval_request: ['decided_at', 'state', 'version'],
        case_item: ['custodian_organisation_id'],
        handling_opinion: ['state', 'updated_at', 'version'],
        handling_record: ['from_organisation_id', 'version'],
        online_submission: ['organisation_id', 'region_code', 'updated_at', 'version'],
        org_task: [
          'custody',
          'done_at',
          'done_by',
          'holder_id',
          'organisation_id',
          'region_code',
          'region_epoch',
          'state',
          'version',
        ],
        report: ['to_organisation_id', 'updated_at', 'version'],
        return_request: ['decided_at', 'decided_by', 'state', 'version'],
        review_approval: ['approved', 'decided_at', 'decision_text'],
        review_case: [
          'authority_organisation_id',
          'handler_id',
          'region_code',
          'region_epoch',
          'review_no',
          'updated_at',
          'version',
        ],
        review_document: ['state', 'updated_at', 'version'],
        review_step: ['finished_at', 'finished_by', 'state', 'version'],
        stored_file: ['attached_at', 'expires_at', 'state'],
      }).flatMap(([table, named]) => named.map((column) => ({ table, column, may: 'UPDATE' }))),
    );
  });

  it('leaves no table with rows of its own open: row-level security is forced on all', async () => {
    expect(await openTables(store)).toEqual(['schema_migration']);
  });

  it('shows through no view what the caller does not see', async () => {
    expect(
      await store.adminQuery(
        `SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'
         AND (c.relkind = 'm' OR (c.relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY(c.reloptions), false)))`,
      ),
    ).toEqual([]);
  });

  it('gives the application role nothing that it owns', async () => {
    expect(
      await store.adminQuery(`SELECT relname FROM pg_class WHERE relowner = 'petitions_app'::regrole`),
    ).toEqual([]);
  });
});

describe('what the functions tell and do', () => {
  const registrar = officer('lixia', ['LETTER_REGISTRAR', 'HANDLER']);
  const everything = [
    'ONLINE_REGISTRAR',
    'LETTER_REGISTRAR',
    'VISIT_REGISTRAR',
    'INTERVIEWER',
    'HANDLER',
    'LEADER',
    'SUPERVISOR',
    'STATISTICIAN',
    'REVIEW_CLERK',
    'REVIEW_HANDLER',
    'REVIEW_LEADER',
    'ADMIN',
  ];
  const accused = officer('lixiaOtherUnit', everything);
  const waiting: Principal = { ...officer('lixia', everything, 'waiting'), pending: true };
  let ordinary: CaseItem;
  let accusation: CaseItem;
  beforeAll(async () => {
    ordinary = await registered(
      store,
      { petitioner: { name: '周不漏', idNumberIndex: 'index', mailingAddress: '济南市' } },
      registrar,
    );
    accusation = await registered(
      store,
      {
        purpose: 'ACCUSATION',
        accusedPerson: '示例',
        accusedOrganisationId: ORGANISATIONS.lixiaOtherUnit.id,
        petitioner: { name: '周不漏', idNumberIndex: 'index', mailingAddress: '济南市' },
      },
      registrar,
    );
    // The accused may have had it in sight before it was known whom it accuses.
    await sight(accusation, ORGANISATIONS.lixiaOtherUnit.id);
    await countAll(store);
  });

  const sight = ({ id }: CaseItem, organisation: string) =>
    store.adminQuery(
      `INSERT INTO case_sight (organisation_id, case_item_id, reason, registered_at, granted_at) VALUES ($1, $2, 'HELD', now(), now())`,
      [organisation, id],
    );
  const told = async (who: Principal, call: string, parameters: unknown[]) =>
    (await store.readAs(who, (tx) => tx.query<{ told: unknown }>(`SELECT ${call}`, parameters))).flatMap(
      (row) => (row.told === null || row.told === false ? [] : [row.told]),
    );
  const CANDIDATES = `item_no AS told FROM pt_dup_06_candidates('周不漏', NULL, 'index', NULL, NULL)`;
  const FIGURES = `region_code AS told FROM pt_hnd_08_figures('NR-1', '{370102000000}', '{}', '2026-01-01', '2026-12-31', '2026-03-02', true)`;
  const seers = async ({ id }: CaseItem) =>
    (
      await store.adminQuery<{ id: string }>(
        'SELECT organisation_id AS id FROM case_sight WHERE case_item_id = $1 ORDER BY 1',
        [id],
      )
    ).map((row) => row.id);

  it('is nothing to an account that may not act yet, a citizen, or nobody, whatever roles are claimed', async () => {
    const claiming: Principal = { ...citizen(), roles: ['public:CITIZEN'] };
    for (const who of [waiting, claiming, ANONYMOUS]) {
      const { matterId, id } = ordinary;
      expect([
        await told(who, CANDIDATES, []),
        await told(who, 'pt_dup_06_linkable($1) AS told', [id]),
        await told(who, 'pt_rvw_03_other_item_open($1, $2) AS told', [matterId, accusation.id]),
        await told(who, `pt_rvw_03_holds_role($1, $2, 'petitions:LAWYER', '2026-03-02') AS told`, [
          registrar.accountId,
          registrar.organisationId,
        ]),
        await told(who, 'pt_hnd_08_posts_of_accused($1, $2, now()::date) AS told', [
          accusation.id,
          [accused.organisationId],
        ]),
        await told(who, FIGURES, []),
        await told(who, 'pt_ntc_04_service_owed($1) AS told', [id]),
      ]).toEqual([[], [], [], [], [], [], []]);
      const before = await seers(ordinary);
      await store.as(who, async (tx) => {
        await tx.query(`SELECT pt_sec_01_let_see($1, $2, '{370202000000}', 'HELD', now())`, [
          id,
          ORGANISATIONS.shinanUnit.id,
        ]);
        await tx.query('SELECT pt_rvw_02_let_superior_see($1, now())', [ordinary.itemNo]);
        await tx.query('SELECT pt_tsk_03_hide_again($1)', [id]);
        await tx.query('SELECT pt_dup_02_join_matter($1, now())', [id]);
      });
      expect(await seers(ordinary)).toEqual(before);
      const [matter] = await store.adminQuery('SELECT item_count FROM petition_matter WHERE id = $1', [
        matterId,
      ]);
      expect(matter).toEqual({ item_count: 1 });
    }
    expect(await told(officer('lixia', 'LETTER_REGISTRAR'), CANDIDATES, [])).toHaveLength(2);
    expect(await told(officer('lixia', 'LETTER_REGISTRAR'), FIGURES, [])).toHaveLength(1);
    expect(await told(registrar, 'pt_ntc_04_service_owed($1) AS told', [ordinary.id])).toEqual([true]);
  });

  rule(
    'PT-HND-08',
    'the accused learns nothing and shows nothing, even with the item’s id at hand',
    async () => {
      expect(await told(accused, CANDIDATES, [])).toEqual([ordinary.itemNo]);
      expect(await told(accused, 'pt_dup_06_linkable($1) AS told', [accusation.id])).toEqual([]);
      expect(await told(accused, 'pt_ntc_04_service_owed($1) AS told', [accusation.id])).toEqual([]);
      expect(
        await told(accused, 'pt_rvw_03_other_item_open($1, $2) AS told', [
          accusation.matterId,
          accusation.id,
        ]),
      ).toEqual([]);
      const before = await seers(accusation);
      await store.as(accused, async (tx) => {
        await tx.query(`SELECT pt_sec_01_let_see($1, $2, '{370202000000}', 'HELD', now())`, [
          accusation.id,
          ORGANISATIONS.shinanUnit.id,
        ]);
        expect(await tx.query('SELECT pt_dup_02_join_matter($1, now()) AS id', [accusation.id])).toEqual([
          { id: null },
        ]);
      });
      expect(await seers(accusation)).toEqual(before);
    },
  );

  rule(
    'PT-SEC-01',
    'who does not see an item lets nobody see it and asks nothing about its matter',
    async () => {
      const neighbour = officer('shinan', everything);
      const own = await registered(store, {}, officer('shinan', ['LETTER_REGISTRAR', 'HANDLER']));
      await registered(store, { matterId: ordinary.matterId }, registrar);
      await store.as(neighbour, (tx) =>
        tx.query(`SELECT pt_sec_01_let_see($1, $2, '{370202000000}', 'HELD', now())`, [
          ordinary.id,
          neighbour.organisationId,
        ]),
      );
      expect(await seers(ordinary)).not.toContain(neighbour.organisationId);
      // An item of one's own opens no other matter.
      expect(
        await told(neighbour, 'pt_rvw_03_other_item_open($1, $2) AS told', [ordinary.matterId, own.id]),
      ).toEqual([]);
      expect(
        await told(registrar, 'pt_rvw_03_other_item_open($1, $2) AS told', [ordinary.matterId, ordinary.id]),
      ).toEqual([true]);
    },
  );
});

const FUNCTIONS = [
  'pt_dup_02_join_matter',
  'pt_dup_06_candidates',
  'pt_dup_06_linkable',
  'pt_hnd_08_figures',
  'pt_hnd_08_posts_of_accused',
  'pt_ntc_04_service_owed',
  'pt_prt_01_verify',
  'pt_pub_11_give_up_file',
  'pt_pub_17_case_of_code',
  'pt_rvw_02_left_reviews',
  'pt_rvw_02_let_superior_see',
  'pt_rvw_02_take_review',
  'pt_rvw_03_holds_role',
  'pt_rvw_03_other_item_open',
  'pt_sec_01_let_see',
  'pt_sec_01_show_subtree',
  'pt_sup_05_submission_waits',
  'pt_tsk_02_bureau_above',
  'pt_tsk_02_left_submissions',
  'pt_tsk_02_relieving_bureau',
  'pt_tsk_02_take_over',
  'pt_tsk_02_take_result',
  'pt_tsk_02_take_submission',
  'pt_tsk_03_hide_again',
];
