import type { Principal } from '@junxian/identity';
import { countStatements, type Json, rule, scenario } from '@junxian/test-kit';
import { returnOrphanedTasks } from '../organisations/orphaned-tasks.service';
import { faultsOf, openPublicStage, type PublicStage } from '../public-accounts/public-stage.fixture';
import {
  codesOf,
  ok,
  registerVisit,
  updateRegistration,
  VISITS,
  visit,
  visitInput,
} from '../registration/registration.fixture';
import { scopes } from '../service-scopes';
import { officer } from '../testing/store.support.test';

let stage: PublicStage;
let a: Principal;
let b: Principal;
beforeAll(async () => {
  stage = await openPublicStage();
  a = await stage.store.appoint(officer('shandong', 'INTERVIEWER', 'A'));
  b = await stage.store.appoint(officer('shandong', 'INTERVIEWER', 'B'));
});
beforeEach(() => stage.store.clock.set('2026-03-02T09:00:00+08:00'));
afterAll(() => stage?.close());

const FIELDS = 'id version state content startedAt doneAt interviewer { id } sentFrom { id } caseItem { id }';
const list = async (by: Principal, tab: string): Promise<Json[]> =>
  ok(
    await stage.as(
      by,
      `query ($tab: InterviewTab!) { interviews(tab: $tab, first: 100) { nodes { ${FIELDS} } } }`,
      { tab },
    ),
  ).interviews.nodes;
const itemsOf = async (by: Principal, tab: string) =>
  (await list(by, tab)).map(({ caseItem }) => caseItem.id);
const send = (by: Principal, interview: Json, to: Principal) =>
  stage.as(
    by,
    `mutation ($id: ID!, $version: Int!, $to: ID!) { sendInterview(interviewId: $id, expectedVersion: $version, interviewerId: $to) { ${FIELDS} } }`,
    { id: interview.id, version: interview.version, to: to.accountId },
  );
const save = (by: Principal, interview: Json, content: string) =>
  stage.as(
    by,
    `mutation ($id: ID!, $version: Int!, $content: String!) { saveInterview(interviewId: $id, expectedVersion: $version, content: $content) { ${FIELDS} } }`,
    { id: interview.id, version: interview.version, content },
  );
const finish = (by: Principal, interview: Json) =>
  stage.as(
    by,
    `mutation ($id: ID!, $version: Int!) { finishInterview(interviewId: $id, expectedVersion: $version) { ${FIELDS} } }`,
    { id: interview.id, version: interview.version },
  );
const chosen = async (interviewer: Principal): Promise<{ item: Json; interview: Json }> => {
  const item = await visit(stage, { interviewerId: interviewer.accountId });
  const interview = (await list(interviewer, 'TODO')).find(({ caseItem }) => caseItem.id === item.id)!;
  return { item, interview };
};

