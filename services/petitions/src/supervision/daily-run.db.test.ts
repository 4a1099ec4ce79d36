import { type Database, openDatabase } from '@junxian/persistence';
import { rule, scenario } from '@junxian/test-kit';
import { jinan, lixiaUnit, shandong, unitLeader } from '../handling/handling.fixture';
import { extendHandling } from '../handling/self-handling.service';
import { openPublicStage, type PublicStage } from '../public-accounts/public-stage.fixture';
import { registerReview } from '../review/register-review.service';
import { opened, registeredOnline, submitted } from '../submissions/submissions.fixture';
import { itemAs } from '../testing/cases.support.test';
import { ORGANISATIONS, officer } from '../testing/store.support.test';
import { raiseWarnings } from './daily-run.service';
import { SupervisionStage } from './supervision.fixture';

let stage: PublicStage;
let items: SupervisionStage;
beforeAll(async () => {
  stage = await openPublicStage();
  items = new SupervisionStage(stage.store);
});
beforeEach(async () => {
  // Each test plays its own days, so the runs of the one before are forgotten.
  await stage.store.adminQuery(`DELETE FROM supervision_run; DELETE FROM warning_history; DELETE FROM warning; DELETE FROM public_attempt; DELETE FROM outbox;
    UPDATE case_item SET state = 'COMPLETED', outcome = 'ARCHIVED' WHERE outcome IS NULL;
    UPDATE review_case SET ended_at = now(), state = 'TERMINATED' WHERE ended_at IS NULL;
    UPDATE online_submission SET state = 'WITHDRAWN', withdrawn_at = now(), opened_at = NULL, opened_by = NULL WHERE state IN ('SUBMITTED', 'OPENED')`);
  items.at('2026-03-02');
});
afterAll(() => stage?.close());

describe('the clock of routing', () => {
  scenario(
    'petitions',
    11,
    'submitted 2026-03-02, opened 2026-03-05: due 2026-03-17, yellow from 2026-03-12, red from 2026-03-18',
    async () => {
      const zhang = await stage.citizen();
      const id = await submitted(stage, zhang);
      items.at('2026-03-05');
      await opened(stage, id);
      const [{ due } = { due: '' }] = await stage.store.adminQuery<{ due: string }>(
        'SELECT route_due_on::text AS due FROM online_submission WHERE id = $1',
        [id],
      );
      expect(due).toBe('2026-03-17');
      await items.run('2026-03-11');
      expect(await items.level(id, 'ROUTE')).toBeNull();
      await items.run('2026-03-12');
      expect(await items.level(id, 'ROUTE')).toBe('YELLOW');
      // Registered meanwhile: it is the same clock, so nothing is told twice.
      items.at('2026-03-13');
      const { item } = await registeredOnline(stage, id);
      expect(item.routeDueOn).toBe('2026-03-17');
      await items.runDays('2026-03-14', '2026-03-17');
      expect(await items.level(id, 'ROUTE')).toBe('YELLOW');
      expect((await itemAs(stage.store, shandong, item.id))!.late).toBe(false);
      await items.runDays('2026-03-18', '2026-03-19');
      expect(await items.level(id, 'ROUTE')).toBe('RED');
      expect(await items.history(id, 'ROUTE')).toEqual(['2026-03-12 ->YELLOW', '2026-03-18 YELLOW>RED']);
      expect([await items.raised(id), await items.raised(item.id)]).toEqual([
        ['ROUTE YELLOW'],
        ['ROUTE RED'],
      ]);
      expect((await itemAs(stage.store, shandong, item.id))!.late).toBe(true);
    },
  );

  rule(
    'PT-SUP-01',
    'a submission nobody has opened is warned of as well, and withdrawal ends it',
    async () => {
      const zhang = await stage.citizen();
      const id = await submitted(stage, zhang);
      await items.runDays('2026-03-12', '2026-03-18');
      expect(await items.raised(id)).toEqual(['ROUTE YELLOW', 'ROUTE RED']);
      const [{ data } = { data: {} }] = await stage.store.adminQuery(
        `SELECT envelope::jsonb -> 'data' AS data FROM outbox WHERE key = $1 AND envelope LIKE '%warning-raised%' LIMIT 1`,
        [id],
      );
      expect(data).toMatchObject({ submissionId: id, targetOrganisationId: ORGANISATIONS.shandong.id });
      await stage.store.adminQuery(
        `UPDATE online_submission SET state = 'WITHDRAWN', withdrawn_at = now() WHERE id = $1`,
        [id],
      );
      await items.run('2026-03-19');
      expect(await items.level(id, 'ROUTE')).toBeNull();
      expect((await items.history(id, 'ROUTE')).at(-1)).toBe('2026-03-19 RED>-');
    },
  );
});

