import { Refusal, refuse } from '@junxian/errors';
import { checkCitizenNumber, isCitizenId, isUuid } from '@junxian/identity';
import { CitizenDeceased, CitizenRenumbered, recordEvent } from '@junxian/messaging';
import { expectVersion, keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { PersonalData } from '../accounts/personal-data';
import { recordAudit } from '../audit/audit.service';
import type { Caller } from '../caller';

export type DeathConfirmationStatus = 'OPEN' | 'CONFIRMED' | 'DISMISSED';

export interface DeathConfirmationTask {
  id: string;
  citizenId: string;
  regionCode: string;
  reportedDate: string;
  reportedBy: string;
  reportedAt: Date;
  status: DeathConfirmationStatus;
  confirmedDate: string | null;
  decidedAt: Date | null;
  version: number;
}

const COLUMNS = `id, citizen_id AS "citizenId", region_code AS "regionCode", reported_date::text AS "reportedDate",
  reported_by AS "reportedBy", reported_at AS "reportedAt", status, confirmed_date::text AS "confirmedDate",
  decided_at AS "decidedAt", version`;

/** A death as another service reported it. */
export interface DeathReport {
  citizenId: string;
  regionCode: string;
  date: string;
  reportedBy: string;
  reportedAt: Date;
}

/** Raises the task to confirm a death (DI-CIT-03). A second report of the same citizen changes nothing while one is open or confirmed. */
export async function raiseDeathConfirmation(tx: ScopedTransaction, report: DeathReport): Promise<void> {
  await tx.query(
    `INSERT INTO death_confirmation_task (citizen_id, region_code, reported_date, reported_by, reported_at, status)
     VALUES ($1, $2, $3, $4, $5, 'OPEN') ON CONFLICT DO NOTHING`,
    [report.citizenId, report.regionCode, report.date, report.reportedBy, report.reportedAt],
  );
}

/**
 * Confirms a reported death: publishes citizen.deceased, once and only here. Throws NOT_FOUND when nobody
 * reported it in the caller's region, ALREADY_DECIDED, INVALID_INPUT for a date to come.
 */
export async function confirmDeath(
  tx: ScopedTransaction,
  by: Caller,
  { citizenId, date }: { citizenId: string; date: string },
): Promise<DeathConfirmationTask> {
  if (date > by.clock.today()) {
    throw refuse.invalid('date', {
      zh: '死亡日期不能晚于今天，请核对',
      en: 'A date of death is not in the future; check it',
    });
  }
  const [task] = isCitizenId(citizenId)
    ? await tx.query<DeathConfirmationTask>(
        `SELECT ${COLUMNS} FROM death_confirmation_task WHERE citizen_id = $1 AND status <> 'DISMISSED' FOR UPDATE`,
        [citizenId],
      )
    : [];
  if (task === undefined) throw refuse.notFound('citizenId');
  if (task.status !== 'OPEN') throw alreadyDecided();
  const [confirmed] = await tx.query<DeathConfirmationTask>(
    `UPDATE death_confirmation_task SET status = 'CONFIRMED', confirmed_date = $2, decided_by = $3, decided_at = $4, version = version + 1
     WHERE id = $1 RETURNING ${COLUMNS}`,
    [task.id, date, by.principal.accountId, by.clock.now()],
  );
  await recordEvent(tx, CitizenDeceased, {
    aggregateId: citizenId,
    regionCode: task.regionCode,
    data: { citizenId, date },
    occurredAt: by.clock.now(),
  });
  await recordAudit(tx, {
    action: 'CITIZEN_DEATH_CONFIRMED',
    targetType: 'citizen',
    targetId: citizenId,
    before: { reportedDate: task.reportedDate, reportedBy: task.reportedBy },
    after: { date },
    outcome: 'OK',
    actor: by.actor,
    at: by.clock.now(),
  });
  return confirmed!;
}

/** Closes a report that was wrong; a later report raises a task anew. Throws NOT_FOUND, ALREADY_DECIDED, STALE_VERSION, INVALID_INPUT for no reason. */
export async function dismissDeathReport(
  tx: ScopedTransaction,
  by: Caller,
  { taskId, reason, expectedVersion }: { taskId: string; reason: string; expectedVersion: number },
): Promise<DeathConfirmationTask> {
  const note = reason.trim();
  if (note === '' || note.length > 500) {
    throw refuse.invalid('reason', {
      zh: '请填写驳回理由，最多 500 字',
      en: 'State the reason, in at most 500 characters',
    });
  }
  const [task] = isUuid(taskId)
    ? await tx.query<DeathConfirmationTask>(
        `SELECT ${COLUMNS} FROM death_confirmation_task WHERE id = $1 FOR UPDATE`,
        [taskId],
      )
    : [];
  if (task === undefined) throw refuse.notFound('taskId');
  if (task.status !== 'OPEN') throw alreadyDecided();
  const dismissed = expectVersion(
    await tx.query<DeathConfirmationTask>(
      `UPDATE death_confirmation_task SET status = 'DISMISSED', decided_by = $2, decided_at = $3, decision_note = $4, version = version + 1
       WHERE id = $1 AND version = $5 RETURNING ${COLUMNS}`,
      [taskId, by.principal.accountId, by.clock.now(), note, expectedVersion],
    ),
  );
  await recordAudit(tx, {
    action: 'CITIZEN_DEATH_DISMISSED',
    targetType: 'citizen',
    targetId: task.citizenId,
    before: { reportedDate: task.reportedDate, reportedBy: task.reportedBy },
    // What was written as the reason may name the person: it stays with the task.
    after: { status: dismissed.status },
    outcome: 'OK',
    actor: by.actor,
    at: by.clock.now(),
  });
  return dismissed;
}

/** The tasks in the caller's region, oldest first. */
export function deathConfirmationTasks(
  tx: ScopedTransaction,
  { status, first, after }: { status: DeathConfirmationStatus; first?: number | null; after?: string | null },
): Promise<Page<DeathConfirmationTask>> {
  return keysetPage<DeathConfirmationTask>(tx, {
    select: COLUMNS,
    from: 'death_confirmation_task',
    where: ['status = $1'],
    parameters: [status],
    order: [{ column: 'death_confirmation_task.id', key: 'id', type: 'uuid' }],
    first,
    after,
  });
}

/**
 * Announces a corrected ID number and moves the accounts of the citizen to the new id. Asked for at national
 * level only, so that no account lies outside the scope. Returns both ids; throws INVALID_ID, INVALID_INPUT for equal numbers.
 */
export async function renumberCitizen(
  tx: ScopedTransaction,
  by: Caller,
  personalData: PersonalData,
  { fromIdNumber, toIdNumber }: { fromIdNumber: string; toIdNumber: string },
): Promise<{ from: string; to: string }> {
  const today = by.clock.today();
  const wrong = checkCitizenNumber(fromIdNumber, 'fromIdNumber', today).normalised;
  const right = checkCitizenNumber(toIdNumber, 'toIdNumber', today).normalised;
  if (wrong === right) {
    throw refuse.invalid('toIdNumber', {
      zh: '更正前后的号码相同，请核对',
      en: 'Both numbers are the same; check them',
    });
  }
  const [from, to] = [personalData.citizenId(wrong), personalData.citizenId(right)];
  const { sealed, index } = personalData.seal('idNumber', right);
  await tx.query(
    `UPDATE account SET citizen_id = $2, id_number_sealed = CASE WHEN id_number_index IS NULL THEN NULL ELSE $3 END,
       id_number_index = CASE WHEN id_number_index IS NULL THEN NULL ELSE $4 END, version = version + 1
     WHERE citizen_id = $1`,
    [from, to, sealed, index],
  );
  await recordEvent(tx, CitizenRenumbered, {
    aggregateId: from,
    data: { from, to },
    occurredAt: by.clock.now(),
  });
  await recordAudit(tx, {
    action: 'CITIZEN_RENUMBERED',
    targetType: 'citizen',
    targetId: from,
    before: { citizenId: from },
    after: { citizenId: to },
    outcome: 'OK',
    actor: by.actor,
    at: by.clock.now(),
  });
  return { from, to };
}

const alreadyDecided = () =>
  new Refusal(
    'ALREADY_DECIDED',
    { zh: '该任务已处理，请刷新列表', en: 'The task has been decided; reload the list' },
    { httpStatus: 409 },
  );
