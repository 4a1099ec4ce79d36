import { isWithin, levelAtDepth, type RegionLevel, scopeRange } from '@junxian/administrative-region';
import { Refusal, refuse } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';

export interface RegionOfPost {
  regionCode: string;
  regionLevel: RegionLevel;
}

/**
 * The region of a post: that of its organisation, or one inside it, with the level stored in the tree on
 * that day. Throws NOT_FOUND for an organisation outside the scope or over by then, or a region not valid
 * on that day; REGION_NOT_IN_ORGANISATION.
 */
export async function regionOfPost(
  tx: ScopedTransaction,
  post: { organisationId: string; regionCode?: string | null },
  day: string,
): Promise<RegionOfPost> {
  const [organisation] = await tx.query<{ regionCode: string }>(
    `SELECT region_code AS "regionCode" FROM organisation WHERE id = $1 AND (valid_to IS NULL OR valid_to > $2)`,
    [post.organisationId, day],
  );
  if (organisation === undefined) throw refuse.notFound('organisationId');
  const home = await regionOn(tx, organisation.regionCode, day);
  if (!post.regionCode || post.regionCode === home.regionCode) return home;
  const region = await regionOn(tx, post.regionCode, day);
  if (isWithin(region.regionCode, scopeRange(home.regionCode, home.regionLevel))) return region;
  throw new Refusal(
    'REGION_NOT_IN_ORGANISATION',
    {
      zh: '岗位区划不在该单位的区划之内，请选择单位所在区划或其下级',
      en: "The post's region is not inside that of the organisation; choose the organisation's region or one below it",
    },
    { field: 'regionCode' },
  );
}

async function regionOn(tx: ScopedTransaction, code: string, day: string): Promise<RegionOfPost> {
  const [region] = await tx.query<{ depth: number }>(
    'SELECT level AS depth FROM region WHERE code = $1 AND valid_from <= $2 AND (valid_to IS NULL OR valid_to > $2)',
    [code, day],
  );
  if (region === undefined) throw refuse.notFound('regionCode');
  return { regionCode: code, regionLevel: levelAtDepth(region.depth) };
}
