import type { Writable } from 'node:stream';
import type { CellValue } from '../write-sheet';

export type ExportFormat = 'XLSX' | 'CSV';

/** A link to an export; whoever has it may download until it expires. */
export interface ExportLink {
  url: string;
  expiresAt: Date;
}

/** How long a link to an export is good for. */
export const EXPORT_LINK_SECONDS = 300;

/** An export that is about to be downloaded. */
export interface OpenedExport {
  fileName: string;
  mime: string;
  /** Writes all rows and ends the stream. */
  write(output: Writable): Promise<void>;
}

/** One page of rows by column key, and where the next begins: null at the end. */
export interface ExportPage {
  rows: readonly Readonly<Record<string, CellValue>>[];
  next: string | null;
}

/** A sheet of a workbook holds 1,048,576 lines. */
const MOST_ROWS: Readonly<Record<ExportFormat, number>> = { XLSX: 1_000_000, CSV: Number.POSITIVE_INFINITY };
const MIME: Readonly<Record<ExportFormat, string>> = {
  XLSX: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  CSV: 'text/csv; charset=utf-8',
};

/** The content type of an export. */
export function exportMime(format: ExportFormat): string {
  return MIME[format];
}

/** The name of an export's file: its title, the day it was made (YYYY-MM-DD) and the format. */
export function exportFileName(title: string, day: string, format: ExportFormat): string {
  return `${title}-${day.replaceAll('-', '')}.${format.toLowerCase()}`;
}

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
