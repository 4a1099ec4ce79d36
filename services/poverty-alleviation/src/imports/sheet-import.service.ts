import { openSheet, type RunningJob, type SheetFault, type SheetFile } from '@junxian/documents';
import { isRefusal, type Refusal } from '@junxian/errors';
import type { Database, ScopedTransaction } from '@junxian/persistence';
import { clearStaged, keepFaults } from './household-import.store';
import {
  IMPORT_JOBS,
  type ImportKind,
  type ImportResult,
  type RecordCounts,
  type SheetOrder,
} from './import.types';
import { IMPORT_FORMS } from './import-forms';
import { cellReader, type ImportRow, type SheetColumns } from './sheet-columns.rules';

/** Told how many rows of a sheet are done; may be called for each. */
export type RowsChecked = (rows: number) => Promise<void>;

/** What takes the rows of one kind of sheet over. */
export interface RowTaker<Columns extends SheetColumns> {
  kind: ImportKind;
  columns: Columns;
  /**
   * Writes what the rows say, through the use cases of their room; what these refuse becomes faults of the rows, after
   * which nothing of the transaction stays. Tells `checked` now and then how many rows are done. Returns what was added, changed and left.
   */
  takeOver(
    tx: ScopedTransaction,
    rows: readonly ImportRow<Columns>[],
    faults: RowFaults,
    checked: RowsChecked,
  ): Promise<RecordCounts[]>;
}

/** Saves what a row says through its form. Returns what the form refuses it with, null when it is saved. */
export async function refusalOf(save: () => Promise<unknown>): Promise<Refusal | null> {
  try {
    await save();
    return null;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return error;
  }
}

/** Which row of a sheet spoke of a thing first. */
export class FirstRows {
  private readonly rows = new Map<string, number>();

  /** Notes what a row speaks of, by keys. Returns the first earlier row that speaks of the same by any of them, undefined when none does. */
  before(rowNumber: number, keys: readonly string[]): number | undefined {
    const earlier = keys.map((key) => this.rows.get(key)).find((row) => row !== undefined);
    for (const key of keys) if (!this.rows.has(key)) this.rows.set(key, rowNumber);
    return earlier;
  }
}

/** The faults of a sheet, as many as are told. */
export class RowFaults {
  private readonly all: SheetFault[];

  constructor(
    found: readonly SheetFault[],
    private readonly most: number,
  ) {
    this.all = found.slice(0, most);
  }

  /** Whether anything is wrong so far, in reading or since. */
  get some(): boolean {
    return this.all.length > 0;
  }

  /** Whether so much is wrong that more would help nobody. */
  get isFull(): boolean {
    return this.all.length >= this.most;
  }

  add(...faults: readonly SheetFault[]): void {
    this.all.push(...faults.slice(0, this.most - this.all.length));
  }

  /** In the order of the rows. */
  list(): SheetFault[] {
    return [...this.all].sort((a, b) => (a.rowNumber ?? 0) - (b.rowNumber ?? 0));
  }
}

export interface SheetImportParts {
  database: Database;
  /** Runs work on an uploaded sheet. */
  withSheet<T>(fileId: string, work: (sheet: SheetFile) => Promise<T>): Promise<T>;
}

/**
 * Imports a sheet whose rows are written by the use cases of their forms, in one transaction: all of them or, with a
 * single fault, none. A trial run is the run itself, taken back.
 */
export class SheetImport<Columns extends SheetColumns> {
  constructor(
    private readonly parts: SheetImportParts,
    private readonly taker: RowTaker<Columns>,
  ) {}

  /** Does one ordered import, under the scope of whoever ordered it; may be begun anew at any point. */
  async run(job: RunningJob<SheetOrder>): Promise<void> {
    const { database } = this.parts;
    const { dryRun, fileId } = job.input;
    const { rows, count, faults, unknownColumns } = await this.parts.withSheet(fileId, (file) =>
      this.read(file),
    );
    const result = (accepted: boolean, records: RecordCounts[], faultCount: number): ImportResult => ({
      dryRun,
      accepted,
      rows: count,
      records,
      faults: faultCount,
      unknownColumns,
    });
    const checked: RowsChecked = (done) => job.progress(dryRun ? 'CHECKING' : 'WRITING', done, count);
    await checked(0);
    const outcome = await this.takeOver(job, rows, faults, checked, (tx, records) =>
      job.finish(tx, result(true, records, 0)),
    );
    if (outcome === null) return;
    const found = outcome.faults.list();
    await database.write(job.scope, async (tx) => {
      await clearStaged(tx, job.id);
      await keepFaults(tx, job.id, found);
      await job.finish(tx, result(found.length === 0, outcome.records, found.length));
    });
  }

  private async read(file: SheetFile) {
    const { kind, columns } = this.taker;
    const form = IMPORT_FORMS[kind];
    const sheet = await openSheet(file, form.columns, form.limits);
    const readCells = cellReader(columns);
    const rows: ImportRow<Columns>[] = [];
    const faults = [...sheet.faults];
    let count = 0;
    for await (const batch of sheet.rows) {
      count += batch.length;
      for (const { row, faults: wrong } of batch) {
        const read = readCells(row);
        const all = wrong.length > 0 ? wrong : read.faults;
        faults.push(...all);
        if (all.length === 0) {
          // The required cells are filled in every row that gets here.
          rows.push({ rowNumber: row.rowNumber, cells: read.cells as ImportRow<Columns>['cells'] });
        }
      }
    }
    return { rows, count, faults, unknownColumns: sheet.unknownColumns };
  }

  /** Returns null when all is written and the job done, else what came of it before it was taken back. */
  private async takeOver(
    { scope, input }: RunningJob<SheetOrder>,
    rows: readonly ImportRow<Columns>[],
    readFaults: readonly SheetFault[],
    checked: RowsChecked,
    finish: (tx: ScopedTransaction, records: RecordCounts[]) => Promise<void>,
  ): Promise<TakenBack | null> {
    const { kind } = this.taker;
    try {
      await this.parts.database.write(scope, async (tx) => {
        // One import of a kind at a time: of two that name the same, the later finds what the earlier brought.
        await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('junxian.import:' || $1, 0))`, [
          IMPORT_JOBS[kind],
        ]);
        const faults = new RowFaults(readFaults, IMPORT_FORMS[kind].limits.maxFaults);
        const records = await this.taker.takeOver(tx, rows, faults, checked);
        if (input.dryRun || faults.some) throw new TakenBack(records, faults);
        await finish(tx, records);
      });
      return null;
    } catch (error) {
      if (error instanceof TakenBack) return error;
      throw error;
    }
  }
}

/** Ends a transaction of which nothing is to stay. */
class TakenBack extends Error {
  constructor(
    readonly records: RecordCounts[],
    readonly faults: RowFaults,
  ) {
    super('an import was taken back');
  }
}
