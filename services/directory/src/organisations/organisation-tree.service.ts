import { isWithin, scopeRange } from '@junxian/administrative-region';
import { Refusal, refuse } from '@junxian/errors';
import { isUuid, type Principal } from '@junxian/identity';
import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import { type OrganisationRow, organisationColumns, regionLevels } from './organisation.store';

export const ORG_ADMIN = 'directory:ORG_ADMIN';
export const SYSTEM_STAFF = 'directory:SYSTEM_STAFF';

/** No administration is deeper; a walk that meets a loop ends. */
const DEEPEST = 32;
const MAX_DEPTH = 3;
const MAX_NODES = 2_000;

/** One organisation in an answer about the tree. */
export interface TreeNode {
  organisation: OrganisationRow;
  hasSubordinates: boolean;
  /** Null below the depth asked for. */
  subordinates: TreeNode[] | null;
  /** There are more direct subordinates than were asked for. */
  moreSubordinates: boolean;
}

type NodeRow = OrganisationRow & { hasSubordinates: boolean };

const NODE_COLUMNS = `${organisationColumns()},
  EXISTS (SELECT 1 FROM organisation below WHERE below.superior_id = o.id AND below.valid_to IS NULL) AS "hasSubordinates"`;

/**
 * The organisations directly below one (or, without it, those at the top of what the caller sees), a page
 * at a time, each with up to `depth - 1` further levels of at most `first` organisations per superior.
 * One statement per level. Throws INVALID_INPUT when depth or the number of nodes is too large.
 */
export async function organisationTree(
  tx: ScopedTransaction,
  request: { rootId?: string | null; depth: number; first: number; after?: string | null },
): Promise<Page<TreeNode>> {
  const { rootId, depth, first, after } = request;
  if (!Number.isInteger(depth) || depth < 1 || depth > MAX_DEPTH) {
    throw refuse.invalid('depth', {
      zh: `层数应在 1 到 ${MAX_DEPTH} 之间`,
      en: `depth is 1 to ${MAX_DEPTH}`,
    });
  }
  if (first ** depth > MAX_NODES) {
    throw refuse.invalid('first', {
      zh: `每次最多返回 ${MAX_NODES} 个单位，请减少层数或每层条数`,
      en: `At most ${MAX_NODES} organisations at once; ask for fewer levels or a smaller page`,
    });
  }
  const root = rootId ?? null;
  const page = await keysetPage<NodeRow>(tx, {
    select: NODE_COLUMNS,
    from: 'organisation o',
    where: [
      'o.valid_to IS NULL',
      root === null
        ? 'o.superior_id IS NULL OR NOT EXISTS (SELECT 1 FROM organisation above WHERE above.id = o.superior_id)'
        : 'o.superior_id = $1::uuid',
    ],
    parameters: root === null ? [] : [isUuid(root) ? root : null],
    order: [
      { column: 'o.seal_name', key: 'sealName' },
      { column: 'o.id', key: 'id', type: 'uuid' },
    ],
    first,
    after,
  });
  const nodes = page.nodes.map(leaf);
  await addLevels(tx, nodes, depth - 1, first);
  return { ...page, nodes };
}

async function addLevels(
  tx: ScopedTransaction,
  parents: TreeNode[],
  levels: number,
  first: number,
): Promise<void> {
  if (levels === 0 || parents.length === 0) return;
  const rows = await tx.query<NodeRow>(
    `SELECT child.* FROM unnest($1::uuid[]) AS parent (id) CROSS JOIN LATERAL (
       SELECT ${NODE_COLUMNS} FROM organisation o WHERE o.superior_id = parent.id AND o.valid_to IS NULL
       ORDER BY o.seal_name, o.id LIMIT $2) AS child`,
    [parents.map((parent) => parent.organisation.id), first + 1],
  );
  const bySuperior = new Map<string, NodeRow[]>(parents.map((parent) => [parent.organisation.id, []]));
  for (const row of rows) bySuperior.get(row.superiorId!)!.push(row);
  for (const parent of parents) {
    const below = bySuperior.get(parent.organisation.id)!;
    parent.subordinates = below.slice(0, first).map(leaf);
    parent.moreSubordinates = below.length > first;
  }
  await addLevels(
    tx,
    parents.flatMap((parent) => parent.subordinates ?? []),
    levels - 1,
    first,
  );
}

const leaf = ({ hasSubordinates, ...organisation }: NodeRow): TreeNode => ({
  organisation,
  hasSubordinates,
  subordinates: null,
  moreSubordinates: hasSubordinates,
});

/**
 * Whether one organisation is another or stands above it. Reads only rows in scope, which is enough:
 * whoever is above has a region that holds the regions of all below.
 */
export async function isAtOrAbove(
  tx: ScopedTransaction,
  upper: string | null,
  lower: string | null,
): Promise<boolean> {
  if (upper === null || lower === null) return false;
  const [found] = await tx.query(
    `WITH RECURSIVE chain AS (
       SELECT o.id, o.superior_id, 0 AS steps FROM organisation o WHERE o.id = $1
       UNION ALL
       SELECT o.id, o.superior_id, chain.steps + 1 FROM chain JOIN organisation o ON o.id = chain.superior_id
       WHERE chain.steps < ${DEEPEST})
     SELECT 1 FROM chain WHERE id = $2`,
    [lower, upper],
  );
  return found !== undefined;
}

/** Throws FORBIDDEN unless the caller administers exactly this organisation (DI-ORG-04). */
export function checkOwnAdministrator(principal: Principal, organisation: OrganisationRow): void {
  if (!principal.roles.includes(ORG_ADMIN) || principal.organisationId !== organisation.id)
    throw refuse.forbidden();
}

/**
 * Throws FORBIDDEN unless the caller administers the given superior or an organisation above it (DI-ORG-04).
 * Takes the superior of what is to be changed: nobody is the superior of the own organisation.
 */
export async function checkSuperiorAdministrator(
  tx: ScopedTransaction,
  principal: Principal,
  superiorId: string | null,
): Promise<void> {
  if (principal.roles.includes(ORG_ADMIN) && (await isAtOrAbove(tx, principal.organisationId, superiorId)))
    return;
  throw refuse.forbidden();
}

/**
 * Checks that an organisation's region lies in that of its superior. Throws REGION_NOT_BELOW_SUPERIOR naming
 * `field`: whoever looks down the tree must be able to see all of it.
 */
export async function checkRegionBelow(
  tx: ScopedTransaction,
  regionCode: string,
  superior: OrganisationRow,
  today: string,
  field: string,
): Promise<void> {
  const level = (await regionLevels(tx, [superior.regionCode], today)).get(superior.regionCode);
  if (level !== undefined && isWithin(regionCode, scopeRange(superior.regionCode, level))) return;
  throw new Refusal(
    'REGION_NOT_BELOW_SUPERIOR',
    {
      zh: '该单位的行政区划不在上级单位的辖区内，请核对上级单位或行政区划',
      en: "The organisation's region lies outside its superior's; check the superior or the region",
    },
    { field },
  );
}
