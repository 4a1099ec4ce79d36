import type { Clock } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { HouseholdStatusChanged, KeyTargetChanged, recordEvents } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import { POVERTY_CAUSE, type PovertyCause } from '../code-lists';
import {
  type OpenFile,
  openFile,
  openFiles,
  type RecordPatch,
  traceOf,
  updateRecord,
  writeStatusHistory,
} from '../households/household-files.service';
import { currentCycle, type SurveyYear } from '../survey-years/survey-years.service';
import { checkChangeDate } from './dates.rules';
import { expectAllPassed } from './exit-check.rules';
import { checkedForExit } from './exit-check.service';
import { keepSingleOperations, situationOf } from './operation-log.store';
import { reasonRequired } from './population-form.rules';
import { benefitEndMonth, STATUS_CHANGES, type StatusChange, statusFault } from './status.rules';

export interface MarkExitInput {
  householdId: string;
  expectedVersion: number;
}

export interface MarkStableExitInput {
  householdIds: readonly string[];
  /** YYYY-MM; the month of today unless given. */
  benefitEndMonth?: string | null | undefined;
}

export interface MarkReturnedInput {
  householdId: string;
  expectedVersion: number;
  reason?: PovertyCause | null | undefined;
  returnDate?: string | null | undefined;
}

export interface SetKeyTargetsInput {
  householdIds: readonly string[];
  isKeyTarget: boolean;
}

/** What a change of status writes besides the status. */
interface Decision {
  change: StatusChange;
  patch: RecordPatch;
  reason?: string | null;
  changedOn?: string | null;
  /** Names of the checks that were passed, and all that the history keeps of them. */
  checks?: { passed: string[]; result: unknown };
}

const OPERATION = {
  EXIT: 'EXIT',
  STABLE_EXIT: 'STABLE_EXIT',
  STABLE_EXIT_OF_EXITED: 'STABLE_EXIT',
  RETURN: 'RETURN',
} as const satisfies Record<StatusChange, string>;

const MAX_SELECTED = 500;

/** Exit 脱贫, stable exit 脱贫(不再享受政策), return 返贫 and key targets 重点帮扶对象, all in the current cycle (PA-YR-06). */
export class StatusChangesService {
  constructor(private readonly clock: Clock) {}

  /**
   * Exit (PA-EX-01…03): status EXITED and the cycle as exit year once all six checks are passed; they are kept with
   * the history. Throws CHECK_FAILED with the checks that failed, STATE_CONFLICT, and what {@link openFiles} throws.
   */
  async markExit(tx: ScopedTransaction, input: MarkExitInput): Promise<void> {
    const cycle = await currentCycle(tx);
    const file = await openFile(tx, input, cycle.year);
    expectStatuses('EXIT', [file], cycle.year);
    const { results, perCapitaNetIncome, povertyLine } = await checkedForExit(tx, file.record, cycle);
    expectAllPassed(results);
    await this.change(tx, [file], cycle, {
      change: 'EXIT',
      patch: { exitYear: cycle.year },
      checks: {
        passed: results.map(({ item }) => item),
        result: { results, perCapitaNetIncome, povertyLine },
      },
    });
  }

  /**
   * Stable exit, of households that have not exited (PA-SX-01) or of exited ones (PA-SX-02): each function refuses the
   * other's households, and one that does not fit refuses all. No checks are made (PA-SX-03); benefits end in the month
   * given (PA-SX-04). Throws NOTHING_SELECTED, INVALID_INPUT, STATE_CONFLICT, and what {@link openFiles} throws.
   */
  async markStableExit(
    tx: ScopedTransaction,
    change: 'STABLE_EXIT' | 'STABLE_EXIT_OF_EXITED',
    input: MarkStableExitInput,
  ): Promise<void> {
    const cycle = await currentCycle(tx);
    const month = benefitEndMonth(input.benefitEndMonth, this.clock.today(), cycle.year);
    const files = await openSelected(tx, input.householdIds, cycle.year);
    expectStatuses(change, files, cycle.year, input.householdIds);
    await this.change(tx, files, cycle, {
      change,
      patch: {
        benefitEndMonth: month,
        // Who exits for good at once exits in this cycle.
        ...(change === 'STABLE_EXIT' ? { exitYear: cycle.year } : {}),
      },
    });
  }

  /**
   * Return to poverty (PA-RT-01…03) with its reason and day. Throws REASON_REQUIRED, FIELD_REQUIRED, INVALID_INPUT,
   * STATE_CONFLICT, and what {@link openFiles} throws.
   */
  async markReturned(tx: ScopedTransaction, input: MarkReturnedInput): Promise<void> {
    const cycle = await currentCycle(tx);
    const { reason, returnDate } = this.checkReturn(input, cycle);
    const file = await openFile(tx, input, cycle.year);
    expectStatuses('RETURN', [file], cycle.year);
    await this.change(tx, [file], cycle, {
      change: 'RETURN',
      patch: { returnYear: cycle.year, returnReason: reason },
      reason: POVERTY_CAUSE.code(reason),
      changedOn: returnDate,
    });
  }

