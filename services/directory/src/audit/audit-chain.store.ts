import { NATION_CODE } from '@junxian/administrative-region';
import { AuditSealed, recordEvent } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { AuditInput } from './audit.service';
import {
  type AuditRecord,
  type ChainPoint,
  isGenuinePoint,
  type Json,
  type SealedEntry,
  type SealedPoint,
  sealEntry,
  sealPoint,
} from './audit-chain.rules';
import { auditKeys } from './audit-keys';

/** A checkpoint at least every so many entries; the scheduler adds one by time. */
export const CHECKPOINT_EVERY = 1000;

interface HeadRow {
  sequence: string;
  hash: string;
  key_version: number;
  mac: string;
}

/** The head as stored. Takes the lock that orders all appends when `lock` is set. */
export async function readHead(tx: ScopedTransaction, lock: boolean): Promise<SealedPoint | null> {
  const [row] = await tx.query<HeadRow>(
    `SELECT sequence, hash, key_version, mac FROM audit_head WHERE only_row ${lock ? 'FOR UPDATE' : ''}`,
  );
  if (row === undefined) return null;
  return { sequence: Number(row.sequence), hash: row.hash, keyVersion: row.key_version, mac: row.mac };
}

interface EntryRow {
  sequence: string;
  at: Date;
  account_id: string | null;
  operator_name: string | null;
  organisation_id: string | null;
  region_code: string;
  ip: string | null;
  action: string;
  target_type: string;
  target_id: string | null;
  before: Json;
  after: Json;
  outcome: string;
  key_version: number;
  previous_hash: string;
  hash: string;
}

/**
 * The next entries after a sequence, of all regions: through a function that only verification may use,
 * by auditors and staff (`di_aud_02_chain` in migrations/beyond-scope.ts).
 */
export async function readChainPage(
  tx: ScopedTransaction,
  after: number,
  most: number,
): Promise<SealedEntry[]> {
  const rows = await tx.query<EntryRow>('SELECT * FROM di_aud_02_chain($1, $2)', [after, most]);
  return rows.map((row) => ({
    sequence: Number(row.sequence),
    at: row.at.toISOString(),
    accountId: row.account_id,
    operatorName: row.operator_name,
    organisationId: row.organisation_id,
    regionCode: row.region_code,
    ip: row.ip,
    action: row.action,
    targetType: row.target_type,
    targetId: row.target_id,
    before: row.before,
    after: row.after,
    outcome: row.outcome,
    keyVersion: row.key_version,
    previousHash: row.previous_hash,
    hash: row.hash,
  }));
}

/** The checkpoints of the database with `after < sequence <= until`, in order; a thousand at most. */
export async function readCheckpoints(
  tx: ScopedTransaction,
  after: number,
  until: number,
): Promise<SealedPoint[]> {
  const rows = await tx.query<HeadRow>(
    `SELECT sequence, hash, key_version, mac FROM audit_checkpoint
     WHERE sequence > $1 AND sequence <= $2 ORDER BY sequence LIMIT 1000`,
    [after, until],
  );
  return rows.map((row) => ({
    sequence: Number(row.sequence),
    hash: row.hash,
    keyVersion: row.key_version,
    mac: row.mac,
  }));
}

/**
 * Appends entries to the chain and moves the head. Lock order: `audit_head` is locked last, after all
 * other rows of the transaction; only the outbox (which takes no lock others wait for) may follow.
 * Throws when the head is not genuine: nothing is added to a log that has been tampered with.
 */
export async function appendToChain(tx: ScopedTransaction, inputs: readonly AuditInput[]): Promise<void> {
  if (inputs.length === 0) return;
  const keys = auditKeys();
  const start = await lockedHead(tx);
  let last = start;
  const sealed: SealedEntry[] = [];
  for (const input of inputs) {
    const entry = sealEntry(recordOf(input, last.sequence + 1), last, keys);
    sealed.push(entry);
    last = { sequence: entry.sequence, hash: entry.hash };
  }
  await insertEntries(tx, sealed);
  await moveHead(tx, last);
  const crossed =
    Math.floor(last.sequence / CHECKPOINT_EVERY) > Math.floor(start.sequence / CHECKPOINT_EVERY);
  if (crossed) await writeCheckpoint(tx, last, inputs[inputs.length - 1]?.at ?? new Date(0));
}

