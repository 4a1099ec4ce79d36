import { Refusal } from '@junxian/errors';
import { isUniqueViolation, type ScopedTransaction } from '@junxian/persistence';
import type { CheckedHelper } from './helper-form';
import { holdAgainstMembers, isPoor, refusePoor } from './helpers-and-members.service';
import type { HelperView } from './pairing-views.service';

/*
 * A person is entered as a helper once, with a phone of his or her own (PA-AH-01), and not while a member of a poor household
 * (PA-AH-02). Asked only for a form that is otherwise in order, so that the answers cannot be had for the asking.
 */

/** What of a person another helper has. */
interface Taken {
  idNumber: boolean;
  phone: boolean;
}

/**
 * Refuses a form whose number or phone another helper has anywhere (PA-AH-01) with DUPLICATE_ID, one whose person is poor (PA-AH-02),
 * unless `before` was the same, with STATE_CONFLICT. Until the transaction ends the person becomes no member of a household.
 */
export async function refuseKnown(
  tx: ScopedTransaction,
  { idNumberIndex, phoneIndex }: CheckedHelper,
  before: HelperView | null,
): Promise<void> {
  holdAgainstMembers(tx, [idNumberIndex]);
  const [taken] = await tx.query<Taken>(
    'SELECT id_number AS "idNumber", phone FROM pa_ah_01_taken($1, $2, $3)',
    [idNumberIndex, phoneIndex, before?.id ?? null],
  );
  const faults = takenFaults(taken!);
  if (faults.length > 0) throw Refusal.many(faults);
  if (before?.idNumberIndex !== idNumberIndex) await refusePoor(tx, idNumberIndex, 'idNumber');
}

/** The forms of new helpers that {@link refuseKnown} does not refuse; the refusal of each that it does, or that was refused before. */
export async function unknownAmong(
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

/** The refusal of a person or a phone that somebody else entered a moment ago, from the error of the database; null for another error. */
export function takenMeanwhile(error: unknown): Refusal | null {
  if (isUniqueViolation(error, 'responsible_helper_identity')) return duplicateNumber();
  if (isUniqueViolation(error, 'responsible_helper_phone')) return duplicatePhone();
  return null;
}

function takenFaults({ idNumber, phone }: Taken): Refusal[] {
  return [...(idNumber ? [duplicateNumber()] : []), ...(phone ? [duplicatePhone()] : [])];
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
