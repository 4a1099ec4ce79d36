import { inCallersRange, protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { REGION, TRACE } from './columns';

const reads = inCallersRange('region_code');
const writtenBy = (...roles: readonly string[]) =>
  `${reads} AND (junxian.is_service() OR ${roles.map((role) => `junxian.has_role('poverty-alleviation:${role}')`).join(' OR ')})`;

/** Indicators that villages and counties have alike (catalogue 2.3, sections 2, 5, 8, 10, 11, 13, 14). */
const SHARED_INDICATORS = `
        cultivated numeric(12,2),
        irrigated numeric(12,2),
        forest numeric(12,2),
        returned_to_forest numeric(12,2),
        orchard numeric(12,2),
        grassland numeric(12,2),
        water numeric(12,2),
        medical_insured integer,
        resident_pension_insured integer,
        employee_pension_insured integer,
        medical_aid_times integer,
        natural_villages_with_production_power integer,
        natural_villages_without_production_power integer,
        natural_villages_without_domestic_power integer,
        households_without_power integer,
        cooperatives integer,
        poor_households_in_cooperatives integer,
        mutual_fund_associations integer,
        mutual_fund_amount numeric(14,2),
        tourism_households integer,
        tourism_workers integer,
        farm_stay_households integer,
        farm_stay_avg_income numeric(14,2),
        reading_rooms integer,
        broadcast_tv_households integer,
        broadband_households integer,
        mobile_internet_households integer,
        broadband_natural_villages integer,
        broadband_schools integer,
        information_officers integer`;

/** Poor villages 贫困村: identity and attribute, and the fifteen sections of each year. */
export class PoorVillages1000000000300 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Where regions are merged two villages come under one code, so the code is not unique; whoever adds takes a lock.
      CREATE TABLE poor_village (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        ${REGION},
        village_attribute text NOT NULL CHECK (village_attribute IN ('01', '02')),
        added_year integer REFERENCES survey_year (year),
        delist_year integer REFERENCES survey_year (year),
        delist_reason text,
        ${TRACE},
        CHECK ((delist_year IS NULL) = (delist_reason IS NULL))
      );
      CREATE INDEX poor_village_region ON poor_village (region_code);
      -- Attribute and list are a county's or the back office's decision (PA-VD-01…05, PA-BO-14).
      ${protect('poor_village', { read: reads, write: writtenBy('MANAGER', 'PROVINCE_ADMIN') })};

      CREATE TABLE village_year_record (
        poor_village_id uuid NOT NULL REFERENCES poor_village (id),
        year integer NOT NULL REFERENCES survey_year (year),
        ${REGION},
        village_attribute text NOT NULL CHECK (village_attribute IN ('01', '02')),
        village_head text COLLATE "C",
        office_phone text,
        terrain text,
        development_direction text,
        party_members integer,
        graduate_officials integer,
        longitude numeric(9,6),
        latitude numeric(8,6),
        total_households integer,
        total_population integer,
        farmer_per_capita_net_income numeric(14,2),
        collective_income numeric(14,2),
        paved_to_township boolean,
        unpaved_km_to_township numeric(12,2),
        has_bus boolean,
        unpaved_natural_villages integer,
        unpaved_natural_village_km numeric(12,2),
        clinics integer,
        clinic_area numeric(12,2),
        has_four_rooms boolean,
        doctors integer,
        public_toilets integer,
        refuse_sites integer,
        ${SHARED_INDICATORS},
        ${TRACE},
        PRIMARY KEY (poor_village_id, year)
      );
      CREATE UNIQUE INDEX village_year_record_page ON village_year_record (year, region_code, poor_village_id);
      CREATE INDEX village_year_record_region ON village_year_record (region_code);
      CREATE INDEX village_year_record_head ON village_year_record (year, village_head, region_code);
      CREATE INDEX village_year_record_phone ON village_year_record (year, office_phone, region_code);
      ${protect('village_year_record', {
        read: reads,
        write: writtenBy('OPERATOR', 'MANAGER', 'PROVINCE_ADMIN'),
        insert: writtenBy('MANAGER', 'PROVINCE_ADMIN'),
        remove: 'junxian.is_service()',
      })};
      -- A policy does not see the row as it was: an operator writes the indicators, never the attribute (PA-YR-05).
      CREATE FUNCTION pa_yr_05_village_attribute_stays() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.village_attribute <> OLD.village_attribute AND NOT (junxian.is_service()
          OR junxian.has_role('poverty-alleviation:MANAGER') OR junxian.has_role('poverty-alleviation:PROVINCE_ADMIN')) THEN
          RAISE EXCEPTION 'the attribute of a village is not changed by an operator' USING ERRCODE = '42501';
        END IF;
        RETURN NEW;
      END $$;
      CREATE TRIGGER village_attribute_stays BEFORE UPDATE OF village_attribute ON village_year_record
        FOR EACH ROW EXECUTE FUNCTION pa_yr_05_village_attribute_stays();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE village_year_record, poor_village; DROP FUNCTION pa_yr_05_village_attribute_stays()',
    );
  }
}

