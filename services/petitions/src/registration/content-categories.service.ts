import { Refusal } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Faults } from '../texts.rules';

/** A content category 内容分类 of the three-level tree. */
export interface ContentCategory {
  code: string;
  parentCode: string | null;
  level: number;
  name: string;
  nameEn: string;
  /** Items are registered under it: there is nothing finer. */
  isDeepest: boolean;
}

const COLUMNS = `k.code, k.parent_code AS "parentCode", k.level, k.name, k.name_en AS "nameEn",
  NOT EXISTS (SELECT FROM content_category f WHERE f.parent_code = k.code) AS "isDeepest"`;

/** The categories directly below one, or the 17 of level 1; in the order of the standard list. */
export function categoriesBelow(tx: ScopedTransaction, parent: string | null): Promise<ContentCategory[]> {
  return tx.query<ContentCategory>(
    `SELECT ${COLUMNS} FROM content_category k WHERE k.parent_code IS NOT DISTINCT FROM $1 ORDER BY k.position`,
    [parent],
  );
}

/** Categories by their codes. */
export function categoriesByCodes(
  tx: ScopedTransaction,
  codes: readonly string[],
): Promise<ContentCategory[]> {
  return tx.query<ContentCategory>(
    `SELECT ${COLUMNS} FROM content_category k WHERE k.code = ANY($1::text[])`,
    [codes],
  );
}

/** Checks that a category is the deepest available (catalogue 2.3). Adds CATEGORY_UNKNOWN, CATEGORY_TOO_COARSE. */
export async function checkCategory(
  tx: ScopedTransaction,
  code: string,
  field: string,
  faults: Pick<Faults, 'add'>,
): Promise<void> {
  const [category] = await categoriesByCodes(tx, [code]);
  if (category === undefined) faults.add(unknown(field));
  else if (!category.isDeepest) faults.add(tooCoarse(field, category.level));
}

const unknown = (field: string) =>
  new Refusal(
    'CATEGORY_UNKNOWN',
    {
      zh: '没有该内容分类，请从列表中选择',
      en: 'There is no such content category; choose one from the list',
    },
    { field },
  );

const tooCoarse = (field: string, level: number) =>
  new Refusal(
    'CATEGORY_TOO_COARSE',
    {
      zh: '该内容分类下还有更细的分类，请选择到最末一级',
      en: 'This content category has finer ones below it; choose the deepest level',
    },
    { field, details: { level } },
  );
