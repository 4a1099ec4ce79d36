import { dateInShanghai } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import type { CaseItem } from '../cases/case.types';
import { isOver } from '../deadlines/periods.rules';
import { Faults, TEXT_LIMITS } from '../texts.rules';
import type { ReviewCase, ReviewLevel } from './review.types';
import { ITEM_STATES } from './review-state.rules';

/** An application for a (re-)review as the clerk enters it. */
export interface ReviewApplication {
  level: ReviewLevel;
  caseItemId: string;
  /** Version of the item. */
  expectedVersion: number;
  /** The day on which the applicant applied, of the postmark if it was mailed: by it the window is kept. */
  applicationDate: string;
  /** The day on which the authority received it: by it the authority's clock runs. */
  receivedAt: string;
  request: string;
  grounds: string;
  challengedDocNo: string;
}

/** What an application may be about: the opinion that was served last. */
export interface Challenged {
  servedOn: string;
  docNo: string;
}

/** What a review tells about later applications. */
export type EarlierReview = Pick<ReviewCase, 'level' | 'state' | 'handlingOpinionId' | 'endedAt'>;

/**
 * Where an item stood before it lapsed: reviewed, if a review of the opinion that stands was closed. The reviews of an
 * opinion that was revoked say nothing of the present one.
 */
export function stateBeforeLapse(
  handlingOpinionId: string,
  reviews: readonly EarlierReview[],
): 'COMPLETED' | 'REVIEWED' {
  return reviews.some((review) => review.state === 'CLOSED' && review.handlingOpinionId === handlingOpinionId)
    ? 'REVIEWED'
    : 'COMPLETED';
}

/**
 * Whether a lapsed item stays so, whatever day its application was registered on: the day it was made on (of the
 * postmark, if it was mailed) is after the window, or before an application of this level was rejected, which has
 * decided about it too. Rule: 3.2.
 */
export function staysLapsed(
  { level, applicationDate }: Pick<ReviewApplication, 'level' | 'applicationDate'>,
  { appealDueOn }: { appealDueOn: string },
  handlingOpinionId: string,
  reviews: readonly EarlierReview[],
): boolean {
  return (
    isOver(appealDueOn, applicationDate) ||
    reviews.some(
      (review) =>
        review.state === 'NOT_ACCEPTED' &&
        review.level === level &&
        review.handlingOpinionId === handlingOpinionId &&
        applicationDate < dateInShanghai(review.endedAt!),
    )
  );
}

/**
 * Checks that an item is, or was before it lapsed, where an application of a level starts. Throws NOT_REVIEWABLE with the item's state. Rule: 3.2.
 */
export function checkReviewable(level: ReviewLevel, item: Pick<CaseItem, 'state' | 'outcome'>): void {
  if (item.state === ITEM_STATES[level].before && item.outcome === 'REPLIED') return;
  throw new Refusal(
    'NOT_REVIEWABLE',
    level === 'REVIEW'
      ? {
          zh: '只有已送达答复意见书、尚未复查的信访件可以申请复查',
          en: 'A review can be asked for once the handling opinion is served, and not while or after one ran',
        }
      : {
          zh: '只有已送达复查意见书的信访件可以申请复核',
          en: 'A re-review can be asked for once a review opinion is served and the review closed',
        },
    { details: { state: item.state, outcome: item.outcome }, httpStatus: 409 },
  );
}

/**
 * Checks the data of an application against the opinion it challenges. Returns them trimmed. Throws all faults at once:
 * FIELD_REQUIRED, INVALID_INPUT, CHALLENGED_DOCUMENT_MISMATCH.
 */
export function checkApplication(
  application: ReviewApplication,
  challenged: Challenged,
  today: string,
): Pick<ReviewApplication, 'request' | 'grounds' | 'challengedDocNo'> {
  const { applicationDate, receivedAt } = application;
  const faults = new Faults();
  const texts = {
    request: faults.text('request', application.request, TEXT_LIMITS.OPINION),
    grounds: faults.text('grounds', application.grounds, TEXT_LIMITS.CONTENT),
    challengedDocNo: faults.text('challengedDocNo', application.challengedDocNo, TEXT_LIMITS.NAME),
  };
  if (texts.challengedDocNo !== '' && texts.challengedDocNo !== challenged.docNo) faults.add(otherDocument());
  if (applicationDate < challenged.servedOn || applicationDate > receivedAt)
    faults.add(
      refuse.invalid('applicationDate', {
        zh: '申请日期应在意见书送达之日以后，且不晚于收到日期',
        en: 'The application is made after the opinion was served and no later than it was received',
      }),
    );
  if (receivedAt > today)
    faults.add(
      refuse.invalid('receivedAt', {
        zh: '收到日期不能晚于今天',
        en: 'The day of receipt cannot be in the future',
      }),
    );
  faults.throwIfAny();
  return texts;
}

/** The window has passed. Scenario 29. */
export const appealTooLate = (): Refusal =>
  new Refusal(
    'APPEAL_TOO_LATE',
    {
      zh: '申请复查复核的期限已过，不予登记；请告知信访人',
      en: 'The time to ask for a (re-)review has passed; it is not registered, tell the petitioner so',
    },
    { field: 'applicationDate', httpStatus: 409 },
  );

/** There was one already. Rule: PT-RVW-01. */
export const reviewExists = (): Refusal =>
  new Refusal(
    'REVIEW_EXISTS',
    {
      zh: '该答复意见已复查（复核）过一次，不能再次申请；请告知信访人',
      en: 'This handling opinion has had its one (re-)review; tell the petitioner so',
    },
    { field: 'challengedDocNo', httpStatus: 409 },
  );

const otherDocument = () =>
  new Refusal(
    'CHALLENGED_DOCUMENT_MISMATCH',
    {
      zh: '文号与最近送达的意见书不一致，请按意见书上的文号填写',
      en: 'This is not the number of the opinion served last; copy it from the opinion',
    },
    { field: 'challengedDocNo' },
  );
