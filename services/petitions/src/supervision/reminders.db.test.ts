import type { Principal } from '@junxian/identity';
import { countStatements, rule } from '@junxian/test-kit';
import { lixiaUnit, shandong } from '../handling/handling.fixture';
import { openPublicStage, type PublicStage } from '../public-accounts/public-stage.fixture';
import { submitted } from '../submissions/submissions.fixture';
import { registered } from '../testing/cases.support.test';
import { ORGANISATIONS, type OrganisationKey, officer } from '../testing/store.support.test';
import { SupervisionStage } from './supervision.fixture';

let stage: PublicStage;
let items: SupervisionStage;
beforeAll(async () => {
  stage = await openPublicStage();
  items = new SupervisionStage(stage.store);
});
beforeEach(async () => {
  await stage.store.adminQuery(`DELETE FROM supervision_run; DELETE FROM outbox; DELETE FROM public_attempt;
    DELETE FROM officer_appointment; DELETE FROM supervision_escalation; DELETE FROM supervision_reminder; DELETE FROM warning_history; DELETE FROM warning;
    UPDATE case_item SET state = 'COMPLETED', outcome = 'ARCHIVED' WHERE outcome IS NULL;
    UPDATE org_task SET state = 'DONE', custody = false WHERE custody`);
  items.at('2026-03-02');
});
afterAll(() => stage?.close());

const supervisor = (organisation: OrganisationKey) => officer(organisation, 'SUPERVISOR');
const WARNINGS = `query ($level: WarningLevel, $kind: DeadlineKind, $onlyMine: Boolean, $first: Int, $after: String) {
  warnings(level: $level, kind: $kind, onlyMine: $onlyMine, first: $first, after: $after) {
    nodes { kind level dueAt caseItem { id } target { id } supervisor { id } } endCursor hasNextPage } }`;
interface WarningNode {
  kind: string;
  level: string;
  caseItem: { id: string } | null;
  target: { id: string };
  supervisor: { id: string } | null;
}
async function warnings(by: Principal, variables: object = {}): Promise<WarningNode[]> {
  const { data, errors } = await stage.as(by, WARNINGS, { first: 100, ...variables });
  if (errors) throw new Error(JSON.stringify(errors));
  return data!.warnings.nodes;
}
const itemsOf = (nodes: readonly WarningNode[]) => nodes.map(({ caseItem }) => caseItem?.id ?? null);

