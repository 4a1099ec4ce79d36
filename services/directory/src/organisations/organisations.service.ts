import { Refusal, refuse } from '@junxian/errors';
import type { FieldCipher } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import { openPhone, sealPhone } from './contact-phone';
import {
  type BasicData,
  checkAdminPrefix,
  checkContactName,
  checkContactPhone,
  checkConversion,
  checkCreditCode,
  checkHeadcount,
  checkSealName,
  type OrganisationKind,
} from './organisation.rules';
import {
  duplicateName,
  findOrganisations,
  insertOrganisations,
  lockOrganisation,
  lockTree,
  newIds,
  type OrganisationRow,
  regionRange,
  storeChange,
  takenNames,
} from './organisation.store';
import { announce, type Caller } from './organisation-events';
import {
  checkOwnAdministrator,
  checkRegionBelow,
  checkSuperiorAdministrator,
  isAtOrAbove,
  SYSTEM_STAFF,
} from './organisation-tree.service';

export { assignOrganisationRegions, followRegionMoves } from './region-following.service';

export interface OrganisationInput extends BasicData {
  kind: OrganisationKind;
  regionCode: string;
  superiorId: string;
  adminPrefix: string | null;
}

/**
 * A superior's administrator creates a department, bureau or Party organisation below. Units come from
 * the registration sheet only (DI-ORG-02), so the new one is not `registered`. Throws UNIT_NEEDS_SHEET,
 * FORBIDDEN, NOT_FOUND, REGION_UNKNOWN, OUT_OF_REGION, REGION_NOT_BELOW_SUPERIOR, DUPLICATE_NAME and the
 * refusals of the single fields.
 */
export async function createOrganisation(
  tx: ScopedTransaction,
  caller: Caller,
  cipher: FieldCipher,
  input: OrganisationInput,
): Promise<OrganisationRow> {
  if (input.kind === 'UNIT') throw unitNeedsSheet();
  const today = caller.clock.today();
  const basic = checkBasicData(input);
  const adminPrefix = checkAdminPrefix(input.adminPrefix);
  await lockTree(tx);
  const superior = await currentSuperior(tx, input.superiorId, 'superiorId');
  await checkSuperiorAdministrator(tx, caller.principal, superior.id);
  await regionRange(tx, input.regionCode, today, 'regionCode');
  await checkRegionBelow(tx, input.regionCode, superior, today, 'regionCode');
  await checkNameFree(tx, basic.sealName);
  const { contactPhone, ...facts } = basic;
  const [id] = await newIds(tx, 1);
  await insertOrganisations(tx, [
    {
      ...facts,
      id: id!,
      kind: input.kind,
      regionCode: input.regionCode,
      superiorId: superior.id,
      adminPrefix,
      registered: false,
      contactPhoneSealed: sealPhone(cipher, contactPhone),
      validFrom: today,
    },
  ]);
  const created = (await findOrganisations(tx, [id!]))[0]!;
  await announce(tx, caller, 'ORGANISATION_REGISTERED', null, created);
  return created;
}

/** The changes of an update: what is left out stays, null clears. */
export type OrganisationChange = Partial<BasicData> & {
  kind?: OrganisationKind;
  adminPrefix?: string | null;
};

/**
 * Changes an organisation: basic data by its own administrator, kind and prefix by a superior's (DI-ORG-04);
 * a change of both needs both. Throws FORBIDDEN, NOT_FOUND, STALE_VERSION, ORGANISATION_REMOVED,
 * DUPLICATE_NAME, UNIT_NEEDS_SHEET, INVALID_INPUT (nothing to change) and the refusals of the single fields.
 */
