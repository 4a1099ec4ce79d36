import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import { holdRegionCodes } from '@junxian/region-changes';
import type { Officer } from '../actor';
import { assignments, insertion } from '../rows';
import type { CaseItem, HandlingMode, HandlingRecord, OrgTask, TaskState } from './case.types';
import { caseForChange, checkCaseVersion, lockedTogether } from './case-changes.service';
import { CASE_COLUMNS, RECORD_COLUMNS, TASK_COLUMNS, TASK_FIELDS } from './case-columns';
import { letSee } from './sight.service';

/** An item and the task that carries its custody, both locked. */
export interface Custody {
  item: CaseItem;
  task: OrgTask;
}

/**
 * Locks an item and its custody task for an action by the officer who holds it. Throws NOT_FOUND (not in sight),
 * STALE_VERSION, NOT_CUSTODIAN (another organisation holds it, or it is completed), NOT_TAKEN (it lies in the unit inbox),
 * NOT_HOLDER (a colleague holds it), ITEM_READ_ONLY (in approval, PT-APR-01), RETURN_PENDING.
 */
export async function custodyForAction(
  tx: ScopedTransaction,
  caseItemId: string,
  expectedVersion: number | null,
  officer: Officer,
): Promise<Custody> {
  const found = isUuid(caseItemId)
    ? await lockedTogether<OrgTask>(tx, {
        table: 'org_task',
        fields: TASK_FIELDS,
        where: 'c.id = $1 AND r.custody',
        parameters: [caseItemId],
      })
    : undefined;
  if (found === undefined) {
    // Nobody holds it, it is not in sight, or it was just handed on: only who holds the item's lock knows.
    return custodyOfLocked(tx, await caseForChange(tx, caseItemId, expectedVersion), officer);
  }
  checkCaseVersion(found.item, expectedVersion);
  return { item: found.item, task: inHand(found.row, officer) };
}

/** The same for an item that is locked already. Throws NOT_CUSTODIAN, NOT_TAKEN, NOT_HOLDER, ITEM_READ_ONLY, RETURN_PENDING. */
export async function custodyOfLocked(
  tx: ScopedTransaction,
  item: CaseItem,
  officer: Officer,
): Promise<Custody> {
  return { item, task: inHand(await custodyTask(tx, item.id), officer) };
}

function inHand(task: OrgTask | undefined, officer: Officer): OrgTask {
  if (task === undefined || task.organisationId !== officer.organisationId) throw notCustodian();
  const refused = refusalFor(task.state);
  if (refused !== null) throw refused;
  if (task.holderId !== officer.accountId) throw notHolder();
  return task;
}

/** The task that carries the custody of an item, locked; undefined once it is completed. The item must be locked before. */
export async function custodyTask(tx: ScopedTransaction, caseItemId: string): Promise<OrgTask | undefined> {
  const [task] = await tx.query<OrgTask>(
    `SELECT ${TASK_COLUMNS} FROM org_task t WHERE t.case_item_id = $1 AND t.custody FOR UPDATE`,
    [caseItemId],
  );
  return task;
}

/** Locks a task and, before it, its item. Throws NOT_FOUND unless it is the officer's organisation's, STALE_VERSION of the task. */
export async function taskForChange(
  tx: ScopedTransaction,
  taskId: string,
  expectedVersion: number | null,
  officer: Officer,
): Promise<Custody> {
  if (!isUuid(taskId)) throw refuse.notFound('taskId');
  const of = 'FROM org_task t WHERE t.id = $1 AND t.organisation_id = $2';
  // Two statements, unlike that of documents: one that waited for a taking back would still see what is no longer in sight.
  const [[item], [task]] = await Promise.all([
    tx.query<CaseItem>(
      `SELECT ${CASE_COLUMNS} FROM case_item c WHERE c.id = (SELECT t.case_item_id ${of}) FOR UPDATE`,
      [taskId, officer.organisationId],
    ),
    tx.query<OrgTask>(`SELECT ${TASK_COLUMNS} ${of} FOR UPDATE`, [taskId, officer.organisationId]),
  ]);
  if (item === undefined || task === undefined) throw refuse.notFound('taskId');
  if (expectedVersion !== null && task.version !== expectedVersion) throw refuse.staleVersion();
  return { item, task };
}

