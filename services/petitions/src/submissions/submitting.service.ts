import type { Clock } from '@junxian/calendar';
import { refuse } from '@junxian/errors';
import type { Work } from '@junxian/persistence';
import type { DirectoryAccounts } from '../public-accounts/directory-accounts';
import type { ProfileCheck } from '../public-accounts/profile.rules';
import { ownProfile } from '../public-accounts/profiles.service';
import { RATE_LIMITS } from '../public-accounts/rate-limit.rules';
import type { RateLimiter } from '../public-accounts/rate-limit.service';
import type { CaptchaAnswer } from '../public-accounts/registration.rules';
import type { Attachments } from './attachments.service';
import { checkSubmission } from './submission.rules';
import type { Submission, SubmissionInput } from './submission.types';
import { receivingBureau, storeSubmission } from './submissions.service';

/** The citizen's transactions of one request. */
interface CitizensRequest {
  accountId: string;
  clientIp: string;
  write<T>(work: Work<T>): Promise<T>;
}

/** Citizens submit petitions online 网上信访 (catalogue 3.1). */
export class Submitting {
  constructor(
    private readonly directory: Pick<DirectoryAccounts, 'redeemCaptcha'>,
    private readonly limiter: RateLimiter,
    private readonly attachments: Attachments,
    private readonly clock: Clock,
    private readonly isRegion: ProfileCheck['isRegion'],
  ) {}

  /**
   * Submits a petition of a citizen who has signed in (PT-PUB-07). Everything that can be checked is checked before the
   * captcha is used up; a wrong captcha stores nothing (PT-PUB-10). Refuses all faults together ({@link checkSubmission}); throws
   * FORBIDDEN without a profile, REGION_NOT_SERVED, RATE_LIMITED, CAPTCHA_WRONG, FILE_NOT_FOUND, SERVICE_UNAVAILABLE.
   */
  async submit(
    { accountId, clientIp, write }: CitizensRequest,
    input: SubmissionInput,
    captcha: CaptchaAnswer | null | undefined,
  ): Promise<Submission> {
    const wish = checkSubmission(input, captcha, this.isRegion);
    // Over before the next begins: whoever kept a connection while waiting for a second would, with enough others, wait for ever.
    const account = await write(async (tx) => {
      const [profile] = await Promise.all([
        ownProfile(tx, accountId).then((own) => {
          if (own === null) throw refuse.forbidden();
          return own;
        }),
        receivingBureau(tx, wish.problemRegionCode),
      ]);
      return profile;
    });
    const now = this.clock.now();
    await this.limiter.admit(
      [
        { key: `submit:${accountId}`, limit: RATE_LIMITS.submitPerAccount },
        { key: `submit:${clientIp}`, limit: RATE_LIMITS.submitPerAddress },
      ],
      now,
    );
    await this.directory.redeemCaptcha(wish.captcha);
    return write(async (writing) => {
      const submission = await storeSubmission(writing, account, wish, now);
      await this.attachments.attachFiles(
        writing,
        { type: 'SUBMISSION', id: submission.id, caseItemId: null },
        wish.fileIds,
        { accountId },
      );
      return submission;
    });
  }
}
