import { rule } from '@junxian/test-kit';
import { faultsOf } from '../testing/refusals.support.test';
import { checkAttachmentCount, checkSubmission, checkWithdrawable } from './submission.rules';
import type { SubmissionInput } from './submission.types';

const isRegion = (code: string) => code === '370102001000';
const complete: SubmissionInput = {
  title: ' 拖欠工资 ',
  problemRegionCode: '370102001000',
  problemAddress: '解放路 1 号工地',
  content: '某工地拖欠工资三个月。',
};
const captcha = { id: 'c', text: 'x' };

describe('a petition', () => {
  it('is taken complete, without blanks around', () => {
    expect(checkSubmission(complete, captcha, isRegion)).toMatchObject({
      title: '拖欠工资',
      fileIds: [],
      captcha,
    });
  });

  const missing: [string, SubmissionInput, object | null, string[]][] = [
    ['title', { ...complete, title: ' ' }, captcha, ['FIELD_REQUIRED title']],
    ['region', { ...complete, problemRegionCode: null }, captcha, ['FIELD_REQUIRED problemRegionCode']],
    ['address', { ...complete, problemAddress: '' }, captcha, ['FIELD_REQUIRED problemAddress']],
    ['content', { ...complete, content: undefined }, captcha, ['FIELD_REQUIRED content']],
    ['captcha', complete, null, ['CAPTCHA_REQUIRED captcha']],
    ['captcha text', complete, { id: 'c', text: ' ' }, ['CAPTCHA_REQUIRED captcha']],
    [
      'everything',
      {},
      null,
      [
        'FIELD_REQUIRED title',
        'FIELD_REQUIRED problemRegionCode',
        'FIELD_REQUIRED problemAddress',
        'FIELD_REQUIRED content',
        'CAPTCHA_REQUIRED captcha',
      ],
    ],
  ];
  rule('PT-PUB-09', 'needs title, region, address, content and captcha, each', () => {
    for (const [what, input, answer, expected] of missing)
      expect([what, faultsOf(() => checkSubmission(input, answer as never, isRegion))]).toEqual([
        what,
        expected,
      ]);
  });

  it.each<[SubmissionInput, string]>([
    [{ title: '题'.repeat(201) }, 'TEXT_TOO_LONG title'],
    [{ content: '字'.repeat(10_001) }, 'TEXT_TOO_LONG content'],
    [{ problemRegionCode: '370199000000' }, 'INVALID_REGION_CODE problemRegionCode'],
    [{ fileIds: ['1', '2', '3', '4', '5', '6'] }, 'TOO_MANY_ATTACHMENTS fileIds'],
  ])('is refused beyond its limits: %#', (changes, expected) => {
    expect(faultsOf(() => checkSubmission({ ...complete, ...changes }, captcha, isRegion))).toEqual([
      expected,
    ]);
  });

  it('takes what just fits', () => {
    const longest = { ...complete, title: '𠮷'.repeat(200), content: '字'.repeat(10_000) };
    expect(faultsOf(() => checkSubmission(longest, captcha, isRegion))).toEqual([]);
  });
});

rule('PT-PUB-11', 'no record has more than five attachments', () => {
  expect(faultsOf(() => checkAttachmentCount(5))).toEqual([]);
  expect(faultsOf(() => checkAttachmentCount(6))).toEqual(['TOO_MANY_ATTACHMENTS fileIds']);
});

rule('PT-PUB-13', 'only what nobody opened can be withdrawn', () => {
  const at = new Date();
  expect(faultsOf(() => checkWithdrawable({ state: 'SUBMITTED', openedAt: null }))).toEqual([]);
  expect(faultsOf(() => checkWithdrawable({ state: 'OPENED', openedAt: at }))).toEqual(['NOT_WITHDRAWABLE']);
  expect(faultsOf(() => checkWithdrawable({ state: 'REGISTERED', openedAt: at }))).toEqual([
    'NOT_WITHDRAWABLE',
  ]);
  expect(faultsOf(() => checkWithdrawable({ state: 'WITHDRAWN', openedAt: null }))).toEqual([
    'ALREADY_WITHDRAWN',
  ]);
});
