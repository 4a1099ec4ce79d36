import type { RegionLevel } from '@junxian/administrative-region';

/** One row of the region table: a region as it is between two dates. */
export interface RegionRow {
  code: string;
  level: RegionLevel;
  name: string;
  parentCode: string | null;
  urbanRuralCode: string | null;
  isPlaceholder: boolean;
  validFrom: string;
  /** First day on which it no longer holds; null while it does. */
  validTo: string | null;
}

/** A code at a date. */
export interface DatedCode {
  code: string;
  asOf: string;
}
