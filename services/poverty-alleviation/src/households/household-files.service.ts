import type { Clock } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { type EventOf, HouseholdRecordChanged, recordEvents } from '@junxian/messaging';
import { groupBy, type ScopedTransaction } from '@junxian/persistence';
import { MEMBER_STATUS, POVERTY_STATUS, type PovertyStatus } from '../code-lists';
import { HOUSEHOLD_OPERATION, type HouseholdOperation } from '../household-code-lists';
import { setClause, type Values } from '../record-fields';
import { editableYear, type SurveyYear } from '../survey-years/survey-years.service';
import {
  BASIC,
  INCOME_AND_HEALTH,
  MEMBER,
  PRODUCTION_AND_LIVING,
  RELOCATION,
} from './household-fields.rules';
import {
  type HouseholdView,
  type MemberView,
  readHouseholds,
  readMembers,
  readYearRecords,
  type YearKey,
  type YearRecordView,
} from './household-views.service';
import { computeIncome } from './income.rules';
import { shutFile } from './shut-files.rules';

/** Who changes something, and when. */
export interface Trace {
  /** Account, or the purpose of the service's own work. */
  actor: string;
  now: Date;
}

/** Who writes in this transaction, and when. */
export function traceOf(tx: ScopedTransaction, clock: Clock): Trace {
  return { actor: tx.scope.accountId ?? tx.scope.purpose ?? 'service', now: clock.now() };
}

/** A household's file as it is changed: its permanent row, its record of one year, all members of that year. */
export interface OpenFile {
  household: HouseholdView;
  record: YearRecordView;
  /** Members of every status, head first; see {@link isActive}. */
  members: MemberView[];
  year: SurveyYear;
}

/** Which household is to be changed, and which version of its yearly record the person saw. */
export interface FileRequest {
  householdId: string;
  /** Version of the yearly record; left out where the caller changes households in bulk. */
  expectedVersion?: number | null | undefined;
  /** Where it stands among several, for refusals: `households[1]` of an input with versions, `householdIds[1]` of ids. */
  path?: string;
}

/** The statuses that count as members of a household 正常、转入 (PA-HH-06). */
export const ACTIVE_MEMBER = new Set(['NORMAL', 'TRANSFERRED_IN']);

/** Whether a member counts in its household. */
export function isActive(member: Pick<MemberView, 'status'>): boolean {
  return ACTIVE_MEMBER.has(member.status);
}

/** The stored codes of {@link ACTIVE_MEMBER}, for SQL. */
export const ACTIVE_MEMBER_CODES = MEMBER_STATUS.names
  .filter((name) => ACTIVE_MEMBER.has(name))
  .map((name) => MEMBER_STATUS.code(name));

/**
 * Opens households for change: locks their files until the transaction ends, in one order whoever asks, and reads
 * them. Takes ids (duplicates are dropped) and the year; returns the files in the order asked, the year open.
 * Throws INVALID_INPUT or YEAR_CLOSED for the year (PA-YR-03), NOT_FOUND for a household that is not there or lies
 * outside the caller's region, STATE_CONFLICT for one whose file is closed or cleared in that year (PA-PC-08) or has
 * no record of it, STALE_VERSION when somebody else was faster: one refusal with every fault. `field` names the argument
 * where a request has no path of its own.
 */
export async function openFiles(
  tx: ScopedTransaction,
  requests: readonly FileRequest[],
  year: number,
  field = 'householdId',
): Promise<OpenFile[]> {
  const open = await editableYear(tx, year);
  const ids = requests.map(({ householdId }) => householdId).filter(isUuid);
  await tx.query('SELECT id FROM household WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE', [ids]);
  return filesOf(tx, requests, open, field);
}

/** Reads the files that {@link openFiles} would open without locking them, for previews. Throws what it would. */
export async function readFiles(
  tx: ScopedTransaction,
  requests: readonly FileRequest[],
  year: number,
  field = 'householdId',
): Promise<OpenFile[]> {
  return filesOf(tx, requests, await editableYear(tx, year), field);
}

async function filesOf(
  tx: ScopedTransaction,
  requests: readonly FileRequest[],
  open: SurveyYear,
  field: string,
): Promise<OpenFile[]> {
  const { year } = open;
  const asked = [...new Map(requests.map((request) => [request.householdId, request])).values()];
  const ids = asked.map(({ householdId }) => householdId).filter(isUuid);
  const keys: YearKey[] = ids.map((householdId) => ({ householdId, year }));
  const [households, records, members] = await Promise.all([
    readHouseholds(tx, ids),
    readYearRecords(tx, keys),
    readMembers(tx, keys),
  ]);
  const files = new Map(households.map((household) => [household.id, household]));
  const recordOf = new Map(records.map((record) => [record.householdId, record]));
  const membersOf = groupBy(members, ({ householdId }) => householdId);
  const faults: Refusal[] = [];
  const opened = asked.flatMap((request): OpenFile[] => {
    const { householdId: id } = request;
    const [household, record] = [files.get(id), recordOf.get(id)];
    const fault = fileFault(household, record, open, request, field);
    if (fault !== null) faults.push(fault);
    if (!household || !record) return [];
    return [{ household, record, members: membersOf.get(id) ?? [], year: open }];
  });
  if (faults.length > 0) throw Refusal.many(faults);
  return opened;
}

