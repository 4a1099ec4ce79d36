import type { Bilingual } from '@junxian/errors';
import { type ColumnDefinition, normaliseTitle } from './columns';
import { readCsv } from './csv-reader';
import { type CellProblem, type GridRow, type SheetFile, trimCell } from './grid';
import { DEFAULT_LIMITS, type SheetLimits, tooLarge, unreadable } from './limits';
import { openSheetAside } from './read-aside';
import { bufferSource } from './stored-files/file-source';
import { readXlsx } from './xlsx-reader';

/** One thing wrong in a sheet. Neither code nor text repeats the cell, which may hold personal data. */
export interface SheetFault {
  /** As the spreadsheet program shows it; null for a fault of the whole sheet. */
  rowNumber: number | null;
  /** The Chinese title of the column; null for a fault of the whole row. */
  column: string | null;
  code: string;
  text: Bilingual;
}

/** One row: every defined column has a text, `''` when the cell is empty. */
export interface SheetRow<Key extends string = string> {
  rowNumber: number;
  values: Record<Key, string>;
}

export interface SheetReading<Key extends string = string> {
  rows: SheetRow<Key>[];
  faults: SheetFault[];
  /** Titles in the file that no definition asks for; they are not read. */
  unknownColumns: string[];
}

// A sheet may begin with a heading of a few lines (title, region, year, operator).
const HEADER_SEARCH_ROWS = 10;
/** Bytes: a smaller file is read before a thread has begun. */
const WORTH_A_THREAD = 1024 * 1024;

/** A row that was read, with what is wrong in its cells. */
export interface ReadRow<Key extends string = string> {
  row: SheetRow<Key>;
  faults: SheetFault[];
}

/** A sheet whose header was read; its rows are still to come. */
export interface OpenSheet<Key extends string = string> {
  /** What is wrong with the header; without a usable one there are no rows. */
  faults: SheetFault[];
  unknownColumns: string[];
  /** The rows in the order of the file, in batches; can be gone through once. */
  rows: AsyncGenerator<ReadRow<Key>[]>;
}

/**
 * Opens the first sheet of an uploaded xlsx or CSV file by the titles of its columns, in any order; its rows come in
 * batches while the file is read, so that a hundred thousand of them are never held together. A row with faults is
 * still among them, so that its other cells can be checked. A large file that lies on disk is read in a thread of its
 * own: whoever has opened it goes through its rows, or breaks off. Throws, here or while rows are read, FILE_TOO_LARGE
 * or FILE_UNREADABLE when the file as a whole cannot be read.
 */
export function openSheet<Key extends string>(
  { name, content }: SheetFile,
  columns: readonly ColumnDefinition<Key>[],
  limits: SheetLimits = DEFAULT_LIMITS,
): Promise<OpenSheet<Key>> {
  if (Buffer.isBuffer(content) || content.path === undefined || content.size < WORTH_A_THREAD)
    return openSheetHere({ name, content }, columns, limits);
  return openSheetAside({ name, path: content.path, columns, limits });
}

/** {@link openSheet} by whoever calls it. */
export async function openSheetHere<Key extends string>(
  file: SheetFile,
  columns: readonly ColumnDefinition<Key>[],
  limits: SheetLimits,
): Promise<OpenSheet<Key>> {
  const grid = gridRows(file, limits);
  const { first, header } = await findHeader(grid, columns);
  if (header === null) return { rows: noRows(), faults: [noHeader(columns)], unknownColumns: [] };
  const { positions, faults, unknownColumns } = matchHeader(header, columns);
  if (faults.length > 0) return { rows: noRows(), faults, unknownColumns };
  return { rows: rowsBelow(header, first, grid, columns, positions), faults, unknownColumns };
}

/**
 * Reads a sheet as {@link openSheet} does, all of it. Returns the rows with their numbers, trimmed texts, and the
 * faults: a missing required column once, an empty required cell, a value outside the choices, a long
 * number that lost digits, a formula without a value, an error cell.
 */
