import { type Principal, serviceScope } from '@junxian/identity';
import { countStatements, rule } from '@junxian/test-kit';
import { officerOf, SYSTEM } from '../actor';
import { caseById, noteOnCase } from '../cases/case-changes.service';
import { codeHolderScope } from '../service-scopes';
import { citizen, ORGANISATIONS, officer, openStore, type TestStore } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import {
  HandlingStage,
  jinan,
  lixia,
  lixiaUnit,
  OPINION,
  shandong,
  TEXTS,
  unitLeader,
} from './handling.fixture';
import { noticesOfItems } from './notices.service';
import { draftOpinion, opinionsOfItems, submitOpinion } from './opinions.service';
import { reportsOfItems, reviewReport, saveReportDraft, submitReport } from './reports.service';

let store: TestStore;
let stage: HandlingStage;
beforeAll(async () => {
  store = await openStore();
  stage = new HandlingStage(store);
  await store.appoint(unitLeader);
});
const { ask } = graphOver(() => store);
afterAll(() => store?.close());

const codesOf = (answer: { errors?: { extensions?: Record<string, unknown> }[] }) =>
  (answer.errors ?? []).map(({ extensions }) => extensions?.code);

const NOWHERE = '00000000-0000-7000-8000-00000000ffff';
const DOCUMENTS = `notices { kind state docNo body reason signedFor filedBy { id } corrects { id } }
  opinions { state facts body remedyText docNo signedFor } extensions { days reason oldDueAt newDueAt }`;
