import type { Clock } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { MemberChanged, recordEvents } from '@junxian/messaging';
import { isUniqueViolation, type ScopedTransaction } from '@junxian/persistence';
import { helpersAmong, isHelper } from '../assistance/helpers-and-members.service';
import { ID_DOCUMENT_TYPE, type IdDocumentType, SEX, type Sex } from '../code-lists';
import { FormFaults } from '../households/form-faults.rules';
import { ACTIVE_MEMBER_CODES, type Trace } from '../households/household-files.service';
import { checkIdentityDocument, type IdentityKey } from '../households/identity-documents.rules';
import { checkName } from '../households/member-form.rules';
import type { PersonalData } from '../personal-data';
import { holdYears } from '../survey-years/survey-years.service';
import { settleDone } from '../to-dos/to-dos.service';
import type { Operation, Plan } from './back-office.service';
import { unchanged } from './household-adjustments';

/** What is corrected of a person; what is left out stays. */
export interface CorrectIdentityInput {
  memberId: string;
  name?: string | null | undefined;
  idType?: IdDocumentType | null | undefined;
  idNumber?: string | null | undefined;
  birthDate?: string | null | undefined;
  sex?: Sex | null | undefined;
}

/** A member's record of one year, as far as identity goes. */
interface IdentityRow {
  year: number;
  householdId: string;
  regionCode: string;
  personNo: string;
  name: string;
  sex: string;
  idType: string;
  idNumberIndex: string | null;
  citizenId: string | null;
  birthDate: string;
  isActive: boolean;
  version: number;
}

/** What the records of all years get. */
interface Identity {
  /** null when the name stays as it is. */
  name: string | null;
  sex: Sex;
  idType: IdDocumentType;
  birthDate: string;
  /** null when the document stays as it is. */
  document: { sealed: string | null; index: string; citizenId: string | null } | null;
}

interface CorrectIdentityPlan extends Plan {
  rows: IdentityRow[];
  identity: Identity;
}

/**
 * 8.6 修改姓名和证件号码: corrects name and document of a person in the records of all years, closed years included:
 * it is one person in all of them (PA-BO-06). The number may not be active with another person in any of these years.
 */
export function correctIdentity(
  personal: PersonalData,
  clock: Clock,
): Operation<CorrectIdentityInput, CorrectIdentityPlan> {
  return {
    plan: async (tx, input, lock) => {
      const rows = await identityRows(tx, input.memberId, lock);
      const latest = rows.at(-1)!;
      const identity = checked(input, latest, personal, clock.today());
      const changes = changesOf(rows, identity);
      if (Object.values(changes).every((changed) => !changed)) throw unchanged('input');
      if (identity.document !== null)
        await refuseDuplicate(tx, input.memberId, rows, identity.document.index);
      const { personNo } = latest;
      return {
        function: 'CORRECT_IDENTITY',
        targetId: input.memberId,
        householdId: latest.householdId,
        year: null,
        before: {
          personNo,
          idType: ID_DOCUMENT_TYPE.name(latest.idType),
          idNumberMark: markOf(latest.idNumberIndex),
        },
        after: {
          personNo,
          idType: identity.idType,
          idNumberMark: markOf(identity.document?.index ?? latest.idNumberIndex),
          ...changes,
        },
        confirmation: personNo,
        versions: rows.flatMap(({ year, version }) => [year, version]),
        rows,
        identity,
      };
    },
    apply: async (tx, { targetId, rows, identity }, by) => {
      await write(tx, targetId, identity, by);
      await raiseVersions(tx, rows, by);
      const renumbered = rows.some(
        (row) => identity.document && row.idNumberIndex !== identity.document.index,
      );
      if (renumbered) await settleDone(tx, 'CITIZEN_RENUMBERED', [targetId], by);
      await announce(tx, targetId, rows, identity, by);
      return {};
    },
  };
}

async function identityRows(tx: ScopedTransaction, memberId: string, lock: boolean): Promise<IdentityRow[]> {
  if (!isUuid(memberId)) throw refuse.notFound('input.memberId');
  // Nobody opens a year meanwhile, and so copies the identity that is being corrected.
  await holdYears(tx);
  if (lock) {
    await tx.query('SELECT FROM member WHERE id = $1 FOR NO KEY UPDATE', [memberId]);
    await tx.query(
      `SELECT FROM household WHERE id IN (SELECT household_id FROM member_year_record WHERE member_id = $1)
       ORDER BY id FOR NO KEY UPDATE`,
      [memberId],
    );
  }
  const rows = await tx.query<IdentityRow>(
    `SELECT r.year, r.household_id AS "householdId", r.region_code AS "regionCode", r.person_no AS "personNo", r.name, r.sex,
       r.id_type AS "idType", r.id_number_index AS "idNumberIndex", r.citizen_id AS "citizenId", r.birth_date::text AS "birthDate",
       r.status = ANY($2) AS "isActive", r.version
     FROM member_year_record r WHERE r.member_id = $1 ORDER BY r.year`,
    [memberId, ACTIVE_MEMBER_CODES],
  );
  if (rows.length === 0) throw refuse.notFound('input.memberId');
  return rows;
}

function checked(
  input: CorrectIdentityInput,
  latest: IdentityRow,
  personal: PersonalData,
  today: string,
): Identity {
  const faults = new FormFaults();
  const name = input.name?.trim() ?? null;
  if (name !== null) checkName(name, 'input.name', faults);
  const sex = input.sex ?? SEX.name(latest.sex);
  const birthDate = input.birthDate ?? latest.birthDate;
  const idType = input.idType ?? ID_DOCUMENT_TYPE.name(latest.idType);
  const key = documentKey(input, { idType, birthDate, sex }, today, faults);
  if (faults.list.length > 0) throw Refusal.many(faults.list);
  return {
    name,
    sex,
    birthDate,
    idType,
    document:
      key === null
        ? null
        : {
            sealed: personal.seal(input.idNumber?.trim().toUpperCase(), 'member.id_number'),
            index: personal.indexOf(key),
            citizenId: personal.citizenIdOf(key),
          },
  };
}

