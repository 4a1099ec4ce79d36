import type { TestStore } from '../testing/store.support.test';

/** Which moves of the status history the table of states has, by operation; ROLLBACK is checked against what it takes back. */
const STATUS_WALK = `
  SELECT h.household_id, h.operation, h.from_status, h.to_status, h.rolled_back_by,
    lag(h.to_status) OVER (PARTITION BY h.household_id ORDER BY h.id) AS stood
  FROM household_status_history h`;

const CYCLE = '(SELECT year FROM survey_year WHERE is_current_cycle)';

/** Each query finds what must never be; its name says what is wrong. */
const BROKEN: Readonly<Record<string, string>> = {
  'an active household has not exactly one head (PA-HH-06)': `
    SELECT h.id FROM household h WHERE h.file_status = 'ACTIVE' AND 1 <> (
      SELECT count(*) FROM member_year_record m WHERE m.household_id = h.id AND m.year = ${CYCLE}
        AND m.relation_to_head = '01' AND m.status IN ('1', '4'))`,
  'members of an earlier year have not exactly one head': `
    SELECT FROM member_year_record m WHERE m.status IN ('1', '4') GROUP BY m.household_id, m.year
    HAVING count(*) FILTER (WHERE m.relation_to_head = '01') <> 1`,
  'a shut household has members, or data of a later year': `
    SELECT h.id FROM household h JOIN household_year_record r ON r.household_id = h.id
    WHERE h.closed_year < r.year OR (h.closed_year = r.year AND r.member_count > 0)`,
  'figures are not those of members and incomes (PA-HH-05)': `
    SELECT r.household_id FROM household_year_record r
    JOIN LATERAL (SELECT count(*) AS persons FROM member_year_record m
      WHERE m.household_id = r.household_id AND m.year = r.year AND m.status IN ('1', '4')) p ON true
    WHERE r.member_count <> p.persons
      OR r.net_income <> r.wage_income + r.business_income + r.property_income + r.transfer_income - r.business_expense
      OR r.per_capita_net_income IS DISTINCT FROM round(r.net_income / nullif(p.persons, 0), 2)`,
  'somebody is active twice in a year, and not by old data (PA-NI-03)': `
    SELECT id_number_index FROM member_year_record WHERE status IN ('1', '4') AND id_number_index IS NOT NULL
    GROUP BY year, id_number_index HAVING count(*) FILTER (WHERE NOT repeats_number) > 1`,
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
  'a status is not where the history of its year ends': `
    SELECT r.household_id FROM household_year_record r JOIN LATERAL (
      SELECT to_status FROM household_status_history h WHERE h.household_id = r.household_id AND h.year <= r.year
      ORDER BY h.id DESC LIMIT 1) last ON true
    WHERE r.poverty_status <> last.to_status`,
  'years do not fit the status': `
    SELECT household_id FROM household_year_record WHERE exit_year > year OR return_year > year OR NOT CASE poverty_status
      WHEN '0' THEN exit_year IS NULL AND return_year IS NULL AND benefit_end_month IS NULL
      WHEN '1' THEN exit_year IS NOT NULL AND benefit_end_month IS NULL
      WHEN '3' THEN return_year IS NOT NULL AND return_reason IS NOT NULL AND benefit_end_month IS NULL
      ELSE exit_year IS NOT NULL AND benefit_end_month IS NOT NULL END`,
  'a closure year does not fit the file': `
    SELECT h.id FROM household h JOIN household_year_record r ON r.household_id = h.id
    WHERE (h.file_status = 'ACTIVE') <> (h.closed_year IS NULL)
       OR (h.file_status = 'CLOSED' AND r.year = h.closed_year AND r.closure_year IS DISTINCT FROM r.year)
       OR (r.closure_year IS NOT NULL AND (r.closure_year <> r.year OR r.member_count > 0))
       OR (h.file_status = 'ACTIVE' AND r.year = ${CYCLE} AND r.closure_year IS NOT NULL)`,
  'an active household has no data of the cycle': `
    SELECT h.id FROM household h WHERE h.file_status = 'ACTIVE'
      AND NOT EXISTS (SELECT FROM household_year_record r WHERE r.household_id = h.id AND r.year = ${CYCLE})`,
  'somebody lies in another region than the household': `
    SELECT r.household_id FROM household_year_record r JOIN household h ON h.id = r.household_id
    LEFT JOIN member_year_record m ON m.household_id = h.id AND m.year = r.year LEFT JOIN member p ON p.id = m.member_id
    WHERE r.year = ${CYCLE} AND (r.region_code <> h.region_code OR m.region_code <> h.region_code
      -- While rows follow a change of regions, who lived elsewhere in an earlier year may go along with that household first.
      OR (p.region_code <> h.region_code AND NOT EXISTS (SELECT FROM region_change WHERE followed_at IS NULL)))`,
  'changes of population do not balance': `
    SELECT change_id FROM population_change GROUP BY change_id, kind
    HAVING count(*) <> CASE WHEN kind IN ('TRANSFER', 'SPLIT') THEN 2 ELSE 1 END
      OR count(*) FILTER (WHERE rolled_back_by IS NOT NULL) NOT IN (0, count(*))`,
  'not exactly one year is the cycle': `SELECT FROM survey_year HAVING count(*) FILTER (WHERE is_current_cycle) <> 1`,
};

