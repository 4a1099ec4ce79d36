import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { Job } from './job.types';

/** The columns of a {@link Job}. */
export const JOB_SELECT = `j.id, j.kind, j.input, j.state, j.phase, j.steps_done::float8 AS "stepsDone", j.steps_total::float8 AS "stepsTotal",
  j.result, j.refusal, j.created_at AS "createdAt", j.started_at AS "startedAt", j.finished_at AS "finishedAt"`;

/** How many jobs of one account may wait or run at once. */
const MOST_OPEN = 5;

/**
 * Orders a job in the caller's transaction; it runs under the caller's own scope, as it stands now. Takes the kind, its
 * input (plain JSON) and the moment. Returns the job. Throws UNAUTHENTICATED without an account, TOO_MANY_JOBS when
 * five of the account are open.
 */
export async function orderJob<Input>(
  tx: ScopedTransaction,
  { kind, input, now }: { kind: string; input: Input; now: Date },
): Promise<Job<Input>> {
  const { accountId } = tx.scope;
  if (accountId === null) throw refuse.unauthenticated();
  // Two orders at once must not pass the limit together.
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('job:' || $1, 0))`, [accountId]);
  const [open] = await tx.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM job WHERE owner_account = $1 AND state IN ('QUEUED', 'RUNNING')`,
    [accountId],
  );
  if (open!.count >= MOST_OPEN) throw tooManyJobs();
  const [job] = await tx.query<Job<Input>>(
    `INSERT INTO job AS j (kind, owner_account, scope, input, created_at) VALUES ($1, $2, $3::jsonb, $4::jsonb, $5) RETURNING ${JOB_SELECT}`,
    [kind, accountId, JSON.stringify(tx.scope), JSON.stringify(input), now],
  );
  return job!;
}

/** A job of the caller's own, or null. */
export async function findJob(tx: ScopedTransaction, id: string): Promise<Job | null> {
  if (!isUuid(id)) return null;
  const [job] = await tx.query<Job>(`SELECT ${JOB_SELECT} FROM job j WHERE j.id = $1`, [id]);
  return job ?? null;
}

/** The caller's own jobs of some kinds, the newest first. */
export function listJobs(
  tx: ScopedTransaction,
  {
    kinds,
    first,
    after,
  }: { kinds: readonly string[]; first?: number | null | undefined; after?: string | null | undefined },
): Promise<Page<Job>> {
  return keysetPage<Job>(tx, {
    select: JOB_SELECT,
    from: 'job j',
    where: ['j.owner_account = $1', 'j.kind = ANY($2::text[])'],
    parameters: [tx.scope.accountId ?? '', kinds],
    order: [{ column: 'j.id', key: 'id', type: 'uuid', direction: 'DESC' }],
    first,
    after,
  });
}

/**
 * Cancels a job of the caller's own that waits or runs; what it has begun is given up as if it had never been. Throws
 * NOT_FOUND, or STATE_CONFLICT when it has ended already.
 */
export async function cancelJob(tx: ScopedTransaction, id: string, now: Date): Promise<Job> {
  if (!isUuid(id)) throw refuse.notFound('id');
  const [job] = await tx.query<Job>(
    `UPDATE job AS j SET state = 'CANCELLED', finished_at = $2, claim = NULL, claimed_until = NULL
     WHERE j.id = $1 AND j.state IN ('QUEUED', 'RUNNING') RETURNING ${JOB_SELECT}`,
    [id, now],
  );
  if (job) return job;
  if ((await findJob(tx, id)) === null) throw refuse.notFound('id');
  throw new Refusal(
    'STATE_CONFLICT',
    { zh: '该任务已经结束，不能取消', en: 'This job has ended; it cannot be cancelled' },
    { field: 'id' },
  );
}

function tooManyJobs(): Refusal {
  return new Refusal(
    'TOO_MANY_JOBS',
    {
      zh: `您已有 ${MOST_OPEN} 个任务未完成，请等待其完成或取消后再提交`,
      en: `You have ${MOST_OPEN} jobs under way; wait for one to end or cancel it`,
    },
    { httpStatus: 429 },
  );
}
