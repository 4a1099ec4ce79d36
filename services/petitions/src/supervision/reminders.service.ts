import { refuse } from '@junxian/errors';
import { ReminderSent } from '@junxian/messaging';
import type { Page, ScopedTransaction } from '@junxian/persistence';
import type { PageArguments } from '@junxian/subgraph';
import type { Officer } from '../actor';
import type { CaseItem, Organisation } from '../cases/case.types';
import { caseById, caseEvent, caseForChange, noteOnCase } from '../cases/case-changes.service';
import { dueOn } from '../deadlines/periods.service';
import { bureausOf, currentOrganisation } from '../organisations/organisations.service';
import { escalates, nextHigherBureau, regionsAbove } from './escalation.rules';
import { alreadyAnswered, checkedText, checkReminder, type ReminderReason } from './reminders.rules';
import {
  changedReminder,
  insertEscalation,
  insertedReminder,
  lastEscalatedTo,
  type Reminder,
  type ReminderBox,
  receivedReminder,
  redReminders,
  remindersIn,
} from './reminders.store';
import { type DeadlineKind, warningLevel } from './warning-level.rules';

export interface ReminderInput {
  caseItemId: string;
  targetOrganisationId: string;
  deadlineKind: DeadlineKind;
  reason: ReminderReason;
  text: string;
}

/** When something is done: the instant, and the day in China. */
export interface When {
  at: Date;
  today: string;
}

/**
 * Reminds a unit of the own subtree of an item it holds or answers for; it must answer within the period REMINDER_ANSWER.
 * Every third red one on an item and deadline is copied to the bureau above. Throws NOT_FOUND (item out of sight,
 * no such organisation), OUT_OF_REGION, TARGET_NOT_HOLDING, FIELD_REQUIRED. Rules: PT-SUP-02…04.
 */
export async function remind(
  tx: ScopedTransaction,
  { caseItemId, targetOrganisationId, deadlineKind, reason, text }: ReminderInput,
  officer: Officer,
  { at, today }: When,
): Promise<Reminder> {
  const checked = checkedText(text);
  const item = await caseForChange(tx, caseItemId, null);
  const own = await currentOrganisation(tx, officer.organisationId);
  const target = await currentOrganisation(tx, targetOrganisationId);
  if (own === undefined || target === undefined) throw refuse.notFound('targetOrganisationId');
  checkReminder(own, target, await holds(tx, item, target.id));
  const reminder = await insertedReminder(tx, {
    caseItemId: item.id,
    organisationId: officer.organisationId,
    sentBy: officer.accountId,
    targetOrganisationId: target.id,
    regionCode: target.regionCode,
    deadlineKind,
    level: await levelToday(tx, item, deadlineKind, target.id, today),
    reason,
    text: checked,
    sentAt: at,
    answerDueOn: await dueOn(tx, 'REMINDER_ANSWER', today),
  });
  await noteOnCase(tx, item, {
    action: 'REMIND',
    actor: officer,
    at,
    events: [
      caseEvent(ReminderSent, { reminderId: reminder.id, deadlineKind, targetOrganisationId: target.id }),
    ],
    subjectId: reminder.id,
    details: { deadlineKind, level: reminder.level, reason },
  });
  if (reminder.level === 'RED') await escalate(tx, item, own, reminder, officer, at);
  return reminder;
}

/** The unit looks at a reminder it received; the first look counts. Throws NOT_FOUND, STALE_VERSION. Rule: PT-SUP-02. */
export async function seeReminder(
  tx: ScopedTransaction,
  { id, expectedVersion }: { id: string; expectedVersion: number },
  officer: Officer,
  at: Date,
): Promise<Reminder> {
  const reminder = await received(tx, id, expectedVersion, officer);
  if (reminder.seenAt !== null) return reminder;
  return changedReminder(tx, reminder, { accountId: officer.accountId, at, answer: null });
}

/**
 * The unit answers a reminder, after the last day too: a late answer is better than none, and shows as late. Throws NOT_FOUND,
 * STALE_VERSION, ALREADY_ANSWERED, FIELD_REQUIRED. Rule: PT-SUP-02.
 */
