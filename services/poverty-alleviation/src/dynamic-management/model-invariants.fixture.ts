import type { TestStore } from '../testing/store.support.test';

/** Which moves of the status history the table of states has, by operation; ROLLBACK is checked against what it takes back. */
const STATUS_WALK = `
  SELECT h.household_id, h.operation, h.from_status, h.to_status, h.rolled_back_by,
    lag(h.to_status) OVER (PARTITION BY h.household_id ORDER BY h.id) AS stood
  FROM household_status_history h`;

/** Each query finds what must never be; its name says what is wrong. */
const BROKEN: Readonly<Record<string, string>> = {
  'an active household has not exactly one head (PA-HH-06)': `
    SELECT h.id FROM household h WHERE h.file_status = 'ACTIVE' AND 1 <> (
      SELECT count(*) FROM member_year_record m WHERE m.household_id = h.id AND m.year = 2017
        AND m.relation_to_head = '01' AND m.status IN ('1', '4'))`,
  'a shut household has members': `
    SELECT h.id FROM household h JOIN member_year_record m ON m.household_id = h.id AND m.year = 2017 AND m.status IN ('1', '4')
    WHERE h.file_status <> 'ACTIVE'`,
  'figures are not those of members and incomes (PA-HH-05)': `
    SELECT r.household_id FROM household_year_record r
    JOIN LATERAL (SELECT count(*) AS persons FROM member_year_record m
      WHERE m.household_id = r.household_id AND m.year = r.year AND m.status IN ('1', '4')) p ON true
    WHERE r.member_count <> p.persons
      OR r.net_income <> r.wage_income + r.business_income + r.property_income + r.transfer_income - r.business_expense
      OR r.per_capita_net_income IS DISTINCT FROM round(r.net_income / nullif(p.persons, 0), 2)`,
  'somebody is active twice in a year (PA-NI-03)': `
    SELECT id_number_index FROM member_year_record WHERE status IN ('1', '4') AND id_number_index IS NOT NULL
    GROUP BY year, id_number_index HAVING count(*) > 1`,
  'a history does not go on where it stood': `
    SELECT household_id FROM (${STATUS_WALK}) walk WHERE from_status IS DISTINCT FROM stood`,
  'a status changed otherwise than by the table of states': `
    SELECT household_id FROM (${STATUS_WALK}) walk WHERE NOT CASE operation
      WHEN 'IDENTIFY' THEN from_status IS NULL
      WHEN 'SPLIT' THEN from_status IS NULL AND to_status <> '4'
      WHEN 'EXIT' THEN from_status IN ('0', '3') AND to_status = '1'
      WHEN 'STABLE_EXIT' THEN from_status IN ('0', '3', '1') AND to_status = '4'
      WHEN 'RETURN' THEN from_status = '1' AND to_status = '3'
      WHEN 'ROLLBACK' THEN true
      ELSE from_status = to_status END`,
  'a rollback did not go back where its operation came from': `
    SELECT h.household_id FROM household_status_history h JOIN household_status_history back ON back.id = h.rolled_back_by
    WHERE back.operation NOT IN ('ROLLBACK', 'CLOSE') OR back.to_status IS DISTINCT FROM h.from_status
      OR back.from_status IS DISTINCT FROM h.to_status`,
  'a status is not where its history ends': `
    SELECT r.household_id FROM household_year_record r JOIN LATERAL (
      SELECT to_status FROM household_status_history h WHERE h.household_id = r.household_id ORDER BY h.id DESC LIMIT 1) last ON true
    WHERE r.year = 2017 AND r.poverty_status <> last.to_status`,
  'years do not fit the status': `
    SELECT household_id FROM household_year_record WHERE year = 2017 AND NOT CASE poverty_status
      WHEN '0' THEN exit_year IS NULL AND return_year IS NULL AND benefit_end_month IS NULL
      WHEN '1' THEN exit_year IS NOT NULL AND benefit_end_month IS NULL
      WHEN '3' THEN return_year = 2017 AND return_reason IS NOT NULL AND benefit_end_month IS NULL
      ELSE exit_year IS NOT NULL AND benefit_end_month IS NOT NULL END`,
  'a closure year does not fit the file': `
    SELECT h.id FROM household h JOIN household_year_record r ON r.household_id = h.id AND r.year = 2017
    WHERE (h.file_status = 'CLOSED') <> (r.closure_year IS NOT NULL) AND h.file_status <> 'CLEARED'
       OR (h.file_status = 'ACTIVE') <> (h.closed_year IS NULL)`,
  'somebody lies in another region than the household': `
    SELECT m.member_id FROM member_year_record m JOIN household h ON h.id = m.household_id JOIN member p ON p.id = m.member_id
    WHERE m.year = 2017 AND (m.region_code <> h.region_code OR p.region_code <> h.region_code)`,
  'changes of population do not balance': `
    SELECT change_id FROM population_change GROUP BY change_id, kind
    HAVING count(*) <> CASE WHEN kind IN ('TRANSFER', 'SPLIT') THEN 2 ELSE 1 END
      OR count(*) FILTER (WHERE rolled_back_by IS NOT NULL) NOT IN (0, count(*))`,
  'an earlier year was touched (PA-YR-06)': `
    SELECT household_id FROM household_year_record WHERE year < 2017 AND (member_count, poverty_status) NOT IN (
      SELECT count(*), household_year_record.poverty_status FROM member_year_record m
      WHERE m.household_id = household_year_record.household_id AND m.year = household_year_record.year AND m.status IN ('1', '4'))`,
};

const ALL = Object.entries(BROKEN)
  .map(([name, query]) => `SELECT '${name.replaceAll("'", "''")}' AS fault WHERE EXISTS (${query})`)
  .join(' UNION ALL ');

/** What is wrong with the rows of the whole store; empty when all invariants hold. */
export async function brokenInvariants(store: TestStore): Promise<string[]> {
  const rows = await store.adminQuery<{ fault: string }>(ALL);
  return rows.map(({ fault }) => fault);
}
