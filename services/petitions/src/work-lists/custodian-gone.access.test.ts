import type { Principal } from '@junxian/identity';
import { subgraphSchema } from '@junxian/subgraph';
import { type GraphAnswer, rule } from '@junxian/test-kit';
import type { GraphQLEnumType } from 'graphql';
import { HandlingStage, lixia, lixiaUnit, OPINION, shandong } from '../handling/handling.fixture';
import { draftOpinion } from '../handling/opinions.service';
import { assign } from '../handling/passing-on.service';
import type { CaseDraft } from '../registration/case-registration.service';
import { createGraph } from '../service';
import { custodyOf, itemAs, registered } from '../testing/cases.support.test';
import { removals } from '../testing/removed-organisations.support.test';
import {
  ORGANISATIONS,
  type OrganisationKey,
  officer,
  openStore,
  type TestStore,
} from '../testing/store.support.test';
import { graphOver } from '../testing/subgraph.support.test';
import { eventsOf, taskNow } from './work-lists.fixture';

let store: TestStore;
let stage: HandlingStage;
beforeAll(async () => {
  store = await openStore();
  stage = new HandlingStage(store);
});
const { ask } = graphOver(() => store);
beforeEach(() => stage.at('2026-03-02'));
const { remove, restore } = removals(() => store);
afterEach(() => store.adminQuery('UPDATE officer_appointment SET ended_on = valid_from'));
afterAll(() => store?.close());

const id = (key: OrganisationKey) => ORGANISATIONS[key].id;
const codeOf = async (answer: Promise<GraphAnswer>) => (await answer).errors?.[0]?.extensions?.code;

/** The items that a bureau is shown as having no custodian. */
const listed = async (by: Principal): Promise<string[]> =>
  (
    await ask(by, '{ workList(list: CUSTODIAN_GONE, first: 100) { nodes { caseItem { id } } } }')
  ).data!.workList.nodes.map((node: { caseItem: { id: string } }) => node.caseItem.id);

const TRANSFER = `mutation ($item: ID!, $version: Int!, $input: TransferInput!) {
  transferCase(caseItemId: $item, expectedVersion: $version, input: $input) {
    record { mode from { id } destination { id } opinion }
    caseItem { id state custodian { id } responsibleUnit { id } routeDueAt acceptDueAt handleDueAt } } }`;
const transfer = async (
  by: Principal,
  item: string,
  {
    to = null,
    reason = '示例：该单位已撤销',
    version,
  }: { to?: OrganisationKey | null; reason?: string; version?: number } = {},
) =>
  ask(by, TRANSFER, {
    item,
    version: version ?? (await itemAs(store, shandong, item))!.version,
    input: { destinationOrgId: to === null ? null : id(to), reason },
  });

const clocksOf = async (item: string) =>
  (
    await store.adminQuery(
      `SELECT c.received_at, c.route_due_on::text, c.routed_at, c.accept_received_at, c.accept_due_on::text, c.accepted_at, c.handle_due_on::text,
         c.extended_days, c.late, c.state, t.result_due_on::text, t.accept_due_on::text AS task_due
       FROM case_item c JOIN org_task t ON t.case_item_id = c.id AND t.custody WHERE c.id = $1`,
      [item],
    )
  )[0];
const atUnit = (changes: Partial<CaseDraft> = {}) => stage.atUnit(changes);
const accepted = async () => {
  const item = await atUnit();
  return (await stage.notify(lixiaUnit, item.id, 'ACCEPTANCE')).item;
};
const BUREAUS = ['nation', 'shandong', 'jinan', 'lixia', 'lixiaStreet', 'qingdao', 'shinan'] as const;
/** Every role of the graph. */
const petitionRoles = (): string[] => {
  const { typeDefs, resolvers } = createGraph(store.services);
  return (subgraphSchema(typeDefs, resolvers).getType('PetitionRole') as GraphQLEnumType)
    .getValues()
    .map(({ name }) => name);
};
const bureausListing = async (item: string) => {
  const found: string[] = [];
  for (const key of BUREAUS) if ((await listed(officer(key, 'HANDLER'))).includes(item)) found.push(key);
  return found;
};

