import { Refusal, refuse } from '@junxian/errors';
import type { OrgTask, TaskKind } from '../cases/case.types';

const roles = (...names: string[]) => names.map((name) => `petitions:${name}`);

/** Roles by which a colleague may be given a to-do; kinds that are not here are passed on by their own rooms. */
const RECIPIENTS: Partial<Record<TaskKind, readonly string[]>> = {
  HANDLE: roles('HANDLER', 'RECEIVER', 'ONLINE_REGISTRAR', 'LETTER_REGISTRAR', 'VISIT_REGISTRAR'),
  REPORT_REVIEW: roles('HANDLER', 'LEADER'),
  PETITIONER_DECEASED: roles(
    'HANDLER',
    'RECEIVER',
    'ONLINE_REGISTRAR',
    'LETTER_REGISTRAR',
    'VISIT_REGISTRAR',
    'REVIEW_HANDLER',
  ),
  REPORT_SENT_BACK: roles('HANDLER', 'ONLINE_REGISTRAR', 'LETTER_REGISTRAR', 'VISIT_REGISTRAR'),
};

/** Roles by which somebody may hold an item that came back to their organisation. */
export const HOLDER_ROLES: readonly string[] = RECIPIENTS.HANDLE!;

/** Roles by which a colleague may be given a task of a kind. Throws NOT_SENDABLE for kinds that other pages pass on. */
export function recipientRoles(kind: TaskKind): readonly string[] {
  const allowed = RECIPIENTS[kind];
  if (allowed === undefined) throw notSendable();
  return allowed;
}

/**
 * Throws ALREADY_TAKEN, TASK_CANCELLED or WRONG_TASK_STATE unless the task lies in the unit inbox (PT-TSK-02), and NOT_SENDABLE for the approval of a
 * leader who left: nobody decides in another's place, the submitter asks anew.
 */
export function checkInInbox({ state, kind }: Pick<OrgTask, 'state' | 'kind'>): void {
  if (state === 'UNIT_INBOX') {
    if (kind === 'APPROVAL') throw leaderLeft();
    return;
  }
  if (state === 'CANCELLED') throw taskCancelled();
  throw state === 'TODO' ? alreadyTaken() : wrongTaskState(state);
}

/** Throws unless the task is a to-do in the officer's own hands: NOT_HOLDER, NOT_TAKEN, TASK_CANCELLED or WRONG_TASK_STATE. */
export function checkInHand(
  { state, holderId }: Pick<OrgTask, 'state' | 'holderId'>,
  { accountId }: { accountId: string },
): void {
  if (state === 'UNIT_INBOX') throw notTaken();
  if (state === 'CANCELLED') throw taskCancelled();
  if (state !== 'TODO') throw wrongTaskState(state);
  if (holderId !== accountId) throw notHolder();
}

/**
 * Whether a to-do may be set done 设为已办 (3.4). Throws WRONG_TASK_KIND (other kinds end by their own action), CUSTODY_OPEN (the item must first be
 * handed on or completed), RESULT_AWAITED (the own organisation still waits for a result).
 */
export function checkMayBeDone(
  { kind, custody }: Pick<OrgTask, 'kind' | 'custody'>,
  awaitsResult: boolean,
): void {
  // It ends with the report; but where the result has come another way, there is none to hand in.
  if (kind === 'REPORT_SENT_BACK') return;
  if (kind !== 'HANDLE') throw wrongKind();
  if (custody) throw custodyOpen();
  if (awaitsResult) throw resultAwaited();
}

export interface TakeBackFacts {
  task: Pick<OrgTask, 'kind' | 'state' | 'doneBy' | 'holderId'>;
  /** The task was set done, not handed on. */
  setDone: boolean;
  /** The task that has the custody now and came from this one, if any. */
  successor: Pick<OrgTask, 'state' | 'openedAt'> | undefined;
  noticeFiled: boolean;
  accountId: string;
}

/**
 * Whether somebody may take back 收回 what they handed on or set done (3.4, scenario 27). Throws NOT_LAST_ACTOR or CANNOT_TAKE_BACK, with the reason
 * in the text. No report can stand in the way: whoever reports has opened the task before.
 */
export function checkTakeBack({ task, setDone, successor, noticeFiled, accountId }: TakeBackFacts): void {
  if (task.kind !== 'HANDLE' || (task.state !== 'DONE' && task.state !== 'AWAITING_RESULT'))
    throw cannotTakeBack(
      '只有已办出的办理事项可以收回',
      'Only a handling task that was handed on or set done can be taken back',
    );
  if ((task.state === 'DONE' ? task.doneBy : task.holderId) !== accountId) throw notLastActor();
  if (setDone) return;
  if (successor === undefined)
    throw cannotTakeBack(
      '该信访件已由接收单位转出、退回或已办结，不能收回',
      'The receiver has handed the item on, given it back or completed it; it can no longer be taken back',
    );
  if (successor.state !== 'UNIT_INBOX' || successor.openedAt !== null)
    throw cannotTakeBack(
      '接收单位已经调阅该信访件，不能收回；如需收回请联系接收单位申请退回',
      'The receiver has opened the item; ask the receiver to return it instead',
    );
  if (noticeFiled)
    throw cannotTakeBack(
      '该信访件的告知书已入库，不能收回',
      'A notice of the item is filed; it can no longer be taken back',
    );
}

export interface ReturnFacts {
  task: Pick<OrgTask, 'state' | 'holderId' | 'custody' | 'fromTaskId'>;
  noticeFiled: boolean;
  /** Last day of the return period. */
  lastDay: string;
  today: string;
  accountId: string;
}