export async function readSheet<Key extends string>(
  file: SheetFile,
  columns: readonly ColumnDefinition<Key>[],
  limits: SheetLimits = DEFAULT_LIMITS,
): Promise<SheetReading<Key>> {
  const sheet = await openSheet(file, columns, limits);
  const rows: SheetRow<Key>[] = [];
  const faults = sheet.faults;
  for await (const batch of sheet.rows) {
    for (const read of batch) {
      rows.push(read.row);
      if (faults.length < limits.maxFaults) faults.push(...read.faults);
    }
  }
  return { rows, faults: faults.slice(0, limits.maxFaults), unknownColumns: sheet.unknownColumns };
}

/** The first rows, as many as a heading may have and what was read along with them, and the header among them. */
async function findHeader(grid: AsyncGenerator<GridRow[]>, columns: readonly ColumnDefinition[]) {
  const first: GridRow[] = [];
  while (first.length < HEADER_SEARCH_ROWS) {
    const { value, done } = await grid.next();
    if (done) break;
    first.push(...value);
  }
  return { first, header: headerRow(first, columns) };
}

async function* rowsBelow<Key extends string>(
  header: GridRow,
  first: readonly GridRow[],
  grid: AsyncGenerator<GridRow[]>,
  columns: readonly ColumnDefinition<Key>[],
  positions: ReadonlyMap<Key, number>,
): AsyncGenerator<ReadRow<Key>[]> {
  const read = (rows: readonly GridRow[]) =>
    rows.map((row) => readRow(row, columns, positions)).filter((row) => row !== null);
  yield read(first.filter(({ rowNumber }) => rowNumber > header.rowNumber));
  for await (const rows of grid) yield read(rows);
}

async function* noRows(): AsyncGenerator<never> {}

/**
 * The rows with content of the first visible sheet, before titles matter, in batches. The kind of file is decided by
 * its content and must agree with its extension. Throws FILE_TOO_LARGE or FILE_UNREADABLE.
 */
export async function* gridRows(file: SheetFile, limits: SheetLimits): AsyncGenerator<GridRow[]> {
  const content = Buffer.isBuffer(file.content) ? bufferSource(file.content) : file.content;
  if (content.size > limits.maxBytes) {
    const megabytes = Math.floor(limits.maxBytes / 1024 / 1024);
    throw tooLarge(
      {
        zh: `最大 ${megabytes} MB，请拆分后分别上传`,
        en: `at most ${megabytes} MB; split it into several files`,
      },
      limits.maxBytes,
    );
  }
  if (content.size === 0)
    throw unreadable({ zh: '文件为空，请重新选择文件', en: 'it is empty; choose another file' });
  const extension = /\.([a-z0-9]{1,5})$/i.exec(trimCell(file.name))?.[1]?.toLowerCase();
  const start = (await content.read(0, 4)).toString('hex');
  if (start === 'd0cf11e0') {
    throw unreadable({
      zh: '这是旧版 xls 或加密的表格，请去除密码并另存为 xlsx 后重新上传',
      en: 'it is an old xls or an encrypted workbook; remove the password and save it as xlsx',
    });
  }
  const isZip = start.startsWith('504b');
  if (extension === 'xlsx' && isZip) yield* readXlsx(content, limits);
  else if (extension === 'csv' && !isZip) yield* readCsv(content, limits);
  else {
    throw unreadable({
      zh: '只接受 .xlsx 或 .csv 文件，且内容须与扩展名一致',
      en: 'only .xlsx and .csv files are accepted, with contents that match the extension',
    });
  }
}

/** The row, among the first ones, that holds most of the titles; null when none holds a single one. */
export function headerRow(grid: readonly GridRow[], columns: readonly ColumnDefinition[]): GridRow | null {
  const titles = new Set(columns.map((column) => normaliseTitle(column.title)));
  let best: GridRow | null = null;
  let bestCount = 0;
  for (const row of grid.slice(0, HEADER_SEARCH_ROWS)) {
    const count = row.cells.filter((cell) => cell && titles.has(normaliseTitle(cell.text))).length;
    if (count > bestCount) [best, bestCount] = [row, count];
  }
  return best;
}

