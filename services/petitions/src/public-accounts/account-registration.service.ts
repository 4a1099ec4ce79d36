import type { Clock } from '@junxian/calendar';
import { isRefusal, Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import type { PersonalData } from '../cases/personal-data.service';
import { insertion } from '../rows';
import { scopes } from '../service-scopes';
import type { DirectoryAccounts } from './directory-accounts';
import type { IdentityChecks } from './identity-checks.service';
import type { ProfileCheck } from './profile.rules';
import { columnsOfProfile } from './profiles.service';
import { LONGEST_WINDOW_SECONDS, RATE_LIMITS } from './rate-limit.rules';
import type { RateLimiter } from './rate-limit.service';
import {
  type CaptchaAnswer,
  checkRegistration,
  type Registration,
  type RegistrationInput,
} from './registration.rules';

export interface AccountRegistrationParts {
  database: Database;
  clock: Clock;
  personal: PersonalData;
  directory: DirectoryAccounts;
  identityChecks: IdentityChecks;
  limiter: RateLimiter;
  isRegion: ProfileCheck['isRegion'];
}

/** A registration that passed identity check and captcha. */
interface Passed {
  contentIndex: string;
  profileId: string;
  identityVerifiedAt: Date | null;
}

/** As long as the directory remembers the key of an account it opened. */
const KEY_HOURS = 24;
/** An account that was not confirmed at once is looked after later. */
const UNFINISHED_MINUTES = 10;
const BATCH = 200;

/**
 * Registers citizens 公众注册. Directory keeps the login, this service the profile, in this order: checks, identity,
 * captcha, an account that cannot sign in, the profile, activation. So whatever fails or crashes in between leaves
 * no login able to act, and a retry with the same key goes on where it stopped.
 */
export class AccountRegistration {
  constructor(private readonly parts: AccountRegistrationParts) {}

  /**
   * Registers somebody; returns the username. `key` is the caller's for this registration: repeated with the same
   * content it completes what was begun, and asks for no second captcha. Refuses all faults of the form together
   * ({@link checkRegistration}); throws RATE_LIMITED, IDENTITY_NOT_CONFIRMED, IDENTITY_CHECK_UNAVAILABLE, CAPTCHA_WRONG,
   * IDEMPOTENCY_KEY_REUSED, USERNAME_TAKEN and the directory's refusals of username and password, SERVICE_UNAVAILABLE.
   */
  async register(
    input: RegistrationInput,
    captcha: CaptchaAnswer | null | undefined,
    key: string,
    clientIp: string,
  ): Promise<string> {
    const { personal, clock, directory, isRegion } = this.parts;
    if (!isUuid(key)) throw invalidKey();
    const wish = checkRegistration(input, captcha, { today: clock.today(), isRegion });
    const passed = await this.passed(personal.index('registration', key.toLowerCase()), wish, clientIp);
    const { username, password, profile } = wish;
    const columns = columnsOfProfile(personal, profile);
    const accountId = await directory.createAccount(
      {
        username,
        password,
        mobile: profile.mobile,
        citizenId: columns.citizenId,
        profileId: passed.profileId,
      },
      `petitions.profile.${passed.profileId}`,
    );
    await this.storeProfile(accountId, wish, columns, passed);
    await directory.activate(accountId);
    await this.markActivated(accountId);
    return username;
  }

  /**
   * Upkeep: completes registrations whose activation got lost, removes profiles whose account the directory gave up,
   * and forgets old keys and attempts. Returns how many profiles were completed and removed.
   */
  async tidyUp(): Promise<{ completed: number; removed: number }> {
    const { database, clock, directory } = this.parts;
    const now = clock.now();
    await database.write(scopes.publicRegistration(), async (tx) => {
      await tx.query('DELETE FROM account_registration WHERE passed_at <= $1', [hoursBefore(now, KEY_HOURS)]);
      await tx.query('DELETE FROM public_attempt WHERE at <= $1', [
        new Date(now.getTime() - LONGEST_WINDOW_SECONDS * 1000),
      ]);
    });
    const unfinished = await database.read(scopes.publicRegistration(), (tx) =>
      tx.query<{ accountId: string }>(
        `SELECT account_id AS "accountId" FROM public_account
         WHERE activated_at IS NULL AND created_at <= $1 ORDER BY created_at LIMIT ${BATCH}`,
        [new Date(now.getTime() - UNFINISHED_MINUTES * 60_000)],
      ),
    );
    let removed = 0;
    for (const { accountId } of unfinished) {
      try {
        await directory.activate(accountId);
        await this.markActivated(accountId);
      } catch (error) {
        if (!isRefusal(error) || error.code !== 'NOT_FOUND') throw error;
        await database.write(scopes.publicRegistration(), (tx) =>
          tx.query('DELETE FROM public_account WHERE account_id = $1 AND activated_at IS NULL', [accountId]),
        );
        removed += 1;
      }
    }
    return { completed: unfinished.length - removed, removed };
  }

  /** The registration under a key: known from before, or new, having passed the identity check and the captcha now. */
  private async passed(keyIndex: string, wish: Registration, clientIp: string): Promise<Passed> {
    const { database, clock, personal, directory, identityChecks, limiter } = this.parts;
    const { password: _never, captcha, ...content } = wish;
    const contentIndex = personal.index('registration', JSON.stringify(content));
    const now = clock.now();
    const known = await database.read(scopes.publicRegistration(), (tx) => registrationOf(tx, keyIndex, now));
    if (known !== undefined) return same(known, contentIndex);
    await limiter.admit([{ key: `register:${clientIp}`, limit: RATE_LIMITS.registerPerAddress }], now);
    const identityVerifiedAt = await identityChecks.confirm(wish.profile, wish.anonymous, now);
    await directory.redeemCaptcha(captcha);
    return database.write(scopes.publicRegistration(), async (tx) => {
      await tx.query(
        `INSERT INTO account_registration AS r (key_index, content_index, identity_verified_at, passed_at)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (key_index) DO UPDATE SET content_index = $2, identity_verified_at = $3, passed_at = $4, profile_id = uuidv7()
           WHERE r.passed_at <= $5`,
        [keyIndex, contentIndex, identityVerifiedAt, now, hoursBefore(now, KEY_HOURS)],
      );
      return same((await registrationOf(tx, keyIndex, now))!, contentIndex);
    });
  }

  private async storeProfile(
    accountId: string,
    { username, anonymous }: Registration,
    columns: ReturnType<typeof columnsOfProfile>,
    { profileId, identityVerifiedAt }: Passed,
  ): Promise<void> {
    const now = this.parts.clock.now();
    const row = {
      ...columns,
      id: profileId,
      accountId,
      username,
      anonymous,
      termsAcceptedAt: now,
      identityVerifiedAt,
      createdAt: now,
      updatedAt: now,
    };
    const { columns: names, placeholders, values } = insertion(row);
    await this.parts.database.write(scopes.publicRegistration(), (tx) =>
      // A retry finds the profile it stored the time before.
      tx.query(
        `INSERT INTO public_account (${names}) VALUES (${placeholders}) ON CONFLICT DO NOTHING`,
        values,
      ),
    );
  }

  private async markActivated(accountId: string): Promise<void> {
    const { database, clock } = this.parts;
    await database.write(scopes.publicRegistration(), (tx) =>
      tx.query('UPDATE public_account SET activated_at = $2 WHERE account_id = $1 AND activated_at IS NULL', [
        accountId,
        clock.now(),
      ]),
    );
  }
}

async function registrationOf(
  tx: ScopedTransaction,
  keyIndex: string,
  now: Date,
): Promise<Passed | undefined> {
  const [registration] = await tx.query<Passed>(
    `SELECT content_index AS "contentIndex", profile_id AS "profileId", identity_verified_at AS "identityVerifiedAt"
     FROM account_registration WHERE key_index = $1 AND passed_at > $2`,
    [keyIndex, hoursBefore(now, KEY_HOURS)],
  );
  return registration;
}

function same(registration: Passed, contentIndex: string): Passed {
  if (registration.contentIndex === contentIndex) return registration;
  throw new Refusal(
    'IDEMPOTENCY_KEY_REUSED',
    {
      zh: '该次提交已用于不同的注册内容，请重新提交注册',
      en: 'This submission was used for other content; submit the registration anew',
    },
    { field: 'clientMutationKey', httpStatus: 409 },
  );
}

const hoursBefore = (instant: Date, hours: number) => new Date(instant.getTime() - hours * 3_600_000);

const invalidKey = () =>
  refuse.invalid('clientMutationKey', {
    zh: '提交标识无效，请刷新页面后重新提交',
    en: 'The key of the submission is not valid; reload the page and submit again',
  });
