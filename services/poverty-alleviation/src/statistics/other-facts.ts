import { NATION_CODE } from '@junxian/administrative-region';
import { arrangementShares } from '../funds/arrangements.service';
import { delistedIn, isDelisted } from '../villages/poor-village-views.service';
import {
  type CellRule,
  COUNTY_CELLS,
  cellArrays,
  DUPLICATE_NUMBER_CELLS,
  DUPLICATE_PERSON_CELLS,
  FUND_ARRANGEMENT_CELLS,
  FUND_CARRY_IN_CELLS,
  FUND_LINE_CELLS,
  INTEGRATED_LINE_CELLS,
  RELOCATION_PROJECT_CELLS,
  UNCOUNTED_VILLAGE_CELLS,
  VILLAGE_CELLS,
} from './cells.rules';

/** SQL that selects one contribution for each row of `facts`, which know owner_id, source_id, year and region. */
function contributions(kind: string, rules: readonly CellRule[], facts: string): string {
  const { cells, amounts } = cellArrays(rules);
  return `SELECT '${kind}' AS kind, f.owner_id, f.year, f.source_id, '' AS part, f.region_code, f.region_epoch,
      ${cells} AS cells, ${amounts} AS amounts FROM (${facts}) AS f`;
}

/** SQL of the contributions of the villages (poor_village) `asked`. */
export const VILLAGE_CONTRIBUTIONS = contributions(
  'VILLAGE',
  [...VILLAGE_CELLS, ...UNCOUNTED_VILLAGE_CELLS],
  `SELECT asked.owner_id, asked.owner_id AS source_id, y.year, y.region_code, y.region_epoch, y.total_population,
     ${delistedIn('y', 'p')} AS delist_year, y.village_attribute = '01' AS poor, ${isDelisted('y', 'p')} AS delisted
   FROM asked JOIN village_year_record y ON y.poor_village_id = asked.owner_id::uuid AND y.year = asked.year
   JOIN poor_village p ON p.id = y.poor_village_id`,
);

/** SQL of the contributions of the yearly records of counties `asked`. */
export const COUNTY_CONTRIBUTIONS = contributions(
  'COUNTY',
  COUNTY_CELLS,
  `SELECT asked.owner_id, asked.owner_id AS source_id, c.year, c.region_code, c.region_epoch, c.agricultural_population
   FROM asked JOIN county_year_record c ON c.id = asked.owner_id::uuid AND c.year = asked.year`,
);

/** SQL of the contributions of the projects `asked`; only relocation projects that were approved count (6.8.2). */
export const PROJECT_CONTRIBUTIONS = contributions(
  'PROJECT',
  RELOCATION_PROJECT_CELLS,
  `SELECT asked.owner_id, asked.owner_id AS source_id, p.year, p.region_code, p.region_epoch, p.stage,
     coalesce(p.approved_amount, p.budget_total) AS budget, p.spent,
     coalesce((p.details ->> 'plannedRelocatedHouseholds')::numeric, p.planned_households, 0) AS planned_households,
     coalesce((p.details ->> 'plannedRelocatedPersons')::numeric, p.planned_persons, 0) AS planned_persons,
     b.moved_households, b.moved_persons, b.area
   FROM asked JOIN project p ON p.id = asked.owner_id::uuid AND p.year = asked.year
     AND p.type = '2' AND p.stage IN ('APPROVED', 'IMPLEMENTING', 'COMPLETED')
   CROSS JOIN LATERAL (
     SELECT count(*) AS moved_households, coalesce(sum(r.member_count), 0) AS moved_persons, coalesce(sum(moved.area), 0) AS area
     FROM (SELECT household_id, year, sum(area) AS area FROM beneficiary_household
           WHERE project_id = p.id AND move_date IS NOT NULL GROUP BY household_id, year) moved
     LEFT JOIN household_year_record r USING (household_id, year)) b`,
);

/**
 * SQL of the contributions of the allocations `asked` (6.11.3), line by line: what was allocated and arrived, at the receiver;
 * and, where the issuer passed on what it had received itself, the same taken off at the issuer, so that a region's
 * total is what came into it from outside. The nation receives from nobody. What arrived after the line's year was closed counts
 * in the year in which it arrived.
 */
export const FUND_LINE_CONTRIBUTIONS = (() => {
  const { cells, amounts } = cellArrays(FUND_LINE_CELLS);
  return `SELECT 'FUND_LINE' AS kind, f.owner_id, f.year, f.source_id, f.part, f.region_code, f.region_epoch,
      ${cells} AS cells, ${amounts} AS amounts FROM (
    SELECT asked.owner_id, l.id::text AS source_id, l.year, side.part, side.region_code, side.sign, l.region_epoch, l.tier, l.fund_type, l.amount,
      coalesce((SELECT sum(a.amount) FROM fund_arrival a WHERE a.fund_allocation_line_id = l.id AND a.year = l.year), 0) AS arrived
    FROM asked JOIN fund_allocation_line l ON l.fund_allocation_id = asked.owner_id::uuid AND l.year = asked.year
    CROSS JOIN LATERAL (
      SELECT '' AS part, l.region_code, 1 AS sign
      UNION ALL SELECT 'PASSED', l.from_region_code, -1
      WHERE l.from_region_code NOT IN (l.region_code, '${NATION_CODE}')) AS side
    UNION ALL
    -- What was still on its way when the year was closed: the issuer carried nothing of it over.
    SELECT asked.owner_id, l.id::text, asked.year, '', l.region_code, 1, l.region_epoch, l.tier, l.fund_type, 0, sum(a.amount)
    FROM asked JOIN fund_allocation_line l ON l.fund_allocation_id = asked.owner_id::uuid AND l.year < asked.year
    JOIN fund_arrival a ON a.fund_allocation_line_id = l.id AND a.year = asked.year
    GROUP BY asked.owner_id, asked.year, l.id) AS f`;
})();

