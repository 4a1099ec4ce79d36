import type { Clock } from '@junxian/calendar';
import type { ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions } from '@junxian/region-changes';
import {
  isActive,
  type OpenFile,
  openFile,
  type PerCapita,
  restate,
  type Trace,
  traceOf,
} from '../households/household-files.service';
import { tabsOf } from '../households/household-records.service';
import {
  announceHousehold,
  insertHousehold,
  insertYearRecord,
  type RegisteredHousehold,
  type Registration,
} from '../households/household-registration.service';
import { expectSurveyed } from '../natural-villages/surveyed.service';
import type { PersonalData } from '../personal-data';
import { currentCycle } from '../survey-years/survey-years.service';
import { announceMembers } from './member-events.service';
import { keepOperation, situationOf } from './operation-log.store';
import { expectChangeable } from './population.rules';
import { expectSettled } from './population.service';
import { keepPopulationChanges, newChangeId, settleMembers, writeMemberships } from './population.store';
import { checkSplitForm, checkWhoLeaves, type SplitHouseholdInput } from './split.rules';

/** Splits households 分户 (1.2.1.8). */
export class SplitService {
  constructor(
    private readonly personal: PersonalData,
    private readonly regions: PresentRegions,
    private readonly clock: Clock,
  ) {}

  /**
   * Splits members off into a new household with a number and a head of its own (PA-SP-01…03). It takes status,
   * attribute, standard, identified year, exit and return from the old one, and its other data from the form; the
   * per-capita incomes of both are computed anew. Returns the new household's id. Throws one Refusal with all faults
   * of the form, NOT_FOUND or HEAD_NOT_ALLOWED for who cannot leave, STATE_CONFLICT (PA-PC-08), and what
   * {@link openFile} throws.
   */
  async split(tx: ScopedTransaction, input: SplitHouseholdInput): Promise<string> {
    const by = traceOf(tx, this.clock);
    const codes = await this.regions.hold(tx);
    const { year } = await currentCycle(tx);
    const villageCode = checkSplitForm(input, {
      today: this.clock.today(),
      cycle: year,
      isVillage: (code) => codes.levelOf(code) === 'VILLAGE',
    });
    await expectSurveyed(tx, input.basic.naturalVillageCode, 'basic.naturalVillageCode');
    const file = await openFile(tx, input, year);
    expectChangeable(file.record.basic.povertyStatus, 'householdId');
    expectSettled([file], codes);
    checkWhoLeaves(input.members, file.members.filter(isActive));

    const registration: Registration = {
      villageCode,
      year,
      identifiedYear: file.household.identifiedYear,
      epoch: codes.epoch,
      by,
      origin: 'SPLIT',
    };
    const made = (await insertHousehold(tx, registration, null, file.household.id))!;
    await insertYearRecord(tx, registration, made, this.tabs(input, villageCode, file));
    const { old, fresh } = await moveAcross(tx, file, made, input, by);
    await announceHousehold(tx, registration, made, {
      status: file.record.basic.povertyStatus,
      headCitizenId: citizenOf(
        file,
        input.members.find(({ relationToHead }) => relationToHead === 'HEAD')!.memberId,
      ),
      members: input.members.length,
    });
    await this.keep(tx, file, made, input, { old, fresh }, by);
    const moves = input.members.map(({ memberId }) => ({
      kind: 'SPLIT' as const,
      memberId,
      citizenId: citizenOf(file, memberId),
      fromHouseholdId: file.household.id,
      toHouseholdId: made.id,
      reason: null,
      perCapita: fresh,
      regionCode: villageCode,
    }));
    await announceMembers(tx, moves, year, by);
    return made.id;
  }

  /** The new household's tabs: from the form, and from the old household what a split does not change (PA-SP-03). */
  private tabs(input: SplitHouseholdInput, villageCode: string, { record }: OpenFile) {
    const { householdAttribute, identificationStandard, povertyStatus, exitYear, returnYear, returnReason } =
      record.basic;
    const tabs = tabsOf(
      {
        ...input,
        villageCode,
        basic: { ...input.basic, householdAttribute, identificationStandard },
        // They come over with their records; the household is counted when they have.
        members: [],
      },
      this.personal,
    );
    return { ...tabs, basic: { ...tabs.basic, povertyStatus, exitYear, returnYear, returnReason } };
  }

  private async keep(
    tx: ScopedTransaction,
    file: OpenFile,
    made: RegisteredHousehold,
    { changeDate, members }: SplitHouseholdInput,
    { old, fresh }: { old: PerCapita; fresh: PerCapita },
    by: Trace,
  ): Promise<void> {
    const { year } = file.record;
    const operationId = await keepOperation(
      tx,
      { kind: 'SPLIT', year, changedOn: changeDate },
      [
        { householdId: file.household.id, before: situationOf(file) },
        { householdId: made.id, before: null },
      ],
      by,
    );
    const sides = [
      { householdId: file.household.id, direction: 'OUT' as const, ...perCapitaOf(old) },
      { householdId: made.id, direction: 'IN' as const, ...perCapitaOf(fresh) },
    ];
    const entries = members.flatMap(({ memberId }) => {
      const changeId = newChangeId();
      return sides.map((side) => ({
        ...side,
        changeId,
        kind: 'SPLIT' as const,
        memberId,
        fromHouseholdId: file.household.id,
        toHouseholdId: made.id,
        reason: null,
        changeDate,
        newHeadId: null,
      }));
    });
    await keepPopulationChanges(tx, operationId, year, entries, by);
  }
}

/** Takes the members over with their relations to the new head and computes both households' incomes (PA-PC-07). */
async function moveAcross(
  tx: ScopedTransaction,
  file: OpenFile,
  made: RegisteredHousehold,
  { members }: SplitHouseholdInput,
  by: Trace,
): Promise<{ old: PerCapita; fresh: PerCapita }> {
  const { year } = file.record;
  const moved = members.map(({ memberId, relationToHead }) => {
    const { status, statusDate, statusReason } = file.members.find(({ id }) => id === memberId)!;
    return { memberId, householdId: made.id, relationToHead, status, statusDate, statusReason };
  });
  await writeMemberships(tx, moved, year, by);
  await settleMembers(
    tx,
    moved.map(({ memberId }) => memberId),
    year,
    by,
  );
  const old = await restate(tx, file.record, by);
  const fresh = await restate(tx, { householdId: made.id, year }, by);
  return { old, fresh };
}

function citizenOf({ members }: OpenFile, memberId: string): string | null {
  return members.find(({ id }) => id === memberId)?.citizenId ?? null;
}

const perCapitaOf = ({ before, after }: PerCapita) => ({ perCapitaBefore: before, perCapitaAfter: after });
