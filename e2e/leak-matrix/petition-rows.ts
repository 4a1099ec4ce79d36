import type { System } from '../support/system';

/** Tables whose rows a petitioner sees of the own item: the outcome, not the work (PT-PUB-19). */
const SHOWN_TO_THE_PETITIONER = [
  'notice',
  'handling_opinion',
  'handling_extension',
  'evaluation',
  'attachment',
];
/** What hangs on an item but is read by other rules, or by nobody. */
const NOT_HANGING = [
  'case_sight',
  'case_journal',
  'published_case',
  'online_submission',
  'print_snapshot',
  'print_log',
];

/** Who may see an item and what hangs on it (PT-SEC-01, PT-HND-08), as the database says, asked past row-level security. */
export interface PetitionItem {
  id: string;
  itemNo: string;
  /** Without the accused. */
  organisations: string[];
  accountId: string | null;
  citizenId: string | null;
  /** An accusation, or confidential: the duplicate check says nothing of it. */
  isProtected: boolean;
  anonymous: boolean;
  accusedOrganisationId: string | null;
  problemRegion: string;
  custodian: string;
}

/** A row that hangs on an item. */
export interface HangingRow {
  id: string;
  table: string;
  caseItemId: string;
  /** Every id that stands in it: of people who acted, among others. */
  ids: string[];
}

export const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

export async function petitionItems(system: System): Promise<PetitionItem[]> {
  return system.adminQuery<PetitionItem>(
    'petitions',
    `SELECT c.id, c.item_no AS "itemNo", c.account_id AS "accountId", c.citizen_id AS "citizenId", c.anonymous, c.problem_region_code AS "problemRegion",
       c.purpose = 'ACCUSATION' OR c.confidential AS "isProtected", c.accused_organisation_id AS "accusedOrganisationId",
       c.custodian_organisation_id AS custodian,
       ARRAY(SELECT s.organisation_id::text FROM case_sight s WHERE s.case_item_id = c.id
         AND s.organisation_id IS DISTINCT FROM c.accused_organisation_id
         UNION SELECT c.organisation_id::text) AS organisations
     FROM case_item c ORDER BY c.id`,
  );
}

/** The tables of petitions whose rows hang on an item and have an id. */
export async function hangingTables(system: System): Promise<string[]> {
  const tables = await system.adminQuery<{ name: string }>(
    'petitions',
    `SELECT c.table_name AS name FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.column_name IN ('id', 'case_item_id') AND c.data_type = 'uuid'
     GROUP BY 1 HAVING count(*) = 2 ORDER BY 1`,
  );
  return tables.map(({ name }) => name).filter((name) => !NOT_HANGING.includes(name));
}

export async function hangingRows(system: System): Promise<HangingRow[]> {
  const rows: HangingRow[] = [];
  for (const table of await hangingTables(system)) {
    const found = await system.adminQuery<{ id: string; caseItemId: string; text: string }>(
      'petitions',
      `SELECT t.id, t.case_item_id AS "caseItemId", t::text AS text FROM ${table} t WHERE t.case_item_id IS NOT NULL`,
    );
    for (const { id, caseItemId, text } of found)
      rows.push({ id, table, caseItemId, ids: text.match(UUID) ?? [] });
  }
  return rows;
}

export const isShownToThePetitioner = (table: string) => SHOWN_TO_THE_PETITIONER.includes(table);
