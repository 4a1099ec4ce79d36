import type { Clock } from '@junxian/calendar';
import {
  type OpenSheet,
  openSheet,
  type ReadRow,
  type RunningJob,
  type SheetFault,
  type SheetFile,
  type SheetLimits,
} from '@junxian/documents';
import type { Scope } from '@junxian/identity';
import { HouseholdIdentified, HouseholdRecordChanged, recordEvents } from '@junxian/messaging';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions, RegionCodes } from '@junxian/region-changes';
import type { Trace } from '../households/household-files.service';
import type { PersonalData } from '../personal-data';
import { editableYear } from '../survey-years/survey-years.service';
import { HouseholdGroups } from './household-groups';
import { GroupChecker } from './household-import.checks';
import {
  analyseStaged,
  clearStaged,
  duplicateRows,
  keepFaults,
  type NumberedHousehold,
  numberStaged,
  stageRows,
  writeChanges,
  writeNewHouseholds,
} from './household-import.store';
import { HOUSEHOLD_SHEET, titleOf } from './household-sheet.rules';
import type { ImportCounts, ImportRequest, ImportResult } from './import.types';

/** A county's households of a year come in one file. */
export const HOUSEHOLD_SHEET_LIMITS: SheetLimits = {
  maxBytes: 32 * 1024 * 1024,
  maxInflatedBytes: 1024 * 1024 * 1024,
  maxRows: 120_000,
  maxColumns: 120,
  maxCellLength: 500,
  maxFaults: 1_000,
};

const GROUPS_PER_BATCH = 400;
const EVENTS_PER_STATEMENT = 1_000;

export interface HouseholdImportParts {
  database: Database;
  clock: Clock;
  personal: PersonalData;
  regions: PresentRegions;
  /** The content of an uploaded sheet, whole. */
  sheet(fileId: string): Promise<SheetFile>;
}

/**
 * Imports households with their members from a sheet (catalogue §6): everything is read and checked first, against
 * itself and against the store, and staged as it will stand; then all of it is written in one transaction, or, with a
 * single fault, nothing. A second import of the same sheet finds what it says in the store and changes nothing.
 */
export class HouseholdImport {
  constructor(private readonly parts: HouseholdImportParts) {}

  /** Does one ordered import, under the scope of whoever ordered it; may be begun anew at any point. */
  async run(job: RunningJob<ImportRequest>): Promise<void> {
    const { database, clock } = this.parts;
    const { scope, input } = job;
    await database.write(scope, (tx) => clearStaged(tx, job.id));
    const by: Trace = { actor: scope.accountId!, now: clock.now() };
    const read = await this.readAndStage(job);
    const faults = [...read.faults];
    if (faults.length === 0) faults.push(...(await this.duplicates(scope, job.id, input.year)));
    faults.sort((a, b) => (a.rowNumber ?? 0) - (b.rowNumber ?? 0));
    const counts: ImportCounts = { ...read.counts, faults: faults.length };
    if (faults.length > 0 || input.dryRun) {
      await database.write(scope, async (tx) => {
        await clearStaged(tx, job.id);
        await keepFaults(tx, job.id, faults);
        await job.finish(tx, this.result(input, faults.length === 0, counts, read.unknownColumns));
      });
      return;
    }
    await job.progress('WRITING', 0, counts.rows);
    await database.write(scope, async (tx) => {
      await this.write(tx, job, by, read.epoch);
      await clearStaged(tx, job.id);
      await job.finish(tx, this.result(input, true, counts, read.unknownColumns));
    });
  }

  private result(
    { dryRun }: ImportRequest,
    accepted: boolean,
    counts: ImportCounts,
    unknownColumns: string[],
  ): ImportResult {
    return { dryRun, accepted, ...counts, unknownColumns };
  }

