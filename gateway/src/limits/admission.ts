import { overloaded } from '../errors/refusals';
import type { Cancellation } from '../execution/cancellation';
import { OperationStopped } from '../execution/subgraph-errors';

export interface LaneLimits {
  /** Operations that run at once. */
  running: number;
  /** Operations that may wait; one more is refused. */
  waiting: number;
}

export interface AdmissionOptions {
  normal: LaneLimits;
  expensive: LaneLimits;
  /** From this cost on an operation goes through the narrow lane. */
  expensiveFrom: number;
  /** Longest wait before an operation is refused rather than answered late. */
  longestWaitMilliseconds: number;
}

export type LaneName = 'normal' | 'expensive';

/**
 * Lets operations in. Expensive ones go through a narrow lane of their own, so that however many of
 * them arrive a normal one finds the wide lane open. A full waiting room refuses at once with
 * OVERLOADED and a Retry-After, which costs nothing.
 */
export class Admission {
  private readonly lanes: Record<LaneName, Lane>;

  constructor(private readonly options: AdmissionOptions) {
    this.lanes = {
      normal: new Lane(options.normal, options.longestWaitMilliseconds),
      expensive: new Lane(options.expensive, options.longestWaitMilliseconds),
    };
  }

  /** The lane an operation of this estimated cost goes through. */
  laneOf(cost: number): LaneName {
    return cost >= this.options.expensiveFrom ? 'expensive' : 'normal';
  }

  /**
   * Runs work when its lane has room. `cancellation` takes an operation out of the waiting room again; what is
   * cancelled before it is let in is never run.
   * @throws Refusal OVERLOADED when the waiting room is full or the wait gets too long, OperationStopped
   * when it was cancelled
   */
  async run<T>(cost: number, cancellation: Cancellation, work: () => Promise<T>): Promise<T> {
    const lane = this.lanes[this.laneOf(cost)];
    const turn = lane.enter(cancellation);
    if (turn !== undefined) await turn;
    try {
      return await work();
    } finally {
      lane.leave();
    }
  }

  /** How many operations run and wait in each lane, for metrics. */
  occupancy(): Record<LaneName, { running: number; waiting: number }> {
    return { normal: this.lanes.normal.occupancy(), expensive: this.lanes.expensive.occupancy() };
  }
}

class Lane {
  private running = 0;
  private readonly queue = new Set<() => void>();

  constructor(
    private readonly limits: LaneLimits,
    private readonly longestWait: number,
  ) {}

  occupancy() {
    return { running: this.running, waiting: this.queue.size };
  }

  /** Undefined where there is room at once, else resolves when there is. */
  enter(cancellation: Cancellation): Promise<void> | undefined {
    if (cancellation.aborted) throw new OperationStopped();
    if (this.running < this.limits.running) {
      this.running += 1;
      return undefined;
    }
    const retryAfter = Math.max(1, Math.ceil(this.longestWait / 1000));
    if (this.queue.size >= this.limits.waiting) throw overloaded(retryAfter);
    return new Promise<void>((admit, refuse) => {
      const enter = () => {
        settle();
        admit();
      };
      const giveUp = (reason: Error) => {
        settle();
        this.queue.delete(enter);
        refuse(reason);
      };
      const stop = () => giveUp(new OperationStopped());
      const timer = setTimeout(() => giveUp(overloaded(retryAfter)), this.longestWait);
      const settle = () => {
        clearTimeout(timer);
        cancellation.offAbort(stop);
      };
      cancellation.onAbort(stop);
      this.queue.add(enter);
    });
  }

  leave(): void {
    const [next] = this.queue;
    if (next === undefined) {
      this.running -= 1;
      return;
    }
    // The place is handed over, so `running` stays as it is.
    this.queue.delete(next);
    next();
  }
}
