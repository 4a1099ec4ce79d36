import type { ScopedTransaction } from '@junxian/persistence';

export interface Category {
  code: string;
  parentCode: string | null;
  name: string;
  nameEn: string;
}

/** The content categories 内容分类, some hundred rows, parents before children and in their order. */
export async function allCategories(tx: ScopedTransaction): Promise<Category[]> {
  return tx.query<Category>(
    `SELECT code, parent_code AS "parentCode", name, name_en AS "nameEn" FROM content_category ORDER BY level, position, code`,
  );
}

/** The categories directly below one (or those of level one), each with the codes of its whole subtree. */
export function categoryGroups(
  categories: readonly Category[],
  parent: string | null,
): { code: string; keys: ReadonlySet<string> }[] {
  const subtree = (code: string): string[] => [
    code,
    ...categories.filter(({ parentCode }) => parentCode === code).flatMap((child) => subtree(child.code)),
  ];
  return categories
    .filter(({ parentCode }) => parentCode === parent)
    .map(({ code }) => ({ code, keys: new Set(subtree(code)) }));
}
