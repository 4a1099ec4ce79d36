import type { Clock } from '@junxian/calendar';
import { Refusal } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import type {
  SaveHouseholdBasicInput,
  SaveIncomeAndHealthInput,
  SaveProductionAndLivingInput,
  SaveRelocationInput,
} from '../generated/graphql';
import { isSurveyed, notSurveyed } from '../natural-villages/surveyed.service';
import type { PersonalData } from '../personal-data';
import { FormFaults } from './form-faults.rules';
import { PRODUCTION_AND_LIVING, RELOCATION } from './household-fields.rules';
import {
  isActive,
  type OpenFile,
  openFile,
  type RecordPart,
  type RecordPatch,
  recordChanged,
  traceOf,
  updateRecord,
} from './household-files.service';
import { checkBasic, checkIncome, checkProductionAndLiving, checkRelocation } from './household-tabs.rules';
import type { YearKey } from './household-views.service';
import { computeIncome } from './income.rules';
import { byBackOffice, byDynamicManagement, lockedFieldFaults } from './locked-fields.rules';
import { expectFilled, INCOME_ITEMS, overlaid, sent, trimmed } from './tab-input.rules';

const STATUS = ['脱贫、返贫（1.2.1.2 至 1.2.1.5）', 'exit and return (1.2.1.2 to 1.2.1.5)'] as const;
const RETURN = ['返贫（1.2.1.5）', 'return (1.2.1.5)'] as const;

/** The fields of tab 1 that base maintenance shows and does not change (PA-YR-04, PA-YR-05). */
const LOCKED_BASIC = {
  householdAttribute: byBackOffice('贫困户属性', '8.4'),
  identificationStandard: byBackOffice('识别标准', '8.5'),
  povertyStatus: byDynamicManagement('脱贫状态', ...STATUS),
  exitYear: byDynamicManagement('脱贫年度', ...STATUS),
  returnYear: byDynamicManagement('返贫年度', ...RETURN),
  returnReason: byDynamicManagement('返贫原因', ...RETURN),
  closureYear: byDynamicManagement(
    '销户年度',
    '人口自然变更（1.2.1.6）',
    'natural change of members (1.2.1.6)',
  ),
  benefitEndMonth: byDynamicManagement(
    '待遇终止年月',
    '不再享受政策（1.2.1.3、1.2.1.4）',
    'exit without further policies (1.2.1.3, 1.2.1.4)',
  ),
  isKeyTarget: byDynamicManagement(
    '是否重点帮扶对象',
    '重点帮扶对象（1.2.1.7）',
    'key assistance targets (1.2.1.7)',
  ),
};

/** What every tab is saved by. */
interface TabInput extends YearKey {
  expectedVersion: number;
}

/**
 * Base maintenance 基础信息维护 of the four tabs of a household's yearly record, each saved by itself (PA-HH-01): fields
 * that were left out stay, null clears. One year is written and no other (PA-YR-01).
 *
 * Every method takes the tab with the version of the record the officer saw and returns the key of the record. All
 * throw what {@link openFile} throws (YEAR_CLOSED, NOT_FOUND, STATE_CONFLICT, STALE_VERSION), and one refusal with
 * every fault of the tab.
 */
export class HouseholdTabsService {
  constructor(
    private readonly personal: PersonalData,
    private readonly clock: Clock,
  ) {}

