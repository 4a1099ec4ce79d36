import { Refusal } from '@junxian/errors';

const SETTLED = {
  CONFIRMED: {
    zh: '该退回申请已经同意，信访件已退回转来机构',
    en: 'The return was already confirmed; the item is back with its sender',
  },
  REFUSED: {
    zh: '该退回申请已被拒绝，请继续办理',
    en: 'The return was already refused; go on handling the item',
  },
  WITHDRAWN: {
    zh: '该退回申请已由申请单位撤销，请刷新列表',
    en: 'The request was withdrawn by the organisation that asked; reload the list',
  },
} as const;

/** RETURN_DECIDED: says what has become of a request that is no longer pending. */
export function returnNotPending(state: keyof typeof SETTLED): Refusal {
  return new Refusal('RETURN_DECIDED', SETTLED[state], { details: { state }, httpStatus: 409 });
}

/** Refuses returning an item to an organisation that exists no more. */
export const senderRemoved = (): Refusal =>
  new Refusal(
    'SENDER_REMOVED',
    {
      zh: '转来机构已撤销，不能退回；请继续办理，或请上级信访部门协调',
      en: 'The organisation that sent the item was removed; go on handling it, or ask the bureau above',
    },
    { httpStatus: 409 },
  );
