import { CASE_ACTIONS } from '../cases/case-state.rules';
import { REVIEW_TRANSITIONS } from '../review/review-state.rules';
import {
  authorOf,
  isNamed,
  nameOfAction,
  REPORT_ACTIONS,
  RETURN_ACTIONS,
  SHARED_ACTIONS,
} from './journal.rules';

/** What of a review is journaled under another name, or not by itself. */
const NOT_NOTED = [
  'DRAFT_DOCUMENT',
  'SUPPLEMENT_EXPIRED',
  'REJECT',
  'CLOSE',
  'REVISE_OPINION',
  'APPROVE_TERMINATION',
];

describe('the journal', () => {
  it('has a word in both languages for every action of items and reviews', () => {
    const ofReviews = Object.keys(REVIEW_TRANSITIONS)
      .filter((action) => !NOT_NOTED.includes(action))
      .map((action) => `REVIEW_${action}`);
    const all = [...CASE_ACTIONS, ...ofReviews];
    expect(all.filter((action) => !isNamed(action))).toEqual([]);
    for (const action of [...all, 'SOMETHING_NEW']) {
      expect(nameOfAction(action, 'zh')).toMatch(/[\u4e00-\u9fff]/);
      expect(nameOfAction(action, 'en')).toMatch(/^[A-Z][\x20-\x7e’]+$/);
    }
  });

  it('keeps to-dos, approvals, talks, query codes and the inner steps of a review to those whose they are', () => {
    const inner =
      /^(TASK|APPROVAL|OPINION_(SUB|APP|REJ)|INTERVIEW|CO_VISITOR|LEADER|QUERY_CODE|PETITIONER|REVIEW_(SIGN|DEF|HEAR|INV|WRI|LAW|EXP))/;
    expect(SHARED_ACTIONS.filter((action) => inner.test(action))).toEqual([]);
    expect([...REPORT_ACTIONS, ...RETURN_ACTIONS].some((action) => SHARED_ACTIONS.includes(action))).toBe(
      false,
    );
    expect(SHARED_ACTIONS).not.toContain('SOMETHING_NEW');
  });

  it.each([
    ['00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002', 'OFFICER'],
    ['00000000-0000-7000-8000-000000000001', null, 'PETITIONER'],
    ['case:00000000-0000-7000-8000-000000000001', null, 'PETITIONER'],
    ['service:petitions', null, 'SYSTEM'],
  ])('tells who acted: %s of %s', (accountId, organisationId, author) => {
    expect(authorOf({ accountId, organisationId })).toBe(author);
  });
});