const ITEM = `query ($id: ID!) { caseItem(id: $id) { itemNo ${DOCUMENTS} reports { body } } }`;
const OWN = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on CaseItem { itemNo
  notices { kind state body docNo signedFor } opinions { state body signedFor } extensions { reason } } } }`;
const represented = (...ids: string[]) => ({
  representations: ids.map((id) => ({ __typename: 'CaseItem', id })),
});

/** Every mutation of this room, on an item and documents that may not be the caller's. */
const MUTATIONS: [name: string, document: string][] = [
  [
    'forward',
    `mutation ($id: ID!, $to: ID!) { forward(caseItemId: $id, expectedVersion: 1, input: { destinationOrgId: $to }) { caseItem { id } } }`,
  ],
  [
    'assign',
    `mutation ($id: ID!, $to: ID!) { assign(caseItemId: $id, expectedVersion: 1, input: { destinationOrgId: $to, resultDueAt: "2030-01-01" }) { caseItem { id } } }`,
  ],
  [
    'batchForward',
    `mutation ($id: ID!, $to: ID!) { batchForward(items: [{ caseItemId: $id, expectedVersion: 1 }], input: { destinationOrgId: $to }) { batchId } }`,
  ],
  [
    'batchAssign',
    `mutation ($id: ID!, $to: ID!) { batchAssign(items: [{ caseItemId: $id, expectedVersion: 1 }], input: { destinationOrgId: $to, resultDueAt: "2030-01-01" }) { batchId } }`,
  ],
  [
    'draftNotice',
    `mutation ($id: ID!) { draftNotice(caseItemId: $id, kind: ACCEPTANCE, input: { body: "x" }) { notice { id } } }`,
  ],
  [
    'handleSelf',
    `mutation ($id: ID!) { handleSelf(caseItemId: $id, expectedVersion: 1) { caseItem { id } } }`,
  ],
  [
    'extendHandling',
    `mutation ($id: ID!) { extendHandling(caseItemId: $id, expectedVersion: 1, days: 1, reason: "x") { caseItem { id } } }`,
  ],
  [
    'directReply',
    `mutation ($id: ID!) { directReply(caseItemId: $id, expectedVersion: 1, reply: "x") { caseItem { id } } }`,
  ],
  [
    'archive',
    `mutation ($id: ID!) { archive(caseItemId: $id, expectedVersion: 1, reason: "x") { caseItem { id } } }`,
  ],
  [
    'draftOpinion',
    `mutation ($id: ID!) { draftOpinion(caseItemId: $id, input: { conclusion: SUPPORT, facts: "x", basis: "x", body: "x", remedyText: "x" }) { opinion { id } } }`,
  ],
  ['submitReport', `mutation ($id: ID!) { submitReport(caseItemId: $id, body: "x") { report { id } } }`],
  [
    'saveReportDraft',
    `mutation ($id: ID!) { saveReportDraft(input: { caseItemId: $id }) { report { id } } }`,
  ],
];
/** Every mutation of this room on a document. */
const ON_DOCUMENTS: [name: string, document: string][] = [
  [
    'updateNotice',
    `mutation ($id: ID!) { updateNotice(noticeId: $id, expectedVersion: 1, input: { body: "x" }) { notice { id } } }`,
  ],
  [
    'fileNotice',
    `mutation ($id: ID!) { fileNotice(noticeId: $id, expectedVersion: 1, sealConfirmation: true) { notice { id } } }`,
  ],
  [
    'serveNotice',
    `mutation ($id: ID!) { serveNotice(noticeId: $id, expectedVersion: 1, service: { serviceMode: POST, servedAt: "2026-03-02", receipt: REFUSED }) { notice { id } } }`,
  ],
  [
    'updateOpinion',
    `mutation ($id: ID!) { updateOpinion(opinionId: $id, expectedVersion: 1, input: { conclusion: SUPPORT, facts: "x", basis: "x", body: "x", remedyText: "x" }) { opinion { id } } }`,
  ],
  [
    'submitOpinion',
    `mutation ($id: ID!) { submitOpinion(opinionId: $id, expectedVersion: 1, leaderId: "x") { opinion { id } } }`,
  ],
  [
    'approveOpinion',
    `mutation ($id: ID!) { approveOpinion(opinionId: $id, expectedVersion: 1) { opinion { id } } }`,
  ],
  [
    'rejectOpinion',
    `mutation ($id: ID!) { rejectOpinion(opinionId: $id, expectedVersion: 1, text: "x") { opinion { id } } }`,
  ],
  [
    'serveOpinion',
    `mutation ($id: ID!) { serveOpinion(opinionId: $id, expectedVersion: 1, service: { serviceMode: POST, servedAt: "2026-03-02", receipt: REFUSED }) { opinion { id } } }`,
  ],
  [
    'removeReportFile',
    `mutation ($id: ID!) { removeReportFile(reportId: $id, attachmentId: $id, expectedVersion: 1) { report { id } } }`,
  ],
  [
    'reviewReport',
    `mutation ($id: ID!) { reviewReport(reportId: $id, expectedVersion: 1, approve: true) { report { id } } }`,
  ],
];
const ALL_ROLES = [
  'HANDLER',
  'LEADER',
  'SUPERVISOR',
  'LETTER_REGISTRAR',
  'ONLINE_REGISTRAR',
  'VISIT_REGISTRAR',
];

/** A completed item of the unit in Lixia with a filed and a draft-only notice, a served opinion, an extension and a report. */
async function handled(changes: Parameters<HandlingStage['atUnit']>[0] = {}) {
  stage.at('2026-03-02');
  const item = await stage.register(changes);
  await stage.assign(shandong, item.id, 'lixiaUnit', '2026-04-10');
  await stage.take(lixiaUnit, item.id);
  const { notice } = await stage.notify(lixiaUnit, item.id, 'ACCEPTANCE');
  await stage.draftNotice(lixiaUnit, item.id, 'ACCEPTANCE', { body: '更正草稿' }, notice.id);
  await stage.handleSelf(lixiaUnit, item.id);
  const { opinion } = await stage.approvedOpinion(item.id);
  return { item, notice, opinion };
}

describe('who is refused', () => {
  const to = ORGANISATIONS.jinan.id;

  it('an officer of the neighbouring county finds nothing, whatever they do', async () => {
    const { item, notice, opinion } = await handled();
    const shinan = officer('shinan', ALL_ROLES);
    for (const [name, document] of MUTATIONS)
      expect([name, codesOf(await ask(shinan, document, { id: item.id, to }))]).toEqual([
        name,
        ['NOT_FOUND'],
      ]);
    for (const [name, document] of ON_DOCUMENTS)
      for (const id of [notice.id, opinion.id, NOWHERE, 'no-uuid'])
        expect([name, codesOf(await ask(shinan, document, { id }))]).toEqual([name, ['NOT_FOUND']]);
    expect((await ask(shinan, ITEM, { id: item.id })).data).toEqual({ caseItem: null });
  });

  rule(
    'PT-HND-08',
    'the accused unit gets for an accusation the very answers it gets for nothing at all',
    async () => {
      const item = await stage.register({
        purpose: 'ACCUSATION',
        accusedOrganisationId: ORGANISATIONS.lixiaUnit.id,
      });
      await stage.forward(shandong, item.id, 'lixia', []);
      await stage.take(lixia, item.id);
      const { notice } = await stage.notify(lixia, item.id, 'ACCEPTANCE');
      const accused = officer('lixiaUnit', ALL_ROLES);
      const answer = async (document: string, id: string) => {
        const { data, errors } = await ask(accused, document, { id, to });
        // The caller's own argument comes back in a batch; all else must be alike.
        return JSON.stringify({ data, errors }).replaceAll(id, '<id>');
      };
      for (const [, document] of [...MUTATIONS, ['item', ITEM]])
        expect(await answer(document!, item.id)).toBe(await answer(document!, NOWHERE));
      for (const [, document] of ON_DOCUMENTS)
        expect(await answer(document, notice.id)).toBe(await answer(document, NOWHERE));
      for (const query of [
        `query ($id: ID!) { defaultDestination(caseItemId: $id) { id } }`,
        `query ($id: ID!) { destinations(caseItemId: $id, regionCode: "370102001000") { id } }`,
      ])
        expect(await answer(query, item.id)).toBe(await answer(query, NOWHERE));
    },
  );

  rule('PT-HND-08', 'neither report nor opinion goes to a leader who is the accused', async () => {
    const [accused, leader] = [
      officer('shandong', 'LEADER', 'accused'),
      officer('shandong', 'LEADER', 'other'),
    ];
    for (const one of [accused, leader]) await store.appoint(one);
    const item = await stage.register({ purpose: 'ACCUSATION', accusedAccountId: accused.accountId });
    await stage.notify(shandong, item.id, 'ACCEPTANCE');
    await stage.handleSelf(shandong, item.id);
    const { opinion } = await stage.act(shandong, (tx, who, at) =>
      draftOpinion(tx, { caseItemId: item.id, input: OPINION }, who, at),
    );
    const report = ({ accountId }: Principal) =>
      stage.act(shandong, (tx, who, at) =>
        submitReport(
          tx,
          store.services.attachments,
          { caseItemId: item.id, body: '示例：进展。', leaderId: accountId! },
          who,
          at,
        ),
      );
    const submit = ({ accountId }: Principal) =>
      stage.act(shandong, (tx, who, at) =>
        submitOpinion(
          tx,
          { opinionId: opinion.id, expectedVersion: opinion.version, leaderId: accountId! },
          who,
          at,
        ),
      );
    const before = await stage.footprint();
    for (const to of [report, submit])
      await expect(to(accused)).rejects.toMatchObject({ code: 'NOT_A_LEADER', field: 'leaderId' });
    expect(await stage.footprint()).toEqual(before);
    expect((await report(leader)).report).toMatchObject({ state: 'SUBMITTED', toLeaderId: leader.accountId });
    expect((await submit(leader)).opinion).toMatchObject({ state: 'IN_APPROVAL' });
  });

  it('officers without the role and citizens are refused before anything is looked up', async () => {
    const item = await stage.register();
    const before = await stage.footprint();
    const nobody = officer('shandong', ['RECEIVER', 'STATISTICIAN', 'CASE_EDITOR']);
    for (const [name, document] of [...MUTATIONS, ...ON_DOCUMENTS]) {
      expect([name, codesOf(await ask(nobody, document, { id: item.id, to }))]).toEqual([
        name,
        ['FORBIDDEN'],
      ]);
      expect([name, codesOf(await ask(citizen(), document, { id: item.id, to }))]).toEqual([
        name,
        ['FORBIDDEN'],
      ]);
    }
    const leader = officer('shandong', 'LEADER');
    const leaders = ['extendHandling', 'approveOpinion', 'rejectOpinion', 'reviewReport'];
    for (const [name, document] of [...MUTATIONS, ...ON_DOCUMENTS]) {
      const byLeader = codesOf(await ask(leader, document, { id: item.id, to }));
      if (leaders.includes(name)) expect([name, byLeader]).not.toEqual([name, ['FORBIDDEN']]);
      else expect([name, byLeader]).toEqual([name, ['FORBIDDEN']]);
    }
    expect(await stage.footprint()).toEqual(before);
  });
});

describe('what is read', () => {
  it('by the petitioner: filed notices, served opinions and extensions of the own item, never drafts, reports or officers', async () => {
    const me = citizen('petitioner');
    const { item, opinion } = await handled({ channel: 'ONLINE', accountId: me.accountId });
    const mine = async () => (await ask(me, OWN, represented(item.id))).data!._entities[0];
    expect(await mine()).toEqual({
      itemNo: item.itemNo,
      notices: [
        { kind: 'ACCEPTANCE', state: 'FILED', body: TEXTS.body, docNo: expect.any(String), signedFor: null },
      ],
      opinions: [],
      extensions: [],
    });
    await stage.serve(opinion, '2026-03-02');
    // Who signed is masked; that it is the petitioner's own name changes nothing.
    expect((await mine()).opinions).toEqual([{ state: 'SERVED', body: OPINION.body, signedFor: '张*' }]);
    const refused = await ask(
      me,
      OWN.replace('extensions { reason }', 'reports { body }'),
      represented(item.id),
    );
    expect(codesOf(refused)).toContain('FORBIDDEN');
    const named = await ask(me, OWN.replace('signedFor }', 'filedBy { id } }'), represented(item.id));
    expect(codesOf(named)).toContain('FORBIDDEN');
    expect((await ask(citizen('somebody else'), OWN, represented(item.id))).data!._entities).toEqual([null]);
  });

  it('by the holder of the query code: the same, of that item alone', async () => {
    const [{ item, opinion }, other] = [await handled(), await handled()];
    const seen = (id: string) =>
      store.database.read(codeHolderScope(id), async (tx) => ({
        notices: (await noticesOfItems(tx, [item.id, other.item.id])).map(({ caseItemId, state }) => [
          caseItemId,
          state,
        ]),
        opinions: (await opinionsOfItems(tx, [item.id, other.item.id])).length,
      }));
    expect(await seen(item.id)).toEqual({ notices: [[item.id, 'FILED']], opinions: 0 });
    await stage.serve(opinion, '2026-03-02');
    expect(await seen(item.id)).toEqual({ notices: [[item.id, 'FILED']], opinions: 1 });
    expect(await seen(other.item.id)).toEqual({ notices: [[other.item.id, 'FILED']], opinions: 0 });
  });

  rule(
    'PT-HND-08',
    'of an accusation: the texts of documents by who may know the petitioner and by the author, nobody else',
    async () => {
      const { item, opinion } = await handled({ purpose: 'ACCUSATION' });
      await stage.serve(opinion, '2026-03-02');
      const texts = async (by: Principal) => {
        const { notices, opinions } = (await ask(by, ITEM, { id: item.id })).data!.caseItem;
        return [
          notices[0].body,
          notices[0].reason,
          opinions[0].facts,
          opinions[0].body,
          opinions[0].signedFor,
        ];
      };
      expect(await texts(lixiaUnit)).toEqual([TEXTS.body, TEXTS.reason, OPINION.facts, OPINION.body, null]);
      for (const by of [jinan, officer('shandong', 'SUPERVISOR')])
        expect(await texts(by)).toEqual([null, null, null, null, null]);
    },
  );

  it('of an ordinary item: the whole documents, who signed masked, reports by the two organisations', async () => {
    const { item, opinion } = await handled();
    await stage.serve(opinion, '2026-03-02');
    await ask(
      lixiaUnit,
      `mutation ($id: ID!) { submitReport(caseItemId: $id, body: "示例：已办结。") { report { id state to { id } } } }`,
      { id: item.id },
    );
    const read = async (by: Principal) => (await ask(by, ITEM, { id: item.id })).data!.caseItem;
    expect((await read(shandong)).reports).toEqual([{ body: '示例：已办结。' }]);
    expect((await read(jinan)).reports).toEqual([]);
    expect((await read(shandong)).opinions).toEqual([
      {
        state: 'SERVED',
        facts: OPINION.facts,
        body: OPINION.body,
        remedyText: OPINION.remedyText,
        docNo: expect.any(String),
        signedFor: '张*',
      },
    ]);
    // Drafts stay with the author.
    expect((await read(lixiaUnit)).notices).toHaveLength(2);
    expect((await read(shandong)).notices).toHaveLength(1);
  });

  it('by the same number of statements for one item as for many', async () => {
    const items = [await handled(), await handled(), await handled(), await handled()].map(
      ({ item }) => item.id,
    );
    const count = async (ids: string[]) =>
      (await countStatements(store.database, () => ask(lixiaUnit, OWN, represented(...ids)))).statements;
    expect(await count(items)).toBe(await count(items.slice(0, 1)));
  });
});

describe('through the graph', () => {
  it('an item goes from the province to a served opinion, and every fault comes with both texts', async () => {
    stage.at('2026-03-02');
    const item = await stage.register();
    const done = async (by: Principal, document: string, variables: Record<string, unknown>) => {
      const { data, errors } = await ask(by, document, variables);
      expect(errors).toBeUndefined();
      return Object.values(data!)[0] as Record<string, Record<string, never>>;
    };
    const proposed = await ask(shandong, `query ($id: ID!) { defaultDestination(caseItemId: $id) { id } }`, {
      id: item.id,
    });
    expect(proposed.data!.defaultDestination).toEqual({ id: ORGANISATIONS.jinan.id });
    const forwarded = await done(
      shandong,
      `mutation ($id: ID!, $to: ID!) { forward(caseItemId: $id, expectedVersion: 1, input: { destinationOrgId: $to, opinion: "请办理" }) {
        caseItem { state acceptDueAt custodian { id } } record { mode destination { id } } } }`,
      { id: item.id, to: ORGANISATIONS.lixiaUnit.id },
    );
    expect(forwarded).toEqual({
      caseItem: {
        state: 'IN_HANDLING',
        acceptDueAt: '2026-03-17',
        custodian: { id: ORGANISATIONS.lixiaUnit.id },
      },
      record: { mode: 'FORWARD', destination: { id: ORGANISATIONS.lixiaUnit.id } },
    });
    await stage.take(lixiaUnit, item.id);
    const { notice } = await done(
      lixiaUnit,
      `mutation ($id: ID!) { draftNotice(caseItemId: $id, kind: NON_ACCEPTANCE, input: { body: "正文" }) { notice { id version } } }`,
      { id: item.id },
    );
    const refused = await ask(
      lixiaUnit,
      `mutation ($id: ID!) { fileNotice(noticeId: $id, expectedVersion: 1) { notice { id } } }`,
      { id: notice!.id },
    );
    expect(refused.errors![0]!.extensions).toMatchObject({
      code: 'FIELD_REQUIRED',
      field: 'reason',
      text: { zh: expect.any(String), en: expect.any(String) },
      faults: [
        { code: 'FIELD_REQUIRED' },
        { code: 'FIELD_REQUIRED', field: 'serviceMode' },
        { code: 'SEAL_REQUIRED' },
      ],
    });
    expect(
      codesOf(
        await ask(
          jinan,
          `mutation ($id: ID!) { supervise(caseItemId: $id, expectedVersion: 2, text: "请办") { record { id } } }`,
          { id: item.id },
        ),
      ),
    ).toEqual(['FEATURE_DISABLED']);
  });
});

describe('the journal of an item', () => {
  const JOURNAL = `query ($id: ID!, $first: Int, $after: String) { caseItem(id: $id) { journal(first: $first, after: $after) {
    nodes { action actionName fromState toState author officer { id } organisation { id } } endCursor hasNextPage } } }`;
  const journalOf = async (who: Principal, id: string, page: object = {}) => {
    const { data, errors } = await ask(who, JOURNAL, { id, ...page });
    expect(errors).toBeUndefined();
    return data!.caseItem?.journal;
  };
  const actions = (journal: { nodes: { action: string }[] }) => journal.nodes.map(({ action }) => action);

  it('says who did what and when, page by page, and of another organisation’s inner affairs nothing', async () => {
    stage.at('2026-03-02');
    const { id } = await stage.register();
    await stage.assign(shandong, id, 'jinan', '2026-04-10');
    await stage.take(jinan, id);
    const form = { caseItemId: id, body: '示例报告。' };
    const { attachments } = store.services;
    await stage.act(jinan, (tx, who, at) => saveReportDraft(tx, attachments, form, who, at));
    const [draft] = await store.readAs(jinan, (tx) => reportsOfItems(tx, [id]));
    const { report } = await stage.act(jinan, (tx, who, at) =>
      submitReport(
        tx,
        attachments,
        { ...form, reportId: draft!.id, expectedVersion: draft!.version },
        who,
        at,
      ),
    );
    await stage.act(shandong, (tx, who, at) =>
      reviewReport(
        tx,
        { reportId: report.id, expectedVersion: report.version, approve: false, opinion: '示例：请补充' },
        who,
        at,
      ),
    );
    await store.as(shandong, async (tx) => {
      const item = (await caseById(tx, id))!;
      await noteOnCase(tx, item, {
        action: 'QUERY_CODE_SHOWN',
        actor: officerOf(shandong),
        at: store.clock.now(),
      });
      await noteOnCase(tx, item, {
        action: 'A_NEW_ACTION',
        actor: officerOf(shandong),
        at: store.clock.now(),
      });
    });
    await store.database.write(serviceScope('test'), async (tx) => {
      const item = (await caseById(tx, id))!;
      await noteOnCase(tx, item, { action: 'PETITIONER_DECEASED', actor: SYSTEM, at: store.clock.now() });
      await noteOnCase(tx, item, { action: 'WARNING_RAISED', actor: SYSTEM, at: store.clock.now() });
    });

    const shared = ['REGISTER', 'ASSIGN', 'REPORT'];
    const between = ['REPORT_SENT_BACK'];
    const own = ['QUERY_CODE_SHOWN', 'A_NEW_ACTION'];
    const nation = (role: string) => officer('nation', role);
    for (const [who, expected] of [
      [shandong, [...shared, ...between, ...own]],
      [jinan, [...shared, ...between]],
      [nation('HANDLER'), shared],
      [nation('SUPERVISOR'), [...shared, ...between, ...own]],
    ] as const)
      expect(actions(await journalOf(who, id))).toEqual([...expected, 'WARNING_RAISED']);
    expect(await journalOf(officer('qingdao', 'HANDLER'), id)).toBeUndefined();

    const first = await journalOf(jinan, id, { first: 2 });
    expect(first.nodes[1]).toEqual({
      action: 'ASSIGN',
      actionName: '交办',
      fromState: 'REGISTERED',
      toState: 'IN_HANDLING',
      author: 'OFFICER',
      officer: { id: shandong.accountId },
      organisation: { id: ORGANISATIONS.shandong.id },
    });
    expect(first.hasNextPage).toBe(true);
    const rest = await journalOf(jinan, id, { first: 10, after: first.endCursor });
    expect([...actions(first), ...actions(rest)]).toEqual([...shared, ...between, 'WARNING_RAISED']);
    expect([rest.hasNextPage, rest.nodes.at(-1)]).toMatchObject([
      false,
      { author: 'SYSTEM', officer: null, organisation: null },
    ]);
    for (const page of [{ first: 0 }, { first: 101 }, { after: 'x' }])
      expect(codesOf(await ask(jinan, JOURNAL, { id, ...page }))).toEqual(['INVALID_INPUT']);
  });

  it('is not the petitioner’s, whose view is the tracking, and takes one statement for many items', async () => {
    const me = citizen('petitioner of the journal');
    const { id } = await stage.register({ channel: 'ONLINE', accountId: me.accountId });
    const ENTITY = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on CaseItem { id journal { nodes { action } } } } }`;
    expect(codesOf(await ask(me, ENTITY, represented(id)))).toContain('FORBIDDEN');
    expect(await store.readAs(me, (tx) => tx.query('SELECT FROM case_journal'))).toEqual([]);
    const holder = await store.database.read(codeHolderScope(id), (tx) =>
      tx.query('SELECT FROM case_journal'),
    );
    expect(holder).toEqual([]);
    const more = [id, (await stage.register()).id, (await stage.register()).id];
    const count = async (ids: string[]) =>
      (await countStatements(store.database, () => ask(shandong, ENTITY, represented(...ids)))).statements;
    expect(await count(more)).toBe(await count([id]));
  });
});
