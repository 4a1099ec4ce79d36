import type { Clock } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions } from '@junxian/region-changes';
import { traceOf } from '../households/household-files.service';
import { insertRows, TRACE_COLUMNS } from '../insert-rows';
import type { PersonalData } from '../personal-data';
import { refusalOr } from './assistance-forms.rules';
import { type CheckedHelper, HelperForms, type HelperInput } from './helper-form';
import { refuseKnown, takenMeanwhile, unknownAmong } from './helper-identity.service';
import { HELPER_SELECT, type HelperView, helperOf, readHelpers } from './pairing-views.service';
import { lockUnit } from './units.service';

/** Responsible helpers 帮扶责任人 (PA-AH-01, PA-AH-02). */
export class Helpers {
  private readonly forms: HelperForms;

  constructor(
    personal: PersonalData,
    private readonly regions: PresentRegions,
    private readonly clock: Clock,
  ) {
    this.forms = new HelperForms(personal, clock);
  }

  /**
   * Enters a helper of a unit of the caller's region, or changes one. Returns the id.
   * Throws one Refusal with all faults of the form; then DUPLICATE_ID for a number or a phone that another
   * helper has anywhere (PA-AH-01), STATE_CONFLICT for a member of a registered poor household (PA-AH-02) and
   * for a change of unit while pairings are in force; NOT_FOUND, OUT_OF_REGION, STALE_VERSION.
   */
  async save(tx: ScopedTransaction, input: HelperInput): Promise<string> {
    const { actor, now } = traceOf(tx, this.clock);
    await this.regions.hold(tx);
    const unit = await lockUnit(tx, input.unitId, 'unitId');
    const before = input.id ? await lockHelper(tx, input.id) : null;
    if (before !== null && before.version !== input.expectedVersion) throw refuse.staleVersion();
    const form = this.forms.check(input, before);
    await refuseKnown(tx, form, before);
    if (
      before !== null &&
      before.unitId !== unit.id &&
      (await isEngaged(tx, before.id, this.clock.today()))
    ) {
      throw stillPaired();
    }
    const { columns, stored } = this.forms.stored(form);
    const place = [unit.id, unit.regionCode, unit.regionEpoch];
    try {
      if (before === null) {
        const [row] = await insertHelpers(tx, columns, [[...place, ...stored, actor, now, actor, now]]);
        return row!.id;
      }
      const assignments = columns.map((column, index) => `${column} = $${index + 7}`);
      await tx.query(
        `UPDATE responsible_helper SET updated_by = $1, updated_at = $2, version = version + 1,
           unit_id = $4, region_code = $5, region_epoch = $6, ${assignments.join(', ')} WHERE id = $3`,
        [actor, now, before.id, ...place, ...stored],
      );
      return before.id;
    } catch (error) {
      throw takenMeanwhile(error) ?? error;
    }
  }

  /**
   * Deletes a helper of the caller's region; ended pairings keep naming him or her.
   * Throws STATE_CONFLICT while pairings are in force or a team's term runs, anywhere; NOT_FOUND, OUT_OF_REGION, STALE_VERSION.
   */
  async delete(tx: ScopedTransaction, id: string, expectedVersion: number): Promise<void> {
    const { actor, now } = traceOf(tx, this.clock);
    const helper = await lockHelper(tx, id);
    if (helper.version !== expectedVersion) throw refuse.staleVersion();
    if (await isEngaged(tx, id, this.clock.today())) throw stillPaired();
    await tx.query(
      'UPDATE responsible_helper SET deleted_at = $2, updated_by = $3, updated_at = $2, version = version + 1 WHERE id = $1',
      [id, now, actor],
    );
  }

