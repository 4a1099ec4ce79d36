/**
 * What the logs of changes have in common, SQL by subject: id, part, at, region_code, household_id, year, operation,
 * from_status, to_status, before, after, reason, operator, rolled_back, shown. Which lines are shown is said by a column and
 * not by a WHERE, below which PostgreSQL would not merge the logs by time. The back office writes its own log, so its lines
 * in the status history are left out, as are the members of a split, which is a line of its own.
 */
const STATUS = `
  SELECT s.id, s.household_id AS part, s.at, s.region_code, s.household_id, s.year, s.operation, s.from_status, s.to_status,
    NULL::jsonb AS before, NULL::jsonb AS after, s.reason, s.operator, s.rolled_back_by IS NOT NULL AS rolled_back,
    s.operation NOT IN ('CLEAR', 'SUPPLEMENT', 'ROLLBACK') AS shown
  FROM household_status_history s`;

const POPULATION = `
  SELECT c.change_id, c.household_id, c.at, c.region_code, c.household_id, c.year, 'MEMBER_' || c.kind || CASE c.kind WHEN 'TRANSFER' THEN '_' || c.direction ELSE '' END,
    NULL::text, NULL::text, jsonb_build_object('perCapitaNetIncome', c.per_capita_before), jsonb_build_object('perCapitaNetIncome', c.per_capita_after),
    c.reason, c.operator, c.rolled_back_by IS NOT NULL, c.kind <> 'SPLIT'
  FROM population_change c`;

// Of dynamic management only these write no line of their own in the logs above.
const KEY_TARGETS = `
  SELECT o.operation_id, o.household_id, o.at, o.region_code, o.household_id, o.year, o.kind, NULL::text, NULL::text,
    jsonb_build_object('isKeyTarget', o.before -> 'isKeyTarget'), jsonb_build_object('isKeyTarget', o.after -> 'isKeyTarget'),
    o.reason, o.operator, o.rolled_back_by IS NOT NULL, o.kind = 'KEY_TARGET'
  FROM dynamic_operation o`;

const NO_HOUSEHOLD = `'00000000-0000-0000-0000-000000000000'::uuid`;

const backOffice = (condition: string) => `
  SELECT b.id, ${NO_HOUSEHOLD}, b.at, b.region_code, b.household_id, b.year, b.function, NULL::text, NULL::text, b.before, b.after, b.reason, b.operator, false, ${condition}
  FROM back_office_operation b`;

const regionHistory = (kind: string) => `
  SELECT v.id, ${NO_HOUSEHOLD} AS part, v.at, v.region_code, NULL::uuid AS household_id, v.year, v.operation, NULL::text AS from_status, NULL::text AS to_status,
    v.before, v.after, v.reason, v.operator, false AS rolled_back, v.kind = '${kind}' AS shown
  FROM village_history v`;

/** The union of logs that tell the changes of a subject. */
export const CHANGE_LOGS = {
  HOUSEHOLD: [STATUS, POPULATION, KEY_TARGETS, backOffice('b.household_id IS NOT NULL')].join(' UNION ALL '),
  VILLAGE: regionHistory('VILLAGE'),
  COUNTY: regionHistory('COUNTY'),
} as const;
