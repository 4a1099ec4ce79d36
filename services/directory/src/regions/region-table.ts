import { inCallersRange, protect } from '@junxian/persistence';

/** A constraint or index of the table `region`; the bulk load drops them and builds them again. */
interface TablePart {
  create: string;
  drop: string;
}

const index = (name: string, definition: string): TablePart => ({
  create: `CREATE INDEX ${name} ON region ${definition}`,
  drop: `DROP INDEX ${name}`,
});
const constraint = (name: string, definition: string): TablePart => ({
  create: `ALTER TABLE region ADD CONSTRAINT ${name} ${definition}`,
  drop: `ALTER TABLE region DROP CONSTRAINT ${name}`,
});

/** What is built over the rows, after a bulk load too. */
export const regionTableParts: readonly TablePart[] = [
  constraint('region_pkey', 'PRIMARY KEY (code, valid_from)'),
  {
    create: 'CREATE UNIQUE INDEX region_current ON region (code) WHERE valid_to IS NULL',
    drop: 'DROP INDEX region_current',
  },
  index('region_level', '(level, code)'),
  index('region_name', '(name)'),
  index('region_initials', '(initials)'),
  index('region_parent', '(parent_code)'),
  index('region_grams', 'USING gin (grams) WITH (fastupdate = off)'),
];

/**
 * Keeps the validities of one code apart, together with the unique index on the open ones. An exclusion
 * constraint would say the same, but is verified row by row when built: 24 s on the national file.
 */
const noOverlapSql = `
  CREATE FUNCTION refuse_overlapping_region() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (SELECT FROM region r WHERE r.code = NEW.code
                 AND (TG_OP = 'INSERT' OR r.valid_from <> OLD.valid_from)
                 AND daterange(r.valid_from, r.valid_to) && daterange(NEW.valid_from, NEW.valid_to)) THEN
      RAISE EXCEPTION 'the validity of region % overlaps another of the same code', NEW.code
        USING ERRCODE = 'exclusion_violation', CONSTRAINT = 'region_validity', TABLE = 'region';
    END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER region_validity BEFORE INSERT OR UPDATE OF code, valid_from, valid_to ON region
    FOR EACH ROW EXECUTE FUNCTION refuse_overlapping_region();`;

/**
 * SQL of the table. Whoever reads sees every region: names and codes are published by the statistics
 * bureau, and a policy with a condition would keep searches from using their indexes. Only a region
 * maintainer writes, inside the own area.
 */
export const regionTableSql = `
  CREATE TABLE region (
    code text COLLATE "C" NOT NULL CHECK (code ~ '^[0-9]{12}$'),
    level smallint NOT NULL CHECK (level BETWEEN 0 AND 5),
    name text COLLATE "C" NOT NULL CHECK (name <> ''),
    parent_code text COLLATE "C" CHECK ((parent_code IS NULL) = (level = 0)),
    urban_rural_code text CHECK (urban_rural_code IN ('111', '112', '121', '122', '123', '210', '220')),
    is_placeholder boolean NOT NULL,
    initials text COLLATE "C" NOT NULL,
    valid_from date NOT NULL,
    valid_to date CHECK (valid_to > valid_from),
    grams text[] NOT NULL,
    created_by_change uuid,
    ended_by_change uuid CHECK (ended_by_change IS NULL OR valid_to IS NOT NULL)
  );
  COMMENT ON TABLE region IS 'Administrative divisions by code and validity; valid_to is the first day on which a row no longer holds';
  ${regionTableParts.map((part) => part.create).join(';\n  ')};
  ${noOverlapSql}
  CREATE INDEX region_created_by ON region (created_by_change) WHERE created_by_change IS NOT NULL;
  CREATE INDEX region_ended_by ON region (ended_by_change) WHERE ended_by_change IS NOT NULL;
  ${protect('region', {
    read: 'true',
    write: `junxian.is_service() OR (junxian.has_role('directory:REGION_MAINTAINER') AND ${inCallersRange('code')})`,
  })};`;
