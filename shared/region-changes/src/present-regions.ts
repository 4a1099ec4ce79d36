import {
  applyMoves,
  type RegionLevel,
  type RegionReference,
  referenceRegions,
} from '@junxian/administrative-region';
import type { ScopedTransaction } from '@junxian/persistence';
import { childrenToday, codesBefore, type KnownRegionChange, levelToday } from './regions-today.rules';

/** Name of an advisory lock: whoever records a region change holds it alone, whoever writes region codes shares it. */
export const REGION_CODES_LOCK = 'junxian.region-codes';

const holding = new WeakSet<ScopedTransaction>();

/** Keeps changes of regions out until a transaction ends, so that none passes by what it writes. Travels with the next statement, once. */
export function holdRegionCodes(tx: ScopedTransaction): void {
  if (holding.has(tx)) return;
  holding.add(tx);
  // The name as a parameter: only statements with one are prepared.
  tx.send('SELECT pg_advisory_xact_lock_shared(hashtext($1))', [REGION_CODES_LOCK]);
}

/** What the region codes in use are at one moment of a writing transaction. */
export interface RegionCodes {
  /** Number of the newest region change; rows written now with present codes carry it as `region_epoch`. */
  epoch: number;
  /** The level of the region that a code names today, or null when it names none. */
  levelOf(code: string): RegionLevel | null;
  /**
   * Whether a change that rows are still following re-codes this code, for whoever puts a code into a row that
   * stands already: the row may still have to follow, and its new code would be taken along. Refuse and ask to
   * try again in a moment; only codes that were swapped are both present and moving.
   */
  isMoving(code: string): boolean;
  /**
   * Whether a change that rows are still following re-codes others to this code, for whoever decides by a sum over it: until
   * all have come, what stands under it is a part. Refuse and ask to try again in a moment.
   */
  isReceiving(code: string): boolean;
  /** The regions directly below one today, ascending. */
  childrenOf(code: string): string[];
}

/** Knows which region codes are valid: the national file and every region change received since. One per process. */
export class PresentRegions {
  private readonly changes: KnownRegionChange[] = [];
  private epoch = 0;

  constructor(
    private readonly reference: Pick<RegionReference, 'levelOf' | 'childrenOf'> = referenceRegions(),
  ) {}

  /**
   * The codes as they stand for the rest of a transaction that is going to write some: until it ends no
   * region change is recorded, so none can pass by rows that are not committed yet.
   */
  async hold(tx: ScopedTransaction): Promise<RegionCodes> {
    holdRegionCodes(tx);
    return this.seen(tx);
  }

  /** The codes as this transaction sees them, for whoever only reads: the next change may be recorded meanwhile. */
  async seen(tx: ScopedTransaction): Promise<RegionCodes> {
    const rows = await tx.query<KnownRegionChange & { seq: number; isOpen: boolean }>(
      `SELECT seq, kind, from_codes AS "from", to_codes AS "to", moves, followed_at IS NULL AS "isOpen"
       FROM region_change WHERE seq > $1 OR followed_at IS NULL ORDER BY seq`,
      [this.epoch],
    );
    for (const { seq, kind, from, to, moves } of rows) {
      // Open ones are read again, and two transactions may have read the same news.
      if (seq <= this.epoch) continue;
      this.changes.push({ kind, from, to, moves });
      this.epoch = seq;
    }
    const known = this.changes.slice();
    const open = rows.filter(({ isOpen }) => isOpen);
    return {
      epoch: this.epoch,
      levelOf: (code) => levelToday(code, this.reference, known),
      isMoving: (code) => open.some(({ moves }) => applyMoves(code, moves) !== code),
      isReceiving: (code) => open.some((change) => codesBefore(code, change).length > 0),
      childrenOf: (code) => childrenToday(code, this.reference, known),
    };
  }
}
