import type { Clock } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import {
  PoorVillageAdded,
  RegionRecordChanged,
  recordEvent,
  VillageDelisted,
  VillageDelistingCancelled,
} from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions } from '@junxian/region-changes';
import { FormFaults } from '../households/form-faults.rules';
import { type Trace, traceOf } from '../households/household-files.service';
import { requireComplete } from '../settled-regions';
import { currentCycle, editableYear } from '../survey-years/survey-years.service';
import {
  lockPoorVillage,
  lockVillageRecord,
  type PoorVillageView,
  type VillageRecordKey,
} from './poor-village-views.service';
import {
  insertVillageRecord,
  keepDelisting,
  updatePoorVillage,
  updateVillageRecord,
} from './poor-villages.store';
import { changesOf, type FieldChanges } from './rural-records.service';
import { givenOf } from './rural-sections.rules';
import { becomePoor, historyOf, standingRows, villageEvent } from './village-attribute.service';
import {
  ALREADY_DELISTED,
  alreadyPoor,
  conflict,
  NOT_DELISTED,
  NOT_POOR,
  reasonOf,
  reasonRequired,
} from './village-decisions.rules';
import {
  checkLocked,
  checkVillageForm,
  VILLAGE_INDICATORS,
  VILLAGE_SECTIONS,
  type VillageLockedInput,
  type VillageSectionInputs,
  type VillageSectionValues,
} from './village-fields.rules';
import { writeVillageHistory } from './village-history.service';
import { levelFault } from './village-list.rules';

/** A new poor village: all sections in one form (PA-VD-02). */
export interface AddPoorVillageInput extends VillageSectionInputs {
  villageCode: string;
}

/** Changes of one year's record. */
export interface SaveVillageInput extends VillageSectionInputs, VillageRecordKey {
  expectedVersion: number;
  locked?: VillageLockedInput | null | undefined;
}

/** A decision on a poor village. */
export interface VillageDecision {
  id: string;
  expectedVersion: number;
  reason?: string | null | undefined;
}

