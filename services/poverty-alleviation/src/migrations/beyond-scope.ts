import { definer, inCallersRange } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The only functions of this service that look beyond the caller's region, each named by its rule. */
export const BEYOND_SCOPE_FUNCTIONS = [
  'pa_ni_03_duplicate(text, integer)',
  'pa_ni_03_duplicates(text[], integer)',
  'pa_au_02_in_use(uuid, date)',
  'pa_ah_01_taken(text, text, uuid)',
  'pa_ah_01_engaged(uuid, date)',
  'pa_ah_02_member(text)',
  'pa_ah_02_helpers(text[])',
  'pa_pr_05_verify(text)',
  'pa_bo_06_duplicate(text, integer, uuid)',
  'pa_du_01_groups(integer, text, text, text, text, integer)',
  'pa_du_01_holders(integer, text[])',
  'pa_fd_04_arrived(uuid)',
] as const;

/** PA-NI-03: whether an ID number is active anywhere in the country in a year; says neither where nor who. */
export class BeyondScope1000000000190 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      definer(
        'poverty_alleviation',
        'pa_ni_03_duplicate(text, integer)',
        `CREATE FUNCTION pa_ni_03_duplicate(blind_index text, in_year integer) RETURNS boolean LANGUAGE sql STABLE AS $$
           SELECT EXISTS (
             SELECT FROM member_year_record
             WHERE year = in_year AND id_number_index = blind_index AND status IN ('1', '4')
               AND (junxian.is_service() OR junxian.has_role('poverty-alleviation:OPERATOR')))
         $$`,
      ),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION pa_ni_03_duplicate(text, integer)');
  }
}

