import {
  type AuditKeys,
  type ChainPoint,
  GENESIS,
  isGenuineEntry,
  isGenuinePoint,
  type SealedEntry,
  type SealedPoint,
} from './audit-chain.rules';

export type AuditFaultKind =
  /** The content no longer has the hash it was sealed with. */
  | 'EDITED'
  /** Numbers are missing in the sequence. */
  | 'DELETED'
  /** The entry does not follow the one before it. */
  | 'REORDERED'
  /** The end of the log is missing: the head or a checkpoint knows a later entry. */
  | 'TRUNCATED'
  /** The head was not written by the application, or does not point at the last entry. */
  | 'HEAD_FORGED'
  /** A checkpoint names another hash for this entry: the log was rewritten. */
  | 'CHECKPOINT_MISMATCH'
  /** A stored checkpoint was not written by the application. */
  | 'CHECKPOINT_FORGED';

export interface AuditFault {
  kind: AuditFaultKind;
  sequence: number;
}

export interface AuditVerdict {
  intact: boolean;
  checked: number;
  /** The last entry looked at; compare it with a checkpoint kept elsewhere. */
  last: ChainPoint;
  /** The first faults, in order; after `MOST_FAULTS` the rest is only counted. */
  faults: AuditFault[];
  faultCount: number;
}

export const MOST_FAULTS = 50;

/**
 * Checks a chain entry by entry, in ascending order of sequence and in constant memory.
 *
 * Takes the keys and the point the first entry must follow (the genesis for the whole log).
 * `entry` and `checkpoint` are fed in merged order of sequence, a checkpoint after its entry;
 * `finish` takes the head (only when the check runs to the end of the log) and gives the verdict.
 */
export class ChainVerification {
  private last: ChainPoint;
  private checked = 0;
  private faultCount = 0;
  private readonly faults: AuditFault[] = [];

  constructor(
    private readonly keys: AuditKeys,
    start: ChainPoint = GENESIS,
  ) {
    this.last = start;
  }

  entry(entry: SealedEntry): void {
    this.checked += 1;
    const expected = this.last.sequence + 1;
    if (entry.sequence > expected) this.fault('DELETED', expected);
    else if (entry.sequence < expected || entry.previousHash !== this.last.hash)
      this.fault('REORDERED', entry.sequence);
    if (!isGenuineEntry(entry, this.keys)) this.fault('EDITED', entry.sequence);
    // Going on from the stored hash shows every further break, not only the first.
    this.last = { sequence: entry.sequence, hash: entry.hash };
  }

  /** A checkpoint of the database's own table: its proof is checked as well. */
  checkpoint(point: SealedPoint): void {
    if (!isGenuinePoint('audit-checkpoint', point, this.keys))
      this.fault('CHECKPOINT_FORGED', point.sequence);
    else this.known(point);
  }

  /** A point known for certain, for instance from the event log or a printed record. */
  known(point: ChainPoint): void {
    if (point.sequence > this.last.sequence) this.fault('TRUNCATED', this.last.sequence + 1);
    else if (point.sequence === this.last.sequence && point.hash !== this.last.hash)
      this.fault('CHECKPOINT_MISMATCH', point.sequence);
  }

  finish(head?: SealedPoint | null): AuditVerdict {
    if (head !== undefined) this.head(head);
    return {
      intact: this.faultCount === 0,
      checked: this.checked,
      last: this.last,
      faults: this.faults,
      faultCount: this.faultCount,
    };
  }

  private head(head: SealedPoint | null): void {
    if (head === null || !isGenuinePoint('audit-head', head, this.keys))
      this.fault('HEAD_FORGED', head?.sequence ?? 0);
    else if (head.sequence > this.last.sequence) this.fault('TRUNCATED', this.last.sequence + 1);
    else if (head.sequence < this.last.sequence || head.hash !== this.last.hash)
      this.fault('HEAD_FORGED', head.sequence);
  }

  private fault(kind: AuditFaultKind, sequence: number): void {
    this.faultCount += 1;
    if (this.faults.length < MOST_FAULTS) this.faults.push({ kind, sequence });
  }
}
