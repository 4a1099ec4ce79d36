import { ancestorsByCode } from '@junxian/administrative-region';
import { Refusal, refuse } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import { caseForChange, noteOnCase } from '../cases/case-changes.service';
import { isOpen } from '../cases/case-state.rules';
import { openTask, recordHandling } from '../cases/custody.service';
import type { Features } from '../features';
import { Faults, TEXT_LIMITS } from '../texts.rules';
import { checkRole } from './may-handle.rules';
import type { Handled } from './passing-on.service';
import { organisationsOf, ownOrganisation } from './routing.service';

/**
 * Supervises 督办 the organisation that holds an item: the bureau of its region or above presses it, and it finds
 * the text in its unit inbox. Throws FEATURE_DISABLED while the feature is off (PT-HND-09), FORBIDDEN, NOT_FOUND, STALE_VERSION, WRONG_STATE, FIELD_REQUIRED.
 */
export async function supervise(
  tx: ScopedTransaction,
  input: { caseItemId: string; expectedVersion: number; text: string },
  features: Features,
  officer: Officer,
  at: Date,
): Promise<Handled> {
  if (!features.supervise) throw featureDisabled();
  checkRole(officer, 'HANDLER', 'SUPERVISOR');
  const faults = new Faults();
  const opinion = faults.text('text', input.text, TEXT_LIMITS.OPINION);
  faults.throwIfAny();
  const item = await caseForChange(tx, input.caseItemId, input.expectedVersion);
  if (!isOpen(item.state)) throw alreadyCompleted();
  const bureau = await ownOrganisation(tx, officer);
  const [unit] = await organisationsOf(tx, [item.custodianOrganisationId], 'caseItemId');
  const isAbove = ancestorsByCode(unit!.regionCode).includes(bureau.regionCode);
  if (!bureau.isBureau || !isAbove || unit!.id === bureau.id) throw refuse.forbidden();
  const record = await recordHandling(tx, {
    item,
    mode: 'SUPERVISE',
    fromOrganisationId: bureau.id,
    officerId: officer.accountId,
    destinationOrganisationId: unit!.id,
    opinion,
    at,
  });
  await openTask(tx, {
    caseItemId: item.id,
    kind: 'HANDLE',
    state: 'UNIT_INBOX',
    organisationId: unit!.id,
    regionCode: unit!.regionCode,
    handlingRecordId: record.id,
    receivedAt: at,
  });
  await noteOnCase(tx, item, {
    action: 'SUPERVISE',
    actor: officer,
    at,
    subjectId: record.id,
    details: { to: unit!.id },
  });
  return { item, record };
}

const featureDisabled = () =>
  new Refusal('FEATURE_DISABLED', {
    zh: '督办功能未启用，请使用催办',
    en: 'Supervision as a handling mode is switched off; send a reminder instead',
  });
const alreadyCompleted = () =>
  new Refusal(
    'WRONG_STATE',
    { zh: '该信访件已办结，无需督办', en: 'The item is completed; there is nothing to supervise' },
    { httpStatus: 409 },
  );
