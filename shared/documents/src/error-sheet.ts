import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { SheetFile } from './grid';
import { DEFAULT_LIMITS, type SheetLimits } from './limits';
import { readGrid, type SheetFault } from './read-sheet';
import { streamedWorkbook } from './workbook-writer';
import { guardFormula } from './write-sheet';

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
  const grid = await readGrid(original, limits);
  const width = Math.max(1, ...grid.map((row) => row.cells.length));
  const firstRow = grid[0]?.rowNumber ?? 1;
  const reasons = reasonsByRow(faults, firstRow);

  const output = new PassThrough();
  const content = buffer(output);
  const { workbook, finish } = await streamedWorkbook(output);
  const sheet = workbook.addWorksheet(FAULT_COLUMN);
  sheet.columns = Array.from({ length: width + 1 }, (_, index) => ({
    width: index === width ? 60 : 18,
    style: { numFmt: '@' },
  }));
  for (const { rowNumber, cells } of grid) {
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
  sheet.commit();
  await finish();
  return content;
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