export async function updateOrganisation(
  tx: ScopedTransaction,
  caller: Caller,
  cipher: FieldCipher,
  id: string,
  change: OrganisationChange,
  expectedVersion: number,
): Promise<OrganisationRow> {
  if (change.sealName !== undefined) await lockTree(tx);
  const before = await lockOrganisation(tx, id, expectedVersion);
  checkNotCleared(change);
  const { kind, adminPrefix, ...basicChange } = change;
  const structural = kind !== undefined || adminPrefix !== undefined;
  const basic = Object.values(basicChange).some((value) => value !== undefined);
  if (structural) await checkSuperiorAdministrator(tx, caller.principal, before.superiorId);
  if (basic || !structural) checkOwnAdministrator(caller.principal, before);
  checkCurrent(before);
  if (!structural && !basic) {
    throw refuse.invalid('input', { zh: '没有要修改的内容', en: 'There is nothing to change' });
  }
  if (kind === 'UNIT' && !before.registered) throw unitNeedsSheet();
  const { contactPhone, ...facts } = checkBasicData({
    ...before,
    contactPhone: openPhone(cipher, before.contactPhoneSealed),
    ...withoutUndefined(basicChange),
  });
  if (facts.sealName !== before.sealName) await checkNameFree(tx, facts.sealName);
  const after = await storeChange(tx, id, {
    sealName: facts.sealName,
    unifiedSocialCreditCode: facts.unifiedSocialCreditCode,
    headcount: facts.headcount,
    hasExtranet: facts.hasExtranet,
    contactName: facts.contactName,
    contactPhoneSealed:
      change.contactPhone === undefined ? before.contactPhoneSealed : sealPhone(cipher, contactPhone),
    kind: kind ?? before.kind,
    adminPrefix: adminPrefix === undefined ? before.adminPrefix : checkAdminPrefix(adminPrefix),
  });
  await announce(tx, caller, 'ORGANISATION_CHANGED', before, after);
  return after;
}

/**
 * Puts an organisation, with everything below it, under another superior. Only for the administrator of an
 * organisation that stands above both (DI-ORG-04). Throws FORBIDDEN, NOT_FOUND, STALE_VERSION, CYCLE,
 * ORGANISATION_REMOVED, REGION_NOT_BELOW_SUPERIOR.
 */
export async function moveOrganisation(
  tx: ScopedTransaction,
  caller: Caller,
  id: string,
  newSuperiorId: string,
  expectedVersion: number,
): Promise<OrganisationRow> {
  await lockTree(tx);
  const before = await lockOrganisation(tx, id, expectedVersion);
  await checkSuperiorAdministrator(tx, caller.principal, before.superiorId);
  const superior = await currentSuperior(tx, newSuperiorId, 'newSuperiorId');
  await checkSuperiorAdministrator(tx, caller.principal, superior.id);
  checkCurrent(before);
  if (await isAtOrAbove(tx, id, superior.id)) {
    throw new Refusal(
      'CYCLE',
      {
        zh: '新的上级单位是本单位或其下级，请选择其他上级单位',
        en: 'The new superior is the organisation itself or lies below it; choose another',
      },
      { field: 'newSuperiorId' },
    );
  }
  await checkRegionBelow(tx, before.regionCode, superior, caller.clock.today(), 'newSuperiorId');
  const after = await storeChange(tx, id, { superiorId: superior.id });
  await announce(tx, caller, 'ORGANISATION_MOVED', before, after);
  return after;
}

/**
 * Records that a unit was turned into an enterprise on a date (DI-ORG-03). Throws NOT_FOUND, STALE_VERSION,
 * ORGANISATION_REMOVED and the refusals of `checkConversion`.
 */
export async function markConverted(
  tx: ScopedTransaction,
  caller: Caller,
  id: string,
  convertedOn: string,
  expectedVersion: number,
): Promise<OrganisationRow> {
  const before = await lockOrganisation(tx, id, expectedVersion);
  checkCurrent(before);
  checkConversion(before, convertedOn, caller.clock.today());
  const after = await storeChange(tx, id, { convertedToEnterpriseOn: convertedOn });
  await announce(tx, caller, 'ORGANISATION_CONVERTED', before, after);
  return after;
}

/**
 * Removes an organisation, reversibly (DI-ORG-05), by a superior's administrator or, for the top of a tree,
 * by staff. Refused while it has subordinates or accounts that can sign in: they would stand nowhere.
 * Throws FORBIDDEN, NOT_FOUND, STALE_VERSION, ORGANISATION_REMOVED, HAS_SUBORDINATES, HAS_ACCOUNTS.
 */