describe('reception of visitors', () => {
  scenario(
    'petitions',
    21,
    "A chosen: A's list has it; A sends to B: only B's; set done: B's done list",
    async () => {
      const { item, interview } = await chosen(a);
      expect(await itemsOf(a, 'TODO')).toContain(item.id);
      const sent = ok(await send(a, interview, b)).sendInterview;
      expect(sent).toMatchObject({
        interviewer: { id: b.accountId },
        sentFrom: { id: a.accountId },
        state: 'TODO',
      });
      for (const tab of ['TODO', 'ALL']) {
        expect(await itemsOf(a, tab)).not.toContain(item.id);
        expect(await itemsOf(b, tab)).toContain(item.id);
      }
      const saved = ok(await save(b, sent, '接谈内容')).saveInterview;
      ok(await finish(b, saved));
      expect(await itemsOf(b, 'TODO')).not.toContain(item.id);
      expect(await itemsOf(b, 'DONE')).toContain(item.id);
      expect(await itemsOf(b, 'ALL')).toContain(item.id);
      const tasks = await stage.store.adminQuery(
        `SELECT state, holder_id, custody FROM org_task WHERE case_item_id = $1 AND kind = 'INTERVIEW'`,
        [item.id],
      );
      expect(tasks).toEqual([{ state: 'DONE', holder_id: b.accountId, custody: false }]);
    },
  );

  rule('PT-VIS-05', 'a pending talk is sent on or set done, by who has it and once', async () => {
    const { interview } = await chosen(a);
    expect(codesOf(await finish(a, interview))).toEqual(['FIELD_REQUIRED']);
    expect(codesOf(await save(a, interview, '  '))).toEqual(['FIELD_REQUIRED']);
    expect(codesOf(await save(b, interview, '不是我的'))).toEqual(['NOT_FOUND']);
    const saved = ok(await save(a, interview, '第一次记录')).saveInterview;
    expect(saved).toMatchObject({ content: '第一次记录', version: 2 });
    expect(codesOf(await save(a, interview, '旧页面'))).toEqual(['STALE_VERSION']);
    for (const to of [a, VISITS, officer('jinan', 'INTERVIEWER')])
      expect(codesOf(await send(a, saved, to))).toEqual(['NO_SUCH_INTERVIEWER']);
    // Sent by two clicks at once: one goes through.
    const codes = (await Promise.all([send(a, saved, b), send(a, saved, b)])).flatMap(codesOf);
    expect(codes).toEqual(['NOT_FOUND']);
    const [mine] = (await list(b, 'TODO')).filter(({ id }) => id === interview.id);
    const done = ok(await finish(b, mine!)).finishInterview;
    expect(codesOf(await send(b, done, a))).toEqual(['INTERVIEW_DONE']);
    expect(codesOf(await save(b, done, '补记'))).toEqual(['INTERVIEW_DONE']);
  });

  it('the registrar may choose another interviewer while the talk is pending', async () => {
    const { item } = await chosen(a);
    const UPDATE = `mutation ($id: ID!, $version: Int!, $who: ID!) {
      updateRegistration(caseItemId: $id, expectedVersion: $version, input: { interviewerId: $who }) { interviewer { id } } }`;
    const answer = await stage.as(VISITS, UPDATE, { id: item.id, version: item.version, who: b.accountId });
    expect(ok(answer).updateRegistration.interviewer).toEqual({ id: b.accountId });
    expect(await itemsOf(a, 'ALL')).not.toContain(item.id);
    expect(await itemsOf(b, 'TODO')).toContain(item.id);
  });

  it('what was said stays in the own organisation, and the list costs the same however long', async () => {
    const { item, interview } = await chosen(a);
    ok(await save(a, interview, '内部接谈内容'));
    const LOOK = `{ caseItem(id: "${item.id}") { interviews { content } } }`;
    expect(ok(await stage.as(VISITS, LOOK)).caseItem.interviews).toEqual([{ content: '内部接谈内容' }]);
    expect(ok(await stage.as(officer('nation', 'SUPERVISOR'), LOOK)).caseItem.interviews).toEqual([]);
    expect(
      codesOf(await stage.as(officer('shandong', 'HANDLER'), '{ interviews { nodes { id } } }')),
    ).toEqual(['FORBIDDEN']);
    const counted = (first: number) =>
      countStatements(stage.store.database, () =>
        stage.as(
          a,
          `query ($first: Int) { interviews(tab: ALL, first: $first) { nodes { id caseItem { id } } } }`,
          { first },
        ),
      );
    expect((await counted(1)).statements).toBe((await counted(20)).statements);
  });
});

