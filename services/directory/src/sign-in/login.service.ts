import type { Clock } from '@junxian/calendar';
import { isRefusal, type Refusal } from '@junxian/errors';
import { serviceScope } from '@junxian/identity';
import { AccountLocked, recordEvent } from '@junxian/messaging';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import {
  ACCOUNT_COLUMNS,
  type Account,
  accountById,
  lockAccount,
  passwordHashOf,
} from '../accounts/accounts.service';
import type { PasswordHasher } from '../accounts/password-hasher';
import type { PersonalData } from '../accounts/personal-data';
import { type RealmPolicy, realmPolicy } from '../accounts/realm-policy.service';
import type { ActingAppointment } from '../appointments/appointments.service';
import { type AuditActor, recordAudit } from '../audit/audit.service';
import { SERVICE_SCOPES } from '../service-scopes';
import { endSessionsInRealm } from '../sessions/revocation.service';
import { type OpenedSession, openSession } from '../sessions/session-opening.service';
import { checkOperatorName } from '../sessions/session-slot.rules';
import type { AccessToken, AccessTokenIssuer } from './access-tokens';
import type { CaptchaAnswer, CaptchaService } from './captcha.service';
import { type AttemptDecision, decideAttempt } from './lockout.rules';
import { loginStateForUpdate, saveLoginState } from './login-state.service';
import {
  type Channel,
  checkAutoLogin,
  checkModule,
  type Module,
  mayEnter,
  needsCaptcha,
  type Realm,
} from './modules.rules';
import type { RateLimiter } from './rate-limit.service';
import type { SignInSettings } from './settings';
import { accountLocked, loginFailed } from './sign-in-refusals.rules';
import { StrangerLocks } from './stranger-locks.service';
import { synchroniseAtFirstEntry } from './synchronisation.service';

export interface LoginInput {
  realm: Realm;
  module: Module;
  channel: Channel;
  loginName: string;
  password: string;
  captcha?: CaptchaAnswer | null | undefined;
  operatorName?: string | null | undefined;
  keepSignedIn?: boolean | null | undefined;
}

/** What signing in, refreshing and switching give. */
export interface SignedIn extends AccessToken {
  refreshToken: string;
  account: Account;
  /** Null for a citizen. */
  appointment: ActingAppointment | null;
  appointments: ActingAppointment[];
}

export interface LoginDependencies {
  database: Database;
  clock: Clock;
  hasher: PasswordHasher;
  personalData: PersonalData;
  captchas: CaptchaService;
  rateLimiter: RateLimiter;
  tokens: AccessTokenIssuer;
  settings: SignInSettings;
}

interface Attempt {
  input: LoginInput;
  operatorName: string | null;
  policy: RealmPolicy;
  account: Account;
  /** The hash the password was compared with, before the account was locked. */
  comparedWith: string;
  fits: boolean;
  ip: string;
}

/**
 * Signing in. Runs in the service's own scope, since before it there is no caller. What is refused is
 * written down too: the refusal leaves the transaction as a value and is thrown after the commit.
 */
export class LoginService {
  private readonly strangers: StrangerLocks;

  constructor(private readonly deps: LoginDependencies) {
    this.strangers = new StrangerLocks(deps.personalData);
  }

