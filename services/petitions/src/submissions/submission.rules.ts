import { Refusal } from '@junxian/errors';
import { cleanText, fieldRequired } from '../public-accounts/faults.rules';
import { unknownRegion } from '../public-accounts/profile.rules';
import { type CaptchaAnswer, checkCaptcha } from '../public-accounts/registration.rules';
import { Faults } from '../texts.rules';
import type { Submission, SubmissionInput, SubmissionState, SubmissionTab } from './submission.types';

/** At most so many files hang on one record (PT-PUB-11). */
export const MOST_ATTACHMENTS = 5;

/** A submission that is complete. */
export interface CheckedSubmission {
  title: string;
  problemRegionCode: string;
  problemAddress: string;
  content: string;
  fileIds: readonly string[];
  captcha: CaptchaAnswer;
}

/**
 * Checks a petition before it is submitted. Refuses all faults together: FIELD_REQUIRED for each of title, problem
 * region, address and content, CAPTCHA_REQUIRED (PT-PUB-09), INVALID_REGION_CODE, TEXT_TOO_LONG, TOO_MANY_ATTACHMENTS (PT-PUB-11).
 */
export function checkSubmission(
  input: SubmissionInput,
  captcha: CaptchaAnswer | null | undefined,
  isRegion: (code: string) => boolean,
): CheckedSubmission {
  const faults = new Faults();
  const required = (
    field: keyof SubmissionInput & string,
    longest: number,
    zh: string,
    en: string,
  ): string => {
    const text = cleanText(input[field] as string | null | undefined, field, longest, faults);
    if (text === null) faults.add(fieldRequired(field, zh, en));
    return text ?? '';
  };
  const title = required('title', 200, '标题', 'a title');
  const problemRegionCode = required('problemRegionCode', 12, '问题发生地', 'the region of the problem');
  if (problemRegionCode !== '' && !isRegion(problemRegionCode))
    faults.add(unknownRegion('problemRegionCode'));
  const problemAddress = required(
    'problemAddress',
    200,
    '问题详细地址',
    'the detailed address of the problem',
  );
  const content = required('content', 10_000, '投诉内容', 'what happened');
  const fileIds = input.fileIds ?? [];
  faults.of(() => checkAttachmentCount(fileIds.length));
  const answer = faults.of(() => checkCaptcha(captcha));
  faults.throwIfAny();
  return { title, problemRegionCode, problemAddress, content, fileIds, captcha: answer! };
}

/** Throws TOO_MANY_ATTACHMENTS beyond five files on one record (PT-PUB-11). */
export function checkAttachmentCount(count: number): void {
  if (count <= MOST_ATTACHMENTS) return;
  throw new Refusal(
    'TOO_MANY_ATTACHMENTS',
    {
      zh: `附件最多 ${MOST_ATTACHMENTS} 个，请合并或删减后重新提交`,
      en: `At most ${MOST_ATTACHMENTS} files can be attached; combine or leave out some`,
    },
    { field: 'fileIds', details: { limit: MOST_ATTACHMENTS } },
  );
}

/**
 * Checks that a citizen may take a submission back (PT-PUB-13): only while nobody opened it. Throws NOT_WITHDRAWABLE,
 * ALREADY_WITHDRAWN.
 */
export function checkWithdrawable({ state, openedAt }: Pick<Submission, 'state' | 'openedAt'>): void {
  if (state === 'WITHDRAWN') throw withdrawn();
  if (state !== 'SUBMITTED' || openedAt !== null)
    throw new Refusal(
      'NOT_WITHDRAWABLE',
      {
        zh: '工作人员已调阅该信访件，不能再撤回；如有补充，请联系受理的信访部门',
        en: 'Staff have opened this submission, so it can no longer be withdrawn; contact the petition bureau to add something',
      },
      { httpStatus: 409 },
    );
}

/** The refusal of anything with a submission its citizen has taken back. */
export const withdrawn = (): Refusal =>
  new Refusal(
    'ALREADY_WITHDRAWN',
    {
      zh: '该信访件已被信访人撤回，请刷新列表',
      en: 'The citizen has withdrawn this submission; reload the list',
    },
    { httpStatus: 409 },
  );

/** The states a registrar's tab of the own submissions shows (3.1). */
export const STATES_OF_TAB: Readonly<
  Record<Exclude<SubmissionTab, 'RECEIVER_GONE'>, readonly SubmissionState[]>
> = {
  UNREGISTERED: ['SUBMITTED', 'OPENED'],
  REGISTERED: ['REGISTERED'],
  WITHDRAWN: ['WITHDRAWN'],
};
