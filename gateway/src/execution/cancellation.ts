/**
 * Tells work under way that nobody waits for it any more. What an AbortSignal does, without an
 * event's cost: every operation and every fetch has one.
 */
export class Cancellation {
  /** Most have one listener at a time, for which no set is made. */
  private listener: (() => void) | undefined;
  private others: Set<() => void> | undefined;
  private cancelled = false;

  get aborted(): boolean {
    return this.cancelled;
  }

  /** Calls each listener once, in the order they came. */
  abort(): void {
    if (this.cancelled) return;
    this.cancelled = true;
    const { listener, others } = this;
    this.listener = undefined;
    this.others = undefined;
    listener?.();
    if (others !== undefined) for (const other of others) other();
  }

  /** Hears of the cancellation; not of one that has happened before. */
  onAbort(listener: () => void): void {
    if (this.cancelled) return;
    if (this.listener === undefined && !this.others?.size) {
      this.listener = listener;
      return;
    }
    this.others ??= new Set();
    this.others.add(listener);
  }

  offAbort(listener: () => void): void {
    if (this.listener === listener) this.listener = undefined;
    else this.others?.delete(listener);
  }
}

/**
 * Waits for work that others may be waiting for as well: resolves and rejects as it does, or rejects with
 * what `leave` returns as soon as the cancellation fires. The work itself goes on.
 */
export function unlessCancelled<T>(
  work: Promise<T>,
  cancellation: Cancellation,
  leave: () => Error,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = () => reject(leave());
    if (cancellation.aborted) stop();
    else cancellation.onAbort(stop);
    work.then(
      (value) => {
        cancellation.offAbort(stop);
        resolve(value);
      },
      (error: unknown) => {
        cancellation.offAbort(stop);
        reject(error as Error);
      },
    );
  });
}
