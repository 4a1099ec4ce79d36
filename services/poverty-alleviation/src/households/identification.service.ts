import type { Clock } from '@junxian/calendar';
import { Refusal } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions, RegionCodes } from '@junxian/region-changes';
import { helpersAmong, isHelper } from '../assistance/helpers-and-members.service';
import { isSurveyed, notSurveyed } from '../natural-villages/surveyed.service';
import type { PersonalData } from '../personal-data';
import { currentCycle } from '../survey-years/survey-years.service';
import { traceOf } from './household-files.service';
import { memberRecord, tabsOf } from './household-records.service';
import {
  announceHousehold,
  heldNumbers,
  insertHousehold,
  insertMembers,
  insertYearRecord,
  type Registration,
  type Submission,
} from './household-registration.service';
import type { IdentificationInput } from './identification.input';
import { checkIdentification } from './identification.rules';
import type { IdentityKey } from './identity-documents.rules';
import { duplicateId } from './member-form.rules';

/** Registers newly identified poor households 新识别. */
export class HouseholdIdentificationService {
  constructor(
    private readonly personal: PersonalData,
    private readonly regions: PresentRegions,
    private readonly clock: Clock,
  ) {}

  /**
   * Registers a household with its members and four tabs in one writing transaction (PA-NI-01…03) and
   * records household.identified. Returns the household's id; the id of the first registration when
   * the same account repeats a form under the same idempotency key.
   * Throws one Refusal with all faults of the form (see {@link checkIdentification}), then INVALID_INPUT for a natural
   * village that is not kept here, DUPLICATE_ID
   * for persons active elsewhere in the cycle and STATE_CONFLICT for helpers (PA-AH-02), YEAR_CLOSED, or STATE_CONFLICT
   * for a key used before.
   */
  async identify(tx: ScopedTransaction, input: IdentificationInput): Promise<string> {
    const by = traceOf(tx, this.clock);
    const repeated = await this.submitted(tx, input, by.actor);
    if (repeated !== null) return repeated;
    const codes = await this.regions.hold(tx);
    const { year } = await currentCycle(tx);
    const keys = this.check(input, year, codes);
    // Asked only for a form that is otherwise in order, so that the answer cannot be had for the asking.
    await this.refuseKnown(tx, input, keys, year);

    const registration: Registration = {
      villageCode: input.villageCode,
      year,
      identifiedYear: year,
      epoch: codes.epoch,
      by,
      origin: 'IDENTIFICATION',
    };
    const household = await insertHousehold(tx, registration, this.submissionOf(input));
    if (household === null) return this.submittedMeanwhile(tx, input, by.actor);
    await insertYearRecord(tx, registration, household, tabsOf(input, this.personal));
    const members = input.members.map((member, index) => memberRecord(member, keys[index]!, this.personal));
    await insertMembers(tx, registration, household, members);
    await announceHousehold(tx, registration, household, {
      status: 'UNEXITED',
      headCitizenId: members.find(({ relationToHead }) => relationToHead === 'HEAD')!.citizenId,
      members: members.length,
    });
    return household.id;
  }

  private submissionOf(input: IdentificationInput): Submission | null {
    if (input.idempotencyKey == null) return null;
    return { key: input.idempotencyKey, digest: this.personal.digest(JSON.stringify(input)) };
  }

  private check(input: IdentificationInput, year: number, codes: RegionCodes): IdentityKey[] {
    return checkIdentification(input, {
      today: this.clock.today(),
      yearEnd: `${year}-12-31`,
      isVillage: codes.levelOf(input.villageCode) === 'VILLAGE',
    });
  }

  /** The household that this form registered before under its key, or null. */
  private async submitted(
    tx: ScopedTransaction,
    input: IdentificationInput,
    actor: string,
  ): Promise<string | null> {
    if (input.idempotencyKey == null) return null;
    const [found] = await tx.query<{ id: string; submission_digest: string }>(
      'SELECT id, submission_digest FROM household WHERE created_by = $1 AND submission_key = $2',
      [actor, input.idempotencyKey],
    );
    if (found === undefined) return null;
    if (found.submission_digest === this.personal.digest(JSON.stringify(input))) return found.id;
    throw keyUsed();
  }

  /** The household of a form under the same key that was faster, or that stands where this appointment does not reach. */
  private async submittedMeanwhile(
    tx: ScopedTransaction,
    input: IdentificationInput,
    actor: string,
  ): Promise<string> {
    const id = await this.submitted(tx, input, actor);
    if (id === null) throw keyUsed();
    return id;
  }

  private async refuseKnown(
    tx: ScopedTransaction,
    { basic: { naturalVillageCode } }: IdentificationInput,
    keys: readonly IdentityKey[],
    year: number,
  ): Promise<void> {
    const [natural, held, helpers] = await Promise.all([
      isSurveyed(tx, naturalVillageCode),
      heldNumbers(tx, this.personal, keys, year),
      helpersAmong(
        tx,
        keys.map((key) => this.personal.indexOf(key)),
      ),
    ]);
    const faults = [
      ...(natural ? [] : [notSurveyed('basic.naturalVillageCode')]),
      ...held.map(duplicateId),
      ...helpers.map((place) => isHelper(`members[${place}].idNumber`)),
    ];
    if (faults.length > 0) throw Refusal.many(faults);
  }
}

function keyUsed(): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: '该提交标识已用于另一份登记表，请刷新页面后重新提交',
      en: 'This idempotency key was used for another form; reload the page and submit again',
    },
    { field: 'idempotencyKey' },
  );
}
