import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { csvCell, type GridRow, hasContent } from './grid';
import { type SheetLimits, tooManyColumns, tooManyRows, unreadable } from './limits';
import type { FileSource } from './stored-files/file-source';
import { isDamage, piecesOf } from './zip';

const BATCH = 500;

/**
 * The rows with content of an untrusted CSV file, in batches as they are read. The encoding is UTF-8 when the bytes are valid UTF-8
 * (with or without byte order mark), else GB18030, which Chinese Excel writes and which includes GBK.
 * Throws FILE_UNREADABLE (neither encoding, binary content, broken quotes) or FILE_TOO_LARGE.
 */
export async function* readCsv(file: FileSource, limits: SheetLimits): AsyncGenerator<GridRow[]> {
  let rows: GridRow[] = [];
  let count = 0;
  let rowNumber = 0;
  for await (const record of recordsOf(textOf(file, await encodingOf(file)), limits)) {
    rowNumber += 1;
    if (
      record.length > limits.maxColumns &&
      record.slice(limits.maxColumns).some((text) => text.trim() !== '')
    ) {
      throw tooManyColumns(limits);
    }
    const cells = record.slice(0, limits.maxColumns).map((text) => csvCell(text, limits.maxCellLength));
    const row = { rowNumber, cells };
    if (!hasContent(row)) continue;
    rows.push(row);
    count += 1;
    if (count > limits.maxRows) throw tooManyRows(limits);
    if (rows.length < BATCH) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}

/** The encoding of a CSV file: UTF-8 or GB18030, read through once, since only the whole tells. Throws FILE_UNREADABLE for anything else. */
async function encodingOf(file: FileSource): Promise<string> {
  const utf16 = ['fffe', 'feff'].includes((await file.read(0, 2)).toString('hex'));
  for (const encoding of utf16 ? [] : ['utf-8', 'gb18030']) {
    if (await isTextIn(file, encoding)) return encoding;
  }
  throw unreadable({
    zh: '文件编码无法识别，请另存为“CSV UTF-8”或 xlsx 后重新上传',
    en: 'its encoding is unknown; save it as “CSV UTF-8” or xlsx',
  });
}

async function isTextIn(file: FileSource, encoding: string): Promise<boolean> {
  try {
    for await (const text of textOf(file, encoding)) {
      // No text has NUL characters; a renamed program or picture does.
      if (text.includes('\0')) return false;
    }
    return true;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

/** The text of a file, piece by piece, without byte order mark. Throws when it is none of the encoding. */
async function* textOf(file: FileSource, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  for await (const piece of piecesOf(file, 0, file.size)) yield decoder.decode(piece, { stream: true });
  yield decoder.decode();
}

async function* recordsOf(text: AsyncIterable<string>, limits: SheetLimits): AsyncGenerator<string[]> {
  // Empty lines stay, since row numbers are those a spreadsheet program shows; a file of little else is refused.
  const mostLines = limits.maxRows * 2;
  const records = Readable.from(text).pipe(
    parse({
      relax_column_count: true,
      skip_empty_lines: false,
      max_record_size: limits.maxCellLength * limits.maxColumns,
    }),
  );
  let count = 0;
  try {
    for await (const record of records as AsyncIterable<string[]>) {
      count += 1;
      if (count > mostLines) throw tooManyRows(limits);
      yield record;
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    if (error.code === 'CSV_MAX_RECORD_SIZE') throw tooManyColumns(limits);
    const line = Number(error.lines ?? 0);
    throw unreadable({
      zh: `第 ${line} 行附近的引号或分隔符有误，请改正或另存为 xlsx 后重新上传`,
      en: `quotes or separators near line ${line} are wrong; correct them or save it as xlsx`,
    });
  }
}
