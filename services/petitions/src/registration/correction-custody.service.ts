import { Refusal } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { CaseItem } from '../cases/case.types';
import { caseForChange } from '../cases/case-changes.service';
import { checkTransition } from '../cases/case-state.rules';
import { custodyTask } from '../cases/custody.service';

/**
 * Locks an item whose registered data an officer may correct: it is open, the officer's organisation holds it, and it neither waits
 * for a leader nor for a return (PT-REG-04, PT-VIS-04, PT-APR-01). Registrar, handler and interviewer of that organisation alike: the roles
 * are asked for in the schema. Throws NOT_FOUND, STALE_VERSION, WRONG_STATE, NOT_CUSTODIAN, ITEM_READ_ONLY.
 */
export async function itemForCorrection(
  tx: ScopedTransaction,
  caseItemId: string,
  expectedVersion: number | null,
  officer: Officer,
): Promise<CaseItem> {
  const item = await caseForChange(tx, caseItemId, expectedVersion);
  checkTransition('CORRECT', item.state);
  const task = await custodyTask(tx, item.id);
  if (task === undefined || task.organisationId !== officer.organisationId) throw notCustodian();
  if (task.state === 'IN_APPROVAL' || task.state === 'RETURN_PENDING') throw readOnly();
  return item;
}

const notCustodian = () =>
  new Refusal(
    'NOT_CUSTODIAN',
    {
      zh: '该信访件目前不由本单位办理，登记信息请由当前办理机构更正',
      en: 'Your organisation does not hold the item now; the one that does corrects its data',
    },
    { httpStatus: 409 },
  );

const readOnly = () =>
  new Refusal(
    'ITEM_READ_ONLY',
    {
      zh: '该信访件正在送审或申请退回，处理完成后才能修改',
      en: 'The item waits for a leader or for a return; it can be corrected afterwards',
    },
    { httpStatus: 409 },
  );
