import { refuse } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import { type ChainPoint, GENESIS, type SealedPoint } from './audit-chain.rules';
import { readChainPage, readCheckpoints, readHead } from './audit-chain.store';
import { auditKeys } from './audit-keys';
import { type AuditVerdict, ChainVerification } from './audit-verification.rules';

const PAGE = 1000;

export interface VerificationRequest {
  /** First entry to check; 1 if left out. */
  from?: number;
  /** Last entry to check; the end of the log if left out. */
  to?: number;
  /** At most so many entries; all if left out. */
  most?: number;
  /** Points kept outside the database: events `audit.sealed`, printed records. */
  known?: readonly ChainPoint[];
}

export interface Verification extends AuditVerdict {
  /** Whether the check reached the end of the log, so that a cut-off end would have been found. */
  reachedEnd: boolean;
  /** Where to go on, when `most` ended the check before its time. */
  next: number | null;
}

/**
 * Checks the audit log entry by entry (DI-AUD-02): the seal and the link of each, the checkpoints on the
 * way, and the head if the check reaches the end. Reads pages of a thousand, so memory does not grow with
 * the log. The verdict concerns the whole log and not only the caller's region, since a chain has no
 * region; nothing of the entries leaves this function. Takes a REPEATABLE READ transaction, so that what
 * is appended meanwhile disturbs nothing. Throws INVALID_INPUT for a range that is none.
 */
export async function verifyAuditLog(
  tx: ScopedTransaction,
  request: VerificationRequest,
): Promise<Verification> {
  const from = request.from ?? 1;
  checkRange(from, request.to);
  const head = await readHead(tx, false);
  const end = await lastSequence(tx, head);
  const to = Math.min(request.to ?? end, end);
  const last = Math.min(to, from - 1 + (request.most ?? Number.POSITIVE_INFINITY));
  const known = [...(request.known ?? [])].sort((a, b) => a.sequence - b.sequence);

  const verification = new ChainVerification(auditKeys(), await anchor(tx, from));
  let position = from - 1;
  while (position < last) {
    const entries = await readChainPage(tx, position, Math.min(PAGE, last - position));
    const until = entries.length === 0 ? last : Math.min(last, entries[entries.length - 1]?.sequence ?? last);
    const checkpoints = await readCheckpoints(tx, position, until);
    for (const entry of entries) {
      if (entry.sequence > last) break;
      verification.entry(entry);
      while (checkpoints[0] !== undefined && checkpoints[0].sequence <= entry.sequence)
        verification.checkpoint(checkpoints.shift() as SealedPoint);
      while (known[0] !== undefined && known[0].sequence <= entry.sequence)
        verification.known(known.shift() as ChainPoint);
    }
    for (const checkpoint of checkpoints) verification.checkpoint(checkpoint);
    position = until;
  }
  const reachedEnd = last >= end;
  if (reachedEnd) {
    for (const checkpoint of await readCheckpoints(tx, Math.max(end, from - 1), Number.MAX_SAFE_INTEGER))
      verification.checkpoint(checkpoint);
    for (const point of known) verification.known(point);
  }
  return {
    ...verification.finish(reachedEnd && end > 0 ? head : undefined),
    reachedEnd,
    next: last < to ? last + 1 : null,
  };
}

/** The end by the head, or an entry behind the head, which is a fault the verdict then shows. */
async function lastSequence(tx: ScopedTransaction, head: SealedPoint | null): Promise<number> {
  const end = head?.sequence ?? 0;
  const [further] = await readChainPage(tx, end, 1);
  return further?.sequence ?? end;
}

/** The point the first entry must follow. */
async function anchor(tx: ScopedTransaction, from: number): Promise<ChainPoint> {
  if (from === 1) return GENESIS;
  const [before] = await readChainPage(tx, from - 2, 1);
  return { sequence: from - 1, hash: before?.sequence === from - 1 ? before.hash : GENESIS.hash };
}

function checkRange(from: number, to: number | undefined): void {
  const isSequence = (value: number) => Number.isSafeInteger(value) && value >= 1;
  if (!isSequence(from) || (to !== undefined && (!isSequence(to) || to < from)))
    throw refuse.invalid(isSequence(from) ? 'to' : 'from', {
      zh: '起止序号应为正整数，且止不小于起',
      en: 'Give positive whole numbers, the end not before the start',
    });
}
