import type { ScopedTransaction } from '@junxian/persistence';
import type { Attachments } from '../submissions/attachments.service';
import { required } from '../texts.rules';
import type { ReviewStep } from './review.types';
import type { Acting } from './review-actions.service';
import { type AskedStep, HANDLER_STEPS, type HandlerStep, type StepInput } from './steps.rules';
import { answerStep, handlerStep } from './steps.service';

/** A step as entered: of the review's handler on a review, of those asked on their own step, with the files that belong to it. */
export interface ReviewStepForm extends StepInput {
  reviewCaseId?: string | null;
  stepId?: string | null;
  expectedVersion: number;
  /** Uploaded files 附件 to bind to the step. */
  fileIds?: readonly string[] | null;
}

/**
 * Does a step of a review and binds its files, which are seen by whoever sees the step. Returns the step. Throws FIELD_REQUIRED, what {@link handlerStep} and
 * {@link answerStep} throw, TOO_MANY_ATTACHMENTS and FILE_NOT_FOUND (PT-PUB-11).
 */
export async function reviewStep(
  tx: ScopedTransaction,
  attachments: Attachments,
  kind: HandlerStep | AskedStep,
  form: ReviewStepForm,
  acting: Acting,
): Promise<ReviewStep> {
  const step = await stepOf(tx, kind, form, acting);
  await attachments.attachFiles(
    tx,
    { type: 'REVIEW_STEP', id: step.id, caseItemId: step.caseItemId },
    form.fileIds ?? [],
    acting.officer,
  );
  return step;
}

function stepOf(
  tx: ScopedTransaction,
  kind: HandlerStep | AskedStep,
  { reviewCaseId, stepId, expectedVersion, ...input }: ReviewStepForm,
  acting: Acting,
): Promise<ReviewStep> {
  if (isHandlerStep(kind)) {
    if (reviewCaseId == null) throw required('reviewCaseId');
    return handlerStep(tx, kind, { reviewCaseId, expectedVersion, input }, acting);
  }
  if (stepId == null) throw required('stepId');
  return answerStep(tx, kind, { stepId, expectedVersion, input }, acting);
}

const isHandlerStep = (kind: HandlerStep | AskedStep): kind is HandlerStep =>
  (HANDLER_STEPS as readonly string[]).includes(kind);