export type NewTask = Pick<
  OrgTask,
  'caseItemId' | 'kind' | 'state' | 'organisationId' | 'regionCode' | 'receivedAt'
> &
  Partial<
    Pick<
      OrgTask,
      | 'custody'
      | 'holderId'
      | 'handlingRecordId'
      | 'fromTaskId'
      | 'subjectId'
      | 'resultDueOn'
      | 'acceptDueOn'
      | 'openedAt'
    >
  >;

/**
 * Adds a task to an organisation's work list, in the region where the organisation lies now: a change of regions that is being followed neither
 * passes it by nor moves it twice. Returns it.
 */
export async function openTask(tx: ScopedTransaction, task: NewTask): Promise<OrgTask> {
  const { organisationId, regionCode, ...rest } = task;
  const { columns, placeholders, values } = insertion({ organisationId, ...rest });
  holdRegionCodes(tx);
  const [row] = await tx.query<OrgTask>(
    `INSERT INTO org_task AS t (${columns}, region_code, region_epoch)
     SELECT ${placeholders}, p.code, p.epoch FROM present_region($1, $${values.length + 1}) p RETURNING ${TASK_COLUMNS}`,
    [...values, regionCode],
  );
  return row!;
}

/** Changes a locked task. Returns it as it now is. */
export async function changeTask(
  tx: ScopedTransaction,
  task: OrgTask,
  set: Partial<Omit<OrgTask, 'id' | 'caseItemId' | 'version'>>,
): Promise<OrgTask> {
  const { sql, values } = assignments(set, 3);
  const [row] = await tx.query<OrgTask>(
    `UPDATE org_task t SET ${sql}, version = t.version + 1 WHERE t.id = $1 AND t.version = $2 RETURNING ${TASK_COLUMNS}`,
    [task.id, task.version, ...values],
  );
  if (row === undefined) throw refuse.staleVersion();
  return row;
}

/**
 * Hands the custody of an item on: the sender's task ends as DONE, or waits for a result (ASSIGN); the receiver gets a
 * task in its unit inbox and sees the item from now on. Returns the receiver's task. The caller changes the item
 * itself (custodianOrganisationId, state, clocks) by `changeCase`.
 */
export async function passCustody(
  tx: ScopedTransaction,
  { item, task }: Custody,
  to: {
    organisation: { id: string; regionCode: string };
    record: { id: string; resultDueOn: string | null };
    acceptDueOn: string | null;
    senderState: Extract<TaskState, 'DONE' | 'AWAITING_RESULT'>;
    officer: Officer;
    at: Date;
  },
): Promise<OrgTask> {
  const { organisation, record, acceptDueOn, senderState, officer, at } = to;
  const handedOn = changeTask(tx, task, {
    state: senderState,
    custody: false,
    handlingRecordId: task.handlingRecordId,
    resultDueOn: senderState === 'AWAITING_RESULT' ? record.resultDueOn : task.resultDueOn,
    ...(senderState === 'DONE' ? { doneAt: at, doneBy: officer.accountId } : {}),
  });
  const receiving = openTask(tx, {
    caseItemId: item.id,
    kind: 'HANDLE',
    state: 'UNIT_INBOX',
    custody: true,
    organisationId: organisation.id,
    regionCode: organisation.regionCode,
    handlingRecordId: record.id,
    fromTaskId: task.id,
    receivedAt: at,
    resultDueOn: record.resultDueOn,
    acceptDueOn,
  });
  const [received] = await Promise.all([receiving, handedOn, letSee(tx, item, organisation, 'HELD', at)]);
  return received;
}

