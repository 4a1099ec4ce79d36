import { addDays } from '@junxian/calendar';
import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { PageArguments } from '@junxian/subgraph';
import type { Officer } from '../actor';
import type { TaskKind, TaskState } from '../cases/case.types';
import { CLOCK_OF_ITEM, NEAR_DUE_DAYS, RESULT_CLOCK } from './urgency.rules';

/** The lists of an officer's desk; what the bureau takes over from others is {@link custodianGone}. */
export const WORK_LISTS = [
  'UNIT_INBOX',
  'TODO',
  'DONE',
  'AWAITING_RESULT',
  'RETURNS',
  'APPROVALS',
  'INTERVIEWS',
  'REPORTS',
] as const;
export type WorkList = (typeof WORK_LISTS)[number];

interface ListOfTasks {
  /** Whose tasks: everybody's of the organisation, or those in one person's hands. */
  of: 'ORGANISATION' | 'PERSON';
  states: readonly TaskState[];
  /** All kinds, if left out. */
  kinds?: readonly TaskKind[];
  orderedBy?: 'done_at';
}

/** In one's hands although waiting for a leader, or for the sender's word on a return. */
const IN_HAND = ['TODO', 'IN_APPROVAL', 'RETURN_PENDING'] as const;

const LISTS: Readonly<Record<Exclude<WorkList, 'RETURNS'>, ListOfTasks>> = {
  UNIT_INBOX: { of: 'ORGANISATION', states: ['UNIT_INBOX'] },
  TODO: {
    of: 'PERSON',
    states: IN_HAND,
    kinds: ['HANDLE', 'REVIEW_STEP', 'PETITIONER_DECEASED', 'REPORT_SENT_BACK'],
  },
  DONE: { of: 'PERSON', states: ['DONE'], orderedBy: 'done_at' },
  AWAITING_RESULT: { of: 'PERSON', states: ['AWAITING_RESULT'] },
  APPROVALS: { of: 'PERSON', states: ['TODO'], kinds: ['APPROVAL'] },
  INTERVIEWS: { of: 'PERSON', states: ['TODO'], kinds: ['INTERVIEW'] },
  REPORTS: { of: 'PERSON', states: ['TODO'], kinds: ['REPORT_REVIEW'] },
};

/**
 * One page of an officer's work list 待办列表 as ids of tasks, newest first, in one statement. RETURNS are the receivers' tasks whose return the own
 * organisation decides. Throws INVALID_INPUT on a bad page size or cursor. Rules: PT-TSK-01, PT-TSK-02.
 */
export function workList(
  tx: ScopedTransaction,
  list: WorkList,
  officer: Officer,
  { first, after }: PageArguments,
): Promise<Page<{ id: string }>> {
  const page = { first, after };
  if (list === 'RETURNS') {
    return keysetPage<{ id: string }>(tx, {
      select: 't.id::text AS id, q.requested_at::text AS at',
      from: 'return_request q JOIN org_task t ON t.id = q.task_id',
      where: ['q.sender_organisation_id = $1', `q.state = 'PENDING'`],
      parameters: [officer.organisationId],
      order: [
        { column: 'q.requested_at', key: 'at', type: 'timestamptz', direction: 'DESC' },
        { column: 'q.task_id', key: 'id', type: 'uuid', direction: 'DESC' },
      ],
      ...page,
    });
  }
  const { of, states, kinds, orderedBy = 'received_at' } = LISTS[list];
  const where = ['t.organisation_id = $1'];
  const parameters: unknown[] = [officer.organisationId];
  if (of === 'PERSON') where.push(`t.holder_id = $${parameters.push(officer.accountId)}`);
  // The words stand in the statement: an index of one state is only used for that word.
  where.push(`t.state IN (${words(states)})`);
  if (kinds !== undefined) where.push(`t.kind IN (${words(kinds)})`);
  return keysetPage<{ id: string }>(tx, {
    select: `t.id::text AS id, t.${orderedBy}::text AS at`,
    from: 'org_task t',
    where,
    parameters,
    order: [
      { column: `t.${orderedBy}`, key: 'at', type: 'timestamptz', direction: 'DESC' },
      { column: 't.id', key: 'id', type: 'uuid', direction: 'DESC' },
    ],
    ...page,
  });
}

/**
 * One page of the tasks of organisations that were removed while they held an item, which the officer's bureau takes over (`transferCase`), as ids, newest
 * first. Throws INVALID_INPUT on a bad page size or cursor. Rule: PT-TSK-02.
 */
