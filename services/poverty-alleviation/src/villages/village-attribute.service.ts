import { recordEvent, VillageAttributeChanged } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { RegionCodes } from '@junxian/region-changes';
import type { Trace } from '../households/household-files.service';
import { currentCycle } from '../survey-years/survey-years.service';
import type { VillageAttribute } from '../village-code-lists';
import { lockVillageRecord, lockVillageRows, type PoorVillageView } from './poor-village-views.service';
import {
  insertPoorVillage,
  insertVillageRecord,
  updatePoorVillage,
  updateVillageRecord,
} from './poor-villages.store';
import { CANCEL_FIRST, conflict, IS_POOR, NOT_POOR } from './village-decisions.rules';
import { writeVillageHistory } from './village-history.service';
import { levelFault } from './village-list.rules';

/** A change of a village's attribute by the back office (8.14). */
export interface AttributeChange {
  villageCode: string;
  attribute: VillageAttribute;
  reason: string;
}

/** What a change of the attribute did; `poorVillageId` names the row. */
export interface AttributeResult {
  poorVillageId: string;
  before: VillageAttribute;
  after: VillageAttribute;
}

/** What a village's attribute is today; a village without a row is not poor. */
export async function villageAttribute(
  tx: ScopedTransaction,
  villageCode: string,
): Promise<VillageAttribute> {
  const [row] = await tx.query<{ poor: boolean }>(
    `SELECT EXISTS (SELECT FROM poor_village WHERE region_code = $1 AND village_attribute = '01') AS poor`,
    [villageCode],
  );
  return row!.poor ? 'POOR' : 'NON_POOR';
}

/**
 * Changes the attribute of a village (PA-BO-14): its permanent row and its record of the current cycle; other years
 * stay. A village that becomes poor gets a record of the cycle if it has none. Records village.attribute-changed. Takes
 * the region codes held (`PresentRegions.hold`). Throws INVALID_REGION_CODE for what is no village today, STATE_CONFLICT
 * when the attribute is that already or the village is delisted, YEAR_CLOSED. Whether the caller may is the caller's
 * business; row-level security admits MANAGER and PROVINCE_ADMIN.
 */
export async function setVillageAttribute(
  tx: ScopedTransaction,
  codes: RegionCodes,
  { villageCode, attribute, reason }: AttributeChange,
  by: Trace,
): Promise<AttributeResult> {
  const { year } = await currentCycle(tx);
  const fault = levelFault(codes.levelOf(villageCode), 'VILLAGE', 'villageCode');
  if (fault !== null) throw fault;
  const standing = await standingRows(tx, villageCode);
  const before = standing[0]?.attribute ?? 'NON_POOR';
  if (before === attribute) throw conflict(attribute === 'POOR' ? IS_POOR : NOT_POOR, 'attribute');
  if (standing.some(({ delistYear }) => delistYear !== null)) throw conflict(CANCEL_FIRST, 'attribute');
  const changed =
    attribute === 'POOR'
      ? [await becomePoor(tx, standing[0], { villageCode, epoch: codes.epoch, year }, by)]
      : await becomeNonPoor(tx, standing, by);
  for (const village of changed) {
    await putAttribute(tx, village, year, attribute, by);
    await recordEvent(tx, VillageAttributeChanged, {
      ...villageEvent(village, year, by),
      data: { villageCode, year, reason: null, attribute },
    });
  }
  await writeVillageHistory(
    tx,
    changed.map((village) => ({
      ...historyOf(village, year),
      operation: 'SET_ATTRIBUTE' as const,
      before: { attribute: before },
      after: { attribute },
      reason,
    })),
    by,
  );
  return { poorVillageId: changed[0]!.id, before, after: attribute };
}

/** The rows of a village, which nobody else adds to before this transaction ends. */
export async function standingRows(tx: ScopedTransaction, villageCode: string): Promise<PoorVillageView[]> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('junxian.poor-village.' || $1, 0))`, [
    villageCode,
  ]);
  return lockVillageRows(tx, villageCode);
}

/** Makes a village poor from a year on, with or without a row from an earlier time on the list; returns its row. */
export async function becomePoor(
  tx: ScopedTransaction,
  standing: PoorVillageView | undefined,
  { villageCode, epoch, year }: { villageCode: string; epoch: number; year: number },
  by: Trace,
): Promise<PoorVillageView> {
  if (standing === undefined)
    return insertPoorVillage(tx, { regionCode: villageCode, regionEpoch: epoch, year }, by);
  await updatePoorVillage(tx, standing.id, { attribute: 'POOR', addedYear: year }, by);
  return { ...standing, attribute: 'POOR' };
}

/** Two poor villages that were merged are one village: both rows change, or it would go on being poor by the other. */
async function becomeNonPoor(
  tx: ScopedTransaction,
  standing: readonly PoorVillageView[],
  by: Trace,
): Promise<PoorVillageView[]> {
  const poor = standing.filter(({ attribute }) => attribute === 'POOR');
  for (const { id } of poor) await updatePoorVillage(tx, id, { attribute: 'NON_POOR' }, by);
  return poor.map((village) => ({ ...village, attribute: 'NON_POOR' }));
}

async function putAttribute(
  tx: ScopedTransaction,
  village: PoorVillageView,
  year: number,
  attribute: VillageAttribute,
  by: Trace,
): Promise<void> {
  const record = await lockVillageRecord(tx, { id: village.id, year });
  if (record !== null) await updateVillageRecord(tx, record, {}, by, attribute);
  else if (attribute === 'POOR') await insertVillageRecord(tx, village, year, {}, by);
}

/** The part of a history line that says which village and year it is of. */
export function historyOf(village: Pick<PoorVillageView, 'id' | 'regionCode' | 'regionEpoch'>, year: number) {
  const { id, regionCode, regionEpoch } = village;
  return { kind: 'VILLAGE' as const, subjectId: id, code: regionCode, regionCode, regionEpoch, year };
}

/** The event of a change of a village, without its type. Reasons are texts here, so events name none. */
export function villageEvent({ id, regionCode }: PoorVillageView, year: number, { now }: Trace) {
  return {
    aggregateId: id,
    regionCode,
    occurredAt: now,
    data: { villageCode: regionCode, year, reason: null },
  };
}