describe('the list of warnings', () => {
  rule('PT-SEC-01', 'shows the own organisation and those below, of items in sight', async () => {
    const { id } = await items.atUnit();
    const qingdao = await registered(stage.store, {}, officer('qingdao', ['LETTER_REGISTRAR', 'HANDLER']));
    await items.run('2026-03-18');
    const seenBy = async (organisation: OrganisationKey) => itemsOf(await warnings(supervisor(organisation)));
    for (const above of ['lixiaUnit', 'lixia', 'jinan'] as const) expect(await seenBy(above)).toEqual([id]);
    for (const all of ['shandong', 'nation'] as const)
      expect((await seenBy(all)).sort()).toEqual([id, qingdao.id].sort());
    for (const none of ['lixiaOtherUnit', 'lixiaStreet', 'shinan', 'shandongUnit'] as const)
      expect(await seenBy(none)).toEqual([]);
    expect(await seenBy('qingdao')).toEqual([qingdao.id]);
    // Row-level security alone: nothing of Jinan for Qingdao, nothing for a citizen or nobody.
    const rows = (by: Principal) =>
      stage.store.readAs(by, (tx) => tx.query<{ id: string }>('SELECT case_item_id AS id FROM warning'));
    expect(await rows(supervisor('qingdao'))).toEqual([{ id: qingdao.id }]);
    expect(await rows(await stage.citizen())).toEqual([]);
    expect((await stage.as(lixiaUnit, WARNINGS)).errors![0]!.extensions).toMatchObject({ code: 'FORBIDDEN' });
  });

  rule('PT-HND-08', 'never shows the warning of an accusation to the accused', async () => {
    const item = await items.register({
      purpose: 'ACCUSATION',
      accusedOrganisationId: ORGANISATIONS.jinan.id,
      accusedPerson: '李某',
    });
    await items.forward(shandong, item.id, 'lixia');
    await stage.store.appoint(supervisor('jinan'));
    await stage.store.appoint(supervisor('shandong'));
    await items.run('2026-03-18');
    expect(await warnings(supervisor('lixia'))).toMatchObject([
      // Lixia has no supervisor; Jinan's is the accused's, so it goes to the province.
      { caseItem: { id: item.id }, supervisor: { id: ORGANISATIONS.shandong.id } },
    ]);
    expect(await warnings(supervisor('jinan'))).toEqual([]);
    expect(
      await stage.store.readAs(supervisor('jinan'), (tx) =>
        tx.query('SELECT id FROM warning UNION ALL SELECT id FROM warning_history'),
      ),
    ).toEqual([]);
  });

  rule(
    'PT-HND-08',
    'passes over a bureau whose one supervisor is the accused, until another comes',
    async () => {
      const accused = await stage.store.appoint(supervisor('jinan'));
      await stage.store.appoint(supervisor('shandong'));
      const item = await items.register({ purpose: 'ACCUSATION', accusedAccountId: accused.accountId });
      await stage.store.adminQuery('UPDATE case_item SET custodian_organisation_id = $2 WHERE id = $1', [
        item.id,
        ORGANISATIONS.jinan.id,
      ]);
      const seesToIt = async () =>
        (
          await stage.store.adminQuery(
            'SELECT supervisor_organisation_id AS id FROM warning WHERE case_item_id = $1',
            [item.id],
          )
        )[0];
      await items.run('2026-03-18');
      expect(await seesToIt()).toEqual({ id: ORGANISATIONS.shandong.id });
      await stage.store.appoint(officer('jinan', 'SUPERVISOR', 'another'));
      await items.run('2026-03-19');
      expect(await seesToIt()).toEqual({ id: ORGANISATIONS.jinan.id });
    },
  );

  rule('PT-SUP-01', 'climbs to the nearest bureau that has a supervisor', async () => {
    const { id } = await items.atUnit();
    const mine = async (organisation: OrganisationKey) =>
      itemsOf(await warnings(supervisor(organisation), { onlyMine: true }));
    await stage.store.appoint(supervisor('nation'));
    await items.run('2026-03-12');
    expect([await mine('nation'), await mine('jinan')]).toEqual([[id], []]);
    await stage.store.appoint(supervisor('jinan'));
    await items.run('2026-03-13');
    expect([await mine('nation'), await mine('jinan'), await mine('lixia')]).toEqual([[], [id], []]);
    await stage.store.appoint(supervisor('lixiaUnit'));
    await items.run('2026-03-14');
    expect([await mine('jinan'), await mine('lixiaUnit')]).toEqual([[], [id]]);
    // Who sees to it changed, the level did not: nothing was told again.
    expect(await items.raised(id)).toEqual(['ACCEPT YELLOW']);
  });

  it('shows a waiting submission to its bureau and those above until it is registered or withdrawn', async () => {
    const id = await submitted(stage, await stage.citizen());
    await items.run('2026-03-18');
    for (const by of ['shandong', 'nation'] as const)
      expect(await warnings(supervisor(by), { kind: 'ROUTE' })).toMatchObject([
        { level: 'RED', caseItem: null, target: { id: ORGANISATIONS.shandong.id } },
      ]);
    for (const by of ['jinan', 'shandongUnit'] as const) expect(await warnings(supervisor(by))).toEqual([]);
    await stage.store.adminQuery(
      `UPDATE online_submission SET state = 'WITHDRAWN', withdrawn_at = now() WHERE id = $1`,
      [id],
    );
    // Before the next run takes it back.
    for (const by of ['shandong', 'nation'] as const) expect(await warnings(supervisor(by))).toEqual([]);
  });

  it('filters, pages the longest due first, and costs as many statements for one as for many', async () => {
    const ids: string[] = [];
    for (const day of ['2026-03-02', '2026-03-03', '2026-03-04', '2026-03-09']) {
      items.at(day);
      ids.push((await items.register()).id);
    }
    await items.run('2026-03-20');
    const by = supervisor('shandong');
    expect(itemsOf(await warnings(by))).toEqual(ids);
    expect(itemsOf(await warnings(by, { level: 'YELLOW' }))).toEqual([ids[3]]);
    expect(await warnings(by, { kind: 'HANDLE' })).toEqual([]);
    const page = async (after: string | null) =>
      (await stage.as(by, WARNINGS, { first: 3, after })).data!.warnings;
    const first = await page(null);
    expect([itemsOf(first.nodes), first.hasNextPage]).toEqual([ids.slice(0, 3), true]);
    const second = await page(first.endCursor);
    expect([itemsOf(second.nodes), second.hasNextPage]).toEqual([ids.slice(3), false]);
    const cost = async (count: number) =>
      (await countStatements(stage.store.database, () => stage.as(by, WARNINGS, { first: count })))
        .statements;
    expect(await cost(4)).toBe(await cost(1));
  });
});

