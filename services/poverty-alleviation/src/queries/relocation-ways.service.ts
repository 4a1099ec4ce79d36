import type { ScopedTransaction } from '@junxian/persistence';
import { RELOCATION_MODE, RESETTLEMENT, type RelocationMode, type Resettlement } from '../code-lists';
import { surveyYear } from '../survey-years/survey-years.service';

/** Households that relocate in one way. */
export interface RelocationWayView {
  mode: RelocationMode | null;
  resettlement: Resettlement | null;
  households: number;
  persons: number;
}

const CELL = 'relocation.way.';

/**
 * The relocation households of a region by mode and resettlement, from the counters (PA-QY-08); ways that nobody goes
 * are left out. Throws INVALID_INPUT for a year without data.
 */
export async function relocationWays(
  tx: ScopedTransaction,
  year: number,
  region: string,
): Promise<RelocationWayView[]> {
  await surveyYear(tx, year);
  const rows = await tx.query<{ cell: string; households: string; persons: string }>(
    `SELECT cell, count AS households, amount AS persons FROM statistic_counter
     WHERE year = $1 AND region_code = $2 AND cell >= $3 AND cell < $4 AND count <> 0 ORDER BY cell`,
    [year, region, CELL, 'relocation.way/'],
  );
  return rows.map(({ cell, households, persons }) => {
    const [mode, resettlement] = cell.slice(CELL.length).split('.') as [string, string];
    return {
      mode: mode === '-' ? null : RELOCATION_MODE.name(mode),
      resettlement: resettlement === '-' ? null : RESETTLEMENT.name(resettlement),
      households: Number(households),
      persons: Number(persons),
    };
  });
}