  /**
   * Takes what was typed and the address it came from. Throws MODULE_NOT_OF_REALM, AUTO_LOGIN_NOT_OFFERED,
   * RATE_LIMITED, CAPTCHA_REQUIRED, CAPTCHA_WRONG, LOGIN_FAILED, ACCOUNT_LOCKED, ACCOUNT_DISABLED,
   * NO_APPOINTMENT or SESSION_IN_USE.
   */
  async login(input: LoginInput, ip: string): Promise<SignedIn> {
    const { database, hasher, rateLimiter, settings, clock } = this.deps;
    checkModule(input.realm, input.module);
    checkAutoLogin(input.channel, input.keepSignedIn ?? false);
    const operatorName = checkOperatorName(input.operatorName);
    await rateLimiter.admit(
      [
        { key: `login:${ip}:${input.loginName}`, limit: settings.loginRate },
        { key: `login-address:${ip}`, limit: settings.addressRate },
      ],
      clock.now(),
    );
    const scope = serviceScope(SERVICE_SCOPES.signIn);
    const { policy, found } = await database.read(scope, async (tx) => ({
      policy: await realmPolicy(tx, input.realm),
      found: await this.find(tx, input),
    }));
    if (needsCaptcha(input.module, policy)) {
      const refused = await this.deps.captchas.take(input.captcha ?? null, clock.now());
      if (refused !== null) throw await this.refuseStranger(input, operatorName, ip, async () => refused);
    }
    const fits = await hasher.fits(found?.hash ?? null, input.password);
    if (found === null)
      throw await this.refuseStranger(input, operatorName, ip, (tx) =>
        this.strangers.attempt(tx, input, policy, clock.now()),
      );
    const outcome = await database.write(scope, (tx) =>
      this.decide(tx, {
        input,
        operatorName,
        policy,
        account: found.account,
        comparedWith: found.hash,
        fits,
        ip,
      }),
    );
    if (isRefusal(outcome)) throw outcome;
    return this.withToken(outcome);
  }

  /** Signs the access token of a session that was opened or went on. */
  async withToken(opened: OpenedSession): Promise<SignedIn> {
    const { account, session, appointment, appointments, refreshToken, at } = opened;
    const subject = { account, sessionId: session.id, appointment, operatorName: session.operatorName };
    return {
      ...(await this.deps.tokens.issue(subject, at)),
      refreshToken,
      account,
      appointment,
      appointments,
    };
  }

  /** The account that may enter here by this name; an administrator's name is compared as it is, a person's by its index. */
  private async find(
    tx: ScopedTransaction,
    { loginName, realm, module }: LoginInput,
  ): Promise<{ account: Account; hash: string } | null> {
    const [found] = await tx.query<Account & { hash: string }>(
      `SELECT ${ACCOUNT_COLUMNS}, a.password_hash AS hash FROM account a
       WHERE a.login_name = $1 OR a.personal_name_index = $2`,
      [loginName, this.deps.personalData.index('loginName', loginName)],
    );
    if (found === undefined || !found.realms.includes(realm) || !mayEnter(found.kind, module)) return null;
    // Without a profile nobody could act: until then there is no such account.
    if (found.kind === 'CITIZEN' && found.status !== 'ACTIVE') return null;
    const { hash, ...account } = found;
    return { account: account as Account, hash };
  }

  private async decide(tx: ScopedTransaction, attempt: Attempt): Promise<OpenedSession | Refusal> {
    const { input, policy } = attempt;
    await lockAccount(tx, attempt.account.id);
    const now = this.deps.clock.now();
    const account = await accountById(tx, attempt.account.id);
    const decision = decideAttempt(
      await loginStateForUpdate(tx, account.id, input.realm),
      policy,
      await this.stillFits(tx, attempt),
      now,
    );
    if (decision.kind !== 'ACCEPTED') return this.refuseAttempt(tx, attempt, account, decision, now);
    const opened = await openSession(
      tx,
      account,
      {
        ...input,
        keepSignedIn: input.keepSignedIn ?? false,
        operatorName: attempt.operatorName,
        ip: attempt.ip,
      },
      { settings: this.deps.settings, today: this.deps.clock.today(), now },
    );
    if (isRefusal(opened)) {
      await this.audit(tx, attempt, account, now, 'SIGN_IN_FAILED', opened.code);
      return opened;
    }
    await saveLoginState(tx, account.id, input.realm, decision.next);
    await this.audit(tx, attempt, account, now, 'SIGNED_IN', null, opened.session.id);
    await synchroniseAtFirstEntry(
      tx,
      account,
      input.module,
      actorAs(account, attempt.operatorName, attempt.ip),
      now,
    );
    return opened;
  }

