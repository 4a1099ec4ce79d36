import type { Clock } from '@junxian/calendar';
import { JobWorker } from '@junxian/documents';
import type { Logger } from '@junxian/observability';
import type { Database } from '@junxian/persistence';
import { type RecurringWork, Scheduler } from '@junxian/subgraph';
import { removeOldImports } from './imports/upkeep.service';
import type { Services } from './service';
import { scopes } from './service-scopes';
import { continueYearCounts } from './statistics/year-counts.service';

interface WorkParts {
  database: Database;
  clock: Clock;
  services: Services;
  logger: Logger;
  /** How long a process that says nothing keeps its job. */
  claimSeconds: number;
}

/**
 * Starts what is done again and again; every process may do it, the work takes its own locks. `ordered` begins a job
 * that was just ordered; `stop` ends the work after the batch it is at.
 */
export function startRecurringWork({ database, clock, services, logger, claimSeconds }: WorkParts): {
  ordered(): void;
  stop(): Promise<void>;
} {
  let stopped = false;
  const worker = new JobWorker({
    database,
    clock,
    logger,
    scope: scopes.runJobs(),
    handlers: services.jobHandlers,
    claimSeconds,
  });
  const jobs: RecurringWork = { name: 'jobs', everySeconds: 5, run: () => worker.run() };
  const scheduler = new Scheduler(logger);
  scheduler.start([
    jobs,
    {
      // Begins what an administrator asked for, and goes on with what a restart interrupted (PA-YR-07).
      name: 'open-year',
      everySeconds: 5,
      run: () => services.yearTurn.continueOpening(database, { goOn: () => !stopped }),
    },
    {
      name: 'close-year',
      everySeconds: 5,
      run: () => services.yearTurn.continueClosing(database, { goOn: () => !stopped }),
    },
    {
      name: 'count-years',
      everySeconds: 5,
      run: () => continueYearCounts(database, { goOn: () => !stopped }),
    },
    { name: 'remove-old-imports', everySeconds: 3_600, run: () => removeOldImports(database, clock.now()) },
    { name: 'remove-unused-files', everySeconds: 3_600, run: () => services.files.removeUnused() },
  ]);
  return {
    ordered: () => scheduler.wake(jobs),
    stop: () => {
      stopped = true;
      worker.stop();
      return scheduler.stop();
    },
  };
}