/** What is kept by year, of which a move writes its own years only (PA-YR-01). */
const YEARLY = [
  'household_year_record',
  'member_year_record',
  'assistance_outcome',
  'assistance_measure',
  'village_year_record',
];

/** Columns in which a region change, or the correction of an identity, may change every year. */
export const EVERY_YEARS = {
  REGION: ['region_code', 'region_epoch', 'natural_village_code'],
  IDENTITY: [
    ...[
      'name',
      'sex',
      'birth_date',
      'id_type',
      'id_number_sealed',
      'id_number_index',
      'citizen_id',
      'repeats_number',
    ],
    ...['version', 'updated_by', 'updated_at'],
  ],
} as const;

const allRows = (select: (table: string) => string) => YEARLY.map(select).join(' UNION ALL ');

/** As functions, so that the server plans them once for a life. */
const FUNCTIONS = `
  CREATE FUNCTION model_broken() RETURNS SETOF text LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY
    ${Object.entries(BROKEN)
      .map(([name, query]) => `SELECT '${name.replaceAll("'", "''")}'::text WHERE EXISTS (${query})`)
      .join(' UNION ALL ')}; END $$;
  CREATE FUNCTION model_years() RETURNS TABLE (of_year int, digest text, repeated int) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY
    SELECT y.year, coalesce(d.digest, ''), coalesce(n.repeated, 0) FROM survey_year y
    LEFT JOIN (SELECT t.year, sum(t.hash)::text AS digest FROM (
      ${allRows((table) => `SELECT t.year, hash_record_extended(t, 0)::numeric AS hash FROM ${table} t`)}) t GROUP BY 1) d ON d.year = y.year
    LEFT JOIN (SELECT t.year, sum(t.more)::int AS repeated FROM (
      SELECT m.year, count(*) - 1 AS more FROM member_year_record m
      WHERE m.status IN ('1', '4') AND m.id_number_index IS NOT NULL GROUP BY m.year, m.id_number_index) t GROUP BY 1) n ON n.year = y.year;
    END $$`;

/** Data of a year as they stand. */
export interface YearState {
  year: number;
  /** Another one for other rows. */
  digest: string;
  /** How many active members carry a number that somebody before them carries. */
  repeated: number;
}

/** Looks at the rows of a whole store. */
export class Inspector {
  private constructor(private readonly store: TestStore) {}

  static async of(store: TestStore): Promise<Inspector> {
    await store.adminQuery(FUNCTIONS);
    return new Inspector(store);
  }

  /** What is wrong; empty when all invariants hold. */
  async broken(): Promise<string[]> {
    const rows = await this.store.adminQuery<{ fault: string }>('SELECT model_broken() AS fault');
    return rows.map(({ fault }) => fault);
  }

  years(): Promise<YearState[]> {
    return this.store.adminQuery('SELECT of_year AS year, digest, repeated FROM model_years()');
  }

  /** Data of the years but for some columns, by year. */
  async yearsWithout(columns: readonly string[]): Promise<YearState[]> {
    return this.store.adminQuery(
      `SELECT t.year, sum(hashtextextended((t.row - $1::text[])::text, 0)::numeric)::text AS digest, 0 AS repeated
       FROM (${allRows((table) => `SELECT year, to_jsonb(t) AS row FROM ${table} t`)}) t GROUP BY 1`,
      [columns],
    );
  }
}
