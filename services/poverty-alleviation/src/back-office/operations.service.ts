import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import {
  BACK_OFFICE_FUNCTION,
  type BackOfficeFunction,
  type BackOfficeFunctionNumber,
} from '../back-office-code-lists';
import type { Trace } from '../households/household-files.service';
import type { OperationFacts } from './operation-facts.rules';

/** A back-office operation to be written down (PA-BO-00). */
export interface OperationEntry {
  /** The function's number in the manual. */
  function: BackOfficeFunctionNumber;
  /** Id of the household or member, code of the village. */
  targetId: string;
  /** The household concerned; its log goes with it when it moves. */
  householdId?: string | null;
  /** Where the target lies; left out where `householdId` says it. */
  regionCode?: string | null;
  /** The data set that was changed; null where all years were. */
  year?: number | null;
  before: OperationFacts;
  after: OperationFacts;
  reason: string;
  docRef?: string | null | undefined;
}

/** A line of the back-office log. */
export interface OperationView {
  id: string;
  function: BackOfficeFunction;
  targetId: string;
  householdId: string | null;
  regionCode: string;
  year: number | null;
  before: OperationFacts;
  after: OperationFacts;
  reason: string;
  docRef: string | null;
  operator: string;
  at: Date;
}

/**
 * Writes a line of the back-office log 后台业务记录 in the region of its household, or in `regionCode`; returns its id.
 * The line can be neither changed nor removed; row-level security takes it from a province administrator only.
 */
export async function recordOperation(
  tx: ScopedTransaction,
  entry: OperationEntry,
  { actor, now }: Trace,
): Promise<string> {
  const householdId = entry.householdId ?? null;
  const [row] = await tx.query<{ id: string }>(
    `INSERT INTO back_office_operation
       (region_code, region_epoch, function, target_id, household_id, year, before, after, reason, doc_ref, operator, at)
     SELECT coalesce($1, h.region_code), CASE WHEN $1 IS NULL THEN h.region_epoch ELSE coalesce(c.epoch, 0) END,
       $2, $3, $4, $5, $6::jsonb, $7::jsonb, $8, $9, $10, $11
     FROM (SELECT max(seq) AS epoch FROM region_change) c LEFT JOIN household h ON h.id = $4 RETURNING id`,
    [
      entry.regionCode ?? null,
      entry.function,
      entry.targetId,
      householdId,
      entry.year ?? null,
      JSON.stringify(entry.before),
      JSON.stringify(entry.after),
      entry.reason.trim(),
      entry.docRef?.trim() || null,
      actor,
      now,
    ],
  );
  return row!.id;
}

/** Which lines of the log are sought. */
export interface OperationFilter {
  function?: BackOfficeFunction | null | undefined;
  householdId?: string | null | undefined;
  targetId?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}

const SELECT = `o.id, o.function, o.target_id AS "targetId", o.household_id AS "householdId", o.region_code AS "regionCode",
  o.year, o.before, o.after, o.reason, o.doc_ref AS "docRef", o.operator, o.at`;

type Row = Omit<OperationView, 'function'> & { function: string };

/** One page of the log in a region (low and high of its range), the latest first. Throws INVALID_INPUT on a bad cursor. */
export async function operationsPage(
  tx: ScopedTransaction,
  range: { low: string; high: string },
  filter: OperationFilter,
): Promise<Page<OperationView>> {
  const parameters: unknown[] = [range.low, range.high];
  const where = ['o.region_code >= $1 AND o.region_code < $2'];
  if (filter.function) {
    where.push(`o.function = $${parameters.push(BACK_OFFICE_FUNCTION.code(filter.function))}`);
  }
  if (filter.householdId) where.push(`o.household_id = $${parameters.push(filter.householdId)}::uuid`);
  if (filter.targetId) where.push(`o.target_id = $${parameters.push(filter.targetId)}`);
  const page = await keysetPage<Row>(tx, {
    select: SELECT,
    from: 'back_office_operation o',
    where,
    parameters,
    order: [{ column: 'o.id', key: 'id', type: 'uuid', direction: 'DESC' }],
    first: filter.first,
    after: filter.after,
  });
  return { ...page, nodes: page.nodes.map(viewOf) };
}

/** A line of the log that the caller sees, or null. */
export async function operationById(tx: ScopedTransaction, id: string): Promise<OperationView | null> {
  const [row] = await tx.query<Row>(`SELECT ${SELECT} FROM back_office_operation o WHERE o.id = $1`, [id]);
  return row ? viewOf(row) : null;
}

function viewOf(row: Row): OperationView {
  return { ...row, function: BACK_OFFICE_FUNCTION.name(row.function) };
}
