import { definer } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Every function of this service that looks beyond the caller's scope, on purpose and named by the rule
 * that asks for it. There is no other way around row-level security; a test enumerates them.
 */
export class BeyondScope1000000000900 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const sql of functions) await runner.query(sql);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP FUNCTION di_aud_02_chain(bigint, integer), di_acc_04_last_serial(text), di_acc_12_holder(text, text, uuid), di_acc_14_posts(uuid, uuid, date), di_org_01_taken_names(text[]), di_org_02_superiors_above(text[], date), di_org_05_in_use(uuid)',
    );
  }
}

/**
 * Citizens choose their names since 600: one that looks like a generated administrator's must not carry the
 * serials away, so only administrators' names are looked at.
 */
export class BeyondScope1000000000910 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(lastSerial("a.kind = 'ADMIN' AND "));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(lastSerial(''));
  }
}

// Serials of a prefix are shared by the whole country: the last one in use, nothing about who has it.
const lastSerial = (condition: string) =>
  definer(
    'directory',
    'di_acc_04_last_serial(text)',
    `CREATE OR REPLACE FUNCTION di_acc_04_last_serial(prefix text) RETURNS integer LANGUAGE sql STABLE AS $$
       SELECT coalesce(max(substr(a.login_name, length(prefix) + 1)::integer), 0) FROM account a
       WHERE ${condition}prefix ~ '^[a-z]{1,20}$' AND a.login_name ~ ('^' || prefix || '[0-9]{1,9}$')
         AND (junxian.is_service() OR junxian.has_role('directory:ORG_ADMIN')) $$`,
  );