/**
 * Whether a received item may be returned 退回 (3.4, scenario 28). Throws CANNOT_RETURN (not received from anybody, a notice is filed, or in another
 * state), NOT_HOLDER, TASK_CANCELLED, RETURN_TOO_LATE.
 */
export function checkReturn({ task, noticeFiled, lastDay, today, accountId }: ReturnFacts): void {
  if (task.state === 'CANCELLED') throw taskCancelled();
  if (task.state !== 'UNIT_INBOX' && task.state !== 'TODO')
    throw cannotReturn(
      '只有单位收件待办或待办中的信访件可以退回',
      'Only an item in the unit inbox or a to-do can be returned',
    );
  if (task.state === 'TODO' && task.holderId !== accountId) throw notHolder();
  if (!task.custody || task.fromTaskId === null)
    throw cannotReturn(
      '该信访件不是其他机构转来的，不能退回；请按流程办理',
      'The item was not sent by another organisation; handle it instead',
    );
  if (noticeFiled)
    throw cannotReturn(
      '该信访件的告知书已入库，不能退回；请继续办理',
      'A notice is filed; go on handling the item',
    );
  if (today > lastDay)
    throw new Refusal(
      'RETURN_TOO_LATE',
      {
        zh: `退回期限已于 ${lastDay} 届满，请继续办理或转送`,
        en: `The period for returning ended on ${lastDay}; handle the item or forward it`,
      },
      { details: { lastDay }, httpStatus: 409 },
    );
}

/** A task out of sight. Says what may have happened, the same for every unknown id. */
export const taskNotFound = (): Refusal =>
  new Refusal(
    'NOT_FOUND',
    {
      zh: '没有找到该待办，可能已被转来机构收回，请刷新列表',
      en: 'No such task; the sender may have taken it back. Reload your list',
    },
    { field: 'taskId', httpStatus: 404 },
  );

const conflict = (code: string, zh: string, en: string, details?: Record<string, unknown>) =>
  new Refusal(code, { zh, en }, { details, httpStatus: 409 });
const alreadyTaken = () =>
  conflict(
    'ALREADY_TAKEN',
    '该信访件已由同事接收，请刷新单位收件待办',
    'A colleague has already taken it; reload the unit inbox',
  );
const taskCancelled = () =>
  conflict(
    'TASK_CANCELLED',
    '该信访件已被转来机构收回，请刷新列表',
    'The sender has taken the item back; reload your list',
  );
const wrongTaskState = (state: string) =>
  conflict(
    'WRONG_TASK_STATE',
    '该待办当前状态不允许进行此操作，请刷新后查看',
    'The task is not in a state that allows this; reload it',
    { state },
  );
const notTaken = () =>
  conflict(
    'NOT_TAKEN',
    '该信访件还在单位收件待办中，请先接收',
    'It still lies in the unit inbox; take it first',
  );
const notHolder = () =>
  conflict(
    'NOT_HOLDER',
    '该待办在同事手中，请由其办理或发送给您',
    'A colleague holds this task; let them act or send it to you',
  );
const notSendable = () =>
  conflict(
    'NOT_SENDABLE',
    '此类待办不能在这里发送，请在接谈、审批或复查页面中操作',
    'A task of this kind is passed on from its own page (interview, approval, review)',
  );
const leaderLeft = () =>
  conflict(
    'NOT_SENDABLE',
    '该送审的领导已离岗，不能由他人代为批示，请送审人撤销后重新送审',
    'The leader has left; nobody else decides this request. Let its submitter cancel it and ask another leader',
  );
const wrongKind = () =>
  conflict(
    'WRONG_TASK_KIND',
    '此类待办请通过完成接谈、审核报告、作出批示或核实信访人情况来办结',
    'A task of this kind ends by finishing the interview, reviewing the report, deciding, or confirming what is said of the petitioner',
  );
const custodyOpen = () =>
  conflict(
    'CUSTODY_OPEN',
    '信访件由您保管且尚未办结，请先转送、交办或办结后再设为已办',
    'You hold the item and it is not completed; forward, assign or complete it instead of setting it done',
  );
const resultAwaited = () =>
  conflict(
    'RESULT_AWAITED',
    '该信访件已交办，结果尚未审核通过，不能设为已办',
    'The item is assigned and its result is still awaited; review the report first',
  );
const notLastActor = () =>
  conflict(
    'NOT_LAST_ACTOR',
    '只有最后经办人可以收回，请由其操作',
    'Only the officer who acted last can take it back; let them do it',
  );
const cannotTakeBack = (zh: string, en: string) => conflict('CANNOT_TAKE_BACK', zh, en);
const cannotReturn = (zh: string, en: string) => conflict('CANNOT_RETURN', zh, en);

/** A colleague who cannot be given the task: unknown, without the role, or concerned by the accusation. */
export const colleagueRefused = (field: string): Refusal =>
  new Refusal(
    'COLLEAGUE_NOT_ALLOWED',
    {
      zh: '所选同事不是本单位具有相应岗位的在岗人员，或不宜经办该信访件，请另选同事',
      en: 'The person is not a present colleague with the needed role, or may not deal with this item; choose another colleague',
    },
    { field },
  );

/** Refuses handing a task to the one who has it. */
export const alreadyHolder = (field: string): Refusal =>
  refuse.invalid(field, {
    zh: '该待办已在此人手中，请另选同事',
    en: 'This person holds the task already; choose another colleague',
  });
