import { isNaturalVillageCode, villageOfNaturalVillage } from '@junxian/administrative-region';
import { isCalendarDate } from '@junxian/calendar';
import type { FormFaults } from './form-faults.rules';
import type {
  BasicInput,
  IncomeAndHealthInput,
  ProductionAndLivingInput,
  RelocationInput,
} from './identification.input';
import { isDecimal, TRANSFER_ITEMS, toHundredths } from './income.rules';

/** The amounts typed into tab 3. */
export const MONEY_FIELDS = [
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

/** Checks tab 1 基本情况 of a household of a village; faults are named by `path` (`basic.` or nothing) and the field. */
export function checkBasic(
  basic: Pick<
    BasicInput,
    'naturalVillageCode' | 'mainCause' | 'otherCauses' | 'address' | 'phone' | 'bankName' | 'bankAccount'
  >,
  villageCode: string,
  path: string,
  faults: FormFaults,
): void {
  const natural = basic.naturalVillageCode;
  faults.expect(
    natural == null || (isNaturalVillageCode(natural) && villageOfNaturalVillage(natural) === villageCode),
    `${path}naturalVillageCode`,
    {
      zh: '自然村应属于所选行政村，请重新选择',
      en: 'The natural village lies in the chosen village; choose it again',
    },
  );
  const others = basic.otherCauses ?? [];
  faults.expect(others.length <= 2 && !others.includes(basic.mainCause), `${path}otherCauses`, {
    zh: '其他致贫原因最多两项，且不能与主要致贫原因相同',
    en: 'At most two other causes of poverty, none of them the main cause',
  });
  faults.expectDistinct(others, `${path}otherCauses`);
  faults.expectText(basic.address, 200, `${path}address`);
  faults.expectPhone(basic.phone, `${path}phone`);
  faults.expectText(basic.bankName, 100, `${path}bankName`);
  faults.expect(
    basic.bankAccount == null || /^\d{8,30}$/.test(basic.bankAccount.replaceAll(' ', '')),
    `${path}bankAccount`,
    { zh: '银行账号应为 8 至 30 位数字', en: 'A bank account has 8 to 30 digits' },
  );
}

/** Checks tab 2 生产生活条件. */
export function checkProductionAndLiving(
  tab: ProductionAndLivingInput,
  path: string,
  faults: FormFaults,
): void {
  for (const field of MEASURE_FIELDS) faults.expectAmount(tab[field], `${path}${field}`);
  faults.expect(
    (tab.isDilapidatedHouse === true) === (tab.dilapidatedGrade != null),
    `${path}dilapidatedGrade`,
    {
      zh: '住房为危房时须填写危房级别，否则请留空',
      en: 'Give the grade of a dilapidated house, and of no other',
    },
  );
}

/** Checks what is typed into tab 3 收入、卫计信息. */
export function checkIncome(tab: IncomeAndHealthInput, path: string, faults: FormFaults): void {
  for (const field of MONEY_FIELDS) faults.expectAmount(tab[field], `${path}${field}`);
  const dividend = tab.assetDividend ?? '0';
  const property = tab.propertyIncome ?? '0';
  faults.expect(
    !isDecimal(dividend) || !isDecimal(property) || toHundredths(dividend) <= toHundredths(property),
    `${path}assetDividend`,
    {
      zh: '资产收益扶贫分红包含在财产性收入内，不能超过财产性收入',
      en: 'Asset dividends are part of property income and cannot exceed it',
    },
  );
}

/** Checks tab 4 易地搬迁. */
export function checkRelocation(tab: RelocationInput, today: string, path: string, faults: FormFaults): void {
  const { isRelocationHousehold, followUpSupport, ...details } = tab;
  const filled =
    (followUpSupport ?? []).length > 0 ||
    Object.values(details).some((value) => value !== null && value !== undefined);
  faults.expect(isRelocationHousehold || !filled, `${path}isRelocationHousehold`, {
    zh: '非易地搬迁户不填写搬迁内容；请勾选“易地搬迁户”或清空搬迁内容',
    en: 'Only a relocation household has relocation details; mark it as one or clear the details',
  });
  faults.expectText(tab.resettlementPlace, 100, `${path}resettlementPlace`);
  faults.expectDistinct(followUpSupport ?? [], `${path}followUpSupport`);
  faults.expect(
    tab.relocatedDate == null || (isCalendarDate(tab.relocatedDate) && tab.relocatedDate <= today),
    `${path}relocatedDate`,
    { zh: '搬迁日期应为今天或以前的日期', en: 'The date of relocation is today or earlier' },
  );
}
