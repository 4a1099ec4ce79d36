import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ManualClock } from '@junxian/calendar';
import { Refusal } from '@junxian/errors';
import { type Scope, scopeOf, serviceScope } from '@junxian/identity';
import { isOutsideScope, JunxianFunctions1000000000001, protect } from '@junxian/persistence';
import { principals, type TestDatabase, testDatabase } from '@junxian/test-kit';
import type { Job } from './job.types';
import { type JobHandler, JobWorker, type RunningJob } from './job-worker';
import { cancelJob, findJob, listJobs, orderJob } from './jobs';
import { JobsMigration1000000000040 } from './jobs-migration';

const service = serviceScope('run-jobs');
const officer = () =>
  scopeOf(
    principals.officer({
      accountId: randomUUID(),
      regionCode: '140215000000',
      regionLevel: 'COUNTY',
      roles: [],
    }),
  );
const clock = new ManualClock('2026-03-02T09:00:00+08:00');
const logger = { info: jest.fn(), warn: jest.fn(), error: jest.fn() };
let store: TestDatabase;

/** What the handlers of these tests write. */
class Results1000000000100 {
  async up(runner: { query(sql: string): Promise<unknown> }): Promise<void> {
    await runner.query(`CREATE TABLE written (job_id uuid); ${protect('written', { read: 'true' })}`);
  }

  async down(): Promise<void> {}
}

beforeAll(async () => {
  store = await testDatabase({
    service: 'jobs_test',
    migrations: [JunxianFunctions1000000000001, JobsMigration1000000000040, Results1000000000100],
  });
});
afterAll(() => store.close());
beforeEach(() => store.adminQuery('TRUNCATE job, written'));

const order = (scope: Scope, kind = 'count', input: unknown = {}) =>
  store.database.write(scope, (tx) => orderJob(tx, { kind, input, now: clock.now() }));
const jobOf = (scope: Scope, id: string) => store.database.read(scope, (tx) => findJob(tx, id));
const worker = (handlers: Record<string, JobHandler<never>>, options: { claimSeconds?: number } = {}) =>
  new JobWorker({ database: store.database, clock, logger, scope: service, handlers, ...options });
const writeAndFinish = (job: RunningJob<never>) =>
  store.database.write(job.scope, async (tx) => {
    await tx.query('INSERT INTO written VALUES ($1)', [job.id]);
    await job.finish(tx, { written: 1 });
  });

it('does a job under the scope of whoever ordered it and tells how far it is', async () => {
  const scope = officer();
  const { id } = await order(scope, 'count', { rows: 3 });
  const seen: (Job | null)[] = [];
  await worker({
    count: async (job: RunningJob<{ rows: number }>) => {
      await job.progress('reading', 1, job.input.rows);
      seen.push(await jobOf(scope, id));
      expect(job.scope).toEqual(scope);
      await writeAndFinish(job as RunningJob<never>);
    },
  } as Record<string, JobHandler<never>>).run();
  expect(seen[0]).toMatchObject({ state: 'RUNNING', phase: 'reading', stepsDone: 1, stepsTotal: 3 });
  expect(await jobOf(scope, id)).toMatchObject({ state: 'DONE', result: { written: 1 }, refusal: null });
});

it('shows a job to nobody else, and lets nobody else cancel it', async () => {
  const scope = officer();
  const { id } = await order(scope);
  const other = officer();
  expect(await jobOf(other, id)).toBeNull();
  await expect(store.database.write(other, (tx) => cancelJob(tx, id, clock.now()))).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  const list = (who: Scope) => store.database.read(who, (tx) => listJobs(tx, { kinds: ['count'] }));
  expect((await list(other)).nodes).toEqual([]);
  expect((await list(scope)).nodes.map((job) => job.id)).toEqual([id]);
});

it('runs for no scope but that of whoever ordered it: none is forged, and none rewritten', async () => {
  const scope = officer();
  const ordered = (forged: object) =>
    store.database.write(scope, (tx) =>
      tx.query(
        `INSERT INTO job (kind, owner_account, scope, input, created_at) VALUES ('count', $1, $2::jsonb, '{}', now())`,
        [scope.accountId, JSON.stringify({ ...scope, ...forged })],
      ),
    );
  for (const forged of [
    { actor: 'SERVICE' },
    { regionLow: '0' },
    { regionHigh: ':' },
    { regionLevel: 'NATION' },
    { organisationId: '01890000-0000-7000-8000-0000000000ff' },
    { accountId: '01890000-0000-7000-8000-0000000000ff' },
    { appointmentId: '01890000-0000-7000-8000-0000000000ff' },
    { roles: [...scope.roles, 'poverty-alleviation:PROVINCE_ADMIN'] },
  ])
    await expect(ordered(forged).catch((error: unknown) => isOutsideScope(error) || error)).resolves.toBe(
      true,
    );
  const { id } = await order({ ...scope, roles: ['poverty-alleviation:VIEWER', 'poverty-alleviation:FUND'] });
  for (const set of [`scope = '{}'`, `input = '{"all":true}'`, `kind = 'other'`, `owner_account = 'x'`])
    await expect(
      store.database
        .write(scope, (tx) => tx.query(`UPDATE job SET ${set} WHERE id = $1`, [id]))
        .catch((error: unknown) => isOutsideScope(error) || error),
    ).resolves.toBe(true);
});