/** SQL of what is arranged for the projects `asked` and spent of it; see {@link FUND_ARRANGEMENT_CELLS}. */
export const FUND_ARRANGEMENT_CONTRIBUTIONS = contributions(
  'FUND_ARRANGEMENT',
  FUND_ARRANGEMENT_CELLS,
  `WITH ${arrangementShares('project_id IN (SELECT owner_id::uuid FROM asked)')}
   SELECT asked.owner_id, s.id::text AS source_id, s.year, s.region_code, s.region_epoch, s.fund_type, s.amount, s.spent
   FROM asked JOIN arrangement_share s ON s.project_id = asked.owner_id::uuid AND s.year = asked.year`,
);

/** SQL of the contributions of the carry-ins `asked`. */
export const FUND_CARRY_IN_CONTRIBUTIONS = contributions(
  'FUND_CARRY_IN',
  FUND_CARRY_IN_CELLS,
  `SELECT asked.owner_id, asked.owner_id AS source_id, c.year, c.region_code, c.region_epoch, c.fund_type, c.amount
   FROM asked JOIN fund_carry_in c ON c.id = asked.owner_id::uuid AND c.year = asked.year`,
);

/**
 * SQL of the contributions of the reports `asked`: each line of a county's newest submitted report of the year. A merger
 * brings together reports of several counties, each of its own money: each one's newest counts until the merged county reports.
 */
export const INTEGRATED_LINE_CONTRIBUTIONS = contributions(
  'INTEGRATED_LINE',
  INTEGRATED_LINE_CELLS,
  `SELECT asked.owner_id, l.id::text AS source_id, r.year, l.region_code, l.region_epoch, l.tier, l.programme, l.direction,
     l.planned, l.integrated, l.spent
   FROM asked JOIN integrated_fund_report r ON r.id = asked.owner_id::uuid AND r.year = asked.year
   JOIN integrated_fund_line l ON l.integrated_fund_report_id = r.id
   WHERE r.level = 'COUNTY' AND r.status = 'SUBMITTED' AND NOT EXISTS (
     SELECT FROM integrated_fund_report later
     WHERE later.region_code = r.region_code AND later.reporter_code = r.reporter_code AND later.year = r.year AND later.level = r.level
       AND (later.status = 'SUBMITTED' AND later.period > r.period
         -- Of one period are only what former counties reported and what is of the whole, submitted or returned.
         OR later.period = r.period AND (later.updated_at, later.id) > (r.updated_at, r.id)
           AND (later.status = 'SUBMITTED' OR later.return_reason IS NOT NULL)))`,
);

/** The lowest region that two codes have in common, as an aggregate's building block over their least and greatest. */
const COMMON_REGION = `
  CASE WHEN g.low = g.high THEN g.low
       WHEN left(g.low, 9) = left(g.high, 9) THEN left(g.low, 9) || '000'
       WHEN left(g.low, 6) = left(g.high, 6) THEN left(g.low, 6) || '000000'
       WHEN left(g.low, 4) = left(g.high, 4) THEN left(g.low, 4) || '00000000'
       WHEN left(g.low, 2) = left(g.high, 2) THEN left(g.low, 2) || '0000000000'
       ELSE '000000000000' END`;

/**
 * SQL of the contributions of the numbers `asked` (blind indexes): those which two or more normal members share in
 * the year (PA-DU-01). A number counts once, where all its persons are within one region; each person where it lives.
 */
const DUPLICATES = `
  SELECT asked.owner_id, asked.year, g.*, ${COMMON_REGION} AS common_region,
    CASE WHEN g.households = 1 THEN 'SAME_HOUSEHOLD' WHEN left(g.low, 6) = left(g.high, 6) THEN 'SAME_COUNTY'
         WHEN left(g.low, 2) = left(g.high, 2) THEN 'SAME_PROVINCE' ELSE 'CROSS_PROVINCE' END AS class
  FROM asked CROSS JOIN LATERAL (
    SELECT min(m.region_code) AS low, max(m.region_code) AS high, max(m.region_epoch) AS region_epoch,
      count(DISTINCT m.household_id) AS households, count(*) AS persons, min(m.member_id::text) AS first_member
    FROM member_year_record m
    WHERE m.year = asked.year AND m.id_number_index = asked.owner_id AND m.status IN ('1', '4') HAVING count(*) > 1) g`;

export const DUPLICATE_CONTRIBUTIONS = `
  ${contributions(
    'DUPLICATE_NUMBER',
    DUPLICATE_NUMBER_CELLS,
    `SELECT d.owner_id, d.first_member AS source_id, d.year, d.common_region AS region_code, d.region_epoch, d.class, d.persons
     FROM (${DUPLICATES}) d`,
  )}
  UNION ALL
  ${contributions(
    'DUPLICATE_PERSON',
    DUPLICATE_PERSON_CELLS,
    `SELECT d.owner_id, m.member_id::text AS source_id, d.year, m.region_code, m.region_epoch, d.class
     FROM (${DUPLICATES}) d JOIN member_year_record m
       ON m.year = d.year AND m.id_number_index = d.owner_id AND m.status IN ('1', '4')`,
  )}`;
