import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import { holdRegionCodes } from '../organisations/organisations.service';
import { assignments, insertion } from '../rows';
import type { CaseItem, HandlingMode, HandlingRecord, OrgTask, TaskState } from './case.types';
import { caseForChange, lockedWithItem } from './case-changes.service';
import { LOCKED_TASK_COLUMNS, RECORD_COLUMNS, TASK_COLUMNS } from './case-columns';
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
  // Sent together and locked in this order.
  const [item, task] = await Promise.all([
    caseForChange(tx, caseItemId, expectedVersion),
    isUuid(caseItemId) ? custodyTask(tx, caseItemId) : undefined,
  ]);
  if (task === undefined || task.organisationId !== officer.organisationId) throw notCustodian();
  const refused = refusalFor(task.state);
  if (refused !== null) throw refused;
  if (task.holderId !== officer.accountId) throw notHolder();
  return { item, task };
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
  const { item, row: task } = await lockedWithItem<OrgTask>(tx, taskId, {
    table: 'org_task',
    columns: LOCKED_TASK_COLUMNS,
    where: 'r.organisation_id = $2',
    parameters: [officer.organisationId],
    field: 'taskId',
  });
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
      'custody' | 'holderId' | 'handlingRecordId' | 'fromTaskId' | 'subjectId' | 'resultDueOn' | 'openedAt'
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
    senderState: Extract<TaskState, 'DONE' | 'AWAITING_RESULT'>;
    officer: Officer;
    at: Date;
  },
): Promise<OrgTask> {
  const { organisation, record, senderState, officer, at } = to;
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
  caseItemId: string;
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

/** Adds a handling record 办理记录 to a locked item, DONE unless said otherwise; numbers it. A blank draft of the item is used up first (PT-REG-01). */
export async function recordHandling(tx: ScopedTransaction, record: NewRecord): Promise<HandlingRecord> {
  const row = { state: 'DONE' as const, ...record };
  const { caseItemId, ...columnsOfBlank } = row;
  const { sql, values } = assignments(columnsOfBlank, 2);
  const given = insertion(columnsOfBlank);
  // The values of the blank's columns serve the new row as well: both lists are in one order.
  const placeholders = values.map((_, index) => `$${index + 2}`).join(', ');
  const [added] = await tx.query<HandlingRecord>(
    `WITH blank AS (
       UPDATE handling_record r SET ${sql}, version = r.version + 1
       WHERE r.id = (SELECT id FROM handling_record WHERE case_item_id = $1 AND state = 'DRAFT' AND mode IS NULL ORDER BY seq LIMIT 1)
       RETURNING ${RECORD_COLUMNS}),
     added AS (
       INSERT INTO handling_record AS r (case_item_id, ${given.columns}, seq)
       SELECT $1, ${placeholders}, 1 + coalesce((SELECT max(seq) FROM handling_record WHERE case_item_id = $1), 0)
       WHERE NOT EXISTS (SELECT FROM blank)
       RETURNING ${RECORD_COLUMNS})
     SELECT * FROM blank UNION ALL SELECT * FROM added`,
    [caseItemId, ...values],
  );
  return added!;
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
