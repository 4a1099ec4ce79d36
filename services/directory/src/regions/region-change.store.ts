import { levelAtDepth, levelDepth } from '@junxian/administrative-region';
import type { ScopedTransaction } from '@junxian/persistence';
import { pinyinInitials } from './pinyin-initials';
import type { ChangeLink, OpeningRegion, RegionChangeKind, RegionChangePlan } from './region-change';
import { gramsOf } from './search-grams.rules';

export type RegionChangeStatus = 'SCHEDULED' | 'APPLIED' | 'CANCELLED';

export interface RegionChangeRow {
  id: string;
  kind: RegionChangeKind;
  effectiveDate: string;
  from: string[];
  to: string[];
  basisDocument: string;
  recordedBy: string | null;
  recordedAt: Date;
  status: RegionChangeStatus;
  appliedAt: Date | null;
  cancelledAt: Date | null;
  version: number;
}

export const CHANGE_COLUMNS = `c.id, c.kind, c.effective_date::text AS "effectiveDate", c.from_codes AS "from",
  c.to_codes AS "to", c.basis_document AS "basisDocument", c.recorded_by AS "recordedBy",
  c.recorded_at AS "recordedAt", c.status, c.applied_at AS "appliedAt", c.cancelled_at AS "cancelledAt", c.version`;

/** One at a time plans, cancels or applies changes: each builds on the tree that the one before left. */
export async function lockRegionTree(tx: ScopedTransaction): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtext('junxian.directory.region-tree'))`);
}

/** Like {@link lockRegionTree}, but returns false at once when somebody else holds it. */
export async function tryLockRegionTree(tx: ScopedTransaction): Promise<boolean> {
  const [row] = await tx.query<{ locked: boolean }>(
    `SELECT pg_try_advisory_xact_lock(hashtext('junxian.directory.region-tree')) AS locked`,
  );
  return row!.locked;
}

/** Codes of rows in the ranges that end, or begin, on the date or later: another change has been there. */
export async function changingAgain(
  tx: ScopedTransaction,
  codes: readonly string[],
  ranges: readonly { low: string; high: string }[],
  date: string,
): Promise<string[]> {
  const rows = await tx.query<{ code: string }>(
    `SELECT r.code FROM region r
     WHERE r.code = ANY($1::text[]) AND (r.valid_from >= $4::date OR r.valid_to > $4::date)
     UNION
     SELECT r.code FROM unnest($2::text[], $3::text[]) AS s(low, high)
     JOIN region r ON r.code >= s.low COLLATE "C" AND r.code < s.high COLLATE "C"
     WHERE r.valid_from >= $4::date OR r.valid_to > $4::date
     ORDER BY 1 LIMIT 100`,
    [codes, ranges.map(({ low }) => low), ranges.map(({ high }) => high), date],
  );
  return rows.map(({ code }) => code);
}

export interface NewRegionChange {
  kind: RegionChangeKind;
  effectiveDate: string;
  from: readonly string[];
  regionCode: string;
  basisDocument: string;
  recordedBy: string | null;
  recordedAt: Date;
}

/** Writes a change with its links and the rows it ends and begins; returns it. */
export async function insertRegionChange(
  tx: ScopedTransaction,
  change: NewRegionChange,
  plan: RegionChangePlan,
): Promise<RegionChangeRow> {
  const [row] = await tx.query<RegionChangeRow>(
    `INSERT INTO region_change AS c
       (kind, effective_date, from_codes, to_codes, region_code, basis_document, recorded_by, recorded_at, status)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'SCHEDULED') RETURNING ${CHANGE_COLUMNS}`,
    [
      change.kind,
      change.effectiveDate,
      change.from,
      plan.to,
      change.regionCode,
      change.basisDocument,
      change.recordedBy,
      change.recordedAt,
    ],
  );
  await insertLinks(tx, row!.id, plan.links);
  await tx.query(
    `UPDATE region r SET valid_to = $2, ended_by_change = $3
     WHERE r.code = ANY($1::text[]) AND r.valid_from < $2::date AND r.valid_to IS NULL`,
    [plan.ending, change.effectiveDate, row!.id],
  );
  await insertRegions(tx, row!.id, change.effectiveDate, plan.opening);
  return row!;
}

async function insertLinks(
  tx: ScopedTransaction,
  changeId: string,
  links: readonly ChangeLink[],
): Promise<void> {
  await tx.query(
    `INSERT INTO region_change_link (change_id, from_code, to_code, level, carries)
     SELECT $1, * FROM unnest($2::text[], $3::text[], $4::smallint[], $5::boolean[])`,
    [
      changeId,
      links.map(({ from }) => from),
      links.map(({ to }) => to),
      links.map(({ level }) => levelDepth(level)),
      links.map(({ carries }) => carries),
    ],
  );
}

/** Regions as JSON rather than arrays, since each has an array of its own (its grams). */
async function insertRegions(
  tx: ScopedTransaction,
  changeId: string,
  validFrom: string,
  regions: readonly OpeningRegion[],
): Promise<void> {
  const rows = regions.map((region) => ({
    code: region.code,
    level: levelDepth(region.level),
    name: region.name,
    parent_code: region.parentCode,
    urban_rural_code: region.urbanRuralCode,
    is_placeholder: region.isPlaceholder,
    initials: pinyinInitials(region.name),
    grams: gramsOf(region.name),
  }));
  await tx.query(
    `INSERT INTO region (code, level, name, parent_code, urban_rural_code, is_placeholder, initials, grams,
                         valid_from, created_by_change)
     SELECT code, level, name, parent_code, urban_rural_code, is_placeholder, initials, grams, $2::date, $3::uuid
     FROM jsonb_to_recordset($1::jsonb) AS n(code text, level smallint, name text, parent_code text,
       urban_rural_code text, is_placeholder boolean, initials text, grams text[])`,
    [JSON.stringify(rows), validFrom, changeId],
  );
}

/** The links of changes, by change. */
export async function linksOf(
  tx: ScopedTransaction,
  changeIds: readonly string[],
): Promise<(ChangeLink & { changeId: string })[]> {
  const rows = await tx.query<{
    changeId: string;
    from: string;
    to: string;
    depth: number;
    carries: boolean;
  }>(
    `SELECT change_id AS "changeId", from_code AS "from", to_code AS "to", level AS depth, carries
     FROM region_change_link WHERE change_id = ANY($1::uuid[]) ORDER BY change_id, from_code, to_code`,
    [changeIds],
  );
  return rows.map(({ depth, ...link }) => ({ ...link, level: levelAtDepth(depth) }));
}
