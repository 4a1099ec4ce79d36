import { Refusal } from '@junxian/errors';
import type { CaseState } from '../cases/case.types';
import type { ReviewLevel, ReviewResult, ReviewState } from './review.types';

/** Who does a step: review officers of the authority, or somebody who was asked (catalogue 3.5). */
export type ReviewActor =
  | 'REVIEW_CLERK'
  | 'REVIEW_HANDLER'
  | 'REVIEW_LEADER'
  | 'RESPONDENT'
  | 'LAWYER'
  | 'EXPERT'
  | 'CONSULTED'
  | 'SYSTEM';

interface Transition {
  actor: ReviewActor;
  from: readonly ReviewState[];
  /** `same` keeps the state, `prior` goes back to the one before the suspension. */
  to: readonly ReviewState[] | 'same' | 'prior';
}

const AFTER_APPOINTMENT = ['ASSIGNED', 'SUPPLEMENTING', 'EXAMINING', 'OPINION_DRAFT', 'SUSPENDED'] as const;
/** Documents are also settled, or added, while the opinion goes out. */
const WITH_DOCUMENTS = [...AFTER_APPOINTMENT, 'SIGNED', 'SERVED'] as const;
const BEFORE_SIGNATURE = ['REGISTERED', ...AFTER_APPOINTMENT] as const;
const SUSPENDABLE = ['ASSIGNED', 'EXAMINING', 'OPINION_DRAFT'] as const;
const examining = (actor: ReviewActor): Transition => ({ actor, from: ['EXAMINING'], to: 'same' });

/** The table of catalogue 3.5 (§7.3–7.19, and alike 7.20–7.36). An action that is not in it does not exist. */
export const REVIEW_TRANSITIONS = {
  APPOINT_HANDLER: { actor: 'REVIEW_LEADER', from: ['REGISTERED'], to: ['ASSIGNED'] },
  // A handler who is away for good must not leave the review without one.
  REPLACE_HANDLER: { actor: 'REVIEW_LEADER', from: AFTER_APPOINTMENT, to: 'same' },
  DRAFT_DOCUMENT: { actor: 'REVIEW_HANDLER', from: WITH_DOCUMENTS, to: 'same' },
  DECIDE_DOCUMENT: { actor: 'REVIEW_LEADER', from: WITH_DOCUMENTS, to: 'same' },
  REQUEST_SUPPLEMENT: { actor: 'REVIEW_HANDLER', from: ['ASSIGNED'], to: ['SUPPLEMENTING'] },
  RECEIVE_SUPPLEMENT: { actor: 'REVIEW_HANDLER', from: ['SUPPLEMENTING'], to: ['ASSIGNED'] },
  SUPPLEMENT_EXPIRED: { actor: 'SYSTEM', from: ['SUPPLEMENTING'], to: ['TERMINATED'] },
  ACCEPT: { actor: 'REVIEW_HANDLER', from: ['ASSIGNED'], to: ['EXAMINING'] },
  REJECT: { actor: 'REVIEW_HANDLER', from: ['ASSIGNED'], to: ['NOT_ACCEPTED'] },
  DEFENCE_NOTICE: examining('REVIEW_HANDLER'),
  DEFENCE: examining('RESPONDENT'),
  LAWYER_INVITATION: examining('REVIEW_HANDLER'),
  LAWYER_EXAMINATION: examining('LAWYER'),
  WRITTEN_EXAMINATION: examining('REVIEW_HANDLER'),
  INVESTIGATION: examining('REVIEW_HANDLER'),
  HEARING: examining('REVIEW_HANDLER'),
  CONSULTATION: examining('REVIEW_HANDLER'),
  CONSULTATION_ANSWER: examining('CONSULTED'),
  MEDIATION: examining('REVIEW_HANDLER'),
  DRAFT_OPINION: { actor: 'REVIEW_HANDLER', from: ['EXAMINING'], to: ['OPINION_DRAFT'] },
  REVISE_OPINION: { actor: 'REVIEW_HANDLER', from: ['OPINION_DRAFT'], to: 'same' },
  EXPERT_INVITATION: { actor: 'REVIEW_HANDLER', from: ['OPINION_DRAFT'], to: 'same' },
  EXPERT_REVIEW: { actor: 'EXPERT', from: ['OPINION_DRAFT'], to: 'same' },
  SIGN: { actor: 'REVIEW_LEADER', from: ['OPINION_DRAFT'], to: ['SIGNED'] },
  REJECT_OPINION: { actor: 'REVIEW_LEADER', from: ['OPINION_DRAFT'], to: ['EXAMINING'] },
  SERVE: { actor: 'REVIEW_CLERK', from: ['SIGNED'], to: ['SERVED'] },
  CLOSE: { actor: 'REVIEW_LEADER', from: ['SERVED'], to: ['CLOSED'] },
  REQUEST_SUSPENSION: { actor: 'REVIEW_HANDLER', from: SUSPENDABLE, to: 'same' },
  APPROVE_SUSPENSION: { actor: 'REVIEW_LEADER', from: SUSPENDABLE, to: ['SUSPENDED'] },
  REFUSE_SUSPENSION: { actor: 'REVIEW_LEADER', from: SUSPENDABLE, to: 'same' },
  RESUME: { actor: 'REVIEW_HANDLER', from: ['SUSPENDED'], to: 'prior' },
  REQUEST_TERMINATION: { actor: 'REVIEW_HANDLER', from: BEFORE_SIGNATURE, to: 'same' },
  APPROVE_TERMINATION: { actor: 'REVIEW_LEADER', from: BEFORE_SIGNATURE, to: ['TERMINATED'] },
  REFUSE_TERMINATION: { actor: 'REVIEW_LEADER', from: BEFORE_SIGNATURE, to: 'same' },
} as const satisfies Record<string, Transition>;
export type ReviewAction = keyof typeof REVIEW_TRANSITIONS;