export function custodianGone(
  tx: ScopedTransaction,
  officer: Officer,
  today: string,
  { first, after }: PageArguments,
): Promise<Page<{ id: string }>> {
  return keysetPage<{ id: string }>(tx, {
    select: 't.id::text AS id, t.received_at::text AS at',
    from: 'organisation o JOIN org_task t ON t.organisation_id = o.id AND t.custody',
    where: [
      'o.removed',
      'o.region_code >= $1',
      'o.region_code < $2',
      // The states of a custody: by them the index of an organisation's lists is walked.
      `t.state IN (${words(['UNIT_INBOX', ...IN_HAND])})`,
      'pt_tsk_02_relieving_bureau(t.case_item_id, $3) = $4',
    ],
    parameters: [tx.scope.regionLow, tx.scope.regionHigh, today, officer.organisationId],
    order: [
      { column: 't.received_at', key: 'at', type: 'timestamptz', direction: 'DESC' },
      { column: 't.id', key: 'id', type: 'uuid', direction: 'DESC' },
    ],
    first,
    after,
  });
}

/** What an officer is told on signing in (PT-TSK-01). */
export interface WorkCounts {
  unitInbox: number;
  todo: number;
  awaitingResult: number;
  interviews: number;
  reports: number;
  returns: number;
  approvals: number;
  nearDue: number;
  overdue: number;
}

/**
 * Counts the open tasks of an officer and of their unit inbox, in one statement over the open tasks alone: what is done is not touched. Near-due and overdue
 * count tasks by the worst of the item's clock (while the task has the custody) and the date of the result. Rule: PT-TSK-01.
 */
export async function workCounts(
  tx: ScopedTransaction,
  officer: Officer,
  today: string,
): Promise<WorkCounts> {
  const near = (kind: 'ACCEPT' | 'HANDLE') => addDays(today, NEAR_DUE_DAYS[kind]);
  const [counts] = await tx.query<WorkCounts>(COUNTS, [
    officer.organisationId,
    officer.accountId,
    today,
    near('ACCEPT'),
    near('HANDLE'),
  ]);
  return counts!;
}

const words = (codes: readonly string[]) => codes.map((code) => `'${code}'`).join(', ');
const of = (list: 'TODO' | 'AWAITING_RESULT' | 'INTERVIEWS' | 'REPORTS' | 'APPROVALS') => {
  const { states, kinds } = LISTS[list];
  const ofKind = kinds === undefined ? '' : ` AND t.kind IN (${words(kinds)})`;
  return `count(*) FILTER (WHERE t.state IN (${words(states)})${ofKind})::integer`;
};
const OPEN_TASK = 'id, case_item_id, kind, state, custody, result_due_on';

const COUNTS = `
  SELECT count(*) FILTER (WHERE t.state = 'UNIT_INBOX')::integer AS "unitInbox",
    ${of('TODO')} AS todo, ${of('AWAITING_RESULT')} AS "awaitingResult", ${of('INTERVIEWS')} AS interviews,
    ${of('REPORTS')} AS reports, ${of('APPROVALS')} AS approvals,
    (SELECT count(*) FROM return_request q WHERE q.sender_organisation_id = $1 AND q.state = 'PENDING')::integer AS returns,
    count(*) FILTER (WHERE due.overdue)::integer AS overdue,
    count(*) FILTER (WHERE due.near AND NOT due.overdue)::integer AS "nearDue"
  FROM (
    SELECT ${OPEN_TASK} FROM org_task WHERE organisation_id = $1 AND state = 'UNIT_INBOX'
    UNION ALL
    SELECT ${OPEN_TASK} FROM org_task WHERE holder_id = $2 AND organisation_id = $1
      AND state IN ('TODO', 'IN_APPROVAL', 'RETURN_PENDING', 'AWAITING_RESULT')
  ) t
  JOIN case_item c ON c.id = t.case_item_id
  CROSS JOIN LATERAL (SELECT CASE WHEN t.custody THEN ${CLOCK_OF_ITEM} END AS item_due, ${RESULT_CLOCK} AS result_due) clock
  CROSS JOIN LATERAL (SELECT
    coalesce(clock.item_due < $3::date, false) OR coalesce(clock.result_due < $3::date, false) AS overdue,
    coalesce(clock.item_due <= CASE WHEN c.state = 'ACCEPTED' THEN $5::date ELSE $4::date END, false)
      OR coalesce(clock.result_due <= $4::date, false) AS near) due`;