  /**
   * Enters new helpers with as many statements as one takes, each checked as {@link save} checks it. Takes forms no two of
   * which have a document or phone in common. Returns for each, in order, its id or what it is refused for. When somebody
   * else enters one of them at the same moment the transaction fails: whoever imports begins anew.
   */
  async enterAll(tx: ScopedTransaction, inputs: readonly HelperInput[]): Promise<(string | Refusal)[]> {
    const { actor, now } = traceOf(tx, this.clock);
    await this.regions.hold(tx);
    const units = new Map<string, Awaited<ReturnType<typeof lockUnit>>>();
    for (const id of [...new Set(inputs.map(({ unitId }) => unitId))].sort()) {
      units.set(id, await lockUnit(tx, id, 'unitId'));
    }
    const checked = inputs.map((input) => refusalOr(() => this.forms.check(input, null)));
    const judged = await unknownAmong(tx, checked);
    const sound = judged.filter((one): one is CheckedHelper => !(one instanceof Refusal));
    const idOf = new Map<string, string>();
    if (sound.length > 0) {
      const rows = sound.map((form) => {
        const { columns, stored } = this.forms.stored(form);
        const unit = units.get(form.input.unitId)!;
        const place = [unit.id, unit.regionCode, unit.regionEpoch];
        return { columns, row: [...place, ...stored, actor, now, actor, now] };
      });
      const written = await insertHelpers(
        tx,
        rows[0]!.columns,
        rows.map(({ row }) => row),
      );
      for (const { id, idNumberIndex } of written) idOf.set(idNumberIndex, id);
    }
    return judged.map((one) => (one instanceof Refusal ? one : idOf.get(one.idNumberIndex)!));
  }
}

/**
 * A helper in the caller's sight, whom nobody deletes or moves to another unit until the transaction ends: for whoever
 * pairs or puts into a team. Throws NOT_FOUND, naming `field`.
 */
export async function presentHelper(tx: ScopedTransaction, id: string, field: string): Promise<HelperView> {
  if (!isUuid(id)) throw refuse.notFound(field);
  await tx.query(`SELECT pg_advisory_xact_lock_shared(hashtextextended('junxian.helper:' || $1, 0))`, [id]);
  const [helper] = await readHelpers(tx, [id]);
  if (helper === undefined || helper.isDeleted) throw refuse.notFound(field);
  return helper;
}

function insertHelpers(
  tx: ScopedTransaction,
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
): Promise<{ id: string; idNumberIndex: string }[]> {
  return tx.query(
    ...insertRows(
      'responsible_helper',
      ['unit_id', 'region_code', 'region_epoch', ...columns, ...TRACE_COLUMNS],
      rows,
      'RETURNING id, id_number_index AS "idNumberIndex"',
    ),
  );
}

/** A helper of the caller's region, held alone. Throws NOT_FOUND, OUT_OF_REGION. */
async function lockHelper(tx: ScopedTransaction, id: string): Promise<HelperView> {
  if (!isUuid(id)) throw refuse.notFound('id');
  // Not the row alone: whoever pairs may see a helper of a unit above, but may not lock the row.
  await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('junxian.helper:' || $1, 0))`, [id]);
  const [row] = await tx.query(
    `SELECT ${HELPER_SELECT} FROM responsible_helper h WHERE h.id = $1 AND h.deleted_at IS NULL FOR NO KEY UPDATE`,
    [id],
  );
  if (row !== undefined) return helperOf(row);
  const [seen] = await readHelpers(tx, [id]);
  throw seen === undefined || seen.isDeleted ? refuse.notFound('id') : registeredElsewhere();
}

async function isEngaged(tx: ScopedTransaction, id: string, today: string): Promise<boolean> {
  const [answer] = await tx.query<{ engaged: boolean }>('SELECT pa_ah_01_engaged($1, $2) AS engaged', [
    id,
    today,
  ]);
  return answer!.engaged;
}

const registeredElsewhere = (): Refusal =>
  new Refusal(
    'OUT_OF_REGION',
    {
      zh: '该责任人所在的帮扶单位由其他辖区登记，请联系登记该单位的辖区办理',
      en: 'This helper’s unit is registered in another region; ask the office that registered it',
    },
    { field: 'id', httpStatus: 403 },
  );

const stillPaired = (): Refusal =>
  new Refusal(
    'STATE_CONFLICT',
    {
      zh: '该责任人还有有效的结对户，或还在驻村工作队任期内（见责任人的“目前结对户”“驻村工作队”，本辖区以外的请联系上级）；请先解除结对、结束任期',
      en: 'The helper still has pairings in force or a running term in a work team: see the helper’s open pairings and teams, or ask the level above for those outside your area; end them first',
    },
    { field: 'id' },
  );
