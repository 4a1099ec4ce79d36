import { inCallersRange, protect } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { REGION, TRACE } from './columns';

/** Who handles money: a privilege, so the policies ask for the role too (decision 0008). */
const FUND_OFFICER = `(junxian.is_service() OR junxian.has_role('poverty-alleviation:FUND'))`;
/** Who closes a year, and with it carries money over. */
const YEAR_KEEPER = `(junxian.has_role('poverty-alleviation:SYSTEM_ADMIN') AND current_setting('junxian.region_level', true) = 'NATION')`;

const OWN_DOCUMENT = `EXISTS (SELECT FROM fund_allocation a WHERE a.id = fund_allocation_id AND ${inCallersRange('a.region_code')})`;
const OWN_LINE = `EXISTS (SELECT FROM fund_allocation_line l WHERE l.id = fund_allocation_line_id AND ${inCallersRange('l.region_code')})`;
const ownMoney = (table: string) =>
  protect(table, {
    read: inCallersRange('region_code'),
    write: `${inCallersRange('region_code')} AND ${FUND_OFFICER}`,
  });

/** Special poverty-alleviation funds 专项扶贫资金: allocated, arrived, arranged for projects, carried over. */
export class Funds1000000000360 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- region_code is the issuer.
      CREATE TABLE fund_allocation (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        ${REGION},
        year integer NOT NULL REFERENCES survey_year (year),
        document_no text NOT NULL,
        title text NOT NULL,
        tier text NOT NULL,
        fund_type text NOT NULL,
        batch text NOT NULL,
        issued_date date NOT NULL,
        total_amount numeric(16,4) NOT NULL CHECK (total_amount > 0),
        ${TRACE}
      );
      CREATE INDEX fund_allocation_issuer ON fund_allocation (region_code, year, document_no);

      -- region_code is the receiver. What the balances ask for stands here too, so that they read one table.
      CREATE TABLE fund_allocation_line (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        fund_allocation_id uuid NOT NULL REFERENCES fund_allocation (id),
        ${REGION},
        from_region_code text COLLATE "C" NOT NULL,
        year integer NOT NULL,
        tier text NOT NULL,
        fund_type text NOT NULL,
        amount numeric(16,4) NOT NULL CHECK (amount > 0)
      );
      CREATE INDEX fund_allocation_line_allocation ON fund_allocation_line (fund_allocation_id);
      CREATE INDEX fund_allocation_line_receiver ON fund_allocation_line (region_code, year, fund_type);
      CREATE INDEX fund_allocation_line_issuer ON fund_allocation_line (from_region_code, year, fund_type);

      CREATE TABLE fund_arrival (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        fund_allocation_line_id uuid NOT NULL REFERENCES fund_allocation_line (id),
        ${REGION},
        year integer NOT NULL,
        fund_type text NOT NULL,
        amount numeric(16,4) NOT NULL CHECK (amount > 0),
        arrived_date date NOT NULL,
        voucher_no text,
        ${TRACE}
      );
      CREATE INDEX fund_arrival_line ON fund_arrival (fund_allocation_line_id);
      CREATE INDEX fund_arrival_account ON fund_arrival (region_code, year, fund_type);

      CREATE TABLE fund_arrangement (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        ${REGION},
        year integer NOT NULL,
        fund_type text NOT NULL,
        project_id uuid NOT NULL,
        amount numeric(16,4) NOT NULL CHECK (amount > 0),
        date date NOT NULL,
        -- The arrangement of a closed year whose unspent rest this one is.
        carried_from uuid UNIQUE REFERENCES fund_arrangement (id),
        -- What had been spent of it when its year was closed; NULL while the year is open.
        spent_at_close numeric(16,4) CHECK (spent_at_close BETWEEN 0 AND amount),
        ${TRACE}
      );
      CREATE INDEX fund_arrangement_account ON fund_arrangement (region_code, year, fund_type);
      CREATE INDEX fund_arrangement_project ON fund_arrangement (project_id);

      -- What closing the year before left over. Merged regions have several rows, which add up.
      CREATE TABLE fund_carry_in (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        ${REGION},
        year integer NOT NULL,
        fund_type text NOT NULL,
        amount numeric(16,4) NOT NULL CHECK (amount > 0),
        created_by text NOT NULL,
        created_at timestamptz NOT NULL
      );
      CREATE INDEX fund_carry_in_account ON fund_carry_in (region_code, year, fund_type);

      -- A document is seen where it was issued and above, and by whoever receives something by it.
      ${protect('fund_allocation', {
        read: `${inCallersRange('region_code')} OR EXISTS (
          SELECT FROM fund_allocation_line line WHERE line.fund_allocation_id = fund_allocation.id)`,
        write: `${inCallersRange('region_code')} AND ${FUND_OFFICER}`,
      })};
      -- A line is seen by its receiver and above; only its issuer writes it.
      ${protect('fund_allocation_line', {
        read: inCallersRange('region_code'),
        write: `${inCallersRange('from_region_code')} AND ${FUND_OFFICER}`,
        // Who receives sees the document: so a line is put under an own one only.
        insert: `${inCallersRange('from_region_code')} AND ${FUND_OFFICER} AND ${OWN_DOCUMENT}`,
        become: `${inCallersRange('from_region_code')} AND ${FUND_OFFICER} AND ${OWN_DOCUMENT}`,
      })};
      ${protect('fund_arrival', {
        read: inCallersRange('region_code'),
        write: `${inCallersRange('region_code')} AND ${FUND_OFFICER}`,
        insert: `${inCallersRange('region_code')} AND ${FUND_OFFICER} AND ${OWN_LINE}`,
        become: `${inCallersRange('region_code')} AND ${FUND_OFFICER} AND ${OWN_LINE}`,
      })};
      ${protect('fund_arrangement', {
        read: inCallersRange('region_code'),
        write: `${inCallersRange('region_code')} AND (${FUND_OFFICER} OR ${YEAR_KEEPER})`,
      })};
      ${protect('fund_carry_in', {
        read: inCallersRange('region_code'),
        write: `${inCallersRange('region_code')} AND (junxian.is_service() OR ${YEAR_KEEPER})`,
      })};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE fund_carry_in, fund_arrangement, fund_arrival, fund_allocation_line, fund_allocation CASCADE',
    );
  }
}

