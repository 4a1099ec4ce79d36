import { randomUUID } from 'node:crypto';
import type { Clock } from '@junxian/calendar';
import { isRefusal } from '@junxian/errors';
import type { Scope } from '@junxian/identity';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import type { FileLogger } from '../stored-files/stored-files-options';
import { isProgressDue, type Progress } from './progress.rules';

/** A job under way, as its handler works on it. */
export interface RunningJob<Input = unknown> {
  id: string;
  input: Input;
  /** What the person who ordered it may reach; the handler reads and writes data of the service under it. */
  scope: Scope;
  /** Aborted when the job was cancelled, another process took it over, or this one stops. */
  signal: AbortSignal;
  /** Says how far it is, when that is worth a statement; cheap enough to be called for every row. Throws when the job is no longer this process's. */
  progress(phase: string, stepsDone: number, stepsTotal?: number | null): Promise<void>;
  /**
   * Ends the job as DONE in the handler's own last transaction, so that its work and its end are there together or not
   * at all. Throws when the job is no longer this process's, which takes the work back.
   */
  finish(tx: ScopedTransaction, result: unknown): Promise<void>;
}

/** Does one kind of job; calls {@link RunningJob.finish}. A Refusal it throws is told to the person; anything else is tried again. */
export type JobHandler<Input = never> = (job: RunningJob<Input>) => Promise<void>;

export interface JobWorkerOptions {
  database: Database;
  clock: Clock;
  logger: FileLogger;
  /** The service itself, for what only concerns the table of jobs; listed in its service-scopes.ts. */
  scope: Scope;
  handlers: Readonly<Record<string, JobHandler>>;
  /** How long a process that says nothing keeps its job. Default 30 s. */
  claimSeconds?: number;
  /** How often a job is tried before it has failed. Default 3. */
  mostAttempts?: number;
}

/** A job that so many processes died of, or died at, is not taken up once more: it would take this one along, too. */
const MOST_CLAIMS = 6;

interface ClaimedRow {
  id: string;
  kind: string;
  input: unknown;
  scope: Scope;
  attempts: number;
}

class LostJob extends Error {}

/**
 * Works off the jobs of a service, one at a time, the oldest first; any number of processes may do so. What a killed
 * process left is taken over when its claim has run out, from the beginning of its handler, which knows what is there
 * already.
 */
export class JobWorker {
  private readonly claimSeconds: number;
  private readonly mostAttempts: number;
  private readonly stopping = new AbortController();

  constructor(private readonly options: JobWorkerOptions) {
    this.claimSeconds = options.claimSeconds ?? 30;
    this.mostAttempts = options.mostAttempts ?? 3;
  }

  /** Does what there is to do and returns how many jobs that were. For a Scheduler. */
  async run(): Promise<number> {
    let count = 0;
    while (!this.stopping.signal.aborted && (await this.runOne())) count += 1;
    return count;
  }

  /** Lets the job under way go; another process, or this one when it starts again, takes it up at once. */
  stop(): void {
    this.stopping.abort();
  }

  private async runOne(): Promise<boolean> {
    const claim = randomUUID();
    const row = await this.claim(claim);
    if (row === undefined) return false;
    const { logger, handlers } = this.options;
    const lost = new AbortController();
    const signal = AbortSignal.any([lost.signal, this.stopping.signal]);
    const heartbeat = setInterval(
      () => {
        this.keep(row.id, claim).then(
          (kept) => kept || lost.abort(),
          (error: unknown) => logger.warn({ err: error, jobId: row.id }, 'a job could not be kept'),
        );
      },
      (this.claimSeconds * 1000) / 3,
    );
    try {
      const handler = handlers[row.kind] as JobHandler<unknown> | undefined;
      if (handler === undefined) throw new Error(`nobody does jobs of the kind ${row.kind}`);
      await handler(this.runningJob(row, claim, signal));
    } catch (error) {
      await this.ended(row, claim, error, signal);
    } finally {
      clearInterval(heartbeat);
    }
    return true;
  }

