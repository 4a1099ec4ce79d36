import type { Clock } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { checkCitizenNumber } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import { recordAudit, systemActor } from '../audit/audit.service';
import type { Caller } from '../caller';
import type { Realm } from '../sign-in/modules.rules';
import { announceCreated, appoint } from './account-opening';
import {
  ACCOUNT_COLUMNS,
  insertAccount,
  lockAccount,
  type OfficerAccount,
  officerById,
} from './accounts.service';
import { ORG_ADMIN } from './authority.rules';
import { refuseUnlessManages } from './authority.service';
import { personalLoginName } from './login-name.rules';
import { organisationFacts, stepsAbove } from './organisation-facts.service';
import { oneTimePassword, type RandomInt } from './password.rules';
import type { PasswordHasher } from './password-hasher';
import type { PersonalData, SealedValue } from './personal-data';
import { checkRealName } from './real-name.rules';
import { passwordPolicyFor } from './realm-policy.service';
import { moveAccount } from './standing.service';

const REALMS: readonly Realm[] = ['PARTY'];

export interface OpenPersonAccountInput {
  organisationId: string;
  realName: string;
  idNumber: string;
  mobile?: string | null | undefined;
  landline?: string | null | undefined;
}

interface Details {
  realName: string;
  name: SealedValue;
  phone: SealedValue | null;
  idNumber: SealedValue;
  citizenId: string;
  passwordHash: string;
}

/** Accounts of persons in the Party realm (DI-ACC-12). */
export class PersonAccountsService {
  constructor(
    private readonly hasher: PasswordHasher,
    private readonly randomInt: RandomInt,
    private readonly personalData: PersonalData,
  ) {}

  /**
   * Opens a member's account in a branch, by the branch's own administrator or a superior. The login name
   * follows DI-ACC-12; one that another account holds is refused with LOGIN_NAME_TAKEN, which names the
   * organisation that holds it. An account the member register asked for is completed instead of doubled.
   * Returns it with its one-time password, given out here and nowhere else.
   */
  async open(
    tx: ScopedTransaction,
    by: Caller,
    input: OpenPersonAccountInput,
  ): Promise<{ account: OfficerAccount; loginName: string; oneTimePassword: string }> {
    const today = by.clock.today();
    const organisation = await organisationFacts(tx, input.organisationId, today);
    const steps = await stepsAbove(tx, by.principal.organisationId, organisation.id);
    if (steps === null || !by.principal.roles.includes(ORG_ADMIN)) throw refuse.forbidden('organisationId');

    const { normalised, birthDate } = checkCitizenNumber(input.idNumber, 'idNumber', today);
    const realName = checkRealName(input.realName);
    const { name, form } = personalLoginName({ ...input, idNumber: normalised, birthDate, today });
    const citizenId = this.personalData.citizenId(normalised);
    const sealedName = this.personalData.seal('loginName', name);
    await lockNameAndCitizen(tx, sealedName.index, citizenId);
    await refuseTaken(tx, sealedName.index, citizenId, organisation.id);

    const password = oneTimePassword(await passwordPolicyFor(tx, REALMS), this.randomInt);
    const details: Details = {
      realName,
      name: sealedName,
      phone: form === 'ID_TAIL' ? null : this.personalData.seal('phone', name),
      idNumber: this.personalData.seal('idNumber', normalised),
      citizenId,
      passwordHash: await this.hasher.hash(password),
    };
    const account =
      (await this.complete(tx, by, details, organisation.id)) ??
      (await this.insert(tx, organisation, details.citizenId, by.clock, by.principal.accountId, details));
    await recordAudit(tx, {
      action: 'ACCOUNT_CREATED',
      targetType: 'account',
      targetId: account.id,
      after: {
        kind: 'PERSON',
        organisationId: organisation.id,
        citizenId: details.citizenId,
        nameForm: form,
      },
      outcome: 'OK',
      actor: by.actor,
      at: by.clock.now(),
    });
    return { account, loginName: name, oneTimePassword: password };
  }

  /**
   * Makes room for a member that the register announced: an account without a name or a usable password,
   * which the branch completes. One that is there already moves to the member's branch. Announcing the same twice changes nothing.
   */
  async followMember(
    tx: ScopedTransaction,
    member: { citizenId: string; organisationId: string },
    clock: Clock,
  ): Promise<OfficerAccount> {
    const organisation = await organisationFacts(tx, member.organisationId, clock.today());
    await lockNameAndCitizen(tx, '', member.citizenId);
    const [known] = await tx.query<OfficerAccount>(
      `SELECT ${ACCOUNT_COLUMNS} FROM account a
       WHERE a.citizen_id = $1 AND a.kind = 'PERSON' AND 'PARTY' = ANY(a.realms) ORDER BY a.id LIMIT 1`,
      [member.citizenId],
    );
    if (known !== undefined) {
      await lockAccount(tx, known.id);
      return moveAccount(tx, known, organisation, systemActor(organisation.regionCode), clock);
    }
    return this.insert(tx, organisation, member.citizenId, clock, null, null);
  }

