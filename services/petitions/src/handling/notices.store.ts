import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { isUniqueViolation, type ScopedTransaction } from '@junxian/persistence';
import type { CaseItem, MatterStatus } from '../cases/case.types';
import { lockedWithItem } from '../cases/case-changes.service';
import { assignments, insertion, selectList } from '../rows';
import type { Notice } from './notice.types';

const NOTICE_FIELDS = [
  'id',
  'caseItemId',
  'organisationId',
  'handlingRecordId',
  'kind',
  'state',
  'correctsId',
  'docNo',
  'body',
  'legalBasis',
  'reason',
  'documentHash',
  'sealedBy',
  'seal',
  'filedAt',
  'filedBy',
  'serviceOwed',
  'serviceMode',
  'servedOn',
  'receipt',
  'signedFor',
  'createdAt',
  'createdBy',
  'updatedAt',
  'version',
] as const satisfies readonly (keyof Notice)[];
const NOTICE_COLUMNS = selectList(NOTICE_FIELDS, 'n');

/** Stores a draft. Throws what `onDouble` makes when the organisation has a draft of that kind already. */
export async function insertNotice(
  tx: ScopedTransaction,
  row: Omit<Partial<Notice>, 'id' | 'version'>,
  onDouble: () => Error,
): Promise<Notice> {
  const { columns, placeholders, values } = insertion(row);
  try {
    const [notice] = await tx.query<Notice>(
      `INSERT INTO notice AS n (${columns}) VALUES (${placeholders}) RETURNING ${NOTICE_COLUMNS}`,
      values,
    );
    return notice!;
  } catch (error) {
    throw isUniqueViolation(error, 'notice_one_draft') ? onDouble() : error;
  }
}

/** Changes a locked notice. Throws STALE_VERSION. */
export async function updateNotice(
  tx: ScopedTransaction,
  notice: Notice,
  set: Omit<Partial<Notice>, 'id' | 'version'>,
): Promise<Notice> {
  const { sql, values } = assignments(set, 3);
  const [changed] = await tx.query<Notice>(
    `UPDATE notice n SET ${sql}, version = n.version + 1 WHERE n.id = $1 AND n.version = $2 RETURNING ${NOTICE_COLUMNS}`,
    [notice.id, notice.version, ...values],
  );
  if (changed === undefined) throw refuse.staleVersion();
  return changed;
}

/** Locks a notice and, before it, its item. Throws NOT_FOUND for what is not in sight, STALE_VERSION of the notice. */
export async function noticeForChange(
  tx: ScopedTransaction,
  noticeId: string,
  expectedVersion: number | null,
): Promise<{ item: CaseItem; notice: Notice }> {
  const { item, row: notice } = await lockedWithItem<Notice>(tx, noticeId, {
    table: 'notice',
    fields: NOTICE_FIELDS,
    field: 'noticeId',
  });
  if (expectedVersion !== null && notice.version !== expectedVersion) throw refuse.staleVersion();
  return { item, notice };
}

/** A notice in sight, or undefined. */
export async function noticeById(tx: ScopedTransaction, id: string): Promise<Notice | undefined> {
  const [notice] = isUuid(id) ? await noticesWhere(tx, 'n.id = $1', [id]) : [];
  return notice;
}

/** The notices in sight of several items, oldest first. */
export function noticesOfItems(tx: ScopedTransaction, caseItemIds: readonly string[]): Promise<Notice[]> {
  return noticesWhere(tx, 'n.case_item_id = ANY($1::uuid[])', [caseItemIds]);
}

function noticesWhere(tx: ScopedTransaction, condition: string, parameters: unknown[]): Promise<Notice[]> {
  return tx.query<Notice>(
    `SELECT ${NOTICE_COLUMNS} FROM notice n WHERE ${condition} ORDER BY n.case_item_id, n.id`,
    parameters,
  );
}

/** Whether an organisation has a filed notice that corrects this one. */
export async function isCorrected(tx: ScopedTransaction, noticeId: string): Promise<boolean> {
  const rows = await tx.query(`SELECT FROM notice WHERE corrects_id = $1 AND state = 'FILED'`, [noticeId]);
  return rows.length > 0;
}

/** What about an item decides on a notice: its matter's status, and whether a written one is owed (PT-NTC-04): the petitioner's name and an address are known. */
export async function factsForFiling(
  tx: ScopedTransaction,
  item: CaseItem,
): Promise<{ matterStatus: MatterStatus; serviceOwed: boolean }> {
  const [facts] = await tx.query<{ matterStatus: MatterStatus; serviceOwed: boolean }>(
    // Also the unit that need not know who petitions serves what it decides.
    `SELECT m.status AS "matterStatus", pt_ntc_04_service_owed($2) AS "serviceOwed" FROM petition_matter m WHERE m.id = $1`,
    [item.matterId, item.id],
  );
  return facts!;
}
