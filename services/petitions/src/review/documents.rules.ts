import { Refusal } from '@junxian/errors';
import { Faults, required, TEXT_LIMITS } from '../texts.rules';
import type { AcceptanceForm, ReviewDocument, ReviewDocumentKind, ReviewDocumentState } from './review.types';

/** The drafting flow 拟定文书流程 (§7.1) and the submit-for-review flow 送审流程 (§7.2), the same for every document. */
export const DOCUMENT_TRANSITIONS = {
  REVISE: { from: ['DRAFT', 'REJECTED'], to: 'DRAFT' },
  SUBMIT: { from: ['DRAFT'], to: 'IN_APPROVAL' },
  APPROVE: { from: ['IN_APPROVAL'], to: 'APPROVED' },
  REJECT: { from: ['IN_APPROVAL'], to: 'REJECTED' },
  FILE: { from: ['APPROVED'], to: 'FILED' },
} as const satisfies Record<string, { from: readonly ReviewDocumentState[]; to: ReviewDocumentState }>;
export type DocumentAction = keyof typeof DOCUMENT_TRANSITIONS;

/** The state a document is in after an action. Throws DOCUMENT_STATE with the states it may be done in. */
export function documentAfter(action: DocumentAction, state: ReviewDocumentState): ReviewDocumentState {
  const { from, to } = DOCUMENT_TRANSITIONS[action];
  if ((from as readonly ReviewDocumentState[]).includes(state)) return to;
  throw new Refusal(
    'DOCUMENT_STATE',
    state === 'FILED'
      ? {
          zh: '文书已入库，不能再修改；如有错误请另行拟定文书',
          en: 'The document is filed and does not change; draft another one if it is wrong',
        }
      : {
          zh: '文书当前状态不允许进行此操作，请刷新后查看送审情况',
          en: 'The document is not in a state that allows this; reload it and look at its approval',
        },
    { details: { action, state, allowedIn: [...from] }, httpStatus: 409 },
  );
}

/** Checks what a document is drafted with: a text, and for an acceptance form what it decides. Throws FIELD_REQUIRED, INVALID_INPUT. */
export function checkDraft(input: {
  kind: ReviewDocumentKind;
  body: string;
  acceptanceForm?: AcceptanceForm | null | undefined;
}): { body: string; acceptanceForm: AcceptanceForm | null } {
  const faults = new Faults();
  const body = faults.text('body', input.body, TEXT_LIMITS.CONTENT);
  const acceptanceForm = input.kind === 'ACCEPTANCE_FORM' ? (input.acceptanceForm ?? null) : null;
  if (input.kind === 'ACCEPTANCE_FORM' && acceptanceForm === null) faults.add(required('acceptanceForm'));
  faults.throwIfAny();
  return { body, acceptanceForm };
}

/**
 * Checks that a step may rest on a document: of this review, of the kind, filed, and an acceptance form of the right
 * decision. Throws DOCUMENT_NOT_FILED.
 */
export function checkFiled(
  document: ReviewDocument | undefined,
  expected: { reviewCaseId: string; kind: ReviewDocumentKind; acceptanceForm?: AcceptanceForm },
): asserts document is ReviewDocument {
  if (
    document !== undefined &&
    document.reviewCaseId === expected.reviewCaseId &&
    document.kind === expected.kind &&
    document.state === 'FILED' &&
    (expected.acceptanceForm === undefined || document.acceptanceForm === expected.acceptanceForm)
  )
    return;
  throw new Refusal(
    'DOCUMENT_NOT_FILED',
    {
      zh: '请先拟定相应文书，经领导审批并入库后再进行此步骤',
      en: 'Draft the document for this step, have it approved and file it first',
    },
    { field: 'documentId', details: { kind: expected.kind }, httpStatus: 409 },
  );
}