  private async insert(
    tx: ScopedTransaction,
    organisation: { id: string; regionCode: string },
    citizenId: string,
    clock: Clock,
    grantedBy: string | null,
    details: Details | null,
  ): Promise<OfficerAccount> {
    const account = await insertAccount(tx, {
      kind: 'PERSON',
      loginName: null,
      personalName: details?.name ?? null,
      organisationId: organisation.id,
      regionCode: organisation.regionCode,
      realName: details?.realName ?? null,
      phone: details?.phone ?? null,
      idNumber: details?.idNumber ?? null,
      citizenId,
      realms: REALMS,
      passwordHash: details?.passwordHash ?? (await this.hasher.unusable()),
      isExtra: false,
      createdAt: clock.now(),
    });
    if (account === null) throw loginNameTaken(null);
    await appoint(tx, account, grantedBy, clock);
    await announceCreated(tx, account, clock.now());
    return account;
  }

  /** Gives the account that was opened for this citizen in this organisation its name and password; null when there is none without a name. */
  private async complete(
    tx: ScopedTransaction,
    by: Caller,
    details: Details,
    organisationId: string,
  ): Promise<OfficerAccount | null> {
    const [waiting] = await tx.query<{ id: string }>(
      `SELECT id FROM account WHERE citizen_id = $1 AND organisation_id = $2 AND kind = 'PERSON' AND personal_name_index IS NULL`,
      [details.citizenId, organisationId],
    );
    if (waiting === undefined) return null;
    await lockAccount(tx, waiting.id);
    // Whoever is handed its first password could act for every post it has been given meanwhile.
    await refuseUnlessManages(tx, by, await officerById(tx, waiting.id));
    const [account] = await tx.query<OfficerAccount>(
      `UPDATE account AS a SET personal_name_sealed = $3, personal_name_index = $4, real_name = $5, phone_sealed = $6,
         phone_index = $7, id_number_sealed = $8, id_number_index = $9, password_hash = $10, version = version + 1
       WHERE id = $1 AND citizen_id = $2 AND personal_name_index IS NULL RETURNING ${ACCOUNT_COLUMNS}`,
      [
        waiting.id,
        details.citizenId,
        details.name.sealed,
        details.name.index,
        details.realName,
        details.phone?.sealed ?? null,
        details.phone?.index ?? null,
        details.idNumber.sealed,
        details.idNumber.index,
        details.passwordHash,
      ],
    );
    return account ?? null;
  }
}

/** Makes looking whether a name or a citizen has an account and opening one a single step. */
async function lockNameAndCitizen(
  tx: ScopedTransaction,
  nameIndex: string,
  citizenId: string,
): Promise<void> {
  await tx.query(
    `SELECT pg_advisory_xact_lock(hashtextextended(key, 0))
     FROM (SELECT key FROM unnest($1::text[]) AS given(key) ORDER BY key) AS ordered`,
    [[`personal-name:${nameIndex}`, `person-account:${citizenId}`]],
  );
}

/** Looks beyond the caller's scope, by DI-ACC-12's own function, which gives back the holder's name and nothing else. */
async function refuseTaken(
  tx: ScopedTransaction,
  nameIndex: string,
  citizenId: string,
  organisationId: string,
): Promise<void> {
  const [holder] = await tx.query<{ organisation: string | null }>(
    'SELECT di_acc_12_holder($1, $2, $3) AS organisation',
    [nameIndex, citizenId, organisationId],
  );
  if (holder?.organisation) throw loginNameTaken(holder.organisation);
}

function loginNameTaken(organisation: string | null): Refusal {
  return new Refusal(
    'LOGIN_NAME_TAKEN',
    organisation === null
      ? { zh: '该登录名已被使用，请核对后重试', en: 'The login name is in use; check it and try again' }
      : {
          zh: `该号码或该人员已在“${organisation}”开通账号，请联系该组织核实或办理转接`,
          en: `“${organisation}” holds an account of this number or person; ask it to check, or to transfer the member`,
        },
    { field: 'mobile', details: organisation === null ? {} : { organisation }, httpStatus: 409 },
  );
}
