/** What may be imported by spreadsheet, and the kind of job that does it. */
export const IMPORT_JOBS = {
  HOUSEHOLDS: 'household-import',
  ASSISTANCE_UNITS: 'assistance-unit-import',
  HELPERS: 'helper-import',
  BENEFICIARIES: 'beneficiary-import',
} as const;
export type ImportKind = keyof typeof IMPORT_JOBS;

/** What a person orders: a sheet that was uploaded. */
export interface SheetOrder {
  fileId: string;
  /** Only check; nothing is written. */
  dryRun: boolean;
}

/** An order of households, for the data set of a year. */
export interface HouseholdOrder extends SheetOrder {
  year: number;
}

/** An order of any kind. */
export type ImportRequest = SheetOrder & Partial<Pick<HouseholdOrder, 'year'>>;

export type ImportedRecord =
  | 'HOUSEHOLD'
  | 'MEMBER'
  | 'ASSISTANCE_UNIT'
  | 'HELPER'
  | 'WORK_TEAM'
  | 'WORK_TEAM_MEMBER'
  | 'BENEFICIARY';

/** What a sheet makes of one kind of record. */
export interface RecordCounts {
  record: ImportedRecord;
  added: number;
  changed: number;
  /** Those that stand as the sheet says; null where they are not counted one by one. */
  unchanged: number | null;
}

/** The counts of records that are saved one by one. */
export type SavedCounts = RecordCounts & { unchanged: number };

/** What a sheet of households holds, and what it would make of the store. */
export interface HouseholdCounts {
  newHouseholds: number;
  newMembers: number;
  changedHouseholds: number;
  changedMembers: number;
  /** Households that stand as the sheet says. */
  unchangedHouseholds: number;
}

export interface ImportResult {
  dryRun: boolean;
  /** No fault: the sheet was, or in a dry run would be, taken over. */
  accepted: boolean;
  rows: number;
  records: RecordCounts[];
  faults: number;
  /** Titles that no column of the form has; they were not read. */
  unknownColumns: string[];
}