  /** The comparison was made before the account was locked; a password changed meanwhile is compared again. */
  private async stillFits(
    tx: ScopedTransaction,
    { account, comparedWith, fits, input }: Attempt,
  ): Promise<boolean> {
    const hash = await passwordHashOf(tx, account.id);
    return hash === comparedWith ? fits : this.deps.hasher.fits(hash, input.password);
  }

  private async refuseAttempt(
    tx: ScopedTransaction,
    attempt: Attempt,
    account: Account,
    decision: Exclude<AttemptDecision, { kind: 'ACCEPTED' }>,
    now: Date,
  ): Promise<Refusal> {
    const { realm } = attempt.input;
    const refusal = decision.kind === 'WRONG' ? loginFailed() : accountLocked(decision.lockedUntil, realm);
    if (decision.kind !== 'LOCKED') await saveLoginState(tx, account.id, realm, decision.next);
    await this.audit(
      tx,
      attempt,
      account,
      now,
      'SIGN_IN_FAILED',
      decision.kind === 'LOCKED' ? refusal.code : 'LOGIN_FAILED',
    );
    if (decision.kind === 'LOCKS') {
      await endSessionsInRealm(tx, account.id, realm, now);
      // Events speak of accounts of organisations; a citizen's lock concerns nobody else.
      if (account.kind !== 'CITIZEN')
        await recordEvent(tx, AccountLocked, {
          aggregateId: account.id,
          regionCode: account.regionCode,
          data: { accountId: account.id, organisationId: account.organisationId, realm },
          occurredAt: now,
        });
      await recordAudit(tx, {
        action: 'ACCOUNT_LOCKED',
        targetType: 'account',
        targetId: account.id,
        after: { realm, lockedUntil: decision.lockedUntil },
        outcome: 'OK',
        actor: actorAs(account, attempt.operatorName, attempt.ip),
        at: now,
      });
    }
    return refusal;
  }

  /** Decides and writes down an attempt that named no account that could enter; gives the refusal back. */
  private async refuseStranger(
    input: LoginInput,
    operatorName: string | null,
    ip: string,
    decide: (tx: ScopedTransaction) => Promise<Refusal>,
  ): Promise<Refusal> {
    const { realm, module, channel } = input;
    return this.deps.database.write(serviceScope(SERVICE_SCOPES.signIn), async (tx) => {
      const refusal = await decide(tx);
      await recordAudit(tx, {
        action: 'SIGN_IN_FAILED',
        targetType: 'account',
        targetId: null,
        after: { realm, module, channel, reason: refusal.code },
        outcome: 'REFUSED',
        actor: { accountId: null, operatorName, organisationId: null, regionCode: null, ip },
        at: this.deps.clock.now(),
      });
      return refusal;
    });
  }

  private async audit(
    tx: ScopedTransaction,
    { input: { realm, module, channel }, operatorName, ip }: Attempt,
    account: Account,
    at: Date,
    action: 'SIGNED_IN' | 'SIGN_IN_FAILED',
    reason: string | null,
    sessionId: string | null = null,
  ): Promise<void> {
    await recordAudit(tx, {
      action,
      targetType: 'account',
      targetId: account.id,
      after: { realm, module, channel, reason, sessionId },
      outcome: action === 'SIGNED_IN' ? 'OK' : 'REFUSED',
      actor: actorAs(account, operatorName, ip),
      at,
    });
  }
}

/** Before there is a principal the account itself acts, or somebody who pretends to be it. */
export function actorAs(account: Account, operatorName: string | null, ip: string | null): AuditActor {
  return {
    accountId: account.id,
    operatorName,
    organisationId: account.organisationId,
    regionCode: account.regionCode,
    ip,
  };
}
