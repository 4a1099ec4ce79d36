import type { GridRow } from './grid';
import { unreadable } from './limits';
import { type XmlEvent, xmlEvents } from './xml';

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
  private open: OpenCell | null = null;
  private rowNumber = 0;
  private column = -1;
  private collecting = false;
  private phonetic = false;

  constructor(private readonly visitor: SheetVisitor) {}

  /**
   * Walks the sheet piece by piece and rests after each, so that whoever reads sets the pace. Throws FILE_UNREADABLE
   * when it is damaged, and whatever the visitor throws.
   */
  async *run(sheetXml: AsyncIterable<string>): AsyncGenerator<void> {
    for await (const events of xmlEvents(sheetXml)) {
      for (const event of events) if (this.step(event) === false) return;
      yield;
    }
  }

  private step(event: XmlEvent): boolean | undefined {
    if (event.eventType === 'text') {
      if (this.open !== null && this.collecting && !this.phonetic) this.open.value += event.value;
      return;
    }
    if (event.eventType === 'opentag') this.enter(event.value.name, event.value.attributes);
    else return this.leave(event.value.name);
    return;
  }

  private enter(name: string, attributes: Record<string, string>): void {
    switch (name) {
      case 'row':
        this.rowNumber = numberAttribute(attributes.r, this.rowNumber + 1, MAX_ROWS);
        this.column = -1;
        this.row = { rowNumber: this.rowNumber, cells: [] };
        break;
      case 'c':
        this.column = attributes.r === undefined ? this.column + 1 : columnOf(attributes.r);
        this.open = {
          column: this.column,
          type: attributes.t ?? 'n',
          style: Number(attributes.s ?? 0),
          hasFormula: false,
          value: '',
        };
        break;
      case 'f':
        if (this.open) this.open.hasFormula = true;
        break;
      case 'rPh':
        this.phonetic = true;
        break;
      case 'v':
      case 't':
        this.collecting = true;
        break;
    }
  }

  private leave(name: string): boolean | undefined {
    switch (name) {
      case 'v':
      case 't':
        this.collecting = false;
        break;
      case 'rPh':
        this.phonetic = false;
        break;
      case 'c':
        if (this.row && this.open) this.visitor.cell(this.row, this.open);
        this.open = null;
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

/** `BC12` → 54, counted from 0. */
function columnOf(reference: string): number {
  const letters = /^([A-Z]{1,3})\d{1,7}$/.exec(reference)?.[1];
  if (letters === undefined) throw outside();
  let column = 0;
  for (const letter of letters) column = column * 26 + letter.charCodeAt(0) - 64;
  if (column > MAX_COLUMNS) throw outside();
  return column - 1;
}

function outside() {
  return unreadable({
    zh: '单元格位置超出工作表范围，请按模板整理后重新上传',
    en: 'a cell lies outside the worksheet; arrange it like the template',
  });
}
