import type { Principal } from '@junxian/identity';
import { scopeOf } from '@junxian/identity';
import { countStatements, type Json, rowsSeen, tableProtection } from '@junxian/test-kit';
import { openPublicStage, type PublicStage } from '../public-accounts/public-stage.fixture';
import { ORGANISATIONS, officer } from '../testing/store.support.test';
import {
  codesOf,
  LETTERS,
  letter,
  letterInput,
  NEITHER,
  ok,
  registerLetter,
  VISITS,
  visit,
} from './registration.fixture';

const TABLES = [
  'co_visitor',
  'simple_registration',
  'query_code_delivery',
  'duplicate_decision',
  'interview',
  'leader_reception',
] as const;

let stage: PublicStage;
let item: Json;
beforeAll(async () => {
  stage = await openPublicStage();
  const interviewer = await stage.store.appoint(officer('shandong', 'INTERVIEWER'));
  item = await visit(stage, {
    visitorCount: 2,
    interviewerId: interviewer.accountId,
    coVisitors: [{ name: '随访', source: 'MANUAL' }],
    data: {
      accusedOrganisationId: ORGANISATIONS.nation.id,
      accusedAccountId: officer('shandong', 'HANDLER', 'accused').accountId,
    },
  });
  ok(
    await stage.as(
      VISITS,
      'mutation ($input: LeaderReceptionInput!) { saveLeaderReception(input: $input) { id } }',
      {
        input: { caseItemId: item.id, leaderName: '领导', receptionDate: '2026-03-02', content: '内容' },
      },
    ),
  );
  ok(
    await stage.as(VISITS, 'mutation ($id: ID!) { printQueryCode(caseItemId: $id) { queryCode } }', {
      id: item.id,
    }),
  );
  ok(
    await stage.as(
      LETTERS,
      'mutation ($input: SimpleRegistrationInput!) { registerSimple(input: $input) { id } }',
      {
        input: { kind: 'UNCLEAR', name: '不详', address: '不详', handlingMode: 'ARCHIVE', destination: '存' },
      },
    ),
  );
});
afterAll(() => stage?.close());

/** How many rows of each table somebody sees with nothing but row-level security between. */
const seenBy = async (principal: Principal): Promise<Record<string, number>> => {
  const seen = await rowsSeen(stage.store, scopeOf(principal));
  return Object.fromEntries(TABLES.map((table) => [table, seen.get(table) ?? -1]));
};
const nothing = Object.fromEntries(TABLES.map((table) => [table, 0]));

