import { protect } from '@junxian/persistence';
import type { MigrationRunner } from '../migration-runner';

/** Long-running jobs. Whoever ordered one sees it and may cancel it; the service works them off. */
export class JobsMigration1000000000040 {
  readonly name = 'JobsMigration1000000000040';

  async up(runner: MigrationRunner): Promise<void> {
    const own = '(junxian.is_service() OR owner_account = junxian.account_id())';
    const setting = (name: string) => `current_setting('junxian.${name}', true)`;
    // The work runs under the scope in the row, so nobody orders one for a scope that is not their own.
    const ownScope = `scope->>'actor' = ${setting('actor')}
        AND scope->>'regionLow' = ${setting('region_low')} AND scope->>'regionHigh' = ${setting('region_high')}
        AND coalesce(scope->>'regionLevel', '') = ${setting('region_level')}
        AND coalesce(scope->>'organisationId', '') = ${setting('organisation')}
        AND coalesce(scope->>'accountId', '') = ${setting('account')}
        AND coalesce(scope->>'appointmentId', '') = ${setting('appointment')}
        AND coalesce(scope->>'citizenId', '') = ${setting('citizen')}
        AND (SELECT coalesce(string_agg(held.role, ',' ORDER BY held.place), '')
             FROM jsonb_array_elements_text(scope->'roles') WITH ORDINALITY AS held (role, place)) = trim(',' FROM ${setting('roles')})`;
    await runner.query(`
      CREATE TABLE job (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        kind text NOT NULL,
        owner_account text NOT NULL,
        scope jsonb NOT NULL,
        input jsonb NOT NULL,
        state text NOT NULL DEFAULT 'QUEUED'
          CHECK (state IN ('QUEUED', 'RUNNING', 'DONE', 'REFUSED', 'FAILED', 'CANCELLED')),
        phase text,
        steps_done bigint NOT NULL DEFAULT 0,
        steps_total bigint,
        result jsonb,
        refusal jsonb,
        attempts integer NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL,
        started_at timestamptz,
        finished_at timestamptz,
        claim uuid,
        claimed_until timestamptz,
        CHECK ((state = 'RUNNING') = (claim IS NOT NULL)),
        CHECK ((claim IS NULL) = (claimed_until IS NULL)),
        CHECK ((state IN ('QUEUED', 'RUNNING')) = (finished_at IS NULL)),
        CHECK (state <> 'REFUSED' OR refusal IS NOT NULL)
      );
      COMMENT ON TABLE job IS 'What takes longer than a request: ordered, worked off in the background, its progress there to be asked';
      COMMENT ON COLUMN job.scope IS 'What the person may reach, as it stood when the job was ordered; the work runs under it';
      COMMENT ON COLUMN job.claimed_until IS 'Until then a process works on it; a later one takes over what a killed one left';
      CREATE INDEX job_open ON job (created_at, id) WHERE state IN ('QUEUED', 'RUNNING');
      CREATE INDEX job_owner ON job (owner_account, id);
      ${protect('job', {
        read: own,
        insert: `junxian.is_service() OR (owner_account = junxian.account_id() AND ${ownScope})`,
        update: own,
        remove: 'junxian.is_service()',
      })};
      -- A policy does not see the row as it was: what was ordered, and for which scope, is never rewritten.
      CREATE FUNCTION job_stays_as_ordered() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF (NEW.kind, NEW.owner_account, NEW.scope, NEW.input) IS DISTINCT FROM (OLD.kind, OLD.owner_account, OLD.scope, OLD.input) THEN
          RAISE EXCEPTION 'a job stays as it was ordered' USING ERRCODE = '42501';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER job_stays_as_ordered BEFORE UPDATE OF kind, owner_account, scope, input ON job
        FOR EACH ROW EXECUTE FUNCTION job_stays_as_ordered();
    `);
  }

  async down(runner: MigrationRunner): Promise<void> {
    await runner.query('DROP TABLE job; DROP FUNCTION job_stays_as_ordered()');
  }
}