/** Who does an action. */
export function actorOf(action: ReviewAction): ReviewActor {
  return REVIEW_TRANSITIONS[action].actor;
}

/**
 * Checks that an action may be done in a state. Throws WRONG_STATE with the states it may be done in. Rule: catalogue 3.5.
 */
export function checkReviewAction(action: ReviewAction, state: ReviewState): void {
  const { from } = REVIEW_TRANSITIONS[action] as Transition;
  if (from.includes(state)) return;
  throw new Refusal(
    'WRONG_STATE',
    {
      zh: '复查复核件当前环节不允许进行此操作，请刷新后查看所处环节',
      en: 'The review is not at a stage that allows this; reload it and look at its present stage',
    },
    { details: { action, state, allowedIn: [...from] }, httpStatus: 409 },
  );
}

/** Checks the state an action leads to; a wrong one is a defect. `prior` is the state before a suspension. */
export function checkReviewMove(
  action: ReviewAction,
  from: ReviewState,
  to: ReviewState,
  prior: ReviewState | null,
): void {
  checkReviewAction(action, from);
  const next: Transition['to'] = REVIEW_TRANSITIONS[action].to;
  const right = next === 'same' ? to === from : next === 'prior' ? to === prior : next.includes(to);
  if (!right) throw new Error(`${action} does not lead from ${from} to ${to}`);
}

/** Whether a review is at an end. */
export function isEnded(state: ReviewState): boolean {
  return state === 'CLOSED' || state === 'NOT_ACCEPTED' || state === 'TERMINATED';
}

/** Whether the clock of a review stands still. */
export function isPaused(state: ReviewState): boolean {
  return state === 'SUPPLEMENTING' || state === 'SUSPENDED';
}

/** The state of the item from which an application of a level is made, and the one it is in meanwhile. */
export const ITEM_STATES: Readonly<Record<ReviewLevel, { before: CaseState; during: CaseState }>> = {
  REVIEW: { before: 'COMPLETED', during: 'UNDER_REVIEW' },
  RE_REVIEW: { before: 'REVIEWED', during: 'UNDER_RE_REVIEW' },
};

/** What becomes of the item when a review is closed (catalogue 3.2): handled anew, or reviewed, or final. */
export function itemStateAfterClosing(
  level: ReviewLevel,
  result: ReviewResult,
): 'ACCEPTED' | 'REVIEWED' | 'FINAL' {
  if (result === 'REVOKE_REHANDLE') return 'ACCEPTED';
  return level === 'REVIEW' ? 'REVIEWED' : 'FINAL';
}