describe('row-level security alone', () => {
  it('protects every table of these rooms', async () => {
    const tables = await tableProtection(stage.store);
    for (const name of [...TABLES, 'content_category'])
      expect(tables.find(({ table }) => table === name)).toMatchObject({ protected: true });
  });

  it('shows everything to the registering organisation and nothing to others, the accused among them', async () => {
    expect(Object.values(await seenBy(VISITS))).toEqual(TABLES.map(() => 1));
    for (const [title, principal] of Object.entries({
      sibling: officer('qingdao', ['VISIT_REGISTRAR', 'HANDLER', 'INTERVIEWER', 'LETTER_REGISTRAR']),
      below: officer('jinan', ['VISIT_REGISTRAR', 'HANDLER', 'SUPERVISOR']),
      'the accused organisation, although a bureau above': officer('nation', ['HANDLER', 'SUPERVISOR']),
      'an officer of another service': { ...VISITS, roles: ['directory:ORG_ADMIN'] },
      citizen: await stage.citizen(),
      pending: { ...VISITS, pending: true },
    }))
      expect({ title, ...(await seenBy(principal)) }).toEqual({ title, ...nothing });
    const accused = officer('shandong', 'HANDLER', 'accused');
    expect(await seenBy(accused)).toEqual({ ...nothing, simple_registration: 1 });
  });

  it('lets nobody write what hangs on an item out of sight', async () => {
    const qingdao = officer('qingdao', ['VISIT_REGISTRAR', 'HANDLER']);
    const statements: [string, unknown[]][] = [
      [
        `INSERT INTO co_visitor (case_item_id, name, source, created_at, created_by) VALUES ($1, 'x', 'MANUAL', now(), $2)`,
        [item.id, qingdao.accountId],
      ],
      [
        `INSERT INTO query_code_delivery (case_item_id, organisation_id, means, at, by_account) VALUES ($1, $2, 'PRINT', now(), $2)`,
        [item.id, qingdao.organisationId],
      ],
      [
        `INSERT INTO duplicate_decision (case_item_id, kind, decided_by, decided_at) VALUES ($1, 'NEITHER', $2, now())`,
        [item.id, qingdao.accountId],
      ],
      [
        `INSERT INTO leader_reception (case_item_id, organisation_id, leader_name, reception_date, content, created_at, created_by, updated_at)
         VALUES ($1, $2, 'x', '2026-03-02', 'x', now(), $2, now())`,
        [item.id, qingdao.organisationId],
      ],
      [
        `INSERT INTO simple_registration (region_code, organisation_id, kind, name, address, letter_count, handling_mode, destination, registered_at, created_by)
         VALUES ('370000000000', $1, 'UNCLEAR', 'x', 'x', 1, 'ARCHIVE', 'x', now(), $2)`,
        [ORGANISATIONS.shandong.id, qingdao.accountId],
      ],
    ];
    for (const [sql, values] of statements)
      await expect(stage.store.as(qingdao, (tx) => tx.query(sql, values))).rejects.toThrow(
        /row-level security/,
      );
  });
});