it('takes at most five open jobs of an account, however many are ordered at once', async () => {
  const scope = officer();
  const orders = await Promise.allSettled(Array.from({ length: 8 }, () => order(scope)));
  expect(orders.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
  for (const result of orders) {
    if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'TOO_MANY_JOBS' });
  }
});

it('gives each job to one process, however many look for work', async () => {
  const scope = officer();
  for (let n = 0; n < 5; n++) await order(scope);
  const counts = await Promise.all(Array.from({ length: 4 }, () => worker({ count: writeAndFinish }).run()));
  expect(counts.reduce((sum, count) => sum + count)).toBe(5);
  const rows = await store.adminQuery<{ job_id: string }>('SELECT job_id FROM written');
  expect(new Set(rows.map(({ job_id }) => job_id)).size).toBe(5);
  expect(rows).toHaveLength(5);
});

it('takes over what a killed process left, whose late end then writes nothing', async () => {
  const scope = officer();
  const { id } = await order(scope);
  let resume!: () => void;
  const killed = new Promise<void>((resolve) => (resume = resolve));
  let begun!: () => void;
  const hasBegun = new Promise<void>((resolve) => (begun = resolve));
  // Its heartbeat is slower than this test; the clock alone lets its claim run out.
  const first = worker({
    count: async (job) => {
      begun();
      await killed;
      await writeAndFinish(job);
    },
  }).run();
  await hasBegun;
  expect(await worker({ count: writeAndFinish }).run()).toBe(0);
  clock.advance(31_000);
  expect(await worker({ count: writeAndFinish }).run()).toBe(1);
  resume();
  await first;
  expect(await store.adminQuery('SELECT job_id FROM written')).toEqual([{ job_id: id }]);
  expect(await jobOf(scope, id)).toMatchObject({ state: 'DONE' });
});

it('takes up no job that killed every process which took it', async () => {
  const scope = officer();
  const [deadly, unlucky, sound] = [await order(scope), await order(scope), await order(scope)];
  const killed = (id: string, attempts: number) =>
    store.adminQuery(
      `UPDATE job SET state = 'RUNNING', claim = uuidv7(), claimed_until = $2, attempts = $3 WHERE id = $1`,
      [id, new Date(clock.now().getTime() - 1), attempts],
    );
  await killed(deadly.id, 6);
  await killed(unlucky.id, 5);
  expect(await worker({ count: writeAndFinish }).run()).toBe(2);
  expect(await jobOf(scope, deadly.id)).toMatchObject({ state: 'FAILED', result: null });
  const written = await store.adminQuery<{ job_id: string }>('SELECT job_id FROM written');
  expect(written.map(({ job_id }) => job_id)).toEqual([unlucky.id, sound.id]);
});

it('gives up a job that is cancelled while it runs, with all it has written', async () => {
  const scope = officer();
  const { id } = await order(scope);
  await worker({
    count: async (job) => {
      await store.database.write(scope, (tx) => cancelJob(tx, id, clock.now()));
      await writeAndFinish(job);
    },
  }).run();
  expect(await store.adminQuery('SELECT job_id FROM written')).toEqual([]);
  expect(await jobOf(scope, id)).toMatchObject({ state: 'CANCELLED' });
  await expect(store.database.write(scope, (tx) => cancelJob(tx, id, clock.now()))).rejects.toMatchObject({
    code: 'STATE_CONFLICT',
  });
});

it('tells the signal of a running job that it was cancelled', async () => {
  const scope = officer();
  const { id } = await order(scope);
  await worker(
    {
      count: async (job) => {
        await store.database.write(scope, (tx) => cancelJob(tx, id, clock.now()));
        for (let waited = 0; !job.signal.aborted && waited < 500; waited++) await sleep(10);
        expect(job.signal.aborted).toBe(true);
      },
    },
    { claimSeconds: 0.15 },
  ).run();
  expect(await jobOf(scope, id)).toMatchObject({ state: 'CANCELLED' });
});

it('tells a refusal to the person at once, and tries anything else three times', async () => {
  const scope = officer();
  const refused = await order(scope, 'refused');
  const broken = await order(scope, 'broken');
  let tries = 0;
  await worker({
    refused: () => Promise.reject(new Refusal('FILE_UNREADABLE', { zh: '无法读取', en: 'unreadable' })),
    broken: () => {
      tries += 1;
      return Promise.reject(new Error('no disk'));
    },
  }).run();
  expect(await jobOf(scope, refused.id)).toMatchObject({
    state: 'REFUSED',
    refusal: { code: 'FILE_UNREADABLE', text: { zh: '无法读取', en: 'unreadable' } },
  });
  expect(await jobOf(scope, broken.id)).toMatchObject({ state: 'FAILED', refusal: null });
  expect(tries).toBe(3);
});

it('hands its job back when it is stopped, without counting an attempt', async () => {
  const scope = officer();
  const { id } = await order(scope);
  const stopped = worker({
    count: async (job) => {
      stopped.stop();
      await job.progress('reading', 1);
    },
  });
  await stopped.run();
  const [row] = await store.adminQuery<{ state: string; attempts: number }>(
    'SELECT state, attempts FROM job',
  );
  expect(row).toEqual({ state: 'QUEUED', attempts: 0 });
  expect(await worker({ count: writeAndFinish }).run()).toBe(1);
  expect(await jobOf(scope, id)).toMatchObject({ state: 'DONE' });
});
