import { recordEvent, SubmissionWarningRaised, WarningRaised } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import { SYSTEM } from '../actor';
import type { CaseItem } from '../cases/case.types';
import { caseEvent, changeCase, noteOnCase } from '../cases/case-changes.service';
import {
  clockKey,
  type RunningClock,
  recordWarningHistory,
  type StoredWarning,
  saveWarnings,
} from './clocks.store';
import { isRaised, type WarningLevel, warningLevel } from './warning-level.rules';

/** When a change of level happens: the day whose run it is, and the instant. */
export interface Moment {
  day: string;
  at: Date;
}

/** A clock whose warning is to follow it. */
export interface Followed {
  clock: RunningClock;
  /** As stored, if there is one. */
  warning: StoredWarning | undefined;
  supervisorOrganisationId: string | null;
}

/**
 * Brings warnings to the levels of their clocks on a day. One event for each rise, none for a fall; both are journalled
 * and kept in the history. A red one marks the item late for good. Takes the locked items of the clocks by their ids;
 * returns how many levels changed. Rules: PT-SUP-01, PT-SUP-05.
 */
export async function followClocks(
  tx: ScopedTransaction,
  followed: readonly Followed[],
  items: ReadonlyMap<string, CaseItem>,
  moment: Moment,
): Promise<number> {
  if (followed.length === 0) return 0;
  const current = new Map(items);
  const changes = followed.map((one) => changeOf(one, moment.day));
  const ids = await saveWarnings(
    tx,
    changes.map(({ clock, level, supervisorOrganisationId }) => ({
      ...clock,
      level,
      supervisorOrganisationId,
    })),
    moment.at,
  );
  const changed = changes.filter((change) => change.changed);
  await recordWarningHistory(
    tx,
    changed.map(({ clock: { dueOn, targetOrganisationId, ...clock }, before, level }) => ({
      warningId: ids.get(clockKey(clock))!,
      from: before,
      to: level,
      dueOn,
      targetOrganisationId,
    })),
    moment,
  );
  for (const change of changes) {
    const { clock, raised } = change;
    if (clock.caseItemId === null) {
      if (raised !== null) await tellOfSubmission(tx, clock, raised, moment.at);
      continue;
    }
    const item = current.get(clock.caseItemId)!;
    const id = ids.get(clockKey(clock))!;
    current.set(item.id, await tellOfItem(tx, item, clock, { ...change, id }, moment.at));
  }
  return changed.length;
}

interface Change {
  clock: RunningClock;
  supervisorOrganisationId: string | null;
  /** The level that whoever is to act knows of, and the one it has now. */
  before: WarningLevel | null;
  level: WarningLevel | null;
  changed: boolean;
  raised: WarningLevel | null;
  lowered: boolean;
}

function changeOf({ clock, warning, supervisorOrganisationId }: Followed, day: string): Change {
  const level = warningLevel(clock.kind, clock.dueOn, day);
  const stored = warning?.level ?? null;
  // Whoever receives the item anew was not warned yet, whatever was said to the sender.
  const before = warning?.targetOrganisationId === clock.targetOrganisationId ? stored : null;
  const changed = stored !== level || before !== stored;
  const raised = isRaised(before, level) ? level : null;
  return {
    clock,
    supervisorOrganisationId,
    before,
    level,
    changed,
    raised,
    lowered: changed && raised === null,
  };
}

/** Takes back warnings whose clocks no longer run: what was owed is done. The items' late marks stay. Rule: PT-SUP-05. */
export async function endWarnings(
  tx: ScopedTransaction,
  warnings: readonly StoredWarning[],
  moment: Moment,
): Promise<void> {
  if (warnings.length === 0) return;
  await saveWarnings(
    tx,
    warnings.map((warning) => ({ ...warning, level: null })),
    moment.at,
  );
  await recordWarningHistory(
    tx,
    warnings.map(({ id, level, dueOn, targetOrganisationId }) => ({
      warningId: id,
      from: level,
      to: null,
      dueOn,
      targetOrganisationId,
    })),
    moment,
  );
}

async function tellOfItem(
  tx: ScopedTransaction,
  item: CaseItem,
  { kind, dueOn, targetOrganisationId }: RunningClock,
  change: Pick<Change, 'level' | 'raised' | 'lowered'> & { id: string },
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