  /**
   * Marks or unmarks households as key assistance targets (PA-KT-01); those marked so already stay untouched.
   * Throws NOTHING_SELECTED, INVALID_INPUT, and what {@link openFiles} throws.
   */
  async setKeyTargets(
    tx: ScopedTransaction,
    { householdIds, isKeyTarget }: SetKeyTargetsInput,
  ): Promise<void> {
    const { year } = await currentCycle(tx);
    const files = await openSelected(tx, householdIds, year);
    const changed = files.filter(({ record }) => record.basic.isKeyTarget !== isKeyTarget);
    if (changed.length === 0) return;
    const by = traceOf(tx, this.clock);
    await Promise.all(changed.map(({ record }) => updateRecord(tx, record, { isKeyTarget }, by)));
    await keepSingleOperations(tx, { kind: 'KEY_TARGET', year }, changed.map(entryOf), by);
    await recordEvents(
      tx,
      KeyTargetChanged,
      changed.map(({ household }) => ({
        aggregateId: household.id,
        regionCode: household.regionCode,
        occurredAt: by.now,
        data: { householdId: household.id, year, isKeyTarget },
      })),
    );
  }

  private checkReturn(
    { reason, returnDate }: MarkReturnedInput,
    { year }: SurveyYear,
  ): { reason: PovertyCause; returnDate: string } {
    const faults: Refusal[] = [];
    if (reason == null) faults.push(reasonRequired('reason'));
    if (returnDate == null) faults.push(dateRequired());
    const late = returnDate && checkChangeDate(returnDate, this.clock.today(), year, 'returnDate');
    if (late) faults.push(late);
    if (reason == null || returnDate == null || faults.length > 0) throw Refusal.many(faults);
    return { reason, returnDate };
  }

  /** Writes a change of status that was decided: records, history, operations, events. */
  private async change(
    tx: ScopedTransaction,
    files: readonly OpenFile[],
    { year }: SurveyYear,
    { change, patch, reason = null, changedOn = null, checks }: Decision,
  ): Promise<void> {
    const by = traceOf(tx, this.clock);
    const operation = OPERATION[change];
    const { to } = STATUS_CHANGES[change];
    const changed = files.map((file) => ({ file, from: file.record.basic.povertyStatus }));
    await Promise.all(
      files.map(({ record }) => updateRecord(tx, record, { ...patch, povertyStatus: to }, by)),
    );
    const history = await Promise.all(
      changed.map(({ file, from }) =>
        writeStatusHistory(
          tx,
          { householdId: file.household.id, year, from, to, operation, reason, checkResult: checks?.result },
          by,
        ),
      ),
    );
    await keepSingleOperations(
      tx,
      { kind: operation, year, reason, changedOn },
      files.map((file, index) => ({ ...entryOf(file), historyId: history[index]! })),
      by,
    );
    await recordEvents(
      tx,
      HouseholdStatusChanged,
      changed.map(({ file: { household }, from }) => ({
        aggregateId: household.id,
        regionCode: household.regionCode,
        occurredAt: by.now,
        data: {
          householdId: household.id,
          year,
          operation,
          from,
          to,
          reason,
          checks: checks?.passed ?? [],
        },
      })),
    );
  }
}

const entryOf = (file: OpenFile) => ({ householdId: file.household.id, before: situationOf(file) });

/** Opens the households that were ticked; in bulk the status decides, not the version. */
async function openSelected(
  tx: ScopedTransaction,
  householdIds: readonly string[],
  year: number,
): Promise<OpenFile[]> {
  if (householdIds.length === 0) throw nothingSelected();
  if (householdIds.length > MAX_SELECTED) throw tooMany();
  return openFiles(
    tx,
    householdIds.map((householdId, index) => ({ householdId, path: `householdIds[${index}]` })),
    year,
    'householdIds',
  );
}

/** Throws one Refusal that names every household whose status does not take the change, by its place where several were ticked. */
function expectStatuses(
  change: StatusChange,
  files: readonly OpenFile[],
  cycle: number,
  selected?: readonly string[],
): void {
  const faults = files.flatMap(({ household, record }) => {
    const field = selected ? `householdIds[${selected.indexOf(household.id)}]` : 'householdId';
    return statusFault(change, record.basic, cycle, field) ?? [];
  });
  if (faults.length > 0) throw Refusal.many(faults);
}

function nothingSelected(): Refusal {
  return new Refusal(
    'NOTHING_SELECTED',
    { zh: '请先勾选贫困户', en: 'Tick at least one household' },
    { field: 'householdIds' },
  );
}

function tooMany(): Refusal {
  return refuse.invalid('householdIds', {
    zh: `一次最多选择 ${MAX_SELECTED} 户，请分批办理`,
    en: `Choose at most ${MAX_SELECTED} households at a time`,
  });
}

function dateRequired(): Refusal {
  return new Refusal(
    'FIELD_REQUIRED',
    { zh: '请填写返贫日期', en: 'Enter the day of the return' },
    { field: 'returnDate' },
  );
}
