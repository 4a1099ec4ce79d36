import { Refusal, refuse } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import { type AuditActor, recordAudit } from '../audit/audit.service';
import type { Caller } from '../caller';
import type { Realm } from '../sign-in/modules.rules';
import { announceCreated, appoint } from './account-opening';
import { insertAccount, type OfficerAccount } from './accounts.service';
import { checkMayCreateAdmin, ORG_ADMIN } from './authority.rules';
import { authorityIn } from './authority.service';
import { adminExists } from './extra-account.rules';
import { checkAdminLoginName, checkPrefix, generatedNames } from './login-name.rules';
import {
  type OrganisationFacts,
  organisationFacts,
  organisationsWithoutAdmin,
  registeredPrefix,
  stepsAbove,
  withoutAdmin,
} from './organisation-facts.service';
import { oneTimePassword, type RandomInt } from './password.rules';
import type { PasswordHasher } from './password-hasher';
import { passwordPolicyFor } from './realm-policy.service';

/** So many names in a row that citizens have taken are passed over; beyond that somebody is playing. */
const MOST_SKIPPED = 1_000;

/** So many administrators one call makes; whoever has more organisations calls again. */
export const MOST_AT_ONCE = 200;

export interface NewAdministrator {
  account: OfficerAccount;
  organisation: OrganisationFacts;
  loginName: string;
  /** Given out once, here; null where nobody waits for the answer. */
  oneTimePassword: string | null;
}

/** A password made ahead of the transaction, since hashing takes long. */
export interface Credential {
  password: string | null;
  hash: string;
}

/** Creates administrator accounts: one by a superior, or those that are missing below an organisation. */
export class AdministratorsService {
  constructor(
    private readonly hasher: PasswordHasher,
    private readonly randomInt: RandomInt,
  ) {}

  /**
   * Creates the administrator of an organisation (DI-ACC-01, 06, 07). Throws FORBIDDEN for anybody but its
   * superior, ADMIN_EXISTS, LOGIN_NAME_TAKEN, or what is wrong with the name. The one-time password is
   * in the answer and nowhere else.
   */
  async createAdmin(
    tx: ScopedTransaction,
    by: Caller,
    input: { organisationId: string; loginName: string; realms: readonly Realm[] },
  ): Promise<NewAdministrator> {
    const organisation = await organisationFacts(tx, input.organisationId, by.clock.today());
    checkMayCreateAdmin(organisation.kind, await authorityIn(tx, by, organisation));
    return this.open(tx, by, organisation, { ...input, isExtra: false });
  }

  /** Opens one administrator account whose creation was decided elsewhere; otherwise as {@link createAdmin}. */
  async open(
    tx: ScopedTransaction,
    by: Caller,
    organisation: OrganisationFacts,
    { loginName, realms, isExtra }: { loginName: string; realms: readonly Realm[]; isExtra: boolean },
  ): Promise<NewAdministrator> {
    checkAdminLoginName(loginName);
    checkOfficialRealms(realms);
    const credential = await this.credential(await passwordPolicyFor(tx, realms));
    const created = await this.insert(tx, by.actor, by.clock, organisation, loginName, credential, {
      realms,
      isExtra,
    });
    if (created === null) throw await this.whatIsTaken(tx, organisation.id, loginName, isExtra);
    await recordAudit(tx, {
      action: 'ACCOUNT_CREATED',
      targetType: 'account',
      targetId: created.id,
      after: { loginName, kind: 'ADMIN', organisationId: organisation.id, realms, isExtra },
      outcome: 'OK',
      actor: by.actor,
      at: by.clock.now(),
    });
    return { account: created, organisation, loginName, oneTimePassword: credential.password };
  }

  /** The organisations at and below a root that lack an administrator and whose superior the caller is; FORBIDDEN above or beside the caller. */
  async candidates(tx: ScopedTransaction, by: Caller, rootId: string): Promise<OrganisationFacts[]> {
    const { principal, clock } = by;
    await organisationFacts(tx, rootId, clock.today(), 'rootId');
    const steps = await stepsAbove(tx, principal.organisationId, rootId);
    if (steps === null || !principal.roles.includes(ORG_ADMIN)) throw refuse.forbidden('rootId');
    return organisationsWithoutAdmin(tx, rootId, clock.today(), principal.organisationId, MOST_AT_ONCE + 1);
  }

  /** Passwords for so many accounts of these realms, hashed before any lock is taken. */
  async credentials(tx: ScopedTransaction, realms: readonly Realm[], count: number): Promise<Credential[]> {
    checkOfficialRealms(realms);
    const policy = await passwordPolicyFor(tx, realms);
    return Promise.all(Array.from({ length: Math.min(count, MOST_AT_ONCE) }, () => this.credential(policy)));
  }

  /** Hashes that no password fits, for accounts nobody waits for: a superior hands out the first password by a reset. */
  unusableCredentials(count: number): Promise<Credential[]> {
    return Promise.all(
      Array.from({ length: count }, async () => ({ password: null, hash: await this.hasher.unusable() })),
    );
  }

