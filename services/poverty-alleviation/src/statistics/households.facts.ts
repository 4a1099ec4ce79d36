import { isDelisted } from '../villages/poor-village-views.service';
import { CHANGE_CELLS, cellArrays, HOUSEHOLD_CELLS, LEFT_VILLAGE_CELLS } from './cells.rules';

/**
 * What is known of a household's year, and of the year before as far as 6.9 asks. The figures of 6.9 are made of the
 * two year-ends and the natural changes between them; what these do not explain is the residual: persons who came by
 * identification, return or supplement, or went by clearance or as duplicates. So they balance by construction,
 * whatever was rolled back or corrected in between (PA-ST-12).
 */
const FACTS = `
  SELECT state.*,
    CASE WHEN circulates THEN gained ELSE 0 END AS increase,
    CASE WHEN circulates THEN lost ELSE 0 END AS decrease,
    closing + leaving - opening - CASE WHEN circulates THEN gained - lost ELSE 0 END AS residual
  FROM (
    SELECT seen.*,
      CASE WHEN poor THEN persons ELSE 0 END AS closing,
      CASE WHEN leaves THEN persons ELSE 0 END AS leaving,
      opening > 0 OR poor OR leaves OR (closed_year = year AND poverty_status IN ('0', '3')) AS circulates,
      opening > 0 AND region_code <> region_before AS elsewhere
    FROM (
      SELECT basis.*,
        active AND poverty_status IN ('0', '3') AS poor,
        active AND poverty_status IN ('1', '4') AS exited,
        active AND poverty_status IN ('1', '4') AND (opening > 0 OR coalesce(exit_year = year, false)) AS leaves,
        coalesce(poverty_status = '3' AND return_year = year, false) AND opening = 0 AS comes_back,
        active AND is_relocation_household AS relocates,
        active AND is_relocation_household AND relocated_date IS NOT NULL AND relocated_date < make_date(year + 1, 1, 1) AS moved
      FROM (
        SELECT asked.owner_id, asked.year, h.file_status, h.closed_year, h.close_reason, h.identified_year,
          coalesce(r.region_code, b.region_code) AS region_code, coalesce(r.region_epoch, b.region_epoch) AS region_epoch,
          coalesce(b.region_code, r.region_code) AS region_before, coalesce(b.region_epoch, r.region_epoch) AS epoch_before,
          coalesce(r.member_count, 0) AS persons, r.poverty_status, r.household_attribute, r.identification_standard, r.main_cause,
          r.exit_year, r.return_year, r.return_reason, coalesce(r.is_relocation_household, false) AS is_relocation_household,
          r.mode, r.resettlement, r.difficulty, r.relocated_date, coalesce(r.follow_up_support, '{}') AS follow_up_support,
          r.household_id IS NOT NULL AND r.file_status = 'ACTIVE' AS active,
          CASE WHEN b.poverty_status IN ('0', '3') AND (h.closed_year IS NULL OR asked.year - 1 < h.closed_year)
            THEN b.member_count ELSE 0 END AS opening,
          change.gained, change.lost, change.split_off,
          coalesce(v.village_poor, false) AS village_poor, coalesce(v.village_delisted, false) AS village_delisted
        FROM asked JOIN household h ON h.id = asked.owner_id::uuid
        LEFT JOIN household_year_record r ON r.household_id = h.id AND r.year = asked.year
        LEFT JOIN household_year_record b ON b.household_id = h.id AND b.year = asked.year - 1
        CROSS JOIN LATERAL (
          SELECT count(*) FILTER (WHERE c.direction = 'IN')::int AS gained, count(*) FILTER (WHERE c.direction = 'OUT')::int AS lost,
            coalesce(bool_or(c.kind = 'SPLIT' AND c.direction = 'IN' AND h.origin_household_id = c.from_household_id), false) AS split_off
          FROM population_change c
          WHERE c.household_id = h.id AND c.year = asked.year AND c.rolled_back_by IS NULL) change
        LEFT JOIN LATERAL (
          SELECT bool_or(y.village_attribute = '01') AS village_poor,
            bool_or(y.village_attribute = '01' AND ${isDelisted('y', 'p')}) AS village_delisted
          FROM village_year_record y JOIN poor_village p ON p.id = y.poor_village_id
          WHERE y.year = asked.year AND y.region_code = r.region_code) v ON true
        WHERE r.household_id IS NOT NULL OR b.household_id IS NOT NULL
      ) AS basis
    ) AS seen
  ) AS state`;

const here = cellArrays(HOUSEHOLD_CELLS);
const left = cellArrays(LEFT_VILLAGE_CELLS);
const change = cellArrays(CHANGE_CELLS);

/** SQL of the contributions of the households \`asked\`, in the columns of the ledger. */
export const HOUSEHOLD_CONTRIBUTIONS = `
  SELECT part.* FROM (${FACTS}) AS f CROSS JOIN LATERAL (
    SELECT 'HOUSEHOLD' AS kind, f.owner_id, f.year, f.owner_id AS source_id, '' AS part, f.region_code, f.region_epoch,
      ${here.cells} AS cells, ${here.amounts} AS amounts
    UNION ALL
    SELECT 'HOUSEHOLD', f.owner_id, f.year, f.owner_id, 'LEFT', f.region_before, f.epoch_before, ${left.cells}, ${left.amounts}
    WHERE f.elsewhere) AS part
  UNION ALL
  -- Where the household's record of that year stands, like its other figures: the change itself goes where it lives now.
  SELECT 'POPULATION_CHANGE', asked.owner_id, f.year, f.change_id::text, f.direction, r.region_code, r.region_epoch,
    ${change.cells}, ${change.amounts}
  FROM asked JOIN population_change f ON f.household_id = asked.owner_id::uuid AND f.year = asked.year AND f.rolled_back_by IS NULL
  JOIN household_year_record r ON r.household_id = f.household_id AND r.year = f.year`;
