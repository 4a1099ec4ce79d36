import type { Principal } from '@junxian/identity';
import type { RunningSubgraph } from '@junxian/subgraph';
import {
  countStatements,
  rule,
  scenario,
  subgraphClient,
  type TestIssuer,
  testIssuer,
} from '@junxian/test-kit';
import { custodyOf, itemAs } from '../testing/cases.support.test';
import { citizen, officer, openStore, type TestStore } from '../testing/store.support.test';
import { startTestSubgraph } from '../testing/subgraph.support.test';
import { WORK_LISTS } from './work-list.service';
import { received, sender } from './work-lists.fixture';

let store: TestStore;
let issuer: TestIssuer;
let running: RunningSubgraph;
beforeAll(async () => {
  store = await openStore();
  issuer = testIssuer();
  running = await startTestSubgraph(store, issuer);
});
afterAll(async () => {
  await running?.stop();
  await store?.close();
});

const ask = (by: Principal | null, document: string, variables: Record<string, unknown> = {}) =>
  subgraphClient(running.url, issuer, by).query(document, variables);
const codesOf = (answer: { errors?: { extensions?: Record<string, unknown> }[] }) =>
  (answer.errors ?? []).map(({ extensions }) => extensions?.code);
const lixia = officer('lixia', ['RECEIVER', 'HANDLER']);
const leader = officer('lixia', 'LEADER');

const LIST = `query ($list: WorkList!, $first: Int) { workList(list: $list, first: $first) {
  nodes { id version state urgency organisation { id } caseItem { id itemNo custodian { id } petitioner { displayName } approvals { state } }
    approval { id version state proposedOpinion caseItem { id } } returnRequests { id version state reason requestedBy { id } suggestedOrganisation { id } } }
  endCursor hasNextPage } }`;
const nodesOf = async (by: Principal, list: string) =>
  (await ask(by, LIST, { list, first: 100 })).data!.workList.nodes;

