import type { Clock } from '@junxian/calendar';
import {
  type OpenSheet,
  openSheet,
  type ReadRow,
  type RunningJob,
  type SheetFault,
  type SheetFile,
} from '@junxian/documents';
import { type Bilingual, isRefusal } from '@junxian/errors';
import type { Scope } from '@junxian/identity';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions, RegionCodes } from '@junxian/region-changes';
import { IS_HELPER } from '../assistance/helpers-and-members.service';
import type { Trace } from '../households/household-files.service';
import { NOT_SURVEYED } from '../natural-villages/surveyed.service';
import type { PersonalData } from '../personal-data';
import { editableYear } from '../survey-years/survey-years.service';
import type { SheetHousehold } from './household-group.rules';
import { HouseholdGroups } from './household-groups';
import { GroupChecker } from './household-import.checks';
import {
  analyseStaged,
  clearStaged,
  duplicateRows,
  helperRows,
  isRegisteredByNow,
  keepFaults,
  stageRows,
  unsurveyedRows,
} from './household-import.store';
import { HOUSEHOLD_SHEET, titleOf } from './household-sheet.rules';
import { Overtaken, writeStaged } from './household-writing.service';
import { holdChanged } from './household-writing.store';
import type { HouseholdCounts, HouseholdOrder, ImportResult } from './import.types';
import { HOUSEHOLD_SHEET_LIMITS } from './import-forms';

const REGISTERED_ALREADY: Bilingual = {
  zh: '该证件号码本年度已登记在贫困户中；是本辖区已建档户的，请在“户编号”填写该户的 17 位户编号，其他情况请联系省级管理员核查',
  en: 'is already registered in a poor household of the year; if it is on file in your region give the number of that household, else ask the province administrator',
};

const GROUPS_PER_BATCH = 400;

export interface HouseholdImportParts {
  database: Database;
  clock: Clock;
  personal: PersonalData;
  regions: PresentRegions;
  /** Runs work on an uploaded sheet. */
  withSheet<T>(fileId: string, work: (sheet: SheetFile) => Promise<T>): Promise<T>;
}

/**
 * Imports households with their members from a sheet (catalogue §6): everything is read and checked first, against
 * itself and against the store, and staged as it will stand; then all of it is written in one transaction, or, with a
 * single fault, nothing. A second import of the same sheet finds what it says in the store and changes nothing.
 */
export class HouseholdImport {
  constructor(private readonly parts: HouseholdImportParts) {}

  /** Does one ordered import, under the scope of whoever ordered it; may be begun anew at any point. */
  async run(job: RunningJob<HouseholdOrder>): Promise<void> {
    const { database } = this.parts;
    const clear = () => database.write(job.scope, (tx) => clearStaged(tx, job.id));
    await clear();
    try {
      await this.takeOver(job);
    } catch (error) {
      // Nobody begins it anew; what would be tried again is cleared then.
      if (isRefusal(error)) await clear();
      throw error;
    }
  }

  private async takeOver(job: RunningJob<HouseholdOrder>): Promise<void> {
    const { database, clock } = this.parts;
    const { scope, input } = job;
    const by: Trace = { actor: scope.accountId!, now: clock.now() };
    const read = await this.parts.withSheet(job.input.fileId, (sheet) => this.readAndStage(job, sheet));
    await database.write(scope, async (tx) => {
      const faults = read.faults.length > 0 ? read.faults : await this.againstStore(tx, job, read.epoch);
      if (faults.length === 0 && !input.dryRun) {
        const writing = { jobId: job.id, year: input.year, epoch: read.epoch, by };
        await writeStaged(tx, writing, read.rows, (written) => job.progress('WRITING', written, read.rows));
      }
      // The job before its rows, in the order in which a cancellation takes them.
      await job.finish(tx, resultOf(input, read, faults.length));
      await clearStaged(tx, job.id);
      await keepFaults(tx, job.id, faults.toSorted(byRow));
    });
  }

