import { levelAtDepth, type RegionLevel, scopeRange } from '@junxian/administrative-region';
import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { isUniqueViolation, type ScopedTransaction } from '@junxian/persistence';
import type { OrganisationKind } from './organisation.rules';

/** An organisation as it is stored; dates as `YYYY-MM-DD`, the telephone sealed. */
export interface OrganisationRow {
  id: string;
  kind: OrganisationKind;
  sealName: string;
  unifiedSocialCreditCode: string | null;
  regionCode: string;
  superiorId: string | null;
  headcount: number | null;
  hasExtranet: boolean;
  convertedToEnterpriseOn: string | null;
  adminPrefix: string | null;
  registered: boolean;
  contactName: string | null;
  contactPhoneSealed: string | null;
  validFrom: string;
  validTo: string | null;
  version: number;
}

/** Property of the row → column and SQL type. */
const COLUMNS = {
  id: ['id', 'uuid'],
  kind: ['kind', 'text'],
  sealName: ['seal_name', 'text'],
  unifiedSocialCreditCode: ['unified_social_credit_code', 'text'],
  regionCode: ['region_code', 'text'],
  superiorId: ['superior_id', 'uuid'],
  headcount: ['headcount', 'integer'],
  hasExtranet: ['has_extranet', 'boolean'],
  convertedToEnterpriseOn: ['converted_to_enterprise_on', 'date'],
  adminPrefix: ['admin_prefix', 'text'],
  registered: ['registered', 'boolean'],
  contactName: ['contact_name', 'text'],
  contactPhoneSealed: ['contact_phone_sealed', 'text'],
  validFrom: ['valid_from', 'date'],
  validTo: ['valid_to', 'date'],
  version: ['version', 'integer'],
} as const satisfies Record<keyof OrganisationRow, readonly [string, string]>;

type Property = keyof OrganisationRow;
const PROPERTIES = Object.keys(COLUMNS) as Property[];

/** The select list of a row; `alias` is that of the table `organisation`. */
export function organisationColumns(alias = 'o'): string {
  return PROPERTIES.map((property) => {
    const [column, type] = COLUMNS[property];
    return `${alias}.${column}${type === 'date' ? '::text' : ''} AS "${property}"`;
  }).join(', ');
}

/** The organisations with these ids that the caller sees, removed ones included, in no order. */
export async function findOrganisations(
  tx: ScopedTransaction,
  ids: readonly string[],
): Promise<OrganisationRow[]> {
  return tx.query<OrganisationRow>(
    `SELECT ${organisationColumns()} FROM organisation o WHERE o.id = ANY($1::uuid[])`,
    [ids.filter(isUuid)],
  );
}

/**
 * The organisation, locked until the end of the transaction. Throws NOT_FOUND when there is none in scope,
 * STALE_VERSION when it is no longer the version the caller saw.
 */
export async function lockOrganisation(
  tx: ScopedTransaction,
  id: string,
  expectedVersion: number,
): Promise<OrganisationRow> {
  const row = isUuid(id)
    ? (
        await tx.query<OrganisationRow>(
          `SELECT ${organisationColumns()} FROM organisation o WHERE o.id = $1 FOR UPDATE`,
          [id],
        )
      )[0]
    : undefined;
  if (row === undefined) throw refuse.notFound('id');
  if (row.version !== expectedVersion) throw refuse.staleVersion();
  return row;
}

/** Changes some properties of a locked row and counts its version up. Throws DUPLICATE_NAME. */
export async function storeChange(
  tx: ScopedTransaction,
  id: string,
  change: Partial<Omit<OrganisationRow, 'id' | 'version'>>,
): Promise<OrganisationRow> {
  const properties = Object.keys(change) as (keyof typeof change)[];
  const assignments = properties.map((property, index) => `${COLUMNS[property][0]} = $${index + 2}`);
  const [row] = await refusingDuplicates(() =>
    tx.query<OrganisationRow>(
      `UPDATE organisation o SET ${[...assignments, 'version = o.version + 1'].join(', ')} WHERE o.id = $1
       RETURNING ${organisationColumns()}`,
      [id, ...properties.map((property) => change[property])],
    ),
  );
  if (row === undefined) throw refuse.notFound('id');
  return row;
}