/**
 * Writes a checkpoint of the present head unless it has one, and announces it, so that a copy exists
 * outside this database. Returns whether there was anything to seal.
 */
export async function sealCheckpoint(tx: ScopedTransaction, at: Date): Promise<boolean> {
  const head = await lockedHead(tx);
  if (head.sequence === 0) return false;
  const [known] = await tx.query<{ sequence: string }>(
    'SELECT sequence FROM audit_checkpoint WHERE sequence >= $1 LIMIT 1',
    [head.sequence],
  );
  if (known !== undefined) return false;
  await writeCheckpoint(tx, head, at);
  return true;
}

async function lockedHead(tx: ScopedTransaction): Promise<ChainPoint> {
  const head = await readHead(tx, true);
  // The migration cannot know the key, so the first append seals the empty head.
  if (head !== null && head.sequence === 0) return { sequence: 0, hash: head.hash };
  if (head === null || !isGenuinePoint('audit-head', head, auditKeys()))
    throw new Error('the head of the audit log is not genuine; run verify-audit');
  return head;
}

function recordOf(input: AuditInput, sequence: number): AuditRecord {
  const { actor } = input;
  return {
    sequence,
    at: input.at.toISOString(),
    accountId: actor.accountId,
    operatorName: actor.operatorName,
    organisationId: actor.organisationId,
    // What belongs to no region is for national auditors.
    regionCode: actor.regionCode ?? NATION_CODE,
    ip: actor.ip,
    action: input.action,
    targetType: input.targetType,
    targetId: input.targetId,
    before: (input.before ?? null) as Json,
    after: (input.after ?? null) as Json,
    outcome: input.outcome,
  };
}

async function insertEntries(tx: ScopedTransaction, entries: readonly SealedEntry[]): Promise<void> {
  await tx.query(
    `INSERT INTO audit_entry (sequence, at, account_id, operator_name, organisation_id, region_code, ip, action,
                              target_type, target_id, before, after, outcome, key_version, previous_hash, hash)
     SELECT "sequence", "at", "accountId", "operatorName", "organisationId", "regionCode", "ip", "action",
            "targetType", "targetId", nullif("before", 'null'), nullif("after", 'null'), "outcome",
            "keyVersion", "previousHash", "hash"
     FROM jsonb_to_recordset($1::jsonb) AS entry(
       "sequence" bigint, "at" timestamptz, "accountId" text, "operatorName" text, "organisationId" text,
       "regionCode" text, "ip" text, "action" text, "targetType" text, "targetId" text, "before" jsonb,
       "after" jsonb, "outcome" text, "keyVersion" smallint, "previousHash" text, "hash" text)
     ORDER BY "sequence"`,
    [JSON.stringify(entries)],
  );
}

async function moveHead(tx: ScopedTransaction, point: ChainPoint): Promise<void> {
  const head = sealPoint('audit-head', point, auditKeys());
  await tx.query(
    'UPDATE audit_head SET sequence = $1, hash = $2, key_version = $3, mac = $4 WHERE only_row',
    [head.sequence, head.hash, head.keyVersion, head.mac],
  );
}

async function writeCheckpoint(tx: ScopedTransaction, point: ChainPoint, at: Date): Promise<void> {
  const checkpoint = sealPoint('audit-checkpoint', point, auditKeys());
  await tx.query(
    'INSERT INTO audit_checkpoint (sequence, at, hash, key_version, mac) VALUES ($1, $2, $3, $4, $5)',
    [checkpoint.sequence, at, checkpoint.hash, checkpoint.keyVersion, checkpoint.mac],
  );
  await recordEvent(tx, AuditSealed, {
    aggregateId: 'audit-log',
    aggregateVersion: checkpoint.sequence,
    occurredAt: at,
    data: { sequence: checkpoint.sequence, hash: checkpoint.hash },
  });
}
