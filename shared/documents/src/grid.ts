import type { FileSource } from './stored-files/file-source';

/** What is wrong with one cell before anybody asks what it means. */
export type CellProblem = 'DIGITS_LOST' | 'FORMULA_WITHOUT_VALUE' | 'CELL_ERROR' | 'CELL_TOO_LONG';

/** One cell as text, trimmed; `problem` when the text is not what the person typed. */
export interface GridCell {
  text: string;
  problem?: CellProblem;
}

/** One row with content; `cells` is indexed by column from 0 and may have holes. */
export interface GridRow {
  /** The row number Excel shows. */
  rowNumber: number;
  cells: (GridCell | undefined)[];
}

/** An uploaded file: its name, for the extension, and its bytes, in memory or wherever they can be read by place. */
export interface SheetFile {
  name: string;
  content: Buffer | FileSource;
}

// Excel keeps 15 significant digits; from there on the digits of a number are no longer those typed.
const EXACT_DIGITS = 15;
const SCIENTIFIC = /^[+-]?\d(?:\.\d+)?E\+\d+$/i;
// Invisible characters that copy and paste brings along and `trim` leaves.
const INVISIBLE_EDGE = /^[\u200B-\u200F\u2060\uFEFF\s]+|[\u200B-\u200F\u2060\uFEFF\s]+$/g;

/** The text without blanks, full-width blanks and invisible characters at both ends. */
export function trimCell(text: string): string {
  if (isPlain(text.charCodeAt(0)) && isPlain(text.charCodeAt(text.length - 1))) return text;
  return text.replace(INVISIBLE_EDGE, '');
}

/** Whether a character is a visible one of ASCII or a common Chinese one, as nearly every cell begins and ends with. */
const isPlain = (char: number): boolean => (char > 0x20 && char < 0x7f) || (char >= 0x4e00 && char <= 0x9fff);

/** A text cell: trimmed, and freed of the apostrophe that `guardFormula` puts before `=`, `+`, `-` or `@`. */
export function textCell(text: string, maxLength: number): GridCell {
  const trimmed = trimCell(text);
  const plain = /^'[=+\-@]/.test(trimmed) ? trimmed.slice(1) : trimmed;
  return plain.length > maxLength
    ? { text: plain.slice(0, maxLength), problem: 'CELL_TOO_LONG' }
    : { text: plain };
}

/**
 * A numeric cell from its stored text: whole numbers as plain digits, never in scientific notation. Beyond
 * 15 digits (an ID number typed as a number) the cell is marked DIGITS_LOST, since the last digits are gone.
 */
export function numberCell(stored: string): GridCell {
  const value = Number(stored);
  if (stored.trim() === '' || !Number.isFinite(value))
    return { text: trimCell(stored), problem: 'CELL_ERROR' };
  if (Math.abs(value) >= 10 ** EXACT_DIGITS) return { text: trimCell(stored), problem: 'DIGITS_LOST' };
  // 0.1 + 0.2 is stored as 0.30000000000000004 and shown as 0.3; the person means what is shown.
  return { text: plainNumber(Number(value.toPrecision(EXACT_DIGITS))) };
}

function plainNumber(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toFixed(EXACT_DIGITS).replace(/\.?0+$/, '') : text;
}

/**
 * A cell of a CSV file. `1.40221E+11` is what Excel writes for a long number in a narrow column, so it is
 * marked DIGITS_LOST; `="140221000000"`, the usual way to keep digits in a CSV, is read as its text.
 */
export function csvCell(text: string, maxLength: number): GridCell {
  const cell = textCell(text, maxLength);
  if (SCIENTIFIC.test(cell.text)) return { text: cell.text, problem: 'DIGITS_LOST' };
  const quoted = /^="([^"]*)"$/.exec(cell.text);
  return quoted ? { ...cell, text: trimCell(quoted[1]!) } : cell;
}

/** Whether a row holds any text. */
export function hasContent(row: GridRow): boolean {
  return row.cells.some((cell) => cell !== undefined && cell.text !== '');
}