/** Ends the custody of a completed item: the task is DONE, nobody holds the item any more. */
export async function endCustody(
  tx: ScopedTransaction,
  { task }: Custody,
  officer: Officer,
  at: Date,
): Promise<void> {
  await changeTask(tx, task, { state: 'DONE', custody: false, doneAt: at, doneBy: officer.accountId });
}

export interface NewRecord {
  item: Pick<CaseItem, 'id' | 'state' | 'submissionId'>;
  mode: HandlingMode;
  fromOrganisationId: string;
  officerId: string;
  destinationOrganisationId?: string | null;
  opinion?: string | null;
  reply?: string | null;
  copyOrganisationIds?: string[];
  resultRequired?: boolean;
  resultDueOn?: string | null;
  state?: HandlingRecord['state'];
  at: Date;
  batchId?: string | null;
}

/**
 * Adds a handling record 办理记录 to a locked item, DONE unless said otherwise; numbers it. The blank draft that opening an online item left
 * is used up first (PT-REG-01): nothing leads out of REGISTERED without a record, so it can wait no longer than that.
 */
export async function recordHandling(
  tx: ScopedTransaction,
  { item, ...record }: NewRecord,
): Promise<HandlingRecord> {
  const row = { state: 'DONE' as const, ...record };
  const blank =
    item.submissionId !== null && item.state === 'REGISTERED'
      ? await filledBlank(tx, item.id, row)
      : undefined;
  if (blank !== undefined) return blank;
  const { columns, placeholders, values } = insertion({ caseItemId: item.id, ...row });
  const [added] = await tx.query<HandlingRecord>(
    `INSERT INTO handling_record AS r (${columns}, seq)
     SELECT ${placeholders}, 1 + coalesce((SELECT max(seq) FROM handling_record WHERE case_item_id = $1), 0)
     RETURNING ${RECORD_COLUMNS}`,
    values,
  );
  return added!;
}

async function filledBlank(
  tx: ScopedTransaction,
  caseItemId: string,
  row: object,
): Promise<HandlingRecord | undefined> {
  const { sql, values } = assignments(row, 2);
  const [filled] = await tx.query<HandlingRecord>(
    `UPDATE handling_record r SET ${sql}, version = r.version + 1
     WHERE r.case_item_id = $1 AND r.state = 'DRAFT' AND r.mode IS NULL RETURNING ${RECORD_COLUMNS}`,
    [caseItemId, ...values],
  );
  return filled;
}

function refusalFor(state: TaskState): Refusal | null {
  switch (state) {
    case 'TODO':
      return null;
    case 'UNIT_INBOX':
      return new Refusal(
        'NOT_TAKEN',
        {
          zh: '该信访件还在单位收件待办中，请先接收再办理',
          en: 'The item still lies in the unit inbox; take it first',
        },
        { httpStatus: 409 },
      );
    case 'IN_APPROVAL':
      return new Refusal(
        'ITEM_READ_ONLY',
        {
          zh: '该信访件正在送审，领导批示或撤销送审后才能办理',
          en: 'The item is in approval; it can be handled after the leader has decided or the request is cancelled',
        },
        { httpStatus: 409 },
      );
    case 'RETURN_PENDING':
      return new Refusal(
        'RETURN_PENDING',
        {
          zh: '该信访件已申请退回，请等待转来机构确认',
          en: 'A return was requested; wait until the sender has confirmed or refused it',
        },
        { httpStatus: 409 },
      );
    default:
      return notCustodian();
  }
}

const notCustodian = () =>
  new Refusal(
    'NOT_CUSTODIAN',
    {
      zh: '该信访件目前不由本单位办理，请刷新后查看去向机构',
      en: 'Your organisation does not hold the item now; reload it to see who does',
    },
    { httpStatus: 409 },
  );

const notHolder = () =>
  new Refusal(
    'NOT_HOLDER',
    {
      zh: '该信访件在同事的待办中，请由其办理或发送给您',
      en: 'A colleague has the item in hand; let them act or send it to you',
    },
    { httpStatus: 409 },
  );