/** Units, helpers and prints beyond the caller's region: whether something is in use or taken; never where, never whose. */
export class AssistanceBeyondScope1000000000345 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const functions: readonly [signature: string, create: string][] = [
      [
        // PA-AU-02: whether a unit of the caller's region has helpers, or pairings in force, anywhere.
        'pa_au_02_in_use(uuid, date)',
        `CREATE FUNCTION pa_au_02_in_use(unit uuid, on_date date) RETURNS boolean LANGUAGE sql STABLE AS $$
           SELECT EXISTS (SELECT FROM assistance_unit u WHERE u.id = unit
             AND u.region_code >= current_setting('junxian.region_low', true) AND u.region_code < current_setting('junxian.region_high', true))
             AND (EXISTS (SELECT FROM responsible_helper h WHERE h.unit_id = unit AND h.deleted_at IS NULL)
               OR EXISTS (SELECT FROM unit_village_pairing p WHERE p.unit_id = unit AND (p.end_date IS NULL OR p.end_date > on_date)))
         $$`,
      ],
      [
        // PA-AH-01: whether a helper's ID number or phone belongs to another helper anywhere in the country.
        'pa_ah_01_taken(text, text, uuid)',
        `CREATE FUNCTION pa_ah_01_taken(id_index text, by_phone text, but uuid, OUT id_number boolean, OUT phone boolean) LANGUAGE sql STABLE AS $$
           SELECT EXISTS (SELECT FROM responsible_helper h WHERE h.id_number_index = id_index AND h.deleted_at IS NULL
                    AND h.id IS DISTINCT FROM but AND (junxian.is_service() OR junxian.has_role('poverty-alleviation:OPERATOR'))),
                  EXISTS (SELECT FROM responsible_helper h WHERE h.phone_index = by_phone AND h.deleted_at IS NULL
                    AND h.id IS DISTINCT FROM but AND (junxian.is_service() OR junxian.has_role('poverty-alleviation:OPERATOR')))
         $$`,
      ],
      [
        // PA-AH-01: whether a helper of the caller's region is paired, or in a team, from a date on, anywhere.
        'pa_ah_01_engaged(uuid, date)',
        `CREATE FUNCTION pa_ah_01_engaged(helper uuid, on_date date) RETURNS boolean LANGUAGE sql STABLE AS $$
           SELECT EXISTS (SELECT FROM responsible_helper h WHERE h.id = helper
             AND h.region_code >= current_setting('junxian.region_low', true) AND h.region_code < current_setting('junxian.region_high', true))
             AND (EXISTS (SELECT FROM helper_pairing p WHERE p.helper_id = helper AND (p.end_date IS NULL OR p.end_date > on_date))
               OR EXISTS (SELECT FROM work_team_member m WHERE m.helper_id = helper AND m.end_date >= on_date))
         $$`,
      ],
      [
        // PA-AH-02: whether an ID number is that of an active member of a registered poor household, anywhere.
        'pa_ah_02_member(text)',
        `CREATE FUNCTION pa_ah_02_member(blind_index text) RETURNS boolean LANGUAGE sql STABLE AS $$
           SELECT EXISTS (
             SELECT FROM member_year_record m JOIN household h ON h.id = m.household_id AND h.file_status = 'ACTIVE'
             WHERE m.year = (SELECT max(year) FROM survey_year WHERE is_current_cycle) AND m.id_number_index = blind_index
               AND m.status IN ('1', '4') AND (junxian.is_service() OR junxian.has_role('poverty-alleviation:OPERATOR')))
         $$`,
      ],
      [
        // PA-PR-05: what the code on a printed form stands for, for anybody; nothing of what the form says.
        'pa_pr_05_verify(text)',
        `CREATE FUNCTION pa_pr_05_verify(code text)
           RETURNS TABLE (kind text, number text, region_code text, year integer, issued_on date, content_hash text) LANGUAGE sql STABLE AS $$
           SELECT s.kind, s.number, s.region_code, s.year, s.issued_on, s.content_hash FROM print_snapshot s
           WHERE s.verification_code = code COLLATE "C"
         $$`,
      ],
    ];
    for (const [signature, create] of functions) {
      await runner.query(definer('poverty_alleviation', signature, create));
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION pa_au_02_in_use(uuid, date), pa_ah_01_taken(text, text, uuid), pa_ah_01_engaged(uuid, date),
      pa_ah_02_member(text), pa_pr_05_verify(text)`);
  }
}

/** Callers who may look for duplicates, or the service's own work. */
const DUPLICATE_READERS = `(junxian.is_service() OR junxian.has_role('poverty-alleviation:OPERATOR')
  OR junxian.has_role('poverty-alleviation:MANAGER') OR junxian.has_role('poverty-alleviation:PROVINCE_ADMIN'))`;

/** A normal member `m` of a year with a number. */
const NUMBERED = `m.year = in_year AND m.status IN ('1', '4') AND m.id_number_index IS NOT NULL`;

/** PA-DU-01: how far apart the holders `m` of one number live. */
const DUPLICATE_CLASS = `CASE
  WHEN count(DISTINCT m.household_id) = 1 THEN 'SAME_HOUSEHOLD'
  WHEN count(DISTINCT left(m.region_code, 6)) = 1 THEN 'SAME_COUNTY'
  WHEN count(DISTINCT left(m.region_code, 2)) = 1 THEN 'SAME_PROVINCE'
  ELSE 'CROSS_PROVINCE' END`;

/** What lies in the asked range and in the caller's. */
const CLIP = {
  low: `greatest(%, current_setting('junxian.region_low', true)) COLLATE "C"`,
  high: `least(%, current_setting('junxian.region_high', true)) COLLATE "C"`,
};
const clipped = (bound: keyof typeof CLIP, sql: string) => CLIP[bound].replace('%', `${sql} COLLATE "C"`);

/** Numbers that normal members of other households, or of the same, carry too, from the members of a region. */
const HELD_TWICE_FROM = (low: string, high: string) => `
  SELECT DISTINCT m.id_number_index FROM member_year_record m
  WHERE ${NUMBERED} AND m.region_code >= ${low} AND m.region_code < ${high}
    AND EXISTS (SELECT FROM member_year_record o WHERE o.year = in_year AND o.id_number_index = m.id_number_index
      AND o.status IN ('1', '4') AND o.id_number_index IS NOT NULL AND o.member_id <> m.member_id)`;

/**
 * Duplicate ID numbers over all regions (PA-DU-01): which numbers of the caller's region are held twice, by whom in the
 * region and where else; whether a corrected number is held by another (PA-BO-06).
 */
export class BeyondScopeDuplicates1000000000270 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      definer(
        'poverty_alleviation',
        'pa_bo_06_duplicate(text, integer, uuid)',
        `CREATE FUNCTION pa_bo_06_duplicate(blind_index text, in_year integer, except_member uuid)
         RETURNS boolean LANGUAGE sql STABLE AS $$
           SELECT EXISTS (
             SELECT FROM member_year_record m
             WHERE ${NUMBERED} AND m.id_number_index = blind_index AND m.member_id IS DISTINCT FROM except_member
               AND (junxian.is_service() OR junxian.has_role('poverty-alleviation:PROVINCE_ADMIN')))
         $$`,
      ),
    );
    // A province or more is read by the rows that repeat a number, in the order of their index; less by its members.
    await runner.query(
      definer(
        'poverty_alleviation',
        'pa_du_01_groups(integer, text, text, text, text, integer)',
        `CREATE FUNCTION pa_du_01_groups(in_year integer, low text, high text, class_wanted text, after_index text, wanted integer)
         RETURNS TABLE (number_index text, class text, persons integer) LANGUAGE plpgsql STABLE AS $$
         DECLARE
           from_code text := ${clipped('low', 'low')};
           to_code text := ${clipped('high', 'high')};
         BEGIN
           IF NOT ${DUPLICATE_READERS} THEN RETURN; END IF;
           IF from_code = '0' OR right(from_code, 10) = '0000000000' THEN
             RETURN QUERY
               SELECT g.id_number_index, k.class, k.persons FROM (
                 SELECT DISTINCT m.id_number_index FROM member_year_record m
                 WHERE ${NUMBERED} AND m.repeats_number AND m.id_number_index > coalesce(after_index, '')
                 ORDER BY m.id_number_index) AS g
               CROSS JOIN LATERAL (
                 SELECT ${DUPLICATE_CLASS} AS class, count(*)::integer AS persons,
                   bool_or(m.region_code >= from_code AND m.region_code < to_code) AS touches
                 FROM member_year_record m WHERE ${NUMBERED} AND m.id_number_index = g.id_number_index) AS k
               WHERE k.persons > 1 AND k.touches AND (class_wanted IS NULL OR k.class = class_wanted)
               ORDER BY g.id_number_index LIMIT wanted;
           ELSE
             RETURN QUERY
               SELECT g.id_number_index, k.class, k.persons
               FROM (${HELD_TWICE_FROM('from_code', 'to_code')} AND m.id_number_index > coalesce(after_index, '')) AS g
               CROSS JOIN LATERAL (
                 SELECT ${DUPLICATE_CLASS} AS class, count(*)::integer AS persons FROM member_year_record m
                 WHERE ${NUMBERED} AND m.id_number_index = g.id_number_index) AS k
               WHERE class_wanted IS NULL OR k.class = class_wanted
               ORDER BY g.id_number_index LIMIT wanted;
           END IF;
         END $$`,
      ),
    );
    await runner.query(
      definer(
        'poverty_alleviation',
        'pa_du_01_holders(integer, text[])',
        `CREATE FUNCTION pa_du_01_holders(in_year integer, indexes text[])
         RETURNS TABLE (number_index text, region_code text, household_id uuid, member_id uuid) LANGUAGE sql STABLE AS $$
           SELECT m.id_number_index, m.region_code,
             CASE WHEN junxian.in_scope(m.region_code) THEN m.household_id END,
             CASE WHEN junxian.in_scope(m.region_code) THEN m.member_id END
           FROM member_year_record m
           WHERE ${NUMBERED} AND m.id_number_index = ANY (indexes) AND ${DUPLICATE_READERS}
             AND EXISTS (SELECT FROM member_year_record o WHERE o.year = in_year AND o.status IN ('1', '4')
               AND o.id_number_index = m.id_number_index AND junxian.in_scope(o.region_code))
             AND EXISTS (SELECT FROM member_year_record o WHERE o.year = in_year AND o.status IN ('1', '4')
               AND o.id_number_index = m.id_number_index AND o.member_id <> m.member_id)
         $$`,
      ),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP FUNCTION pa_du_01_holders(integer, text[]);
      DROP FUNCTION pa_du_01_groups(integer, text, text, text, text, integer);
      DROP FUNCTION pa_bo_06_duplicate(text, integer, uuid);
    `);
  }
}

