import { refuse } from '@junxian/errors';
import { expectVersion, type ScopedTransaction, type Work } from '@junxian/persistence';
import type { PersonalData } from '../cases/personal-data.service';
import type { PetitionerDraft } from '../registration/case-registration.service';
import { assignments } from '../rows';
import { Faults } from '../texts.rules';
import { ACCOUNT_COLUMNS } from './account-columns';
import type { DirectoryAccounts } from './directory-accounts';
import type { IdentityChecks } from './identity-checks.service';
import { checkProfile, checkUnchanged, type FixedFacts, type ProfileCheck } from './profile.rules';
import type { ProfileFacts, ProfileInput, PublicAccount } from './public-account.types';

/** A changed profile, checked and confirmed, ready to be stored. */
interface CheckedUpdate {
  accountId: string;
  expectedVersion: number;
  set: Partial<PublicAccount>;
  /** The new number, if it changed: the directory must know it. */
  mobile: string | null;
  /** Whether another ID number made the account another citizen's: the directory must know that too. */
  citizenChanged: boolean;
}

/** What a citizen sends to change the profile; what is left out stays. */
export type ProfileChange = ProfileInput & { readonly username?: string | null };

export interface WantedUpdate {
  accountId: string;
  change: ProfileChange;
  expectedVersion: number;
  now: Date;
  /** `YYYY-MM-DD`, in China. */
  today: string;
}

/** The caller's own profile, or null. */
export async function ownProfile(tx: ScopedTransaction, accountId: string): Promise<PublicAccount | null> {
  const [account] = await tx.query<PublicAccount>(
    `SELECT ${ACCOUNT_COLUMNS} FROM public_account a WHERE a.account_id = $1`,
    [accountId],
  );
  return account ?? null;
}

/** Profiles by their accounts, those in sight. */
export function profilesOf(tx: ScopedTransaction, accountIds: readonly string[]): Promise<PublicAccount[]> {
  return tx.query<PublicAccount>(
    `SELECT ${ACCOUNT_COLUMNS} FROM public_account a WHERE a.account_id = ANY($1::uuid[])`,
    [accountIds],
  );
}

/**
 * The profile behind an online item; null of an anonymous one, which nobody reads. For the officer who opened the submission; throws NOT_FOUND
 * for an account out of sight.
 */
export async function profileOfSubmission(
  tx: ScopedTransaction,
  submission: { accountId: string; anonymous: boolean },
): Promise<PublicAccount | null> {
  if (submission.anonymous) return null;
  const account = await ownProfile(tx, submission.accountId);
  if (account === null) throw refuse.notFound('accountId');
  return account;
}

/** The petitioner of an online item, copied from its profile: everything of a named one, nothing of an anonymous one (PT-PUB-06). */
export function petitionerOfProfile(personal: PersonalData, account: PublicAccount | null): PetitionerDraft {
  if (account === null) return {};
  const mobile = personal.open(account.mobileSealed, 'public_account.mobile');
  const phone = personal.open(account.phoneSealed, 'public_account.phone');
  const email = personal.open(account.emailSealed, 'public_account.email');
  const idNumber = personal.open(account.idNumberSealed, 'public_account.id_number');
  return {
    accountId: account.accountId,
    citizenId: account.citizenId,
    name: account.name,
    sex: account.sex,
    idType: account.idType,
    idNumberSealed: personal.seal(idNumber, 'petitioner.id_number'),
    idNumberIndex: account.idNumberIndex,
    householdAddress: account.householdAddress,
    householdRegionCode: account.householdRegionCode,
    usualAddress: account.usualAddress,
    usualRegionCode: account.usualRegionCode,
    mailingAddress: account.mailingAddress,
    mailingRegionCode: account.mailingRegionCode,
    mobileSealed: personal.seal(mobile, 'petitioner.mobile'),
    mobileIndex: personal.index('mobile', mobile),
    phoneSealed: personal.seal(phone, 'petitioner.phone'),
    emailSealed: personal.seal(email, 'petitioner.email'),
    birthDate: account.birthDate,
    ethnicity: account.ethnicity,
    politicalStatus: account.politicalStatus,
    occupation: account.occupation,
    employer: account.employer,
    postcode: account.postcode,
    residencyStatus: account.residencyStatus,
  };
}

/** The columns a checked profile is stored in, personal numbers sealed. */
export function columnsOfProfile(personal: PersonalData, profile: ProfileFacts) {
  const { idNumber, mobile, phone, email, ...plain } = profile;
  return {
    ...plain,
    idNumberSealed: personal.seal(idNumber, 'public_account.id_number'),
    idNumberIndex: personal.index('idNumber', idNumber),
    citizenId: plain.idType === 'RESIDENT_ID' && idNumber !== null ? personal.citizenId(idNumber) : null,
    mobileSealed: personal.seal(mobile, 'public_account.mobile')!,
    phoneSealed: personal.seal(phone, 'public_account.phone'),
    emailSealed: personal.seal(email, 'public_account.email'),
  };
}

