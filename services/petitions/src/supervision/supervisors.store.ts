import type { ScopedTransaction } from '@junxian/persistence';
import { type BureauOfRegion, regionsAbove } from './escalation.rules';

const HAS_SUPERVISOR = `EXISTS (SELECT FROM officer_appointment a WHERE a.organisation_id = o.id AND 'petitions:SUPERVISOR' = ANY(a.roles)
  AND a.ended_on IS NULL AND a.valid_from <= $2 AND (a.valid_to IS NULL OR a.valid_to >= $2)
  AND NOT EXISTS (SELECT FROM disabled_account d WHERE d.account_id = a.account_id))`;

/** Organisations that are to act, and the bureaus of their regions and those above that have a supervisor on a day. */
export interface Supervisors {
  targets: ReadonlyMap<string, BureauOfRegion & { hasSupervisor: boolean }>;
  bureaus: BureauOfRegion[];
}

/** Who supervises organisations on a day, in two statements. For the service's own scope: appointments are not read across organisations. */
export async function supervisorsOf(
  tx: ScopedTransaction,
  targetIds: readonly string[],
  day: string,
): Promise<Supervisors> {
  const targets = await tx.query<BureauOfRegion & { hasSupervisor: boolean }>(
    `SELECT o.id, o.region_code AS "regionCode", ${HAS_SUPERVISOR} AS "hasSupervisor" FROM organisation o WHERE o.id = ANY($1::uuid[])`,
    [targetIds, day],
  );
  const codes = [...new Set(targets.flatMap(({ regionCode }) => [regionCode, ...regionsAbove(regionCode)]))];
  const bureaus = await tx.query<BureauOfRegion>(
    `SELECT o.id, o.region_code AS "regionCode" FROM organisation o
     WHERE o.region_code = ANY($1::text[]) AND o.is_bureau AND NOT o.removed AND ${HAS_SUPERVISOR} ORDER BY o.region_code, o.id`,
    [codes, day],
  );
  return { targets: new Map(targets.map((target) => [target.id, target])), bureaus };
}