/** Yearly records of counties 县年度数据. */
export class CountyYearRecords1000000000305 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE county_year_record (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        year integer NOT NULL REFERENCES survey_year (year),
        ${REGION},
        county_attribute text NOT NULL CHECK (county_attribute IN ('01', '02', '03', '04')),
        total_households integer,
        total_population integer,
        agricultural_population integer,
        gdp numeric(14,2),
        fiscal_revenue numeric(14,2),
        farmer_per_capita_net_income numeric(14,2),
        collective_income numeric(14,2),
        paved_villages integer,
        unpaved_km numeric(12,2),
        bus_villages integer,
        unpaved_natural_villages integer,
        unpaved_natural_village_km numeric(12,2),
        unsafe_water_households integer,
        water_difficulty_households integer,
        dilapidated_households integer,
        poor_persons_affected integer,
        clinics integer,
        clinic_area numeric(12,2),
        villages_with_four_rooms integer,
        doctors integer,
        public_toilets integer,
        refuse_sites integer,
        ${SHARED_INDICATORS},
        ${TRACE}
      );
      CREATE INDEX county_year_record_page ON county_year_record (year, region_code, id);
      CREATE INDEX county_year_record_region ON county_year_record (region_code);
      ${protect('county_year_record', {
        read: reads,
        write: writtenBy('MANAGER', 'PROVINCE_ADMIN'),
        remove: 'junxian.is_service()',
      })};
      -- PA-CT-01: nobody edits the attribute of a county. It comes with imported data; a record made by hand takes that
      -- of the nearest year, or is that of a county that is not poor.
      CREATE FUNCTION pa_ct_01_county_attribute() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF junxian.is_service() THEN RETURN NEW; END IF;
        IF TG_OP = 'UPDATE' THEN
          IF NEW.county_attribute <> OLD.county_attribute THEN
            RAISE EXCEPTION 'the attribute of a county is not edited' USING ERRCODE = '42501';
          END IF;
          RETURN NEW;
        END IF;
        NEW.county_attribute := coalesce((
          SELECT c.county_attribute FROM county_year_record c WHERE c.region_code = NEW.region_code
          ORDER BY abs(c.year - NEW.year), c.year, c.id LIMIT 1), '04');
        RETURN NEW;
      END $$;
      CREATE TRIGGER county_attribute_given BEFORE INSERT OR UPDATE ON county_year_record
        FOR EACH ROW EXECUTE FUNCTION pa_ct_01_county_attribute();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE county_year_record; DROP FUNCTION pa_ct_01_county_attribute()');
  }
}

/** Natural villages 自然村 as they are surveyed, under the codes of the directory's registry. */
export class NaturalVillages1000000000310 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Code and name are unique within a village by a lock, not by an index: while regions are swapped or after
      -- they were merged rows must be able to follow.
      CREATE TABLE natural_village (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        ${REGION},
        code text COLLATE "C" NOT NULL,
        name text NOT NULL,
        ${TRACE}
      );
      CREATE INDEX natural_village_region ON natural_village (region_code);
      CREATE INDEX natural_village_code ON natural_village (code);
      ${protect('natural_village', { read: reads, write: writtenBy('OPERATOR') })};

      CREATE TABLE natural_village_year_record (
        natural_village_id uuid NOT NULL REFERENCES natural_village (id),
        year integer NOT NULL REFERENCES survey_year (year),
        ${REGION},
        households integer,
        population integer,
        paved_road boolean,
        has_production_power boolean,
        has_domestic_power boolean,
        has_broadband boolean,
        water_safe boolean,
        ${TRACE},
        PRIMARY KEY (natural_village_id, year)
      );
      CREATE UNIQUE INDEX natural_village_year_record_page
        ON natural_village_year_record (year, region_code, natural_village_id);
      CREATE INDEX natural_village_year_record_region ON natural_village_year_record (region_code);
      ${protect('natural_village_year_record', { read: reads, write: writtenBy('OPERATOR') })};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE natural_village_year_record, natural_village');
  }
}

/** What was done to villages, counties and natural villages 村、县变更记录 (PA-QY-04). */
export class VillageHistory1000000000315 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE village_history (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        kind text NOT NULL CHECK (kind IN ('VILLAGE', 'COUNTY', 'NATURAL_VILLAGE')),
        -- poor_village, county_year_record or natural_village; what is deleted keeps its history.
        subject_id uuid NOT NULL,
        code text COLLATE "C" NOT NULL,
        ${REGION},
        year integer REFERENCES survey_year (year),
        operation text NOT NULL,
        before jsonb NOT NULL,
        after jsonb NOT NULL,
        reason text,
        operator text NOT NULL,
        at timestamptz NOT NULL
      );
      CREATE INDEX village_history_page ON village_history (region_code, at, id);
      CREATE INDEX village_history_subject ON village_history (subject_id, at);
      ${protect('village_history', {
        read: reads,
        insert: writtenBy('OPERATOR', 'MANAGER', 'PROVINCE_ADMIN'),
        update: 'junxian.is_service()',
        remove: 'false',
      })};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE village_history');
  }
}
