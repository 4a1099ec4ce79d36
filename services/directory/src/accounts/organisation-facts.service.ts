import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';

/** What deciding about accounts needs to know of an organisation. */
export interface OrganisationFacts {
  id: string;
  kind: string;
  sealName: string;
  regionCode: string;
  superiorId: string | null;
  headcount: number | null;
  hasExtranet: boolean;
}

const COLUMNS = `o.id, o.kind, o.seal_name AS "sealName", o.region_code AS "regionCode", o.superior_id AS "superiorId",
  o.headcount, o.has_extranet AS "hasExtranet"`;
const CURRENT = (alias: string) => `(${alias}.valid_to IS NULL OR ${alias}.valid_to > $2::date)`;
/** Deeper than any administration is; a loop in the tree cannot hang a query. */
const DEEPEST = 32;

/** An organisation that exists today, or NOT_FOUND when there is none in the transaction's scope. */
export async function organisationFacts(
  tx: ScopedTransaction,
  id: string,
  today: string,
  field = 'organisationId',
): Promise<OrganisationFacts> {
  if (!isUuid(id)) throw refuse.notFound(field);
  const [found] = await tx.query<OrganisationFacts>(
    `SELECT ${COLUMNS} FROM organisation o WHERE o.id = $1 AND ${CURRENT('o')}`,
    [id, today],
  );
  if (found === undefined) throw refuse.notFound(field);
  return found;
}

/**
 * How many steps one organisation lies above another in the tree: 0 the same, null not above. Reads only
 * rows in scope: a superior looks down on what lies inside its own region.
 */
export async function stepsAbove(
  tx: ScopedTransaction,
  upper: string | null,
  lower: string,
): Promise<number | null> {
  if (upper === null) return null;
  const [found] = await tx.query<{ steps: number }>(
    `WITH RECURSIVE chain AS (
       SELECT o.id, o.superior_id, 0 AS steps FROM organisation o WHERE o.id = $1
       UNION ALL
       SELECT o.id, o.superior_id, c.steps + 1 FROM chain c JOIN organisation o ON o.id = c.superior_id
       WHERE c.steps < ${DEEPEST} AND c.id <> $2::uuid)
     SELECT steps FROM chain WHERE id = $2::uuid`,
    [lower, upper],
  );
  return found?.steps ?? null;
}

/** The prefix registered for an organisation or the nearest one above that has one; null when none has. */
export async function registeredPrefix(
  tx: ScopedTransaction,
  organisationId: string,
): Promise<string | null> {
  const [found] = await tx.query<{ prefix: string }>(
    `WITH RECURSIVE chain AS (
       SELECT o.superior_id, o.admin_prefix, 0 AS steps FROM organisation o WHERE o.id = $1
       UNION ALL
       SELECT o.superior_id, o.admin_prefix, c.steps + 1 FROM chain c JOIN organisation o ON o.id = c.superior_id
       WHERE c.steps < ${DEEPEST})
     SELECT admin_prefix AS prefix FROM chain WHERE admin_prefix IS NOT NULL ORDER BY steps LIMIT 1`,
    [organisationId],
  );
  return found?.prefix ?? null;
}

const LACKS_ADMIN = `NOT EXISTS (
  SELECT 1 FROM account a WHERE a.organisation_id = o.id AND a.kind = 'ADMIN' AND NOT a.is_extra AND a.status <> 'DISABLED')`;

/** Organisations at and below a root that exist today and lack their administrator, without `exceptId`; at most `limit`. */
export function organisationsWithoutAdmin(
  tx: ScopedTransaction,
  rootId: string,
  today: string,
  exceptId: string | null,
  limit: number,
): Promise<OrganisationFacts[]> {
  return tx.query<OrganisationFacts>(
    `WITH RECURSIVE tree AS (
       SELECT o.id, 0 AS depth FROM organisation o WHERE o.id = $1 AND ${CURRENT('o')}
       UNION ALL
       SELECT o.id, t.depth + 1 FROM tree t JOIN organisation o ON o.superior_id = t.id
       WHERE ${CURRENT('o')} AND t.depth < ${DEEPEST})
     SELECT ${COLUMNS} FROM organisation o JOIN tree t ON t.id = o.id
     WHERE o.id IS DISTINCT FROM $3::uuid AND ${LACKS_ADMIN}
     ORDER BY t.depth, o.region_code, o.seal_name, o.id LIMIT $4`,
    [rootId, today, exceptId, limit],
  );
}

/** Those of the given organisations that exist today and lack their administrator. */
export function withoutAdmin(
  tx: ScopedTransaction,
  ids: readonly string[],
  today: string,
): Promise<OrganisationFacts[]> {
  return tx.query<OrganisationFacts>(
    `SELECT ${COLUMNS} FROM organisation o
     WHERE o.id = ANY($1::uuid[]) AND ${CURRENT('o')} AND ${LACKS_ADMIN} ORDER BY o.region_code, o.seal_name, o.id`,
    [ids, today],
  );
}
