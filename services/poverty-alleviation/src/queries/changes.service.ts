import type { CodeRange } from '@junxian/administrative-region';
import { refuse } from '@junxian/errors';
import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import { type ChangedFact, changedFacts, expectOperations, operationName } from './change-names.rules';
import { reasonText } from './change-words.rules';
import { CHANGE_LOGS } from './changes.store';

export type ChangeSubject = keyof typeof CHANGE_LOGS;

/** One change of a household, village or county. */
export interface ChangeView {
  id: string;
  subject: ChangeSubject;
  operation: string;
  operationName: string;
  regionCode: string;
  householdId: string | null;
  year: number | null;
  facts: ChangedFact[];
  reason: string | null;
  /** The reason in words, where it is a code. */
  reasonText: string | null;
  operator: string;
  at: Date;
  rolledBack: boolean;
}

export interface ChangesQuery {
  subject: ChangeSubject;
  operations?: readonly string[] | null | undefined;
  /** First and last day, in Shanghai. */
  from?: string | null | undefined;
  to?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
  maxPageSize?: number;
}

interface Row {
  id: string;
  part: string;
  at: Date;
  atText: string;
  regionCode: string;
  householdId: string | null;
  year: number | null;
  operation: string;
  fromStatus: string | null;
  toStatus: string | null;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  reason: string | null;
  operator: string;
  rolledBack: boolean;
}

/**
 * One page of the changes of an area, the latest first, out of the logs that tell of the subject, in one statement
 * (PA-QY-04). Throws INVALID_INPUT for days in the wrong order, an operation that there is not, or a bad cursor.
 */
export async function changesPage(
  tx: ScopedTransaction,
  { low, high }: CodeRange,
  { subject, operations, from, to, first, after, maxPageSize = 100 }: ChangesQuery,
): Promise<Page<ChangeView>> {
  if (from && to && from > to) {
    throw refuse.invalid('to', {
      zh: '结束日期不能早于开始日期',
      en: 'The last day cannot be before the first',
    });
  }
  if (operations) expectOperations(operations);
  const page = await keysetPage<Row>(tx, {
    select: `c.id, c.part, c.at, c.at::text AS "atText", c.region_code AS "regionCode", c.household_id AS "householdId", c.year, c.operation,
      c.from_status AS "fromStatus", c.to_status AS "toStatus", c.before, c.after, c.reason, c.operator, c.rolled_back AS "rolledBack"`,
    from: `(${CHANGE_LOGS[subject]}) AS c`,
    where: [
      'c.shown',
      'c.region_code >= $1 AND c.region_code < $2',
      '$3::text[] IS NULL OR c.operation = ANY($3::text[])',
      `$4::date IS NULL OR c.at >= ($4::date)::timestamp AT TIME ZONE 'Asia/Shanghai'`,
      `$5::date IS NULL OR c.at < ($5::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'`,
    ],
    parameters: [low, high, operations ?? null, from ?? null, to ?? null],
    order: [
      { column: 'c.at', key: 'atText', type: 'timestamptz', direction: 'DESC' },
      { column: 'c.id', key: 'id', type: 'uuid', direction: 'DESC' },
      { column: 'c.part', key: 'part', type: 'uuid', direction: 'DESC' },
    ],
    first,
    after,
    maxPageSize,
  });
  return { ...page, nodes: page.nodes.map((row) => viewOf(subject, row)) };
}

function viewOf(subject: ChangeSubject, row: Row): ChangeView {
  const { id, operation, regionCode, householdId, year, reason, operator, at, rolledBack } = row;
  return {
    id: row.householdId === null ? id : `${id}:${row.householdId}`,
    subject,
    operation,
    operationName: operationName(operation),
    regionCode,
    householdId,
    year,
    facts: changedFacts(row),
    reason,
    reasonText: reasonText(operation, reason),
    operator,
    at,
    rolledBack,
  };
}
