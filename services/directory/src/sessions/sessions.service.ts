import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import { SYSTEM_STAFF } from '../accounts/authority.rules';
import { recordAudit } from '../audit/audit.service';
import type { Caller } from '../caller';
import { endSession as end } from './revocation.service';
import { SESSION_COLUMNS, type Session, sessionById } from './session.store';

export interface SessionFilter {
  accountId?: string | null | undefined;
  openOnly?: boolean | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}

/** Sessions, newest first: one's own; staff see those of any account in their region. Throws FORBIDDEN otherwise. */
export async function listSessions(
  tx: ScopedTransaction,
  by: Caller,
  filter: SessionFilter,
): Promise<Page<Session>> {
  const accountId = filter.accountId ?? by.principal.accountId;
  if (accountId !== by.principal.accountId && !by.principal.roles.includes(SYSTEM_STAFF))
    throw refuse.forbidden('accountId');
  if (accountId === null || !isUuid(accountId)) throw refuse.notFound('accountId');
  const open = filter.openOnly ?? true;
  return keysetPage<Session>(tx, {
    select: SESSION_COLUMNS,
    from: 'session s',
    where: open ? ['s.account_id = $1', 's.ended_at IS NULL AND s.expires_at > $2'] : ['s.account_id = $1'],
    parameters: open ? [accountId, by.clock.now()] : [accountId],
    order: [{ column: 's.id', key: 'id', type: 'uuid', direction: 'DESC' }],
    first: filter.first,
    after: filter.after,
  });
}

/** Ends a session: one's own, or as staff any in the region. Throws NOT_FOUND for one that the caller may not end. */
export async function endSessionById(tx: ScopedTransaction, by: Caller, sessionId: string): Promise<Session> {
  const session = isUuid(sessionId) ? await sessionById(tx, sessionId) : undefined;
  const isOwn = session?.accountId === by.principal.accountId;
  if (session === undefined || !(isOwn || by.principal.roles.includes(SYSTEM_STAFF)))
    throw refuse.notFound('sessionId');
  if (await end(tx, session, isOwn ? 'LOGGED_OUT' : 'ENDED_BY_STAFF', () => by.clock.now())) {
    await audit(tx, by, 'SESSION_ENDED', session);
  }
  return (await sessionById(tx, sessionId))!;
}

/** Ends the session the caller speaks in, freeing its place. Logging out twice changes nothing. */
export async function logout(tx: ScopedTransaction, by: Caller): Promise<boolean> {
  const { sessionId, accountId } = by.principal;
  const session = sessionId !== null && isUuid(sessionId) ? await sessionById(tx, sessionId) : undefined;
  if (session === undefined || session.accountId !== accountId) return false;
  const ended = await end(tx, session, 'LOGGED_OUT', () => by.clock.now());
  if (ended) await audit(tx, by, 'SIGNED_OUT', session);
  return ended;
}

async function audit(
  tx: ScopedTransaction,
  by: Caller,
  action: 'SESSION_ENDED' | 'SIGNED_OUT',
  session: Session,
): Promise<void> {
  await recordAudit(tx, {
    action,
    targetType: 'session',
    targetId: session.id,
    after: { accountId: session.accountId, module: session.module, channel: session.channel },
    outcome: 'OK',
    actor: by.actor,
    at: by.clock.now(),
  });
}