export async function removeOrganisation(
  tx: ScopedTransaction,
  caller: Caller,
  id: string,
  expectedVersion: number,
): Promise<OrganisationRow> {
  await lockTree(tx);
  const before = await lockOrganisation(tx, id, expectedVersion);
  await checkMayRemove(tx, caller, before);
  checkCurrent(before);
  const [use] = await tx.query<{ has_subordinates: boolean; has_accounts: boolean }>(
    'SELECT * FROM di_org_05_in_use($1)',
    [id],
  );
  if (use!.has_subordinates) {
    throw new Refusal('HAS_SUBORDINATES', {
      zh: '该单位还有下级单位，请先调整或撤销下级单位',
      en: 'It has subordinates; move or remove them first',
    });
  }
  if (use!.has_accounts) {
    throw new Refusal('HAS_ACCOUNTS', {
      zh: '该单位还有未停用的账号，请先停用账号',
      en: 'It has accounts in use; disable them first',
    });
  }
  const after = await storeChange(tx, id, { validTo: caller.clock.today() });
  await announce(tx, caller, 'ORGANISATION_REMOVED', before, after);
  return after;
}

/**
 * Brings a removed organisation back as it was (DI-ORG-05). Throws FORBIDDEN, NOT_FOUND, STALE_VERSION,
 * NOT_REMOVED, SUPERIOR_REMOVED, DUPLICATE_NAME when its name has been taken meanwhile.
 */
export async function restoreOrganisation(
  tx: ScopedTransaction,
  caller: Caller,
  id: string,
  expectedVersion: number,
): Promise<OrganisationRow> {
  await lockTree(tx);
  const before = await lockOrganisation(tx, id, expectedVersion);
  await checkMayRemove(tx, caller, before);
  if (before.validTo === null) {
    throw new Refusal(
      'NOT_REMOVED',
      { zh: '该单位未被撤销，无需恢复', en: 'It has not been removed' },
      { field: 'id' },
    );
  }
  const superior =
    before.superiorId === null ? undefined : (await findOrganisations(tx, [before.superiorId]))[0];
  if (superior !== undefined && superior.validTo !== null) {
    throw new Refusal('SUPERIOR_REMOVED', {
      zh: '其上级单位已被撤销，请先恢复上级单位',
      en: 'Its superior is removed; restore the superior first',
    });
  }
  await checkNameFree(tx, before.sealName);
  const after = await storeChange(tx, id, { validTo: null });
  await announce(tx, caller, 'ORGANISATION_RESTORED', before, after);
  return after;
}

async function checkMayRemove(
  tx: ScopedTransaction,
  caller: Caller,
  organisation: OrganisationRow,
): Promise<void> {
  if (organisation.superiorId === null && caller.principal.roles.includes(SYSTEM_STAFF)) return;
  await checkSuperiorAdministrator(tx, caller.principal, organisation.superiorId);
}

function checkBasicData(data: BasicData): BasicData {
  return {
    sealName: checkSealName(data.sealName),
    unifiedSocialCreditCode: checkCreditCode(data.unifiedSocialCreditCode),
    headcount: checkHeadcount(data.headcount),
    hasExtranet: data.hasExtranet,
    contactName: checkContactName(data.contactName),
    contactPhone: checkContactPhone(data.contactPhone),
  };
}

async function checkNameFree(tx: ScopedTransaction, sealName: string): Promise<void> {
  if ((await takenNames(tx, [sealName])).size > 0) throw duplicateName();
}

async function currentSuperior(tx: ScopedTransaction, id: string, field: string): Promise<OrganisationRow> {
  const [superior] = await findOrganisations(tx, [id]);
  if (superior === undefined || superior.validTo !== null) throw refuse.notFound(field);
  return superior;
}

function checkCurrent(organisation: OrganisationRow): void {
  if (organisation.validTo === null) return;
  throw new Refusal(
    'ORGANISATION_REMOVED',
    { zh: '该单位已被撤销，请先恢复', en: 'The organisation is removed; restore it first' },
    { field: 'id' },
  );
}

function unitNeedsSheet(): Refusal {
  return new Refusal(
    'UNIT_NEEDS_SHEET',
    {
      zh: '单位须通过批量新增单位表登记，请联系系统维护人员',
      en: 'Units are registered by the batch sheet; ask the system staff',
    },
    { field: 'kind' },
  );
}

/** GraphQL lets null through where a value may be left out; these three cannot be empty. */
function checkNotCleared(
  change: { [Field in keyof OrganisationChange]: OrganisationChange[Field] | null },
): void {
  for (const field of ['sealName', 'hasExtranet', 'kind'] as const) {
    if (change[field] === null) {
      throw refuse.invalid(field, { zh: '该项不能为空，请填写', en: 'This cannot be empty; give a value' });
    }
  }
}

function withoutUndefined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
