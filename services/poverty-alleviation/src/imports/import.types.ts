/** What a person orders: a sheet that was uploaded, for the data set of a year. */
export interface ImportRequest {
  year: number;
  fileId: string;
  /** Only check; nothing is written. */
  dryRun: boolean;
}

/** What a sheet holds, and what it would make of the store. */
export interface ImportCounts {
  rows: number;
  newHouseholds: number;
  newMembers: number;
  changedHouseholds: number;
  changedMembers: number;
  /** Households that stand as the sheet says. */
  unchangedHouseholds: number;
  faults: number;
}

export interface ImportResult extends ImportCounts {
  dryRun: boolean;
  /** No fault: the sheet was, or in a dry run would be, taken over. */
  accepted: boolean;
  /** Titles that no column of the form has; they were not read. */
  unknownColumns: string[];
}