describe('the run of 06:00', () => {
  rule('PT-SUP-01', 'does nothing before 06:00 and nothing twice; one event per level change', async () => {
    const item = await items.register();
    expect(await items.run('2026-03-12', '05:59')).toBe(0);
    expect(await items.run('2026-03-12')).toBe(1);
    for (const time of ['06:00', '06:01', '23:59']) expect(await items.run('2026-03-12', time)).toBe(0);
    expect(await items.run('2026-03-13')).toBe(0);
    expect(await items.raised(item.id)).toEqual(['ROUTE YELLOW']);
    // A run was missed: the level is what it must be now, told once.
    expect(await items.run('2026-04-20')).toBe(1);
    expect(await items.raised(item.id)).toEqual(['ROUTE YELLOW', 'ROUTE RED']);
    const journal = await stage.store.adminQuery(
      `SELECT action, account_id FROM case_journal WHERE case_item_id = $1 AND action <> 'REGISTER' ORDER BY id`,
      [item.id],
    );
    expect(journal).toEqual([
      { action: 'WARNING_RAISED', account_id: 'service:petitions' },
      { action: 'MARK_LATE', account_id: 'service:petitions' },
    ]);
  });

  /** Copies of an item, so that a run has several batches. */
  async function many(copies: number): Promise<string[]> {
    const { id } = await items.register();
    const { columns } = (
      await stage.store.adminQuery<{ columns: string }>(
        `SELECT string_agg(quote_ident(attname), ', ') AS columns FROM pg_attribute
         WHERE attrelid = 'case_item'::regclass AND attnum > 0 AND NOT attisdropped
           AND attname NOT IN ('id', 'item_no', 'query_code_index')`,
      )
    )[0]!;
    const rows = await stage.store.adminQuery<{ id: string }>(
      `INSERT INTO case_item (item_no, query_code_index, ${columns})
       SELECT item_no || '-' || $1::uuid || n, query_code_index || n, ${columns} FROM case_item, generate_series(1, ${copies}) n WHERE id = $1 RETURNING id`,
      [id],
    );
    return [id, ...rows.map((row) => row.id)];
  }
  const told = async () =>
    stage.store.adminQuery<{ key: string; n: number }>(
      `SELECT key, count(*)::int AS n FROM outbox WHERE envelope LIKE '%warning-raised%' GROUP BY key`,
    );

  rule(
    'PT-SUP-01',
    'is shared by two processes that run it at once: each warning and event exactly once',
    async () => {
      const ids = await many(1200);
      items.at('2026-03-12', '06:00');
      const other = await openDatabase({ name: 'petitions', url: stage.store.appUrl, entities: [] });
      const changes = await Promise.all([
        raiseWarnings(stage.store.database, stage.store.clock),
        raiseWarnings(other, stage.store.clock),
      ]);
      await other.close();
      expect(changes[0] + changes[1]).toBe(ids.length);
      expect(Math.min(...changes)).toBeGreaterThan(0);
      const events = await told();
      expect(events.map(({ key }) => key).sort()).toEqual([...ids].sort());
      expect(events.filter(({ n }) => n !== 1)).toEqual([]);
      const [warnings] = await stage.store.adminQuery(
        `SELECT count(*)::int AS warnings, (SELECT count(*)::int FROM warning_history WHERE day = '2026-03-12' AND warning_id IN (SELECT id FROM warning WHERE subject_id = ANY($1::uuid[]))) AS history
         FROM warning WHERE subject_id = ANY($1::uuid[]) AND level = 'YELLOW'`,
        [ids],
      );
      expect(warnings).toEqual({ warnings: ids.length, history: ids.length });
    },
    60_000,
  );

  rule(
    'PT-SUP-01',
    'goes on where it stopped when a process dies in the middle',
    async () => {
      const ids = await many(1200);
      items.at('2026-03-12', '06:00');
      const { database } = stage.store;
      let writes = 0;
      const dying: Database = {
        ...database,
        read: (scope, work) => database.read(scope, work),
        write: (scope, work) =>
          database.write(scope, async (tx) => {
            const done = await work(tx);
            writes += 1;
            // The second batch is rolled back just before its commit.
            if (writes === 2) throw new Error('killed');
            return done;
          }),
      };
      await expect(raiseWarnings(dying, stage.store.clock)).rejects.toThrow('killed');
      const [run] = await stage.store.adminQuery(
        `SELECT changes, finished_at FROM supervision_run WHERE day = '2026-03-12'`,
      );
      expect(run).toEqual({ changes: 500, finished_at: null });
      expect(await told()).toHaveLength(500);
      items.at('2026-03-12', '06:10');
      expect(await raiseWarnings(database, stage.store.clock)).toBe(ids.length - 500);
      const events = await told();
      expect(events).toHaveLength(ids.length);
      expect(events.filter(({ n }) => n !== 1)).toEqual([]);
      expect(await raiseWarnings(database, stage.store.clock)).toBe(0);
    },
    60_000,
  );
});

