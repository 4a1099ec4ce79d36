import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { type EventDefinition, recordEvent } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Static, TObject } from '@sinclair/typebox';
import { openEvaluationWindow } from '../evaluation/evaluation-window.service';
import { assignments, selectList } from '../rows';
import type { Actor, CaseItem, CaseState } from './case.types';
import { CASE_COLUMNS } from './case-columns';
import { type CaseAction, checkTransition } from './case-state.rules';

/** One event about a case item, ready to be recorded with a change. */
export interface CaseEvent {
  definition: EventDefinition;
  data: Record<string, unknown>;
}

/** Ties an event's data to its definition; what is wrong does not compile. */
export function caseEvent<EventType extends string, Data extends TObject>(
  definition: EventDefinition<EventType, Data>,
  data: Omit<Static<Data>, 'caseItemId' | 'organisationId'>,
): CaseEvent {
  return { definition: definition as unknown as EventDefinition, data: data as Record<string, unknown> };
}

export interface CaseChange {
  action: Exclude<CaseAction, 'REGISTER'>;
  /** Columns that change; `state` among them if it does. */
  set?: Partial<Omit<CaseItem, 'id' | 'version' | 'createdAt' | 'createdBy' | 'updatedAt'>>;
  actor: Actor;
  at: Date;
  /** What is published. A change of state has at least one; the first is the one the journal names. */
  events?: readonly CaseEvent[];
  /** The record, task or document this is about, for the journal. */
  subjectId?: string | null;
  /** Facts for the journal: codes and dates, never names, numbers or texts. */
  details?: Readonly<Record<string, string | number | boolean | null>>;
}

/**
 * Locks a case item for a change. Always the first lock of a use case (items before tasks), so that no two wait for
 * each other. Throws NOT_FOUND for what the caller may not see, STALE_VERSION when `expectedVersion` is not its version.
 */
export async function caseForChange(
  tx: ScopedTransaction,
  id: string,
  expectedVersion: number | null,
): Promise<CaseItem> {
  if (!isUuid(id)) throw refuse.notFound();
  const [item] = await tx.query<CaseItem>(
    `SELECT ${CASE_COLUMNS} FROM case_item c WHERE c.id = $1 FOR UPDATE`,
    [id],
  );
  if (item === undefined) throw refuse.notFound();
  checkCaseVersion(item, expectedVersion);
  return item;
}

/** Throws STALE_VERSION unless an item is as the officer saw it, if that is said. */
export function checkCaseVersion({ version }: CaseItem, expectedVersion: number | null): void {
  if (expectedVersion !== null && version !== expectedVersion) throw refuse.staleVersion();
}

/** Tables whose rows hang on an item and are changed under its lock. */
type HangingTable = 'org_task' | 'notice' | 'handling_opinion';

interface Hanging<Row> {
  table: HangingTable;
  fields: readonly (keyof Row & string)[];
  /** A condition on the row, whose alias is `r`. */
  where: string;
  parameters: readonly unknown[];
}

/**
 * Locks an item and a row that hangs on it, in this order, by one statement. Undefined when there is no such row in sight that the caller may change, or it
 * ceased to be one while somebody else held the lock. A statement that waited still sees what was in sight before: not for rows out of whose sight
 * an item may be taken.
 */
export async function lockedTogether<Row extends object>(
  tx: ScopedTransaction,
  { table, fields, where, parameters }: Hanging<Row>,
): Promise<{ item: CaseItem; row: Row } | undefined> {
  const [both] = await tx.query(
    `SELECT ${CASE_COLUMNS}, ${selectList(fields, 'r', OF_ROW)} FROM ${table} r JOIN case_item c ON c.id = r.case_item_id
     WHERE ${where} FOR UPDATE OF c, r`,
    parameters,
  );
  if (both === undefined) return undefined;
  const item: Record<string, unknown> = {};
  const row: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(both))
    if (key.startsWith(OF_ROW)) row[key.slice(OF_ROW.length)] = value;
    else item[key] = value;
  return { item: item as unknown as CaseItem, row: row as Row };
}

/** What the columns of the row begin with, beside those of the item. */
const OF_ROW = 'row.';

