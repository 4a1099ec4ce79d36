import { randomUUID } from 'node:crypto';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Trace } from '../households/household-files.service';
import {
  type HouseholdView,
  type MemberView,
  readHouseholds,
  readMembers,
  readYearRecords,
  type YearRecordView,
} from '../households/household-views.service';
import type { Situation } from './situation.rules';

/** What dynamic management does to households. */
export type OperationKind =
  | 'EXIT'
  | 'STABLE_EXIT'
  | 'RETURN'
  | 'KEY_TARGET'
  | 'POPULATION_CHANGE'
  | 'SPLIT'
  | 'ROLLBACK';

/** How a household stands, from what was read of it. */
export function situationOf(file: {
  household: HouseholdView;
  record: YearRecordView;
  members: readonly MemberView[];
}): Situation {
  const { povertyStatus, exitYear, returnYear, returnReason, benefitEndMonth, isKeyTarget } =
    file.record.basic;
  return {
    householdId: file.household.id,
    fileStatus: file.household.fileStatus,
    povertyStatus,
    exitYear,
    returnYear,
    returnReason,
    benefitEndMonth,
    isKeyTarget,
    members: file.members.map(({ id, status, relationToHead, statusDate, statusReason }) => ({
      id,
      status,
      relationToHead,
      statusDate,
      statusReason,
    })),
  };
}

/** How these households stand in a year, by id, those the caller sees; in four statements however many there are. */
export async function readSituations(
  tx: ScopedTransaction,
  householdIds: readonly string[],
  year: number,
): Promise<Map<string, Situation>> {
  const keys = householdIds.map((householdId) => ({ householdId, year }));
  const [households, records, members] = await Promise.all([
    readHouseholds(tx, householdIds),
    readYearRecords(tx, keys),
    readMembers(tx, keys),
  ]);
  return new Map(
    records.flatMap((record) => {
      const household = households.find(({ id }) => id === record.householdId);
      if (household === undefined) return [];
      const own = members.filter(({ householdId }) => householdId === record.householdId);
      return [[record.householdId, situationOf({ household, record, members: own })] as const];
    }),
  );
}

/** An operation to be kept with one household. */
export interface OperationEntry {
  householdId: string;
  /** null of a household that the operation made. */
  before: Situation | null;
  historyId?: string | null;
}

export interface NewOperation {
  kind: OperationKind;
  year: number;
  reason?: string | null;
  /** The day on which the change happened, where a person stated one. */
  changedOn?: string | null;
}

/**
 * Keeps an operation that changed these households together, as they stand now; called once all is written. Takes
 * their situations before; returns the operation's id.
 */
export async function keepOperation(
  tx: ScopedTransaction,
  operation: NewOperation,
  entries: readonly OperationEntry[],
  by: Trace,
  operationId: string = randomUUID(),
): Promise<string> {
  await keepOperations(
    tx,
    operation,
    entries.map((entry) => ({ ...entry, operationId })),
    by,
  );
  return operationId;
}

/** {@link keepOperation} for many households at once, each with an operation of its own: they are rolled back singly. */
export async function keepSingleOperations(
  tx: ScopedTransaction,
  operation: NewOperation,
  entries: readonly OperationEntry[],
  by: Trace,
): Promise<void> {
  await keepOperations(
    tx,
    operation,
    entries.map((entry) => ({ ...entry, operationId: randomUUID() })),
    by,
  );
}

async function keepOperations(
  tx: ScopedTransaction,
  { kind, year, reason, changedOn }: NewOperation,
  entries: readonly (OperationEntry & { operationId: string })[],
  { actor, now }: Trace,
): Promise<void> {
  const after = await readSituations(
    tx,
    entries.map(({ householdId }) => householdId),
    year,
  );
  await tx.query(
    `INSERT INTO dynamic_operation
       (operation_id, household_id, year, region_code, region_epoch, kind, reason, changed_on, before, after, history_id, operator, at)
     SELECT o.operation_id, h.id, $1, h.region_code, h.region_epoch, $2, $3, $4, o.before::jsonb, o.after::jsonb, o.history_id, $5, $6
     FROM unnest($7::uuid[], $8::uuid[], $9::text[], $10::text[], $11::uuid[])
       AS o (operation_id, household_id, before, after, history_id)
     JOIN household h ON h.id = o.household_id`,
    [
      year,
      kind,
      reason ?? null,
      changedOn ?? null,
      actor,
      now,
      entries.map(({ operationId }) => operationId),
      entries.map(({ householdId }) => householdId),
      entries.map(({ before }) => (before === null ? null : JSON.stringify(before))),
      entries.map(({ householdId }) => JSON.stringify(after.get(householdId))),
      entries.map(({ historyId }) => historyId ?? null),
    ],
  );
}