/** Integrated agricultural funds 统筹整合涉农资金: reports of counties and provinces. */
export class IntegratedFunds1000000000361 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE integrated_fund_report (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        ${REGION},
        level text NOT NULL CHECK (level IN ('COUNTY', 'PROVINCE')),
        year integer NOT NULL REFERENCES survey_year (year),
        period text NOT NULL,
        status text NOT NULL DEFAULT 'DRAFT' CHECK (status IN ('DRAFT', 'SUBMITTED')),
        submitted_by text,
        submitted_at timestamptz,
        return_reason text,
        ${TRACE}
      );
      CREATE INDEX integrated_fund_report_region ON integrated_fund_report (region_code, year, period);
      CREATE INDEX integrated_fund_report_page ON integrated_fund_report (year, period, region_code);

      CREATE TABLE integrated_fund_line (
        id uuid PRIMARY KEY DEFAULT uuidv7(),
        integrated_fund_report_id uuid NOT NULL REFERENCES integrated_fund_report (id),
        ${REGION},
        tier text NOT NULL,
        programme text NOT NULL,
        direction text NOT NULL,
        planned numeric(16,4) NOT NULL,
        integrated numeric(16,4) NOT NULL,
        spent numeric(16,4) NOT NULL,
        UNIQUE (integrated_fund_report_id, tier, programme, direction),
        -- PA-FD-07
        CHECK (0 <= spent AND spent <= integrated AND integrated <= planned)
      );
      CREATE INDEX integrated_fund_line_region ON integrated_fund_line (region_code);
      ${ownMoney('integrated_fund_report')};
      ${ownMoney('integrated_fund_line')};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE integrated_fund_line, integrated_fund_report');
  }
}