  private async readAndStage(job: RunningJob<ImportRequest>) {
    const { clock, personal } = this.parts;
    const { year, fileId } = job.input;
    const file = await this.parts.sheet(fileId);
    const codes = await this.codes(job.scope, year);
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
    const checkAndStage = async (least: number) => {
      while (groups.waiting >= least && groups.waiting > 0) {
        const batch = groups.take(GROUPS_PER_BATCH);
        await this.parts.database.write(job.scope, async (tx) => {
          await stageRows(tx, job.id, await checker.check(tx, batch));
        });
        await job.progress('CHECKING', rows, null);
      }
    };
    for await (const batch of sheet.rows as AsyncGenerator<ReadRow[]>) {
      rows += batch.length;
      for (const one of batch) groups.add(one);
      await checkAndStage(GROUPS_PER_BATCH);
      if (checker.isFull) break;
    }
    groups.end();
    await checkAndStage(1);
    return {
      faults: checker.faults,
      counts: { rows, ...checker.counts },
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

  private async duplicates(scope: Scope, jobId: string, year: number): Promise<SheetFault[]> {
    const rows = await this.parts.database.write(scope, async (tx) => {
      await longWork(tx);
      await analyseStaged(tx);
      return duplicateRows(tx, jobId, year);
    });
    return rows.slice(0, HOUSEHOLD_SHEET_LIMITS.maxFaults).map((rowNumber) => ({
      rowNumber,
      column: titleOf('member', 'idNumber'),
      code: 'DUPLICATE_ID',
      text: {
        zh: '该证件号码本年度已登记在贫困户中；如有疑问请联系省级管理员核查',
        en: 'is already registered in a poor household of the year; ask the province administrator if you doubt it',
      },
    }));
  }

  private async write(
    tx: ScopedTransaction,
    job: RunningJob<ImportRequest>,
    by: Trace,
    epoch: number,
  ): Promise<void> {
    const { year } = job.input;
    await longWork(tx);
    const codes = await this.parts.regions.hold(tx);
    // Villages were re-coded since they were checked: begin anew, with the codes of now.
    if (codes.epoch !== epoch) throw new Overtaken('the region codes');
    await editableYear(tx, year);
    const changes = await writeChanges(tx, { jobId: job.id, year, by });
    if (changes.written !== changes.expected) throw new Overtaken('a household');
    const fresh = await numberStaged(tx, job.id);
    const { membersExpected, membersWritten } = await writeNewHouseholds(tx, {
      jobId: job.id,
      year,
      epoch,
      by,
    });
    if (membersExpected !== membersWritten) throw new Overtaken('a person');
    await announce(tx, year, by.now, fresh, changes.households);
  }
}

/** Somebody changed what the import had compared; the next attempt compares anew. */
class Overtaken extends Error {
  constructor(what: string) {
    super(`${what} changed while an import was checked`);
  }
}

async function longWork(tx: ScopedTransaction): Promise<void> {
  // A county in one transaction takes longer than any request may.
  await tx.query('SET LOCAL statement_timeout = 0');
}

async function announce(
  tx: ScopedTransaction,
  year: number,
  occurredAt: Date,
  fresh: readonly NumberedHousehold[],
  changed: readonly { id: string; regionCode: string }[],
): Promise<void> {
  for (let start = 0; start < fresh.length; start += EVENTS_PER_STATEMENT) {
    await recordEvents(
      tx,
      HouseholdIdentified,
      fresh
        .slice(start, start + EVENTS_PER_STATEMENT)
        .map(({ id, householdNo, villageCode, members, headCitizenId }) => ({
          aggregateId: id,
          aggregateVersion: 1,
          regionCode: villageCode,
          occurredAt,
          data: {
            householdId: id,
            householdNo,
            year,
            villageCode,
            ...(headCitizenId === null ? {} : { headCitizenId }),
            members,
            origin: 'IMPORT' as const,
          },
        })),
    );
  }
  for (let start = 0; start < changed.length; start += EVENTS_PER_STATEMENT) {
    await recordEvents(
      tx,
      HouseholdRecordChanged,
      changed.slice(start, start + EVENTS_PER_STATEMENT).map(({ id, regionCode }) => ({
        aggregateId: id,
        regionCode,
        occurredAt,
        data: {
          householdId: id,
          year,
          parts: ['BASIC', 'PRODUCTION_AND_LIVING', 'INCOME_AND_HEALTH', 'RELOCATION', 'MEMBERS'],
        },
      })),
    );
  }
}
