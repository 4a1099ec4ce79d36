import { inCallersRange } from '@junxian/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { namedInSight } from './330-assistance';

/** The service itself, or a caller with one of these roles; a sub-select, so that it is asked once a statement, not once a row. */
function roles(...names: readonly string[]): string {
  const held = names.map((name) => ` OR junxian.has_role('poverty-alleviation:${name}')`);
  return `(SELECT junxian.is_service()${held.join('')})`;
}

const SERVICE = roles();
const NOBODY = 'false';
const CLERKS = roles('OPERATOR');
const BACK_OFFICE = roles('PROVINCE_ADMIN');
/** Who keeps files of households. */
const FILES = roles('OPERATOR', 'PROVINCE_ADMIN');
/** Who decides on files besides: managers of exits and returns, and what insurance reports. */
const DECISIONS = roles('OPERATOR', 'MANAGER', 'PROVINCE_ADMIN');
/** Whoever decides on a household, or lets it benefit, locks its file. */
const ALL_OF_FILES = roles('OPERATOR', 'MANAGER', 'PROJECT', 'PROVINCE_ADMIN');
/** A measure is written with what it comes from: by hand by clerks, with the beneficiaries of a project by its officers. */
const MEASURES = `((source = 'MANUAL' AND ${CLERKS}) OR (source = 'PROJECT' AND ${roles('PROJECT')}))`;

/** Who may add, change (what is, and what it becomes) and take away the rows of a table that lie in the own region. */
interface Writers {
  insert: string;
  update: string;
  become?: string;
  remove: string;
  /** The table and column of what a row may name only where it is in sight already. */
  naming?: readonly [table: string, column: string];
}

const UNIT = 'assistance_unit';
const HELPER = 'responsible_helper';

const WRITERS: Readonly<Record<string, Writers>> = {
  household: { insert: FILES, update: ALL_OF_FILES, become: FILES, remove: NOBODY },
  household_serial: { insert: FILES, update: FILES, remove: NOBODY },
  // Which fields each of them changes is a matter of the triggers below.
  household_year_record: { insert: FILES, update: ALL_OF_FILES, remove: NOBODY },
  household_status_history: { insert: DECISIONS, update: BACK_OFFICE, remove: SERVICE },
  member: { insert: FILES, update: FILES, remove: NOBODY },
  member_year_record: { insert: FILES, update: DECISIONS, remove: NOBODY },
  assistance_measure: { insert: MEASURES, update: `(${MEASURES} OR ${BACK_OFFICE})`, remove: MEASURES },
  assistance_outcome: { insert: FILES, update: FILES, remove: NOBODY },
  dynamic_operation: { insert: DECISIONS, update: BACK_OFFICE, remove: SERVICE },
  population_change: { insert: FILES, update: BACK_OFFICE, remove: SERVICE },
  to_do: { insert: SERVICE, update: DECISIONS, remove: NOBODY },
  split_task: { insert: SERVICE, update: roles('MANAGER', 'PROVINCE_ADMIN'), remove: NOBODY },
  assistance_unit: { insert: CLERKS, update: CLERKS, remove: NOBODY },
  responsible_helper: { insert: CLERKS, update: CLERKS, remove: NOBODY },
  unit_village_pairing: { insert: CLERKS, update: CLERKS, remove: NOBODY, naming: [UNIT, 'unit_id'] },
  // Whoever lets a household name a natural village locks it against deletion.
  natural_village: { insert: CLERKS, update: FILES, become: CLERKS, remove: CLERKS },
  // The back office ends pairings of households it clears, and takes them along to another village.
  helper_pairing: { insert: CLERKS, update: FILES, remove: NOBODY, naming: [HELPER, 'helper_id'] },
  village_work_team: { insert: CLERKS, update: CLERKS, remove: NOBODY, naming: [UNIT, 'dispatch_unit_id'] },
  work_team_member: { insert: CLERKS, update: CLERKS, remove: CLERKS, naming: [HELPER, 'helper_id'] },
};

/** What was so before: everybody of the region wrote, but for these. */
const EVERYBODY: Writers = { insert: 'true', update: 'true', remove: 'true' };
const BEFORE: Readonly<Record<string, Writers>> = {
  household_status_history: { ...EVERYBODY, remove: SERVICE },
  dynamic_operation: { ...EVERYBODY, remove: SERVICE },
  population_change: { ...EVERYBODY, remove: SERVICE },
  natural_village: { insert: CLERKS, update: CLERKS, remove: CLERKS },
};

/** Fields that not everybody who may write the row may change, by table: the roles that may, and the fields. */
const LOCKED_FIELDS: readonly [table: string, trigger: string, roles: readonly string[], fields: string[]][] =
  [
    // A file's number and year stay; only the back office moves it.
    [
      'household',
      'fields_of_the_back_office',
      ['PROVINCE_ADMIN'],
      ['region_code', 'household_no', 'identified_year'],
    ],
    // PA-YR-04
    [
      'household_year_record',
      'fields_of_the_back_office',
      ['PROVINCE_ADMIN'],
      ['region_code', 'household_attribute', 'identification_standard'],
    ],
    [
      'member_year_record',
      'fields_of_the_back_office',
      ['PROVINCE_ADMIN'],
      ['name', 'id_type', 'id_number_index', 'citizen_id'],
    ],
    // PA-EX-03, PA-SX-04, PA-RT-02: what exits and returns write.
    [
      'household_year_record',
      'fields_of_managers',
      ['MANAGER', 'PROVINCE_ADMIN'],
      ['poverty_status', 'exit_year', 'return_year', 'return_reason', 'benefit_end_month'],
    ],
  ];

