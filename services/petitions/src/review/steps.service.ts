import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { CaseItem, Organisation } from '../cases/case.types';
import { caseForChange } from '../cases/case-changes.service';
import { openTask } from '../cases/custody.service';
import { letSee } from '../cases/sight.service';
import { dueOn } from '../deadlines/periods.service';
import { endTasksAbout } from '../handling/leader-tasks.service';
import { organisationsOfAccused } from '../handling/routing.service';
import { currentOrganisation } from '../organisations/organisations.service';
import { documentUsed, filedDocument } from './documents.service';
import { openTermination } from './interruption.service';
import { leaveOut } from './pauses.service';
import { insertedStep, reviewById, STEP_COLUMNS, stepsOf, updatedStep } from './review.store';
import type { ReviewCase, ReviewDocumentKind, ReviewStep } from './review.types';
import {
  type Acting,
  doneStep,
  moveReview,
  noteReview,
  type ReviewReference,
  reviewForAction,
} from './review-actions.service';
import { hearingPause } from './review-clock.rules';
import { checkReviewAction } from './review-state.rules';
import {
  ASKED_BY,
  type AskedStep,
  checkAnswer,
  checkHandlerStep,
  type HandlerStep,
  ROLE_OF_ASKED,
  type StepInput,
} from './steps.rules';

/** The document a step rests on: the notice must, the record of a hearing may. */
const DOCUMENT_OF: Partial<Record<HandlerStep, { kind: ReviewDocumentKind; required: boolean }>> = {
  DEFENCE_NOTICE: { kind: 'DEFENCE_NOTICE', required: true },
  HEARING: { kind: 'HEARING_RECORD', required: false },
};

/**
 * Does a step of the examination by the review's handler (7.7–7.16). Notices, invitations and consultations open a step
 * for those asked, and a task on their work list; hearing days are left out of the clock; a mediation that ended in agreement asks the
 * leader to terminate. Returns the step. Throws what {@link reviewForAction} and `checkHandlerStep` throw, DOCUMENT_NOT_FILED,
 * DOCUMENT_USED, NOT_FOUND and NOT_INVITABLE for whom it is addressed to.
 */
export async function handlerStep(
  tx: ScopedTransaction,
  kind: HandlerStep,
  { input, ...reference }: ReviewReference & { input: StepInput },
  acting: Acting,
): Promise<ReviewStep> {
  const { officer, at, today } = acting;
  const { item, review } = await reviewForAction(tx, reference, kind, officer);
  const facts = checkHandlerStep(kind, input, { review, steps: await stepsOf(tx, review.id), today });
  const rests = DOCUMENT_OF[kind];
  const document =
    rests !== undefined && (rests.required || input.documentId != null)
      ? await filedDocument(tx, review, input.documentId, { kind: rests.kind })
      : null;
  const clock =
    kind === 'HEARING' ? await leaveOut(tx, review, hearingPause(facts.heldOn!, facts.endedOn!)) : {};
  const step = await doneStep(tx, review, kind, acting, {
    ...facts,
    documentId: document?.id ?? null,
  }).catch((error: unknown) => {
    throw documentUsed(error);
  });
  if (kind in ASKED_BY) {
    // The notice itself is read as a document, by the rules for its text.
    const question = facts.content ?? document!.docNo!;
    await ask(tx, item, review, { kind: ASKED_BY[kind as keyof typeof ASKED_BY], question, input }, acting);
  }
  const changed = await moveReview(tx, review, kind, clock, at);
  if (facts.agreed === true)
    await openTermination(
      tx,
      { item, review: changed },
      { ground: 'SETTLEMENT', reason: facts.content!, toldOn: today },
      acting,
    );
  await noteReview(
    tx,
    { item, review: changed },
    { action: kind, event: 'ReviewStepDone', subjectId: step.id, acting },
  );
  return step;
}

/**
 * Does a step that somebody was asked for: the respondent's defence, a lawyer's examination, an expert's opinion, the
 * answer of a consulted organisation. Only by those asked, in their role. Returns the step. Throws NOT_FOUND, FORBIDDEN, STALE_VERSION
 * (of the step), WRONG_STATE, FIELD_REQUIRED.
 */
