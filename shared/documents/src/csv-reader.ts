import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { csvCell, type GridRow, hasContent } from './grid';
import { type SheetLimits, tooManyColumns, tooManyRows, unreadable } from './limits';
import { slicesOf } from './slices';

const BATCH = 500;

/**
 * The rows with content of an untrusted CSV file, in batches as they are read. The encoding is UTF-8 when the bytes are valid UTF-8
 * (with or without byte order mark), else GB18030, which Chinese Excel writes and which includes GBK.
 * Throws FILE_UNREADABLE (neither encoding, binary content, broken quotes) or FILE_TOO_LARGE.
 */
export async function* readCsv(content: Buffer, limits: SheetLimits): AsyncGenerator<GridRow[]> {
  let rows: GridRow[] = [];
  let count = 0;
  let rowNumber = 0;
  for await (const record of recordsOf(decodeCsv(content), limits)) {
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

/** The text of a CSV file in UTF-8 or GB18030, without byte order mark. Throws FILE_UNREADABLE for anything else. */
export function decodeCsv(content: Buffer): string {
  const utf16 = content.length >= 2 && ['fffe', 'feff'].includes(content.toString('hex', 0, 2));
  const text = utf16 ? null : (decode(content, 'utf-8') ?? decode(content, 'gb18030'));
  // No text has NUL characters; a renamed program or picture does.
  if (text === null || text.includes('\0')) {
    throw unreadable({
      zh: '文件编码无法识别，请另存为“CSV UTF-8”或 xlsx 后重新上传',
      en: 'its encoding is unknown; save it as “CSV UTF-8” or xlsx',
    });
  }
  return text;
}

function decode(content: Buffer, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(content);
  } catch {
    return null;
  }
}

async function* recordsOf(text: string, limits: SheetLimits): AsyncGenerator<string[]> {
  // Empty lines stay, since row numbers are those a spreadsheet program shows; a file of little else is refused.
  const mostLines = limits.maxRows * 2;
  const records = Readable.from(slicesOf(text)).pipe(
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