  /**
   * Saves tab 1 基本情况; FIELD_LOCKED for a locked or greyed field with another value than it has, INVALID_INPUT for another
   * natural village than it has that is not kept here.
   */
  async saveBasic(tx: ScopedTransaction, input: SaveHouseholdBasicInput): Promise<YearKey> {
    const naturalIsKept = await isSurveyed(tx, input.naturalVillageCode);
    return this.save(tx, input, 'BASIC', ({ record: { basic, regionCode } }, faults) => {
      faults.add(...lockedFieldFaults<keyof typeof LOCKED_BASIC>(input, basic, LOCKED_BASIC));
      expectFilled(input, ['mainCause', 'isMilitaryMartyrFamily'], faults);
      const { mainCause, otherCauses } = input;
      checkBasic(
        {
          ...input,
          naturalVillageCode:
            input.naturalVillageCode === undefined ? basic.naturalVillageCode : input.naturalVillageCode,
          mainCause: mainCause ?? basic.mainCause,
          otherCauses: otherCauses === undefined ? basic.otherCauses : otherCauses,
        },
        regionCode,
        '',
        faults,
      );
      // Of a code that could be one; what a household names already it keeps.
      if (faults.list.length === 0 && !naturalIsKept && input.naturalVillageCode !== basic.naturalVillageCode)
        faults.add(notSurveyed('naturalVillageCode'));
      return sent({
        naturalVillageCode: input.naturalVillageCode,
        address: trimmed(input.address),
        phoneSealed: this.sealed(input.phone, 'household.phone'),
        bankName: trimmed(input.bankName),
        bankAccountSealed: this.sealed(
          input.bankAccount?.replaceAll(' ', '') ?? input.bankAccount,
          'household.bank_account',
        ),
        mainCause: mainCause ?? undefined,
        otherCauses: otherCauses === null ? [] : otherCauses,
        isMilitaryMartyrFamily: input.isMilitaryMartyrFamily ?? undefined,
        isOnlyChildFamily: input.isOnlyChildFamily,
        isTwoDaughterFamily: input.isTwoDaughterFamily,
      });
    });
  }

  /** Saves tab 2 生产生活条件. */
  saveProductionAndLiving(tx: ScopedTransaction, input: SaveProductionAndLivingInput): Promise<YearKey> {
    return this.save(tx, input, 'PRODUCTION_AND_LIVING', ({ record }, faults) => {
      const tab = overlaid(PRODUCTION_AND_LIVING, record.productionAndLiving, input);
      checkProductionAndLiving(tab, '', faults);
      return tab;
    });
  }

  /** Saves tab 3 收入、卫计信息; totals, net and per-capita income follow from it (PA-HH-05). */
  saveIncomeAndHealth(tx: ScopedTransaction, input: SaveIncomeAndHealthInput): Promise<YearKey> {
    return this.save(tx, input, 'INCOME_AND_HEALTH', ({ record, members }, faults) => {
      const stored = record.incomeAndHealth;
      const items = Object.fromEntries(
        INCOME_ITEMS.map((item) => [item, input[item] === undefined ? stored[item] : (input[item] ?? '0')]),
      ) as Record<(typeof INCOME_ITEMS)[number], string>;
      checkIncome({ ...items, medicalSelfPay: input.medicalSelfPay }, '', faults);
      if (faults.list.length > 0) return {};
      const memberCount = members.filter(isActive).length;
      return {
        ...items,
        ...computeIncome(items, memberCount),
        memberCount,
        ...sent({ signedFamilyDoctor: input.signedFamilyDoctor, medicalSelfPay: input.medicalSelfPay }),
      };
    });
  }

  /** Saves tab 4 易地搬迁, mode and content included (PA-HH-09). */
  saveRelocation(tx: ScopedTransaction, input: SaveRelocationInput): Promise<YearKey> {
    return this.save(tx, input, 'RELOCATION', ({ record }, faults) => {
      expectFilled(input, ['isRelocationHousehold'], faults);
      const stored = record.relocation;
      const given = overlaid(RELOCATION, stored, input);
      const tab = {
        ...given,
        isRelocationHousehold: input.isRelocationHousehold ?? stored.isRelocationHousehold,
        followUpSupport: given.followUpSupport ?? [],
        resettlementPlace: trimmed(given.resettlementPlace) ?? null,
      };
      checkRelocation(tab, this.clock.today(), '', faults);
      return tab;
    });
  }

  /** Opens the file, lets the tab say what it writes, refuses all its faults at once, writes and tells. */
  private async save(
    tx: ScopedTransaction,
    input: TabInput,
    part: RecordPart,
    decide: (file: OpenFile, faults: FormFaults) => RecordPatch,
  ): Promise<YearKey> {
    const by = traceOf(tx, this.clock);
    const file = await openFile(tx, input, input.year);
    const faults = new FormFaults();
    const patch = decide(file, faults);
    if (faults.list.length > 0) throw Refusal.many(faults.list);
    const key: YearKey = { householdId: file.household.id, year: input.year };
    await updateRecord(tx, key, patch, by);
    await recordChanged(tx, [file], [part], by);
    return key;
  }

  private sealed(
    value: string | null | undefined,
    column: 'household.phone' | 'household.bank_account',
  ): string | null | undefined {
    return value === undefined ? undefined : this.personal.seal(value, column);
  }
}
