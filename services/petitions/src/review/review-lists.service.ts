import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import { REVIEW_COLUMNS, STEP_COLUMNS } from './review.store';
import type { ReviewCase, ReviewLevel, ReviewState, ReviewStep } from './review.types';
import { ASKED_STEPS } from './steps.rules';

/**
 * The organisation that conducts the (re-)review of an item that is under way, where it lies, and the handler if one is appointed; undefined when
 * none is. The item must be locked before.
 */
export async function reviewUnderWay(
  tx: ScopedTransaction,
  caseItemId: string,
): Promise<{ organisationId: string; regionCode: string; holderId: string | null } | undefined> {
  const [review] = await tx.query<{ organisationId: string; regionCode: string; holderId: string | null }>(
    `SELECT v.authority_organisation_id AS "organisationId", v.region_code AS "regionCode", v.handler_id AS "holderId"
     FROM review_case v WHERE v.case_item_id = $1 AND v.ended_at IS NULL`,
    [caseItemId],
  );
  return review;
}

interface Paging {
  first?: number | null;
  after?: string | null;
}

interface WhichReviews extends Paging {
  states?: readonly ReviewState[] | null;
  level?: ReviewLevel | null;
  mine?: boolean | null;
}

/** Reviews that the officer's organisation conducts, newest first; by state, level, or the officer's own. Throws INVALID_INPUT on a bad cursor. */
export function reviewCases(
  tx: ScopedTransaction,
  which: WhichReviews,
  officer: Officer,
): Promise<Page<ReviewCase>> {
  const of = { from: 'review_case v', where: ['v.authority_organisation_id = $1'] };
  return pageOfReviews(tx, { ...of, parameters: [officer.organisationId] }, which, officer);
}

/**
 * Reviews under way whose authority was removed, which the officer's organisation takes over (`takeOverReview`), newest first; by state or level. Throws
 * INVALID_INPUT on a bad cursor. Rule: PT-RVW-02.
 */
export function leftReviews(
  tx: ScopedTransaction,
  which: WhichReviews,
  officer: Officer,
  today: string,
): Promise<Page<ReviewCase>> {
  const of = { from: 'pt_rvw_02_left_reviews($1::date) v', where: [], parameters: [today] };
  return pageOfReviews(tx, of, which, officer);
}

function pageOfReviews(
  tx: ScopedTransaction,
  of: { from: string; where: readonly string[]; parameters: readonly unknown[] },
  { states, level, mine, ...paging }: WhichReviews,
  officer: Officer,
): Promise<Page<ReviewCase>> {
  const where = [...of.where];
  const parameters = [...of.parameters];
  const add = (condition: (placeholder: string) => string, value: unknown) => {
    parameters.push(value);
    where.push(condition(`$${parameters.length}`));
  };
  if (states != null && states.length > 0) add((n) => `v.state = ANY(${n}::text[])`, states);
  if (level != null) add((n) => `v.level = ${n}`, level);
  if (mine === true) add((n) => `v.handler_id = ${n}`, officer.accountId);
  return keysetPage<ReviewCase>(tx, {
    select: REVIEW_COLUMNS,
    from: of.from,
    where,
    parameters,
    order: [{ column: 'v.id', key: 'id', type: 'uuid', direction: 'DESC' }],
    ...paging,
  });
}

/** Steps that the officer, or the officer's organisation, was asked for by an authority: defences, examinations, answers; newest first. */
export function askedReviewSteps(
  tx: ScopedTransaction,
  { open, ...paging }: Paging & { open?: boolean | null },
  officer: Officer,
): Promise<Page<ReviewStep>> {
  return keysetPage<ReviewStep>(tx, {
    select: STEP_COLUMNS,
    from: 'review_step s',
    where: [
      's.organisation_id = $1 AND s.question IS NOT NULL',
      's.account_id IS NULL OR s.account_id = $2',
      's.kind = ANY($3::text[])',
      `$4::boolean IS NULL OR (s.state = 'OPEN') = $4`,
    ],
    parameters: [officer.organisationId, officer.accountId, ASKED_STEPS, open ?? null],
    order: [{ column: 's.id', key: 'id', type: 'uuid', direction: 'DESC' }],
    ...paging,
  });
}
