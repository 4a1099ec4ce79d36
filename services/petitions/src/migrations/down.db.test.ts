import { DataSource, type MigrationInterface } from 'typeorm';
import { officerOf } from '../actor';
import { lixia, lixiaUnit, OPINION, shandong } from '../handling/handling.fixture';
import { draftOpinion } from '../handling/opinions.service';
import { takeOverResult } from '../handling/result-transfer.service';
import { transferCase } from '../handling/transfer.service';
import { idOf, jinanBench, ReviewStage } from '../review/review.fixture';
import { takeOverReview } from '../review/taking-over.service';
import { type OrganisationKey, officer, openStore } from '../testing/store.support.test';
import { migrations } from '.';

let stage: ReviewStage;
beforeAll(async () => {
  stage = new ReviewStage(await openStore());
  await stage.appointAll();
});
afterAll(() => stage?.store.close());

const adminQuery = <Row = Record<string, unknown>>(sql: string, parameters: unknown[] = []) =>
  stage.store.adminQuery<Row>(sql, parameters);
const removing = async (key: OrganisationKey, work: () => Promise<unknown>) => {
  const removed = (gone: boolean) =>
    adminQuery('UPDATE organisation SET removed = $2 WHERE id = $1', [idOf(key), gone]);
  await removed(true);
  await work();
  await removed(false);
};

/** Something of everything that the newest migrations let come about. */
async function fill(): Promise<void> {
  // An item taken over, the opinion on it void, and its successor's.
  const { id: item } = await stage.atUnit();
  await stage.notify(lixiaUnit, item, 'ACCEPTANCE');
  await stage.handleSelf(lixiaUnit, item);
  await stage.approvedOpinion(item);
  await removing('lixiaUnit', async () =>
    stage.act(lixia, async (tx, who, at) =>
      transferCase(
        tx,
        {
          caseItemId: item,
          expectedVersion: await stage.version(lixia, item),
          destinationOrgId: idOf('lixiaOtherUnit'),
          reason: '示例',
        },
        who,
        at,
      ),
    ),
  );
  const successor = officer('lixiaOtherUnit', 'HANDLER');
  await stage.take(successor, item);
  await stage.act(successor, (tx, who, at) =>
    draftOpinion(tx, { caseItemId: item, input: OPINION }, who, at),
  );
  // A review taken over.
  const { review } = await stage.registered(await stage.replied());
  await adminQuery('UPDATE organisation SET superior_id = NULL WHERE id = $1', [idOf('lixiaUnit')]);
  await removing('lixia', () =>
    stage.does(jinanBench.clerk, takeOverReview, {
      reviewCaseId: review.id,
      expectedVersion: review.version,
      reason: '示例',
    }),
  );
  // A result taken over.
  const { id: assigned } = await stage.register();
  await stage.forward(shandong, assigned, 'lixia');
  await stage.take(lixia, assigned);
  await stage.assign(lixia, assigned, 'lixiaUnit', stage.store.clock.today());
  const [task] = await adminQuery<{ id: string; version: number }>(
    `SELECT id, version FROM org_task WHERE case_item_id = $1 AND state = 'AWAITING_RESULT'`,
    [assigned],
  );
  const jinan = officer('jinan', 'HANDLER');
  await removing('lixia', () =>
    stage.store.as(jinan, (tx) =>
      takeOverResult(
        tx,
        { taskId: task!.id, expectedVersion: task!.version },
        officerOf(jinan),
        stage.store.clock.now(),
      ),
    ),
  );
}

/** What a database is made of: constraints, indexes, triggers, policies, functions and the rights on tables and columns. */
const made = () =>
  adminQuery(`
    SELECT 'constraint' AS what, conrelid::regclass::text || ' ' || conname AS name, pg_get_constraintdef(oid) AS text FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT 'index', indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'trigger', tgrelid::regclass::text || ' ' || tgname, pg_get_triggerdef(oid) || tgenabled::text FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'policy', tablename || ' ' || policyname, concat_ws(' | ', cmd, qual, with_check) FROM pg_policies WHERE schemaname = 'public'
    UNION ALL SELECT 'function', p.oid::regprocedure::text, pg_get_functiondef(p.oid) || coalesce(p.proacl::text, '') FROM pg_proc p
      WHERE p.pronamespace = 'public'::regnamespace AND p.prokind = 'f' AND p.prolang <> (SELECT oid FROM pg_language WHERE lanname = 'c')
    UNION ALL SELECT 'forced', relname, concat(relrowsecurity, relforcerowsecurity) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
    UNION ALL SELECT 'column', attrelid::regclass::text || ' ' || attname, concat(format_type(atttypid, atttypmod), attnotnull)
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND attnum > 0 AND NOT attisdropped
    UNION ALL SELECT 'right', c.relname || ' ' || a.attname || ' ' || g.grantee::regrole::text, g.privilege_type
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid CROSS JOIN LATERAL aclexplode(a.attacl) g WHERE c.relnamespace = 'public'::regnamespace
    UNION ALL SELECT 'right', c.relname || ' ' || g.grantee::regrole::text, g.privilege_type
      FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) g WHERE c.relnamespace = 'public'::regnamespace
    ORDER BY 1, 2, 3`);

it('the newest migrations are undone and done again with rows in place, and the database is made as before', async () => {
  await fill();
  const before = await made();
  const source = await new DataSource({
    type: 'postgres',
    url: stage.store.migratorUrl,
    extra: { options: '-c role=petitions_owner', max: 1 },
  }).initialize();
  const newest = migrations
    .slice(migrations.findIndex(({ name }) => name.endsWith('0970')))
    .map((each): MigrationInterface => new each());
  const runner = source.createQueryRunner();
  const each = async (steps: readonly MigrationInterface[], way: 'up' | 'down') => {
    for (const step of steps) {
      await runner.startTransaction();
      await step[way](runner);
      await runner.commitTransaction();
    }
  };
  try {
    await each([...newest].reverse(), 'down');
    // What there was has a place in the database as it then is.
    expect(
      await adminQuery(
        `SELECT (SELECT count(*)::integer FROM handling_record WHERE mode = 'TRANSFER') AS records,
           (SELECT array_agg(state) FROM handling_opinion WHERE state <> 'SERVED') AS opinions,
           (SELECT count(*)::integer FROM review_step WHERE kind = 'TAKING_OVER') AS steps,
           (SELECT count(*)::integer FROM case_journal WHERE action IN ('TRANSFER', 'REVIEW_TAKE_OVER', 'RESULT_TAKEN_OVER')) AS journal`,
      ),
    ).toEqual([{ records: 0, opinions: ['DRAFT'], steps: 0, journal: 3 }]);
    await each(newest, 'up');
    expect(await made()).toEqual(before);
  } finally {
    await runner.release();
    await source.destroy();
  }
});
