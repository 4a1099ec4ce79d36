import {
  DEFAULT_LIMITS,
  readSheet,
  type SheetFault,
  type SheetFile,
  type SheetLimits,
} from '@junxian/documents';
import { isRefusal, type Refusal } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import { recordAudit } from '../audit/audit.service';
import type { RegionChangeRow } from './region-change.store';
import { type ChangeContext, scheduleRegionChange } from './region-changes.service';
import { ordersOfFile, REGION_FILE_COLUMNS, type RegionFileOrder } from './region-file.rules';

/** A year brings some thousands of changes in the whole country. */
export const REGION_FILE_LIMITS: SheetLimits = {
  ...DEFAULT_LIMITS,
  maxBytes: 5 * 1024 * 1024,
  maxRows: 10_010,
};

export interface RegionImportResult {
  changes: RegionChangeRow[];
  faults: SheetFault[];
  unknownColumns: string[];
}

/** Carried by the exception that rolls a faulty or tried-out import back. */
class ImportUndone extends Error {
  constructor(readonly result: RegionImportResult) {
    super('the import is rolled back');
  }
}

/**
 * Takes over the yearly region file: each row, or group of rows of a split, is a change on its date. All
 * or nothing: with a single fault nothing is kept, and every fault that could be found is returned with
 * its row. With `dryRun` nothing is kept either way. `write` runs one transaction as the caller.
 * Throws FILE_TOO_LARGE or FILE_UNREADABLE.
 */
export async function importRegions(
  write: <T>(work: (tx: ScopedTransaction) => Promise<T>) => Promise<T>,
  file: SheetFile,
  { basisDocument, dryRun }: { basisDocument: string; dryRun: boolean },
  context: ChangeContext,
): Promise<RegionImportResult> {
  const {
    rows,
    faults: sheetFaults,
    unknownColumns,
  } = await readSheet(file, REGION_FILE_COLUMNS, REGION_FILE_LIMITS);
  const { orders, faults: rowFaults } = ordersOfFile(rows, basisDocument);
  const readFaults = [...sheetFaults, ...rowFaults];
  try {
    return await write(async (tx) => {
      const changes: RegionChangeRow[] = [];
      const faults = [...readFaults];
      for (const each of orders) {
        const outcome = await attempt(tx, each, context);
        if ('fault' in outcome) faults.push(outcome.fault);
        else changes.push(outcome.change);
      }
      const result = { changes: faults.length > 0 ? [] : changes, faults, unknownColumns };
      if (faults.length > 0 || dryRun) throw new ImportUndone(result);
      await recordAudit(tx, {
        action: 'REGIONS_IMPORTED',
        targetType: 'region-file',
        targetId: null,
        after: { basisDocument, changes: changes.length },
        outcome: 'OK',
        actor: context.actor,
        at: context.clock.now(),
      });
      return result;
    });
  } catch (error) {
    if (error instanceof ImportUndone) return error.result;
    throw error;
  }
}

/** Carries out one order so that a refusal leaves no trace and the next one can be tried. */
async function attempt(
  tx: ScopedTransaction,
  { rowNumbers, order }: RegionFileOrder,
  context: ChangeContext,
): Promise<{ change: RegionChangeRow } | { fault: SheetFault }> {
  await tx.query('SAVEPOINT region_order');
  try {
    const change = await scheduleRegionChange(tx, order, context);
    await tx.query('RELEASE SAVEPOINT region_order');
    return { change };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    await tx.query('ROLLBACK TO SAVEPOINT region_order');
    return { fault: faultOf(rowNumbers[0]!, error) };
  }
}

function faultOf(rowNumber: number, { code, text, field }: Refusal): SheetFault {
  return { rowNumber, column: columnOf(field), code, text };
}

const COLUMN_OF_FIELD: [RegExp, string][] = [
  [/parentCode$/, '上级代码'],
  [/name$/, '名称'],
  [/level$/, '级别'],
  [/urbanRuralCode$/, '城乡分类代码'],
  [/^effectiveDate$/, '生效日期'],
  [/^(from|mapping)/, '原代码'],
  [/^to/, '代码'],
];

function columnOf(field: string | undefined): string | null {
  return COLUMN_OF_FIELD.find(([pattern]) => pattern.test(field ?? ''))?.[1] ?? null;
}