  private runningJob(row: ClaimedRow, claim: string, signal: AbortSignal): RunningJob<unknown> {
    const { database, scope, clock } = this.options;
    let said: Progress | null = null;
    return {
      id: row.id,
      input: row.input,
      scope: row.scope,
      signal,
      progress: async (phase, stepsDone, stepsTotal = null) => {
        if (signal.aborted) throw new LostJob();
        const now = { phase, stepsDone, stepsTotal, at: clock.now().getTime() };
        if (!isProgressDue(said, now)) return;
        said = now;
        const kept = await database.write(scope, (tx) =>
          tx.query(
            `UPDATE job SET phase = $3, steps_done = $4, steps_total = $5, claimed_until = $6 WHERE id = $1 AND claim = $2 RETURNING id`,
            [row.id, claim, phase, stepsDone, stepsTotal, this.until()],
          ),
        );
        if (kept.length === 0 || signal.aborted) throw new LostJob();
      },
      finish: async (tx, result) => {
        const done = await tx.query(
          `UPDATE job SET state = 'DONE', steps_done = coalesce(steps_total, steps_done), result = $3::jsonb, finished_at = $4, claim = NULL,
             claimed_until = NULL
           WHERE id = $1 AND claim = $2 RETURNING id`,
          [row.id, claim, JSON.stringify(result), clock.now()],
        );
        if (done.length === 0) throw new LostJob();
      },
    };
  }

  private async claim(claim: string): Promise<ClaimedRow | undefined> {
    const { database, scope, clock, handlers, logger } = this.options;
    const now = clock.now();
    return database.write(scope, async (tx) => {
      const deadly = await tx.query<{ id: string; kind: string }>(
        `UPDATE job SET state = 'FAILED', finished_at = $1, claim = NULL, claimed_until = NULL
         WHERE state = 'RUNNING' AND claimed_until < $1 AND attempts >= $2 RETURNING id, kind`,
        [now, MOST_CLAIMS],
      );
      for (const { id, kind } of deadly)
        logger.error({ jobId: id, kind }, 'a job was given up: every process that took it died');
      const [row] = await tx.query<ClaimedRow>(
        `UPDATE job SET state = 'RUNNING', claim = $1, claimed_until = $2, attempts = attempts + 1, started_at = coalesce(started_at, $3)
         WHERE id = (
           SELECT id FROM job WHERE state IN ('QUEUED', 'RUNNING') AND (claimed_until IS NULL OR claimed_until < $3) AND kind = ANY($4::text[])
           ORDER BY created_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
         RETURNING id, kind, input, scope, attempts`,
        [claim, this.until(), now, Object.keys(handlers)],
      );
      return row;
    });
  }

  private async keep(id: string, claim: string): Promise<boolean> {
    const { database, scope } = this.options;
    const kept = await database.write(scope, (tx) =>
      tx.query('UPDATE job SET claimed_until = $3 WHERE id = $1 AND claim = $2 RETURNING id', [
        id,
        claim,
        this.until(),
      ]),
    );
    return kept.length > 0;
  }

  /** Books what a handler threw: refused, to be tried again, or failed. */
  private async ended(row: ClaimedRow, claim: string, error: unknown, signal: AbortSignal): Promise<void> {
    const { database, scope, clock, logger } = this.options;
    const refusal = isRefusal(error) ? { code: error.code, text: error.text } : null;
    const givenUp = error instanceof LostJob || signal.aborted;
    if (!givenUp && refusal === null) {
      logger.error({ err: error, jobId: row.id, kind: row.kind, attempt: row.attempts }, 'a job broke off');
    }
    const again = refusal === null && (givenUp || row.attempts < this.mostAttempts);
    const state = again ? 'QUEUED' : refusal === null ? 'FAILED' : 'REFUSED';
    await database.write(scope, (tx) =>
      tx.query(
        `UPDATE job SET state = $3, refusal = $4::jsonb, finished_at = $5, claim = NULL, claimed_until = NULL,
           attempts = attempts - $6 WHERE id = $1 AND claim = $2 RETURNING id`,
        [
          row.id,
          claim,
          state,
          refusal === null ? null : JSON.stringify(refusal),
          again ? null : clock.now(),
          // Being stopped is no failed attempt.
          givenUp ? 1 : 0,
        ],
      ),
    );
  }

  private until(): Date {
    return new Date(this.options.clock.now().getTime() + this.claimSeconds * 1000);
  }
}
