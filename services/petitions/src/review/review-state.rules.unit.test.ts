import { REVIEW_STATES, type ReviewState } from './review.types';
import {
  actorOf,
  checkReviewAction,
  checkReviewMove,
  isEnded,
  isPaused,
  itemStateAfterClosing,
  REVIEW_TRANSITIONS,
  type ReviewAction,
  type ReviewActor,
} from './review-state.rules';

/** The table of catalogue 3.5, written out once more: action, who, from, to. */
const TABLE: [ReviewAction, ReviewActor, ReviewState[], ReviewState[] | 'same' | 'prior'][] = [
  ['APPOINT_HANDLER', 'REVIEW_LEADER', ['REGISTERED'], ['ASSIGNED']],
  [
    'REPLACE_HANDLER',
    'REVIEW_LEADER',
    ['ASSIGNED', 'SUPPLEMENTING', 'EXAMINING', 'OPINION_DRAFT', 'SUSPENDED'],
    'same',
  ],
  [
    'DRAFT_DOCUMENT',
    'REVIEW_HANDLER',
    ['ASSIGNED', 'SUPPLEMENTING', 'EXAMINING', 'OPINION_DRAFT', 'SUSPENDED', 'SIGNED', 'SERVED'],
    'same',
  ],
  [
    'DECIDE_DOCUMENT',
    'REVIEW_LEADER',
    ['ASSIGNED', 'SUPPLEMENTING', 'EXAMINING', 'OPINION_DRAFT', 'SUSPENDED', 'SIGNED', 'SERVED'],
    'same',
  ],
  ['REQUEST_SUPPLEMENT', 'REVIEW_HANDLER', ['ASSIGNED'], ['SUPPLEMENTING']],
  ['RECEIVE_SUPPLEMENT', 'REVIEW_HANDLER', ['SUPPLEMENTING'], ['ASSIGNED']],
  ['SUPPLEMENT_EXPIRED', 'SYSTEM', ['SUPPLEMENTING'], ['TERMINATED']],
  ['ACCEPT', 'REVIEW_HANDLER', ['ASSIGNED'], ['EXAMINING']],
  ['REJECT', 'REVIEW_HANDLER', ['ASSIGNED'], ['NOT_ACCEPTED']],
  ['DEFENCE_NOTICE', 'REVIEW_HANDLER', ['EXAMINING'], 'same'],
  ['DEFENCE', 'RESPONDENT', ['EXAMINING'], 'same'],
  ['LAWYER_INVITATION', 'REVIEW_HANDLER', ['EXAMINING'], 'same'],
  ['LAWYER_EXAMINATION', 'LAWYER', ['EXAMINING'], 'same'],
  ['WRITTEN_EXAMINATION', 'REVIEW_HANDLER', ['EXAMINING'], 'same'],
  ['INVESTIGATION', 'REVIEW_HANDLER', ['EXAMINING'], 'same'],
  ['HEARING', 'REVIEW_HANDLER', ['EXAMINING'], 'same'],
  ['CONSULTATION', 'REVIEW_HANDLER', ['EXAMINING'], 'same'],
  ['CONSULTATION_ANSWER', 'CONSULTED', ['EXAMINING'], 'same'],
  ['MEDIATION', 'REVIEW_HANDLER', ['EXAMINING'], 'same'],
  ['DRAFT_OPINION', 'REVIEW_HANDLER', ['EXAMINING'], ['OPINION_DRAFT']],
  ['REVISE_OPINION', 'REVIEW_HANDLER', ['OPINION_DRAFT'], 'same'],
  ['EXPERT_INVITATION', 'REVIEW_HANDLER', ['OPINION_DRAFT'], 'same'],
  ['EXPERT_REVIEW', 'EXPERT', ['OPINION_DRAFT'], 'same'],
  ['SIGN', 'REVIEW_LEADER', ['OPINION_DRAFT'], ['SIGNED']],
  ['REJECT_OPINION', 'REVIEW_LEADER', ['OPINION_DRAFT'], ['EXAMINING']],
  ['SERVE', 'REVIEW_CLERK', ['SIGNED'], ['SERVED']],
  ['CLOSE', 'REVIEW_LEADER', ['SERVED'], ['CLOSED']],
  ['REQUEST_SUSPENSION', 'REVIEW_HANDLER', ['ASSIGNED', 'EXAMINING', 'OPINION_DRAFT'], 'same'],
  ['APPROVE_SUSPENSION', 'REVIEW_LEADER', ['ASSIGNED', 'EXAMINING', 'OPINION_DRAFT'], ['SUSPENDED']],
  ['REFUSE_SUSPENSION', 'REVIEW_LEADER', ['ASSIGNED', 'EXAMINING', 'OPINION_DRAFT'], 'same'],
  ['RESUME', 'REVIEW_HANDLER', ['SUSPENDED'], 'prior'],
  ...(['REQUEST_TERMINATION', 'APPROVE_TERMINATION', 'REFUSE_TERMINATION'] as const).map(
    (action): (typeof TABLE)[number] => [
      action,
      action === 'REQUEST_TERMINATION' ? 'REVIEW_HANDLER' : 'REVIEW_LEADER',
      ['REGISTERED', 'ASSIGNED', 'SUPPLEMENTING', 'EXAMINING', 'OPINION_DRAFT', 'SUSPENDED'],
      action === 'APPROVE_TERMINATION' ? ['TERMINATED'] : 'same',
    ],
  ),
];

it('knows these actions and no other', () => {
  expect(Object.keys(REVIEW_TRANSITIONS).sort()).toEqual(TABLE.map(([action]) => action).sort());
});

describe.each(TABLE)('%s by %s', (action, actor, from, to) => {
  it.each(REVIEW_STATES)('in %s', (state) => {
    expect(actorOf(action)).toBe(actor);
    const check = () => checkReviewAction(action, state);
    if (from.includes(state)) expect(check).not.toThrow();
    else
      expect(check).toThrow(
        expect.objectContaining({
          code: 'WRONG_STATE',
          details: expect.objectContaining({ action, state, allowedIn: expect.arrayContaining(from) }),
        }),
      );
  });

  it.each(REVIEW_STATES)('leads to %s only as the table says', (next) => {
    for (const state of from) {
      const prior = to === 'prior' ? 'EXAMINING' : null;
      const right = to === 'same' ? next === state : to === 'prior' ? next === prior : to.includes(next);
      const move = () => checkReviewMove(action, state, next, prior);
      if (right) expect(move).not.toThrow();
      else expect(move).toThrow(`${action} does not lead from ${state} to ${next}`);
    }
  });
});

it('ends in three states and stands still in two', () => {
  expect(REVIEW_STATES.filter(isEnded)).toEqual(['CLOSED', 'NOT_ACCEPTED', 'TERMINATED']);
  expect(REVIEW_STATES.filter(isPaused)).toEqual(['SUPPLEMENTING', 'SUSPENDED']);
});

it.each([
  ['REVIEW', 'UPHOLD', 'REVIEWED'],
  ['REVIEW', 'MODIFY', 'REVIEWED'],
  ['REVIEW', 'REVOKE_REHANDLE', 'ACCEPTED'],
  ['RE_REVIEW', 'UPHOLD', 'FINAL'],
  ['RE_REVIEW', 'MODIFY', 'FINAL'],
  ['RE_REVIEW', 'REVOKE_REHANDLE', 'ACCEPTED'],
] as const)('a %s that ends with %s leaves the item %s', (level, result, state) => {
  expect(itemStateAfterClosing(level, result)).toBe(state);
});