describe('the clocks of 5.1', () => {
  rule(
    'PT-SUP-01',
    'ACCEPT: 15 days from receipt, also while it lies in a unit inbox; its target is who holds it',
    async () => {
      items.at('2026-03-05');
      const item = await items.register();
      await items.forward(shandong, item.id, 'lixiaUnit');
      expect(await itemAs(stage.store, lixiaUnit, item.id)).toMatchObject({ acceptDueOn: '2026-03-20' });
      await items.run('2026-03-14');
      expect(await items.level(item.id, 'ACCEPT')).toBeNull();
      await items.run('2026-03-15');
      expect(await items.level(item.id, 'ACCEPT')).toBe('YELLOW');
      const [warning] = await stage.store.adminQuery(
        `SELECT target_organisation_id AS target FROM warning WHERE subject_id = $1 AND deadline_kind = 'ACCEPT'`,
        [item.id],
      );
      expect(warning).toEqual({ target: ORGANISATIONS.lixiaUnit.id });
      await items.run('2026-03-21');
      expect(await items.raised(item.id)).toEqual(['ACCEPT YELLOW', 'ACCEPT RED']);
    },
  );

  rule('PT-SUP-01', 'HANDLE: yellow 10 days ahead; an extension lowers it in silence', async () => {
    items.at('2026-03-05');
    const { id } = await items.atUnit();
    items.at('2026-03-10');
    await items.notify(lixiaUnit, id, 'ACCEPTANCE');
    await items.runDays('2026-04-28', '2026-04-29');
    expect(await items.level(id, 'HANDLE')).toBe('YELLOW');
    items.at('2026-05-09');
    const { version } = (await itemAs(stage.store, unitLeader, id))!;
    await items.act(unitLeader, (tx, who, at) =>
      extendHandling(tx, { caseItemId: id, expectedVersion: version, days: 30, reason: '示例' }, who, at),
    );
    await items.run('2026-05-10');
    expect(await items.level(id, 'HANDLE')).toBeNull();
    expect(await items.raised(id)).toEqual(['HANDLE YELLOW']);
    await items.runDays('2026-05-29', '2026-06-08', '2026-06-09');
    expect(await items.raised(id)).toEqual(['HANDLE YELLOW', 'HANDLE YELLOW', 'HANDLE RED']);
    expect(await items.history(id, 'HANDLE')).toEqual([
      '2026-04-29 ->YELLOW',
      '2026-05-10 YELLOW>-',
      '2026-05-29 ->YELLOW',
      '2026-06-09 YELLOW>RED',
    ]);
    const lowered = await stage.store.adminQuery(
      `SELECT event_id FROM case_journal WHERE case_item_id = $1 AND action = 'WARNING_LOWERED'`,
      [id],
    );
    expect(lowered).toEqual([{ event_id: null }]);
  });

  rule('PT-SUP-01', 'RESULT: by the date of the assignment, owed by whom it was assigned to', async () => {
    items.at('2026-03-05');
    const { id } = await items.register();
    await items.assign(shandong, id, 'jinan', '2026-04-10');
    await items.take(jinan, id);
    await items.forward(jinan, id, 'lixiaUnit');
    await items.run('2026-04-11');
    const warnings = await stage.store.adminQuery(
      `SELECT deadline_kind AS kind, level, target_organisation_id AS target FROM warning WHERE case_item_id = $1 ORDER BY 1`,
      [id],
    );
    expect(warnings).toEqual([
      { kind: 'ACCEPT', level: 'RED', target: ORGANISATIONS.lixiaUnit.id },
      { kind: 'RESULT', level: 'RED', target: ORGANISATIONS.jinan.id },
    ]);
    expect(await items.raised(id)).toEqual(['ACCEPT RED', 'RESULT RED']);
  });

  rule('PT-SUP-01', 'REVIEW: 5 days ahead, and stands while the review is suspended', async () => {
    const { id } = await items.atUnit();
    await items.notify(lixiaUnit, id, 'ACCEPTANCE');
    await items.handleSelf(lixiaUnit, id);
    items.at('2026-05-20');
    const served = await items.serve((await items.approvedOpinion(id)).opinion, '2026-05-20');
    items.at('2026-06-01');
    const clerk = officer('lixia', 'REVIEW_CLERK');
    const { version } = (await itemAs(stage.store, clerk, id))!;
    const registered = await items.act(clerk, (tx, who, at) =>
      registerReview(
        tx,
        {
          level: 'REVIEW',
          caseItemId: id,
          expectedVersion: version,
          applicationDate: '2026-06-01',
          receivedAt: '2026-06-01',
          request: '示例请求',
          grounds: '示例理由',
          challengedDocNo: served.opinion.docNo!,
        },
        { officer: who, at, today: '2026-06-01' },
      ),
    );
    if (registered instanceof Error) throw registered;
    const review = registered.review.id;
    expect(registered.review.dueOn).toBe('2026-07-01');
    await items.runDays('2026-06-25', '2026-06-26');
    expect(await items.level(review, 'REVIEW')).toBe('YELLOW');
    await stage.store.adminQuery(
      `UPDATE review_case SET state = 'SUSPENDED', state_before_suspension = 'ASSIGNED' WHERE id = $1`,
      [review],
    );
    await items.run('2026-07-03');
    expect(await items.level(review, 'REVIEW')).toBeNull();
    await stage.store.adminQuery(
      `UPDATE review_case SET state = 'ASSIGNED', state_before_suspension = NULL, due_on = '2026-07-11' WHERE id = $1`,
      [review],
    );
    await items.runDays('2026-07-05', '2026-07-06', '2026-07-12');
    expect(await items.history(review, 'REVIEW')).toEqual([
      '2026-06-26 ->YELLOW',
      '2026-07-03 YELLOW>-',
      '2026-07-06 ->YELLOW',
      '2026-07-12 YELLOW>RED',
    ]);
    expect((await itemAs(stage.store, shandong, id))!.late).toBe(true);
  });
});

