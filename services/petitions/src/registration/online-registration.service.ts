import { dateInShanghai } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { PersonalData } from '../cases/personal-data.service';
import { filledIn } from '../duplicates/duplicates.rules';
import { findDuplicates, searchFor } from '../duplicates/duplicates.service';
import type { DuplicateCandidate, DuplicateDecision, DuplicateSearch } from '../duplicates/duplicates.types';
import { petitionerOfProfile, profileOfSubmission } from '../public-accounts/profiles.service';
import type { PublicAccount } from '../public-accounts/public-account.types';
import type { Submission } from '../submissions/submission.types';
import { bindSubmission, openSubmissionRow, submissionById } from '../submissions/submissions.service';
import { Faults } from '../texts.rules';
import type { PetitionerDraft, RegisteredCase } from './case-registration.service';
import { checkedForm, outOfReach, type RegistrationParts, registerChecked } from './registering.service';
import type { CaseInput } from './registration.types';

/** An opened submission: what the registrar sees before registering it. */
export interface OpenedSubmission {
  submission: Submission;
  duplicates: DuplicateCandidate[];
  /** Whose it is; null of an anonymous one. */
  profile: PublicAccount | null;
}

/**
 * Opens a submission 调阅 (PT-REG-01): openedAt once, the duplicate check, one blank handling record. Opening it again shows the same
 * and changes nothing. Throws NOT_FOUND, ALREADY_WITHDRAWN.
 */
export async function openSubmission(
  tx: ScopedTransaction,
  personal: PersonalData,
  submissionId: string,
  officer: Officer,
  at: Date,
): Promise<OpenedSubmission> {
  const { submission, first } = await openSubmissionRow(tx, submissionId, officer, at);
  if (first) {
    tx.send(
      `INSERT INTO handling_record (submission_id, seq, from_organisation_id, state, at) VALUES ($1, 1, $2, 'DRAFT', $3)`,
      [submission.id, officer.organisationId, at],
    );
  }
  const profile = await profileOfSubmission(tx, submission);
  const search = searchOfSubmission(personal, submission, petitionerOfProfile(personal, profile));
  // Items that may be of the same person; the citizen's account counts as well.
  const found = await findDuplicates(tx, personal, search);
  return { submission, duplicates: found.filter(({ id }) => id !== submission.caseItemId), profile };
}

/** What a registrar adds to a submission; title, content and place are the citizen's unless corrected. */
export interface OnlineForm {
  data: CaseInput;
  duplicates?: DuplicateDecision | null | undefined;
}

/**
 * Registers an opened submission 网上信访登记. Received is when it was submitted, and the clock for routing has run since (PT-REG-07); account, anonymity
 * and petitioner come from the submission; attachments and the blank handling record follow the item. Nothing about the petitioner is
 * carried over from a duplicate: the profile says it. Throws NOT_FOUND, SUBMISSION_NOT_OPEN, DUPLICATES_UNDECIDED, SATISFACTION_LOCKED and all
 * faults of the form.
 */
export async function registerOnline(
  tx: ScopedTransaction,
  parts: RegistrationParts,
  { submissionId, form }: { submissionId: string; form: OnlineForm },
  officer: Officer,
): Promise<RegisteredCase> {
  const { personal, clock } = parts;
  const submission = await openedSubmission(tx, submissionId, officer);
  const faults = new Faults();
  const { title, content, problemRegionCode, problemAddress, anonymous } = submission;
  const checked = await checkedForm(
    tx,
    parts,
    {
      // The citizen's own words come before what a duplicate would carry over.
      data: filledIn(form.data, { title, content, problemRegionCode, problemAddress }),
      petitioner: {},
      // The form names nobody: the petitioner is the account's.
      anonymous: true,
      duplicates: form.duplicates,
    },
    officer,
    faults,
  );
  faults.throwIfAny();
  const petitioner = petitionerOfProfile(personal, await profileOfSubmission(tx, submission));
  const registered = await registerChecked(
    tx,
    parts,
    { ...checked, anonymous },
    {
      channel: 'ONLINE',
      submissionId: submission.id,
      accountId: submission.accountId,
      petitionDate: dateInShanghai(submission.submittedAt),
      receivedAt: submission.submittedAt,
      routeDueOn: submission.routeDueOn,
      petitioner,
    },
    officer,
    searchOfSubmission(personal, submission, petitioner),
  );
  await bindSubmission(tx, submission, registered.item.id, clock.now());
  tx.send(
    `UPDATE handling_record SET case_item_id = $2, version = version + 1 WHERE submission_id = $1 AND case_item_id IS NULL`,
    [submission.id, registered.item.id],
  );
  return outOfReach(tx, registered, officer, clock.now());
}

/** The opened submission, locked: of two who register it at once the second is told. */
async function openedSubmission(
  tx: ScopedTransaction,
  submissionId: string,
  officer: Officer,
): Promise<Submission> {
  if (!isUuid(submissionId)) throw refuse.notFound('submissionId');
  // Read once it is locked: whether it is in sight follows from the item it has become, which a statement that waited does not see.
  tx.send('SELECT FROM online_submission WHERE id = $1 FOR UPDATE', [submissionId]);
  const submission = await submissionById(tx, submissionId);
  if (submission === null || submission.organisationId !== officer.organisationId)
    throw refuse.notFound('submissionId');
  if (submission.state !== 'OPENED') throw notOpen();
  return submission;
}

function searchOfSubmission(
  personal: PersonalData,
  { accountId }: Submission,
  { name, idNumberSealed, mobileSealed, householdAddress, usualAddress, mailingAddress }: PetitionerDraft,
): DuplicateSearch {
  return searchFor(
    {
      name: name ?? null,
      idNumber: personal.open(idNumberSealed ?? null, 'petitioner.id_number'),
      mobile: personal.open(mobileSealed ?? null, 'petitioner.mobile'),
      householdAddress: householdAddress ?? null,
      usualAddress: usualAddress ?? null,
      mailingAddress: mailingAddress ?? null,
    },
    accountId,
  );
}

const notOpen = () =>
  new Refusal(
    'SUBMISSION_NOT_OPEN',
    {
      zh: '该网上信访件尚未调阅、已登记或已撤回，请刷新列表后再操作',
      en: 'The submission is not opened, or is registered or withdrawn already; reload the list',
    },
    { httpStatus: 409 },
  );
