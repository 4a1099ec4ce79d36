/** So many failures of one address within the window close it for the lock (PT-PUB-18). */
export const TRACKING_LOCK = { failures: 5, windowSeconds: 15 * 60, lockSeconds: 30 * 60 } as const;

/**
 * For how many seconds an address is still locked; 0 when it is not. Takes the instants of its failures in order of
 * time. The lock begins with the failure that filled a window (PT-PUB-18).
 */
export function secondsLocked(failures: readonly Date[], now: Date): number {
  const times = failures.map((at) => at.getTime());
  const { failures: limit, windowSeconds, lockSeconds } = TRACKING_LOCK;
  const filled = times.filter(
    (time, index) => index >= limit - 1 && time - times[index - limit + 1]! < windowSeconds * 1000,
  );
  const last = filled.at(-1);
  if (last === undefined) return 0;
  return Math.max(0, Math.ceil((last + lockSeconds * 1000 - now.getTime()) / 1000));
}

/** Characters people write for the dot in a name of several parts, the dot itself, and blanks; in SQL as in {@link plainName}. */
export const NAME_DOTS = '•・‧∙';
export const NAME_BLANKS = ' \u3000\t';

/** A name without blanks and with one kind of dot, for comparing what two people wrote. */
export function plainName(typed: string): string {
  return typed.replace(new RegExp(`[${NAME_DOTS}]`, 'g'), '·').replace(/\s/g, '');
}
