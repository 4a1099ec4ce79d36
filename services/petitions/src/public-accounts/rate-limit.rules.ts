export interface RateLimit {
  attempts: number;
  windowSeconds: number;
}

/**
 * How often public forms may be used. An address is shared by a hall or a school, so it gets more than one account.
 * Refused attempts do not count.
 */
export const RATE_LIMITS = {
  registerPerAddress: { attempts: 20, windowSeconds: 3_600 },
  submitPerAccount: { attempts: 10, windowSeconds: 3_600 },
  submitPerAddress: { attempts: 60, windowSeconds: 3_600 },
  trackPerAddress: { attempts: 30, windowSeconds: 60 },
} as const satisfies Record<string, RateLimit>;

/** The longest window of any limit or lock: older attempts are of no use. */
export const LONGEST_WINDOW_SECONDS = 3_600;

/**
 * Decides by a sliding window whether one more attempt is too many. Takes the instants of the attempts admitted so
 * far, in any order; returns 0 when it is admitted, else after how many whole seconds the next will be.
 */
export function secondsToWait(admitted: readonly Date[], limit: RateLimit, now: Date): number {
  const windowMs = limit.windowSeconds * 1000;
  const inWindow = admitted.map((at) => at.getTime()).filter((at) => at > now.getTime() - windowMs);
  if (inWindow.length < limit.attempts) return 0;
  inWindow.sort((a, b) => a - b);
  const blocking = inWindow[inWindow.length - limit.attempts]!;
  return Math.max(1, Math.ceil((blocking + windowMs - now.getTime()) / 1000));
}
