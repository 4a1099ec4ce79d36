import type { Writable } from 'node:stream';
import type { CellValue } from '../write-sheet';

export type ExportFormat = 'XLSX' | 'CSV';

/** One page of rows by column key, and where the next begins: null at the end. */
export interface ExportPage {
  rows: readonly Readonly<Record<string, CellValue>>[];
  next: string | null;
}

/** A sheet of a workbook holds 1,048,576 lines. */
const MOST_ROWS: Readonly<Record<ExportFormat, number>> = { XLSX: 1_000_000, CSV: Number.POSITIVE_INFINITY };

/**
 * All rows of an export, page by page, numbered in the column `seq`; at the limit of a worksheet a last row says that
 * there are more. `shown` counts the rows as they are given out. Stops with an error when the receiver has gone.
 */
export async function* exportedRows(
  format: ExportFormat,
  output: Writable,
  shown: { rows: number },
  pageAfter: (after: string | null) => Promise<ExportPage>,
): AsyncGenerator<Record<string, CellValue>> {
  let after: string | null = null;
  do {
    const page: ExportPage = await pageAfter(after);
    for (const row of page.rows) {
      if (output.destroyed) throw new Error('the receiver of an export has gone');
      if (shown.rows === MOST_ROWS[format]) {
        yield { seq: '已达工作表行数上限，其余未导出；请缩小查询条件或导出 CSV 格式' };
        return;
      }
      shown.rows += 1;
      yield { seq: shown.rows, ...row };
    }
    after = page.next;
  } while (after !== null);
}
