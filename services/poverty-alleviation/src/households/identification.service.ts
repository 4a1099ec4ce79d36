import type { Clock } from '@junxian/calendar';
import { Refusal } from '@junxian/errors';
import { HouseholdIdentified, recordEvent } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions, RegionCodes } from '@junxian/region-changes';
import { POVERTY_STATUS } from '../code-lists';
import { MEMBER } from './household-fields';
import { householdNumber } from './household-number.rules';
import type { IdentificationInput } from './identification.input';
import { checkIdentification } from './identification.rules';
import { type HouseholdTabs, memberRecord, tabColumns, tabsOf } from './identification-records';
import type { IdentityKey } from './identity-documents.rules';
import { insertRows } from './insert-rows';
import { duplicateId } from './member-form.rules';
import type { PersonalData } from './personal-data';
import { encode } from './record-fields';

const TRACE = ['created_by', 'created_at', 'updated_by', 'updated_at'];

/** What the rows of one identification have in common. */
interface Identification {
  input: IdentificationInput;
  keys: readonly IdentityKey[];
  year: number;
  epoch: number;
  actor: string;
  now: Date;
}

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
   * Throws one Refusal with all faults of the form (see {@link checkIdentification}), then DUPLICATE_ID
   * for persons active elsewhere in the cycle, YEAR_CLOSED, or STATE_CONFLICT for a key used before.
   */
  async identify(tx: ScopedTransaction, input: IdentificationInput): Promise<string> {
    const actor = tx.scope.accountId ?? tx.scope.purpose ?? 'service';
    const repeated = await this.submitted(tx, input, actor);
    if (repeated !== null) return repeated;
    const codes = await this.regions.hold(tx);
    const year = await cycleYear(tx);
    const keys = this.check(input, year, codes);
    // Asked only for a form that is otherwise in order, so that the answer cannot be had for the asking.
    await this.refuseDuplicates(tx, keys, year);

    const identification = { input, keys, year, epoch: codes.epoch, actor, now: this.clock.now() };
    const householdNo = await nextHouseholdNo(tx, input.villageCode);
    const householdId = await this.insertHousehold(tx, identification, householdNo);
    if (householdId === null) return this.submittedMeanwhile(tx, input, actor);
    await this.insertRecord(tx, identification, householdId, householdNo);
    await this.insertMembers(tx, identification, householdId, householdNo);
    await insertHistory(tx, identification, householdId);
    const head = input.members.findIndex(({ relationToHead }) => relationToHead === 'HEAD');
    const headCitizenId = this.personal.citizenIdOf(keys[head]!);
    await recordEvent(tx, HouseholdIdentified, {
      aggregateId: householdId,
      aggregateVersion: 1,
      regionCode: input.villageCode,
      occurredAt: identification.now,
      data: {
        householdId,
        householdNo,
        year,
        villageCode: input.villageCode,
        ...(headCitizenId === null ? {} : { headCitizenId }),
        members: input.members.length,
        origin: 'IDENTIFICATION',
      },
    });
    return householdId;
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

  private async refuseDuplicates(
    tx: ScopedTransaction,
    keys: readonly IdentityKey[],
    year: number,
  ): Promise<void> {
    const rows = await tx.query<{ place: number }>(
      `SELECT place::int FROM unnest($1::text[]) WITH ORDINALITY AS given (blind_index, place)
       WHERE pa_ni_03_duplicate(blind_index, $2) ORDER BY place`,
      [keys.map((key) => this.personal.indexOf(key)), year],
    );
    if (rows.length > 0) throw Refusal.many(rows.map(({ place }) => duplicateId(place - 1)));
  }

  private async insertHousehold(
    tx: ScopedTransaction,
    { input, year, epoch, actor, now }: Identification,
    householdNo: string,
  ): Promise<string | null> {
    const key = input.idempotencyKey ?? null;
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
          ...TRACE,
        ],
        [
          [
            input.villageCode,
            epoch,
            householdNo,
            year,
            key,
            key === null ? null : this.personal.digest(JSON.stringify(input)),
            actor,
            now,
            actor,
            now,
          ],
        ],
        // The same form sent twice at once: the second waits here for the first.
        'ON CONFLICT (created_by, submission_key) DO NOTHING RETURNING id',
      ),
    );
    return row?.id ?? null;
  }

  private async insertRecord(
    tx: ScopedTransaction,
    { input, year, epoch, actor, now }: Identification,
    householdId: string,
    householdNo: string,
  ): Promise<void> {
    const tabs: HouseholdTabs = tabsOf(input, this.personal);
    const { columns, stored } = tabColumns(tabs);
    await tx.query(
      ...insertRows(
        'household_year_record',
        ['household_id', 'year', 'household_no', 'region_code', 'region_epoch', ...columns, ...TRACE],
        [[householdId, year, householdNo, input.villageCode, epoch, ...stored, actor, now, actor, now]],
      ),
    );
  }

  private async insertMembers(
    tx: ScopedTransaction,
    { input, keys, year, epoch, actor, now }: Identification,
    householdId: string,
    householdNo: string,
  ): Promise<void> {
    const persons = await tx.query<{ id: string; person_no: string }>(
      ...insertRows(
        'member',
        ['region_code', 'region_epoch', 'person_no', ...TRACE],
        input.members.map((_, index) => [
          input.villageCode,
          epoch,
          householdNo + String(index + 1).padStart(2, '0'),
          actor,
          now,
          actor,
          now,
        ]),
        'RETURNING id, person_no',
      ),
    );
    const idByNumber = new Map(persons.map(({ id, person_no }) => [person_no, id]));
    const records = input.members.map((member, index) => ({
      index,
      memberId: idByNumber.get(householdNo + String(index + 1).padStart(2, '0'))!,
      values: memberRecord(member, keys[index]!, this.personal),
    }));
    // Always in the order of the index, so that two officers with the same persons cannot wait for each other.
    records.sort((a, b) => (a.values.idNumberIndex! < b.values.idNumberIndex! ? -1 : 1));
    const { columns } = encode(MEMBER, records[0]!.values);
    const inserted = await tx.query<{ member_id: string }>(
      ...insertRows(
        'member_year_record',
        ['member_id', 'year', 'household_id', 'region_code', 'region_epoch', ...columns, ...TRACE],
        records.map(({ memberId, values }) => [
          memberId,
          year,
          householdId,
          input.villageCode,
          epoch,
          ...encode(MEMBER, values).stored,
          actor,
          now,
          actor,
          now,
        ]),
        `ON CONFLICT (year, id_number_index) WHERE status IN ('1', '4') AND id_number_index IS NOT NULL
         DO NOTHING RETURNING member_id`,
      ),
    );
    const kept = new Set(inserted.map(({ member_id }) => member_id));
    const lost = records.filter(({ memberId }) => !kept.has(memberId)).sort((a, b) => a.index - b.index);
    if (lost.length > 0) throw Refusal.many(lost.map(({ index }) => duplicateId(index)));
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

async function cycleYear(tx: ScopedTransaction): Promise<number> {
  const [cycle] = await tx.query<{ year: number; editable: boolean }>(
    'SELECT year, editable FROM survey_year WHERE is_current_cycle',
  );
  if (cycle?.editable) return cycle.year;
  throw new Refusal('YEAR_CLOSED', {
    zh: '动态管理年度未开放或已关闭，请联系系统管理员',
    en: 'The cycle of dynamic management is closed; ask the system administrator',
  });
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

async function insertHistory(
  tx: ScopedTransaction,
  { input, year, epoch, actor, now }: Identification,
  householdId: string,
): Promise<void> {
  await tx.query(
    ...insertRows(
      'household_status_history',
      [
        'household_id',
        'year',
        'region_code',
        'region_epoch',
        'from_status',
        'to_status',
        'operation',
        'operator',
        'at',
      ],
      [
        [
          householdId,
          year,
          input.villageCode,
          epoch,
          null,
          POVERTY_STATUS.code('UNEXITED'),
          'IDENTIFY',
          actor,
          now,
        ],
      ],
    ),
  );
}
