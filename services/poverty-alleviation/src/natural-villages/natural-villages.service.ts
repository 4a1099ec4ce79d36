import { isNaturalVillageCode, villageOfNaturalVillage } from '@junxian/administrative-region';
import type { Clock } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { isInScope } from '@junxian/identity';
import { HouseholdRecordChanged, RegionRecordChanged, recordEvents } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions } from '@junxian/region-changes';
import { FormFaults } from '../households/form-faults.rules';
import { type Trace, traceOf } from '../households/household-files.service';
import { requireComplete } from '../settled-regions';
import { editableYear } from '../survey-years/survey-years.service';
import { changesOf } from '../villages/rural-records.service';
import { writeVillageHistory } from '../villages/village-history.service';
import { expectDataOf, levelFault } from '../villages/village-list.rules';
import { checkNaturalVillage, givenValues, type NaturalVillageForm } from './natural-village.rules';
import {
  insertNaturalVillage,
  insertNaturalVillageRecord,
  isNameTaken,
  lockNaturalVillages,
  lockNaturalVillagesOf,
  type NaturalVillageRow,
  removeNaturalVillages,
  renameNaturalVillage,
  unlinkHouseholds,
  updateNaturalVillageRecord,
} from './natural-village.store';
import { readNaturalVillageRecord } from './natural-village-views.service';

/** A natural village's form for one year. */
export interface SaveNaturalVillageInput extends NaturalVillageForm {
  year: number;
  expectedVersion?: number | null | undefined;
}

const MAX_REMOVED_AT_ONCE = 99;

/** Keeps natural villages 自然村 as they are surveyed, by year. */
export class NaturalVillagesService {
  constructor(
    private readonly regions: PresentRegions,
    private readonly clock: Clock,
  ) {}

  /**
   * Adds a natural village or changes its data of one year; the name holds for all years (PA-NV-01), so another one is a
   * change of them all. Records village.record-changed; a form that changes nothing writes nothing. Throws one Refusal with
   * all faults of the form; INVALID_INPUT for a year without natural villages (PA-YR-02), YEAR_CLOSED, OUT_OF_REGION,
   * INVALID_REGION_CODE for a new one of a village that does not exist today, NATURAL_VILLAGE_EXISTS for a name taken in the
   * village, STALE_VERSION, STATE_CONFLICT while the village is being re-coded.
   */
  async save(tx: ScopedTransaction, input: SaveNaturalVillageInput): Promise<void> {
    const by = traceOf(tx, this.clock);
    const faults = new FormFaults();
    checkNaturalVillage(input, faults);
    if (faults.list.length > 0) throw Refusal.many(faults.list);
    const villageCode = villageInReach(tx, input.code, 'code');
    const codes = await this.regions.hold(tx);
    requireComplete(codes, villageCode, 'code');
    const year = await editableYear(tx, input.year);
    expectDataOf('NATURAL_VILLAGE', year);
    await lockNaturalVillagesOf(tx, [villageCode]);
    const [standing] = await lockNaturalVillages(tx, [input.code]);
    const record = standing ? await readNaturalVillageRecord(tx, standing.id, year.year) : null;
    if ((record?.version ?? null) !== (input.expectedVersion ?? null)) throw refuse.staleVersion();
    const name = input.name?.normalize('NFC').trim() ?? standing?.name;
    if (name === undefined) throw nameRequired();
    if (name !== standing?.name && (await isNameTaken(tx, villageCode, name, input.code))) throw nameTaken();

    const given = givenValues(input);
    const changes = changesOf({ ...record, name: standing?.name }, { ...given, name });
    if (record !== null && Object.keys(changes.after).length === 0) return;
    const village = standing ?? (await this.add(tx, input.code, name, codes, by));
    const isRenamed = standing !== undefined && name !== standing.name;
    if (isRenamed) await renameNaturalVillage(tx, standing.id, { name, year: year.year }, by);
    if (record === null) await insertNaturalVillageRecord(tx, village, year.year, given, by);
    else await updateNaturalVillageRecord(tx, village.id, year.year, given, by);
    await writeVillageHistory(
      tx,
      [{ ...historyOf(village), year: year.year, operation: 'SAVE_RECORD', ...changes }],
      by,
    );
    await announce(tx, [village], { year: isRenamed ? null : year.year, deleted: false }, by);
  }

  /**
   * Deletes natural villages with their data of all years; households no longer name them, in any year (PA-NV-02,
   * PA-NV-03). All or none. Returns the codes. Throws NOTHING_SELECTED, INVALID_INPUT, YEAR_CLOSED for the year chosen,
   * OUT_OF_REGION, NOT_FOUND, STATE_CONFLICT while the village is being re-coded.
   */
  async remove(tx: ScopedTransaction, given: readonly string[], yearNumber: number): Promise<string[]> {
    const by = traceOf(tx, this.clock);
    const codes = [...new Set(given)].sort();
    if (codes.length === 0) throw nothingSelected();
    if (codes.length > MAX_REMOVED_AT_ONCE) throw tooMany();
    const villages = new Set(codes.map((code) => villageInReach(tx, code, 'codes')));
    const present = await this.regions.hold(tx);
    for (const village of villages) requireComplete(present, village, 'codes');
    const year = await editableYear(tx, yearNumber);
    expectDataOf('NATURAL_VILLAGE', year);
    const found = new Set(await removeWithLinks(tx, codes, by));
    if (!codes.every((code) => found.has(code))) throw refuse.notFound('codes');
    return codes;
  }

