import { isWithin } from '@junxian/administrative-region';
import type { SheetFault } from '@junxian/documents';
import type { Scope } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { RegionCodes } from '@junxian/region-changes';
import {
  BASIC,
  INCOME_AND_HEALTH,
  MEMBER,
  PRODUCTION_AND_LIVING,
  RELOCATION,
} from '../households/household-fields.rules';
import { memberRecord, tabsOf } from '../households/household-records.service';
import { type IdentityKey, identityKey } from '../households/identity-documents.rules';
import { computeIncome } from '../households/income.rules';
import type { PersonalData } from '../personal-data';
import {
  type CheckedForm,
  checkNewHousehold,
  fault,
  headRow,
  type SheetHousehold,
} from './household-group.rules';
import type { StagedRow } from './household-import.store';
import { type SheetMember, titleOf } from './household-sheet.rules';
import type { HouseholdCounts } from './import.types';
import { NewRow, stored } from './staged-contents.rules';
import { compareHousehold, type HouseholdChange, type StandingHousehold } from './standing-household.rules';
import { readStanding } from './standing-households.store';

interface CheckerParts {
  personal: PersonalData;
  codes: RegionCodes;
  year: number;
  /** Day of the check, YYYY-MM-DD. */
  today: string;
  maxFaults: number;
  scope: Scope;
}

const NEW_HOUSEHOLD = new NewRow(BASIC, PRODUCTION_AND_LIVING, INCOME_AND_HEALTH, RELOCATION);
const NEW_MEMBER = new NewRow(MEMBER);

/** The number of a household on file: the village's 12 digits and five more. */
const HOUSEHOLD_NO = /^\d{17}$/;

/** Checks the households of one sheet, batch by batch, and says how each will stand in the store. */
export class GroupChecker {
  readonly faults: SheetFault[] = [];
  readonly counts: HouseholdCounts = {
    newHouseholds: 0,
    newMembers: 0,
    changedHouseholds: 0,
    changedMembers: 0,
    unchangedHouseholds: 0,
  };
  /** In which row of the sheet a person stands, by blind index. */
  private readonly persons = new Map<string, number>();
  /** How many new households of a village there were so far. */
  private readonly newInVillage = new Map<string, number>();
  private groupNo = 0;

  constructor(private readonly parts: CheckerParts) {}

  /** Whether so much is wrong that more would help nobody. */
  get isFull(): boolean {
    return this.faults.length >= this.parts.maxFaults;
  }

  /** Notes faults, as many as are told. */
  fault(...faults: readonly SheetFault[]): void {
    this.faults.push(...faults.slice(0, this.parts.maxFaults - this.faults.length));
  }

  /** Checks households against the sheet so far and against the store; returns the rows to stage, none for what stands already. */
  async check(tx: ScopedTransaction, groups: readonly SheetHousehold[]): Promise<StagedRow[]> {
    const keyed = groups.map((group) => ({ group, keys: group.rows.map(keyOf) }));
    const indexes = keyed.map(({ keys }) =>
      keys.map((key) => (key === null ? '' : this.parts.personal.indexOf(key))),
    );
    for (const [place, { group }] of keyed.entries()) this.refuseRepeated(group, indexes[place]!);
    const standing = await readStanding(tx, this.parts.personal, this.parts.year, {
      numbers: groups.map(({ label }) => label).filter((label) => HOUSEHOLD_NO.test(label)),
      heads: keyed.map(({ group }, place) => ({
        villageCode: group.villageCode,
        index: indexes[place]![group.rows.indexOf(headRow(group))]!,
      })),
    });
    return keyed.flatMap(({ group }, place) => this.checkOne(group, indexes[place]!, standing));
  }

  private checkOne(
    group: SheetHousehold,
    indexes: readonly string[],
    standing: {
      byNumber: ReadonlyMap<string, StandingHousehold>;
      byHead: ReadonlyMap<string, StandingHousehold>;
    },
  ): StagedRow[] {
    this.groupNo += 1;
    const head = headRow(group);
    const numbered = HOUSEHOLD_NO.test(group.label);
    const { codes, scope, year, today } = this.parts;
    const isVillage =
      codes.levelOf(group.villageCode) === 'VILLAGE' &&
      isWithin(group.villageCode, { low: scope.regionLow, high: scope.regionHigh });
    const facts = { today, yearEnd: `${year}-12-31`, isVillage };
    const found = numbered
      ? standing.byNumber.get(group.label)
      : standing.byHead.get(indexes[group.rows.indexOf(head)]!);
    if (found !== undefined) return this.compare(group, found, indexes, facts);
    if (numbered) {
      this.fault(
        fault(head, titleOf('place', 'householdLabel'), 'NOT_FOUND', {
          zh: '本辖区该年度没有此户编号；户编号由系统生成，新建档户请自编，如“新1”',
          en: 'is of no household of your region in this year; numbers are given by the system, a new household gets a label of your own',
        }),
      );
      return [];
    }
    if (!isVillage) {
      this.fault(
        fault(
          head,
          titleOf('place', 'villageCode'),
          codes.levelOf(group.villageCode) === 'VILLAGE' ? 'OUT_OF_REGION' : 'INVALID_REGION_CODE',
          {
            zh: '应为本辖区现行的行政村代码',
            en: 'is the code of a present administrative village of your region',
          },
        ),
      );
      return [];
    }
    const checked = checkNewHousehold(group, facts);
    if ('result' in checked) return this.stageNew(group, checked.result, indexes);
    this.fault(...checked.faults);
    return [];
  }

