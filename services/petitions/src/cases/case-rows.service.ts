import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Officer } from '../actor';
import { insertion } from '../rows';
import type { CaseItem, Petitioner } from './case.types';
import { CASE_COLUMNS } from './case-columns';

/** Stores a new item; only registration calls it. Returns it. */
export async function insertedCase(
  tx: ScopedTransaction,
  row: Partial<CaseItem> & { id: string; queryCodeIndex: string; regionEpoch: number },
): Promise<CaseItem> {
  const { columns, placeholders, values } = insertion(row);
  const [item] = await tx.query<CaseItem>(
    `INSERT INTO case_item AS c (${columns}) VALUES (${placeholders}) RETURNING ${CASE_COLUMNS}`,
    values,
  );
  return item!;
}

/** Stores a petitioner of an item. Returns the id. */
export async function insertedPetitioner(
  tx: ScopedTransaction,
  row: Partial<Petitioner> & {
    caseItemId: string;
    isMain: boolean;
    createdAt: Date;
    mobileIndex?: string | null;
  },
): Promise<string> {
  const { columns, placeholders, values } = insertion(row);
  const [stored] = await tx.query<{ id: string }>(
    `INSERT INTO petitioner (${columns}) VALUES (${placeholders}) RETURNING id`,
    values,
  );
  return stored!.id;
}

/** The matter an item belongs to: joined (one more item) or opened anew. Returns its id. Throws NOT_FOUND for a matter out of sight. */
export async function matterForJoining(
  tx: ScopedTransaction,
  {
    matterId,
    fresh,
    itemId,
    officer,
    at,
  }: {
    matterId: string | null;
    fresh: {
      id: string;
      matterNo: string;
      title: string;
      problemRegionCode: string;
      regionCode: string;
      regionEpoch: number;
    };
    itemId: string;
    officer: Officer;
    at: Date;
  },
): Promise<string> {
  if (matterId !== null) {
    const [joined] = isUuid(matterId)
      ? await tx.query<{ id: string }>(
          'UPDATE petition_matter SET item_count = item_count + 1, updated_at = $2, version = version + 1 WHERE id = $1 RETURNING id',
          [matterId, at],
        )
      : [];
    if (joined === undefined) throw refuse.notFound('matterId');
    return joined.id;
  }
  tx.send(
    `INSERT INTO petition_matter (id, region_code, region_epoch, organisation_id, matter_no, title, problem_region_code, first_item_id, created_at, created_by, updated_at)
     VALUES ($1, $2, $10, $3, $4, $5, $6, $7, $8, $9, $8)`,
    [
      fresh.id,
      fresh.regionCode,
      officer.organisationId,
      fresh.matterNo,
      fresh.title,
      fresh.problemRegionCode,
      itemId,
      at,
      officer.accountId,
      fresh.regionEpoch,
    ],
  );
  return fresh.id;
}
