import { inCallersRange, protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { REGION, TRACE } from './columns';

/** The region a unit stands in, its helpers with it, is written there only; it is seen wherever it helps. */
const HELPS_HERE = `EXISTS (SELECT FROM unit_village_pairing p WHERE p.unit_id = assistance_unit.id)
  OR EXISTS (SELECT FROM village_work_team t WHERE t.dispatch_unit_id = assistance_unit.id)`;
/** A helper is seen with the unit, and where he or she helps or helped. */
const HELPER_IN_SIGHT = `EXISTS (SELECT FROM assistance_unit u WHERE u.id = responsible_helper.unit_id)
  OR EXISTS (SELECT FROM helper_pairing p WHERE p.helper_id = responsible_helper.id)
  OR EXISTS (SELECT FROM work_team_member m WHERE m.helper_id = responsible_helper.id)`;

/** Rows of the own region, which name a unit or a helper that is in sight already, or none. */
export function namedInSight(named: string, column: string): string {
  return `${inCallersRange('region_code')} AND (${column} IS NULL OR EXISTS (SELECT FROM ${named} n WHERE n.id = ${column}))`;
}

function naming(table: string, named: string, column: string): string {
  const inSight = namedInSight(named, column);
  return protect(table, { read: inCallersRange('region_code'), insert: inSight, become: inSight });
}

/** Assistance units 帮扶单位, helpers 帮扶责任人, their pairings 结对, village work teams 驻村工作队. */
export class Assistance1000000000330 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE assistance_unit (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        ${REGION},
        name text COLLATE "C" NOT NULL,
        credit_code text COLLATE "C",
        type text NOT NULL,
        affiliation text NOT NULL,
        address text,
        leader text,
        contact text NOT NULL,
        phone_sealed text NOT NULL,
        -- A deleted unit stays for the history of its pairings.
        deleted_at timestamptz,
        ${TRACE}
      );
      CREATE INDEX assistance_unit_region ON assistance_unit (region_code, id);

      CREATE TABLE unit_village_pairing (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        unit_id uuid NOT NULL REFERENCES assistance_unit (id),
        -- The village.
        ${REGION},
        start_date date NOT NULL,
        -- The day on which it ended: from that day on it is no longer in force.
        end_date date,
        end_reason text,
        ${TRACE},
        CHECK (end_date >= start_date)
      );
      CREATE INDEX unit_village_pairing_unit ON unit_village_pairing (unit_id, region_code);
      CREATE INDEX unit_village_pairing_region ON unit_village_pairing (region_code, id);

      CREATE TABLE responsible_helper (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        unit_id uuid NOT NULL REFERENCES assistance_unit (id),
        -- That of the unit.
        ${REGION},
        name text COLLATE "C" NOT NULL,
        sex text NOT NULL,
        id_type text NOT NULL,
        id_number_sealed text NOT NULL,
        id_number_index text COLLATE "C" NOT NULL,
        citizen_id text COLLATE "C",
        phone_sealed text NOT NULL,
        phone_index text COLLATE "C" NOT NULL,
        political text,
        education text,
        position text,
        rank text,
        speciality text,
        deleted_at timestamptz,
        ${TRACE}
      );
      -- PA-AH-01: of two officers who enter one person at once, exactly one wins.
      CREATE UNIQUE INDEX responsible_helper_identity ON responsible_helper (id_number_index) WHERE deleted_at IS NULL;
      CREATE UNIQUE INDEX responsible_helper_phone ON responsible_helper (phone_index) WHERE deleted_at IS NULL;
      CREATE INDEX responsible_helper_unit ON responsible_helper (unit_id, id);
      CREATE INDEX responsible_helper_region ON responsible_helper (region_code, id);
      CREATE INDEX responsible_helper_citizen ON responsible_helper (citizen_id) WHERE deleted_at IS NULL;

      CREATE TABLE helper_pairing (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        household_id uuid NOT NULL REFERENCES household (id),
        helper_id uuid NOT NULL REFERENCES responsible_helper (id),
        -- That of the household.
        ${REGION},
        start_date date NOT NULL,
        end_date date,
        end_reason text,
        ${TRACE},
        CHECK (end_date >= start_date),
        -- One helper is paired with one household once at a time.
        CONSTRAINT helper_pairing_once EXCLUDE USING gist (
          household_id WITH =, helper_id WITH =, daterange(start_date, end_date) WITH &&)
      );
      CREATE INDEX helper_pairing_household ON helper_pairing (household_id, start_date);
      CREATE INDEX helper_pairing_helper ON helper_pairing (helper_id, id);
      CREATE INDEX helper_pairing_region ON helper_pairing (region_code, id);

      CREATE TABLE village_work_team (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        -- The village.
        ${REGION},
        name text COLLATE "C" NOT NULL,
        dispatch_unit_id uuid NOT NULL REFERENCES assistance_unit (id),
        start_date date NOT NULL,
        -- The last day of its term.
        end_date date NOT NULL,
        ${TRACE},
        CHECK (end_date >= start_date)
      );
      CREATE INDEX village_work_team_region ON village_work_team (region_code, id);
      CREATE INDEX village_work_team_unit ON village_work_team (dispatch_unit_id);

      CREATE TABLE work_team_member (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        team_id uuid NOT NULL REFERENCES village_work_team (id),
        -- That of the team.
        ${REGION},
        -- A helper who is also a member; the particulars are his own then.
        helper_id uuid REFERENCES responsible_helper (id),
        name text,
        sex text,
        id_type text,
        id_number_sealed text,
        phone_sealed text,
        political text,
        education text,
        position text,
        rank text,
        is_leader boolean NOT NULL,
        is_first_secretary boolean NOT NULL,
        start_date date NOT NULL,
        end_date date NOT NULL,
        ${TRACE},
        CHECK (end_date >= start_date),
        CHECK ((helper_id IS NULL) = (name IS NOT NULL AND sex IS NOT NULL AND id_type IS NOT NULL
          AND id_number_sealed IS NOT NULL AND phone_sealed IS NOT NULL)),
        -- PA-WT-02: on no day two leaders, on no day two first secretaries. Checked at the end, so that one statement
        -- after the other may hand an office over.
        CONSTRAINT work_team_member_leader EXCLUDE USING gist (
          team_id WITH =, daterange(start_date, end_date, '[]') WITH &&) WHERE (is_leader) DEFERRABLE INITIALLY DEFERRED,
        CONSTRAINT work_team_member_first_secretary EXCLUDE USING gist (
          team_id WITH =, daterange(start_date, end_date, '[]') WITH &&) WHERE (is_first_secretary) DEFERRABLE INITIALLY DEFERRED
      );
      CREATE INDEX work_team_member_team ON work_team_member (team_id, start_date);
      CREATE INDEX work_team_member_helper ON work_team_member (helper_id);
      CREATE INDEX work_team_member_region ON work_team_member (region_code);

      -- To stand in a row of one's own region lets a unit or helper be seen: so only what is in sight is put there.
      ${naming('unit_village_pairing', 'assistance_unit', 'unit_id')};
      ${naming('helper_pairing', 'responsible_helper', 'helper_id')};
      ${naming('village_work_team', 'assistance_unit', 'dispatch_unit_id')};
      ${naming('work_team_member', 'responsible_helper', 'helper_id')};
      ${protect('assistance_unit', {
        read: `${inCallersRange('region_code')} OR ${HELPS_HERE}`,
        write: inCallersRange('region_code'),
      })};
      ${protect('responsible_helper', {
        read: `${inCallersRange('region_code')} OR ${HELPER_IN_SIGHT}`,
        write: inCallersRange('region_code'),
      })};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE work_team_member, village_work_team, helper_pairing, responsible_helper, unit_village_pairing, assistance_unit CASCADE',
    );
  }
}
