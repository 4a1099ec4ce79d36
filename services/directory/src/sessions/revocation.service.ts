import type { ScopedTransaction } from '@junxian/persistence';
import { lockAccount, lockAccounts } from '../accounts/accounts.service';
import type { Realm } from '../sign-in/modules.rules';

export type RevocationKind = 'SESSION' | 'ACCOUNT' | 'APPOINTMENT';
export type EndReason =
  | 'LOGGED_OUT'
  | 'ENDED_BY_STAFF'
  | 'IDLE'
  | 'EXPIRED'
  | 'PASSWORD_CHANGED'
  | 'PASSWORD_RESET'
  | 'ACTIVATED'
  | 'LOCKED'
  | 'DISABLED'
  | 'TRANSFERRED'
  | 'REFRESH_REUSED'
  | 'NO_APPOINTMENT';

/** One line of the feed: tokens of `subject` issued before `notBefore` are no longer good. */
export interface RevocationEntry {
  id: string;
  kind: RevocationKind;
  subject: string;
  notBefore: string;
  /** After this instant no token can exist that the entry speaks of. */
  expiresAt: string;
}

export interface RevocationPage {
  entries: RevocationEntry[];
  /** To be passed as `after` in the next call. */
  cursor: string;
}

/** Access tokens live at most ten minutes; entries outlive them by a margin for clocks that differ. */
const ENTRY_LIFE_MS = 15 * 60_000;

async function revoke(
  tx: ScopedTransaction,
  kind: RevocationKind,
  subjects: readonly string[],
  reason: string,
  at: Date,
): Promise<void> {
  if (subjects.length === 0) return;
  await tx.query(
    `INSERT INTO revocation (kind, subject, reason, not_before, expires_at)
     SELECT $1, subject, $3, $4, $5 FROM unnest($2::uuid[]) AS given(subject)`,
    [kind, subjects, reason, at, new Date(at.getTime() + ENTRY_LIFE_MS)],
  );
}

/** Ends one session: its refresh tokens and every access token of it. Returns whether it was still open. */
export async function endSession(
  tx: ScopedTransaction,
  session: { id: string; accountId: string },
  reason: EndReason,
  now: () => Date,
): Promise<boolean> {
  await lockAccount(tx, session.accountId);
  const at = now();
  const ended = await tx.query(
    'UPDATE session SET ended_at = $2, end_reason = $3 WHERE id = $1 AND ended_at IS NULL RETURNING id',
    [session.id, at, reason],
  );
  if (ended.length > 0) await revoke(tx, 'SESSION', [session.id], reason, at);
  return ended.length > 0;
}

/**
 * Ends every session of an account, or every one but `except`. Takes how to read the time, which is read
 * only once the account is locked: a token issued while we waited is older than the entry, and so is refused.
 */
export async function endSessionsOfAccount(
  tx: ScopedTransaction,
  accountId: string,
  reason: EndReason,
  now: () => Date,
  except: string | null = null,
): Promise<void> {
  await lockAccount(tx, accountId);
  const at = now();
  const ended = await tx.query<{ id: string }>(
    `UPDATE session SET ended_at = $2, end_reason = $3
     WHERE account_id = $1 AND ended_at IS NULL AND id IS DISTINCT FROM $4::uuid RETURNING id`,
    [accountId, at, reason, except],
  );
  if (except === null) await revoke(tx, 'ACCOUNT', [accountId], reason, at);
  else
    await revoke(
      tx,
      'SESSION',
      ended.map(({ id }) => id),
      reason,
      at,
    );
}

/** Ends an account's sessions in the realm in which it was locked; the other realms go on (DI-LOG-05). */
export async function endSessionsInRealm(
  tx: ScopedTransaction,
  accountId: string,
  realm: Realm,
  at: Date,
): Promise<void> {
  const ended = await tx.query<{ id: string }>(
    `UPDATE session SET ended_at = $3, end_reason = 'LOCKED'
     WHERE account_id = $1 AND realm = $2 AND ended_at IS NULL RETURNING id`,
    [accountId, realm, at],
  );
  await revoke(
    tx,
    'SESSION',
    ended.map(({ id }) => id),
    'LOCKED',
    at,
  );
}

/**
 * Makes access tokens for these appointments stale: roles were granted or revoked, or the appointment
 * ended. Sessions go on; the client refreshes and gets what holds now. Call it in the transaction of the
 * change, after it.
 */
export async function invalidateAppointments(
  tx: ScopedTransaction,
  appointmentIds: readonly string[],
  reason: string,
  now: () => Date,
): Promise<void> {
  if (appointmentIds.length === 0) return;
  const accounts = await tx.query<{ id: string }>(
    'SELECT DISTINCT account_id AS id FROM appointment WHERE id = ANY($1::uuid[])',
    [appointmentIds],
  );
  await lockAccounts(
    tx,
    accounts.map(({ id }) => id),
  );
  await revoke(tx, 'APPOINTMENT', appointmentIds, reason, now());
}

/** Makes access tokens of these accounts stale, which must be locked: what they say of them has changed. Sessions go on. */
export async function invalidateAccounts(
  tx: ScopedTransaction,
  accountIds: readonly string[],
  reason: string,
  at: Date,
): Promise<void> {
  await revoke(tx, 'ACCOUNT', accountIds, reason, at);
}

const CURSOR = /^\d{1,20}$/;

/**
 * What was revoked since a cursor, for the gateway. Nothing is lost however late a transaction commits:
 * the cursor is the snapshot's xmin, below which every transaction has ended, and an entry is given again
 * as long as its transaction is not below. Giving one twice is harmless. Without a cursor, with one that is
 * malformed, or with one from another life of the database: everything that has not expired.
 */
export async function revocationsAfter(
  tx: ScopedTransaction,
  after: string | null,
  now: Date,
): Promise<RevocationPage> {
  const [{ cursor } = { cursor: '0' }] = await tx.query<{ cursor: string }>(
    'SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS cursor',
  );
  const known = after !== null && CURSOR.test(after) && BigInt(after) <= BigInt(cursor) ? after : '0';
  const entries = await tx.query<{
    id: string;
    kind: RevocationKind;
    subject: string;
    notBefore: Date;
    expiresAt: Date;
  }>(
    `SELECT id::text AS id, kind, subject, not_before AS "notBefore", expires_at AS "expiresAt"
     FROM revocation WHERE expires_at > $1 AND xid >= $2::xid8 ORDER BY id`,
    [now, known],
  );
  return {
    entries: entries.map((entry) => ({
      ...entry,
      notBefore: entry.notBefore.toISOString(),
      expiresAt: entry.expiresAt.toISOString(),
    })),
    cursor,
  };
}