/** An operation of one household, as lists show it. */
export interface DynamicOperationView {
  id: string;
  householdId: string;
  kind: OperationKind;
  year: number;
  /** The day on which the change happened, where a person stated one. */
  changedOn: string | null;
  at: Date;
  isRolledBack: boolean;
}

/** An operation of one household with all that a rollback needs. */
export interface KeptOperation extends DynamicOperationView {
  before: Situation | null;
  after: Situation;
  historyId: string | null;
}

const VIEW = `o.operation_id AS id, o.household_id AS "householdId", o.kind, o.year,
  o.changed_on::text AS "changedOn", o.at, o.rolled_back_by IS NOT NULL AS "isRolledBack"`;

/** The operations of these households, the latest of each first. */
export function readOperations(
  tx: ScopedTransaction,
  householdIds: readonly string[],
): Promise<DynamicOperationView[]> {
  return tx.query<DynamicOperationView>(
    `SELECT ${VIEW} FROM dynamic_operation o WHERE o.household_id = ANY($1::uuid[])
     ORDER BY o.household_id, o.position DESC`,
    [householdIds],
  );
}

/**
 * The latest operation of each household in a year that was not rolled back and is no rollback itself, with the
 * operation's part in the household.
 */
export function latestOperations(
  tx: ScopedTransaction,
  householdIds: readonly string[],
  year: number,
): Promise<KeptOperation[]> {
  return tx.query<KeptOperation>(
    `SELECT DISTINCT ON (o.household_id) ${VIEW}, o.before, o.after, o.history_id AS "historyId"
     FROM dynamic_operation o
     WHERE o.household_id = ANY($1::uuid[]) AND o.year = $2 AND o.kind <> 'ROLLBACK' AND o.rolled_back_by IS NULL
     ORDER BY o.household_id, o.position DESC`,
    [householdIds, year],
  );
}

/** All households that an operation changed, those the caller sees. */
export async function householdsOf(tx: ScopedTransaction, operationId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    'SELECT household_id AS id FROM dynamic_operation WHERE operation_id = $1 ORDER BY household_id',
    [operationId],
  );
  return rows.map(({ id }) => id);
}

/** Whether an operation moved members from or to another household than these, those of it that the caller sees. */
export async function reachesBeyond(
  tx: ScopedTransaction,
  operationId: string,
  householdIds: readonly string[],
): Promise<boolean> {
  const rows = await tx.query(
    `SELECT FROM population_change WHERE operation_id = $1
       AND (from_household_id <> ALL($2::uuid[]) OR to_household_id <> ALL($2::uuid[])) LIMIT 1`,
    [operationId, householdIds],
  );
  return rows.length > 0;
}

/** Marks an operation, its population changes and its line of the status history as taken back. */
export async function markRolledBack(
  tx: ScopedTransaction,
  operationId: string,
  rollbackId: string,
  history: readonly { rolledBack: string; by: string }[],
): Promise<void> {
  await tx.query('UPDATE dynamic_operation SET rolled_back_by = $2 WHERE operation_id = $1', [
    operationId,
    rollbackId,
  ]);
  await tx.query('UPDATE population_change SET rolled_back_by = $2 WHERE operation_id = $1', [
    operationId,
    rollbackId,
  ]);
  await tx.query(
    `UPDATE household_status_history h SET rolled_back_by = r.by
     FROM unnest($1::uuid[], $2::uuid[]) AS r (rolled_back, by) WHERE h.id = r.rolled_back`,
    [history.map(({ rolledBack }) => rolledBack), history.map(({ by }) => by)],
  );
}

/** Locks households until the transaction ends, in the order in which `openFiles` locks them. */
export async function lockHouseholds(tx: ScopedTransaction, householdIds: readonly string[]): Promise<void> {
  await tx.query('SELECT id FROM household WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE', [
    householdIds,
  ]);
}
