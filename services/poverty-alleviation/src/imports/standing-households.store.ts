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

/** The households of a year that rows speak of, by number and by the blind index of the head's document; only those of the caller's region. */
export async function readStanding(
  tx: ScopedTransaction,
  personal: PersonalData,
  year: number,
  { numbers, heads }: HouseholdNames,
): Promise<{ byNumber: Map<string, StandingHousehold>; byHead: Map<string, StandingHousehold> }> {
  const found = await tx.query<{ householdId: string; householdNo: string }>(
    `SELECT r.household_id AS "householdId", r.household_no AS "householdNo" FROM household h JOIN household_year_record r ON r.household_id = h.id AND r.year = $2
     WHERE h.household_no = ANY($1::text[]) AND h.file_status = 'ACTIVE'
     UNION
     SELECT r.household_id, r.household_no FROM unnest($3::text[], $4::text[]) AS head (village_code, id_index)
     JOIN member_year_record m ON m.year = $2 AND m.id_number_index = head.id_index AND m.status IN ('1', '4')
       AND m.relation_to_head = '01' AND m.region_code = head.village_code
     JOIN household_year_record r ON r.household_id = m.household_id AND r.year = $2
     JOIN household h ON h.id = r.household_id AND h.file_status = 'ACTIVE'`,
    [numbers, year, heads.map(({ villageCode }) => villageCode), heads.map(({ index }) => index)],
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