/** PA-NI-03 for an import: which of many ID numbers are active anywhere in the country in a year. */
export class ImportsBeyondScope1000000000455 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      definer(
        'poverty_alleviation',
        'pa_ni_03_duplicates(text[], integer)',
        `CREATE FUNCTION pa_ni_03_duplicates(blind_indexes text[], in_year integer) RETURNS text[] LANGUAGE sql STABLE AS $$
           SELECT coalesce(array_agg(DISTINCT given.blind_index), '{}') FROM unnest(blind_indexes) AS given (blind_index)
           JOIN member_year_record r ON r.year = in_year AND r.id_number_index = given.blind_index AND r.status IN ('1', '4')
           WHERE junxian.is_service() OR junxian.has_role('poverty-alleviation:OPERATOR')
         $$`,
      ),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION pa_ni_03_duplicates(text[], integer)');
  }
}

/** PA-AH-02 from the other side: which of many ID numbers are those of helpers anywhere in the country; never whose, never where. */
export class HelpersBeyondScope1000000000480 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      definer(
        'poverty_alleviation',
        'pa_ah_02_helpers(text[])',
        `CREATE FUNCTION pa_ah_02_helpers(blind_indexes text[]) RETURNS text[] LANGUAGE sql STABLE AS $$
           SELECT coalesce(array_agg(DISTINCT h.id_number_index), '{}') FROM responsible_helper h
           WHERE h.id_number_index = ANY (blind_indexes) AND h.deleted_at IS NULL
             AND (junxian.is_service() OR junxian.has_role('poverty-alleviation:OPERATOR')
               OR junxian.has_role('poverty-alleviation:PROVINCE_ADMIN'))
         $$`,
      ),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION pa_ah_02_helpers(text[])');
  }
}

/** PA-FD-04: how much has arrived of a line, for its issuer, where the receiver lies elsewhere by now; never when, never by which voucher. */
export class ArrivalsBeyondScope1000000000551 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      definer(
        'poverty_alleviation',
        'pa_fd_04_arrived(uuid)',
        `CREATE FUNCTION pa_fd_04_arrived(line uuid) RETURNS numeric LANGUAGE sql STABLE AS $$
           SELECT coalesce(sum(a.amount), 0)::numeric(16,4) FROM fund_allocation_line l
           JOIN fund_arrival a ON a.fund_allocation_line_id = l.id
           WHERE l.id = line AND ${inCallersRange('l.from_region_code')}
         $$`,
      ),
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION pa_fd_04_arrived(uuid)');
  }
}
