import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { SubmissionTransferred } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions } from '@junxian/region-changes';
import type { Officer } from '../actor';
import { organisationsByIds } from '../organisations/organisations.service';
import { regionChanging } from '../region-changes/region-changing.rules';
import type { Submission } from './submission.types';
import { publishSubmission, submissionById } from './submissions.service';

/**
 * Takes over 接管 a submission that nobody registered when its bureau was removed, as the bureau that receives what concerns its region today: it is the
 * bureau's as it stands, opened or not, with its clock. Returns it. Event SubmissionTransferred. Throws NOT_FOUND (the bureau exists, or another takes
 * it over), STALE_VERSION, REGION_CHANGING. Rule: PT-TSK-02.
 */
export async function takeOverSubmission(
  tx: ScopedTransaction,
  regions: PresentRegions,
  { submissionId, expectedVersion }: { submissionId: string; expectedVersion: number },
  officer: Officer,
  at: Date,
): Promise<Submission> {
  if (!isUuid(submissionId)) throw refuse.notFound('submissionId');
  const { isMoving } = await regions.hold(tx);
  const [bureau] = await organisationsByIds(tx, [officer.organisationId]);
  if (bureau !== undefined && isMoving(bureau.regionCode)) throw regionChanging();
  const [took] = await tx.query<{ how: 'TAKEN' | 'STALE' | null; leftBy: string | null }>(
    'SELECT t.how, t.left_by AS "leftBy" FROM pt_tsk_02_take_submission($1, $2, $3) t',
    [submissionId, expectedVersion, at],
  );
  const { how, leftBy } = took!;
  const submission = await submissionById(tx, submissionId);
  // Of two colleagues the second finds it among the own.
  if (how === null && submission === null) throw refuse.notFound('submissionId');
  if (how !== 'TAKEN' || submission === null) throw refuse.staleVersion();
  await publishSubmission(tx, SubmissionTransferred, submission, at, {
    fromOrganisationId: leftBy!,
    toOrganisationId: submission.organisationId,
  });
  return submission;
}
