import { Refusal, refuse } from '@junxian/errors';
import { isUniqueViolation, type ScopedTransaction } from '@junxian/persistence';
import type { CaseItem } from '../cases/case.types';
import { lockedWithItem } from '../cases/case-changes.service';
import { assignments, insertion, selectList } from '../rows';
import type { HandlingOpinion } from './opinion.types';

const OPINION_FIELDS = [
  'id',
  'caseItemId',
  'organisationId',
  'handlingRecordId',
  'state',
  'conclusion',
  'facts',
  'basis',
  'body',
  'remedyText',
  'docNo',
  'documentHash',
  'sealedBy',
  'seal',
  'submittedAt',
  'submittedBy',
  'decidedAt',
  'decidedBy',
  'decisionText',
  'serviceMode',
  'servedOn',
  'receipt',
  'signedFor',
  'petitionerOpinion',
  'createdAt',
  'createdBy',
  'updatedAt',
  'version',
] as const satisfies readonly (keyof HandlingOpinion)[];
const OPINION_COLUMNS = selectList(OPINION_FIELDS, 'h');

/** Stores a draft. Throws OPINION_EXISTS when one is at work already. */
export async function insertOpinion(
  tx: ScopedTransaction,
  row: Omit<Partial<HandlingOpinion>, 'id' | 'version'>,
): Promise<HandlingOpinion> {
  const { columns, placeholders, values } = insertion(row);
  try {
    const [opinion] = await tx.query<HandlingOpinion>(
      `INSERT INTO handling_opinion AS h (${columns}) VALUES (${placeholders}) RETURNING ${OPINION_COLUMNS}`,
      values,
    );
    return opinion!;
  } catch (error) {
    throw isUniqueViolation(error, 'handling_opinion_one_at_work') ? opinionExists() : error;
  }
}

/** Changes a locked opinion. Throws STALE_VERSION. */
export async function updateOpinionRow(
  tx: ScopedTransaction,
  opinion: HandlingOpinion,
  set: Omit<Partial<HandlingOpinion>, 'id' | 'version'>,
): Promise<HandlingOpinion> {
  const { sql, values } = assignments(set, 3);
  const [changed] = await tx.query<HandlingOpinion>(
    `UPDATE handling_opinion h SET ${sql}, version = h.version + 1 WHERE h.id = $1 AND h.version = $2 RETURNING ${OPINION_COLUMNS}`,
    [opinion.id, opinion.version, ...values],
  );
  if (changed === undefined) throw refuse.staleVersion();
  return changed;
}

/** Locks an opinion of the caller's own organisation and, before it, its item. Throws NOT_FOUND, STALE_VERSION of the opinion. */
export async function opinionForChange(
  tx: ScopedTransaction,
  opinionId: string,
  expectedVersion: number,
): Promise<{ item: CaseItem; opinion: HandlingOpinion }> {
  const { item, row: opinion } = await lockedWithItem<HandlingOpinion>(tx, opinionId, {
    table: 'handling_opinion',
    fields: OPINION_FIELDS,
    field: 'opinionId',
  });
  if (opinion.version !== expectedVersion) throw refuse.staleVersion();
  return { item, opinion };
}

/** The opinions in sight of several items, oldest first. */
export function opinionsOfItems(
  tx: ScopedTransaction,
  caseItemIds: readonly string[],
): Promise<HandlingOpinion[]> {
  return tx.query<HandlingOpinion>(
    `SELECT ${OPINION_COLUMNS} FROM handling_opinion h WHERE h.case_item_id = ANY($1::uuid[]) ORDER BY h.case_item_id, h.id`,
    [caseItemIds],
  );
}

const opinionExists = () =>
  new Refusal(
    'OPINION_EXISTS',
    {
      zh: '该信访件已有制作中的答复意见书，请在原件上继续',
      en: 'The item has an opinion at work already; go on with that one',
    },
    { httpStatus: 409 },
  );