  /**
   * Makes the administrators that are missing at and below a root (DI-ACC-04), names from prefix and serial
   * (DI-ACC-05). Run twice, or twice at once, it makes each only once. Returns those made now and how many
   * organisations still lack one.
   */
  async generate(
    tx: ScopedTransaction,
    by: Caller,
    input: { rootId: string; prefix: string; realms: readonly Realm[] },
    credentials: readonly Credential[],
  ): Promise<{ made: NewAdministrator[]; remaining: number }> {
    checkPrefix(input.prefix, await registeredPrefix(tx, input.rootId));
    await lockPrefix(tx, input.prefix);
    const wanting = await this.candidates(tx, by, input.rootId);
    const made = await this.fill(tx, by.actor, by.clock, wanting, input, credentials);
    return { made, remaining: wanting.length - made.length };
  }

  /** As {@link generate}, for organisations another service named in an event. */
  async generateFor(
    tx: ScopedTransaction,
    actor: AuditActor,
    clock: Caller['clock'],
    input: { organisationIds: readonly string[]; prefix: string; realms: readonly Realm[] },
  ): Promise<NewAdministrator[]> {
    checkPrefix(input.prefix, null);
    await lockPrefix(tx, input.prefix);
    const wanting = await withoutAdmin(tx, input.organisationIds, clock.today());
    return this.fill(tx, actor, clock, wanting, input, await this.unusableCredentials(wanting.length));
  }

  private async fill(
    tx: ScopedTransaction,
    actor: AuditActor,
    clock: Caller['clock'],
    wanting: readonly OrganisationFacts[],
    { prefix, realms }: { prefix: string; realms: readonly Realm[] },
    credentials: readonly Credential[],
  ): Promise<NewAdministrator[]> {
    const made: NewAdministrator[] = [];
    let serial = await lastSerial(tx, prefix);
    for (const [index, credential] of credentials.slice(0, wanting.length).entries()) {
      const organisation = wanting[index]!;
      for (let skipped = 0; skipped < MOST_SKIPPED; skipped += 1) {
        const [loginName] = generatedNames(prefix, serial, 1);
        serial += 1;
        const account = await this.insert(tx, actor, clock, organisation, loginName!, credential, {
          realms,
          isExtra: false,
        });
        if (account !== null) {
          made.push({ account, organisation, loginName: loginName!, oneTimePassword: credential.password });
          break;
        }
        // Somebody created this one by hand while we were at it; else a citizen has taken the name.
        if (await hasAdmin(tx, organisation.id)) break;
      }
    }
    if (made.length > 0) {
      await recordAudit(tx, {
        action: 'ADMINISTRATORS_GENERATED',
        targetType: 'organisation',
        targetId: made[0]!.organisation.id,
        after: { prefix, accounts: made.map(({ account, loginName }) => ({ id: account.id, loginName })) },
        outcome: 'OK',
        actor,
        at: clock.now(),
      });
    }
    return made;
  }

  private async insert(
    tx: ScopedTransaction,
    actor: AuditActor,
    clock: Caller['clock'],
    organisation: OrganisationFacts,
    loginName: string,
    credential: Credential,
    { realms, isExtra }: { realms: readonly Realm[]; isExtra: boolean },
  ): Promise<OfficerAccount | null> {
    const account = await insertAccount(tx, {
      kind: 'ADMIN',
      loginName,
      personalName: null,
      organisationId: organisation.id,
      regionCode: organisation.regionCode,
      realName: null,
      phone: null,
      idNumber: null,
      citizenId: null,
      realms,
      passwordHash: credential.hash,
      isExtra,
      createdAt: clock.now(),
    });
    if (account === null) return null;
    await appoint(tx, account, actor.accountId, clock);
    await announceCreated(tx, account, clock.now());
    return account;
  }

  private async credential(policy: Parameters<typeof oneTimePassword>[0]): Promise<Credential> {
    const password = oneTimePassword(policy, this.randomInt);
    return { password, hash: await this.hasher.hash(password) };
  }

  private async whatIsTaken(
    tx: ScopedTransaction,
    organisationId: string,
    loginName: string,
    isExtra: boolean,
  ): Promise<Refusal> {
    return !isExtra && (await hasAdmin(tx, organisationId)) ? adminExists() : loginNameTaken(loginName);
  }
}

/** Citizens sign up in the PUBLIC realm by themselves; no official account enters it. */
export function checkOfficialRealms(realms: readonly Realm[]): void {
  if (realms.length > 0 && !realms.includes('PUBLIC')) return;
  throw refuse.invalid('realms', {
    zh: '请至少选择一个业务系统；公众登录域仅供公民本人使用',
    en: 'Choose at least one realm; the public realm is for citizens themselves',
  });
}

async function hasAdmin(tx: ScopedTransaction, organisationId: string): Promise<boolean> {
  const found = await tx.query(
    `SELECT FROM account WHERE organisation_id = $1 AND kind = 'ADMIN' AND NOT is_extra AND status <> 'DISABLED'`,
    [organisationId],
  );
  return found.length > 0;
}

function loginNameTaken(loginName: string): Refusal {
  return new Refusal(
    'LOGIN_NAME_TAKEN',
    {
      zh: `登录名 ${loginName} 已被使用，请换一个`,
      en: `The login name ${loginName} is in use; choose another`,
    },
    { field: 'loginName', httpStatus: 409 },
  );
}

async function lockPrefix(tx: ScopedTransaction, prefix: string): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('administrator-prefix:' || $1, 0))`, [
    prefix,
  ]);
}

async function lastSerial(tx: ScopedTransaction, prefix: string): Promise<number> {
  const [row] = await tx.query<{ last: number }>('SELECT di_acc_04_last_serial($1) AS last', [prefix]);
  return row?.last ?? 0;
}
