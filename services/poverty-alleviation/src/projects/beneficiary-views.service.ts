import type { Principal } from '@junxian/identity';
import { isUuid } from '@junxian/identity';
import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import { chosenRange } from '../chosen-range.rules';
import { RESETTLEMENT, type Resettlement } from '../code-lists';
import { PROJECT_TYPE } from '../project-code-lists';

/** A beneficiary 受益户 of a project: a household, or one of its members. Amounts in yuan. */
export interface BeneficiaryView {
  id: string;
  projectId: string;
  householdId: string;
  memberId: string | null;
  regionCode: string;
  year: number;
  amount: string | null;
  content: string | null;
  startDate: string | null;
  area: string | null;
  moveDate: string | null;
  resettlement: Resettlement | null;
  loan: string | null;
  dividend: string | null;
}

const SELECT = `b.id, b.project_id AS "projectId", b.household_id AS "householdId", b.member_id AS "memberId",
  b.region_code AS "regionCode", b.year, b.amount, b.content, b.start_date::text AS "startDate", b.area,
  b.move_date::text AS "moveDate", b.resettlement, b.loan, b.dividend`;

type BeneficiaryRow = Omit<BeneficiaryView, 'resettlement'> & { resettlement: string | null };

function beneficiaryOf(row: BeneficiaryRow): BeneficiaryView {
  return { ...row, resettlement: row.resettlement === null ? null : RESETTLEMENT.name(row.resettlement) };
}

interface PageArguments {
  first?: number | null | undefined;
  after?: string | null | undefined;
}

const IN_ORDER = [
  { column: 'b.region_code', key: 'regionCode' },
  { column: 'b.id', key: 'id', type: 'uuid' },
] as const;

/** One page of a project's beneficiaries inside the caller's region, by village. Throws INVALID_INPUT on a bad cursor. */
export async function beneficiaryPage(
  tx: ScopedTransaction,
  { projectId, first, after }: PageArguments & { projectId: string },
): Promise<Page<BeneficiaryView>> {
  if (!isUuid(projectId)) return { nodes: [], endCursor: null, hasNextPage: false };
  const page = await keysetPage<BeneficiaryRow>(tx, {
    select: SELECT,
    from: 'beneficiary_household b',
    where: ['b.project_id = $1'],
    parameters: [projectId],
    order: IN_ORDER,
    first,
    after,
  });
  return { ...page, nodes: page.nodes.map(beneficiaryOf) };
}

/** What these households benefit from (PA-SX-03), the latest first. */
export async function readBeneficiariesOfHouseholds(
  tx: ScopedTransaction,
  householdIds: readonly string[],
): Promise<BeneficiaryView[]> {
  const rows = await tx.query<BeneficiaryRow>(
    `SELECT ${SELECT} FROM beneficiary_household b WHERE b.household_id = ANY($1::uuid[])
     ORDER BY b.year DESC, b.id DESC`,
    [householdIds],
  );
  return rows.map(beneficiaryOf);
}

/** A household that a relocation project moves (PA-QY-07). */
export interface RelocationBeneficiaryView {
  id: string;
  projectId: string;
  householdId: string;
  regionCode: string;
  persons: number;
  resettlement: Resettlement;
  area: string | null;
  moveDate: string | null;
}

/**
 * One page of the relocation beneficiaries of a year in a region, by village (PA-QY-07). Throws OUT_OF_REGION, or
 * INVALID_INPUT on a bad cursor.
 */
export async function relocationBeneficiaryPage(
  tx: ScopedTransaction,
  principal: Principal,
  query: PageArguments & {
    year: number;
    region?: string | null | undefined;
    resettlement?: Resettlement | null | undefined;
  },
): Promise<Page<RelocationBeneficiaryView>> {
  const range = chosenRange(query.region, principal);
  const where = [
    // Written as in the index.
    `b.project_type = '${PROJECT_TYPE.code('RELOCATION')}' AND b.year = $1`,
    'b.region_code >= $2 AND b.region_code < $3',
  ];
  const parameters: unknown[] = [query.year, range.low, range.high];
  if (query.resettlement)
    where.push(`b.resettlement = $${parameters.push(RESETTLEMENT.code(query.resettlement))}`);
  const page = await keysetPage<Omit<RelocationBeneficiaryView, 'resettlement'> & { resettlement: string }>(
    tx,
    {
      select: `b.id, b.project_id AS "projectId", b.household_id AS "householdId", b.region_code AS "regionCode",
      r.member_count AS persons, b.resettlement, b.area, b.move_date::text AS "moveDate"`,
      from: 'beneficiary_household b JOIN household_year_record r ON r.household_id = b.household_id AND r.year = b.year',
      where,
      parameters,
      order: IN_ORDER,
      first: query.first,
      after: query.after,
    },
  );
  return {
    ...page,
    nodes: page.nodes.map((row) => ({ ...row, resettlement: RESETTLEMENT.name(row.resettlement) })),
  };
}