describe('a talk whose interviewer left', () => {
  const TAKE =
    'mutation ($id: ID!, $version: Int!) { takeTask(taskId: $id, expectedVersion: $version) { state } }';
  const GIVE = `mutation ($id: ID!, $version: Int!, $to: ID!) {
    distributeTask(taskId: $id, expectedVersion: $version, toAccountId: $to) { state } }`;
  const orphaned = async () => {
    const gone = await stage.store.appoint(officer('shandong', 'INTERVIEWER', 'gone'));
    const { item } = await chosen(gone);
    await stage.store.adminQuery(`UPDATE officer_appointment SET ended_on = '2026-03-01' WHERE id = $1`, [
      gone.appointmentId,
    ]);
    await stage.store.database.write(scopes.followDirectory(), (tx) =>
      returnOrphanedTasks(tx, { accountId: gone.accountId }, '2026-03-02', stage.store.clock.now()),
    );
    const [task] = await stage.store.adminQuery<{ id: string; version: number; state: string }>(
      `SELECT id, version, state FROM org_task WHERE case_item_id = $1 AND kind = 'INTERVIEW'`,
      [item.id],
    );
    expect(task).toMatchObject({ state: 'UNIT_INBOX' });
    return { item, gone, task: { id: task!.id, version: task!.version } };
  };
  const held = async (by: Principal, { id }: Json) => {
    const interview = (await list(by, 'TODO')).find(({ caseItem }) => caseItem.id === id)!;
    ok(await finish(by, ok(await save(by, interview, '接谈内容')).saveInterview));
    expect(await itemsOf(by, 'DONE')).toContain(id);
  };

  rule(
    ['PT-VIS-05', 'PT-TSK-02'],
    'lies in the unit inbox; whoever interviews takes it, a receiver gives it to one, and talk and task stay together',
    async () => {
      const receiver = officer('shandong', ['RECEIVER']);
      const { item, gone, task } = await orphaned();
      expect(codesOf(await stage.as(receiver, TAKE, task))).toEqual(['NO_SUCH_INTERVIEWER']);
      for (const to of [gone, VISITS])
        expect(codesOf(await stage.as(receiver, GIVE, { ...task, to: to.accountId }))).toEqual([
          'NO_SUCH_INTERVIEWER',
        ]);
      expect(ok(await stage.as(receiver, GIVE, { ...task, to: b.accountId })).distributeTask).toEqual({
        state: 'TODO',
      });
      expect(await itemsOf(gone, 'ALL')).not.toContain(item.id);
      await held(b, item);

      const both = await stage.store.appoint(officer('shandong', ['INTERVIEWER', 'HANDLER']));
      const other = await orphaned();
      expect(ok(await stage.as(both, TAKE, other.task)).takeTask).toEqual({ state: 'TODO' });
      await held(both, other.item);
    },
  );

  it('may be given to another by the registrar', async () => {
    const { item } = await orphaned();
    ok(await updateRegistration(stage, item as never, { interviewerId: a.accountId }, VISITS));
    await held(a, item);
  });
});

rule('PT-HND-08', 'the accused of an item interviews nobody about it', async () => {
  // At the nation's bureau, which keeps what accuses one of its own: none stands above it.
  const [accused, other] = await Promise.all(
    ['A', 'B'].map((name) => stage.store.appoint(officer('nation', 'INTERVIEWER', name))),
  );
  const reception = officer('nation', ['VISIT_REGISTRAR', 'HANDLER']);
  const accusation = { data: { purpose: 'ACCUSATION', accusedAccountId: accused!.accountId } };
  expect(
    codesOf(
      await registerVisit(stage, visitInput({ ...accusation, interviewerId: accused!.accountId }), reception),
    ),
  ).toEqual(['NO_SUCH_INTERVIEWER']);
  const item = await visit(stage, { ...accusation, interviewerId: other!.accountId }, reception);
  const interview = (await list(other!, 'TODO')).find(({ caseItem }) => caseItem.id === item.id)!;
  expect(codesOf(await send(other!, interview, accused!))).toEqual(['NO_SUCH_INTERVIEWER']);
  expect(
    codesOf(await updateRegistration(stage, item as never, { interviewerId: accused!.accountId }, reception)),
  ).toEqual(['NO_SUCH_INTERVIEWER']);
  expect(await itemsOf(other!, 'TODO')).toContain(item.id);
  expect(await itemsOf(accused!, 'ALL')).not.toContain(item.id);
});

