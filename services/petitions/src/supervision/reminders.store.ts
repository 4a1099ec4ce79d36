import { isUuid } from '@junxian/identity';
import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { PageArguments } from '@junxian/subgraph';
import { insertion, selectList } from '../rows';
import type { ReminderLevel, ReminderReason } from './reminders.rules';
import type { DeadlineKind } from './warning-level.rules';

/** A reminder 催办 as stored. */
export interface Reminder {
  id: string;
  caseItemId: string;
  organisationId: string;
  sentBy: string;
  targetOrganisationId: string;
  deadlineKind: DeadlineKind;
  level: ReminderLevel;
  reason: ReminderReason;
  text: string;
  sentAt: Date;
  answerDueOn: string;
  seenAt: Date | null;
  answerText: string | null;
  answeredAt: Date | null;
  answeredBy: string | null;
  version: number;
}

const REMINDER_COLUMNS = `${selectList(
  [
    'id',
    'caseItemId',
    'organisationId',
    'sentBy',
    'targetOrganisationId',
    'deadlineKind',
    'level',
    'reason',
    'text',
    'sentAt',
    'seenAt',
    'answerText',
    'answeredAt',
    'answeredBy',
    'version',
  ],
  'r',
)}, r.answer_due_on::text AS "answerDueOn"`;

/** Stores a new reminder. Returns it. */
export async function insertedReminder(
  tx: ScopedTransaction,
  row: Omit<Reminder, 'id' | 'seenAt' | 'answerText' | 'answeredAt' | 'answeredBy' | 'version'> & {
    regionCode: string;
  },
): Promise<Reminder> {
  const { columns, placeholders, values } = insertion(row);
  const [reminder] = await tx.query<Reminder>(
    `INSERT INTO supervision_reminder AS r (${columns}) VALUES (${placeholders}) RETURNING ${REMINDER_COLUMNS}`,
    values,
  );
  return reminder!;
}

/** A reminder to the caller's organisation, locked; undefined for any other. */
export async function receivedReminder(
  tx: ScopedTransaction,
  id: string,
  organisationId: string,
): Promise<Reminder | undefined> {
  if (!isUuid(id)) return undefined;
  const [reminder] = await tx.query<Reminder>(
    `SELECT ${REMINDER_COLUMNS} FROM supervision_reminder r WHERE r.id = $1 AND r.target_organisation_id = $2 FOR UPDATE`,
    [id, organisationId],
  );
  return reminder;
}

/** Notes on a locked reminder that it was seen, and the answer if there is one. Returns it. */
export async function changedReminder(
  tx: ScopedTransaction,
  reminder: Reminder,
  { accountId, at, answer }: { accountId: string; at: Date; answer: string | null },
): Promise<Reminder> {
  const [changed] = await tx.query<Reminder>(
    `UPDATE supervision_reminder r SET seen_at = coalesce(r.seen_at, $2), seen_by = coalesce(r.seen_by, $3), answer_text = $4,
       answered_at = CASE WHEN $4::text IS NULL THEN NULL ELSE $2::timestamptz END,
       answered_by = CASE WHEN $4::text IS NULL THEN NULL ELSE $3::uuid END, version = r.version + 1
     WHERE r.id = $1 RETURNING ${REMINDER_COLUMNS}`,
    [reminder.id, at, accountId, answer],
  );
  return changed!;
}

/** How many red reminders were sent on an item and deadline. */
export async function redReminders(
  tx: ScopedTransaction,
  caseItemId: string,
  kind: DeadlineKind,
): Promise<number> {
  const [row] = await tx.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM supervision_reminder WHERE case_item_id = $1 AND deadline_kind = $2 AND level = 'RED'`,
    [caseItemId, kind],
  );
  return row!.n;
}

/** An escalation 升级: a reminder copied to the bureau above. */
export interface Escalation {
  caseItemId: string;
  reminderId: string;
  deadlineKind: DeadlineKind;
  fromOrganisationId: string;
  toOrganisationId: string;
  at: Date;
}

/** Stores an escalation. */
export async function insertEscalation(tx: ScopedTransaction, escalation: Escalation): Promise<void> {
  const { columns, placeholders, values } = insertion(escalation);
  await tx.query(`INSERT INTO supervision_escalation (${columns}) VALUES (${placeholders})`, values);
}

/** The region of the bureau that the last escalation of an item and deadline went to, or null. */
export async function lastEscalatedTo(
  tx: ScopedTransaction,
  caseItemId: string,
  kind: DeadlineKind,
): Promise<string | null> {
  const [row] = await tx.query<{ regionCode: string }>(
    `SELECT o.region_code AS "regionCode" FROM supervision_escalation e JOIN organisation o ON o.id = e.to_organisation_id
     WHERE e.case_item_id = $1 AND e.deadline_kind = $2 ORDER BY e.id DESC LIMIT 1`,
    [caseItemId, kind],
  );
  return row?.regionCode ?? null;
}

/** Organisations that reminders were copied to, by reminder. */
export function escalationsOf(tx: ScopedTransaction, reminderIds: readonly string[]): Promise<Escalation[]> {
  return tx.query<Escalation>(
    `SELECT ${selectList(['caseItemId', 'reminderId', 'deadlineKind', 'fromOrganisationId', 'toOrganisationId', 'at'], 'e')}
     FROM supervision_escalation e WHERE e.reminder_id = ANY($1::uuid[]) ORDER BY e.reminder_id, e.id`,
    [reminderIds],
  );
}

/** Which reminders are listed: those the own organisation received, sent, or was copied. */
export type ReminderBox = 'RECEIVED' | 'SENT' | 'ESCALATED';

const BOX: Readonly<Record<ReminderBox, string>> = {
  RECEIVED: 'r.target_organisation_id = $1',
  SENT: 'r.organisation_id = $1',
  ESCALATED:
    'EXISTS (SELECT FROM supervision_escalation e WHERE e.reminder_id = r.id AND e.to_organisation_id = $1)',
};

/** A box of reminders, the latest first; unanswered ones only, if asked. */
export function remindersIn(
  tx: ScopedTransaction,
  box: ReminderBox,
  organisationId: string,
  { unanswered }: { unanswered: boolean },
  { first, after }: PageArguments,
): Promise<Page<Reminder>> {
  return keysetPage<Reminder & { sentKey: string }>(tx, {
    select: `${REMINDER_COLUMNS}, r.sent_at::text AS "sentKey"`,
    from: 'supervision_reminder r',
    where: [BOX[box], ...(unanswered ? ['r.answered_at IS NULL'] : [])],
    parameters: [organisationId],
    order: [
      { column: 'r.sent_at', key: 'sentKey', type: 'timestamptz', direction: 'DESC' },
      { column: 'r.id', key: 'id', type: 'uuid', direction: 'DESC' },
    ],
    first,
    after,
  });
}
