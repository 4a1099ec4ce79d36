import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import type { CaseItem, IdType } from '../cases/case.types';
import { noteOnCase } from '../cases/case-changes.service';
import type { PersonalData } from '../cases/personal-data.service';
import { insertion, selectList } from '../rows';
import type { Attachments } from '../submissions/attachments.service';
import { Faults } from '../texts.rules';
import { itemForCorrection } from './correction-custody.service';
import type { CoVisitorFacts, CoVisitorInput, VisitorSource } from './registration.types';
import { checkCoVisitor, checkVisitorCount } from './visit.rules';

/** A person who came along 随访人, as stored. */
export interface CoVisitor {
  id: string;
  caseItemId: string;
  name: string;
  sex: 'MALE' | 'FEMALE' | null;
  idType: IdType | null;
  idNumberSealed: string | null;
  address: string | null;
  photoFileId: string | null;
  source: VisitorSource;
  representative: boolean;
}

const COLUMNS = selectList(
  [
    'id',
    'caseItemId',
    'name',
    'sex',
    'idType',
    'idNumberSealed',
    'address',
    'photoFileId',
    'source',
    'representative',
  ],
  'v',
);

interface Parts {
  personal: PersonalData;
  attachments: Attachments;
}

/** Co-visitors of items in sight, in the order they were entered. */
export function coVisitorsOf(tx: ScopedTransaction, itemIds: readonly string[]): Promise<CoVisitor[]> {
  return tx.query<CoVisitor>(
    `SELECT ${COLUMNS} FROM co_visitor v WHERE v.case_item_id = ANY($1::uuid[]) ORDER BY v.case_item_id, v.id`,
    [itemIds],
  );
}

/** Stores checked co-visitors of an item, with their photos. Throws FILE_NOT_FOUND for a photo that is not an unused file of the officer's. */
export async function storeCoVisitors(
  tx: ScopedTransaction,
  { personal, attachments }: Parts,
  caseItemId: string,
  coVisitors: readonly CoVisitorFacts[],
  officer: Officer,
  at: Date,
): Promise<void> {
  for (const { idNumber, ...facts } of coVisitors) {
    const { columns, placeholders, values } = insertion({
      ...facts,
      caseItemId,
      idNumberSealed: personal.seal(idNumber, 'co_visitor.id_number'),
      idNumberIndex: personal.index('idNumber', idNumber),
      createdAt: at,
      createdBy: officer.accountId,
    });
    const [row] = await tx.query<{ id: string }>(
      `INSERT INTO co_visitor (${columns}) VALUES (${placeholders}) RETURNING id`,
      values,
    );
    if (facts.photoFileId !== null)
      await attachments.attachFiles(
        tx,
        { type: 'VISITOR', id: row!.id, caseItemId },
        [facts.photoFileId],
        officer,
      );
  }
}

/**
 * Adds a co-visitor to a registered visit. Throws NOT_FOUND, STALE_VERSION, NOT_A_VISIT, COUNT_MISMATCH, TOO_MANY_REPRESENTATIVES, and what
 * custody refuses. Rule: PT-VIS-02.
 */
export async function addCoVisitor(
  tx: ScopedTransaction,
  parts: Parts & { today: string },
  {
    caseItemId,
    expectedVersion,
    coVisitor,
  }: { caseItemId: string; expectedVersion: number; coVisitor: CoVisitorInput },
  officer: Officer,
  at: Date,
): Promise<CaseItem> {
  const item = await itemForCorrection(tx, caseItemId, expectedVersion, officer);
  const present = await coVisitorsOf(tx, [item.id]);
  const faults = new Faults();
  const checked = checkCoVisitor(coVisitor, { path: 'coVisitor', today: parts.today }, faults);
  checkVisitorCount(item.visitorCount ?? 0, [...present, checked], faults);
  faults.throwIfAny();
  await storeCoVisitors(tx, parts, item.id, [checked], officer, at);
  await noteOnCase(tx, item, { action: 'CO_VISITOR_ADDED', actor: officer, at });
  return item;
}

/** Takes a co-visitor who was entered by mistake off a visit. Throws NOT_FOUND, STALE_VERSION and what custody refuses. */
export async function removeCoVisitor(
  tx: ScopedTransaction,
  {
    caseItemId,
    expectedVersion,
    coVisitorId,
  }: { caseItemId: string; expectedVersion: number; coVisitorId: string },
  officer: Officer,
  at: Date,
): Promise<CaseItem> {
  const item = await itemForCorrection(tx, caseItemId, expectedVersion, officer);
  const removed = isUuid(coVisitorId)
    ? await tx.query<{ id: string }>(
        'DELETE FROM co_visitor WHERE id = $1 AND case_item_id = $2 RETURNING id',
        [coVisitorId, item.id],
      )
    : [];
  if (removed.length === 0) throw refuse.notFound('coVisitorId');
  await noteOnCase(tx, item, { action: 'CO_VISITOR_REMOVED', actor: officer, at, subjectId: coVisitorId });
  return item;
}