describe('an item whose custodian was removed', () => {
  rule(
    'PT-TSK-02',
    'is listed for the nearest bureau alone, of the own region or above, and for none while the custodian is there',
    async () => {
      const item = await atUnit();
      expect(await bureausListing(item.id)).toEqual([]);
      await remove('lixiaUnit');
      expect(await bureausListing(item.id)).toEqual(['lixia']);
      await remove('lixia');
      expect(await bureausListing(item.id)).toEqual(['jinan']);
      await remove('jinan');
      expect(await bureausListing(item.id)).toEqual(['shandong']);
      const done = await atUnitCompleted();
      expect(await bureausListing(done)).toEqual([]);
    },
  );

  const atUnitCompleted = async () => {
    await restore();
    const item = await atUnit();
    await stage.notify(lixiaUnit, item.id, 'NON_ACCEPTANCE');
    await remove('lixiaUnit', 'lixia', 'jinan');
    return item.id;
  };

  rule(
    'PT-TSK-01',
    'is counted as the list has it, in every role: for the bureau that takes it over, for nobody else, nobody who is accused',
    async () => {
      const counted = async (by: Principal): Promise<number> =>
        (await ask(by, '{ workCounts { custodianGone } }')).data!.workCounts.custodianGone;
      const roles = petitionRoles();
      expect(roles).toContain('STATISTICIAN');
      const before = await counted(officer('lixia', 'HANDLER'));
      const item = await atUnit();
      const accusing = await registered(
        store,
        { purpose: 'ACCUSATION', accusedOrganisationId: id('lixia') },
        officer('lixiaUnit', ['LETTER_REGISTRAR', 'HANDLER']),
      );
      for (const removed of [false, true]) {
        if (removed) await remove('lixiaUnit');
        const found: Record<string, number> = {};
        for (const key of [...BUREAUS, 'lixiaOtherUnit'] as const)
          for (const role of roles) {
            const by = officer(key, role);
            const list = await listed(by);
            expect([key, role, await counted(by)]).toEqual([key, role, list.length]);
            found[key] = list.length;
            expect(list.includes(item.id)).toBe(removed && key === 'lixia');
            expect(list.includes(accusing.id)).toBe(removed && key === 'jinan');
          }
        if (removed) expect(found.lixia).toBeGreaterThan(before);
        else expect(Object.values(found)).toEqual(Object.keys(found).map(() => 0));
      }
      await transfer(lixia, item.id);
      expect(await counted(lixia)).toBe((await listed(lixia)).length);
      expect(await listed(lixia)).not.toContain(item.id);
      // A bureau that is none any more takes nothing over, whatever its region.
      await store.adminQuery('UPDATE organisation SET is_bureau = false WHERE id = $1', [id('jinan')]);
      expect([await counted(officer('jinan', 'HANDLER')), await listed(officer('jinan', 'HANDLER'))]).toEqual(
        [0, []],
      );
      await store.adminQuery('UPDATE organisation SET is_bureau = true WHERE id = $1', [id('jinan')]);
    },
  );

  rule(
    'PT-HND-08',
    'goes to no bureau that the accused reach: theirs, where the accused person has a post, below one of these',
    async () => {
      // Below the accused bureau.
      const accusing = await registered(
        store,
        { purpose: 'ACCUSATION', accusedOrganisationId: id('lixia') },
        officer('lixiaUnit', ['LETTER_REGISTRAR', 'HANDLER']),
      );
      await remove('lixiaUnit');
      expect(await bureausListing(accusing.id)).toEqual(['jinan']);
      const accused = await store.appoint(officer('jinan', 'LEADER', 'accused'));
      const naming = await registered(
        store,
        { purpose: 'ACCUSATION', accusedAccountId: accused.accountId },
        officer('lixiaStreet', ['LETTER_REGISTRAR', 'HANDLER']),
      );
      await remove('lixiaStreet', 'lixia');
      expect(await bureausListing(naming.id)).toEqual(['shandong']);
      expect(await codeOf(transfer(officer('shandong', 'HANDLER'), naming.id, { to: 'jinan' }))).toBe(
        'FORBIDDEN_DESTINATION',
      );
    },
  );

  rule(
    'PT-TSK-02',
    'is taken over with every clock as it was, and what the custodian had begun ends',
    async () => {
      const { id: item } = await stage.register();
      const input = {
        caseItemId: item,
        expectedVersion: 1,
        destinationOrgId: id('lixiaUnit'),
        resultDueAt: '2026-04-10',
      };
      await stage.act(shandong, (tx, who, at) => assign(tx, input, who, at));
      await stage.take(lixiaUnit, item);
      const leader = await store.appoint(officer('lixiaUnit', 'LEADER'));
      await store.appoint(lixiaUnit);
      const asked = await ask(
        lixiaUnit,
        `mutation ($item: ID!, $leader: ID!) { submitApproval(caseItemId: $item, expectedVersion: 2, proposedOpinion: "意见", leaderId: $leader) { id } }`,
        { item, leader: leader.accountId },
      );
      expect(asked.errors).toBeUndefined();
      const held = (await custodyOf(store, lixiaUnit, item))!;
      await store.adminQuery(
        `INSERT INTO org_task (case_item_id, kind, state, organisation_id, region_code, holder_id, subject_id, received_at)
         VALUES ($1, 'PETITIONER_DECEASED', 'TODO', $2, '370102000000', $3, $1, now())`,
        [item, id('lixiaUnit'), lixiaUnit.accountId],
      );
      stage.at('2026-03-09');
      await remove('lixiaUnit');
      const before = await clocksOf(item);
      const { data, errors } = await transfer(lixia, item);
      expect(errors).toBeUndefined();
      expect(data!.transferCase).toMatchObject({
        record: {
          mode: 'TRANSFER',
          from: { id: id('lixia') },
          destination: { id: id('lixia') },
          opinion: '示例：该单位已撤销',
        },
        caseItem: {
          state: 'IN_HANDLING',
          custodian: { id: id('lixia') },
          responsibleUnit: null,
          acceptDueAt: '2026-03-17',
        },
      });
      expect(await clocksOf(item)).toEqual(before);
      expect(await custodyOf(store, lixia, item)).toMatchObject({
        state: 'UNIT_INBOX',
        holderId: null,
        organisationId: id('lixia'),
        receivedAt: store.clock.now(),
      });
      expect(await taskNow(store, held.id)).toMatchObject({
        state: 'DONE',
        custody: false,
        doneBy: lixia.accountId,
      });
      expect(
        await store.adminQuery(
          `SELECT (SELECT state FROM approval_request WHERE case_item_id = $1) AS approval,
           (SELECT state FROM org_task WHERE case_item_id = $1 AND kind = 'APPROVAL') AS task`,
          [item],
        ),
      ).toEqual([{ approval: 'CANCELLED', task: 'CANCELLED' }]);
      expect(
        await store.adminQuery(
          `SELECT organisation_id AS at, state FROM org_task WHERE case_item_id = $1 AND kind = 'PETITIONER_DECEASED' ORDER BY id`,
          [item],
        ),
      ).toEqual([
        { at: id('lixiaUnit'), state: 'CANCELLED' },
        { at: id('lixia'), state: 'UNIT_INBOX' },
      ]);
      expect((await eventsOf(store, item)).slice(-1)).toEqual(['transferred']);
      expect(
        await store.adminQuery(
          `SELECT action, organisation_id AS by, details FROM case_journal WHERE case_item_id = $1 ORDER BY id DESC LIMIT 1`,
          [item],
        ),
      ).toEqual([
        { action: 'TRANSFER', by: id('lixia'), details: { from: id('lixiaUnit'), to: id('lixia') } },
      ]);
      expect(await listed(lixia)).not.toContain(item);
      // The bureau goes on with it as with any other, and owes the result now.
      await stage.take(lixia, item);
      const report = await ask(
        lixia,
        'mutation ($item: ID!) { submitReport(caseItemId: $item, body: "示例：结果") { report { state } } }',
        { item },
      );
      expect(report.data?.submitReport ?? report.errors).toMatchObject({ report: { state: 'SUBMITTED' } });
    },
  );

  rule(
    'PT-TSK-02',
    'may go to whoever took up the duties; an accepted one is that organisation’s to answer, on the notice that was filed',
    async () => {
      const { id: item } = await accepted();
      await stage.handleSelf(lixiaUnit, item);
      await stage.approvedOpinion(item);
      await remove('lixiaUnit');
      const before = await clocksOf(item);
      const { data, errors } = await transfer(lixia, item, { to: 'lixiaOtherUnit' });
      expect(errors).toBeUndefined();
      expect(data!.transferCase.caseItem).toMatchObject({
        state: 'ACCEPTED',
        custodian: { id: id('lixiaOtherUnit') },
        responsibleUnit: { id: id('lixiaOtherUnit') },
      });
      expect(await clocksOf(item)).toEqual(before);
      const successor = officer('lixiaOtherUnit', 'HANDLER');
      await stage.take(successor, item);
      await stage.act(successor, (tx, who, at) =>
        draftOpinion(tx, { caseItemId: item, input: OPINION }, who, at),
      );
      expect(
        await store.adminQuery('SELECT state FROM handling_opinion WHERE case_item_id = $1 ORDER BY id', [
          item,
        ]),
      ).toEqual([{ state: 'VOID' }, { state: 'DRAFT' }]);
    },
  );

  it('lets an accepted item that was not begun be handled by the successor on the same notice', async () => {
    const { id: item } = await accepted();
    await remove('lixiaUnit');
    await transfer(lixia, item, { to: 'lixiaOtherUnit' });
    const successor = officer('lixiaOtherUnit', 'HANDLER');
    await stage.take(successor, item);
    const handled = await ask(
      successor,
      'mutation ($item: ID!, $version: Int!) { handleSelf(caseItemId: $item, expectedVersion: $version) { caseItem { selfHandling } } }',
      { item, version: await stage.version(successor, item) },
    );
    expect(handled.data?.handleSelf ?? handled.errors).toEqual({ caseItem: { selfHandling: true } });
  });

  it('comes back to the bureau, unopened or returned, and stands as it stood', async () => {
    const item = await atUnit();
    await remove('lixiaUnit');
    const before = await clocksOf(item.id);
    await transfer(lixia, item.id, { to: 'lixiaOtherUnit' });
    const sent = (
      await store.adminQuery<{ id: string; version: number }>(
        'SELECT id, version FROM org_task WHERE case_item_id = $1 AND organisation_id = $2 AND NOT custody ORDER BY id DESC LIMIT 1',
        [item.id, id('lixia')],
      )
    )[0]!;
    const back = await ask(
      lixia,
      'mutation ($task: ID!, $version: Int!) { takeBack(taskId: $task, expectedVersion: $version) { state custody } }',
      { task: sent.id, version: sent.version },
    );
    expect(back.data?.takeBack ?? back.errors).toEqual({ state: 'TODO', custody: true });
    expect(await clocksOf(item.id)).toMatchObject({
      state: 'IN_HANDLING',
      accept_due_on: before!.accept_due_on,
      route_due_on: before!.route_due_on,
    });
  });

  it('is nobody else’s to move, and only with a reason', async () => {
    const item = await atUnit();
    expect(await codeOf(transfer(lixia, item.id))).toBe('CUSTODIAN_EXISTS');
    await remove('lixiaUnit');
    for (const [by, changes, code] of [
      [officer('jinan', 'HANDLER'), {}, 'NOT_RELIEVING'],
      [officer('qingdao', 'HANDLER'), {}, 'NOT_FOUND'],
      [officer('lixiaOtherUnit', 'HANDLER'), {}, 'NOT_FOUND'],
      [officer('lixia', 'SUPERVISOR'), {}, 'FORBIDDEN'],
      [lixia, { reason: ' ' }, 'FIELD_REQUIRED'],
      [lixia, { to: 'shinan' }, 'OUT_OF_REGION'],
      [lixia, { to: 'lixiaUnit' }, 'NOT_FOUND'],
      [lixia, { version: 1 }, 'STALE_VERSION'],
    ] as const)
      expect([code, await codeOf(transfer(by, item.id, changes))]).toEqual([code, code]);
    expect((await custodyOf(store, lixia, item.id))?.organisationId).toBe(id('lixiaUnit'));
    // Past the use case, the function itself does nothing for anybody else.
    for (const by of [
      officer('jinan', 'HANDLER'),
      officer('lixia', 'SUPERVISOR'),
      officer('shandong', 'HANDLER'),
    ])
      expect(
        await store.as(by, (tx) =>
          tx.query('SELECT pt_tsk_02_take_over($1, $2) AS task', [item.id, store.clock.now()]),
        ),
      ).toEqual([{ task: null }]);
  });

  const RETURN =
    'mutation ($task: ID!, $version: Int!) { returnCase(taskId: $task, expectedVersion: $version, reason: "理由") { id } }';
  const giveBack = async (item: string) => {
    const { id: task, version } = (await custodyOf(store, lixiaUnit, item))!;
    return ask(lixiaUnit, RETURN, { task, version });
  };

  it('cannot be returned to a sender that was removed', async () => {
    const item = await atUnit();
    await remove('shandong');
    expect(await codeOf(giveBack(item.id))).toBe('SENDER_REMOVED');
  });

  rule(
    'PT-HND-08',
    'never comes back to a sender whom the accused have come to reach, returned or taken back',
    async () => {
      const accused = await store.appoint(officer('shandong', 'LEADER', 'accused'));
      const item = await atUnit();
      const corrected = await ask(
        lixiaUnit,
        'mutation ($item: ID!, $version: Int!, $accused: ID!) { updateRegistration(caseItemId: $item, expectedVersion: $version, input: { data: { accusedAccountId: $accused } }) { id } }',
        { item: item.id, version: item.version, accused: accused.accountId },
      );
      expect(corrected.errors).toBeUndefined();
      expect(await codeOf(giveBack(item.id))).toBe('FORBIDDEN_DESTINATION');
      await store.adminQuery(
        `UPDATE org_task SET state = 'UNIT_INBOX', holder_id = NULL, opened_at = NULL WHERE case_item_id = $1 AND custody`,
        [item.id],
      );
      const [sent] = await store.adminQuery<{ id: string; version: number }>(
        `SELECT id, version FROM org_task WHERE case_item_id = $1 AND organisation_id = $2`,
        [item.id, id('shandong')],
      );
      expect(
        await codeOf(
          ask(
            shandong,
            'mutation ($task: ID!, $version: Int!) { takeBack(taskId: $task, expectedVersion: $version) { id } }',
            { task: sent!.id, version: sent!.version },
          ),
        ),
      ).toBe('FORBIDDEN_DESTINATION');
    },
  );
});