/** Changes citizens' own profiles. */
export class Profiles {
  constructor(
    private readonly personal: PersonalData,
    private readonly directory: DirectoryAccounts,
    private readonly identityChecks: IdentityChecks,
    private readonly isRegion: ProfileCheck['isRegion'],
  ) {}

  /**
   * Changes a profile: checks the change against what is stored and a changed ID number against the identity interface (PT-PUB-16), then
   * stores it; the directory is told a changed mobile or ID number, or nothing is stored. No connection is held while the interface is asked.
   * Refuses all faults together: FIELD_IMMUTABLE (PT-PUB-15), what {@link checkProfile} finds; throws NOT_FOUND without a profile,
   * STALE_VERSION, IDENTITY_NOT_CONFIRMED, IDENTITY_CHECK_UNAVAILABLE, SERVICE_UNAVAILABLE.
   */
  async update(write: <T>(work: Work<T>) => Promise<T>, wanted: WantedUpdate): Promise<PublicAccount> {
    const { accountId, expectedVersion, now } = wanted;
    // Over before the interface is asked: it may take seconds, and others need the connection.
    const account = await write((tx) => ownProfile(tx, accountId));
    if (account === null) throw refuse.notFound();
    if (account.version !== expectedVersion) throw refuse.staleVersion();
    const before = this.factsOf(account);
    const after = this.checked(account, before, wanted);
    const verifiedAt =
      after.idNumber === before.idNumber
        ? account.identityVerifiedAt
        : await this.identityChecks.confirm(after, account.anonymous, now);
    const set = {
      ...columnsOfProfile(this.personal, after),
      identityVerifiedAt: verifiedAt,
      updatedAt: now,
    };
    return write((tx) =>
      this.store(tx, {
        accountId,
        expectedVersion,
        set,
        mobile: after.mobile === before.mobile ? null : after.mobile,
        citizenChanged: set.citizenId !== account.citizenId,
      }),
    );
  }

  /** The profile as it would be, with all faults refused together. */
  private checked(
    account: PublicAccount,
    before: ProfileFacts,
    { change, today }: WantedUpdate,
  ): ProfileFacts {
    const faults = new Faults();
    checkUnchanged(account satisfies FixedFacts, change, faults);
    const { isRegion } = this;
    const after = checkProfile(
      merged(before, change),
      { anonymous: account.anonymous, today, isRegion },
      faults,
    );
    faults.throwIfAny();
    return after;
  }

  /** Stores a change unless somebody else did; the directory learns of it, or nothing is stored. */
  private async store(tx: ScopedTransaction, update: CheckedUpdate): Promise<PublicAccount> {
    const { accountId, expectedVersion, set, mobile, citizenChanged } = update;
    const { sql, values } = assignments(set, 3);
    const account = expectVersion(
      await tx.query<PublicAccount>(
        `UPDATE public_account a SET ${sql}, version = a.version + 1
         WHERE a.account_id = $1 AND a.version = $2 RETURNING ${ACCOUNT_COLUMNS}`,
        [accountId, expectedVersion, ...values],
      ),
    );
    if (mobile !== null) tx.beforeCommit(() => this.directory.changeMobile(accountId, mobile));
    if (citizenChanged) tx.beforeCommit(() => this.directory.changeCitizen(accountId, account.citizenId));
    return account;
  }

  /** A stored profile as its owner knows it. */
  factsOf(account: PublicAccount): ProfileFacts {
    const { personal } = this;
    return {
      name: account.name,
      sex: account.sex,
      idType: account.idType,
      idNumber: personal.open(account.idNumberSealed, 'public_account.id_number'),
      householdAddress: account.householdAddress,
      householdRegionCode: account.householdRegionCode,
      usualAddress: account.usualAddress,
      usualRegionCode: account.usualRegionCode,
      mailingAddress: account.mailingAddress,
      mailingRegionCode: account.mailingRegionCode,
      mobile: personal.open(account.mobileSealed, 'public_account.mobile')!,
      phone: personal.open(account.phoneSealed, 'public_account.phone'),
      email: personal.open(account.emailSealed, 'public_account.email'),
      birthDate: account.birthDate,
      ethnicity: account.ethnicity,
      politicalStatus: account.politicalStatus,
      occupation: account.occupation,
      employer: account.employer,
      postcode: account.postcode,
      residencyStatus: account.residencyStatus,
    };
  }
}

/** What is given replaces what is stored; name, sex and ID type stay whatever is given. */
function merged(before: ProfileFacts, change: ProfileChange): ProfileInput {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
  return { ...before, ...given, name: before.name, sex: before.sex, idType: before.idType };
}
