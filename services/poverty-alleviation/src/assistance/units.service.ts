import type { Clock } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { expectVersion, type ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions, RegionCodes } from '@junxian/region-changes';
import type { AssistanceUnitType, UnitAffiliation } from '../assistance-code-lists';
import { FormFaults } from '../households/form-faults.rules';
import { traceOf } from '../households/household-files.service';
import { insertRows, TRACE_COLUMNS } from '../insert-rows';
import type { PersonalData } from '../personal-data';
import { encode } from '../record-fields';
import { UNIT } from './assistance-fields.rules';
import { checkUnit, refusalOr, type UnitForm } from './assistance-forms.rules';
import { readUnits, UNIT_SELECT, type UnitView, unitOf } from './pairing-views.service';

/** The form of a unit; with an id and a version it changes one. */
export interface UnitInput extends UnitForm {
  id?: string | null | undefined;
  expectedVersion?: number | null | undefined;
  regionCode: string;
  type: AssistanceUnitType;
  affiliation: UnitAffiliation;
}

/** Assistance units 帮扶单位 (PA-AU-01, PA-AU-02). */
export class AssistanceUnits {
  constructor(
    private readonly personal: PersonalData,
    private readonly regions: PresentRegions,
    private readonly clock: Clock,
  ) {}

  /**
   * Enters a unit, or changes one of the caller's region (PA-AU-01). Returns its id.
   * Throws one Refusal with all faults of the form; NOT_FOUND, OUT_OF_REGION, STALE_VERSION for a unit to be changed.
   */
  async save(tx: ScopedTransaction, input: UnitInput): Promise<string> {
    const { actor, now } = traceOf(tx, this.clock);
    const codes = await this.regions.hold(tx);
    const before = input.id ? await lockUnit(tx, input.id, 'id') : null;
    const { columns, stored } = this.checked(input, before, codes);
    if (before === null) {
      const [row] = await insertUnits(tx, columns, [
        [input.regionCode, codes.epoch, ...stored, actor, now, actor, now],
      ]);
      return row!.id;
    }
    const assignments = columns.map((column, index) => `${column} = $${index + 5}`);
    const rows = await tx.query<{ id: string }>(
      `UPDATE assistance_unit SET updated_by = $1, updated_at = $2, version = version + 1, ${assignments.join(', ')}
       WHERE id = $3 AND version = $4 RETURNING id`,
      [actor, now, before.id, input.expectedVersion ?? null, ...stored],
    );
    return expectVersion(rows).id;
  }

  /**
   * Enters new units with as many statements as one takes, each checked as {@link save} checks it. Returns for each, in
   * order, what it is refused for, or null.
   */
  async enterAll(tx: ScopedTransaction, inputs: readonly UnitInput[]): Promise<(Refusal | null)[]> {
    const { actor, now } = traceOf(tx, this.clock);
    const codes = await this.regions.hold(tx);
    const checked = inputs.map((input) => refusalOr(() => this.checked(input, null, codes)));
    const sound = checked.flatMap((one, place) =>
      one instanceof Refusal ? [] : [{ ...one, regionCode: inputs[place]!.regionCode }],
    );
    if (sound.length > 0) {
      const rows = sound.map(({ stored, regionCode }) => [
        regionCode,
        codes.epoch,
        ...stored,
        actor,
        now,
        actor,
        now,
      ]);
      await insertUnits(tx, sound[0]!.columns, rows);
    }
    return checked.map((one) => (one instanceof Refusal ? one : null));
  }

  /** What is stored of a form; throws one Refusal with all its faults. */
  private checked(input: UnitInput, before: UnitView | null, codes: RegionCodes) {
    const phone = input.phone ?? this.personal.open(before?.phoneSealed ?? null, 'assistance_unit.phone');
    const faults = new FormFaults();
    checkUnit({ ...input, phone }, faults);
    faults.expect(
      before === null ? codes.levelOf(input.regionCode) !== null : before.regionCode === input.regionCode,
      'regionCode',
      before === null
        ? { zh: '没有这个行政区划，请重新选择', en: 'There is no such region; choose another' }
        : {
            zh: '登记辖区不能改变；单位登记错辖区的，请删除后在正确的辖区重新登记',
            en: 'A unit stays in its region; delete it and enter it again in the right one',
          },
    );
    if (faults.list.length > 0) throw Refusal.many(faults.list);
    return encode(UNIT, {
      name: input.name.trim(),
      creditCode: input.creditCode?.trim().toUpperCase() || null,
      type: input.type,
      affiliation: input.affiliation,
      address: input.address?.trim() ?? null,
      leader: input.leader?.trim() || null,
      contact: input.contact.trim(),
      phoneSealed: this.personal.seal(phone!.trim(), 'assistance_unit.phone')!,
    });
  }

  /**
   * Deletes a unit of the caller's region; its ended pairings keep naming it (PA-AU-02).
   * Throws STATE_CONFLICT while it has helpers or pairings in force anywhere; NOT_FOUND, OUT_OF_REGION, STALE_VERSION.
   */
  async delete(tx: ScopedTransaction, id: string, expectedVersion: number): Promise<void> {
    const { actor, now } = traceOf(tx, this.clock);
    const unit = await lockUnit(tx, id, 'id');
    if (unit.version !== expectedVersion) throw refuse.staleVersion();
    const [answer] = await tx.query<{ inUse: boolean }>('SELECT pa_au_02_in_use($1, $2) AS "inUse"', [
      id,
      this.clock.today(),
    ]);
    if (answer!.inUse) throw inUse();
    await tx.query(
      `UPDATE assistance_unit SET deleted_at = $2, updated_by = $3, updated_at = $2, version = version + 1 WHERE id = $1`,
      [id, now, actor],
    );
  }
}

function insertUnits(
  tx: ScopedTransaction,
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
): Promise<{ id: string }[]> {
  return tx.query(
    ...insertRows(
      'assistance_unit',
      ['region_code', 'region_epoch', ...columns, ...TRACE_COLUMNS],
      rows,
      'RETURNING id',
    ),
  );
}

/**
 * A unit of the caller's region, locked: nobody else pairs, staffs or deletes it until the transaction ends.
 * Throws NOT_FOUND for one that is not there, is deleted or out of sight, OUT_OF_REGION for one registered elsewhere.
 */
export async function lockUnit(
  tx: ScopedTransaction,
  id: string,
  field: string,
): Promise<UnitView & { regionEpoch: number }> {
  if (!isUuid(id)) throw refuse.notFound(field);
  const [row] = await tx.query<Record<string, unknown>>(
    `SELECT ${UNIT_SELECT}, u.region_epoch AS "regionEpoch" FROM assistance_unit u
     WHERE u.id = $1 AND u.deleted_at IS NULL FOR NO KEY UPDATE`,
    [id],
  );
  if (row !== undefined) return { ...unitOf(row), regionEpoch: row.regionEpoch as number };
  const [seen] = await readUnits(tx, [id]);
  if (seen === undefined || seen.isDeleted) throw refuse.notFound(field);
  throw new Refusal(
    'OUT_OF_REGION',
    {
      zh: '该帮扶单位由其他辖区登记，请联系登记该单位的上级办理',
      en: 'This unit is registered in another region; ask the office that registered it',
    },
    { field, httpStatus: 403 },
  );
}

const inUse = (): Refusal =>
  new Refusal(
    'STATE_CONFLICT',
    {
      zh: '该单位还有结对村或帮扶责任人，请先解除结对、删除责任人（或改到其他单位），再删除单位',
      en: 'The unit still has paired villages or helpers; end the pairings and delete or move the helpers first',
    },
    { field: 'id' },
  );
