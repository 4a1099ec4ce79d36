import type { ScopedTransaction } from '@junxian/persistence';
import type { AnnouncedFile } from './file-check';
import type { StoredFile } from './stored-file.types';

/** What an upload under way needs to know of its file. */
export interface ClaimableFile {
  fileName: string;
  size: number;
  state: 'WAITING' | 'STORED' | 'ATTACHED' | 'REMOVING';
  storageKey: string | null;
  claimed: boolean;
}

const COLUMNS = `id, file_name AS "fileName", mime, size::float8 AS size, sha256, uploaded_at AS "uploadedAt"`;

/** Notes an announced file; returns its id. */
export async function insertWaiting(
  tx: ScopedTransaction,
  owner: string,
  file: AnnouncedFile,
  { now, expiresAt }: { now: Date; expiresAt: Date },
): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `INSERT INTO stored_file (owner_account, file_name, mime, size, started_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
    [owner, file.fileName, file.mime, file.size, now, expiresAt],
  );
  return row!.id;
}

/** How many files of an account are announced or uploaded but not attached. */
export async function countUnused(tx: ScopedTransaction, owner: string, now: Date): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM stored_file
     WHERE owner_account = $1 AND state <> 'ATTACHED' AND expires_at > $2`,
    [owner, now],
  );
  return row!.count;
}

/** The file of an upload, locked; undefined when there is none of the caller's. */
export async function lockFile(
  tx: ScopedTransaction,
  id: string,
  now: Date,
): Promise<ClaimableFile | undefined> {
  const [row] = await tx.query<ClaimableFile>(
    `SELECT file_name AS "fileName", size::float8 AS size, state, storage_key AS "storageKey",
            coalesce(claimed_until > $2, false) AS claimed
     FROM stored_file WHERE id = $1 AND (expires_at IS NULL OR expires_at > $2) FOR UPDATE`,
    [id, now],
  );
  return row;
}

/** Notes where the content of an upload will be, before it is there. */
export async function claimFile(tx: ScopedTransaction, id: string, key: string, until: Date): Promise<void> {
  await tx.query('UPDATE stored_file SET storage_key = $2, claimed_until = $3 WHERE id = $1', [
    id,
    key,
    until,
  ]);
}

/** Lets another upload try; nothing is kept under the key any more. */
export async function releaseFile(tx: ScopedTransaction, id: string, key: string): Promise<void> {
  await tx.query(
    `UPDATE stored_file SET storage_key = NULL, claimed_until = NULL
     WHERE id = $1 AND storage_key = $2 AND state = 'WAITING'`,
    [id, key],
  );
}

/** Notes that the content is kept; false when the file is no longer this upload's. */
export async function markStored(
  tx: ScopedTransaction,
  id: string,
  { key, sha256, now, expiresAt }: { key: string; sha256: string; now: Date; expiresAt: Date },
): Promise<boolean> {
  const rows = await tx.query(
    `UPDATE stored_file SET state = 'STORED', sha256 = $3, uploaded_at = $4, expires_at = $5, claimed_until = NULL
     WHERE id = $1 AND storage_key = $2 AND state = 'WAITING' RETURNING id`,
    [id, key, sha256, now, expiresAt],
  );
  return rows.length === 1;
}

/** Marks uploaded files of an account as attached; returns those that could be. */
export function markAttached(
  tx: ScopedTransaction,
  ids: readonly string[],
  owner: string,
  now: Date,
): Promise<StoredFile[]> {
  return tx.query<StoredFile>(
    `UPDATE stored_file SET state = 'ATTACHED', attached_at = $3, expires_at = NULL
     WHERE id = ANY ($1::uuid[]) AND owner_account = $2 AND state = 'STORED' AND expires_at > $3
     RETURNING ${COLUMNS}`,
    [ids, owner, now],
  );
}

/** A file whose content is kept; undefined when there is none. */
export async function findStored(
  tx: ScopedTransaction,
  id: string,
): Promise<(StoredFile & { storageKey: string }) | undefined> {
  const [row] = await tx.query<StoredFile & { storageKey: string }>(
    `SELECT ${COLUMNS}, storage_key AS "storageKey" FROM stored_file
     WHERE id = $1 AND state IN ('STORED', 'ATTACHED')`,
    [id],
  );
  return row;
}

/** Gives up some of the files that nobody attached in time; from then on nobody can. */
export async function giveUpUnused(tx: ScopedTransaction, now: Date, most: number): Promise<void> {
  await tx.query(
    `UPDATE stored_file SET state = 'REMOVING' WHERE id IN (
       SELECT id FROM stored_file
       WHERE state IN ('WAITING', 'STORED') AND expires_at <= $1 AND (claimed_until IS NULL OR claimed_until <= $1)
       ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)`,
    [now, most],
  );
}

/** Files given up whose content may still be there, in order of their ids. */
export function listGivenUp(
  tx: ScopedTransaction,
  after: string | null,
  most: number,
): Promise<{ id: string; storageKey: string | null }[]> {
  return tx.query(
    `SELECT id, storage_key AS "storageKey" FROM stored_file
     WHERE state = 'REMOVING' AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2`,
    [after, most],
  );
}

/** Forgets files whose content is gone. */
export async function deleteGivenUp(tx: ScopedTransaction, ids: readonly string[]): Promise<void> {
  await tx.query(`DELETE FROM stored_file WHERE id = ANY ($1::uuid[]) AND state = 'REMOVING'`, [ids]);
}