describe('through the graph', () => {
  rule(
    ['PT-TSK-01', 'PT-TSK-02', 'PT-APR-01'],
    'from the inbox to a leader, back, and back to the sender',
    async () => {
      for (const principal of [lixia, leader, sender]) await store.appoint(principal);
      const { item, task } = await received(store);
      const [inInbox] = await nodesOf(lixia, 'UNIT_INBOX');
      expect(inInbox).toMatchObject({
        id: task.id,
        urgency: 'NONE',
        caseItem: { id: item.id, petitioner: { displayName: '张*' }, approvals: [] },
      });
      const seenTask = { taskId: task.id, version: inInbox.version };
      const viewed = await ask(
        lixia,
        'mutation ($taskId: ID!) { viewTask(taskId: $taskId) { version openedAt } }',
        seenTask,
      );
      expect(viewed.data!.viewTask.openedAt).not.toBeNull();
      const taken = await ask(
        lixia,
        'mutation ($taskId: ID!, $version: Int!) { takeTask(taskId: $taskId, expectedVersion: $version) { state version holder { id } } }',
        {
          taskId: task.id,
          version: viewed.data!.viewTask.version,
        },
      );
      expect(taken.data!.takeTask).toMatchObject({ state: 'TODO', holder: { id: lixia.accountId } });
      expect(
        (
          await ask(
            lixia,
            'query { officers(roles: [LEADER]) { id } workCounts { unitInbox todo approvals } }',
          )
        ).data,
      ).toEqual({
        officers: [{ id: leader.accountId }],
        workCounts: { unitInbox: 0, todo: 1, approvals: 0 },
      });
      const { version } = (await itemAs(store, lixia, item.id))!;
      const submitted = await ask(
        lixia,
        `mutation ($id: ID!, $version: Int!, $leader: ID!) { submitApproval(caseItemId: $id, expectedVersion: $version, proposedOpinion: "拟受理", leaderId: $leader) { id state submitter { id } } }`,
        { id: item.id, version, leader: leader.accountId },
      );
      expect(submitted.data!.submitApproval).toMatchObject({
        state: 'PENDING',
        submitter: { id: lixia.accountId },
      });
      const [approval] = await nodesOf(leader, 'APPROVALS');
      expect(approval.approval).toMatchObject({ proposedOpinion: '拟受理', caseItem: { id: item.id } });
      const opened = await ask(
        leader,
        'mutation ($id: ID!) { openApproval(requestId: $id) { state version } }',
        { id: approval.approval.id },
      );
      const decided = await ask(
        leader,
        `mutation ($id: ID!, $version: Int!) { decideApproval(requestId: $id, expectedVersion: $version, decision: AMEND, text: "请退回") { state decisionText } }`,
        { id: approval.approval.id, version: opened.data!.openApproval.version },
      );
      expect(decided.data!.decideApproval).toEqual({ state: 'AMENDED', decisionText: '请退回' });
      const [todo] = await nodesOf(lixia, 'TODO');
      expect(todo.caseItem.approvals).toEqual([{ state: 'AMENDED' }]);
      const returned = await ask(
        lixia,
        `mutation ($id: ID!, $version: Int!) { returnCase(taskId: $id, expectedVersion: $version, reason: "不属于我区") { id state version } }`,
        { id: task.id, version: todo.version },
      );
      expect(returned.data!.returnCase.state).toBe('PENDING');
      const [pending] = await nodesOf(sender, 'RETURNS');
      expect(pending.returnRequests).toMatchObject([
        { state: 'PENDING', reason: '不属于我区', requestedBy: { id: lixia.organisationId } },
      ]);
      // The sender sees the item and the request, but not what passed between the receiver and its leader.
      expect(pending.caseItem.approvals).toEqual([]);
      const confirmed = await ask(
        sender,
        `mutation ($id: ID!, $version: Int!) { decideReturn(requestId: $id, expectedVersion: $version, decision: CONFIRM) { state task { state } caseItem { state } } }`,
        { id: pending.returnRequests[0].id, version: pending.returnRequests[0].version },
      );
      expect(confirmed.errors).toBeUndefined();
      expect(confirmed.data!.decideReturn).toEqual({
        state: 'CONFIRMED',
        task: { state: 'RETURNED' },
        caseItem: { state: 'REGISTERED' },
      });
    },
  );

  it('a list takes as many statements for twenty tasks as for one', async () => {
    const by = officer('shinan', ['RECEIVER', 'HANDLER']);
    const cost = async () =>
      (await countStatements(store.database, () => ask(by, LIST, { list: 'UNIT_INBOX', first: 50 })))
        .statements;
    const one = { draft: { problemRegionCode: '370202001000' } };
    await received(store, 'shinan', one);
    const forOne = await cost();
    for (let n = 0; n < 19; n++) await received(store, 'shinan', one);
    expect((await nodesOf(by, 'UNIT_INBOX')).length).toBe(20);
    expect(await cost()).toBe(forOne);
  });

  scenario(
    'petitions',
    36,
    'an officer of Qingdao gets NOT_FOUND or nothing for a Jinan-only item, by every path',
    async () => {
      const { item, task, sent } = await received(store);
      const qingdao = await store.appoint(
        officer('qingdao', [
          'RECEIVER',
          'HANDLER',
          'LEADER',
          'SUPERVISOR',
          'STATISTICIAN',
          'LETTER_REGISTRAR',
        ]),
      );
      const read = await ask(
        qingdao,
        `query ($id: ID!, $filter: CaseFilter!, $reps: [_Any!]!) { caseItem(id: $id) { title } searchCases(filter: $filter) { nodes { id } }
        _entities(representations: $reps) { ... on CaseItem { title } } }`,
        { id: item.id, filter: { itemNo: item.itemNo }, reps: [{ __typename: 'CaseItem', id: item.id }] },
      );
      expect(read.data).toEqual({ caseItem: null, searchCases: { nodes: [] }, _entities: [null] });
      expect(read.errors).toBeUndefined();
      for (const list of WORK_LISTS) expect(await nodesOf(qingdao, list)).toEqual([]);
      const ids = { item: item.id, task: task.id, sent: sent.id, to: qingdao.accountId };
      const attempts = [
        'viewTask(taskId: $task) { id }',
        'takeTask(taskId: $task, expectedVersion: 1) { id }',
        'distributeTask(taskId: $task, expectedVersion: 1, toAccountId: $to) { id }',
        'sendTask(taskId: $task, expectedVersion: 1, toAccountId: $to) { id }',
        'setDone(taskId: $task, expectedVersion: 1) { id }',
        'takeBack(taskId: $sent, expectedVersion: 1) { id }',
        'returnCase(taskId: $task, expectedVersion: 1, reason: "理由") { id }',
        'openApproval(requestId: $item) { id }',
      ];
      for (const attempt of attempts) {
        const used = [...new Set(attempt.match(/\$\w+/g))].map((name) => `${name}: ID!`).join(', ');
        const answer = await ask(qingdao, `mutation (${used}) { ${attempt} }`, ids);
        expect([attempt, codesOf(answer)]).toEqual([attempt, ['NOT_FOUND']]);
      }
      const own = await store.appoint(officer('qingdao', 'LEADER', 'own'));
      const submitted = await ask(
        qingdao,
        `mutation ($item: ID!, $to: ID!) { submitApproval(caseItemId: $item, expectedVersion: 1, proposedOpinion: "意见", leaderId: $to) { id } }`,
        { item: item.id, to: own.accountId },
      );
      expect(codesOf(submitted)).toEqual(['NOT_FOUND']);
      expect(await custodyOf(store, sender, item.id)).toMatchObject({
        id: task.id,
        state: 'UNIT_INBOX',
        version: task.version,
      });
    },
  );

  it('is for officers of petitions, each with the role it needs', async () => {
    const [supervisor, noRole] = [
      officer('lixia', 'SUPERVISOR'),
      { ...lixia, roles: ['directory:ORG_ADMIN'] },
    ];
    const id = lixia.accountId;
    const forbidden: [Principal, string][] = [
      [noRole, 'query { workCounts { todo } }'],
      [noRole, 'query { officers(roles: [LEADER]) { id } }'],
      [noRole, 'query { searchCases(filter: {}) { nodes { id } } }'],
      [citizen(), 'query { workList(list: TODO) { nodes { id } } }'],
      [citizen(), 'query { searchCases(filter: {}) { nodes { id } } }'],
      [supervisor, `mutation { takeTask(taskId: "${id}", expectedVersion: 1) { id } }`],
      [
        officer('lixia', 'HANDLER'),
        `mutation { distributeTask(taskId: "${id}", expectedVersion: 1, toAccountId: "${id}") { id } }`,
      ],
      [supervisor, `mutation { returnCase(taskId: "${id}", expectedVersion: 1, reason: "r") { id } }`],
      [
        officer('lixia', 'RECEIVER'),
        `mutation { decideReturn(requestId: "${id}", expectedVersion: 1, decision: CONFIRM) { id } }`,
      ],
      [lixia, `mutation { decideApproval(requestId: "${id}", expectedVersion: 1, decision: AGREE) { id } }`],
    ];
    for (const [by, document] of forbidden)
      expect([document, codesOf(await ask(by, document))]).toEqual([document, ['FORBIDDEN']]);
  });
});
