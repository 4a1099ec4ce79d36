import { Refusal } from '@junxian/errors';
import type { CaseOutcome, CaseState } from './case.types';

/** What moves a case item from state to state (catalogue 3.2). */
export const CASE_ACTIONS = [
  'REGISTER',
  'CORRECT',
  'FORWARD',
  'ASSIGN',
  'INFORM_ACCEPT',
  'INFORM_NOT_ACCEPT',
  'INFORM_NO_LONGER',
  'DIRECT_REPLY',
  'ARCHIVE',
  'HANDLE_SELF',
  'EXTEND',
  'SERVE_OPINION',
  'REPORT',
  'RETURN',
  'TAKE_BACK',
  'TRANSFER',
  'SUBMIT_REVIEW',
  'SUBMIT_RE_REVIEW',
  'REVIEW_CLOSED',
  'RE_REVIEW_CLOSED',
  'REVIEW_REVOKED',
  'REVIEW_NOT_ACCEPTED',
  'REVIEW_TERMINATED',
  'LAPSE',
  'OPINION_SERVED_AGAIN',
  'MARK_LATE',
] as const;
export type CaseAction = (typeof CASE_ACTIONS)[number];

/** States from which an action is allowed, and the states it may lead to. */
interface Transition {
  from: readonly CaseState[];
  to: readonly CaseState[];
}

const BEFORE_ACCEPTANCE = ['REGISTERED', 'IN_HANDLING'] as const;
const OPEN = [...BEFORE_ACCEPTANCE, 'ACCEPTED'] as const;
const ENDED = ['COMPLETED', 'REVIEWED'] as const;
const IN_REVIEW = ['UNDER_REVIEW', 'UNDER_RE_REVIEW'] as const;

/** The table of 3.2. An action that is not in it does not exist; `same` keeps the state. */
export const TRANSITIONS: Readonly<
  Record<Exclude<CaseAction, 'REGISTER'>, Transition | { from: readonly CaseState[]; to: 'same' }>
> = {
  CORRECT: { from: OPEN, to: 'same' },
  FORWARD: { from: BEFORE_ACCEPTANCE, to: ['IN_HANDLING'] },
  ASSIGN: { from: BEFORE_ACCEPTANCE, to: ['IN_HANDLING'] },
  INFORM_ACCEPT: { from: BEFORE_ACCEPTANCE, to: ['ACCEPTED'] },
  INFORM_NOT_ACCEPT: { from: BEFORE_ACCEPTANCE, to: ['COMPLETED'] },
  INFORM_NO_LONGER: { from: BEFORE_ACCEPTANCE, to: ['COMPLETED'] },
  DIRECT_REPLY: { from: BEFORE_ACCEPTANCE, to: ['COMPLETED'] },
  ARCHIVE: { from: BEFORE_ACCEPTANCE, to: ['COMPLETED'] },
  HANDLE_SELF: { from: ['ACCEPTED'], to: 'same' },
  EXTEND: { from: ['ACCEPTED'], to: 'same' },
  SERVE_OPINION: { from: ['ACCEPTED'], to: ['COMPLETED'] },
  REPORT: { from: [...OPEN, ...ENDED, ...IN_REVIEW, 'FINAL', 'LAPSED'], to: 'same' },
  // A returned or taken back item stands again where its sender had it.
  RETURN: { from: BEFORE_ACCEPTANCE, to: ['REGISTERED', 'IN_HANDLING'] },
  TAKE_BACK: { from: BEFORE_ACCEPTANCE, to: ['REGISTERED', 'IN_HANDLING'] },
  // To the bureau above, or whom it chooses, when the custodian cannot keep it; all clocks run on.
  TRANSFER: { from: OPEN, to: 'same' },
  // Of a lapsed item, where it was applied for in time.
  SUBMIT_REVIEW: { from: ['COMPLETED', 'LAPSED'], to: ['UNDER_REVIEW'] },
  SUBMIT_RE_REVIEW: { from: ['REVIEWED', 'LAPSED'], to: ['UNDER_RE_REVIEW'] },
  REVIEW_CLOSED: { from: ['UNDER_REVIEW'], to: ['REVIEWED'] },
  RE_REVIEW_CLOSED: { from: ['UNDER_RE_REVIEW'], to: ['FINAL'] },
  REVIEW_REVOKED: { from: IN_REVIEW, to: ['ACCEPTED'] },
  REVIEW_NOT_ACCEPTED: { from: IN_REVIEW, to: ['COMPLETED', 'REVIEWED', 'LAPSED'] },
  REVIEW_TERMINATED: { from: IN_REVIEW, to: ['LAPSED'] },
  LAPSE: { from: ENDED, to: ['LAPSED'] },
  OPINION_SERVED_AGAIN: { from: IN_REVIEW, to: 'same' },
  // A deadline passed (PT-SUP-05): of handling, or of a review.
  MARK_LATE: { from: [...OPEN, ...ENDED, ...IN_REVIEW], to: 'same' },
};

/** Outcome an action completes an item with. */
export const OUTCOME_OF: Partial<Record<CaseAction, CaseOutcome>> = {
  INFORM_NOT_ACCEPT: 'NOT_ACCEPTED',
  INFORM_NO_LONGER: 'NO_LONGER_ACCEPTED',
  DIRECT_REPLY: 'DIRECT_REPLY',
  ARCHIVE: 'ARCHIVED',
  SERVE_OPINION: 'REPLIED',
};

/** Whether an item's handling is still open. */
export function isOpen(state: CaseState): boolean {
  return (OPEN as readonly CaseState[]).includes(state);
}

/**
 * Checks that an action may be done in a state and, if given, lead to the next. Throws WRONG_STATE (with the
 * states it may be done in) otherwise. Rule: catalogue 3.2.
 */
export function checkTransition(
  action: Exclude<CaseAction, 'REGISTER'>,
  from: CaseState,
  to: CaseState = from,
): void {
  const { from: allowed, to: next } = TRANSITIONS[action];
  if (!allowed.includes(from)) {
    throw new Refusal(
      'WRONG_STATE',
      {
        zh: '信访件当前状态不允许进行此操作，请刷新后查看最新办理进程',
        en: 'The item is not in a state that allows this; reload it and look at its present stage',
      },
      { details: { action, state: from, allowedIn: [...allowed] }, httpStatus: 409 },
    );
  }
  if (next === 'same' ? to !== from : !next.includes(to))
    throw new Error(`${action} does not lead from ${from} to ${to}`);
}
