import { type RegionReference, referenceRegions } from '@junxian/administrative-region';
import type { ScopedTransaction } from '@junxian/persistence';
import { isVillageToday, type KnownRegionChange } from './villages.rules';

/** Advisory lock: whoever records a region change holds it alone, whoever writes region codes shares it. */
export const REGION_CODES_LOCK = `hashtext('junxian.region-codes')`;

/** What the codes in use are at one moment of a writing transaction. */
export interface RegionCodes {
  /** Number of the newest region change; rows written now carry it. */
  epoch: number;
  /** Whether a code is an administrative village today. */
  isVillage(code: string): boolean;
}

/** Knows which village codes are valid: the national file and every region change received since. */
export class Villages {
  private readonly changes: KnownRegionChange[] = [];
  private epoch = 0;

  constructor(private readonly reference: Pick<RegionReference, 'levelOf'> = referenceRegions()) {}

  /**
   * The codes as they stand for the rest of a transaction that is going to write some: until it ends no
   * region change is recorded, so none can pass by rows that are not committed yet.
   */
  async hold(tx: ScopedTransaction): Promise<RegionCodes> {
    await tx.query(`SELECT pg_advisory_xact_lock_shared(${REGION_CODES_LOCK})`);
    const newer = await tx.query<KnownRegionChange & { seq: number }>(
      `SELECT seq, kind, from_codes AS "from", to_codes AS "to", moves FROM region_change WHERE seq > $1 ORDER BY seq`,
      [this.epoch],
    );
    for (const { seq, ...change } of newer) {
      // Two transactions may have read the same news.
      if (seq <= this.epoch) continue;
      this.changes.push(change);
      this.epoch = seq;
    }
    const known = this.changes.slice();
    return { epoch: this.epoch, isVillage: (code) => isVillageToday(code, this.reference, known) };
  }
}
