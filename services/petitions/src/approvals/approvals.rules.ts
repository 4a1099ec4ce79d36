import { Refusal, refuse } from '@junxian/errors';

export type ApprovalState = 'PENDING' | 'OPENED' | 'AGREED' | 'AMENDED' | 'REJECTED' | 'CANCELLED';
export type ApprovalDecision = 'AGREE' | 'AMEND' | 'REJECT';

/** State a decision leads to. */
export const STATE_OF_DECISION: Readonly<Record<ApprovalDecision, ApprovalState>> = {
  AGREE: 'AGREED',
  AMEND: 'AMENDED',
  REJECT: 'REJECTED',
};

/** Whether a leader must say something with a decision: always unless they agree (3.4). */
export const needsText = (decision: ApprovalDecision): boolean => decision !== 'AGREE';

/** Throws APPROVAL_DECIDED unless a leader may still open or decide the request. */
export function checkUndecided(state: ApprovalState): void {
  if (state !== 'PENDING' && state !== 'OPENED') throw decided(state);
}

/**
 * Whether the submitter may cancel 撤销送审 (3.4): only while the leader has not opened the request, unless that leader can no longer decide. Throws
 * APPROVAL_DECIDED, APPROVAL_OPENED.
 */
export function checkMayCancel(state: ApprovalState, leaderCanDecide: boolean): void {
  checkUndecided(state);
  if (state === 'OPENED' && leaderCanDecide)
    throw new Refusal(
      'APPROVAL_OPENED',
      {
        zh: '领导已经调阅该送审件，不能撤销；请等待批示',
        en: 'The leader has opened the request; wait for the decision',
      },
      { httpStatus: 409 },
    );
}

/** Refuses a leader who is no leader of the own organisation, the submitter in person, or concerned by the accusation. */
export const leaderRefused = (): Refusal =>
  refuse.invalid('leaderId', {
    zh: '请选择本单位的在岗领导（不能是本人或被反映人）',
    en: 'Choose a present leader of your own organisation (neither yourself nor the person accused)',
  });

const decided = (state: ApprovalState) =>
  new Refusal(
    'APPROVAL_DECIDED',
    state === 'CANCELLED'
      ? {
          zh: '该送审已由送审人撤销，请刷新列表',
          en: 'The submitter has cancelled the request; reload your list',
        }
      : { zh: '该送审件已有批示，请刷新后查看', en: 'The request is decided already; reload it' },
    { details: { state }, httpStatus: 409 },
  );
