import type { Clock } from '@junxian/calendar';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import type { CaseItem } from '../cases/case.types';
import { CASE_COLUMNS } from '../cases/case-reads.service';
import { scopes } from '../service-scopes';
import {
  clockKey,
  clocksDue,
  clocksOf,
  type Place,
  type RunningClock,
  type StoredWarning,
  standingWarnings,
  warningsOfSubjects,
} from './clocks.store';
import { type Accused, supervisingOrganisation } from './escalation.rules';
import { supervisorsOf } from './supervisors.store';
import { endWarnings, type Followed, followClocks, type Moment } from './warning-change.service';
import {
  DEADLINE_KINDS,
  type DeadlineKind,
  isRaised,
  lastWarnedDay,
  supervisionDay,
  warningLevel,
} from './warning-level.rules';

const BATCH = 500;
/** Clocks of each kind, then what has been done or put off since. */
const PHASES = [...DEADLINE_KINDS, 'LIFT'] as const;

/**
 * Does what is left of the run of 06:00 that came due last: sets every warning to the level of its clock. Called
 * every minute by any number of processes: batches of 500, each one transaction under the lock of the day's run, which
 * knows how far it has come; so the run goes on after a crash and every change of level happens once. Returns how many levels this call
 * changed; 0 when the run is finished. Rules: PT-SUP-01, PT-SUP-05.
 */
export async function raiseWarnings(database: Database, clock: Clock): Promise<number> {
  const day = supervisionDay(clock.now());
  const scope = scopes.superviseDeadlines();
  if (await database.read(scope, (tx) => isFinished(tx, day))) return 0;
  let changes = 0;
  for (;;) {
    const batch = await database.write(scope, (tx) => runBatch(tx, { day, at: clock.now() }));
    if (batch === null) return changes;
    changes += batch;
  }
}

async function isFinished(tx: ScopedTransaction, day: string): Promise<boolean> {
  const [run] = await tx.query('SELECT FROM supervision_run WHERE day = $1 AND finished_at IS NOT NULL', [
    day,
  ]);
  return run !== undefined;
}

/** One batch of the day's run; returns how many levels changed, null when nothing is left to do. */
async function runBatch(tx: ScopedTransaction, moment: Moment): Promise<number | null> {
  const { day, at } = moment;
  await tx.query('INSERT INTO supervision_run (day, started_at) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    day,
    at,
  ]);
  const [run] = await tx.query<{ phase: number; afterDueOn: string | null; afterId: string | null }>(
    `SELECT phase, after_due_on::text AS "afterDueOn", after_id AS "afterId" FROM supervision_run
     WHERE day = $1 AND finished_at IS NULL FOR UPDATE`,
    [day],
  );
  if (run === undefined) return null;
  const phase = PHASES[run.phase]!;
  const after = run.afterId === null ? null : { dueOn: run.afterDueOn, id: run.afterId };
  const { changes, next } =
    phase === 'LIFT' ? await liftBatch(tx, after, moment) : await raiseBatch(tx, phase, after, moment);
  const nextPhase = next === null ? run.phase + 1 : run.phase;
  await tx.query(
    `UPDATE supervision_run SET phase = $2, after_due_on = $3, after_id = $4, changes = changes + $5, finished_at = $6 WHERE day = $1`,
    [day, nextPhase, next?.dueOn ?? null, next?.id ?? null, changes, nextPhase === PHASES.length ? at : null],
  );
  return changes;
}

/** What a batch did, and the place it came to; null when its phase is finished. */
interface Batch {
  changes: number;
  next: Place | null;
}

async function raiseBatch(
  tx: ScopedTransaction,
  kind: DeadlineKind,
  after: Place | null,
  moment: Moment,
): Promise<Batch> {
  const until = lastWarnedDay(kind, moment.day);
  const page = await clocksDue(tx, { kind, until, after, limit: BATCH });
  const last = page.at(-1);
  const next = page.length < BATCH || last === undefined ? null : { dueOn: last.dueOn, id: last.subjectId };
  const facts = await factsOf(tx, page);
  const supervisorOf = await supervisorFinder(tx, page, facts, moment.day);
  const warnings = await warningsOfSubjects(
    tx,
    [kind],
    page.map(({ subjectId }) => subjectId),
  );
  const behind = page.filter((clock) =>
    isBehind(clock, warnings.get(clockKey(clock)), supervisorOf(clock), facts, moment.day),
  );
  // Somebody may have acted while the batch was read: what is locked is looked at again.
  const items = await lockedItems(tx, behind);
  const running = await clocksOf(
    tx,
    [kind],
    behind.map(({ subjectId }) => subjectId),
  );
  const followed = behind.flatMap((read): Followed[] => {
    const clock = running.get(clockKey(read));
    if (clock === undefined || !isLocked(clock, items)) return [];
    return [{ clock, warning: warnings.get(clockKey(clock)), supervisorOrganisationId: supervisorOf(clock) }];
  });
  const changes = await followClocks(tx, followed, items, moment);
  return { changes, next };
}