  private async add(
    tx: ScopedTransaction,
    code: string,
    name: string,
    codes: Awaited<ReturnType<PresentRegions['hold']>>,
    by: Trace,
  ): Promise<NaturalVillageRow> {
    const regionCode = villageOfNaturalVillage(code);
    const fault = levelFault(codes.levelOf(regionCode), 'VILLAGE', 'code');
    if (fault !== null) throw fault;
    return insertNaturalVillage(tx, { code, name, regionCode, regionEpoch: codes.epoch }, by);
  }
}

/**
 * Deletes what there is under these codes: records of all years, links of households in all years, the natural
 * villages themselves. Writes the history and records village.record-changed and household.record-changed. Returns the
 * codes that were there; for the directory's natural-village.deleted it may be none.
 */
export async function removeWithLinks(
  tx: ScopedTransaction,
  codes: readonly string[],
  by: Trace,
): Promise<string[]> {
  await lockNaturalVillagesOf(tx, codes.map(villageOfNaturalVillage));
  const villages = await lockNaturalVillages(tx, codes);
  if (villages.length === 0) return [];
  const years = await removeNaturalVillages(
    tx,
    villages.map(({ id }) => id),
  );
  const unlinked = await unlinkHouseholds(tx, villages, by);
  await writeVillageHistory(
    tx,
    villages.map((village) => ({
      ...historyOf(village),
      year: null,
      operation: 'DELETE' as const,
      before: { name: village.name, years: years.get(village.id)!.join(',') },
      after: {},
    })),
    by,
  );
  await announce(tx, villages, { year: null, deleted: true }, by);
  await recordEvents(
    tx,
    HouseholdRecordChanged,
    unlinked.map(({ householdId, year, regionCode }) => ({
      aggregateId: householdId,
      regionCode,
      occurredAt: by.now,
      data: { householdId, year, parts: ['NATURAL_VILLAGE' as const] },
    })),
  );
  return villages.map(({ code }) => code);
}

/** Follows the directory, which removed a natural village from its registry, for all years (DI-REG-12). */
export async function forgetNaturalVillage(
  tx: ScopedTransaction,
  { data, time }: { data: { code: string }; time: string },
): Promise<void> {
  await removeWithLinks(tx, [data.code], { actor: tx.scope.purpose ?? 'service', now: new Date(time) });
}

function announce(
  tx: ScopedTransaction,
  villages: readonly NaturalVillageRow[],
  what: { year: number | null; deleted: boolean },
  { now }: Trace,
): Promise<unknown> {
  return recordEvents(
    tx,
    RegionRecordChanged,
    villages.map(({ id, code, regionCode }) => ({
      aggregateId: id,
      regionCode,
      occurredAt: now,
      data: { kind: 'NATURAL_VILLAGE' as const, code, ...what },
    })),
  );
}

function historyOf({ id, code, regionCode, regionEpoch }: NaturalVillageRow) {
  return { kind: 'NATURAL_VILLAGE' as const, subjectId: id, code, regionCode, regionEpoch };
}

/** The village of a natural village in the caller's region; throws OUT_OF_REGION. */
function villageInReach(tx: ScopedTransaction, code: string, field: string): string {
  if (!isNaturalVillageCode(code) || !isInScope(tx.scope, code)) throw refuse.outOfRegion(field);
  return villageOfNaturalVillage(code);
}

function nothingSelected(): Refusal {
  return new Refusal(
    'NOTHING_SELECTED',
    { zh: '请先勾选要删除的自然村', en: 'Tick the natural villages to be deleted first' },
    { field: 'codes' },
  );
}

function tooMany(): Refusal {
  return refuse.invalid('codes', {
    zh: `一次最多删除 ${MAX_REMOVED_AT_ONCE} 个自然村，请分次办理`,
    en: `At most ${MAX_REMOVED_AT_ONCE} natural villages are deleted at once; do it in several steps`,
  });
}

function nameRequired(): Refusal {
  return new Refusal(
    'FIELD_REQUIRED',
    { zh: '新增自然村须填写名称', en: 'Enter the name of the new natural village' },
    { field: 'name' },
  );
}

function nameTaken(): Refusal {
  return new Refusal(
    'NATURAL_VILLAGE_EXISTS',
    {
      zh: '该行政村已有同名自然村，请核对或换一个名称',
      en: 'The village has a natural village of this name; check it or choose another name',
    },
    { field: 'name', httpStatus: 409 },
  );
}