  private compare(
    group: SheetHousehold,
    found: StandingHousehold,
    indexes: readonly string[],
    facts: Parameters<typeof compareHousehold>[3],
  ): StagedRow[] {
    const checked = compareHousehold(group, found, indexes, facts);
    if ('faults' in checked) {
      this.fault(...checked.faults);
      return [];
    }
    const staged = this.stageChange(group, found, checked.result, indexes);
    if (staged.length === 0) this.counts.unchangedHouseholds += 1;
    return staged;
  }

  private refuseRepeated(group: SheetHousehold, indexes: readonly string[]): void {
    for (const [place, row] of group.rows.entries()) {
      const index = indexes[place]!;
      const earlier = this.persons.get(index);
      if (index === '' || earlier === undefined) {
        if (index !== '') this.persons.set(index, row.rowNumber);
        continue;
      }
      this.fault(
        fault(row, titleOf('member', 'idNumber'), 'DUPLICATE_ID', {
          zh: `与第 ${earlier} 行的证件号码相同，同一人只能填写一次`,
          en: `is the number of row ${earlier} too; a person stands in the sheet once`,
        }),
      );
    }
  }

  private stageNew(
    group: SheetHousehold,
    { form, keys }: CheckedForm,
    indexes: readonly string[],
  ): StagedRow[] {
    const { personal } = this.parts;
    const tabs = tabsOf(form, personal);
    const members = form.members.map((member, place) =>
      memberRecord(member, keys[place]!, personal, indexes[place]!),
    );
    this.counts.newHouseholds += 1;
    this.counts.newMembers += group.rows.length;
    const common = { groupNo: this.groupNo, villageCode: group.villageCode };
    const placeInVillage = (this.newInVillage.get(group.villageCode) ?? 0) + 1;
    this.newInVillage.set(group.villageCode, placeInVillage);
    return [
      {
        ...common,
        part: 'HOUSEHOLD',
        place: placeInVillage,
        rowNumber: headRow(group).rowNumber,
        headCitizenId: members.find(({ relationToHead }) => relationToHead === 'HEAD')!.citizenId,
        contents: NEW_HOUSEHOLD.contentsOf(
          tabs.basic,
          tabs.productionAndLiving,
          tabs.incomeAndHealth,
          tabs.relocation,
        ),
      },
      ...members.map(
        (member, place): StagedRow => ({
          ...common,
          part: 'MEMBER',
          place: place + 1,
          householdPlace: placeInVillage,
          rowNumber: group.rows[place]!.rowNumber,
          idIndex: indexes[place]!,
          contents: NEW_MEMBER.contentsOf(member),
        }),
      ),
    ];
  }

  private stageChange(
    group: SheetHousehold,
    found: StandingHousehold,
    change: HouseholdChange,
    indexes: readonly string[],
  ): StagedRow[] {
    const head = headRow(group);
    const { groupNo } = this;
    const { record } = found;
    const tabs = this.changedTabs(found, change);
    const rows: StagedRow[] = change.members.map(({ member, changes }) => ({
      groupNo,
      part: 'MEMBER',
      rowNumber: group.rows[indexes.indexOf(member.idNumberIndex!)]!.rowNumber,
      targetId: member.id,
      seenVersion: member.version,
      contents: this.changedMember(changes),
    }));
    if (Object.keys(tabs).length > 0) {
      rows.push({
        groupNo,
        part: 'HOUSEHOLD',
        rowNumber: head.rowNumber,
        targetId: record.householdId,
        seenVersion: record.version,
        contents: tabs,
      });
      this.counts.changedHouseholds += 1;
    }
    this.counts.changedMembers += change.members.length;
    return rows;
  }

  private changedTabs({ record }: StandingHousehold, { tabs }: HouseholdChange): Record<string, unknown> {
    const { personal } = this.parts;
    const { phone, bankAccount, ...basic } = tabs.basic;
    const incomes =
      Object.keys(tabs.incomeAndHealth).length === 0
        ? {}
        : {
            ...tabs.incomeAndHealth,
            ...computeIncome(
              { ...record.incomeAndHealth, ...tabs.incomeAndHealth } as Parameters<typeof computeIncome>[0],
              record.basic.memberCount,
            ),
          };
    return {
      ...stored(BASIC, basic),
      ...(phone === undefined ? {} : { phone_sealed: personal.seal(phone, 'household.phone') }),
      ...(bankAccount === undefined
        ? {}
        : { bank_account_sealed: personal.seal(bankAccount?.replaceAll(' ', ''), 'household.bank_account') }),
      ...stored(PRODUCTION_AND_LIVING, tabs.productionAndLiving),
      ...stored(INCOME_AND_HEALTH, incomes),
      ...stored(RELOCATION, tabs.relocation),
    };
  }

  private changedMember({
    phone,
    ...changes
  }: HouseholdChange['members'][number]['changes']): Record<string, unknown> {
    return {
      ...stored(MEMBER, changes),
      ...(phone === undefined ? {} : { phone_sealed: this.parts.personal.seal(phone, 'member.phone') }),
    };
  }
}

/** The key of a row's document, or null where the check of the form will refuse it. */
function keyOf({ member }: SheetMember): IdentityKey | null {
  const { idType, idNumber } = member;
  return idType === undefined || idType === 'NONE' || idNumber === undefined
    ? null
    : identityKey(idType, idNumber);
}
