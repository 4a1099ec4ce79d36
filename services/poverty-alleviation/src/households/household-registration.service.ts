import { Refusal } from '@junxian/errors';
import { HouseholdIdentified, recordEvent } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { HouseholdOperation } from '../household-code-lists';
import { insertRows, TRACE_COLUMNS } from '../insert-rows';
import type { PersonalData } from '../personal-data';
import { encode } from '../record-fields';
import { MEMBER, type MemberValues } from './household-fields.rules';
import { type Trace, writeStatusHistory } from './household-files.service';
import { householdNumber } from './household-number.rules';
import { tabColumns } from './household-records.service';
import type { HouseholdTabs } from './household-views.types';
import type { IdentityKey } from './identity-documents.rules';
import { duplicateId } from './member-form.rules';

/** How a household came into the store: new identification 新识别, split 分户, supplement 补录. */
export type HouseholdOrigin = 'IDENTIFICATION' | 'SPLIT' | 'SUPPLEMENT';

const OPERATION: Record<HouseholdOrigin, HouseholdOperation> = {
  IDENTIFICATION: 'IDENTIFY',
  SPLIT: 'SPLIT',
  SUPPLEMENT: 'SUPPLEMENT',
};

/** What all rows of a household that comes into the store have in common. */
export interface Registration {
  villageCode: string;
  /** Year of the data set the records join. */
  year: number;
  identifiedYear: number;
  /** Epoch of the region codes held (`PresentRegions.hold`), or of the row the village was taken from. */
  epoch: number;
  by: Trace;
  origin: HouseholdOrigin;
}

/** The household that came of it. */
export interface RegisteredHousehold {
  id: string;
  householdNo: string;
}

/** The form a household was registered by, for telling repetitions (`idempotencyKey`). */
export interface Submission {
  key: string;
  digest: string;
}

/**
 * Makes a household's permanent file with the next number of its village. Returns null when the same account
 * registered a household under the same submission key meanwhile.
 */
export async function insertHousehold(
  tx: ScopedTransaction,
  { villageCode, identifiedYear, epoch, by }: Registration,
  submission: Submission | null = null,
  originHouseholdId: string | null = null,
): Promise<RegisteredHousehold | null> {
  const householdNo = await nextHouseholdNo(tx, villageCode);
  const [row] = await tx.query<{ id: string }>(
    ...insertRows(
      'household',
      [
        'region_code',
        'region_epoch',
        'household_no',
        'identified_year',
        'submission_key',
        'submission_digest',
        'origin_household_id',
        ...TRACE_COLUMNS,
      ],
      [
        [
          villageCode,
          epoch,
          householdNo,
          identifiedYear,
          submission?.key ?? null,
          submission?.digest ?? null,
          originHouseholdId,
          ...traceValues(by),
        ],
      ],
      // The same form sent twice at once: the second waits here for the first.
      'ON CONFLICT (created_by, submission_key) DO NOTHING RETURNING id',
    ),
  );
  return row ? { id: row.id, householdNo } : null;
}

/** Adds the yearly record of a household just registered. */
export async function insertYearRecord(
  tx: ScopedTransaction,
  { villageCode, year, epoch, by }: Registration,
  { id, householdNo }: RegisteredHousehold,
  tabs: HouseholdTabs,
): Promise<void> {
  const { columns, stored } = tabColumns(tabs);
  await tx.query(
    ...insertRows(
      'household_year_record',
      ['household_id', 'year', 'household_no', 'region_code', 'region_epoch', ...columns, ...TRACE_COLUMNS],
      [[id, year, householdNo, villageCode, epoch, ...stored, ...traceValues(by)]],
    ),
  );
}

/**
 * Adds new persons to a household, numbered after those who ever belonged to it. Takes their records in the order
 * of the form; returns their member ids in that order. Throws DUPLICATE_ID, naming each place in the form, for
 * persons whose number is active elsewhere in the year (PA-NI-03): of two officers at once, exactly one wins.
 */
