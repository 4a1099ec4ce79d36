import type { Clock } from '@junxian/calendar';
import { refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { SaveMemberInput } from '../generated/graphql';
import type { PersonalData } from '../personal-data';
import {
  isActive,
  type MemberPatch,
  openFile,
  recordChanged,
  traceOf,
  updateMembers,
  updateRecord,
} from './household-files.service';
import type { YearKey } from './household-views.service';
import { checkMemberSave, expectMaintainable } from './member-maintenance.rules';
import { sent, trimmed } from './tab-input.rules';

/** Where a saved member is found. */
export interface SavedMember extends YearKey {
  memberId: string;
}

/** Base maintenance of a member's record of one year. */
export class MemberMaintenanceService {
  constructor(
    private readonly personal: PersonalData,
    private readonly clock: Clock,
  ) {}

  /**
   * Saves a member's unlocked fields in one year; fields left out stay, null clears. A change of head restates the
   * relations given with it in the same transaction (PA-HH-06). Throws what {@link openFile} throws, NOT_FOUND for a
   * member without a record of the year in the caller's region, STATE_CONFLICT for one who no longer counts in the
   * household, STALE_VERSION, and one refusal with every fault of the form (FIELD_LOCKED, INVALID_ID, HEAD_REQUIRED…).
   */
  async save(tx: ScopedTransaction, input: SaveMemberInput): Promise<SavedMember> {
    const by = traceOf(tx, this.clock);
    const { memberId, year } = input;
    const file = await openFile(tx, { householdId: await householdOf(tx, memberId, year) }, year);
    const member = file.members.find(({ id }) => id === memberId);
    // Moved to another household between the two statements.
    if (!member) throw refuse.staleVersion();
    expectMaintainable(member, isActive(member), input.expectedVersion);
    const relations = checkMemberSave(input, {
      member,
      idNumber: this.personal.open(member.idNumberSealed, 'member.id_number'),
      household: file.members.filter(isActive),
      today: this.clock.today(),
      yearEnd: `${year}-12-31`,
    });
    const patches = new Map<string, MemberPatch>([[memberId, this.patchOf(input)]]);
    for (const [id, relationToHead] of relations) patches.set(id, { ...patches.get(id), relationToHead });
    // The new head last: there are never two, not even between two statements.
    const ordered = [...patches].sort(
      ([, a], [, b]) => Number(a.relationToHead === 'HEAD') - Number(b.relationToHead === 'HEAD'),
    );
    for (const [id, patch] of ordered) await updateMembers(tx, [id], year, patch, by);
    const key: YearKey = { householdId: file.household.id, year };
    // Whoever decides on the household by what they saw of its members learns that these have changed.
    await updateRecord(tx, key, {}, by);
    await recordChanged(tx, [file], ['MEMBERS'], by);
    return { ...key, memberId };
  }

  private patchOf(input: SaveMemberInput): MemberPatch {
    return sent({
      sex: input.sex ?? undefined,
      birthDate: input.birthDate ?? undefined,
      ethnicity: input.ethnicity ?? undefined,
      political: input.political,
      education: input.education,
      schoolStatus: input.schoolStatus,
      health: input.health ?? undefined,
      labourAbility: input.labourAbility,
      workPlace: input.workPlace,
      workMonths: input.workMonths,
      workEmployer: trimmed(input.workEmployer),
      phoneSealed: input.phone === undefined ? undefined : this.personal.seal(input.phone, 'member.phone'),
      isActiveSoldier: input.isActiveSoldier,
      inMedicalInsurance: input.inMedicalInsurance,
      inCriticalIllnessInsurance: input.inCriticalIllnessInsurance,
      inPension: input.inPension,
      hasAllowance: input.hasAllowance,
      hasFiveGuarantees: input.hasFiveGuarantees,
      diseaseName: trimmed(input.diseaseName),
    });
  }
}

async function householdOf(tx: ScopedTransaction, memberId: string, year: number): Promise<string> {
  const [row] = isUuid(memberId)
    ? await tx.query<{ household_id: string }>(
        'SELECT household_id FROM member_year_record WHERE member_id = $1 AND year = $2',
        [memberId, year],
      )
    : [];
  if (!row) throw refuse.notFound('memberId');
  return row.household_id;
}
