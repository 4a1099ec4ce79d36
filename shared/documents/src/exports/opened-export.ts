import type { Writable } from 'node:stream';
import type { ColumnDefinition } from '../columns';
import { type SheetHeading, writeSheet } from '../write-sheet';
import { type ExportFormat, type ExportPage, exportedRows } from './exported-rows';

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

/** How a download ended; what was broken off may hold less than was asked for. */
export type DownloadEnd = 'FINISHED' | 'BROKEN_OFF';

export interface ExportSource {
  title: string;
  columns: readonly ColumnDefinition[];
  format: ExportFormat;
  /** The day the file is named by, YYYY-MM-DD. */
  day: string;
  /** What the sheet says above its columns, beside the title; asked when the rows begin to go out. */
  heading(): Omit<SheetHeading, 'title'>;
  /** One page of rows; reads in a transaction of its own, so that a slow download holds neither a connection nor a snapshot. */
  page(after: string | null): Promise<ExportPage>;
  /** Told once when the download is over, however it ended, with the rows that were given out. */
  ended(how: DownloadEnd, rows: number): Promise<void>;
}

const MIME: Readonly<Record<ExportFormat, string>> = {
  XLSX: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  CSV: 'text/csv; charset=utf-8',
};

/** The content type of an export. */
export function exportMime(format: ExportFormat): string {
  return MIME[format];
}

/** An export as a download takes it: named by title, day and format, its rows streamed page by page. */
export function openedExport(source: ExportSource): OpenedExport {
  const { title, columns, format, day } = source;
  return {
    fileName: `${title}-${day.replaceAll('-', '')}.${format.toLowerCase()}`,
    mime: exportMime(format),
    write: async (output) => {
      const shown = { rows: 0 };
      let end: DownloadEnd = 'BROKEN_OFF';
      try {
        const rows = exportedRows(format, output, shown, (after) => source.page(after));
        const heading = { title, ...source.heading() };
        await writeSheet(columns, rows, output, { format, sheetName: title, heading });
        end = 'FINISHED';
      } finally {
        await source.ended(end, shown.rows);
      }
    },
  };
}