/** Locks the item that a document in sight hangs on and then the document. Throws NOT_FOUND on `field`. */
export async function lockedWithItem<Row extends object>(
  tx: ScopedTransaction,
  id: string,
  { field, ...of }: Pick<Hanging<Row>, 'table' | 'fields'> & { field: string },
): Promise<{ item: CaseItem; row: Row }> {
  if (!isUuid(id)) throw refuse.notFound(field);
  const found = await lockedTogether<Row>(tx, { ...of, where: 'r.id = $1', parameters: [id] });
  // Others may see a row and not be let to change it: for them it is not there to lock.
  if (found === undefined) throw refuse.notFound(field);
  return found;
}

/** Reads a case item without locking it, or undefined when it is not in sight. */
export async function caseById(tx: ScopedTransaction, id: string): Promise<CaseItem | undefined> {
  if (!isUuid(id)) return undefined;
  const [item] = await tx.query<CaseItem>(`SELECT ${CASE_COLUMNS} FROM case_item c WHERE c.id = $1`, [id]);
  return item;
}

/**
 * The only way to change a case item that is registered: checks the table of states, stores the columns, writes one
 * journal entry and records the events; completion opens the time to evaluate. Takes the locked item; returns it as it now is. Throws WRONG_STATE; Error when a change of state
 * brings no event (a defect).
 */
export async function changeCase(
  tx: ScopedTransaction,
  item: CaseItem,
  change: CaseChange,
): Promise<CaseItem> {
  const { action, set = {}, actor, at, events = [], subjectId = null, details = {} } = change;
  const to = set.state ?? item.state;
  checkTransition(action, item.state, to);
  if (to !== item.state && events.length === 0)
    throw new Error(`${action} changes the state without an event`);
  const { sql, values } = assignments({ ...set, updatedAt: at }, 3);
  const [changed] = await tx.query<CaseItem>(
    `UPDATE case_item c SET ${sql}, version = c.version + 1 WHERE c.id = $1 AND c.version = $2 RETURNING ${CASE_COLUMNS}`,
    [item.id, item.version, ...values],
  );
  if (changed === undefined) throw refuse.staleVersion();
  if (item.outcome === null && changed.outcome !== null) await openEvaluationWindow(tx, changed, at);
  await publishAndJournal(tx, changed, { action, from: item.state, actor, at, events, subjectId, details });
  return changed;
}

/** Records events and one journal entry of something that leaves the item's own columns as they are. */
export async function noteOnCase(
  tx: ScopedTransaction,
  item: CaseItem,
  note: Pick<CaseChange, 'actor' | 'at' | 'events' | 'subjectId' | 'details'> & { action: string },
): Promise<void> {
  const { action, actor, at, events = [], subjectId = null, details = {} } = note;
  await publishAndJournal(tx, item, { action, from: item.state, actor, at, events, subjectId, details });
}

interface Entry {
  action: string;
  from: CaseState | null;
  actor: Actor;
  at: Date;
  events: readonly CaseEvent[];
  subjectId: string | null;
  details: Readonly<Record<string, string | number | boolean | null>>;
}

/** Used by registration for the first entry of an item; everybody else calls {@link changeCase}. */
export async function publishAndJournal(tx: ScopedTransaction, item: CaseItem, entry: Entry): Promise<void> {
  const { action, from, actor, at, events, subjectId, details } = entry;
  let eventId: string | null = null;
  for (const { definition, data } of events) {
    const id = await recordEvent(tx, definition, {
      aggregateId: item.id,
      regionCode: item.regionCode,
      occurredAt: at,
      data: {
        organisationId: actor.organisationId ?? item.custodianOrganisationId,
        caseItemId: item.id,
        ...data,
      } as never,
    });
    eventId ??= id;
  }
  tx.send(
    `INSERT INTO case_journal (case_item_id, at, action, from_state, to_state, item_version, account_id, organisation_id,
       operator_present, event_id, subject_id, details)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [
      item.id,
      at,
      action,
      from,
      item.state,
      item.version,
      actor.accountId,
      actor.organisationId,
      actor.operatorName !== null,
      eventId,
      subjectId,
      JSON.stringify(details),
    ],
  );
}