/** The key of the corrected document, or null where it stays; sex and birth date follow a document, never the reverse. */
function documentKey(
  input: CorrectIdentityInput,
  facts: { idType: IdDocumentType; birthDate: string; sex: Sex },
  today: string,
  faults: FormFaults,
): IdentityKey | null {
  if (input.idNumber == null) {
    faults.expect(input.idType == null && input.birthDate == null && input.sex == null, 'input.idNumber', {
      zh: '更正证件类型、出生日期或性别时，请一并填写证件号码',
      en: 'Give the document number together with its type, the birth date or the sex',
    });
    return null;
  }
  const document = checkIdentityDocument({ ...facts, idNumber: input.idNumber }, 'input', today);
  faults.add(...document.faults);
  return document.key;
}

function changesOf(rows: readonly IdentityRow[], { name, sex, birthDate, idType, document }: Identity) {
  const some = (differs: (row: IdentityRow) => boolean) => rows.some(differs);
  return {
    nameChanged: name !== null && some((row) => row.name !== name),
    idTypeChanged: document !== null && some((row) => row.idType !== ID_DOCUMENT_TYPE.code(idType)),
    idNumberChanged: document !== null && some((row) => row.idNumberIndex !== document.index),
    birthDateChanged: document !== null && some((row) => row.birthDate !== birthDate),
    sexChanged: document !== null && some((row) => row.sex !== SEX.code(sex)),
  };
}

/** Enough of a blind index to see that two lines of the log mean the same number, not enough to find anything by it. */
function markOf(index: string | null): string | null {
  return index === null ? null : index.slice(0, 8);
}

async function refuseDuplicate(
  tx: ScopedTransaction,
  memberId: string,
  rows: readonly IdentityRow[],
  index: string,
): Promise<void> {
  const years = rows.filter(({ isActive }) => isActive).map(({ year }) => year);
  const [found] = await tx.query<{ held: boolean }>(
    'SELECT bool_or(pa_bo_06_duplicate($1, year, $3)) AS held FROM unnest($2::int[]) AS asked (year)',
    [index, years, memberId],
  );
  if (found?.held) throw duplicate();
  const changes = rows.some((row) => row.isActive && row.idNumberIndex !== index);
  if (changes && (await helpersAmong(tx, [index])).length > 0) throw isHelper('input.idNumber');
}

async function write(
  tx: ScopedTransaction,
  memberId: string,
  { name, sex, birthDate, idType, document }: Identity,
  { actor, now }: Trace,
): Promise<void> {
  const parameters: unknown[] = [memberId, actor, now];
  const assignments = ['updated_by = $2', 'updated_at = $3', 'version = version + 1'];
  const set = (column: string, value: unknown) => assignments.push(`${column} = $${parameters.push(value)}`);
  if (name !== null) set('name', name);
  if (document !== null) {
    set('sex', SEX.code(sex));
    set('birth_date', birthDate);
    set('id_type', ID_DOCUMENT_TYPE.code(idType));
    set('id_number_sealed', document.sealed);
    set('id_number_index', document.index);
    set('citizen_id', document.citizenId);
    // Nobody else carries the number: from now on the row obeys the index as new ones do.
    assignments.push('repeats_number = false');
  }
  try {
    await tx.query(
      `UPDATE member_year_record SET ${assignments.join(', ')} WHERE member_id = $1`,
      parameters,
    );
    await tx.query(
      'UPDATE member SET version = version + 1, updated_by = $2, updated_at = $3 WHERE id = $1',
      [memberId, actor, now],
    );
  } catch (error) {
    // Somebody identified or corrected a person of this number at the same moment, and was faster.
    if (isUniqueViolation(error, 'member_year_record_identity')) throw duplicate();
    throw error;
  }
}

/** Whoever has a household of these records open learns that its members changed. */
async function raiseVersions(
  tx: ScopedTransaction,
  rows: readonly IdentityRow[],
  { actor, now }: Trace,
): Promise<void> {
  await tx.query(
    `UPDATE household_year_record r SET version = r.version + 1, updated_by = $1, updated_at = $2
     FROM unnest($3::uuid[], $4::int[]) AS of (household_id, year)
     WHERE r.household_id = of.household_id AND r.year = of.year`,
    [actor, now, rows.map(({ householdId }) => householdId), rows.map(({ year }) => year)],
  );
}

async function announce(
  tx: ScopedTransaction,
  memberId: string,
  rows: readonly IdentityRow[],
  { document }: Identity,
  { now }: Trace,
): Promise<void> {
  await recordEvents(
    tx,
    MemberChanged,
    rows.map((row) => {
      const citizenId = document === null ? row.citizenId : document.citizenId;
      return {
        aggregateId: memberId,
        regionCode: row.regionCode,
        occurredAt: now,
        data: {
          kind: 'CORRECT' as const,
          memberId,
          ...(citizenId === null ? {} : { citizenId }),
          year: row.year,
          fromHouseholdId: row.householdId,
          toHouseholdId: row.householdId,
          reason: null,
          perCapitaBefore: null,
          perCapitaAfter: null,
        },
      };
    }),
  );
}

function duplicate(): Refusal {
  return new Refusal(
    'DUPLICATE_ID',
    {
      zh: '该证件号码已登记在另一人名下，不能更正为该号码；请先查询重复证件号码并核实',
      en: 'Another person carries this number; look at the duplicate numbers and find out whose it is',
    },
    { field: 'input.idNumber' },
  );
}