export async function insertMembers(
  tx: ScopedTransaction,
  { villageCode, year, epoch, by }: Registration,
  { id, householdNo }: RegisteredHousehold,
  members: readonly MemberValues[],
): Promise<string[]> {
  const first = await nextPersonSerial(tx, id, members.length);
  const numberOf = (index: number) => householdNo + String(first + index).padStart(2, '0');
  const persons = await tx.query<{ id: string; person_no: string }>(
    ...insertRows(
      'member',
      ['region_code', 'region_epoch', 'person_no', ...TRACE_COLUMNS],
      members.map((_, index) => [villageCode, epoch, numberOf(index), ...traceValues(by)]),
      'RETURNING id, person_no',
    ),
  );
  const idByNumber = new Map(persons.map((person) => [person.person_no, person.id]));
  const records = members.map((values, index) => ({
    index,
    memberId: idByNumber.get(numberOf(index))!,
    values,
  }));
  // Always in the order of the index, so that two officers with the same persons cannot wait for each other.
  records.sort((a, b) => ((a.values.idNumberIndex ?? '') < (b.values.idNumberIndex ?? '') ? -1 : 1));
  const { columns } = encode(MEMBER, records[0]!.values);
  const inserted = await tx.query<{ member_id: string }>(
    ...insertRows(
      'member_year_record',
      ['member_id', 'year', 'household_id', 'region_code', 'region_epoch', ...columns, ...TRACE_COLUMNS],
      records.map(({ memberId, values }) => [
        memberId,
        year,
        id,
        villageCode,
        epoch,
        ...encode(MEMBER, values).stored,
        ...traceValues(by),
      ]),
      `ON CONFLICT (year, id_number_index) WHERE status IN ('1', '4') AND id_number_index IS NOT NULL AND NOT repeats_number
       DO NOTHING RETURNING member_id`,
    ),
  );
  const kept = new Set(inserted.map(({ member_id }) => member_id));
  const lost = records.filter(({ memberId }) => !kept.has(memberId)).sort((a, b) => a.index - b.index);
  if (lost.length > 0) throw Refusal.many(lost.map(({ index }) => duplicateId(index)));
  return members.map((_, index) => idByNumber.get(numberOf(index))!);
}

/** The look-ups beyond the scope of clerks and of administrators of a province; each answers no to who has not its role. */
const HELD_BY_SOMEBODY = '(pa_ni_03_duplicate(blind_index, $2) OR pa_bo_06_duplicate(blind_index, $2, NULL))';

/**
 * Which of these documents somebody in the country carries as an active member in a year, by their places (PA-NI-03);
 * null stands for a person without one. {@link insertMembers} alone would not meet those of old data, which stand
 * outside the uniqueness of a number. Clerks and administrators of a province are answered, whichever of them asks.
 */
export async function heldNumbers(
  tx: ScopedTransaction,
  personal: PersonalData,
  keys: readonly (IdentityKey | null)[],
  year: number,
): Promise<number[]> {
  const rows = await tx.query<{ place: number }>(
    `SELECT place::int FROM unnest($1::text[]) WITH ORDINALITY AS given (blind_index, place)
     WHERE blind_index IS NOT NULL AND ${HELD_BY_SOMEBODY} ORDER BY place`,
    [keys.map((key) => (key === null ? null : personal.indexOf(key))), year],
  );
  return rows.map(({ place }) => place - 1);
}

/** Writes the first line of the status history and records household.identified. */
export async function announceHousehold(
  tx: ScopedTransaction,
  { villageCode, year, by, origin }: Registration,
  { id, householdNo }: RegisteredHousehold,
  facts: { status: HouseholdTabs['basic']['povertyStatus']; headCitizenId: string | null; members: number },
): Promise<void> {
  await writeStatusHistory(
    tx,
    { householdId: id, year, from: null, to: facts.status, operation: OPERATION[origin] },
    by,
  );
  await recordEvent(
    tx,
    HouseholdIdentified,
    identifiedEvent({ villageCode, year, by, origin }, { id, householdNo, ...facts }),
  );
}

/** The content of household.identified. */
export const identifiedEvent = (
  {
    villageCode,
    year,
    by,
    origin,
  }: Pick<Registration, 'villageCode' | 'year' | 'by'> & { origin: HouseholdOrigin | 'IMPORT' },
  household: RegisteredHousehold & { headCitizenId: string | null; members: number },
) => ({
  aggregateId: household.id,
  aggregateVersion: 1,
  regionCode: villageCode,
  occurredAt: by.now,
  data: {
    householdId: household.id,
    householdNo: household.householdNo,
    year,
    villageCode,
    ...(household.headCitizenId === null ? {} : { headCitizenId: household.headCitizenId }),
    members: household.members,
    origin,
  },
});

function traceValues({ actor, now }: Trace): unknown[] {
  return [actor, now, actor, now];
}

async function nextHouseholdNo(tx: ScopedTransaction, villageCode: string): Promise<string> {
  const [row] = await tx.query<{ last_serial: number }>(
    `INSERT INTO household_serial (village_code, last_serial) VALUES ($1, 1)
     ON CONFLICT (village_code) DO UPDATE SET last_serial = household_serial.last_serial + 1
     RETURNING last_serial`,
    [villageCode],
  );
  return householdNumber(villageCode, row!.last_serial);
}

/** Person numbers are never reused: each household counts those it ever gave. */
async function nextPersonSerial(tx: ScopedTransaction, householdId: string, count: number): Promise<number> {
  const [row] = await tx.query<{ last: number }>(
    'UPDATE household SET last_person_serial = last_person_serial + $2 WHERE id = $1 RETURNING last_person_serial AS last',
    [householdId, count],
  );
  return row!.last - count + 1;
}
