import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { stream as exceljsStream } from 'exceljs';

/** A workbook written to a stream; `finish` closes it and waits until the stream has taken everything. */
export interface StreamedWorkbook {
  workbook: exceljsStream.xlsx.WorkbookWriter;
  finish(): Promise<void>;
}

// archiver holds a megabyte in each of its stages by default; many downloads at once must cost less.
const ZIP_OPTIONS = { highWaterMark: 64 * 1024, zlib: { level: 1 } };

/**
 * Starts an xlsx workbook on a stream. Every xlsx of the product is written through here: exceljs's other
 * writer splits texts by UTF-16 unit and so destroys rare characters of names (beyond U+FFFF) now and then.
 */
export async function streamedWorkbook(output: Writable): Promise<StreamedWorkbook> {
  // Loading it takes a third of a second, which no start of a service has to wait for.
  const { stream } = await import('exceljs');
  const written = finished(output);
  // Whoever writes learns of the failure from `finish` or from the stream itself.
  written.catch(() => undefined);
  const workbook = new stream.xlsx.WorkbookWriter({
    stream: output,
    useStyles: true,
    zip: ZIP_OPTIONS,
  });
  return {
    workbook,
    finish: async () => {
      await workbook.commit();
      await written;
    },
  };
}
