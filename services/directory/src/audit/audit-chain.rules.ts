import { createHmac, timingSafeEqual } from 'node:crypto';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** What one entry says; everything the seal covers besides the link to the entry before it. */
export interface AuditRecord {
  sequence: number;
  /** ISO 8601 with milliseconds, UTC. */
  at: string;
  accountId: string | null;
  operatorName: string | null;
  organisationId: string | null;
  regionCode: string;
  ip: string | null;
  action: string;
  targetType: string;
  targetId: string | null;
  before: Json;
  after: Json;
  outcome: string;
}

/** An entry as it is stored. */
export interface SealedEntry extends AuditRecord {
  keyVersion: number;
  previousHash: string;
  hash: string;
}

/** A point of the chain: the hash of the entry with this sequence. */
export interface ChainPoint {
  sequence: number;
  hash: string;
}

/** A chain point with the keyed proof that the application, and not the database, wrote it. */
export interface SealedPoint extends ChainPoint {
  keyVersion: number;
  mac: string;
}

/** The hash "before" the first entry. */
export const GENESIS: ChainPoint = { sequence: 0, hash: '0'.repeat(64) };

/** Versioned HMAC keys: the newest seals, all verify. */
export interface AuditKeys {
  newest: number;
  key(version: number): Buffer | undefined;
}

/**
 * JSON with sorted keys, so that one content has one text. Takes plain JSON; what PostgreSQL's jsonb
 * gives back (other key order, same values) yields the same text.
 */
export function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const members = Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] as Json)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

function hmac(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text, 'utf8').digest('hex');
}

function keyOf(keys: AuditKeys, version: number): Buffer {
  const key = keys.key(version);
  if (key === undefined) throw new RangeError(`audit key version ${version} is not configured`);
  return key;
}

function entryText(record: AuditRecord, keyVersion: number, previousHash: string): string {
  return canonicalJson([
    'audit-entry',
    keyVersion,
    previousHash,
    record.sequence,
    record.at,
    record.accountId,
    record.operatorName,
    record.organisationId,
    record.regionCode,
    record.ip,
    record.action,
    record.targetType,
    record.targetId,
    record.before,
    record.after,
    record.outcome,
  ]);
}

/**
 * Seals one entry onto the chain: HMAC-SHA-256 over its content and the hash of the entry before it.
 * Without the key, which the database never sees, no entry can be forged (DI-AUD-02).
 */
export function sealEntry(record: AuditRecord, previous: ChainPoint, keys: AuditKeys): SealedEntry {
  if (record.sequence !== previous.sequence + 1)
    throw new RangeError(`entry ${record.sequence} cannot follow entry ${previous.sequence}`);
  const keyVersion = keys.newest;
  return {
    ...record,
    keyVersion,
    previousHash: previous.hash,
    hash: hmac(keyOf(keys, keyVersion), entryText(record, keyVersion, previous.hash)),
  };
}

export type PointKind = 'audit-head' | 'audit-checkpoint';

/** Seals the head or a checkpoint, so that neither can be set back to a made-up place. */
export function sealPoint(kind: PointKind, { sequence, hash }: ChainPoint, keys: AuditKeys): SealedPoint {
  const keyVersion = keys.newest;
  return {
    sequence,
    hash,
    keyVersion,
    mac: hmac(keyOf(keys, keyVersion), canonicalJson([kind, keyVersion, sequence, hash])),
  };
}

/** Whether the application sealed this head or checkpoint. */
export function isGenuinePoint(kind: PointKind, point: SealedPoint, keys: AuditKeys): boolean {
  const key = keys.key(point.keyVersion);
  if (key === undefined) return false;
  return sameText(point.mac, hmac(key, canonicalJson([kind, point.keyVersion, point.sequence, point.hash])));
}

/** Whether the stored hash is the seal of the stored content. */
export function isGenuineEntry(entry: SealedEntry, keys: AuditKeys): boolean {
  const key = keys.key(entry.keyVersion);
  if (key === undefined) return false;
  return sameText(entry.hash, hmac(key, entryText(entry, entry.keyVersion, entry.previousHash)));
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