const REMINDER = `id level reason deadlineKind text answerDueAt seenAt answerText answerLate version from { id } target { id } escalatedTo { id } caseItem { id }`;
const remind = async (by: Principal, caseItemId: string, changes: object = {}) => {
  const { data, errors } = await stage.as(
    by,
    `mutation ($item: ID!, $target: ID!, $kind: DeadlineKind!, $reason: ReminderReason!, $text: String!) {
      remind(caseItemId: $item, targetOrganisationId: $target, deadlineKind: $kind, reason: $reason, text: $text) { ${REMINDER} } }`,
    {
      item: caseItemId,
      target: ORGANISATIONS.lixiaUnit.id,
      kind: 'ACCEPT',
      reason: 'LATE_WITHOUT_CAUSE',
      text: '示例：请尽快告知受理情况。',
      ...changes,
    },
  );
  return errors ? { refused: errors[0]!.extensions } : data!.remind;
};
const box = async (by: Principal, name: string, unanswered = false) =>
  (
    await stage.as(
      by,
      `query ($box: ReminderBox!, $unanswered: Boolean) { reminders(box: $box, unanswered: $unanswered) { nodes { ${REMINDER} } } }`,
      { box: name, unanswered },
    )
  ).data!.reminders.nodes;

describe('reminders', () => {
  rule(
    'PT-SUP-02',
    'a unit in the own subtree is reminded, sees it among its to-dos and answers within 5 days',
    async () => {
      const { id } = await items.atUnit();
      items.at('2026-03-18', '10:00');
      const reminder = await remind(supervisor('lixia'), id);
      expect(reminder).toMatchObject({ level: 'RED', answerDueAt: '2026-03-23', seenAt: null, version: 1 });
      expect(await items.events(id)).toContainEqual({
        type: 'reminder-sent',
        data: expect.objectContaining({
          reminderId: reminder.id,
          deadlineKind: 'ACCEPT',
          targetOrganisationId: ORGANISATIONS.lixiaUnit.id,
        }),
      });
      expect(await box(lixiaUnit, 'RECEIVED', true)).toMatchObject([{ id: reminder.id, caseItem: { id } }]);
      expect(await box(supervisor('lixia'), 'SENT')).toHaveLength(1);
      expect(await box(officer('lixiaOtherUnit', 'HANDLER'), 'RECEIVED')).toEqual([]);
      const see = (by: Principal, version = 1) =>
        stage.as(
          by,
          `mutation ($id: ID!, $v: Int!) { seeReminder(id: $id, expectedVersion: $v) { seenAt version } }`,
          { id: reminder.id, v: version },
        );
      const answer = (by: Principal, version: number, text = '示例：已受理。') =>
        stage.as(
          by,
          `mutation ($id: ID!, $t: String!, $v: Int!) { answerReminder(id: $id, text: $t, expectedVersion: $v) { ${REMINDER} } }`,
          { id: reminder.id, t: text, v: version },
        );
      const codeOf = async (asked: ReturnType<typeof answer>) => (await asked).errors?.[0]?.extensions?.code;
      // Only the reminded unit looks at it and answers.
      for (const by of [officer('lixia', 'HANDLER'), officer('lixiaOtherUnit', 'HANDLER')]) {
        expect(await codeOf(see(by))).toBe('NOT_FOUND');
        expect(await codeOf(answer(by, 1))).toBe('NOT_FOUND');
      }
      expect((await see(lixiaUnit)).data!.seeReminder).toMatchObject({ version: 2 });
      expect(await codeOf(answer(lixiaUnit, 1))).toBe('STALE_VERSION');
      expect(await codeOf(answer(lixiaUnit, 2, '  '))).toBe('FIELD_REQUIRED');
      items.at('2026-03-23', '23:59');
      expect((await answer(lixiaUnit, 2)).data!.answerReminder).toMatchObject({
        answerText: '示例：已受理。',
        answerLate: false,
        version: 3,
      });
      expect(await codeOf(answer(lixiaUnit, 3))).toBe('ALREADY_ANSWERED');
      expect(await box(lixiaUnit, 'RECEIVED', true)).toEqual([]);
      const late = await remind(supervisor('lixia'), id);
      items.at('2026-03-29');
      expect(await box(lixiaUnit, 'RECEIVED', true)).toMatchObject([{ id: late.id, answerLate: true }]);
    },
  );

  rule(
    'PT-SUP-02',
    'nobody outside the own subtree, nobody who does not hold the item, nothing out of sight',
    async () => {
      const { id } = await items.atUnit();
      items.at('2026-03-18');
      const codeOf = async (asked: ReturnType<typeof remind>) => (await asked).refused?.code;
      const target = (key: OrganisationKey) => ({ target: ORGANISATIONS[key].id });
      expect(await codeOf(remind(supervisor('lixia'), id, target('shandong')))).toBe('OUT_OF_REGION');
      expect(await codeOf(remind(supervisor('jinan'), id, target('qingdao')))).toBe('OUT_OF_REGION');
      expect(await codeOf(remind(supervisor('lixia'), id, target('lixiaOtherUnit')))).toBe(
        'TARGET_NOT_HOLDING',
      );
      expect(await codeOf(remind(supervisor('qingdao'), id))).toBe('NOT_FOUND');
      expect(await codeOf(remind(officer('lixia', 'LEADER'), id))).toBe('FORBIDDEN');
      expect(await codeOf(remind(supervisor('lixia'), id, { text: ' ' }))).toBe('FIELD_REQUIRED');
      expect(await codeOf(remind(supervisor('lixiaUnit'), id))).toBeUndefined();
      expect(await box(supervisor('lixiaUnit'), 'SENT')).toHaveLength(1);
    },
  );

  rule('PT-SUP-03', 'names one of five reasons, also when no deadline is near', async () => {
    const { id } = await items.atUnit();
    const reasons = [
      'LATE_WITHOUT_CAUSE',
      'NO_RESULT',
      'PROCEDURE_BREACHED',
      'OPINION_NOT_EXECUTED',
      'HANDLING_REFUSED',
    ];
    for (const reason of reasons)
      expect(await remind(supervisor('lixia'), id, { reason })).toMatchObject({ reason, level: 'NOT_DUE' });
    const { errors } = await stage.as(
      supervisor('lixia'),
      `mutation { remind(caseItemId: "${id}", targetOrganisationId: "${ORGANISATIONS.lixiaUnit.id}", deadlineKind: ACCEPT, reason: BORED, text: "x") { id } }`,
    );
    expect(errors).toHaveLength(1);
    expect(await box(supervisor('jinan'), 'ESCALATED')).toEqual([]);
  });

  rule(
    'PT-SUP-04',
    'three red reminders go to the next-higher bureau, three more to the one above it',
    async () => {
      const { id } = await items.atUnit();
      // Yellow ones do not count.
      items.at('2026-03-12');
      expect(await remind(supervisor('lixia'), id)).toMatchObject({ level: 'YELLOW', escalatedTo: [] });
      items.at('2026-03-18');
      const escalated: string[][] = [];
      for (let n = 1; n <= 6; n += 1) {
        items.at(`2026-03-${17 + n}`);
        const { escalatedTo } = await remind(supervisor('lixia'), id);
        escalated.push(escalatedTo.map((bureau: { id: string }) => bureau.id));
      }
      const { jinan, shandong: province } = ORGANISATIONS;
      expect(escalated).toEqual([[], [], [jinan.id], [], [], [province.id]]);
      expect(await box(supervisor('jinan'), 'ESCALATED')).toMatchObject([{ caseItem: { id }, level: 'RED' }]);
      expect(await box(supervisor('shandong'), 'ESCALATED')).toHaveLength(1);
      expect(await box(supervisor('nation'), 'ESCALATED')).toEqual([]);
      // Another deadline is counted by itself.
      expect(await remind(supervisor('lixia'), id, { kind: 'HANDLE' })).toMatchObject({ level: 'NOT_DUE' });
    },
  );

  it('three at once escalate once', async () => {
    const { id } = await items.atUnit();
    items.at('2026-03-18');
    await Promise.all([1, 2, 3].map(() => remind(supervisor('lixia'), id)));
    expect(await box(supervisor('jinan'), 'ESCALATED')).toHaveLength(1);
  });

  rule('PT-HND-08', 'an escalation passes over the accused bureau', async () => {
    const { id } = await items.atUnit({
      purpose: 'ACCUSATION',
      accusedOrganisationId: ORGANISATIONS.jinan.id,
      accusedPerson: '李某',
    });
    items.at('2026-03-18');
    for (let n = 0; n < 3; n += 1) await remind(supervisor('lixia'), id);
    expect(await box(supervisor('jinan'), 'ESCALATED')).toEqual([]);
    expect(await box(supervisor('shandong'), 'ESCALATED')).toHaveLength(1);
  });

  it('what was sent cannot be changed, not even with a database prompt', async () => {
    const { id } = await items.atUnit();
    const { id: reminder } = await remind(supervisor('lixia'), id);
    const attempt = (by: Principal, sql: string) => stage.store.as(by, (tx) => tx.query(sql));
    await expect(attempt(lixiaUnit, `UPDATE supervision_reminder SET text = 'x'`)).rejects.toThrow(
      /permission/,
    );
    await expect(attempt(lixiaUnit, 'DELETE FROM supervision_reminder')).rejects.toThrow(/permission/);
    await attempt(officer('lixia', 'HANDLER'), `UPDATE supervision_reminder SET seen_at = now()`);
    expect(await box(lixiaUnit, 'RECEIVED')).toMatchObject([{ id: reminder, seenAt: null }]);
    for (const sql of [`UPDATE warning SET level = NULL`, `UPDATE supervision_run SET finished_at = NULL`]) {
      const before = await stage.store.adminQuery(
        'SELECT count(*)::int AS n FROM warning WHERE level IS NOT NULL',
      );
      await attempt(supervisor('lixia'), sql);
      expect(
        await stage.store.adminQuery('SELECT count(*)::int AS n FROM warning WHERE level IS NOT NULL'),
      ).toEqual(before);
    }
  });
});
