import { dateInShanghai } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import {
  recordEvent,
  SubmissionCreated,
  SubmissionOpened,
  type SubmissionTransferred,
  SubmissionWithdrawn,
} from '@junxian/messaging';
import { expectVersion, keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { PageArguments } from '@junxian/subgraph';
import type { Officer } from '../actor';
import type { Organisation } from '../cases/case.types';
import { dueOn } from '../deadlines/periods.service';
import { organisationsByIds } from '../organisations/organisations.service';
import { insertion, selectList } from '../rows';
import { type CheckedSubmission, checkWithdrawable, STATES_OF_TAB, withdrawn } from './submission.rules';
import type { Submission, SubmissionTab } from './submission.types';

const SUBMISSION_FIELDS = [
  'id',
  'organisationId',
  'regionCode',
  'accountId',
  'title',
  'problemRegionCode',
  'problemAddress',
  'content',
  'anonymous',
  'state',
  'submittedAt',
  'routeDueOn',
  'openedAt',
  'openedBy',
  'withdrawnAt',
  'caseItemId',
  'updatedAt',
  'version',
] as const satisfies readonly (keyof Submission)[];
export const SUBMISSION_COLUMNS = selectList(SUBMISSION_FIELDS, 's');

/**
 * The petition bureau that receives what concerns a problem region: of its province, else the next wider, else the
 * nearest below on the path. Throws REGION_NOT_SERVED when there is none. Ruling: receiving organisation.
 */
export async function receivingBureau(
  tx: ScopedTransaction,
  problemRegionCode: string,
): Promise<Organisation> {
  const [found] = await tx.query<{ id: string | null }>('SELECT receiving_bureau($1) AS id', [
    problemRegionCode,
  ]);
  const [bureau] = found!.id === null ? [] : await organisationsByIds(tx, [found!.id]);
  if (bureau !== undefined) return bureau;
  throw new Refusal(
    'REGION_NOT_SERVED',
    {
      zh: '该地区尚未开通网上信访，请到当地信访部门反映或寄信反映',
      en: 'Petitions from this region are not yet taken online; visit or write to the petition bureau there',
    },
    { field: 'problemRegionCode' },
  );
}

/** Stores a checked submission of a citizen; its clock for routing starts now (5.1 ROUTE). Event SubmissionCreated. */
export async function storeSubmission(
  tx: ScopedTransaction,
  { accountId, anonymous }: { accountId: string; anonymous: boolean },
  wish: Omit<CheckedSubmission, 'captcha' | 'fileIds'>,
  at: Date,
): Promise<Submission> {
  const { title, problemRegionCode, problemAddress, content } = wish;
  const [bureau, routeDueOn] = await Promise.all([
    receivingBureau(tx, problemRegionCode),
    dueOn(tx, 'ROUTE', dateInShanghai(at)),
  ]);
  const { columns, placeholders, values } = insertion({
    organisationId: bureau.id,
    regionCode: bureau.regionCode,
    accountId,
    anonymous,
    title,
    problemRegionCode,
    problemAddress,
    content,
    submittedAt: at,
    routeDueOn,
    updatedAt: at,
  });
  const [submission] = await tx.query<Submission>(
    `INSERT INTO online_submission AS s (${columns}) VALUES (${placeholders}) RETURNING ${SUBMISSION_COLUMNS}`,
    values,
  );
  await publishSubmission(tx, SubmissionCreated, submission!, at);
  return submission!;
}

/** A citizen takes an unopened submission back 撤回 (PT-PUB-13). Throws NOT_FOUND, NOT_WITHDRAWABLE, ALREADY_WITHDRAWN, STALE_VERSION. */
export async function withdrawSubmission(
  tx: ScopedTransaction,
  id: string,
  expectedVersion: number,
  accountId: string,
  at: Date,
): Promise<Submission> {
  const submission = await submissionForChange(tx, id);
  if (submission.accountId !== accountId) throw refuse.notFound();
  checkWithdrawable(submission);
  if (submission.version !== expectedVersion) throw refuse.staleVersion();
  const changed = await changeRow(tx, submission, `state = 'WITHDRAWN', withdrawn_at = $3, updated_at = $3`, [
    at,
  ]);
  await publishSubmission(tx, SubmissionWithdrawn, changed, at);
  return changed;
}

/**
 * Staff view a submission for the first time 调阅: sets openedAt exactly once, after which it cannot be withdrawn
 * (PT-REG-01). Opening it again changes nothing; `first` says which it was. Event SubmissionOpened. Throws NOT_FOUND
 * for another organisation's, ALREADY_WITHDRAWN.
 */
export async function openSubmissionRow(
  tx: ScopedTransaction,
  id: string,
  officer: Officer,
  at: Date,
): Promise<{ submission: Submission; first: boolean }> {
  const submission = await submissionForChange(tx, id);
  if (submission.organisationId !== officer.organisationId) throw refuse.notFound();
  if (submission.state === 'WITHDRAWN') throw withdrawn();
  if (submission.openedAt !== null) return { submission, first: false };
  const opened = await changeRow(
    tx,
    submission,
    `state = 'OPENED', opened_at = $3, opened_by = $4, updated_at = $3`,
    [at, officer.accountId],
  );
  await publishSubmission(tx, SubmissionOpened, opened, at);
  return { submission: opened, first: true };
}

/** Ties an opened submission, locked, to the item it was registered as; its attachments follow the item from now on. */
export async function bindSubmission(
  tx: ScopedTransaction,
  submission: Submission,
  caseItemId: string,
  at: Date,
): Promise<Submission> {
  // Before the state changes: the rows are written while the submission still lies with the bureau alone.
  tx.send(`UPDATE attachment SET case_item_id = $2 WHERE owner_type = 'SUBMISSION' AND owner_id = $1`, [
    submission.id,
    caseItemId,
  ]);
  return changeRow(tx, submission, `state = 'REGISTERED', case_item_id = $3, updated_at = $4`, [
    caseItemId,
    at,
  ]);
}

/** A submission in sight, or null. */
export async function submissionById(tx: ScopedTransaction, id: string): Promise<Submission | null> {
  if (!isUuid(id)) return null;
  const [submission] = await tx.query<Submission>(
    `SELECT ${SUBMISSION_COLUMNS} FROM online_submission s WHERE s.id = $1`,
    [id],
  );
  return submission ?? null;
}

/**
 * Submissions of a registrar's tab, the latest first (3.1): what the officer's organisation received, or, as RECEIVER_GONE, what a removed bureau left
 * unregistered and the officer's takes over (`takeOverSubmission`). Throws INVALID_INPUT on a bad page size or cursor. Rule: PT-TSK-02.
 */
export function submissionsOfTab(
  tx: ScopedTransaction,
  organisationId: string,
  tab: SubmissionTab,
  page: PageArguments,
): Promise<Page<Submission>> {
  if (tab === 'RECEIVER_GONE') return latestFirst(tx, 'pt_tsk_02_left_submissions() s', [], [], page);
  // The states are named by the rules, not by the caller; written out so that the partial indexes serve.
  const states = STATES_OF_TAB[tab].map((state) => `'${state}'`).join(', ');
  return latestFirst(
    tx,
    'online_submission s',
    ['s.organisation_id = $1', `s.state IN (${states})`],
    [organisationId],
    page,
  );
}

/** A citizen's own submissions, the latest first: those nobody opened yet (PT-PUB-12), or all. */
export function ownSubmissions(
  tx: ScopedTransaction,
  accountId: string,
  unopenedOnly: boolean,
  page: PageArguments,
): Promise<Page<Submission>> {
  const where = ['s.account_id = $1', ...(unopenedOnly ? [`s.state = 'SUBMITTED'`] : [])];
  return latestFirst(tx, 'online_submission s', where, [accountId], page);
}

function latestFirst(
  tx: ScopedTransaction,
  from: string,
  where: string[],
  parameters: unknown[],
  { first, after }: PageArguments,
): Promise<Page<Submission>> {
  return keysetPage<Submission & { cursorAt: string }>(tx, {
    select: `${SUBMISSION_COLUMNS}, s.submitted_at::text AS "cursorAt"`,
    from,
    where,
    parameters,
    order: [
      { column: 's.submitted_at', key: 'cursorAt', type: 'timestamptz', direction: 'DESC' },
      { column: 's.id', key: 'id', type: 'uuid', direction: 'DESC' },
    ],
    first,
    after,
  });
}

/** Locks a submission in sight: of two who open and withdraw it at once, one waits and then sees what the other did. */
async function submissionForChange(tx: ScopedTransaction, id: string): Promise<Submission> {
  if (!isUuid(id)) throw refuse.notFound();
  const [submission] = await tx.query<Submission>(
    `SELECT ${SUBMISSION_COLUMNS} FROM online_submission s WHERE s.id = $1 FOR UPDATE`,
    [id],
  );
  if (submission === undefined) throw refuse.notFound();
  return submission;
}

async function changeRow(
  tx: ScopedTransaction,
  { id, version }: Submission,
  set: string,
  values: readonly unknown[],
): Promise<Submission> {
  return expectVersion(
    await tx.query<Submission>(
      `UPDATE online_submission s SET ${set}, version = s.version + 1
       WHERE s.id = $1 AND s.version = $2 RETURNING ${SUBMISSION_COLUMNS}`,
      [id, version, ...values],
    ),
  );
}

/** Records an event of a submission as it now is; `more` is what that event alone says. */
export async function publishSubmission(
  tx: ScopedTransaction,
  definition:
    | typeof SubmissionCreated
    | typeof SubmissionOpened
    | typeof SubmissionWithdrawn
    | typeof SubmissionTransferred,
  { id, organisationId, regionCode, problemRegionCode, anonymous, version }: Submission,
  at: Date,
  more: Record<string, string> = {},
): Promise<void> {
  await recordEvent(tx, definition as typeof SubmissionCreated, {
    aggregateId: id,
    aggregateVersion: version,
    regionCode,
    occurredAt: at,
    data: { organisationId, submissionId: id, problemRegionCode, anonymous, ...more },
  });
}
