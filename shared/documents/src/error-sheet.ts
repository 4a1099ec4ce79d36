import { PassThrough, type Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { SheetFile } from './grid';
import { DEFAULT_LIMITS, type SheetLimits } from './limits';
import { gridRows, type SheetFault } from './read-sheet';
import { streamedWorkbook } from './workbook-writer';
import { guardFormula, readyForMore } from './write-sheet';

/** The title of the column that says what is wrong with a row. */
export const FAULT_COLUMN = '错误原因';

const RED = { argb: 'FFC00000' };

/**
 * The uploaded sheet again, as xlsx, with one more column at the end, 错误原因, which says in Chinese, for each
 * row, what is wrong in which column. Rows keep their numbers; faults of the whole sheet stand beside its first
 * row. The corrected file can be uploaded as it is: the extra column is not read. Throws what `readSheet` throws.
 */
export async function errorSheet(
  original: SheetFile,
  faults: readonly SheetFault[],
  limits: SheetLimits = DEFAULT_LIMITS,
): Promise<Buffer> {
  const output = new PassThrough();
  const [content] = await Promise.all([buffer(output), writeErrorSheet(original, faults, output, limits)]);
  return content;
}

/** {@link errorSheet} written to a stream while the file is read again; ends the stream, or destroys it on failure. */
export async function writeErrorSheet(
  original: SheetFile,
  faults: readonly SheetFault[],
  output: Writable,
  limits: SheetLimits = DEFAULT_LIMITS,
): Promise<void> {
  try {
    const { width, firstRow } = await extentOf(original, limits);
    const reasons = reasonsByRow(faults, firstRow);
    const { workbook, finish } = await streamedWorkbook(output);
    const sheet = workbook.addWorksheet(FAULT_COLUMN);
    sheet.columns = Array.from({ length: width + 1 }, (_, index) => ({
      width: index === width ? 60 : 18,
      style: { numFmt: '@' },
    }));
    for await (const rows of gridRows(original, limits)) {
      for (const { rowNumber, cells } of rows) {
        const row = sheet.getRow(rowNumber);
        cells.forEach((cell, index) => {
          if (cell) row.getCell(index + 1).value = guardFormula(cell.text);
        });
        const reason = row.getCell(width + 1);
        reason.value = [rowNumber === firstRow ? FAULT_COLUMN : null, reasons.get(rowNumber)]
          .filter(Boolean)
          .join('：');
        reason.font = { color: RED };
        row.commit();
      }
      await readyForMore(sheet, output);
    }
    sheet.commit();
    await finish();
  } catch (error) {
    output.destroy(error as Error);
    throw error;
  }
}

/** How wide the sheet is and where it begins; read through once, since the column of faults stands behind the widest row. */
async function extentOf(file: SheetFile, limits: SheetLimits): Promise<{ width: number; firstRow: number }> {
  let width = 1;
  let firstRow: number | null = null;
  for await (const rows of gridRows(file, limits)) {
    firstRow ??= rows[0]?.rowNumber ?? null;
    for (const { cells } of rows) width = Math.max(width, cells.length);
  }
  return { width, firstRow: firstRow ?? 1 };
}

/** One fault as a Chinese sentence with its place: `第 5 行“人数”：必填，请填写`. */
export function faultSentence(fault: SheetFault): string {
  const row = fault.rowNumber === null ? '' : `第 ${fault.rowNumber} 行`;
  const column = fault.column === null ? '' : `“${fault.column}”`;
  const place = row + column;
  return place === '' ? fault.text.zh : `${place}：${fault.text.zh}`;
}

function reasonsByRow(faults: readonly SheetFault[], firstRow: number): Map<number, string> {
  const reasons = new Map<number, string>();
  for (const fault of faults) {
    const rowNumber = fault.rowNumber ?? firstRow;
    const earlier = reasons.get(rowNumber);
    const sentence = faultSentence(fault);
    reasons.set(rowNumber, earlier === undefined ? sentence : `${earlier}；${sentence}`);
  }
  return reasons;
}
