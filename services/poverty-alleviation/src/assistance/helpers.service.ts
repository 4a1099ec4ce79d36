import type { Clock } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { isUniqueViolation, type ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions } from '@junxian/region-changes';
import type { OfficialRank } from '../assistance-code-lists';
import type { Education, IdDocumentType, Sex } from '../code-lists';
import { FormFaults } from '../households/form-faults.rules';
import { traceOf } from '../households/household-files.service';
import type { IdentityKey } from '../households/identity-documents.rules';
import { insertRows, TRACE_COLUMNS } from '../insert-rows';
import type { PoliticalStatus } from '../national-code-lists';
import type { PersonalData } from '../personal-data';
import { encode } from '../record-fields';
import { HELPER } from './assistance-fields.rules';
import { checkPerson, refusalOr } from './assistance-forms.rules';
import { holdAgainstMembers, isPoor, refusePoor } from './helpers-and-members.service';
import { HELPER_SELECT, type HelperView, helperOf, readHelpers } from './pairing-views.service';
import { lockUnit } from './units.service';

/** The form of a helper; with an id and a version it changes one. */
export interface HelperInput {
  id?: string | null | undefined;
  expectedVersion?: number | null | undefined;
  unitId: string;
  name: string;
  sex: Sex;
  idType: IdDocumentType;
  idNumber?: string | null | undefined;
  phone?: string | null | undefined;
  political?: PoliticalStatus | null | undefined;
  education?: Education | null | undefined;
  position?: string | null | undefined;
  rank?: OfficialRank | null | undefined;
  speciality?: string | null | undefined;
}

/** A helper's form that is in order, with what the person and the phone are found by. */
interface CheckedHelper {
  key: IdentityKey;
  number: string;
  phone: string;
  idNumberIndex: string;
  phoneIndex: string;
}

/** What of a person another helper has. */
interface Taken {
  idNumber: boolean;
  phone: boolean;
}

/** Responsible helpers 帮扶责任人 (PA-AH-01, PA-AH-02). */
export class Helpers {
  constructor(
    private readonly personal: PersonalData,
    private readonly regions: PresentRegions,
    private readonly clock: Clock,
  ) {}

