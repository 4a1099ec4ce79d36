import type { GridRow } from './grid';
import { unreadable } from './limits';
import { readXml, type XmlAttributes } from './xml';

/** One cell as it is stored. */
export interface OpenCell {
  /** From 0. */
  column: number;
  type: string;
  style: number;
  hasFormula: boolean;
  value: string;
}

export interface SheetVisitor {
  cell(row: GridRow, cell: OpenCell): void;
  row(row: GridRow): void;
}

// A sheet of the current format ends at column XFD and row 1,048,576.
const MAX_COLUMNS = 16_384;
const MAX_ROWS = 1_048_576;

/** Walks the cells of one worksheet part in file order; nothing outside `sheetData` is looked at. */
export class SheetWalk {
  private row: GridRow | null = null;
  /** The cell that is read: one object for all of them, since a sheet has millions and most are empty. */
  private readonly cell: OpenCell = { column: -1, type: 'n', style: 0, hasFormula: false, value: '' };
  private inCell = false;
  private rowNumber = 0;
  private collecting = false;
  private phonetic = false;

  constructor(private readonly visitor: SheetVisitor) {}

  /**
   * Walks the sheet piece by piece and rests after each, so that whoever reads sets the pace. Throws FILE_UNREADABLE
   * when it is damaged, and whatever the visitor throws.
   */
  run(sheetXml: AsyncIterable<string>): AsyncGenerator<void> {
    return readXml(sheetXml, {
      open: (name, attributes) => this.enter(name, attributes),
      text: (value) => {
        if (this.inCell && this.collecting && !this.phonetic) this.cell.value += value;
      },
      close: (name) => this.leave(name),
    });
  }

  private enter(name: string, attributes: XmlAttributes): void {
    switch (name) {
      case 'c':
        this.enterCell(attributes);
        break;
      case 'v':
      case 't':
        this.collecting = true;
        break;
      case 'row':
        this.rowNumber = numberAttribute(attributes.get('r'), this.rowNumber + 1, MAX_ROWS);
        this.cell.column = -1;
        this.row = { rowNumber: this.rowNumber, cells: [] };
        break;
      case 'f':
        this.cell.hasFormula = true;
        break;
      case 'rPh':
        this.phonetic = true;
        break;
    }
  }

  private enterCell(attributes: XmlAttributes): void {
    const { cell } = this;
    const reference = attributes.get('r');
    cell.column = reference === undefined ? cell.column + 1 : columnOf(reference);
    cell.type = attributes.get('t') ?? 'n';
    cell.style = Number(attributes.get('s') ?? 0);
    cell.hasFormula = false;
    cell.value = '';
    this.inCell = true;
  }

  private leave(name: string): boolean | undefined {
    switch (name) {
      case 'c':
        if (this.row && this.inCell) this.visitor.cell(this.row, this.cell);
        this.inCell = false;
        break;
      case 'v':
      case 't':
        this.collecting = false;
        break;
      case 'rPh':
        this.phonetic = false;
        break;
      case 'row':
        if (this.row) this.visitor.row(this.row);
        this.row = null;
        break;
      case 'sheetData':
        // What follows (merged ranges, validations, drawings) is of no interest and may be hostile.
        return false;
    }
    return;
  }
}

function numberAttribute(text: string | undefined, fallback: number, maximum: number): number {
  const value = text === undefined ? fallback : Number(text);
  if (!Number.isInteger(value) || value < 1 || value > maximum) throw outside();
  return value;
}

const A = 65;
const Z = 90;
const ZERO = 48;
const NINE = 57;
const MOST_DIGITS = 7;

/** `BC12` → 54, counted from 0. */
function columnOf(reference: string): number {
  let column = 0;
  let at = 0;
  for (; at < reference.length; at += 1) {
    const letter = reference.charCodeAt(at);
    if (letter < A || letter > Z) break;
    column = column * 26 + letter - A + 1;
    if (column > MAX_COLUMNS) throw outside();
  }
  const digits = reference.length - at;
  if (at === 0 || digits === 0 || digits > MOST_DIGITS) throw outside();
  for (; at < reference.length; at += 1) {
    const digit = reference.charCodeAt(at);
    if (digit < ZERO || digit > NINE) throw outside();
  }
  return column - 1;
}

function outside() {
  return unreadable({
    zh: '单元格位置超出工作表范围，请按模板整理后重新上传',
    en: 'a cell lies outside the worksheet; arrange it like the template',
  });
}