describe('through the schema', () => {
  it('the list of registrations holds the own organisation’s, never what accuses it, in the same number of statements', async () => {
    const first = await letter(stage);
    const LIST = `query ($first: Int, $after: String) { registrations(first: $first, after: $after) {
      nodes { id category { name } registeredBy { id } petitioner { displayName } coVisitors { id } } endCursor hasNextPage } }`;
    const ids = async (by: Principal) =>
      ok(await stage.as(by, LIST, { first: 100 })).registrations.nodes.map(({ id }: Json) => id);
    expect(await ids(VISITS)).toEqual([first.id, item.id]);
    expect(await ids(officer('jinan', 'VISIT_REGISTRAR'))).toEqual([]);
    // The accused officer of the organisation itself does not find the item that accuses them.
    expect(await ids(officer('shandong', 'HANDLER', 'accused'))).toEqual([first.id]);
    for (let more = 0; more < 4; more += 1) await letter(stage);
    const counted = (size: number) =>
      countStatements(stage.store.database, () => stage.as(VISITS, LIST, { first: size }));
    expect((await counted(5)).statements).toBe((await counted(2)).statements);
    const page = ok(await stage.as(VISITS, LIST, { first: 4 })).registrations;
    const rest = ok(await stage.as(VISITS, LIST, { first: 4, after: page.endCursor })).registrations;
    expect([page.hasNextPage, rest.hasNextPage, page.nodes.length + rest.nodes.length]).toEqual([
      true,
      false,
      6,
    ]);
    const filtered = `{ registrations(channel: VISIT, from: "2026-03-02", to: "2026-03-02", mine: true) { nodes { id } } }`;
    expect(ok(await stage.as(VISITS, filtered)).registrations.nodes).toEqual([{ id: item.id }]);
    const before = '{ registrations(to: "2026-03-01") { nodes { id } } }';
    expect(ok(await stage.as(VISITS, before)).registrations.nodes).toEqual([]);
  });

  it('a period that provinces change holds for letters registered from then on, not for those before', async () => {
    const admin = officer('shandong', 'ADMIN');
    const SET = `mutation ($kind: PeriodKind!, $amount: Int!, $version: Int!) {
      setStatutoryPeriod(kind: $kind, amount: $amount, unit: CALENDAR_DAY, endsOnWorkingDay: false, expectedVersion: $version) {
        kind amount unit endsOnWorkingDay version } }`;
    const set = (by: Principal | null, changes: Json = {}) =>
      stage.as(by, SET, { kind: 'ROUTE', amount: 10, version: 1, ...changes });
    const citizen = await stage.citizen();
    const current = async () =>
      ok(await stage.as(citizen, '{ statutoryPeriods { kind amount unit version } }')).statutoryPeriods.find(
        ({ kind }: Json) => kind === 'ROUTE',
      );
    const before = await letter(stage);
    expect(before.routeDueAt).toBe('2026-03-17');
    for (const [by, changes, code] of [
      [null, {}, 'UNAUTHENTICATED'],
      [citizen, {}, 'FORBIDDEN'],
      [officer('shandong', ['HANDLER', 'SUPERVISOR']), {}, 'FORBIDDEN'],
      [officer('jinan', 'ADMIN'), {}, 'FORBIDDEN'],
      [officer('lixia', 'ADMIN'), {}, 'FORBIDDEN'],
      [admin, { amount: 0 }, 'INVALID_INPUT'],
      [admin, { amount: 3661 }, 'INVALID_INPUT'],
      [admin, { version: 9 }, 'STALE_VERSION'],
    ] as const)
      expect([code, codesOf(await set(by, changes))]).toEqual([code, [code]]);
    expect(await current()).toEqual({ kind: 'ROUTE', amount: 15, unit: 'CALENDAR_DAY', version: 1 });

    const changed = { kind: 'ROUTE', amount: 10, unit: 'CALENDAR_DAY', version: 2 };
    expect(ok(await set(admin)).setStatutoryPeriod).toEqual({ ...changed, endsOnWorkingDay: false });
    expect(await current()).toEqual(changed);
    expect((await letter(stage)).routeDueAt).toBe('2026-03-12');
    const DUE = 'query ($id: ID!) { caseItem(id: $id) { routeDueAt } }';
    expect(ok(await stage.as(LETTERS, DUE, { id: before.id })).caseItem.routeDueAt).toBe('2026-03-17');
    expect(
      await stage.store.adminQuery(`SELECT updated_by FROM period WHERE updated_by IS NOT NULL`),
    ).toEqual([{ updated_by: admin.accountId }]);
    ok(await set(admin, { amount: 15, version: 2 }));
  });

  it('signed-out people and citizens get nowhere', async () => {
    const citizen = await stage.citizen();
    const documents = [
      '{ registrations { nodes { id } } }',
      '{ interviews { nodes { id } } }',
      '{ simpleRegistrations { nodes { id } } }',
      '{ findDuplicates(name: "张三") { candidates { id } } }',
      `mutation { showQueryCode(caseItemId: "${item.id}") }`,
      `mutation { openSubmission(submissionId: "${item.id}") { submission { id } } }`,
      `mutation { finishInterview(interviewId: "${item.id}", expectedVersion: 1) { id } }`,
    ];
    for (const document of documents) {
      expect(codesOf(await stage.as(citizen, document))).toEqual(['FORBIDDEN']);
      expect(codesOf(await stage.as(null, document))[0]).toMatch(/UNAUTHENTICATED|FORBIDDEN/);
    }
  });

  it('errors, events and the journal of a refused and an accepted registration name nobody', async () => {
    const secret = { name: '绝密姓名', mobile: '13899998888', householdAddress: '绝密地址' };
    const refused = await registerLetter(
      stage,
      letterInput({ petitioner: { ...secret, idType: 'RESIDENT_ID', idNumber: '370102198001011238' } }),
    );
    expect(JSON.stringify(refused)).not.toMatch(/绝密|13899998888|37010219800101/);
    await letter(stage, {
      petitioner: secret,
      duplicates: NEITHER,
      data: { title: '绝密标题', content: '绝密内容' },
    });
    for (const table of ['outbox', 'case_journal']) {
      const rows = await stage.store.adminQuery<{ row: string }>(`SELECT t::text AS row FROM ${table} t`);
      expect(rows.length).toBeGreaterThan(0);
      expect(rows.map(({ row }) => row).join()).not.toMatch(/绝密|13899998888/);
    }
  });
});