rule('PT-SUP-05', 'completion stops warnings at once; the late mark stays', async () => {
  const { id } = await items.atUnit();
  await items.notify(lixiaUnit, id, 'ACCEPTANCE');
  await items.run('2026-05-10');
  const supervisor = officer('lixia', 'SUPERVISOR');
  const QUERY = `query ($id: ID!) { caseItem(id: $id) { state late warnings { kind level daysLeft target { id } } } }`;
  const seen = async () => (await stage.as(supervisor, QUERY, { id })).data!.caseItem;
  expect(await seen()).toEqual({
    state: 'ACCEPTED',
    late: true,
    warnings: [{ kind: 'HANDLE', level: 'RED', daysLeft: -9, target: { id: ORGANISATIONS.lixiaUnit.id } }],
  });
  items.at('2026-05-10', '10:00');
  await items.handleSelf(lixiaUnit, id);
  await items.serve((await items.approvedOpinion(id)).opinion, '2026-05-10');
  expect(await seen()).toEqual({ state: 'COMPLETED', late: true, warnings: [] });
  await items.run('2026-05-11');
  expect(await items.level(id, 'HANDLE')).toBeNull();
  expect(await seen()).toEqual({ state: 'COMPLETED', late: true, warnings: [] });
  expect(await items.raised(id)).toEqual(['HANDLE RED']);
});
