import type { ColumnDefinition, SheetFault, SheetRow } from '@junxian/documents';
import { type Fault, faultsOf, type Refusal } from '@junxian/errors';
import type { CellKind } from './sheet-cells.rules';

/** A column of an import form: its title, and what its cells hold. */
export interface SheetColumn<Value = unknown> {
  title: string;
  kind: CellKind<Value>;
  required?: boolean;
  description?: string;
  example?: string;
}

/** The columns of a form, or of a part of one, by field. */
export type SheetColumns = Readonly<Record<string, SheetColumn>>;

type ValueOf<Column> = Column extends SheetColumn<infer Value> ? Value : never;

/** What a row's cells say, by field: required ones are there, what a cell left empty is not. */
export type Cells<Columns extends SheetColumns> = {
  [Field in keyof Columns as Columns[Field] extends { required: true } ? Field : never]: ValueOf<
    Columns[Field]
  >;
} & {
  [Field in keyof Columns as Columns[Field] extends { required: true } ? never : Field]?: ValueOf<
    Columns[Field]
  >;
};

/** A row of a sheet with its values. */
export interface ImportRow<Columns extends SheetColumns> {
  rowNumber: number;
  cells: Cells<Columns>;
}

/** A column that may stay empty. */
export function column<Value>(
  title: string,
  kind: CellKind<Value>,
  more: { description?: string; example?: string } = {},
): SheetColumn<Value> {
  return { title, kind, ...more };
}

/** A column that every row fills in. */
export function requiredColumn<Value>(
  title: string,
  kind: CellKind<Value>,
  more: { description?: string; example?: string } = {},
): SheetColumn<Value> & { required: true } {
  return { title, kind, required: true, ...more };
}

/** How the reader of sheets and the template know these columns; keys are the fields after `prefix`. */
export function definitionsOf(columns: SheetColumns, prefix = ''): ColumnDefinition[] {
  return Object.entries(columns).map(([field, { title, kind, required, description, example }]) => ({
    key: `${prefix}${field}`,
    title,
    ...(required ? { required } : {}),
    ...(kind.choices ? { choices: kind.choices } : {}),
    description: [description, kind.hint].filter(Boolean).join('；'),
    ...(example ? { example } : {}),
  }));
}

/** Turns the filled cells of a row, whose choices the reader has checked, into values; or says what is wrong, cell by cell. */
export type CellReader = (row: SheetRow) => { cells: Record<string, unknown>; faults: SheetFault[] };

/** The reader of some columns, whose keys are the fields after `prefix`; made once, since a sheet has many rows. */
export function cellReader(columns: SheetColumns, prefix = ''): CellReader {
  const list = Object.entries(columns).map(([field, { title, kind }]) => ({
    field,
    key: `${prefix}${field}`,
    title,
    kind,
  }));
  return ({ rowNumber, values }) => {
    const cells: Record<string, unknown> = {};
    const faults: SheetFault[] = [];
    for (const { field, key, title, kind } of list) {
      const text = values[key] ?? '';
      if (text === '') continue;
      const cell = kind.read(text);
      if ('value' in cell) cells[field] = cell.value;
      else faults.push({ rowNumber, column: title, code: 'INVALID_INPUT', text: cell.fault });
    }
    return { cells, faults };
  };
}

/**
 * The faults of a row that a form refused: each in the column of its field, `aliases` naming those whose field has no
 * column of its own, or of the whole row.
 */
export function rowFaults(
  refusal: Refusal,
  rowNumber: number,
  columns: SheetColumns,
  aliases: Readonly<Record<string, string>> = {},
): SheetFault[] {
  return faultsOf(refusal).map((fault) => rowFault(fault, rowNumber, columns, aliases));
}

/** One fault of a form as a fault of its row: in the column of its field, or of the whole row. */
export function rowFault(
  { code, field, text }: Fault,
  rowNumber: number,
  columns: SheetColumns,
  aliases: Readonly<Record<string, string>> = {},
): SheetFault {
  return { rowNumber, column: columns[aliases[field ?? ''] ?? field ?? '']?.title ?? null, code, text };
}
