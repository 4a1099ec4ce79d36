import { Cancellation, unlessCancelled } from './cancellation';

interface Shared<T> {
  result: Promise<T>;
  cancellation: Cancellation;
  callers: number;
}

/**
 * Whether what an operation or fetch asks may be answered by another's answer: a field that is revealed leaves a
 * record with the service, so each one is asked for on its own.
 */
export const mayBeShared = (text: string): boolean => !/\breveal\b/.test(text);

/**
 * Lets callers who want the same at the same time have it done once. The work goes on as long as one
 * of them waits: who gives up leaves the others their answer.
 */
export class InFlight<T> {
  private readonly underWay = new Map<string, Shared<T>>();

  get size(): number {
    return this.underWay.size;
  }

  /**
   * Takes a key that tells everything the result depends on, and the work. Resolves and rejects as
   * the work does; rejects with `stopped()` when `cancellation` fires first.
   */
  share(
    key: string,
    cancellation: Cancellation | undefined,
    work: (cancellation: Cancellation) => Promise<T>,
    stopped: () => Error,
  ): Promise<T> {
    // Who has given up already neither waits nor has anything begun.
    if (cancellation?.aborted) return Promise.reject(stopped());
    const shared = this.underWay.get(key) ?? this.start(key, work);
    return cancellation === undefined
      ? this.join(shared)
      : this.joinUntil(key, shared, cancellation, stopped);
  }

  /** What is under way is shared with nobody who comes later: something has changed. */
  forget(): void {
    this.underWay.clear();
  }

  private start(key: string, work: (cancellation: Cancellation) => Promise<T>): Shared<T> {
    const cancellation = new Cancellation();
    const shared: Shared<T> = { result: work(cancellation), cancellation, callers: 0 };
    this.underWay.set(key, shared);
    const done = () => this.drop(key, shared);
    shared.result.then(done, done);
    return shared;
  }

  private join(shared: Shared<T>): Promise<T> {
    // Never leaves: the work is not stopped for others either.
    shared.callers += 1;
    return shared.result;
  }

  private joinUntil(
    key: string,
    shared: Shared<T>,
    cancellation: Cancellation,
    stopped: () => Error,
  ): Promise<T> {
    shared.callers += 1;
    return unlessCancelled(shared.result, cancellation, () => {
      shared.callers -= 1;
      if (shared.callers === 0) {
        this.drop(key, shared);
        shared.cancellation.abort();
      }
      return stopped();
    });
  }

  private drop(key: string, shared: Shared<T>): void {
    if (this.underWay.get(key) === shared) this.underWay.delete(key);
  }
}
