import { groupBy, type ScopedTransaction } from '@junxian/persistence';
import { isActive } from '../households/household-files.service';
import { type MemberView, readMembers, readYearRecords } from '../households/household-views.service';
import type { PersonalData } from '../personal-data';
import type { StandingHousehold } from './standing-household.rules';

/** By what rows of a sheet name their households. */
export interface HouseholdNames {
  numbers: readonly string[];
  heads: readonly { villageCode: string; index: string }[];
}

/** SQL: the member record `m` is of a household's head, by whom a household on file is found. */
export const HEADS = `m.status IN ('1', '4') AND m.relation_to_head = '01'`;

/** The households of a year that rows speak of, by number and by the blind index of the head's document; only those of the caller's region. */
export async function readStanding(
  tx: ScopedTransaction,
  personal: PersonalData,
  year: number,
  { numbers, heads }: HouseholdNames,
): Promise<{ byNumber: Map<string, StandingHousehold>; byHead: Map<string, StandingHousehold> }> {
  // Two look-ups by index, whatever the planner knows of the tables: a join with the names would be planned for few of them.
  const villageOf = new Map(heads.map(({ villageCode, index }) => [index, villageCode]));
  const [numbered, headed] = await Promise.all([
    tx.query<{ id: string }>('SELECT h.id FROM household h WHERE h.household_no = ANY($1::text[])', [
      numbers,
    ]),
    tx.query<{ id: string; index: string; villageCode: string }>(
      `SELECT m.household_id AS id, m.id_number_index AS "index", m.region_code AS "villageCode" FROM member_year_record m
       WHERE m.year = $1 AND m.id_number_index = ANY($2::text[]) AND ${HEADS}`,
      [year, [...villageOf.keys()].filter((index) => index !== '')],
    ),
  ]);
  const ids = [
    ...numbered,
    ...headed.filter(({ index, villageCode }) => villageOf.get(index) === villageCode),
  ].map(({ id }) => id);
  const found = await tx.query<{ householdId: string; householdNo: string }>(
    `SELECT r.household_id AS "householdId", r.household_no AS "householdNo" FROM household h JOIN household_year_record r ON r.household_id = h.id
     WHERE h.id = ANY($1::uuid[]) AND r.year = $2 AND r.file_status = 'ACTIVE'`,
    [[...new Set(ids)], year],
  );
  const keys = found.map(({ householdId }) => ({ householdId, year }));
  const [records, members] = await Promise.all([readYearRecords(tx, keys), readMembers(tx, keys)]);
  const byHousehold = groupBy(members.filter(isActive), ({ householdId }) => householdId);
  const standing = new Map(
    records.map((record) => [
      record.householdId,
      {
        record,
        phone: personal.open(record.basic.phoneSealed, 'household.phone'),
        bankAccount: personal.open(record.basic.bankAccountSealed, 'household.bank_account'),
        members: (byHousehold.get(record.householdId) ?? []).map((member) => withPhone(member, personal)),
      },
    ]),
  );
  const byNumber = new Map<string, StandingHousehold>();
  const byHead = new Map<string, StandingHousehold>();
  for (const { householdId, householdNo } of found) {
    const household = standing.get(householdId);
    if (household === undefined) continue;
    byNumber.set(householdNo, household);
    const head = household.members.find(({ relationToHead }) => relationToHead === 'HEAD');
    if (head?.idNumberIndex) byHead.set(head.idNumberIndex, household);
  }
  return { byNumber, byHead };
}

function withPhone(member: MemberView, personal: PersonalData) {
  return { ...member, phone: personal.open(member.phoneSealed, 'member.phone') };
}