function matchHeader<Key extends string>(header: GridRow, columns: readonly ColumnDefinition<Key>[]) {
  const positions = new Map<Key, number>();
  const faults: SheetFault[] = [];
  const known = new Set(columns.map((column) => normaliseTitle(column.title)));
  const titles = Array.from(header.cells, (cell) => normaliseTitle(cell?.text ?? ''));
  for (const column of columns) {
    const title = normaliseTitle(column.title);
    const first = titles.indexOf(title);
    if (first === -1) {
      if (column.required) faults.push(headerFault(header, column.title, 'MISSING_COLUMN'));
    } else if (titles.lastIndexOf(title) !== first) {
      faults.push(headerFault(header, column.title, 'DUPLICATE_COLUMN'));
    } else {
      positions.set(column.key, first);
    }
  }
  const unknownColumns = titles.filter((title) => title !== '' && !known.has(title));
  return { positions, faults, unknownColumns };
}

function readRow<Key extends string>(
  row: GridRow,
  columns: readonly ColumnDefinition<Key>[],
  positions: ReadonlyMap<Key, number>,
): { row: SheetRow<Key>; faults: SheetFault[] } | null {
  const values = {} as Record<Key, string>;
  const faults: SheetFault[] = [];
  let filled = false;
  for (const column of columns) {
    const position = positions.get(column.key);
    const cell = position === undefined ? undefined : row.cells[position];
    values[column.key] = cell?.text ?? '';
    if (cell !== undefined && (cell.text !== '' || cell.problem !== undefined)) filled = true;
    const code = cell?.problem ?? faultOf(column, values[column.key]);
    if (code !== null) faults.push(cellFault(row.rowNumber, column, code));
  }
  // A row that only fills columns nobody asked for is a remark, not a record.
  return filled ? { row: { rowNumber: row.rowNumber, values }, faults } : null;
}

type CellFaultCode = CellProblem | 'FIELD_REQUIRED' | 'NOT_A_CHOICE';

function faultOf(column: ColumnDefinition, value: string): CellFaultCode | null {
  if (value === '') return column.required ? 'FIELD_REQUIRED' : null;
  return column.choices && !column.choices.includes(value) ? 'NOT_A_CHOICE' : null;
}

const CELL_TEXTS: Record<CellFaultCode, (column: ColumnDefinition) => Bilingual> = {
  FIELD_REQUIRED: () => ({ zh: '必填，请填写', en: 'is required; fill it in' }),
  NOT_A_CHOICE: ({ choices = [] }) => ({
    zh: `只能填写：${choices.join('、')}`,
    en: `must be one of: ${choices.join(', ')}`,
  }),
  DIGITS_LOST: () => ({
    zh: '长数字已丢失末位，请将该列设为“文本”格式后重新填写',
    en: 'is a long number whose last digits are lost; format the column as text and type it again',
  }),
  FORMULA_WITHOUT_VALUE: () => ({
    zh: '公式没有计算结果，请粘贴为数值',
    en: 'is a formula without a value; paste it as a value',
  }),
  CELL_ERROR: () => ({ zh: '单元格为错误值，请改正', en: 'shows an error; correct it' }),
  CELL_TOO_LONG: () => ({ zh: '内容过长，请缩短', en: 'is too long; shorten it' }),
};

function cellFault(rowNumber: number, column: ColumnDefinition, code: CellFaultCode): SheetFault {
  return { rowNumber, column: column.title, code, text: CELL_TEXTS[code](column) };
}

function headerFault(
  header: GridRow,
  title: string,
  code: 'MISSING_COLUMN' | 'DUPLICATE_COLUMN',
): SheetFault {
  const text =
    code === 'MISSING_COLUMN'
      ? { zh: '缺少该列，请按模板补上', en: 'is missing; add the column as in the template' }
      : { zh: '该列重复出现，请只保留一列', en: 'appears twice; keep one' };
  return { rowNumber: header.rowNumber, column: title, code, text };
}

function noHeader(columns: readonly ColumnDefinition[]): SheetFault {
  const titles = columns.filter((column) => column.required).map((column) => column.title);
  return {
    rowNumber: null,
    column: null,
    code: 'MISSING_HEADER',
    text: {
      zh: `没有找到表头行，请按模板填写，至少包含：${titles.join('、')}`,
      en: `There is no header row; use the template with at least: ${titles.join(', ')}`,
    },
  };
}
