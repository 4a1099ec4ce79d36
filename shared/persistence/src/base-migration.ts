import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The small functions policies may call, in every service's database (schema `junxian`). */
export class JunxianFunctions1000000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE SCHEMA IF NOT EXISTS junxian;
      CREATE FUNCTION junxian.in_scope(code text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
        SELECT code COLLATE "C" >= current_setting('junxian.region_low', true)
           AND code COLLATE "C" < current_setting('junxian.region_high', true) $$;
      CREATE FUNCTION junxian.is_service() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
        SELECT coalesce(current_setting('junxian.actor', true), '') = 'SERVICE' $$;
      CREATE FUNCTION junxian.is_signed_in() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
        SELECT coalesce(current_setting('junxian.actor', true), '') IN ('SERVICE', 'CALLER') $$;
      CREATE FUNCTION junxian.has_role(role text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
        SELECT position(',' || role || ',' IN coalesce(current_setting('junxian.roles', true), '')) > 0 $$;
      CREATE FUNCTION junxian.account_id() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
        SELECT nullif(current_setting('junxian.account', true), '') $$;
      CREATE FUNCTION junxian.organisation_id() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
        SELECT nullif(current_setting('junxian.organisation', true), '') $$;
      GRANT USAGE ON SCHEMA junxian TO PUBLIC;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP SCHEMA junxian CASCADE');
  }
}
