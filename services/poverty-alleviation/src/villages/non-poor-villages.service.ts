import { levelOfCode } from '@junxian/administrative-region';
import { refuse } from '@junxian/errors';
import { type Page, pageSize, type ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions, RegionCodes } from '@junxian/region-changes';

export interface NonPoorVillageQuery {
  region: string;
  first?: number | null | undefined;
  after?: string | null | undefined;
}

/**
 * One page of the village picker (PA-VD-01): the villages of a county or township, as they exist today, that are not
 * poor villages, by code; delisted ones are poor villages still. Throws INVALID_INPUT on a bad cursor or page size.
 */
export async function nonPoorVillagePage(
  tx: ScopedTransaction,
  regions: PresentRegions,
  { region, first, after }: NonPoorVillageQuery,
): Promise<Page<{ code: string }>> {
  const size = pageSize(first);
  if (after != null && !/^\d{12}$/.test(after)) {
    throw refuse.invalid('after', {
      zh: '翻页位置无效，请从第一页重新查询',
      en: 'This is no cursor of the list; start from the first page',
    });
  }
  const codes = await regions.hold(tx);
  const villages = villagesBelow(codes, region);
  const poor = await tx.query<{ code: string }>(
    `SELECT DISTINCT region_code AS code FROM poor_village
     WHERE region_code = ANY($1::text[]) AND village_attribute = '01'`,
    [villages],
  );
  const taken = new Set(poor.map(({ code }) => code));
  const open = villages.filter((code) => !taken.has(code) && (after == null || code > after));
  const nodes = open.slice(0, size).map((code) => ({ code }));
  return { nodes, endCursor: nodes.at(-1)?.code ?? null, hasNextPage: open.length > size };
}

/** The villages at or below a region, ascending. */
function villagesBelow(codes: RegionCodes, region: string): string[] {
  if (codes.levelOf(region) === 'VILLAGE') return [region];
  return codes
    .childrenOf(region)
    .flatMap((child) => (levelOfCode(child) === 'VILLAGE' ? [child] : villagesBelow(codes, child)));
}
