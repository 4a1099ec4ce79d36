import type { Logger } from '@junxian/observability';

export interface RecurringWork {
  name: string;
  everySeconds: number;
  run: () => Promise<unknown>;
}

/**
 * Runs each piece of work now and then again and again, never twice at once; one that fails is logged and
 * tried at its next turn. Any number of processes may do so: the work itself takes its locks.
 */
export class Scheduler {
  private readonly waiting = new Map<RecurringWork, NodeJS.Timeout>();
  private readonly running = new Map<RecurringWork, Promise<void>>();
  private readonly again = new Set<RecurringWork>();
  private readonly atStop: (() => void)[] = [];
  private stopped = false;

  constructor(private readonly logger: Logger) {}

  start(work: readonly RecurringWork[]): void {
    for (const item of work) this.turn(item);
  }

  /** Something to do has come up: this work runs now, or once more if it is running. */
  wake(work: RecurringWork): void {
    if (this.stopped) return;
    if (this.running.has(work)) {
      this.again.add(work);
      return;
    }
    clearTimeout(this.waiting.get(work));
    this.waiting.delete(work);
    this.turn(work);
  }

  /** Undoes what belongs to the running scheduler. */
  onStop(action: () => void): void {
    this.atStop.push(action);
  }

  /** Starts nothing more and waits for what is running. */
  async stop(): Promise<void> {
    this.stopped = true;
    for (const action of this.atStop) action();
    for (const timer of this.waiting.values()) clearTimeout(timer);
    await Promise.all(this.running.values());
  }

  private turn(work: RecurringWork): void {
    const turn = this.attempt(work).then(() => {
      this.running.delete(work);
      if (this.stopped) return;
      if (this.again.delete(work)) this.turn(work);
      else this.wait(work);
    });
    this.running.set(work, turn);
  }

  private wait(work: RecurringWork): void {
    const timer = setTimeout(() => {
      this.waiting.delete(work);
      this.turn(work);
    }, work.everySeconds * 1000);
    this.waiting.set(work, timer);
  }

  private async attempt(work: RecurringWork): Promise<void> {
    try {
      await work.run();
    } catch (error) {
      this.logger.error({ err: error, work: work.name }, 'recurring work failed');
    }
  }
}
