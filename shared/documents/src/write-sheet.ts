import { once } from 'node:events';
import { PassThrough, type Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { stringify } from 'csv-stringify';
import type { Worksheet } from 'exceljs';
import type { ColumnDefinition } from './columns';
import { streamedWorkbook } from './workbook-writer';

/** What stands in a written cell: texts stay texts (codes keep their zeros), only numbers are numbers. */
export type CellValue = string | number | null;

/** The lines above the table of an official list: what, where, when, by whom. */
export interface SheetHeading {
  title: string;
  regionName?: string;
  /** Statistical year. */
  year?: number;
  /** When it was produced, as it is to be shown. */
  producedAt?: string;
  operatorName?: string;
}

export interface WriteOptions {
  format?: 'XLSX' | 'CSV';
  sheetName?: string;
  heading?: SheetHeading;
}

const TEXT_FORMAT = '@';
const ROWS_PER_TURN = 500;

/**
 * Writes rows to a stream as they come, without holding the table in memory, and ends the stream.
 *
 * Takes the columns, the rows by column key, the stream and options (xlsx by default; CSV is UTF-8 with
 * byte order mark). Texts are written as texts, so ID numbers and codes keep every digit, and a text that
 * a spreadsheet program could run as a formula gets an apostrophe, which `readSheet` takes off again.
 * Rejects, and destroys the stream, when reading the rows or writing fails.
 */
export async function writeSheet<Key extends string>(
  columns: readonly ColumnDefinition<Key>[],
  rows: AsyncIterable<Partial<Record<Key, CellValue>>> | Iterable<Partial<Record<Key, CellValue>>>,
  output: Writable,
  options: WriteOptions = {},
): Promise<void> {
  try {
    if (options.format === 'CSV') await writeCsv(columns, rows, output, options);
    else await writeXlsx(columns, rows, output, options);
  } catch (error) {
    output.destroy(error as Error);
    throw error;
  }
}

/** Like `writeSheet`, collected into one buffer; for files small enough to be part of an answer. */
export async function sheetBuffer<Key extends string>(
  columns: readonly ColumnDefinition<Key>[],
  rows: Iterable<Partial<Record<Key, CellValue>>>,
  options: WriteOptions = {},
): Promise<Buffer> {
  const output = new PassThrough();
  const [content] = await Promise.all([buffer(output), writeSheet(columns, rows, output, options)]);
  return content;
}

/** A text made safe against being run as a formula when the file is opened: `=1+1` becomes `'=1+1`. */
export function guardFormula(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

/** The heading as lines of text, empty without a heading. */
export function headingLines(heading: SheetHeading | undefined): string[] {
  if (heading === undefined) return [];
  const facts = [
    heading.regionName && `行政区划：${heading.regionName}`,
    heading.year && `年度：${heading.year}`,
    heading.producedAt && `生成时间：${heading.producedAt}`,
    heading.operatorName && `操作人：${heading.operatorName}`,
  ].filter(Boolean);
  return facts.length > 0 ? [heading.title, facts.join('　')] : [heading.title];
}

async function writeXlsx<Key extends string>(
  columns: readonly ColumnDefinition<Key>[],
  rows: AsyncIterable<Partial<Record<Key, CellValue>>> | Iterable<Partial<Record<Key, CellValue>>>,
  output: Writable,
  options: WriteOptions,
): Promise<void> {
  const { workbook, finish } = await streamedWorkbook(output);
  const lines = headingLines(options.heading);
  const sheet = workbook.addWorksheet(options.sheetName ?? 'Sheet1', {
    views: [{ state: 'frozen', ySplit: lines.length + 1 }],
  });
  setColumns(sheet, columns);
  for (const line of lines) sheet.addRow([guardFormula(line)]).commit();
  const header = sheet.addRow(columns.map((column) => column.title));
  header.font = { bold: true };
  header.commit();

  let count = 0;
  for await (const row of rows) {
    // What is undefined gets no cell, as in a workbook that a spreadsheet program wrote; null would get an empty one.
    sheet.addRow(columns.map((column) => cellValue(row[column.key]) ?? undefined)).commit();
    count += 1;
    if (count % ROWS_PER_TURN === 0) await readyForMore(sheet, output);
  }
  sheet.commit();
  await finish();
}

async function writeCsv<Key extends string>(
  columns: readonly ColumnDefinition<Key>[],
  rows: AsyncIterable<Partial<Record<Key, CellValue>>> | Iterable<Partial<Record<Key, CellValue>>>,
  output: Writable,
  options: WriteOptions,
): Promise<void> {
  const csv = stringify({ bom: true, record_delimiter: 'windows' });
  const written = finished(csv.pipe(output));
  written.catch(() => undefined);
  for (const line of headingLines(options.heading)) csv.write([guardFormula(line)]);
  csv.write(columns.map((column) => column.title));
  for await (const row of rows) {
    const more = csv.write(columns.map((column) => cellValue(row[column.key]) ?? ''));
    if (!more) await once(csv, 'drain');
  }
  csv.end();
  await written;
}

function setColumns(sheet: Worksheet, columns: readonly ColumnDefinition[]): void {
  sheet.columns = columns.map((column) => ({
    width: column.width ?? Math.max(12, column.title.length * 2 + 4),
    style: { numFmt: TEXT_FORMAT },
  }));
}

function cellValue(value: CellValue | undefined): CellValue {
  if (value === undefined || value === null) return null;
  return typeof value === 'number' ? value : guardFormula(value);
}

/**
 * Waits until the zip stream behind the sheet has room. exceljs never waits itself, so a slow download would
 * fill the memory; its stream is an old one that shows its state only under `_writableState`.
 */
export async function readyForMore(sheet: Worksheet, output: Writable): Promise<void> {
  await setImmediate();
  const { pipes } = (sheet as unknown as { stream: { pipes: ZipInput[] } }).stream;
  for (const pipe of pipes) {
    while (pipe._writableState.needDrain) {
      if (output.destroyed) throw new Error('The receiver of the sheet has gone');
      const waiting = new AbortController();
      const { signal } = waiting;
      const gone = once(output, 'close', { signal });
      const room = once(pipe, 'drain', { signal });
      await Promise.race([room, gone]).finally(() => waiting.abort());
      await Promise.allSettled([room, gone]);
    }
  }
}

type ZipInput = Writable & { _writableState: { needDrain: boolean } };
