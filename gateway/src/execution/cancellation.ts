/**
 * Tells work under way that nobody waits for it any more. What an AbortSignal does, without an
 * event's cost: every operation and every fetch has one.
 */
export class Cancellation {
  private listeners: Set<() => void> | undefined;
  private cancelled = false;

  get aborted(): boolean {
    return this.cancelled;
  }

  /** Calls each listener once, in the order they came. */
  abort(): void {
    if (this.cancelled) return;
    this.cancelled = true;
    const listeners = this.listeners;
    this.listeners = undefined;
    if (listeners !== undefined) for (const listener of listeners) listener();
  }

  /** Hears of the cancellation; not of one that has happened before. */
  onAbort(listener: () => void): void {
    if (this.cancelled) return;
    this.listeners ??= new Set();
    this.listeners.add(listener);
  }

  offAbort(listener: () => void): void {
    this.listeners?.delete(listener);
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