rule(
  'PT-HND-08',
  'a talk goes on where it was begun when the accusation of a colleague leaves for the bureau above',
  async () => {
    const item = await visit(stage, {
      data: { purpose: 'ACCUSATION', accusedAccountId: a.accountId },
      interviewerId: b.accountId,
    });
    const interview = (await list(b, 'TODO')).find(({ caseItem }) => caseItem.id === item.id)!;
    const saved = ok(await save(b, interview, '示例：谈话记录')).saveInterview;
    expect(ok(await finish(b, saved)).finishInterview).toMatchObject({ state: 'DONE' });
  },
);

describe("a leader's public reception", () => {
  const SAVE = `mutation ($input: LeaderReceptionInput!) { saveLeaderReception(input: $input) {
    id version leaderName leaderPost receptionDate place content opinion attachments { fileName } } }`;
  const reception = { leaderName: '示例领导', receptionDate: '2026-03-02', content: '接访内容' };

  rule('PT-VIS-06', 'stores what was said with attachments; starred fields are required', async () => {
    const item = await visit(stage);
    const fileId = await stage.uploaded(VISITS, Buffer.from('%PDF-1.7\n%%EOF'), '接访记录.pdf');
    const stored = ok(
      await stage.as(VISITS, SAVE, {
        input: {
          ...reception,
          caseItemId: item.id,
          leaderPost: '副省长',
          place: '接待大厅',
          opinion: '限期办理',
          fileIds: [fileId],
        },
      }),
    ).saveLeaderReception;
    expect(stored).toMatchObject({
      ...reception,
      leaderPost: '副省长',
      opinion: '限期办理',
      attachments: [{ fileName: '接访记录.pdf' }],
    });
    expect(faultsOf(await stage.as(VISITS, SAVE, { input: { caseItemId: item.id } }))).toEqual([
      { code: 'FIELD_REQUIRED', field: 'leaderName' },
      { code: 'FIELD_REQUIRED', field: 'receptionDate' },
      { code: 'FIELD_REQUIRED', field: 'content' },
    ]);
    const change = (expectedVersion: number, by = VISITS) =>
      stage.as(by, SAVE, {
        input: { ...reception, id: stored.id, expectedVersion, caseItemId: item.id, content: '更正' },
      });
    expect(ok(await change(1)).saveLeaderReception).toMatchObject({
      content: '更正',
      version: 2,
      attachments: [{}],
    });
    expect(codesOf(await change(1))).toEqual(['STALE_VERSION']);
    expect(codesOf(await change(2, officer('qingdao', 'VISIT_REGISTRAR')))).toEqual(['NOT_FOUND']);
    expect(codesOf(await change(2, a))).toEqual(['FORBIDDEN']);
    const LIST = `{ leaderReceptions(from: "2026-03-01", to: "2026-03-02") { nodes { id caseItem { id } } } caseItem(id: "${item.id}") { leaderReceptions { id } } }`;
    expect(ok(await stage.as(VISITS, LIST))).toEqual({
      leaderReceptions: { nodes: [{ id: stored.id, caseItem: { id: item.id } }] },
      caseItem: { leaderReceptions: [{ id: stored.id }] },
    });
  });

  rule(
    'PT-APR-01',
    'is not written while the item waits for a leader: not a new one, nor a change',
    async () => {
      const item = await visit(stage);
      const custody = (state: string) =>
        stage.store.adminQuery(`UPDATE org_task SET state = $2 WHERE case_item_id = $1 AND custody`, [
          item.id,
          state,
        ]);
      const save = (more: Json = {}) =>
        stage.as(VISITS, SAVE, { input: { ...reception, caseItemId: item.id, ...more } });
      const { id } = ok(await save()).saveLeaderReception;
      await custody('IN_APPROVAL');
      expect(codesOf(await save())).toEqual(['ITEM_READ_ONLY']);
      expect(codesOf(await save({ id, expectedVersion: 1 }))).toEqual(['ITEM_READ_ONLY']);
      await custody('TODO');
      expect(ok(await save({ id, expectedVersion: 1 })).saveLeaderReception.version).toBe(2);
    },
  );
});
