/** What is known of a refresh token that was presented. */
export interface PresentedToken {
  usedAt: Date | null;
  expiresAt: Date;
  session: { endedAt: Date | null; expiresAt: Date };
}

/**
 * ROTATE: hand out a successor. REUSED: a token used before the grace is presented again, so it was
 * copied: the whole session ends. INVALID: sign in again.
 */
export type RefreshDecision = 'ROTATE' | 'REUSED' | 'INVALID';

/**
 * Decides what a presented refresh token gives. Within `graceSeconds` of its use a token may be presented
 * again and gets a successor of its own: two tabs, or a retry after a lost answer, are no theft. The price
 * is that a copy stolen and used within those few seconds is noticed only at its next rotation.
 */
export function decideRefresh(
  token: PresentedToken | undefined,
  graceSeconds: number,
  now: Date,
): RefreshDecision {
  if (token === undefined || token.session.endedAt !== null) return 'INVALID';
  if (token.usedAt !== null && now.getTime() - token.usedAt.getTime() > graceSeconds * 1000) return 'REUSED';
  if (token.expiresAt <= now || token.session.expiresAt <= now) return 'INVALID';
  return 'ROTATE';
}
