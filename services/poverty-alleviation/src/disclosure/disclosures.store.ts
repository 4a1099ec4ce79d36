import type { ScopedTransaction } from '@junxian/persistence';
import { FUND_TIER, FUND_TYPE, type FundTier, type FundType } from '../fund-code-lists';
import type { Trace } from '../households/household-files.service';
import { DISCLOSURE_KIND, type DisclosureKind } from '../project-code-lists';
import type { BudgetLine } from '../projects/project.rules';
import type { ProjectView } from '../projects/project-views.service';

/** What a notice says of a project: as it stood when it was disclosed. */
export type ProjectFacts = Pick<
  ProjectView,
  | 'projectNo'
  | 'name'
  | 'type'
  | 'subtype'
  | 'year'
  | 'stage'
  | 'owner'
  | 'plannedStart'
  | 'plannedEnd'
  | 'budgetTotal'
  | 'approvalDocNo'
  | 'approvedAmount'
  | 'spent'
  | 'progressPct'
  | 'beneficiaryHouseholds'
> & { works: string; villageCodes: string[]; budget: BudgetLine[] };

/** What a notice says of a fund allocation. */
export interface FundFacts {
  documentNo: string;
  title: string;
  year: number;
  tier: FundTier;
  fundType: FundType;
  issuedDate: string;
  totalAmount: string;
  lines: { regionCode: string; amount: string }[];
}

/** What a notice shows, by kind. */
export type DisclosedFacts = { project: ProjectFacts } | { fund: FundFacts };

/** A notice, as resolvers pass it on. */
export interface DisclosureView {
  id: string;
  kind: DisclosureKind;
  refId: string;
  regionCode: string;
  title: string;
  content: string;
  facts: DisclosedFacts;
  listsBeneficiaries: boolean;
  publishedAt: Date;
  endAt: string;
  withdrawnAt: Date | null;
  withdrawReason: string | null;
  version: number;
}

/** Select list of a notice `d`, read by {@link disclosureOf}. */
export const DISCLOSURE_SELECT = `d.id, d.kind, d.ref_id AS "refId", d.region_code AS "regionCode", d.title, d.content, d.facts,
  d.lists_beneficiaries AS "listsBeneficiaries", d.published_at AS "publishedAt", d.end_at::text AS "endAt",
  d.withdrawn_at AS "withdrawnAt", d.withdraw_reason AS "withdrawReason", d.version`;

/** The view of a row that {@link DISCLOSURE_SELECT} read. */
export function disclosureOf(row: object): DisclosureView {
  const stored = row as Omit<DisclosureView, 'kind'> & { kind: string };
  return { ...stored, kind: DISCLOSURE_KIND.name(stored.kind) };
}

/** A notice by id, or null when the caller does not see it. */
export async function readDisclosure(tx: ScopedTransaction, id: string): Promise<DisclosureView | null> {
  const [row] = await tx.query<object>(
    `SELECT ${DISCLOSURE_SELECT} FROM public_disclosure d WHERE d.id = $1`,
    [id],
  );
  return row === undefined ? null : disclosureOf(row);
}

/** A fund allocation with its issuer and the lines the caller sees, or null. */
export async function readAllocationFacts(
  tx: ScopedTransaction,
  id: string,
): Promise<(FundFacts & { issuer: string }) | null> {
  const [row] = await tx.query<
    Omit<FundFacts, 'tier' | 'fundType'> & { issuer: string; tier: string; fundType: string }
  >(
    `SELECT a.region_code AS issuer, a.document_no AS "documentNo", a.title, a.year, a.tier, a.fund_type AS "fundType",
       a.issued_date::text AS "issuedDate", a.total_amount::text AS "totalAmount",
       (SELECT coalesce(jsonb_agg(jsonb_build_object('regionCode', l.region_code, 'amount', l.amount::text) ORDER BY l.region_code), '[]')
        FROM fund_allocation_line l WHERE l.fund_allocation_id = a.id) AS lines
     FROM fund_allocation a WHERE a.id = $1`,
    [id],
  );
  if (row === undefined) return null;
  return { ...row, tier: FUND_TIER.name(row.tier), fundType: FUND_TYPE.name(row.fundType) };
}

/** Adds a notice; returns its id. */
export async function insertDisclosure(
  tx: ScopedTransaction,
  notice: Pick<
    DisclosureView,
    'kind' | 'refId' | 'regionCode' | 'title' | 'content' | 'facts' | 'listsBeneficiaries' | 'endAt'
  >,
  epoch: number,
  { actor, now }: Trace,
): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `INSERT INTO public_disclosure (kind, ref_id, region_code, region_epoch, title, content, facts, lists_beneficiaries,
       published_at, end_at, created_by, created_at, updated_by, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $10, $11, $9, $10, $9, $10) RETURNING id`,
    [
      DISCLOSURE_KIND.code(notice.kind),
      notice.refId,
      notice.regionCode,
      epoch,
      notice.title,
      notice.content,
      JSON.stringify(notice.facts),
      notice.listsBeneficiaries,
      actor,
      now,
      notice.endAt,
    ],
  );
  return row!.id;
}

/**
 * Copies a project's beneficiaries into a notice, each with the surname of the person, or of the head where the
 * household benefits, and nothing else that tells who it is. One statement however many there are.
 */
export async function listBeneficiaries(
  tx: ScopedTransaction,
  disclosureId: string,
  projectId: string,
): Promise<void> {
  await tx.query(
    `INSERT INTO disclosed_beneficiary (disclosure_id, region_code, region_epoch, masked_name, amount)
     SELECT $1, b.region_code, b.region_epoch, coalesce(left(person.name, 1), '某') || '**', b.amount
     FROM beneficiary_household b LEFT JOIN LATERAL (
       SELECT m.name FROM member_year_record m
       WHERE m.household_id = b.household_id AND m.year = b.year
         AND CASE WHEN b.member_id IS NULL THEN m.relation_to_head = '01' ELSE m.member_id = b.member_id END
       ORDER BY m.status NOT IN ('1', '4'), m.updated_at DESC LIMIT 1) AS person ON true
     WHERE b.project_id = $2`,
    [disclosureId, projectId],
  );
}

/** Withdraws a notice that is locked. */
export async function markWithdrawn(
  tx: ScopedTransaction,
  id: string,
  reason: string,
  { actor, now }: Trace,
): Promise<void> {
  await tx.query(
    `UPDATE public_disclosure SET withdrawn_at = $2, withdrawn_by = $3, withdraw_reason = $4, updated_at = $2,
       updated_by = $3, version = version + 1 WHERE id = $1`,
    [id, now, actor, reason],
  );
}