/** A new row; version 1 and, when left out, a fresh id are the database's. */
export type NewOrganisation = Omit<OrganisationRow, 'version' | 'validTo' | 'convertedToEnterpriseOn'>;

/** Inserts rows with one statement. Throws DUPLICATE_NAME when a name is taken anywhere in the country. */
export async function insertOrganisations(
  tx: ScopedTransaction,
  rows: readonly NewOrganisation[],
): Promise<void> {
  const properties = PROPERTIES.filter(
    (property): property is keyof NewOrganisation =>
      property !== 'version' && property !== 'validTo' && property !== 'convertedToEnterpriseOn',
  );
  const columns = properties.map((property) => COLUMNS[property][0]).join(', ');
  const arrays = properties.map((property, index) => `$${index + 1}::${COLUMNS[property][1]}[]`).join(', ');
  await refusingDuplicates(() =>
    tx.query(
      `INSERT INTO organisation (${columns}) SELECT * FROM unnest(${arrays})`,
      properties.map((property) => rows.map((row) => row[property])),
    ),
  );
}

/** Fresh ids, in ascending order. */
export async function newIds(tx: ScopedTransaction, count: number): Promise<string[]> {
  const rows = await tx.query<{ id: string }>('SELECT uuidv7() AS id FROM generate_series(1, $1)', [count]);
  return rows.map((row) => row.id);
}

/** Two organisations of one seal name; says nothing about where the other one is (DI-ORG-01). */
export function duplicateName(field = 'sealName'): Refusal {
  return new Refusal(
    'DUPLICATE_NAME',
    {
      zh: '该公章名称已被登记，请核对名称；如确属本单位，请联系系统维护人员',
      en: 'This seal name is already registered; check it, or ask the system staff if it is yours',
    },
    { field },
  );
}

async function refusingDuplicates<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isUniqueViolation(error, 'organisation_seal_name_once') ? duplicateName() : error;
  }
}

/** Which of these seal names are taken by an existing organisation anywhere in the country; says no more (DI-ORG-01). */
export async function takenNames(tx: ScopedTransaction, names: readonly string[]): Promise<Set<string>> {
  const rows = await tx.query<{ name: string }>(
    'SELECT di_org_01_taken_names AS name FROM di_org_01_taken_names($1)',
    [names],
  );
  return new Set(rows.map((row) => row.name));
}

/** The levels of those of the codes that are valid on a day. */
export async function regionLevels(
  tx: ScopedTransaction,
  codes: Iterable<string>,
  day: string,
): Promise<Map<string, RegionLevel>> {
  const rows = await tx.query<{ code: string; level: number }>(
    `SELECT code, level FROM region
     WHERE code = ANY($1::text[]) AND valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2)`,
    [[...new Set(codes)], day],
  );
  return new Map(rows.map((row) => [row.code, levelAtDepth(row.level)]));
}

/** The range of a region valid on a day. Throws REGION_UNKNOWN naming `field`. */
export async function regionRange(tx: ScopedTransaction, code: string, day: string, field: string) {
  const level = (await regionLevels(tx, [code], day)).get(code);
  if (level === undefined) throw regionUnknown(field);
  return scopeRange(code, level);
}

export function regionUnknown(field: string): Refusal {
  return new Refusal(
    'REGION_UNKNOWN',
    {
      zh: '没有该行政区划，或它今天已不再有效，请查询后填写现行代码',
      en: 'There is no such region today; look up the code in force',
    },
    { field },
  );
}

// Two advisory locks keep decisions and rows together: nobody checks a region while regions are being
// re-coded, and the tree and the names are changed by one transaction at a time. Always taken in this order.
const REGION_LOCK = `hashtextextended('directory.organisation.regions', 0)`;
const TREE_LOCK = `hashtextextended('directory.organisation.tree', 0)`;

/** Holds region codes still, then makes this the only transaction that changes names or the tree. */
export async function lockTree(tx: ScopedTransaction): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock_shared(${REGION_LOCK})`);
  await tx.query(`SELECT pg_advisory_xact_lock(${TREE_LOCK})`);
}

/** Waits for everybody who has checked a region and keeps others from checking until the commit. */
export async function lockRegions(tx: ScopedTransaction): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(${REGION_LOCK})`);
}