/** Adds poor villages, takes them off the list, keeps their yearly records 贫困村动态管理. */
export class PoorVillagesService {
  constructor(
    private readonly regions: PresentRegions,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes a village that is not poor a poor village of the current cycle, with the record of that year (PA-VD-01,
   * PA-VD-02), and records village.added. Returns the key of the record. Throws one Refusal with all faults of the
   * form, YEAR_CLOSED, STATE_CONFLICT for a village that is poor already, delisted ones included.
   */
  async add(tx: ScopedTransaction, input: AddPoorVillageInput): Promise<VillageRecordKey> {
    const by = traceOf(tx, this.clock);
    const codes = await this.regions.hold(tx);
    requireComplete(codes, input.villageCode, 'villageCode');
    const { year } = await currentCycle(tx);
    const faults = new FormFaults();
    const fault = levelFault(codes.levelOf(input.villageCode), 'VILLAGE', 'villageCode');
    if (fault !== null) faults.add(fault);
    checkVillageForm(input, true, faults);
    if (faults.list.length > 0) throw Refusal.many(faults.list);

    const [standing] = await standingRows(tx, input.villageCode);
    if (standing?.attribute === 'POOR') throw alreadyPoor(standing);
    const village = await becomePoor(
      tx,
      standing,
      { villageCode: input.villageCode, epoch: codes.epoch, year },
      by,
    );
    const changes = await putRecord(tx, village, year, givenOf(VILLAGE_SECTIONS, input), by);
    await writeVillageHistory(
      tx,
      [
        {
          ...historyOf(village, year),
          operation: 'ADD',
          before: { ...(standing && { attribute: standing.attribute }), ...changes.before },
          after: { attribute: 'POOR', ...changes.after },
        },
      ],
      by,
    );
    await recordEvent(tx, PoorVillageAdded, villageEvent(village, year, by));
    return { id: village.id, year };
  }

  /**
   * Takes a poor village off the list in the current cycle (PA-VD-03, PA-VD-04); no household changes. Records
   * village.delisted. Throws NOT_FOUND, REASON_REQUIRED, INVALID_INPUT for an overlong reason, STATE_CONFLICT for one
   * that is off the list already or is not poor, STALE_VERSION, YEAR_CLOSED.
   */
  async delist(tx: ScopedTransaction, { id, expectedVersion, reason }: VillageDecision): Promise<void> {
    const by = traceOf(tx, this.clock);
    const { year } = await currentCycle(tx);
    const delistReason = reasonOf(reason);
    if (delistReason === null) throw reasonRequired();
    const village = await openVillage(tx, id);
    if (village.delistYear !== null) throw conflict(ALREADY_DELISTED);
    if (village.attribute !== 'POOR') throw conflict(NOT_POOR);
    if (village.version !== expectedVersion) throw refuse.staleVersion();
    await updatePoorVillage(tx, id, { delistYear: year, delistReason }, by);
    await writeVillageHistory(
      tx,
      [
        {
          ...historyOf(village, year),
          operation: 'DELIST',
          before: { delistYear: null },
          after: { delistYear: year },
          reason: delistReason,
        },
      ],
      by,
    );
    await recordEvent(tx, VillageDelisted, villageEvent(village, year, by));
  }

  /**
   * Puts a delisted village back on the list: year and reason are cleared, the history keeps them (PA-VD-05), and year-ends
   * before the cycle go on showing what they showed (PA-YR-01). Records village.delisting-cancelled. Throws NOT_FOUND, INVALID_INPUT, STATE_CONFLICT for one that is not delisted,
   * STALE_VERSION, YEAR_CLOSED.
   */
  async cancelDelisting(
    tx: ScopedTransaction,
    { id, expectedVersion, reason }: VillageDecision,
  ): Promise<void> {
    const by = traceOf(tx, this.clock);
    const { year } = await currentCycle(tx);
    const given = reasonOf(reason);
    const village = await openVillage(tx, id);
    if (village.delistYear === null) throw conflict(NOT_DELISTED);
    if (village.version !== expectedVersion) throw refuse.staleVersion();
    await updatePoorVillage(tx, id, { delistYear: null, delistReason: null }, by);
    await keepDelisting(tx, id, { delistYear: village.delistYear, cancelledIn: year });
    await writeVillageHistory(
      tx,
      [
        {
          ...historyOf(village, year),
          operation: 'CANCEL_DELISTING',
          before: { delistYear: village.delistYear, delistReason: village.delistReason },
          after: { delistYear: null, delistReason: null },
          reason: given,
        },
      ],
      by,
    );
    await recordEvent(tx, VillageDelistingCancelled, villageEvent(village, year, by));
  }

  /**
   * Changes indicators of a village's record of one year (PA-YR-03, PA-VL-01). Records village.record-changed; a form
   * that changes nothing writes nothing. Throws one Refusal with all faults, FIELD_LOCKED among them for what is
   * generated or the back office's (PA-VL-02, PA-YR-05); YEAR_CLOSED, NOT_FOUND, STALE_VERSION.
   */
  async saveRecord(tx: ScopedTransaction, input: SaveVillageInput): Promise<void> {
    const by = traceOf(tx, this.clock);
    const faults = new FormFaults();
    checkLocked(input.locked, 'locked', faults);
    checkVillageForm(input, false, faults);
    if (faults.list.length > 0) throw Refusal.many(faults.list);
    const { year } = await editableYear(tx, input.year);
    const record = isUuid(input.id) ? await lockVillageRecord(tx, { id: input.id, year }) : null;
    if (record === null) throw refuse.notFound('id');
    if (record.version !== input.expectedVersion) throw refuse.staleVersion();
    const changes = changesOf(flat(record), givenOf(VILLAGE_SECTIONS, input));
    if (Object.keys(changes.after).length === 0) return;
    await updateVillageRecord(tx, record, changes.after, by);
    await writeVillageHistory(tx, [{ ...historyOf(record, year), operation: 'SAVE_RECORD', ...changes }], by);
    await recordEvent(tx, RegionRecordChanged, {
      aggregateId: record.id,
      regionCode: record.regionCode,
      occurredAt: by.now,
      data: { kind: 'VILLAGE', code: record.regionCode, year, deleted: false },
    });
  }
}

/** Writes the record of a village that was just added; one left from an earlier time on the list is written over. Returns what changed. */
async function putRecord(
  tx: ScopedTransaction,
  village: PoorVillageView,
  year: number,
  given: Readonly<Record<string, unknown>>,
  by: Trace,
): Promise<FieldChanges> {
  const record = await lockVillageRecord(tx, { id: village.id, year });
  if (record === null) {
    await insertVillageRecord(tx, village, year, given, by);
    return { before: {}, after: given };
  }
  const cleared = Object.fromEntries(Object.keys(VILLAGE_INDICATORS).map((name) => [name, null]));
  const changes = changesOf(flat(record), { ...cleared, ...given });
  await updateVillageRecord(tx, record, changes.after, by, 'POOR');
  return changes;
}

async function openVillage(tx: ScopedTransaction, id: string): Promise<PoorVillageView> {
  const village = isUuid(id) ? await lockPoorVillage(tx, id) : null;
  if (village === null) throw refuse.notFound('id');
  return village;
}

/** The typed-in values of a record by indicator. */
function flat(sections: VillageSectionValues): Record<string, unknown> {
  return Object.assign(
    {},
    ...(Object.keys(VILLAGE_SECTIONS) as (keyof VillageSectionValues)[]).map((name) => sections[name]),
  );
}