export async function answerReminder(
  tx: ScopedTransaction,
  { id, text, expectedVersion }: { id: string; text: string; expectedVersion: number },
  officer: Officer,
  at: Date,
): Promise<Reminder> {
  const answer = checkedText(text);
  const reminder = await received(tx, id, expectedVersion, officer);
  if (reminder.answeredAt !== null) throw alreadyAnswered();
  const answered = await changedReminder(tx, reminder, { accountId: officer.accountId, at, answer });
  const item = await caseById(tx, reminder.caseItemId);
  await noteOnCase(tx, item!, { action: 'ANSWER_REMINDER', actor: officer, at, subjectId: id });
  return answered;
}

/** Reminders the officer's organisation received (its to-do), sent, or was copied, the latest first. Rules: PT-SUP-02, PT-SUP-04. */
export function reminders(
  tx: ScopedTransaction,
  { box, unanswered, ...page }: PageArguments & { box: ReminderBox; unanswered: boolean },
  officer: Officer,
): Promise<Page<Reminder>> {
  return remindersIn(tx, box, officer.organisationId, { unanswered }, page);
}

async function received(
  tx: ScopedTransaction,
  id: string,
  expectedVersion: number,
  { organisationId }: Officer,
): Promise<Reminder> {
  const reminder = await receivedReminder(tx, id, organisationId);
  if (reminder === undefined) throw refuse.notFound('id');
  if (reminder.version !== expectedVersion) throw refuse.staleVersion();
  return reminder;
}

/** Whether an organisation has an item in hand, owes something of it, or answers for its opinion. */
async function holds(tx: ScopedTransaction, item: CaseItem, organisationId: string): Promise<boolean> {
  if (item.responsibleOrganisationId === organisationId) return true;
  const [row] = await tx.query<{ holds: boolean }>(
    `SELECT EXISTS (SELECT FROM org_task t WHERE t.case_item_id = $1 AND t.organisation_id = $2
         AND t.state IN ('UNIT_INBOX', 'TODO', 'IN_APPROVAL', 'AWAITING_RESULT', 'RETURN_PENDING'))
       OR EXISTS (SELECT FROM running_clock k WHERE k.case_item_id = $1 AND k.target_organisation_id = $2) AS holds`,
    [item.id, organisationId],
  );
  return row!.holds;
}

/** How far the nearest deadline of a kind is that the unit is to keep. */
async function levelToday(
  tx: ScopedTransaction,
  item: CaseItem,
  kind: DeadlineKind,
  targetOrganisationId: string,
  today: string,
): Promise<Reminder['level']> {
  const [clock] = await tx.query<{ dueOn: string }>(
    `SELECT k.due_on::text AS "dueOn" FROM running_clock k
     WHERE k.case_item_id = $1 AND k.deadline_kind = $2 AND k.target_organisation_id = $3 ORDER BY k.due_on LIMIT 1`,
    [item.id, kind, targetOrganisationId],
  );
  return (clock === undefined ? null : warningLevel(kind, clock.dueOn, today)) ?? 'NOT_DUE';
}

/** The item is locked, so reminders on it are counted one after the other. */
async function escalate(
  tx: ScopedTransaction,
  item: CaseItem,
  own: Organisation,
  reminder: Reminder,
  officer: Officer,
  at: Date,
): Promise<void> {
  const { deadlineKind } = reminder;
  if (!escalates(await redReminders(tx, item.id, deadlineKind))) return;
  const from = (await lastEscalatedTo(tx, item.id, deadlineKind)) ?? own.regionCode;
  const bureaus = await bureausOf(tx, regionsAbove(from));
  const above = nextHigherBureau(from, bureaus, item.accusedOrganisationId);
  if (above === null) return;
  await insertEscalation(tx, {
    caseItemId: item.id,
    reminderId: reminder.id,
    deadlineKind,
    fromOrganisationId: own.id,
    toOrganisationId: above.id,
    at,
  });
  await noteOnCase(tx, item, {
    action: 'ESCALATE',
    actor: officer,
    at,
    subjectId: reminder.id,
    details: { deadlineKind, toOrganisationId: above.id },
  });
}