const functions = [
  // A chain has no region: whoever verifies it must see every link. Only for those who may verify.
  definer(
    'directory',
    'di_aud_02_chain(bigint, integer)',
    `CREATE FUNCTION di_aud_02_chain(after_sequence bigint, most integer) RETURNS SETOF audit_entry LANGUAGE sql STABLE AS $$
       SELECT * FROM audit_entry
       WHERE sequence > after_sequence
         AND (junxian.is_service() OR junxian.has_role('directory:AUDITOR') OR junxian.has_role('directory:SYSTEM_STAFF'))
       ORDER BY sequence LIMIT most $$`,
  ),
  lastSerial(''),
  // A person has one account and a number names one account in the Party realm: the holding organisation's
  // name, so that the two branches can talk. An account of the citizen that waits without a name in the asking
  // organisation is the one to be completed, not a conflict.
  definer(
    'directory',
    'di_acc_12_holder(text, text, uuid)',
    `CREATE FUNCTION di_acc_12_holder(name_index text, citizen text, asking uuid) RETURNS text LANGUAGE sql STABLE AS $$
       SELECT o.seal_name FROM account a JOIN organisation o ON o.id = a.organisation_id
       WHERE a.kind = 'PERSON' AND 'PARTY' = ANY(a.realms)
         AND (junxian.is_service() OR junxian.has_role('directory:ORG_ADMIN'))
         AND (a.personal_name_index = name_index
              OR (a.citizen_id = citizen AND NOT (a.personal_name_index IS NULL AND a.organisation_id = asking)))
       ORDER BY a.id LIMIT 1 $$`,
  ),
  // Whoever resets a password can act for every post of the account, wherever it is: whether some lie beyond the
  // caller, not which.
  definer(
    'directory',
    'di_acc_14_posts(uuid, uuid, date)',
    `CREATE FUNCTION di_acc_14_posts(target uuid, acting uuid, day date)
     RETURNS TABLE (beyond_scope boolean, beyond_tree boolean, elsewhere boolean) LANGUAGE sql STABLE AS $$
       WITH RECURSIVE post AS (
         SELECT p.id, p.organisation_id, p.region_code FROM appointment p
         WHERE p.account_id = target AND (p.valid_to IS NULL OR p.valid_to > day)),
       above AS (
         SELECT DISTINCT p.organisation_id AS post_organisation, p.organisation_id AS id, 0 AS steps FROM post p
         UNION ALL
         SELECT a.post_organisation, o.superior_id, a.steps + 1 FROM above a JOIN organisation o ON o.id = a.id
         WHERE o.superior_id IS NOT NULL AND a.steps < 32)
       SELECT
         EXISTS (SELECT FROM post p WHERE NOT junxian.in_scope(p.region_code)) OR EXISTS (
           SELECT FROM post p JOIN role_grant g ON g.appointment_id = p.id JOIN role r ON r.code = g.role
           WHERE g.revoked_at IS NULL AND (g.valid_to IS NULL OR g.valid_to > day)
             AND r.grantable_by = 'STAFF' AND NOT junxian.has_role(g.role)),
         EXISTS (SELECT FROM post p WHERE NOT EXISTS (
           SELECT FROM above a WHERE a.post_organisation = p.organisation_id AND a.id = acting)),
         EXISTS (SELECT FROM post p JOIN account a ON a.id = target WHERE a.organisation_id <> p.organisation_id)
       WHERE junxian.has_role('directory:ORG_ADMIN') OR junxian.has_role('directory:SYSTEM_STAFF') $$`,
  ),
  // Seal names are unique in the whole country: which of these are taken, nothing about where or by whom.
  definer(
    'directory',
    'di_org_01_taken_names(text[])',
    `CREATE FUNCTION di_org_01_taken_names(names text[]) RETURNS SETOF text LANGUAGE sql STABLE AS $$
       SELECT o.seal_name FROM organisation o
       WHERE o.seal_name = ANY(names) AND o.valid_to IS NULL
         AND (junxian.is_service() OR junxian.has_role('directory:SYSTEM_STAFF') OR junxian.has_role('directory:ORG_ADMIN')) $$`,
  ),
  // The superior of a unit may stand above the area of whoever registers it: organisations named in the
  // sheet whose region holds the caller's whole area, never one beside or below it.
  definer(
    'directory',
    'di_org_02_superiors_above(text[], date)',
    `CREATE FUNCTION di_org_02_superiors_above(names text[], day date)
     RETURNS TABLE (id uuid, seal_name text, region_code text, region_level smallint) LANGUAGE sql STABLE AS $$
       SELECT o.id, o.seal_name, o.region_code, r.level
       FROM organisation o
       JOIN region r ON r.code = o.region_code AND r.valid_from <= day AND (r.valid_to IS NULL OR r.valid_to > day)
       CROSS JOIN LATERAL (SELECT left(r.code, (ARRAY[0, 2, 4, 6, 9, 12])[r.level + 1]) AS prefix) AS area
       WHERE o.seal_name = ANY(names) AND o.valid_to IS NULL
         AND current_setting('junxian.region_low', true) <> ''
         AND length(area.prefix) < length(current_setting('junxian.region_low', true))
         AND starts_with(current_setting('junxian.region_low', true), area.prefix)
         AND (junxian.is_service() OR junxian.has_role('directory:SYSTEM_STAFF')) $$`,
  ),
  // Removing an organisation must not strand anybody, wherever they are: whether, not who or how many.
  definer(
    'directory',
    'di_org_05_in_use(uuid)',
    `CREATE FUNCTION di_org_05_in_use(organisation uuid) RETURNS TABLE (has_subordinates boolean, has_accounts boolean)
     LANGUAGE sql STABLE AS $$
       SELECT EXISTS (SELECT 1 FROM organisation o WHERE o.superior_id = organisation AND o.valid_to IS NULL),
              EXISTS (SELECT 1 FROM account a WHERE a.organisation_id = organisation AND a.status <> 'DISABLED')
       WHERE junxian.is_service() OR junxian.has_role('directory:ORG_ADMIN') OR junxian.has_role('directory:SYSTEM_STAFF') $$`,
  ),
];
