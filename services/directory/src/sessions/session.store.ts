import { createHash, randomBytes } from 'node:crypto';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Channel, Module, Realm } from '../sign-in/modules.rules';

export interface Session {
  id: string;
  accountId: string;
  /** Null for a citizen. */
  appointmentId: string | null;
  realm: Realm;
  module: Module;
  channel: Channel;
  kept: boolean;
  operatorName: string | null;
  ip: string | null;
  startedAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
  endedAt: Date | null;
  endReason: string | null;
}

export const SESSION_COLUMNS = `s.id, s.account_id AS "accountId", s.appointment_id AS "appointmentId", s.realm, s.module, s.channel,
  s.kept, s.operator_name AS "operatorName", s.ip, s.started_at AS "startedAt", s.last_seen_at AS "lastSeenAt",
  s.expires_at AS "expiresAt", s.ended_at AS "endedAt", s.end_reason AS "endReason"`;

export type NewSession = Omit<Session, 'id' | 'lastSeenAt' | 'endedAt' | 'endReason'> & {
  singleSlot: boolean;
};

export async function insertSession(tx: ScopedTransaction, session: NewSession): Promise<Session> {
  const [created] = await tx.query<Session>(
    `INSERT INTO session AS s (account_id, appointment_id, realm, module, channel, single_slot, kept, operator_name, ip,
       started_at, last_seen_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10, $11) RETURNING ${SESSION_COLUMNS}`,
    [
      session.accountId,
      session.appointmentId,
      session.realm,
      session.module,
      session.channel,
      session.singleSlot,
      session.kept,
      session.operatorName,
      session.ip,
      session.startedAt,
      session.expiresAt,
    ],
  );
  return created!;
}

/** Open sessions of an account that hold its single place. */
export async function sessionsInPlace(tx: ScopedTransaction, accountId: string): Promise<Session[]> {
  return tx.query<Session>(
    `SELECT ${SESSION_COLUMNS} FROM session s WHERE s.account_id = $1 AND s.single_slot AND s.ended_at IS NULL`,
    [accountId],
  );
}

export async function sessionById(tx: ScopedTransaction, id: string): Promise<Session | undefined> {
  const [session] = await tx.query<Session>(`SELECT ${SESSION_COLUMNS} FROM session s WHERE s.id = $1`, [id]);
  return session;
}

/** The session was used: by an appointment it may have switched to. */
export async function touchSession(
  tx: ScopedTransaction,
  id: string,
  appointmentId: string | null,
  at: Date,
): Promise<void> {
  await tx.query('UPDATE session SET last_seen_at = $2, appointment_id = $3 WHERE id = $1', [
    id,
    at,
    appointmentId,
  ]);
}

/** What is stored of a refresh token: it has 256 random bits, so a plain digest cannot be guessed back. */
export function refreshTokenHash(token: string): string {
  return createHash('sha256').update(token, 'utf8').digest('base64url');
}

/** Makes a refresh token for a session; only its hash is stored. */
export async function issueRefreshToken(
  tx: ScopedTransaction,
  sessionId: string,
  issuedAt: Date,
  expiresAt: Date,
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await tx.query(
    'INSERT INTO refresh_token (session_id, token_hash, issued_at, expires_at) VALUES ($1, $2, $3, $4)',
    [sessionId, refreshTokenHash(token), issuedAt, expiresAt],
  );
  return token;
}

/** Marks the session's tokens that were not used yet as used: their successor was handed out. */
export async function useUpRefreshTokens(tx: ScopedTransaction, sessionId: string, at: Date): Promise<void> {
  await tx.query('UPDATE refresh_token SET used_at = $2 WHERE session_id = $1 AND used_at IS NULL', [
    sessionId,
    at,
  ]);
}