/** All that roles other than clerks and the back office change of a row, by table. */
const ONLY_FIELDS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  household_year_record: {
    MANAGER: ['poverty_status', 'exit_year', 'return_year', 'return_reason', 'benefit_end_month'],
    // PA-PJ-08
    PROJECT: ['is_relocation_household', 'resettlement', 'relocated_date'],
  },
  // A confirmed enrolment.
  member_year_record: { MANAGER: ['in_critical_illness_insurance'] },
};

/**
 * Who writes files of households and what hangs on them (decision 0008): the policies ask for the role, once a statement;
 * fields that a role may not change are compared without a call, row by row.
 */
export class Writers1000000000470 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const policies = Object.entries(WRITERS).map(alterPolicies);
    const locked = LOCKED_FIELDS.map(
      ([table, trigger, who, fields]) => `
        CREATE TRIGGER ${trigger} BEFORE UPDATE OF ${fields.join(', ')} ON ${table} FOR EACH ROW
          WHEN ((${fields.map((field) => `OLD.${field}`).join(', ')}) IS DISTINCT FROM (${fields.map((field) => `NEW.${field}`).join(', ')}))
          EXECUTE FUNCTION pa_fields_of_roles(${who.map((role) => `'${role}'`).join(', ')})`,
    );
    const only = Object.entries(ONLY_FIELDS).map(
      ([table, fields]) => `
        CREATE TRIGGER fields_of_others BEFORE UPDATE ON ${table} FOR EACH ROW
          WHEN (NOT (junxian.is_service() OR junxian.has_role('poverty-alleviation:OPERATOR')
            OR junxian.has_role('poverty-alleviation:PROVINCE_ADMIN')))
          EXECUTE FUNCTION pa_only_fields(${Object.entries(fields)
            .flatMap(([role, names]) => [`'${role}'`, `'${names.join(',')}'`])
            .join(', ')})`,
    );
    await runner.query(`
      -- A policy does not see the row as it was. Takes the roles that may change the fields of the trigger. Whom the
      -- policies do not hold (a superuser at the console), these do not hold either.
      CREATE FUNCTION pa_fields_of_roles() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF junxian.is_service() OR NOT row_security_active(TG_RELID) THEN RETURN NEW; END IF;
        FOR i IN 0 .. TG_NARGS - 1 LOOP
          IF junxian.has_role('poverty-alleviation:' || TG_ARGV[i]) THEN RETURN NEW; END IF;
        END LOOP;
        RAISE EXCEPTION 'fields of % are changed by other roles', TG_TABLE_NAME USING ERRCODE = '42501';
      END $$;
      -- Takes role and fields in turn; whatever else of the row changes is refused, but for who changed it when.
      CREATE FUNCTION pa_only_fields() RETURNS trigger LANGUAGE plpgsql AS $$
      DECLARE
        free text[] := '{updated_by,updated_at,version}';
      BEGIN
        IF NOT row_security_active(TG_RELID) THEN RETURN NEW; END IF;
        FOR i IN 0 .. TG_NARGS - 1 BY 2 LOOP
          IF junxian.has_role('poverty-alleviation:' || TG_ARGV[i]) THEN
            free := free || string_to_array(TG_ARGV[i + 1], ',');
          END IF;
        END LOOP;
        IF to_jsonb(NEW) - free <> to_jsonb(OLD) - free THEN
          RAISE EXCEPTION 'fields of % are changed by other roles', TG_TABLE_NAME USING ERRCODE = '42501';
        END IF;
        RETURN NEW;
      END $$;
      ${[...policies, ...locked, ...only].join(';\n')};
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    const everybody = Object.entries(WRITERS).map(([table, { naming }]) =>
      alterPolicies([table, { ...(BEFORE[table] ?? EVERYBODY), ...(naming && { naming }) }]),
    );
    await runner.query(`
      DROP FUNCTION pa_only_fields() CASCADE;
      DROP FUNCTION pa_fields_of_roles() CASCADE;
      ${everybody.join(';\n')};
    `);
  }
}

function alterPolicies([table, { insert, update, become = update, remove, naming }]: [
  string,
  Writers,
]): string {
  const own = inCallersRange(table === 'household_serial' ? 'village_code' : 'region_code');
  const named = naming === undefined ? own : namedInSight(...naming);
  return `
    ALTER POLICY insert_scope ON ${table} WITH CHECK (${named} AND ${insert});
    ALTER POLICY update_scope ON ${table} USING (${own} AND ${update}) WITH CHECK (${named} AND ${become});
    ALTER POLICY delete_scope ON ${table} USING (${own} AND ${remove})`;
}
