/**
 * What the logs of changes have in common, SQL by subject: id, part, at, region_code, household_id, year, operation,
 * from_status, to_status, before, after, reason, operator, rolled_back. The back office writes its own log, so its lines in
 * the status history are left out, as are the members of a split, which is a line of its own.
 */
const STATUS = `
  SELECT s.id, s.household_id AS part, s.at, s.region_code, s.household_id, s.year, s.operation, s.from_status, s.to_status,
    NULL::jsonb AS before, NULL::jsonb AS after, s.reason, s.operator, s.rolled_back_by IS NOT NULL AS rolled_back
  FROM household_status_history s WHERE s.operation NOT IN ('CLEAR', 'SUPPLEMENT', 'ROLLBACK')`;

const POPULATION = `
  SELECT c.change_id, c.household_id, c.at, c.region_code, c.household_id, c.year, 'MEMBER_' || c.kind || CASE c.kind WHEN 'TRANSFER' THEN '_' || c.direction ELSE '' END,
    NULL::text, NULL::text, jsonb_build_object('perCapitaNetIncome', c.per_capita_before), jsonb_build_object('perCapitaNetIncome', c.per_capita_after),
    c.reason, c.operator, c.rolled_back_by IS NOT NULL
  FROM population_change c WHERE c.kind <> 'SPLIT'`;

const NO_HOUSEHOLD = `'00000000-0000-0000-0000-000000000000'::uuid`;

const backOffice = (condition: string) => `
  SELECT b.id, ${NO_HOUSEHOLD}, b.at, b.region_code, b.household_id, b.year, b.function, NULL::text, NULL::text, b.before, b.after, b.reason, b.operator, false
  FROM back_office_operation b WHERE ${condition}`;

const regionHistory = (kind: string) => `
  SELECT v.id, ${NO_HOUSEHOLD} AS part, v.at, v.region_code, NULL::uuid AS household_id, v.year, v.operation, NULL::text AS from_status, NULL::text AS to_status,
    v.before, v.after, v.reason, v.operator, false AS rolled_back
  FROM village_history v WHERE v.kind = '${kind}'`;

/** The union of logs that tell the changes of a subject. */
export const CHANGE_LOGS = {
  HOUSEHOLD: [STATUS, POPULATION, backOffice('b.household_id IS NOT NULL')].join(' UNION ALL '),
  VILLAGE: regionHistory('VILLAGE'),
  COUNTY: regionHistory('COUNTY'),
} as const;
