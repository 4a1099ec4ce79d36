import type { ScopedTransaction } from '@junxian/persistence';
import type { Trace } from '../households/household-files.service';
import type { FieldChanges } from './rural-records.service';

export type VillageOperation =
  | 'ADD'
  | 'DELIST'
  | 'CANCEL_DELISTING'
  | 'SET_ATTRIBUTE'
  | 'SAVE_RECORD'
  | 'DELETE';

/** What was done to a village, county or natural village (PA-QY-04). */
export interface VillageHistoryEntry extends FieldChanges {
  kind: 'VILLAGE' | 'COUNTY' | 'NATURAL_VILLAGE';
  /** The row of poor_village, county_year_record or natural_village. */
  subjectId: string;
  code: string;
  /** The region it lies in, and the epoch of the row that says so, which the writer holds locked. */
  regionCode: string;
  regionEpoch: number;
  year: number | null;
  operation: VillageOperation;
  reason?: string | null;
}

/** A line of the history, as resolvers pass it on. */
export interface VillageChangeView {
  id: string;
  subjectId: string;
  operation: VillageOperation;
  year: number | null;
  before: Record<string, unknown>;
  after: Record<string, unknown>;
  reason: string | null;
  operator: string;
  at: Date;
}

/** Lines of one subject that are shown. */
const MAX_SHOWN = 100;

/** Writes lines of the history, in the region of their subjects. */
export async function writeVillageHistory(
  tx: ScopedTransaction,
  entries: readonly VillageHistoryEntry[],
  { actor, now }: Trace,
): Promise<void> {
  const rows = entries.map((entry) => ({
    kind: entry.kind,
    subject_id: entry.subjectId,
    code: entry.code,
    region_code: entry.regionCode,
    region_epoch: entry.regionEpoch,
    year: entry.year,
    operation: entry.operation,
    before: entry.before,
    after: entry.after,
    reason: entry.reason ?? null,
  }));
  await tx.query(
    `INSERT INTO village_history
       (kind, subject_id, code, region_code, region_epoch, year, operation, before, after, reason, operator, at)
     SELECT r.*, $2::text, $3::timestamptz FROM jsonb_to_recordset($1::jsonb) AS r
       (kind text, subject_id uuid, code text, region_code text, region_epoch int, year int, operation text,
        before jsonb, after jsonb, reason text)`,
    [JSON.stringify(rows), actor, now],
  );
}

/** The newest lines of each of these subjects, at most a hundred, the newest first. */
export function readVillageHistory(
  tx: ScopedTransaction,
  subjectIds: readonly string[],
): Promise<VillageChangeView[]> {
  return tx.query<VillageChangeView>(
    `SELECT h.id, h.subject_id AS "subjectId", h.operation, h.year, h.before, h.after, h.reason, h.operator, h.at
     FROM unnest($1::uuid[]) AS asked (subject_id)
     CROSS JOIN LATERAL (
       SELECT * FROM village_history v WHERE v.subject_id = asked.subject_id
       ORDER BY v.at DESC, v.id DESC LIMIT ${MAX_SHOWN}) AS h
     ORDER BY h.at DESC, h.id DESC`,
    [subjectIds],
  );
}

/** What changed, field by field, as text; yes and no are `true` and `false`. */
export function fieldChanges({
  before,
  after,
}: FieldChanges): { field: string; before: string | null; after: string | null }[] {
  const asText = (value: unknown) => (value === null || value === undefined ? null : String(value));
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].map((field) => ({
    field,
    before: asText(before[field]),
    after: asText(after[field]),
  }));
}
