import type { ColumnDefinition, SheetLimits } from '@junxian/documents';
import { BENEFICIARY_COLUMNS } from './beneficiary-sheet.rules';
import { HELPER_COLUMNS } from './helper-sheet.rules';
import { HOUSEHOLD_SHEET } from './household-sheet.rules';
import { IMPORT_JOBS, type ImportKind } from './import.types';
import { definitionsOf } from './sheet-columns.rules';
import { UNIT_COLUMNS } from './unit-sheet.rules';

/** An import form: its columns, its name and how large a sheet of it may be. */
export interface ImportForm {
  sheetName: string;
  columns: readonly ColumnDefinition[];
  limits: SheetLimits;
}

/** A county's households of a year come in one file. */
export const HOUSEHOLD_SHEET_LIMITS: SheetLimits = {
  maxBytes: 32 * 1024 * 1024,
  maxInflatedBytes: 1024 * 1024 * 1024,
  maxRows: 120_000,
  maxColumns: 120,
  maxCellLength: 500,
  maxFaults: 1_000,
};

/** What is written by the forms' own use cases, in one transaction. */
const SMALL_SHEET: SheetLimits = {
  maxBytes: 8 * 1024 * 1024,
  maxInflatedBytes: 64 * 1024 * 1024,
  // The header is a row.
  maxRows: 5_001,
  maxColumns: 120,
  maxCellLength: 500,
  maxFaults: 1_000,
};

/** The forms, by what they import. */
export const IMPORT_FORMS: Readonly<Record<ImportKind, ImportForm>> = {
  HOUSEHOLDS: {
    sheetName: '贫困户及家庭成员',
    columns: HOUSEHOLD_SHEET,
    limits: HOUSEHOLD_SHEET_LIMITS,
  },
  ASSISTANCE_UNITS: { sheetName: '帮扶单位', columns: definitionsOf(UNIT_COLUMNS), limits: SMALL_SHEET },
  HELPERS: {
    sheetName: '帮扶责任人',
    columns: definitionsOf(HELPER_COLUMNS),
    // Each helper who joins a team is locked by name: the server's table of locks is not filled by one import.
    limits: { ...SMALL_SHEET, maxRows: 2_001 },
  },
  BENEFICIARIES: {
    sheetName: '项目受益户',
    columns: definitionsOf(BENEFICIARY_COLUMNS),
    limits: SMALL_SHEET,
  },
};

const KIND_OF_JOB = new Map<string, ImportKind>(
  (Object.keys(IMPORT_JOBS) as ImportKind[]).map((kind) => [IMPORT_JOBS[kind], kind]),
);

/** What a job imports. */
export function importKindOf(jobKind: string): ImportKind {
  return KIND_OF_JOB.get(jobKind)!;
}
