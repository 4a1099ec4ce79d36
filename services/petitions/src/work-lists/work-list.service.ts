import { addDays } from '@junxian/calendar';
import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { PageArguments } from '@junxian/subgraph';
import type { Officer } from '../actor';
import type { TaskKind, TaskState } from '../cases/case.types';
import { CLOCK_OF_ITEM, NEAR_DUE_DAYS, RESULT_CLOCK } from './urgency.rules';

/** The lists of an officer's desk; what the bureau takes over from others is in {@link leftTasks}. */
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

const words = (codes: readonly string[]) => codes.map((code) => `'${code}'`).join(', ');

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

/** The lists of what organisations that were removed have left with the bureau above. */
export type LeftList = 'CUSTODIAN_GONE' | 'ASSIGNER_GONE';

/** Where a statement has the caller's organisation and range, and today. */
interface Places {
  organisation: string;
  low: string;
  high: string;
  today: string;
}

/** Which tasks `t` of organisations `o` that were removed: those of the items they held, or by which they waited for a result. */
const LEFT: Readonly<Record<LeftList, string>> = {
  // The states of a custody: by them the index of an organisation's lists is walked.
  CUSTODIAN_GONE: `t.custody AND t.state IN (${words(['UNIT_INBOX', ...IN_HAND])})`,
  ASSIGNER_GONE: `t.state = 'AWAITING_RESULT'`,
};
const LEFT_FROM = 'organisation o JOIN org_task t ON t.organisation_id = o.id';
const leftWhere = (list: LeftList, { organisation, low, high, today }: Places): string[] => [
  'o.removed',
  `o.region_code >= ${low}`,
  `o.region_code < ${high}`,
  LEFT[list],
  // Asked once: of whoever is no bureau nothing else is looked at.
  `EXISTS (SELECT FROM organisation b WHERE b.id = ${organisation} AND b.is_bureau AND NOT b.removed)`,
  `pt_tsk_02_bureau_above(t.case_item_id, o.id, ${today}) = ${organisation}`,
];

/**
 * One page of the tasks that removed organisations have left for the officer's bureau to take over, as ids, newest first: those of the items they held
 * (CUSTODIAN_GONE, `transferCase`), and those by which they waited for a result (ASSIGNER_GONE, `takeOverResult`). Throws INVALID_INPUT on a bad page size or
 * cursor. Rule: PT-TSK-02.
 */
export function leftTasks(
  tx: ScopedTransaction,
  list: LeftList,
  officer: Officer,
  today: string,
  { first, after }: PageArguments,
): Promise<Page<{ id: string }>> {
  return keysetPage<{ id: string }>(tx, {
    select: 't.id::text AS id, t.received_at::text AS at',
    from: LEFT_FROM,
    where: leftWhere(list, { low: '$1', high: '$2', today: '$3::date', organisation: '$4::uuid' }),
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
  custodianGone: number;
  assignerGone: number;
  receiverGone: number;
  authorityGone: number;
  nearDue: number;
  overdue: number;
}

/**
 * Counts the open tasks of an officer and of their unit inbox, and what their bureau takes over from organisations that were removed, in one statement over
 * the open tasks alone: what is done is not touched. Near-due and overdue count the officer's and the inbox's tasks by the worst of the item's clock (while
 * the task has the custody) and the date of the result. Rules: PT-TSK-01, PT-TSK-02.
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
    tx.scope.regionLow,
    tx.scope.regionHigh,
  ]);
  return counts!;
}

const of = (list: 'TODO' | 'AWAITING_RESULT' | 'INTERVIEWS' | 'REPORTS' | 'APPROVALS') => {
  const { states, kinds } = LISTS[list];
  const ofKind = kinds === undefined ? '' : ` AND t.kind IN (${words(kinds)})`;
  return `count(*) FILTER (WHERE t.state IN (${words(states)})${ofKind})::integer`;
};
const left = (list: LeftList) => {
  const places = { low: '$6', high: '$7', today: '$3::date', organisation: '$1::uuid' };
  return `(SELECT count(*) FROM ${LEFT_FROM} WHERE ${leftWhere(list, places).join(' AND ')})::integer`;
};
const OPEN_TASK = 'id, case_item_id, kind, state, custody, result_due_on';

const COUNTS = `
  SELECT count(*) FILTER (WHERE t.state = 'UNIT_INBOX')::integer AS "unitInbox",
    ${of('TODO')} AS todo, ${of('AWAITING_RESULT')} AS "awaitingResult", ${of('INTERVIEWS')} AS interviews,
    ${of('REPORTS')} AS reports, ${of('APPROVALS')} AS approvals,
    (SELECT count(*) FROM return_request q WHERE q.sender_organisation_id = $1 AND q.state = 'PENDING')::integer AS returns,
    ${left('CUSTODIAN_GONE')} AS "custodianGone", ${left('ASSIGNER_GONE')} AS "assignerGone",
    (SELECT count(*) FROM pt_tsk_02_left_submissions())::integer AS "receiverGone",
    (SELECT count(*) FROM pt_rvw_02_left_reviews($3::date))::integer AS "authorityGone",
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
