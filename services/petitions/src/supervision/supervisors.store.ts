import type { ScopedTransaction } from '@junxian/persistence';
import { regionsAbove, type Supervised } from './escalation.rules';

const SUPERVISORS = `ARRAY(SELECT DISTINCT a.account_id FROM officer_appointment a
  WHERE a.organisation_id = o.id AND 'petitions:SUPERVISOR' = ANY(a.roles)
    AND a.ended_on IS NULL AND a.valid_from <= $2 AND (a.valid_to IS NULL OR a.valid_to >= $2)
    AND NOT EXISTS (SELECT FROM disabled_account d WHERE d.account_id = a.account_id)) AS supervisors`;

/** Organisations that are to act, and the bureaus of their regions and those above, with their supervisors of a day. */
export interface Supervisors {
  targets: ReadonlyMap<string, Supervised>;
  bureaus: Supervised[];
}

/** Who supervises organisations on a day, in two statements. For the service's own scope: appointments are not read across organisations. */
export async function supervisorsOf(
  tx: ScopedTransaction,
  targetIds: readonly string[],
  day: string,
): Promise<Supervisors> {
  const targets = await tx.query<Supervised>(
    `SELECT o.id, o.region_code AS "regionCode", ${SUPERVISORS} FROM organisation o WHERE o.id = ANY($1::uuid[])`,
    [targetIds, day],
  );
  const codes = [...new Set(targets.flatMap(({ regionCode }) => [regionCode, ...regionsAbove(regionCode)]))];
  const bureaus = await tx.query<Supervised>(
    `SELECT o.id, o.region_code AS "regionCode", ${SUPERVISORS} FROM organisation o
     WHERE o.region_code = ANY($1::text[]) AND o.is_bureau AND NOT o.removed ORDER BY o.region_code, o.id`,
    [codes, day],
  );
  return { targets: new Map(targets.map((target) => [target.id, target])), bureaus };
}
