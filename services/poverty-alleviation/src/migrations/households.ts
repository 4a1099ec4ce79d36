import { protectByRegion } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { REGION, TRACE } from './columns';

/** Households 贫困户: the permanent file, its yearly records, its status history, its numbers. */
export class Households1000000000120 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE household (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        ${REGION},
        household_no text COLLATE "C" NOT NULL UNIQUE,
        identified_year integer NOT NULL REFERENCES survey_year (year),
        file_status text NOT NULL DEFAULT 'ACTIVE',
        closed_year integer,
        close_reason text,
        origin_household_id uuid REFERENCES household (id),
        submission_key text,
        submission_digest text,
        ${TRACE}
      );
      CREATE UNIQUE INDEX household_submission ON household (created_by, submission_key);
      CREATE INDEX household_region ON household (region_code);
      ${protectByRegion('household')};

      CREATE TABLE household_serial (
        village_code text COLLATE "C" PRIMARY KEY,
        last_serial integer NOT NULL
      );
      ${protectByRegion('household_serial', { column: 'village_code' })};

      CREATE TABLE household_year_record (
        household_id uuid NOT NULL REFERENCES household (id),
        year integer NOT NULL REFERENCES survey_year (year),
        household_no text COLLATE "C" NOT NULL,
        ${REGION},
        natural_village_code text,
        address text,
        phone_sealed text,
        bank_name text,
        bank_account_sealed text,
        household_attribute text NOT NULL,
        identification_standard text NOT NULL,
        poverty_status text NOT NULL,
        main_cause text NOT NULL,
        other_causes text[] NOT NULL,
        is_military_martyr_family boolean NOT NULL,
        is_only_child_family boolean,
        is_two_daughter_family boolean,
        exit_year integer,
        return_year integer,
        return_reason text,
        closure_year integer,
        benefit_end_month text,
        is_key_target boolean NOT NULL,
        member_count integer NOT NULL,
        cultivated numeric(12,2),
        irrigated numeric(12,2),
        forest numeric(12,2),
        farmland_returned_to_forest numeric(12,2),
        orchard numeric(12,2),
        grassland numeric(12,2),
        water numeric(12,2),
        has_production_electricity boolean,
        has_domestic_electricity boolean,
        has_broadcast_tv boolean,
        distance_to_village_road_km numeric(12,2),
        road_type text,
        housing_area_m2 numeric(12,2),
        is_dilapidated_house boolean,
        dilapidated_grade text,
        has_drinking_difficulty boolean,
        is_drinking_water_safe boolean,
        fuel_type text,
        has_sanitary_toilet boolean,
        in_cooperative boolean,
        driven_by_leading_enterprise boolean,
        driven_by_entrepreneur boolean,
        wage_income numeric(14,2) NOT NULL,
        business_income numeric(14,2) NOT NULL,
        property_income numeric(14,2) NOT NULL,
        asset_dividend numeric(14,2) NOT NULL,
        family_planning_subsidy numeric(14,2) NOT NULL,
        subsistence_allowance numeric(14,2) NOT NULL,
        five_guarantees_benefit numeric(14,2) NOT NULL,
        pension numeric(14,2) NOT NULL,
        ecological_compensation numeric(14,2) NOT NULL,
        other_transfer numeric(14,2) NOT NULL,
        transfer_income numeric(14,2) NOT NULL,
        business_expense numeric(14,2) NOT NULL,
        total_income numeric(14,2) NOT NULL,
        net_income numeric(14,2) NOT NULL,
        per_capita_net_income numeric(14,2),
        signed_family_doctor boolean,
        medical_self_pay numeric(14,2),
        is_relocation_household boolean NOT NULL,
        mode text,
        resettlement text,
        resettlement_place text,
        difficulty text,
        relocated_date date,
        follow_up_support text[] NOT NULL,
        ${TRACE},
        PRIMARY KEY (household_id, year)
      );
      CREATE UNIQUE INDEX household_year_record_page ON household_year_record (year, region_code, household_no);
      CREATE INDEX household_year_record_region ON household_year_record (region_code);
      ${protectByRegion('household_year_record')};

      CREATE TABLE household_status_history (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        household_id uuid NOT NULL REFERENCES household (id),
        year integer NOT NULL REFERENCES survey_year (year),
        ${REGION},
        from_status text,
        to_status text NOT NULL,
        operation text NOT NULL,
        reason text,
        check_result jsonb,
        operator text NOT NULL,
        at timestamptz NOT NULL,
        rolled_back_by uuid REFERENCES household_status_history (id)
      );
      CREATE INDEX household_status_history_household ON household_status_history (household_id, id);
      CREATE INDEX household_status_history_region ON household_status_history (region_code);
      ${protectByRegion('household_status_history')};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE household_status_history, household_year_record, household_serial, household CASCADE',
    );
  }
}

/** Members 家庭成员: the permanent person row and the yearly records. */
export class Members1000000000130 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE member (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        ${REGION},
        person_no text COLLATE "C" NOT NULL UNIQUE,
        ${TRACE}
      );
      CREATE INDEX member_region ON member (region_code);
      ${protectByRegion('member')};

      CREATE TABLE member_year_record (
        member_id uuid NOT NULL REFERENCES member (id),
        year integer NOT NULL REFERENCES survey_year (year),
        household_id uuid NOT NULL REFERENCES household (id),
        ${REGION},
        name text COLLATE "C" NOT NULL,
        sex text NOT NULL,
        id_type text NOT NULL,
        id_number_sealed text,
        id_number_index text COLLATE "C",
        citizen_id text COLLATE "C",
        birth_date date NOT NULL,
        ethnicity text NOT NULL,
        political text,
        relation_to_head text NOT NULL,
        education text,
        school_status text,
        health text[] NOT NULL,
        labour_ability text,
        work_place text,
        work_months integer,
        work_employer text,
        phone_sealed text,
        is_active_soldier boolean,
        in_medical_insurance boolean,
        in_critical_illness_insurance boolean,
        in_pension boolean,
        has_allowance boolean,
        has_five_guarantees boolean,
        disease_name text,
        status text NOT NULL,
        status_date date,
        status_reason text,
        ${TRACE},
        PRIMARY KEY (member_id, year),
        CHECK ((id_type = '00') = (id_number_index IS NULL))
      );
      -- PA-NI-03: of two officers who identify one person at once, exactly one wins.
      CREATE UNIQUE INDEX member_year_record_identity ON member_year_record (year, id_number_index)
        WHERE status IN ('1', '4') AND id_number_index IS NOT NULL;
      -- PA-HH-06: never two heads.
      CREATE UNIQUE INDEX member_year_record_head ON member_year_record (household_id, year)
        WHERE relation_to_head = '01' AND status IN ('1', '4');
      CREATE INDEX member_year_record_household ON member_year_record (household_id, year);
      CREATE INDEX member_year_record_citizen ON member_year_record (citizen_id, year);
      CREATE INDEX member_year_record_name ON member_year_record (year, name, region_code);
      CREATE INDEX member_year_record_region ON member_year_record (region_code);
      ${protectByRegion('member_year_record')};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE member_year_record, member');
  }
}