  /**
   * Enters a helper of a unit of the caller's region, or changes one. Returns the id.
   * Throws one Refusal with all faults of the form; then DUPLICATE_ID for a number, STATE_CONFLICT for a phone, that
   * another helper has anywhere (PA-AH-01), STATE_CONFLICT for a member of a registered poor household (PA-AH-02) and
   * for a change of unit while pairings are in force; NOT_FOUND, OUT_OF_REGION, STALE_VERSION.
   */
  async save(tx: ScopedTransaction, input: HelperInput): Promise<string> {
    const { actor, now } = traceOf(tx, this.clock);
    await this.regions.hold(tx);
    const unit = await lockUnit(tx, input.unitId, 'unitId');
    const before = input.id ? await lockHelper(tx, input.id) : null;
    if (before !== null && before.version !== input.expectedVersion) throw refuse.staleVersion();
    const form = this.check(input, before);
    const { idNumberIndex, phoneIndex } = form;
    holdAgainstMembers(tx, [idNumberIndex]);
    // Asked only for a form that is otherwise in order, so that the answers cannot be had for the asking.
    await this.refuseTaken(tx, idNumberIndex, phoneIndex, before?.id ?? null);
    if (before?.idNumberIndex !== idNumberIndex) await refusePoor(tx, idNumberIndex, 'idNumber');
    if (
      before !== null &&
      before.unitId !== unit.id &&
      (await isEngaged(tx, before.id, this.clock.today()))
    ) {
      throw stillPaired();
    }
    const { columns, stored } = this.stored(input, form);
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
      // Somebody else entered the same person, or the same phone, a moment ago.
      if (isUniqueViolation(error, 'responsible_helper_identity')) throw duplicateNumber();
      if (isUniqueViolation(error, 'responsible_helper_phone')) throw duplicatePhone();
      throw error;
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
    const checked = inputs.map((input) => refusalOr(() => this.check(input, null)));
    const free = await this.freeAmong(tx, checked);
    const sound = free.flatMap((one, place) =>
      one instanceof Refusal ? [] : [{ input: inputs[place]!, form: one }],
    );
    const idOf = new Map<string, string>();
    if (sound.length > 0) {
      const rows = sound.map(({ input, form }) => {
        const { columns, stored } = this.stored(input, form);
        const unit = units.get(input.unitId)!;
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
    return free.map((one) => (one instanceof Refusal ? one : idOf.get(one.idNumberIndex)!));
  }

  /** The forms whose person and phone are free (PA-AH-01, PA-AH-02); the refusal of each that is not, or was refused before. */
  private async freeAmong(
    tx: ScopedTransaction,
    forms: readonly (CheckedHelper | Refusal)[],
  ): Promise<(CheckedHelper | Refusal)[]> {
    const asked = forms.filter((form): form is CheckedHelper => !(form instanceof Refusal));
    holdAgainstMembers(
      tx,
      asked.map(({ idNumberIndex }) => idNumberIndex),
    );
    const answers = await tx.query<Taken & { member: boolean }>(
      `SELECT t.id_number AS "idNumber", t.phone, pa_ah_02_member(g.id_number_index) AS member
       FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS g (id_number_index, phone_index, place)
       CROSS JOIN LATERAL pa_ah_01_taken(g.id_number_index, g.phone_index, NULL) AS t ORDER BY g.place`,
      [asked.map(({ idNumberIndex }) => idNumberIndex), asked.map(({ phoneIndex }) => phoneIndex)],
    );
    const answerOf = new Map(asked.map((form, place) => [form, answers[place]!]));
    return forms.map((form) => {
      if (form instanceof Refusal) return form;
      const { member, ...taken } = answerOf.get(form)!;
      const faults = takenFaults(taken);
      if (faults.length > 0) return Refusal.many(faults);
      return member ? isPoor('idNumber') : form;
    });
  }

  /** The person's document and phone, typed in or as they stand. Throws one Refusal with all faults. */
  private check(input: HelperInput, before: HelperView | null): CheckedHelper {
    const stored = before && {
      idNumber: this.personal.open(before.idNumberSealed, 'responsible_helper.id_number'),
      phone: this.personal.open(before.phoneSealed, 'responsible_helper.phone'),
    };
    const person = {
      ...input,
      idNumber: input.idNumber ?? stored?.idNumber,
      phone: input.phone ?? stored?.phone,
    };
    const faults = new FormFaults();
    const key = checkPerson(person, '', this.clock.today(), faults);
    faults.expectText(input.speciality, 200, 'speciality');
    if (faults.list.length > 0 || key === null) throw Refusal.many(faults.list);
    const phone = person.phone!.trim();
    return {
      key,
      number: person.idNumber!.trim().toUpperCase(),
      phone,
      idNumberIndex: this.personal.indexOf(key),
      phoneIndex: this.personal.phoneIndexOf(phone),
    };
  }

  private stored(input: HelperInput, { key, number, phone, idNumberIndex, phoneIndex }: CheckedHelper) {
    return encode(HELPER, {
      name: input.name.trim(),
      sex: input.sex,
      idType: input.idType,
      idNumberSealed: this.personal.seal(number, 'responsible_helper.id_number')!,
      idNumberIndex,
      citizenId: this.personal.citizenIdOf(key),
      phoneSealed: this.personal.seal(phone, 'responsible_helper.phone')!,
      phoneIndex,
      political: input.political ?? null,
      education: input.education ?? null,
      position: input.position?.trim() ?? null,
      rank: input.rank ?? null,
      speciality: input.speciality?.trim() ?? null,
    });
  }

  private async refuseTaken(
    tx: ScopedTransaction,
    idNumberIndex: string,
    phoneIndex: string,
    but: string | null,
  ): Promise<void> {
    const [taken] = await tx.query<Taken>(
      'SELECT id_number AS "idNumber", phone FROM pa_ah_01_taken($1, $2, $3)',
      [idNumberIndex, phoneIndex, but],
    );
    const faults = takenFaults(taken!);
    if (faults.length > 0) throw Refusal.many(faults);
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

function takenFaults({ idNumber, phone }: Taken): Refusal[] {
  return [...(idNumber ? [duplicateNumber()] : []), ...(phone ? [duplicatePhone()] : [])];
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
  throw seen === undefined || seen.isDeleted ? refuse.notFound('id') : refuse.outOfRegion('id');
}

async function isEngaged(tx: ScopedTransaction, id: string, today: string): Promise<boolean> {
  const [answer] = await tx.query<{ engaged: boolean }>('SELECT pa_ah_01_engaged($1, $2) AS engaged', [
    id,
    today,
  ]);
  return answer!.engaged;
}

const duplicateNumber = (): Refusal =>
  new Refusal(
    'DUPLICATE_ID',
    {
      zh: '该证件号码已登记为帮扶责任人，一人只能属于一个帮扶单位；请查询后使用原登记，或由原单位删除后再登记',
      en: 'A helper with this document number is registered already, and a person belongs to one unit only; use that registration, or have it deleted first',
    },
    { field: 'idNumber' },
  );

const duplicatePhone = (): Refusal =>
  new Refusal(
    'DUPLICATE_ID',
    {
      zh: '该电话已是另一名帮扶责任人的联系电话，请核对后填写本人电话',
      en: 'Another helper has this phone number; check it and enter the person’s own',
    },
    { field: 'phone' },
  );

const stillPaired = (): Refusal =>
  new Refusal(
    'STATE_CONFLICT',
    {
      zh: '该责任人还有有效的结对户，或还在驻村工作队任期内；请先解除结对、结束任期',
      en: 'The helper still has pairings in force or a running term in a work team; end them first',
    },
    { field: 'id' },
  );
