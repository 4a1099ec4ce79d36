import type { ScopedTransaction } from '@junxian/persistence';
import type { DeadlineKind, WarningLevel } from './warning-level.rules';

/** A clock of 5.1 that runs: whose it is, when it ends, who is to act. */
export interface RunningClock {
  kind: DeadlineKind;
  subjectId: string;
  /** Null for a submission that waits for registration. */
  caseItemId: string | null;
  dueOn: string;
  targetOrganisationId: string;
}

/** A warning 预警 as stored. */
export interface StoredWarning {
  id: string;
  kind: DeadlineKind;
  subjectId: string;
  caseItemId: string | null;
  dueOn: string;
  level: WarningLevel | null;
  targetOrganisationId: string;
  supervisorOrganisationId: string | null;
}

const CLOCK = `k.deadline_kind AS kind, k.subject_id AS "subjectId", k.case_item_id AS "caseItemId", k.due_on::text AS "dueOn",
  k.target_organisation_id AS "targetOrganisationId"`;
const WARNING = `w.id, w.deadline_kind AS kind, w.subject_id AS "subjectId", w.case_item_id AS "caseItemId", w.due_on::text AS "dueOn",
  w.level, w.target_organisation_id AS "targetOrganisationId", w.supervisor_organisation_id AS "supervisorOrganisationId"`;

/** Clocks of a kind that end on or before a day, after a place in their order; ordered by last day and subject. */
export function clocksDue(
  tx: ScopedTransaction,
  { kind, until, after, limit }: { kind: DeadlineKind; until: string; after: Place | null; limit: number },
): Promise<RunningClock[]> {
  return tx.query<RunningClock>(
    `SELECT ${CLOCK} FROM running_clock k
     WHERE k.deadline_kind = $1 AND k.due_on <= $2 AND ($3::date IS NULL OR (k.due_on >= $3::date AND (k.due_on, k.subject_id) > ($3::date, $4::uuid)))
     ORDER BY k.due_on, k.subject_id LIMIT $5`,
    [kind, until, after?.dueOn ?? null, after?.id ?? null, limit],
  );
}

/** A place in the order of clocks. */
export interface Place {
  dueOn: string | null;
  id: string;
}

/** The clocks of subjects that run now, by kind and subject. */
export async function clocksOf(
  tx: ScopedTransaction,
  kinds: readonly DeadlineKind[],
  subjectIds: readonly string[],
): Promise<Map<string, RunningClock>> {
  const rows = await tx.query<RunningClock>(
    `SELECT ${CLOCK} FROM running_clock k WHERE k.deadline_kind = ANY($1::text[]) AND k.subject_id = ANY($2::uuid[])`,
    [kinds, subjectIds],
  );
  return new Map(rows.map((row) => [clockKey(row), row]));
}

/** What tells clocks apart. */
export const clockKey = ({ kind, subjectId }: Pick<RunningClock, 'kind' | 'subjectId'>) =>
  `${kind}:${subjectId}`;

/** The stored warnings of subjects, by kind and subject. */
export async function warningsOfSubjects(
  tx: ScopedTransaction,
  kinds: readonly DeadlineKind[],
  subjectIds: readonly string[],
): Promise<Map<string, StoredWarning>> {
  const rows = await tx.query<StoredWarning>(
    `SELECT ${WARNING} FROM warning w WHERE w.deadline_kind = ANY($1::text[]) AND w.subject_id = ANY($2::uuid[])`,
    [kinds, subjectIds],
  );
  return new Map(rows.map((row) => [clockKey(row), row]));
}

/** Warnings that stand, after an id, ordered by id. */
export function standingWarnings(
  tx: ScopedTransaction,
  after: string | null,
  limit: number,
): Promise<StoredWarning[]> {
  return tx.query<StoredWarning>(
    `SELECT ${WARNING} FROM warning w WHERE w.level IS NOT NULL AND ($1::uuid IS NULL OR w.id > $1::uuid) ORDER BY w.id LIMIT $2`,
    [after, limit],
  );
}

/** Stores the new state of warnings, by subject and kind, in one statement. Returns their ids by {@link clockKey}. */
export async function saveWarnings(
  tx: ScopedTransaction,
  warnings: readonly Omit<StoredWarning, 'id'>[],
  at: Date,
): Promise<Map<string, string>> {
  const rows = await tx.query<Pick<StoredWarning, 'id' | 'kind' | 'subjectId'>>(
    `INSERT INTO warning AS w (deadline_kind, subject_id, case_item_id, due_on, level, target_organisation_id, region_code,
       supervisor_organisation_id, raised_at, updated_at)
     SELECT g.kind, g."subjectId", g."caseItemId", g."dueOn", g.level, o.id, o.region_code, g."supervisorOrganisationId", $2, $2
     FROM jsonb_to_recordset($1) AS g(kind text, "subjectId" uuid, "caseItemId" uuid, "dueOn" date, level text,
       "targetOrganisationId" uuid, "supervisorOrganisationId" uuid) JOIN organisation o ON o.id = g."targetOrganisationId"
     ON CONFLICT (subject_id, deadline_kind) DO UPDATE SET case_item_id = EXCLUDED.case_item_id, due_on = EXCLUDED.due_on,
       level = EXCLUDED.level, target_organisation_id = EXCLUDED.target_organisation_id, region_code = EXCLUDED.region_code,
       supervisor_organisation_id = EXCLUDED.supervisor_organisation_id, updated_at = EXCLUDED.updated_at,
       raised_at = CASE WHEN w.level IS DISTINCT FROM EXCLUDED.level THEN EXCLUDED.raised_at ELSE w.raised_at END,
       version = w.version + 1
     RETURNING w.id, w.deadline_kind AS kind, w.subject_id AS "subjectId"`,
    [JSON.stringify(warnings), at],
  );
  if (rows.length !== warnings.length) throw new Error('a warning for an organisation that is not known');
  return new Map(rows.map((row) => [clockKey(row), row.id]));
}

/** What became of a warning in a run. */
export interface WarningHistoryEntry {
  warningId: string;
  from: WarningLevel | null;
  to: WarningLevel | null;
  dueOn: string;
  targetOrganisationId: string;
}

/** Adds what became of warnings on a day to their history. */
export async function recordWarningHistory(
  tx: ScopedTransaction,
  entries: readonly WarningHistoryEntry[],
  { day, at }: { day: string; at: Date },
): Promise<void> {
  await tx.query(
    `INSERT INTO warning_history (warning_id, day, at, from_level, to_level, due_on, target_organisation_id)
     SELECT g."warningId", $2, $3, g."from", g."to", g."dueOn", g."targetOrganisationId"
     FROM jsonb_to_recordset($1) AS g("warningId" uuid, "from" text, "to" text, "dueOn" date, "targetOrganisationId" uuid)`,
    [JSON.stringify(entries), day, at],
  );
}
