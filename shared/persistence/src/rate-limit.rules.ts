export interface RateLimit {
  attempts: number;
  windowSeconds: number;
}

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