async function liftBatch(tx: ScopedTransaction, after: Place | null, moment: Moment): Promise<Batch> {
  const page = await standingWarnings(tx, after?.id ?? null, BATCH);
  const last = page.at(-1);
  const next = page.length < BATCH || last === undefined ? null : { dueOn: null, id: last.id };
  const subjectIds = page.map(({ subjectId }) => subjectId);
  const before = await clocksOf(tx, DEADLINE_KINDS, subjectIds);
  const putOff = page.filter((warning) => isPutOff(warning, before.get(clockKey(warning)), moment.day));
  const items = await lockedItems(
    tx,
    putOff.map((warning) => before.get(clockKey(warning))!),
  );
  const running = await clocksOf(tx, DEADLINE_KINDS, subjectIds);
  const ended = page.filter((warning) => !running.has(clockKey(warning)));
  await endWarnings(tx, ended, moment);
  const followed = putOff.flatMap((warning): Followed[] => {
    const clock = running.get(clockKey(warning));
    const { supervisorOrganisationId } = warning;
    if (clock === undefined || !isLocked(clock, items)) return [];
    return [{ clock, warning, supervisorOrganisationId }];
  });
  const changes = ended.length + (await followClocks(tx, followed, items, moment));
  return { changes, next };
}

/** Whether a clock that runs was extended or started anew, so that its warning falls. */
function isPutOff(warning: StoredWarning, clock: RunningClock | undefined, day: string): boolean {
  if (clock === undefined) return false;
  const level = warningLevel(clock.kind, clock.dueOn, day);
  return level !== warning.level && !isRaised(warning.level, level);
}

interface Facts extends Accused {
  late: boolean;
}

const NOBODY: Accused = { accusedOrganisationId: null, accusedAccountId: null };

async function factsOf(tx: ScopedTransaction, clocks: readonly RunningClock[]): Promise<Map<string, Facts>> {
  const rows = await tx.query<Facts & { id: string }>(
    `SELECT id, late, accused_organisation_id AS "accusedOrganisationId", accused_account_id AS "accusedAccountId"
     FROM case_item WHERE id = ANY($1::uuid[])`,
    [itemIds(clocks)],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

async function supervisorFinder(
  tx: ScopedTransaction,
  clocks: readonly RunningClock[],
  facts: ReadonlyMap<string, Facts>,
  day: string,
): Promise<(clock: RunningClock) => string | null> {
  const targets = [...new Set(clocks.map(({ targetOrganisationId }) => targetOrganisationId))];
  const { targets: known, bureaus } = await supervisorsOf(tx, targets, day);
  return ({ targetOrganisationId, caseItemId }) => {
    const target = known.get(targetOrganisationId);
    const accused = caseItemId === null ? NOBODY : (facts.get(caseItemId) ?? NOBODY);
    return target === undefined ? null : supervisingOrganisation(target, bureaus, accused);
  };
}

/** Whether anything of a warning is not as its clock wants it. */
function isBehind(
  clock: RunningClock,
  warning: StoredWarning | undefined,
  supervisorOrganisationId: string | null,
  facts: ReadonlyMap<string, Facts>,
  day: string,
): boolean {
  const level = warningLevel(clock.kind, clock.dueOn, day);
  const late = clock.caseItemId === null || facts.get(clock.caseItemId)?.late === true;
  return (
    warning === undefined ||
    warning.level !== level ||
    warning.dueOn !== clock.dueOn ||
    warning.caseItemId !== clock.caseItemId ||
    warning.targetOrganisationId !== clock.targetOrganisationId ||
    warning.supervisorOrganisationId !== supervisorOrganisationId ||
    (level === 'RED' && !late)
  );
}

const itemIds = (of: readonly { caseItemId: string | null }[]) => [
  ...new Set(of.flatMap(({ caseItemId }) => (caseItemId === null ? [] : [caseItemId]))),
];

/** Not the item of a submission that was registered this very moment: tomorrow's run finds the clock under its item. */
const isLocked = ({ caseItemId }: RunningClock, items: ReadonlyMap<string, CaseItem>) =>
  caseItemId === null || items.has(caseItemId);

/** Locks items in one order, so that no two runs wait for each other. */
async function lockedItems(
  tx: ScopedTransaction,
  of: readonly { caseItemId: string | null }[],
): Promise<Map<string, CaseItem>> {
  const rows = await tx.query<CaseItem>(
    `SELECT ${CASE_COLUMNS} FROM case_item c WHERE c.id = ANY($1::uuid[]) ORDER BY c.id FOR UPDATE`,
    [itemIds(of)],
  );
  return new Map(rows.map((item) => [item.id, item]));
}
