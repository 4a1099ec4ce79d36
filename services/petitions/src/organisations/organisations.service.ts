import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { CaseItem, Organisation } from '../cases/case.types';
import { selectList } from '../rows';

const ORGANISATION_COLUMNS = selectList(
  ['id', 'sealName', 'kind', 'regionCode', 'regionLevel', 'superiorId', 'isBureau', 'removed', 'version'],
  'o',
);

/** Organisations by their ids, those removed included; absent ids are left out. */
export async function organisationsByIds(
  tx: ScopedTransaction,
  ids: readonly string[],
): Promise<Organisation[]> {
  return tx.query<Organisation>(
    `SELECT ${ORGANISATION_COLUMNS} FROM organisation o WHERE o.id = ANY($1::uuid[])`,
    [ids.filter(isUuid)],
  );
}

/** A current organisation, or undefined when there is none or it was removed. */
export async function currentOrganisation(
  tx: ScopedTransaction,
  id: string,
): Promise<Organisation | undefined> {
  const [organisation] = await organisationsByIds(tx, [id]);
  return organisation?.removed ? undefined : organisation;
}

/** The bureaus of regions, ordered by region and age. */
export async function bureausOf(
  tx: ScopedTransaction,
  regionCodes: readonly string[],
): Promise<Organisation[]> {
  return tx.query<Organisation>(
    `SELECT ${ORGANISATION_COLUMNS} FROM organisation o WHERE o.region_code = ANY($1::text[]) AND o.is_bureau AND NOT o.removed ORDER BY o.region_code, o.id`,
    [regionCodes],
  );
}

/** Current organisations of a region, bureaus first: to pick a destination (PT-HND-03). */
export async function organisationsOfRegion(
  tx: ScopedTransaction,
  regionCode: string,
): Promise<Organisation[]> {
  return tx.query<Organisation>(
    `SELECT ${ORGANISATION_COLUMNS} FROM organisation o WHERE o.region_code = $1 AND NOT o.removed ORDER BY o.is_bureau DESC, o.seal_name, o.id LIMIT 500`,
    [regionCode],
  );
}

/** Officers 经办人 of the caller's own organisation who hold one of some roles today, by account id. */
export async function officersOfOrganisation(
  tx: ScopedTransaction,
  organisationId: string,
  roles: readonly string[],
  today: string,
): Promise<{ accountId: string; roles: string[] }[]> {
  return tx.query(
    `SELECT a.account_id AS "accountId", array_agg(DISTINCT r.role ORDER BY r.role) AS roles
     FROM officer_appointment a CROSS JOIN LATERAL unnest(a.roles) AS r(role)
     WHERE a.organisation_id = $1 AND a.roles && $2::text[] AND a.valid_from <= $3 AND (a.valid_to IS NULL OR a.valid_to >= $3)
       AND a.ended_on IS NULL AND NOT EXISTS (SELECT FROM disabled_account d WHERE d.account_id = a.account_id)
     GROUP BY a.account_id ORDER BY a.account_id`,
    [organisationId, roles, today],
  );
}

/** Whether an account holds one of some roles in an organisation today. */
export async function isOfficer(
  tx: ScopedTransaction,
  accountId: string,
  organisationId: string,
  roles: readonly string[],
  today: string,
): Promise<boolean> {
  if (!isUuid(accountId)) return false;
  const officers = await officersOfOrganisation(tx, organisationId, roles, today);
  return officers.some((officer) => officer.accountId === accountId);
}

/** As {@link isOfficer}, for whoever is to deal with an item: never the accused of it (PT-HND-08). */
export async function mayDealWith(
  tx: ScopedTransaction,
  { accusedAccountId }: Pick<CaseItem, 'accusedAccountId'>,
  accountId: string,
  organisationId: string,
  roles: readonly string[],
  today: string,
): Promise<boolean> {
  return accountId !== accusedAccountId && (await isOfficer(tx, accountId, organisationId, roles, today));
}
