import type { Principal } from '@junxian/identity';
import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import { chosenRange } from '../chosen-range.rules';
import { surveyYear } from '../survey-years/survey-years.service';
import { VILLAGE_ATTRIBUTE } from '../village-code-lists';
import {
  isDelisted,
  VILLAGE_RECORD_FROM,
  VILLAGE_RECORD_SELECT,
  type VillageRecordView,
  villageRecordOf,
} from './poor-village-views.service';

export interface VillageListQuery {
  year: number;
  region?: string | null | undefined;
  /** Only those that had left the list by the end of the year, or only those that had not. */
  delisted?: boolean | null | undefined;
  /** Beginning of the name of the village's head. */
  villageHead?: string | null | undefined;
  /** The whole number. */
  officePhone?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}

/**
 * One page of the poor villages of a year in order of their codes, in one statement (PA-VD-03, PA-QY-02). Only
 * comparisons that leak nothing stand in it, so that they use indexes below row-level security.
 * Throws FORBIDDEN, OUT_OF_REGION (PA-QS-01) or INVALID_INPUT on an unknown year or a bad cursor.
 */
export async function villagePage(
  tx: ScopedTransaction,
  principal: Principal,
  { year, region, delisted, villageHead, officePhone, first, after }: VillageListQuery,
): Promise<Page<VillageRecordView>> {
  const range = chosenRange(region, principal);
  await surveyYear(tx, year);
  const parameters: unknown[] = [year, range.low, range.high, VILLAGE_ATTRIBUTE.code('POOR')];
  const where = [
    'r.year = $1',
    'r.region_code >= $2 AND r.region_code < $3',
    'r.village_attribute = $4',
    ...(delisted == null ? [] : [`(${isDelisted('r', 'v')}) = ${delisted}`]),
  ];
  const head = villageHead?.trim();
  if (head) {
    const low = `$${parameters.push(head)}`;
    where.push(`r.village_head >= ${low} AND r.village_head < $${parameters.push(`${head}\u{10ffff}`)}`);
  }
  const phone = officePhone?.trim();
  if (phone) where.push(`r.office_phone = $${parameters.push(phone)}`);
  const page = await keysetPage<Record<string, unknown>>(tx, {
    select: VILLAGE_RECORD_SELECT,
    from: VILLAGE_RECORD_FROM,
    where,
    parameters,
    order: [
      { column: 'r.region_code', key: 'regionCode' },
      { column: 'r.poor_village_id', key: 'id', type: 'uuid' },
    ],
    first,
    after,
  });
  return { ...page, nodes: page.nodes.map(villageRecordOf) };
}
