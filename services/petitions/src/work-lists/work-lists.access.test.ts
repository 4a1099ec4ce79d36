import type { Principal } from '@junxian/identity';
import { countStatements, rule, scenario } from '@junxian/test-kit';
import { custodyOf, itemAs } from '../testing/cases.support.test';
import { citizen, officer, openStore, type TestStore } from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import { WORK_LISTS } from './work-list.service';
import { eventsOf, received, sender } from './work-lists.fixture';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
const { ask } = graphOver(() => store);
afterAll(() => store?.close());

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

  describe('what one has in hand', () => {
    const colleague = officer('lixia', 'HANDLER', 'colleague');
    const nextDoor = officer('shinan', ['RECEIVER', 'HANDLER']);
    const outsider = { ...lixia, roles: ['directory:ORG_ADMIN'] };
    beforeAll(async () => {
      for (const principal of [lixia, colleague, leader, nextDoor, sender]) await store.appoint(principal);
    });

    const TAKE = `mutation ($id: ID!, $version: Int!) { takeTask(taskId: $id, expectedVersion: $version) { version } }`;
    const taken = async (options: Parameters<typeof received>[2] = {}) => {
      const { item, task } = await received(store, 'lixia', options);
      const { data } = await ask(lixia, TAKE, { id: task.id, version: task.version });
      return { item, id: task.id, version: data!.takeTask.version as number };
    };
    const idsOf = async (by: Principal, list: string) =>
      (await nodesOf(by, list)).map(({ id }: { id: string }) => id);
    const journal = async (item: { id: string }) =>
      (
        await store.adminQuery<{ action: string; by: string }>(
          'SELECT action, account_id AS by FROM case_journal WHERE case_item_id = $1 ORDER BY id',
          [item.id],
        )
      ).map(({ action, by }) => [action, by]);
    /** Somebody of another organisation, without a role here, or not signed in gets nowhere. */
    const isClosedTo = async (
      others: Principal[],
      attempt: (by: Principal | null) => ReturnType<typeof ask>,
    ) => {
      for (const by of others) expect(codesOf(await attempt(by))).toEqual(['NOT_FOUND']);
      for (const by of [outsider, citizen()]) expect(codesOf(await attempt(by))).toEqual(['FORBIDDEN']);
      expect(codesOf(await attempt(null))).toEqual(['UNAUTHENTICATED']);
    };

    rule('PT-TSK-03', 'a to-do is sent to a colleague, who then holds it', async () => {
      const SEND = `mutation ($id: ID!, $version: Int!, $to: ID!) {
        sendTask(taskId: $id, expectedVersion: $version, toAccountId: $to) { id state version holder { id } } }`;
      const untaken = await received(store);
      const { item, id, version } = await taken();
      const send = (by: Principal | null, changes: object = {}) =>
        ask(by, SEND, { id, version, to: colleague.accountId, ...changes });
      await isClosedTo([nextDoor, sender], send);
      for (const [changes, code] of [
        [{ id: untaken.task.id, version: untaken.task.version }, 'NOT_TAKEN'],
        [{ version: 9 }, 'STALE_VERSION'],
        [{ to: nextDoor.accountId }, 'COLLEAGUE_NOT_ALLOWED'],
        [{ to: leader.accountId }, 'COLLEAGUE_NOT_ALLOWED'],
        [{ to: lixia.accountId }, 'INVALID_INPUT'],
      ] as const)
        expect([changes, codesOf(await send(lixia, changes))]).toEqual([changes, [code]]);
      expect(codesOf(await send(colleague))).toEqual(['NOT_HOLDER']);
      expect(await idsOf(lixia, 'TODO')).toContain(id);

      expect((await send(lixia)).data!.sendTask).toEqual({
        id,
        state: 'TODO',
        version: version + 1,
        holder: { id: colleague.accountId },
      });
      expect(await idsOf(colleague, 'TODO')).toEqual([id]);
      expect(await idsOf(lixia, 'TODO')).not.toContain(id);
      expect(codesOf(await send(lixia, { version: version + 1 }))).toEqual(['NOT_HOLDER']);
      expect((await journal(item)).at(-1)).toEqual(['TASK_SENT', lixia.accountId]);
    });

    rule('PT-TSK-03', 'a to-do without the item in it is set done; nothing else is', async () => {
      const DONE = `mutation ($id: ID!, $version: Int!) {
        setDone(taskId: $id, expectedVersion: $version) { id state version custody doneAt } }`;
      const { item, ...inCustody } = await taken();
      const [own] = await store.adminQuery<{ id: string; version: number }>(
        `INSERT INTO org_task (case_item_id, kind, state, organisation_id, region_code, holder_id, received_at)
         VALUES ($1, 'HANDLE', 'TODO', $2, $3, $4, now()) RETURNING id, version`,
        [item.id, lixia.organisationId, lixia.regionCode, lixia.accountId],
      );
      const done = (by: Principal | null, changes: object = {}) => ask(by, DONE, { ...own, ...changes });
      await isClosedTo([nextDoor, sender], done);
      expect(codesOf(await done(colleague))).toEqual(['NOT_HOLDER']);
      expect(codesOf(await done(lixia, inCustody))).toEqual(['CUSTODY_OPEN']);
      expect(codesOf(await done(lixia, { version: 9 }))).toEqual(['STALE_VERSION']);
      expect(await idsOf(lixia, 'TODO')).toContain(own!.id);

      expect((await done(lixia)).data!.setDone).toEqual({
        id: own!.id,
        state: 'DONE',
        version: own!.version + 1,
        custody: false,
        doneAt: expect.any(String),
      });
      expect(await idsOf(lixia, 'TODO')).not.toContain(own!.id);
      expect(await idsOf(lixia, 'DONE')).toContain(own!.id);
      expect(codesOf(await done(lixia, { version: own!.version + 1 }))).toEqual(['WRONG_TASK_STATE']);
      expect((await journal(item)).at(-1)).toEqual(['TASK_DONE', lixia.accountId]);
    });

    rule('PT-APR-01', 'a submission is cancelled by its submitter, until the leader opens it', async () => {
      const SUBMIT = `mutation ($id: ID!, $version: Int!, $leader: ID!) {
        submitApproval(caseItemId: $id, expectedVersion: $version, proposedOpinion: "拟受理", leaderId: $leader) { id version } }`;
      const CANCEL = `mutation ($id: ID!, $version: Int!) {
        cancelApproval(requestId: $id, expectedVersion: $version) { state version decidedAt } }`;
      const submitted = async () => {
        const { item, id: task } = await taken();
        const { version } = (await itemAs(store, lixia, item.id))!;
        const { data } = await ask(lixia, SUBMIT, { id: item.id, version, leader: leader.accountId });
        return { item, task, ...(data!.submitApproval as { id: string; version: number }) };
      };
      const { item, task, id, version } = await submitted();
      const cancel = (by: Principal | null, changes: object = {}) =>
        ask(by, CANCEL, { id, version, ...changes });
      await isClosedTo([nextDoor, sender, colleague, leader], cancel);
      expect(codesOf(await cancel(lixia, { version: 9 }))).toEqual(['STALE_VERSION']);
      const stateOf = async (of: string) =>
        (await nodesOf(lixia, 'TODO')).find((node: { id: string }) => node.id === of)?.state;
      expect(await stateOf(task)).toBe('IN_APPROVAL');
      expect(
        (await nodesOf(leader, 'APPROVALS')).map(({ approval }: { approval: { id: string } }) => approval.id),
      ).toEqual([id]);

      expect((await cancel(lixia)).data!.cancelApproval).toEqual({
        state: 'CANCELLED',
        version: version + 1,
        decidedAt: expect.any(String),
      });
      expect(await stateOf(task)).toBe('TODO');
      expect(await nodesOf(leader, 'APPROVALS')).toEqual([]);
      expect(codesOf(await cancel(lixia, { version: version + 1 }))).toEqual(['APPROVAL_DECIDED']);
      expect((await journal(item)).at(-1)).toEqual(['APPROVAL_CANCELLED', lixia.accountId]);

      const second = await submitted();
      await ask(leader, 'mutation ($id: ID!) { openApproval(requestId: $id) { version } }', {
        id: second.id,
      });
      expect(codesOf(await cancel(lixia, { id: second.id, version: 2 }))).toEqual(['APPROVAL_OPENED']);
    });

    rule('PT-TSK-03', 'a return is withdrawn by who asked for it, until it is decided', async () => {
      const RETURN = `mutation ($id: ID!, $version: Int!) {
        returnCase(taskId: $id, expectedVersion: $version, reason: "不属于我区") { id version } }`;
      const DECIDE = `mutation ($id: ID!, $version: Int!) {
        decideReturn(requestId: $id, expectedVersion: $version, decision: REFUSE, reason: "属于贵区") { state } }`;
      const WITHDRAW = `mutation ($id: ID!, $version: Int!) { withdrawReturn(requestId: $id, expectedVersion: $version) {
        state version task { id state } caseItem { state } } }`;
      const asked = async () => {
        const { item, id, version } = await taken();
        const { data } = await ask(lixia, RETURN, { id, version });
        return { item, task: id, ...(data!.returnCase as { id: string; version: number }) };
      };
      const { item, task, id, version } = await asked();
      const withdraw = (by: Principal | null, changes: object = {}) =>
        ask(by, WITHDRAW, { id, version, ...changes });
      await isClosedTo([nextDoor, sender, colleague], withdraw);
      expect(codesOf(await withdraw(officer('lixia', 'SUPERVISOR')))).toEqual(['FORBIDDEN']);
      expect(codesOf(await withdraw(lixia, { version: 9 }))).toEqual(['STALE_VERSION']);
      expect(await idsOf(sender, 'RETURNS')).toContain(task);

      expect((await withdraw(lixia)).data!.withdrawReturn).toEqual({
        state: 'WITHDRAWN',
        version: version + 1,
        task: { id: task, state: 'TODO' },
        caseItem: { state: 'IN_HANDLING' },
      });
      expect(await idsOf(sender, 'RETURNS')).not.toContain(task);
      expect(await idsOf(lixia, 'TODO')).toContain(task);
      expect(codesOf(await withdraw(lixia, { version: version + 1 }))).toEqual(['RETURN_DECIDED']);
      expect(codesOf(await ask(sender, DECIDE, { id, version: version + 1 }))).toEqual(['RETURN_DECIDED']);
      expect((await journal(item)).at(-1)).toEqual(['RETURN_WITHDRAWN', lixia.accountId]);
      expect(await eventsOf(store, item.id)).toEqual(['registered', 'forwarded', 'return-requested']);

      const second = await asked();
      expect((await ask(sender, DECIDE, { id: second.id, version: second.version })).errors).toBeUndefined();
      expect(codesOf(await withdraw(lixia, { id: second.id, version: second.version + 1 }))).toEqual([
        'RETURN_DECIDED',
      ]);
    });
  });

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