export async function answerStep(
  tx: ScopedTransaction,
  kind: AskedStep,
  { stepId, expectedVersion, input }: { stepId: string; expectedVersion: number; input: StepInput },
  acting: Acting,
): Promise<ReviewStep> {
  const { officer, at } = acting;
  const answer = checkAnswer(kind, input);
  const found = await stepById(tx, stepId);
  if (found === undefined || found.kind !== kind) throw refuse.notFound('stepId');
  // Officers of the authority read the step too; only those asked may do it.
  if (
    found.organisationId !== officer.organisationId ||
    (found.accountId !== null && found.accountId !== officer.accountId) ||
    !officer.roles.includes(`petitions:${ROLE_OF_ASKED[kind]}`)
  )
    throw refuse.forbidden();
  const item = await caseForChange(tx, found.caseItemId, null);
  const review = await reviewById(tx, found.reviewCaseId);
  if (review === undefined) throw refuse.notFound('stepId');
  checkReviewAction(kind, review.state);
  const step = await updatedStep(
    tx,
    { id: stepId, version: expectedVersion },
    { ...answer, state: 'DONE', finishedAt: at, finishedBy: officer.accountId },
  );
  await endTasksAbout(tx, 'REVIEW_STEP', stepId, officer, at);
  await noteReview(
    tx,
    { item, review },
    { action: kind, event: 'ReviewStepDone', subjectId: stepId, acting },
  );
  return step;
}

/** A step that the caller sees, or undefined. */
export async function stepById(tx: ScopedTransaction, id: string): Promise<ReviewStep | undefined> {
  if (!isUuid(id)) return undefined;
  const [step] = await tx.query<ReviewStep>(`SELECT ${STEP_COLUMNS} FROM review_step s WHERE s.id = $1`, [
    id,
  ]);
  return step;
}

/** Opens a step for an organisation, or one person of it, and a task for it on their work list; they see the item from now on. */
async function ask(
  tx: ScopedTransaction,
  item: CaseItem,
  review: ReviewCase,
  { kind, question, input }: { kind: AskedStep; question: string; input: StepInput },
  { officer, at, today }: Acting,
): Promise<void> {
  const organisationId = kind === 'DEFENCE' ? review.respondentOrganisationId : input.organisationId!;
  const organisation = isUuid(organisationId) ? await currentOrganisation(tx, organisationId) : undefined;
  if (organisation === undefined) throw refuse.notFound('organisationId');
  const accountId = kind === 'LAWYER_EXAMINATION' || kind === 'EXPERT_REVIEW' ? input.accountId! : null;
  await checkInvitable(tx, item, organisation, accountId, kind, { at, today });
  const last = kind === 'DEFENCE' ? await dueOn(tx, 'DEFENCE', today) : null;
  const step = await insertedStep(tx, {
    reviewCaseId: review.id,
    caseItemId: item.id,
    kind,
    state: 'OPEN',
    organisationId: organisation.id,
    accountId,
    question,
    dueOn: last,
    startedAt: at,
    startedBy: officer.accountId,
  });
  await letSee(tx, item, organisation, 'CONSULTED', at);
  await openTask(tx, {
    caseItemId: item.id,
    kind: 'REVIEW_STEP',
    state: accountId === null ? 'UNIT_INBOX' : 'TODO',
    organisationId: organisation.id,
    regionCode: organisation.regionCode,
    holderId: accountId,
    subjectId: step.id,
    receivedAt: at,
    resultDueOn: last,
  });
}

/**
 * The accused never learns of the item, nor does it go to those below or where the accused person has a post (PT-HND-08); only the respondent, who has
 * answered already, is heard wherever it stands. Somebody asked by name must hold the role where they are said to.
 */
async function checkInvitable(
  tx: ScopedTransaction,
  item: CaseItem,
  organisation: Organisation,
  accountId: string | null,
  kind: AskedStep,
  { at, today }: Pick<Acting, 'at' | 'today'>,
): Promise<void> {
  const forbidden =
    kind === 'DEFENCE'
      ? item.accusedOrganisationId === organisation.id
      : (await organisationsOfAccused(tx, item, [organisation.id], at)).has(organisation.id);
  if (forbidden)
    throw new Refusal(
      'FORBIDDEN_DESTINATION',
      {
        zh: '不能发给被反映人所在单位或其下属单位，请另选',
        en: 'Neither the accused organisation nor one below it can be asked; choose another',
      },
      { field: 'organisationId', httpStatus: 403 },
    );
  if (accountId === null) return;
  const [row] = isUuid(accountId)
    ? await tx.query<{ holds: boolean }>('SELECT pt_rvw_03_holds_role($1, $2, $3, $4) AS holds', [
        accountId,
        organisation.id,
        `petitions:${ROLE_OF_ASKED[kind]}`,
        today,
      ])
    : [];
  if (row?.holds === true && item.accusedAccountId !== accountId) return;
  throw new Refusal(
    'NOT_INVITABLE',
    {
      zh: '所选人员不是该机构在任的律师（专家），请核对账号和机构',
      en: 'This person is no lawyer (expert) of that organisation now; check account and organisation',
    },
    { field: 'accountId' },
  );
}
