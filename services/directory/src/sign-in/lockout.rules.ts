/** Wrong passwords of one account in one realm (DI-LOG-05). */
export interface LoginState {
  failedCount: number;
  lockedAt: Date | null;
  lockedUntil: Date | null;
}

export interface LockPolicy {
  /** The wrong login that locks: 5 means the fifth. */
  threshold: number;
  lockMinutes: number;
}

export type AttemptDecision =
  | { kind: 'ACCEPTED'; next: LoginState }
  | { kind: 'WRONG'; next: LoginState }
  /** This very attempt locks the account. */
  | { kind: 'LOCKS'; next: LoginState; lockedUntil: Date }
  /** Refused because of an earlier lock; nothing changes. */
  | { kind: 'LOCKED'; lockedUntil: Date };

export const NO_FAILURES: LoginState = { failedCount: 0, lockedAt: null, lockedUntil: null };

/**
 * Decides one login attempt whose password was found right or wrong (DI-LOG-01, 02, 04). During a lock
 * nothing counts, not even the right password; the lock ends at its exact instant and the count then
 * starts anew; a success resets it.
 */
export function decideAttempt(
  state: LoginState,
  policy: LockPolicy,
  passwordIsRight: boolean,
  now: Date,
): AttemptDecision {
  if (isLocked(state, now)) return { kind: 'LOCKED', lockedUntil: state.lockedUntil! };
  if (passwordIsRight) return { kind: 'ACCEPTED', next: NO_FAILURES };
  const failedCount = (state.lockedUntil === null ? state.failedCount : 0) + 1;
  if (failedCount < policy.threshold)
    return { kind: 'WRONG', next: { failedCount, lockedAt: null, lockedUntil: null } };
  const lockedUntil = new Date(now.getTime() + policy.lockMinutes * 60_000);
  return { kind: 'LOCKS', next: { failedCount, lockedAt: now, lockedUntil }, lockedUntil };
}

/** Whether an account is locked at an instant; at `lockedUntil` itself it no longer is. */
export function isLocked(state: Pick<LoginState, 'lockedUntil'>, now: Date): boolean {
  return state.lockedUntil !== null && now < state.lockedUntil;
}
