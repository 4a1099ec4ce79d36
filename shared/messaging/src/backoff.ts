export interface Backoff {
  initialMilliseconds: number;
  maxMilliseconds: number;
}

/** How long to wait after the given number of failures (from 1): doubled each time, up to the maximum. */
export function backoffDelay(failures: number, { initialMilliseconds, maxMilliseconds }: Backoff): number {
  return Math.min(maxMilliseconds, initialMilliseconds * 2 ** Math.min(failures - 1, 30));
}

/** Waits; resolves early, without error, when the signal is aborted. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    signal?.addEventListener('abort', finish, { once: true });
  });
}
