import { isRegionCode, isWithin, scopeRange } from '@junxian/administrative-region';
import { dateTimeInShanghai } from '@junxian/calendar';
import { type ColumnDefinition, sheetBuffer } from '@junxian/documents';
import { Refusal, refuse } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import { recordAudit } from '../audit/audit.service';
import type { RegionRow } from '../regions/region';
import { regionAt } from '../regions/regions.service';
import type { RegistryContext } from './natural-villages.service';

/** 自然村信息表 (requirements/directory.md §6). */
const COLUMNS = [
  { key: 'village', title: '行政村', width: 32 },
  { key: 'name', title: '自然村', width: 24 },
  // Figures of a year are poverty-alleviation's; on this form they are filled in by hand.
  { key: 'households', title: '户数' },
  { key: 'population', title: '人口' },
] as const satisfies readonly ColumnDefinition[];

export interface NaturalVillageList {
  /** Of the region chosen. */
  regionName: string;
  content: Buffer;
}

/**
 * The natural villages of a township or a village of the caller's area as a form to print, in order of code;
 * recorded as an export. Throws OUT_OF_REGION, NOT_FOUND, SCOPE_TOO_WIDE above township level.
 */
export async function exportNaturalVillages(
  tx: ScopedTransaction,
  regionCode: string,
  { actor, clock }: RegistryContext,
): Promise<NaturalVillageList> {
  const region = await chosenRegion(tx, regionCode, clock.today());
  const { low, high } = scopeRange(region.code, region.level);
  const rows = await tx.query<{ village: string; name: string }>(
    `SELECT v.name AS village, n.name FROM natural_village n
     JOIN LATERAL (SELECT r.name FROM region r WHERE r.code = n.village_code AND r.valid_from <= $3::date
                   ORDER BY r.valid_from DESC LIMIT 1) v ON true
     WHERE n.code >= $1 AND n.code < $2 AND n.valid_to IS NULL ORDER BY n.code`,
    [low, high, clock.today()],
  );
  const content = await sheetBuffer(COLUMNS, rows, {
    sheetName: '自然村信息表',
    heading: {
      title: '自然村信息表',
      regionName: region.name,
      producedAt: dateTimeInShanghai(clock.now()),
      ...(actor.operatorName === null ? {} : { operatorName: actor.operatorName }),
    },
  });
  await recordAudit(tx, {
    action: 'EXPORTED',
    targetType: 'natural-village-list',
    targetId: region.code,
    after: { naturalVillages: rows.length },
    outcome: 'OK',
    actor,
    at: clock.now(),
  });
  return { regionName: region.name, content };
}

async function chosenRegion(tx: ScopedTransaction, code: string, today: string): Promise<RegionRow> {
  if (!isRegionCode(code) || !isWithin(code, { low: tx.scope.regionLow, high: tx.scope.regionHigh })) {
    throw refuse.outOfRegion('regionCode');
  }
  const region = await regionAt(tx, code, today);
  if (region === null) throw refuse.notFound('regionCode');
  if (region.level === 'TOWNSHIP' || region.level === 'VILLAGE') return region;
  throw new Refusal(
    'SCOPE_TOO_WIDE',
    {
      zh: '行政区划至少选择到乡（镇、街道），请选择更小一级的行政区划',
      en: 'Choose at least a township; the area is too wide',
    },
    { field: 'regionCode', details: { minRegionLevel: 'TOWNSHIP' } },
  );
}
