import { isNaturalVillageCode, villageOfNaturalVillage } from '@junxian/administrative-region';
import { isCalendarDate } from '@junxian/calendar';
import { Refusal } from '@junxian/errors';
import { FormFaults } from './form-faults.rules';
import type {
  BasicInput,
  IdentificationInput,
  IncomeAndHealthInput,
  ProductionAndLivingInput,
  RelocationInput,
} from './identification.input';
import type { IdentityKey } from './identity-documents.rules';
import { isDecimal, TRANSFER_ITEMS, toHundredths } from './income.rules';
import { checkHead, checkMember, duplicatesWithin, type FormDates } from './member-form.rules';

/** What the decision on a form needs beside it. */
export interface IdentificationFacts extends FormDates {
  /** Whether the village exists today as an administrative village. */
  isVillage: boolean;
}

const MAX_MEMBERS = 50;

const MONEY_FIELDS = [
  'wageIncome',
  'businessIncome',
  'propertyIncome',
  'assetDividend',
  ...TRANSFER_ITEMS,
  'businessExpense',
  'medicalSelfPay',
] as const satisfies readonly (keyof IncomeAndHealthInput)[];

const MEASURE_FIELDS = [
  'cultivated',
  'irrigated',
  'forest',
  'farmlandReturnedToForest',
  'orchard',
  'grassland',
  'water',
  'distanceToVillageRoadKm',
  'housingAreaM2',
] as const satisfies readonly (keyof ProductionAndLivingInput)[];

/**
 * Checks an identification form as a whole (PA-NI-01, PA-NI-02, PA-HH-06, PA-HH-07): the village, the
 * four tabs, the members. Returns the key of each member's identity document, in order; throws one
 * Refusal with every fault and its field.
 */
export function checkIdentification(input: IdentificationInput, facts: IdentificationFacts): IdentityKey[] {
  const faults = new FormFaults();
  if (!facts.isVillage) faults.add(notAVillage());
  checkBasic(input.basic, input.villageCode, faults);
  checkProductionAndLiving(input.productionAndLiving, faults);
  checkIncome(input.incomeAndHealth, faults);
  checkRelocation(input.relocation, facts.today, faults);
  faults.expectText(input.idempotencyKey, 100, 'idempotencyKey');
  faults.expect(input.members.length <= MAX_MEMBERS, 'members', {
    zh: `一户最多登记 ${MAX_MEMBERS} 名家庭成员`,
    en: `A household has at most ${MAX_MEMBERS} members`,
  });
  const head = checkHead(input.members);
  if (head !== null) faults.add(head);
  const keys = input.members.map((member, index) => checkMember(member, `members[${index}]`, facts, faults));
  faults.add(...duplicatesWithin(keys));
  if (faults.list.length > 0) throw Refusal.many(faults.list);
  return keys.filter((key) => key !== null);
}

function notAVillage(): Refusal {
  return new Refusal(
    'INVALID_REGION_CODE',
    {
      zh: '请选择贫困户所在的行政村；该代码不是现行的行政村代码',
      en: 'Choose the administrative village of the household; this code is not of a present village',
    },
    { field: 'villageCode' },
  );
}

function checkBasic(basic: BasicInput, villageCode: string, faults: FormFaults): void {
  const natural = basic.naturalVillageCode;
  faults.expect(
    natural == null || (isNaturalVillageCode(natural) && villageOfNaturalVillage(natural) === villageCode),
    'basic.naturalVillageCode',
    {
      zh: '自然村应属于所选行政村，请重新选择',
      en: 'The natural village lies in the chosen village; choose it again',
    },
  );
  const others = basic.otherCauses ?? [];
  faults.expect(others.length <= 2 && !others.includes(basic.mainCause), 'basic.otherCauses', {
    zh: '其他致贫原因最多两项，且不能与主要致贫原因相同',
    en: 'At most two other causes of poverty, none of them the main cause',
  });
  faults.expectDistinct(others, 'basic.otherCauses');
  faults.expectText(basic.address, 200, 'basic.address');
  faults.expectPhone(basic.phone, 'basic.phone');
  faults.expectText(basic.bankName, 100, 'basic.bankName');
  faults.expect(
    basic.bankAccount == null || /^\d{8,30}$/.test(basic.bankAccount.replaceAll(' ', '')),
    'basic.bankAccount',
    { zh: '银行账号应为 8 至 30 位数字', en: 'A bank account has 8 to 30 digits' },
  );
}

function checkProductionAndLiving(tab: ProductionAndLivingInput, faults: FormFaults): void {
  for (const field of MEASURE_FIELDS) faults.expectAmount(tab[field], `productionAndLiving.${field}`);
  faults.expect(
    (tab.isDilapidatedHouse === true) === (tab.dilapidatedGrade != null),
    'productionAndLiving.dilapidatedGrade',
    {
      zh: '住房为危房时须填写危房级别，否则请留空',
      en: 'Give the grade of a dilapidated house, and of no other',
    },
  );
}

function checkIncome(tab: IncomeAndHealthInput, faults: FormFaults): void {
  for (const field of MONEY_FIELDS) faults.expectAmount(tab[field], `incomeAndHealth.${field}`);
  const dividend = tab.assetDividend ?? '0';
  const property = tab.propertyIncome ?? '0';
  faults.expect(
    !isDecimal(dividend) || !isDecimal(property) || toHundredths(dividend) <= toHundredths(property),
    'incomeAndHealth.assetDividend',
    {
      zh: '资产收益扶贫分红包含在财产性收入内，不能超过财产性收入',
      en: 'Asset dividends are part of property income and cannot exceed it',
    },
  );
}

function checkRelocation(tab: RelocationInput, today: string, faults: FormFaults): void {
  const { isRelocationHousehold, followUpSupport, ...details } = tab;
  const filled =
    (followUpSupport ?? []).length > 0 ||
    Object.values(details).some((value) => value !== null && value !== undefined);
  faults.expect(isRelocationHousehold || !filled, 'relocation.isRelocationHousehold', {
    zh: '非易地搬迁户不填写搬迁内容；请勾选“易地搬迁户”或清空搬迁内容',
    en: 'Only a relocation household has relocation details; mark it as one or clear the details',
  });
  faults.expectText(tab.resettlementPlace, 100, 'relocation.resettlementPlace');
  faults.expectDistinct(followUpSupport ?? [], 'relocation.followUpSupport');
  faults.expect(
    tab.relocatedDate == null || (isCalendarDate(tab.relocatedDate) && tab.relocatedDate <= today),
    'relocation.relocatedDate',
    { zh: '搬迁日期应为今天或以前的日期', en: 'The date of relocation is today or earlier' },
  );
}
