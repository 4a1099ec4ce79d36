import { recordEvent, SubmissionWarningRaised, WarningRaised } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import { SYSTEM } from '../actor';
import type { CaseItem } from '../cases/case.types';
import { caseEvent, changeCase, noteOnCase } from '../cases/case-changes.service';
import { type RunningClock, recordWarningHistory, type StoredWarning, saveWarning } from './clocks.store';
import { isRaised, type WarningLevel, warningLevel } from './warning-level.rules';

/** When a change of level happens: the day whose run it is, and the instant. */
export interface Moment {
  day: string;
  at: Date;
}

/**
 * Brings a warning to the level of its clock on a day. One event for each rise, none for a fall; both are journalled
 * and kept in the history. A red one marks the item late for good. Takes the stored warning, if any, and the locked
 * item, if the clock is an item's; returns whether the level changed, and the item as it now is. Rules: PT-SUP-01, PT-SUP-05.
 */
export async function followClock(
  tx: ScopedTransaction,
  clock: RunningClock,
  warning: StoredWarning | undefined,
  { item, supervisorOrganisationId }: { item: CaseItem | undefined; supervisorOrganisationId: string | null },
  { day, at }: Moment,
): Promise<{ changed: boolean; item: CaseItem | undefined }> {
  const level = warningLevel(clock.kind, clock.dueOn, day);
  const stored = warning?.level ?? null;
  // Whoever receives the item anew was not warned yet, whatever was said to the sender.
  const before = warning?.targetOrganisationId === clock.targetOrganisationId ? stored : null;
  const id = await saveWarning(tx, { ...clock, level, supervisorOrganisationId }, at);
  const changed = stored !== level || before !== stored;
  if (changed) {
    const { dueOn, targetOrganisationId } = clock;
    await recordWarningHistory(tx, {
      warningId: id,
      day,
      at,
      from: before,
      to: level,
      dueOn,
      targetOrganisationId,
    });
  }
  const raised = isRaised(before, level) ? level : null;
  if (item === undefined) {
    if (raised !== null) await tellOfSubmission(tx, clock, raised, at);
    return { changed, item };
  }
  return {
    changed,
    item: await tellOfItem(tx, item, clock, { id, level, raised, lowered: changed && raised === null }, at),
  };
}

/** Takes back a warning whose clock no longer runs: what was owed is done. The item's late mark stays. Rule: PT-SUP-05. */
export async function endWarning(
  tx: ScopedTransaction,
  warning: StoredWarning,
  { day, at }: Moment,
): Promise<void> {
  await saveWarning(tx, { ...warning, level: null }, at);
  const { id, level, dueOn, targetOrganisationId } = warning;
  await recordWarningHistory(tx, {
    warningId: id,
    day,
    at,
    from: level,
    to: null,
    dueOn,
    targetOrganisationId,
  });
}

async function tellOfItem(
  tx: ScopedTransaction,
  item: CaseItem,
  { kind, dueOn, targetOrganisationId }: RunningClock,
  change: { id: string; level: WarningLevel | null; raised: WarningLevel | null; lowered: boolean },
  at: Date,
): Promise<CaseItem> {
  const { id, level, raised, lowered } = change;
  const events =
    raised === null
      ? []
      : [caseEvent(WarningRaised, { deadlineKind: kind, level: raised, targetOrganisationId })];
  const entry = { actor: SYSTEM, at, events, subjectId: id, details: { deadlineKind: kind, level, dueOn } };
  if (level === 'RED' && !item.late)
    return changeCase(tx, item, { ...entry, action: 'MARK_LATE', set: { late: true } });
  if (raised !== null) await noteOnCase(tx, item, { ...entry, action: 'WARNING_RAISED' });
  else if (lowered) await noteOnCase(tx, item, { ...entry, action: 'WARNING_LOWERED' });
  return item;
}

async function tellOfSubmission(
  tx: ScopedTransaction,
  { subjectId, targetOrganisationId }: RunningClock,
  level: WarningLevel,
  at: Date,
): Promise<void> {
  const [submission] = await tx.query<{ regionCode: string }>(
    'SELECT region_code AS "regionCode" FROM online_submission WHERE id = $1',
    [subjectId],
  );
  await recordEvent(tx, SubmissionWarningRaised, {
    aggregateId: subjectId,
    regionCode: submission!.regionCode,
    occurredAt: at,
    data: {
      organisationId: targetOrganisationId,
      submissionId: subjectId,
      deadlineKind: 'ROUTE',
      level,
      targetOrganisationId,
    },
  });
}