/** Why a household cannot be opened in a year, or null. */
function fileFault(
  household: HouseholdView | undefined,
  record: YearRecordView | undefined,
  { year, isCurrentCycle }: SurveyYear,
  { expectedVersion, path }: FileRequest,
  otherwise: string,
): Refusal | null {
  const withVersions = expectedVersion != null;
  const field = path === undefined ? otherwise : withVersions ? `${path}.householdId` : path;
  if (!household) return refuse.notFound(field);
  if (!record) return noRecord(year, field);
  const shut = shutFile(household, record, isCurrentCycle, field);
  if (shut !== null || !withVersions || expectedVersion === record.version) return shut;
  return refuse.staleVersion(path === undefined ? undefined : `${path}.expectedVersion`);
}

/** {@link openFiles} for one household. */
export async function openFile(tx: ScopedTransaction, request: FileRequest, year: number): Promise<OpenFile> {
  const [file] = await openFiles(tx, [request], year);
  return file!;
}

const TABS = { ...BASIC, ...PRODUCTION_AND_LIVING, ...INCOME_AND_HEALTH, ...RELOCATION };

/** What may be changed of a yearly record; fields that are left out stay. */
export type RecordPatch = Partial<Values<typeof TABS>>;

/** What may be changed of a member's yearly record. */
export type MemberPatch = Partial<Values<typeof MEMBER>>;

/** Writes fields of a yearly record, which gets its next version. Takes a record that {@link openFiles} locked. */
export async function updateRecord(
  tx: ScopedTransaction,
  { householdId, year }: YearKey,
  patch: RecordPatch,
  by: Trace,
): Promise<void> {
  const { assignments, parameters } = setClause(TABS, patch, by);
  await tx.query(
    `UPDATE household_year_record SET ${assignments} WHERE household_id = $${parameters.push(householdId)} AND year = $${parameters.push(year)}`,
    parameters,
  );
}

/** Writes fields of members' yearly records, the same for all of them. */
export async function updateMembers(
  tx: ScopedTransaction,
  memberIds: readonly string[],
  year: number,
  patch: MemberPatch,
  by: Trace,
): Promise<void> {
  if (memberIds.length === 0) return;
  const { assignments, parameters } = setClause(MEMBER, patch, by);
  await tx.query(
    `UPDATE member_year_record SET ${assignments} WHERE member_id = ANY($${parameters.push(memberIds)}::uuid[]) AND year = $${parameters.push(year)}`,
    parameters,
  );
}

/** Per-capita net income before and after a change, yuan; null without active members. */
export interface PerCapita {
  before: string | null;
  after: string | null;
}

/**
 * Restates a household after its members or incomes changed (PA-HH-05, PA-PC-07): counts the active members anew and
 * derives the incomes from what is stored. Returns the per-capita net income before and after.
 */
export async function restate(tx: ScopedTransaction, key: YearKey, by: Trace): Promise<PerCapita> {
  const [[record], members] = await Promise.all([readYearRecords(tx, [key]), readMembers(tx, [key])]);
  if (!record) throw new Error('A household that is restated has no record of the year');
  const memberCount = members.filter(isActive).length;
  const computed = computeIncome(record.incomeAndHealth, memberCount);
  await updateRecord(tx, key, { memberCount, ...computed }, by);
  return { before: record.incomeAndHealth.perCapitaNetIncome, after: computed.perCapitaNetIncome };
}

/** One line of a household's status history 历史状态 (PA-HH-02). */
export interface StatusHistoryEntry extends YearKey {
  from: PovertyStatus | null;
  to: PovertyStatus;
  operation: HouseholdOperation;
  reason?: string | null;
  /** The six checks of an exit, with the income and the poverty line they were made on. */
  checkResult?: unknown;
}

/** Writes a line of the status history, in the household's region; returns its id. */
export async function writeStatusHistory(
  tx: ScopedTransaction,
  { householdId, year, from, to, operation, reason, checkResult }: StatusHistoryEntry,
  { actor, now }: Trace,
): Promise<string> {
  const [row] = await tx.query<{ id: string }>(
    `INSERT INTO household_status_history
       (household_id, year, region_code, region_epoch, from_status, to_status, operation, reason, check_result, operator, at)
     SELECT id, $2, region_code, region_epoch, $3, $4, $5, $6, $7::jsonb, $8, $9 FROM household WHERE id = $1 RETURNING id`,
    [
      householdId,
      year,
      from === null ? null : POVERTY_STATUS.code(from),
      POVERTY_STATUS.code(to),
      HOUSEHOLD_OPERATION.code(operation),
      reason ?? null,
      checkResult === undefined ? null : JSON.stringify(checkResult),
      actor,
      now,
    ],
  );
  return row!.id;
}

/** The parts of a yearly record that household.record-changed names. */
export type RecordPart = EventOf<typeof HouseholdRecordChanged>['data']['parts'][number];

/** Records household.record-changed for each file: lists, statistics and subscribers follow. */
export async function recordChanged(
  tx: ScopedTransaction,
  files: readonly { household: HouseholdView; year: SurveyYear }[],
  parts: readonly RecordPart[],
  { now }: Trace,
): Promise<void> {
  await recordEvents(
    tx,
    HouseholdRecordChanged,
    files.map(({ household, year }) => ({
      aggregateId: household.id,
      regionCode: household.regionCode,
      occurredAt: now,
      data: { householdId: household.id, year: year.year, parts: [...parts] },
    })),
  );
}

function noRecord(year: number, field: string): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: `该户没有 ${year} 年度的数据，请选择其他年度`,
      en: `The household has no record of ${year}; choose another year`,
    },
    { field },
  );
}