  private async readAndStage(job: RunningJob<HouseholdOrder>, file: SheetFile) {
    const { database, clock, personal } = this.parts;
    const { year } = job.input;
    const codes = await this.codes(job.scope, year);
    await job.progress('CHECKING', 0);
    const sheet: OpenSheet = await openSheet(file, HOUSEHOLD_SHEET, HOUSEHOLD_SHEET_LIMITS);
    const checker = new GroupChecker({
      personal,
      codes,
      year,
      today: clock.today(),
      maxFaults: HOUSEHOLD_SHEET_LIMITS.maxFaults,
      scope: job.scope,
    });
    checker.fault(...sheet.faults);
    const groups = new HouseholdGroups((fault) => checker.fault(fault));
    let rows = 0;
    let rowsChecked = 0;
    // While a batch is staged the next one is checked and the one after that is read.
    let checking: Promise<void> = Promise.resolve();
    let staging: Promise<void> = Promise.resolve();
    const check = async (batch: readonly SheetHousehold[]) => {
      const staged = await database.read(job.scope, (tx) => checker.check(tx, batch));
      await staging;
      staging = database
        .write(job.scope, (tx) => stageRows(tx, job.id, staged))
        .then(() => {
          for (const household of batch) rowsChecked += household.rows.length;
          return job.progress('CHECKING', rowsChecked);
        });
      // Whoever awaits it hears of it.
      staging.catch(() => undefined);
    };
    const checkNext = async () => {
      await checking;
      checking = check(groups.take(GROUPS_PER_BATCH));
      checking.catch(() => undefined);
    };
    for await (const batch of sheet.rows as AsyncGenerator<ReadRow[]>) {
      rows += batch.length;
      for (const one of batch) groups.add(one);
      while (groups.waiting >= GROUPS_PER_BATCH) await checkNext();
      if (checker.isFull) break;
    }
    groups.end();
    while (groups.waiting > 0) await checkNext();
    await checking;
    await staging;
    await job.progress('CHECKING', rows, rows);
    // In a transaction of its own: what it locks would keep other imports waiting until the last row is written.
    await database.write(job.scope, (tx) => analyseStaged(tx));
    return {
      faults: checker.faults,
      rows,
      counts: checker.counts,
      unknownColumns: sheet.unknownColumns,
      epoch: codes.epoch,
    };
  }

  /** The codes of today, for the check; what is written is held again. Throws YEAR_CLOSED before anything is read. */
  private codes(scope: Scope, year: number): Promise<RegionCodes> {
    return this.parts.database.write(scope, async (tx) => {
      await editableYear(tx, year);
      return this.parts.regions.hold(tx);
    });
  }

  /**
   * What the store says to all rows together: who is registered already (PA-NI-03) or helps (PA-AH-02), which natural
   * villages are not kept. It cannot change any more before the transaction ends, but for who is registered. Throws
   * YEAR_CLOSED, and Overtaken when villages were re-coded, or a household of the sheet was registered meanwhile.
   */
  private async againstStore(
    tx: ScopedTransaction,
    { id: jobId, input: { year, dryRun } }: RunningJob<HouseholdOrder>,
    epoch: number,
  ): Promise<SheetFault[]> {
    // A county in one transaction takes longer than any request may.
    await tx.query('SET LOCAL statement_timeout = 0');
    const codes = await this.parts.regions.hold(tx);
    if (codes.epoch !== epoch) throw new Overtaken('the region codes');
    await editableYear(tx, year);
    // Households before persons, as whoever enters a person into one of them does.
    if (!dryRun) holdChanged(tx, { jobId, year });
    const person = titleOf('member', 'idNumber');
    const duplicates = await duplicateRows(tx, jobId, year);
    // By another import of the same sheet, as a rule: the next attempt finds the household and compares.
    if (duplicates.length > 0 && (await isRegisteredByNow(tx, jobId, year)))
      throw new Overtaken('a household');
    return [
      ...faultsOf(duplicates, person, 'DUPLICATE_ID', REGISTERED_ALREADY),
      ...faultsOf(await helperRows(tx, jobId), person, 'STATE_CONFLICT', IS_HELPER),
      ...faultsOf(
        await unsurveyedRows(tx, jobId, year),
        titleOf('basic', 'naturalVillageCode'),
        'INVALID_INPUT',
        NOT_SURVEYED,
      ),
    ].slice(0, HOUSEHOLD_SHEET_LIMITS.maxFaults);
  }
}

const byRow = (a: SheetFault, b: SheetFault): number => (a.rowNumber ?? 0) - (b.rowNumber ?? 0);

function resultOf(
  { dryRun }: HouseholdOrder,
  { rows, counts, unknownColumns }: { rows: number; counts: HouseholdCounts; unknownColumns: string[] },
  faults: number,
): ImportResult {
  const { newHouseholds, newMembers, changedHouseholds, changedMembers, unchangedHouseholds } = counts;
  return {
    dryRun,
    accepted: faults === 0,
    rows,
    records: [
      {
        record: 'HOUSEHOLD',
        added: newHouseholds,
        changed: changedHouseholds,
        unchanged: unchangedHouseholds,
      },
      { record: 'MEMBER', added: newMembers, changed: changedMembers, unchanged: null },
    ],
    faults,
    unknownColumns,
  };
}

/** The same fault of many rows. */
function faultsOf(
  rows: readonly number[],
  column: string | null,
  code: string,
  text: Bilingual,
): SheetFault[] {
  return rows.map((rowNumber) => ({ rowNumber, column, code, text }));
}
