import { type GridCell, type GridRow, hasContent, numberCell, textCell } from './grid';
import { type SheetLimits, tooManyColumns, tooManyRows } from './limits';
import { type OpenCell, SheetWalk } from './sheet-walk';
import type { FileSource } from './stored-files/file-source';
import { readWorkbookParts, type WorkbookParts } from './workbook-parts';
import { UntrustedZip } from './zip';

const DAY = 86_400_000;
const EPOCH_1900 = Date.UTC(1899, 11, 30);
const EPOCH_1904 = Date.UTC(1904, 0, 1);

/**
 * The rows with content of the first visible sheet of an untrusted xlsx file, as text, in batches as they are read.
 *
 * exceljs itself is not used for reading: its loader expands merged ranges, validations and defined names
 * cell by cell, so a 2 kB file can exhaust the memory, and its streaming reader cuts Chinese characters at
 * chunk borders. Here only texts, styles and cells are looked at, everything else is skipped unread.
 *
 * Formulas are never evaluated: the value stored beside the formula, the one the person saw, is used; a
 * formula without one is marked FORMULA_WITHOUT_VALUE. Throws FILE_UNREADABLE or FILE_TOO_LARGE.
 */
export async function* readXlsx(file: FileSource, limits: SheetLimits): AsyncGenerator<GridRow[]> {
  const zip = await UntrustedZip.open(file, limits);
  const parts = await readWorkbookParts(zip);
  let rows: GridRow[] = [];
  let count = 0;
  const walk = new SheetWalk({
    cell: (row, open) => {
      // An empty cell that has a format, as most have.
      if (open.value === '' && !open.hasFormula) return;
      const cell = cellOf(open, parts, limits);
      if (cell.text === '' && cell.problem === undefined) return;
      if (open.column >= limits.maxColumns) throw tooManyColumns(limits);
      row.cells[open.column] = cell;
    },
    row: (row) => {
      if (!hasContent(row)) return;
      rows.push(row);
      count += 1;
      if (count > limits.maxRows) throw tooManyRows(limits);
    },
  });
  for await (const _piece of walk.run(zip.chunks(parts.sheetPart))) {
    if (rows.length === 0) continue;
    yield rows;
    rows = [];
  }
  if (rows.length > 0) yield rows;
}

function cellOf(cell: OpenCell, parts: WorkbookParts, limits: SheetLimits): GridCell {
  if (cell.hasFormula && cell.value === '') return { text: '', problem: 'FORMULA_WITHOUT_VALUE' };
  switch (cell.type) {
    case 's':
      return textCell(parts.sharedTexts.get(Number(cell.value)), limits.maxCellLength);
    case 'e':
      return { text: cell.value, problem: 'CELL_ERROR' };
    case 'b':
      return { text: cell.value === '1' ? 'TRUE' : 'FALSE' };
    case 'd':
      return { text: cell.value.slice(0, 10) };
    case 'str':
    case 'inlineStr':
      return textCell(cell.value, limits.maxCellLength);
    default:
      if (cell.value === '') return { text: '' };
      return parts.dateStyles.has(cell.style) ? dateCell(cell.value, parts.from1904) : numberCell(cell.value);
  }
}

function dateCell(serial: string, from1904: boolean): GridCell {
  const days = Number(serial);
  const instant = new Date((from1904 ? EPOCH_1904 : EPOCH_1900) + Math.round(days * DAY));
  if (!Number.isFinite(days) || Number.isNaN(instant.getTime()))
    return { text: serial, problem: 'CELL_ERROR' };
  const [date, time] = instant.toISOString().split('T') as [string, string];
  return { text: time.startsWith('00:00:00') ? date : `${date} ${time.slice(0, 8)}` };
}
