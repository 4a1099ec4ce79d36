import type { ScopedTransaction } from '@junxian/persistence';
import type { CountedReport } from './contributions.rules';
import type { CountedSum } from './report-rows.rules';

/** Which sums are asked for. */
export interface FiguresQuestion {
  report: CountedReport;
  /** These regions… */
  regions: readonly string[];
  /** …and those directly below these. */
  parents: readonly string[];
  from: string;
  to: string;
  /** NR-6 and NR-7 count as overdue only what is past its day. */
  today: string;
  /** Sums month by month instead of one over the period. */
  monthly?: boolean;
}

/**
 * Sums from the counters of regions in the caller's range, one statement. What accuses the caller, or the caller's organisation, is
 * not in them (PT-HND-08): the database leaves it out, so that nobody can compare. Without the role of a statistician or supervisor only
 * whole months of NR-1.
 */
export function countedSums(
  tx: ScopedTransaction,
  { report, regions, parents, from, to, today, monthly = false }: FiguresQuestion,
): Promise<CountedSum[]> {
  return tx.query<CountedSum>(
    `SELECT region_code AS "regionCode", parent_code AS "parentCode", month::text AS month, key, figures AS values
     FROM pt_hnd_08_figures($1, $2, $3, $4, $5, $6, $7)`,
    [report, regions, parents, from, to, today, monthly],
  );
}
