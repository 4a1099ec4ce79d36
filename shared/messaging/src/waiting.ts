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
  return new Promise((resolve) => {
    let forget = () => {};
    const timer = setTimeout(() => {
      forget();
      resolve();
    }, milliseconds);
    if (signal === undefined) return;
    forget = onAbort(signal, () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Runs an action when the signal is aborted, at once if it already is. Returns how to take it back. */
export function onAbort(signal: AbortSignal, action: () => void): () => void {
  if (signal.aborted) {
    action();
    return () => undefined;
  }
  signal.addEventListener('abort', action, { once: true });
  return () => signal.removeEventListener('abort', action);
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => onAbort(signal, resolve));
}
