import {
  ancestorsByCode,
  isRegionCode,
  levelDepth,
  NATION_CODE,
  type RegionLevel,
} from '@junxian/administrative-region';
import { isCalendarDate } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { FUND_TIER, type FundBatch, type FundTier, type FundType } from '../fund-code-lists';
import { FormFaults } from '../households/form-faults.rules';
import {
  fromTenThousandths,
  isTenThousands,
  MAX_TEN_THOUSANDTHS,
  sumTenThousandths,
  toTenThousandths,
} from './ten-thousands.rules';

/** An allocation as it is entered 资金下拨. */
export interface AllocationInput {
  fromRegion: string;
  year: number;
  documentNo: string;
  title: string;
  tier: FundTier;
  fundType: FundType;
  batch: FundBatch;
  issuedDate: string;
  totalAmount: string;
  lines: readonly { toRegion: string; amount: string }[];
}

/** The regions that stand in the codes' hierarchy without an office of their own, from the national file. */
export const PLACEHOLDER_REGIONS: ReadonlySet<string> = new Set([
  '110100000000',
  '120100000000',
  '310100000000',
  '419000000000',
  '429000000000',
  '469000000000',
  '500100000000',
  '500200000000',
  '620201000000',
  '659000000000',
]);

const MAX_LINES = 500;

/** The region right above another by the codes, placeholders such as 市辖区 passed over; null above the nation. */
export function superiorOf(code: string): string | null {
  const above = ancestorsByCode(code).filter((one) => one !== code && !PLACEHOLDER_REGIONS.has(one));
  return above.at(-1) ?? null;
}

/** The part of an allocation that leaves its issuer: what it gives to others; own-tier money stays. */
export function reallocatedBy({ fromRegion, lines }: Pick<AllocationInput, 'fromRegion' | 'lines'>): bigint {
  return sumTenThousandths(
    lines.filter(({ toRegion }) => toRegion !== fromRegion).map(({ amount }) => amount),
  );
}

/**
 * Checks an allocation's form (PA-FD-01): from a region to its direct children but villages, or to itself for money of its own
 * tier; the lines add up to the total; no receiver twice; no money of a tier below the issuer's. `levelOf` says
 * the level of a code today. Throws one Refusal with all faults: INVALID_INPUT, INVALID_REGION_CODE,
 * NOTHING_SELECTED, each with its field below `input`.
 */
export function checkAllocation(
  input: AllocationInput,
  { today, levelOf }: { today: string; levelOf: (code: string) => RegionLevel | null },
): void {
  const faults = new FormFaults();
  requireText(faults, input.documentNo, 50, 'input.documentNo');
  requireText(faults, input.title, 200, 'input.title');
  faults.expect(isCalendarDate(input.issuedDate) && input.issuedDate <= today, 'input.issuedDate', {
    zh: '请填写不晚于今天的下达日期',
    en: 'Enter the date of issue, today at the latest',
  });
  const issuerLevel = levelOf(input.fromRegion);
  if (issuerLevel === null) faults.add(noRegion('input.fromRegion'));
  else checkTier(faults, input.tier, issuerLevel);
  expectAmount(faults, input.totalAmount, 'input.totalAmount');
  if (input.lines.length === 0) faults.add(noLines());
  faults.expect(input.lines.length <= MAX_LINES, 'input.lines', {
    zh: `一份文件最多 ${MAX_LINES} 条明细，请分为多份登记`,
    en: `A document has at most ${MAX_LINES} lines; enter the rest as another one`,
  });
  const seen = new Set<string>();
  for (const [index, { toRegion, amount }] of input.lines.slice(0, MAX_LINES).entries()) {
    expectAmount(faults, amount, `input.lines[${index}].amount`);
    checkReceiver(faults, input, toRegion, `input.lines[${index}].toRegion`, { levelOf, issuerLevel });
    faults.expect(!seen.has(toRegion), `input.lines[${index}].toRegion`, {
      zh: '同一接收区划只能有一条明细，请合并金额',
      en: 'A receiver has one line; add the amounts up',
    });
    seen.add(toRegion);
  }
  checkSum(faults, input);
  if (faults.list.length > 0) throw Refusal.many(faults.list);
}

/** Adds INVALID_INPUT unless a text is an amount above zero within bounds. */
export function expectAmount(faults: FormFaults, amount: string, field: string): void {
  const inBounds =
    isTenThousands(amount) &&
    toTenThousandths(amount) > 0n &&
    toTenThousandths(amount) <= MAX_TEN_THOUSANDTHS;
  faults.expect(inBounds, field, {
    zh: '请填写大于 0、不超过 99999999.9999、最多四位小数的金额（万元），例如 500.0000',
    en: 'Enter an amount (ten thousand yuan) above 0 and up to 99999999.9999 with at most four decimals, for example 500.0000',
  });
}

/** Adds INVALID_INPUT unless a required text has 1 to `max` characters and is not blank. */
export function requireText(faults: FormFaults, text: string, max: number, field: string): void {
  faults.expect(text.trim() !== '' && [...text].length <= max, field, {
    zh: `请填写 1 至 ${max} 个字`,
    en: `Enter 1 to ${max} characters`,
  });
}

function checkTier(faults: FormFaults, tier: FundTier, issuerLevel: RegionLevel): void {
  faults.expect(tierDepth(tier) <= levelDepth(issuerLevel), 'input.tier', {
    zh: '下拨的资金级次不能低于下拨区划，请核对资金级次',
    en: 'Money is passed on downwards: choose a tier at or above the issuing region',
  });
}

function checkReceiver(
  faults: FormFaults,
  { fromRegion, tier }: AllocationInput,
  toRegion: string,
  field: string,
  known: { levelOf: (code: string) => RegionLevel | null; issuerLevel: RegionLevel | null },
): void {
  if (!isRegionCode(toRegion) || known.levelOf(toRegion) === null) {
    faults.add(noRegion(field));
    return;
  }
  if (toRegion === fromRegion) {
    const own = known.issuerLevel !== null && tierDepth(tier) === levelDepth(known.issuerLevel);
    faults.expect(own && fromRegion !== NATION_CODE, field, {
      zh: '只有省、市、县本级安排的资金可以下达给本级，请核对资金级次和接收区划',
      en: 'Only money of the own tier of a province, city or county is issued to itself; check tier and receiver',
    });
    return;
  }
  faults.expect(!PLACEHOLDER_REGIONS.has(toRegion) && superiorOf(toRegion) === fromRegion, field, {
    zh: '资金只能下拨给直接下级，请选择下拨区划的直接下级',
    en: 'Money goes to direct children only; choose a region right below the issuer',
  });
  faults.expect(known.levelOf(toRegion) !== 'VILLAGE', field, {
    zh: '村的资金由乡镇代管，不再下拨；请由乡镇将资金安排到在该村实施的项目',
    en: "The township keeps a village's money: arrange it for a project carried out in the village instead",
  });
}

function checkSum(faults: FormFaults, { totalAmount, lines }: AllocationInput): void {
  if (![totalAmount, ...lines.map(({ amount }) => amount)].every(isTenThousands)) return;
  const sum = sumTenThousandths(lines.map(({ amount }) => amount));
  faults.expect(sum === toTenThousandths(totalAmount), 'input.totalAmount', {
    zh: `明细合计 ${fromTenThousandths(sum)} 万元，与总金额不一致，请核对`,
    en: `The lines add up to ${fromTenThousandths(sum)}, not to the total; check both`,
  });
}

/** Central 0 … county 3, as the levels of the regions that set the money aside. */
function tierDepth(tier: FundTier): number {
  return FUND_TIER.names.indexOf(tier);
}

function noLines(): Refusal {
  return new Refusal(
    'NOTHING_SELECTED',
    { zh: '请至少填写一条下拨明细', en: 'Enter at least one line' },
    { field: 'input.lines' },
  );
}

function noRegion(field: string): Refusal {
  return new Refusal(
    'INVALID_REGION_CODE',
    { zh: '没有这个行政区划，请重新选择', en: 'There is no such region today; choose another' },
    { field },
  );
}

/** What a receiver enters of an arrival 资金到账. */
export interface ArrivalInput {
  lineId: string;
  amount: string;
  arrivedDate: string;
  voucherNo?: string | null | undefined;
}

/** The allocation line an arrival belongs to, as far as its check asks. */
export interface ArrivalLine {
  amount: string;
  arrivedAmount: string;
  issuedDate: string;
}

/**
 * Checks an arrival (PA-FD-03): above zero, on or after the date of issue and not in the future, and with the
 * arrivals before not more than the line. Throws one Refusal with all faults of the form (INVALID_INPUT), or
 * OVER_LIMIT.
 */
export function checkArrival(input: ArrivalInput, line: ArrivalLine, today: string): void {
  const faults = new FormFaults();
  expectAmount(faults, input.amount, 'input.amount');
  faults.expect(
    isCalendarDate(input.arrivedDate) && input.arrivedDate >= line.issuedDate && input.arrivedDate <= today,
    'input.arrivedDate',
    {
      zh: `到账日期应在下达日期 ${line.issuedDate} 与今天之间`,
      en: `The date of arrival lies between the date of issue ${line.issuedDate} and today`,
    },
  );
  faults.expectText(input.voucherNo, 50, 'input.voucherNo');
  if (faults.list.length > 0) throw Refusal.many(faults.list);
  const left = toTenThousandths(line.amount) - toTenThousandths(line.arrivedAmount);
  if (toTenThousandths(input.amount) > left) throw overLine(left);
}

function overLine(left: bigint): Refusal {
  return overLimit('input.amount', {
    zh: `该条下拨尚未到账的金额为 ${fromTenThousandths(left)} 万元，到账不能超过它`,
    en: `Of this line ${fromTenThousandths(left)} has not arrived yet; enter no more than that`,
  });
}

/** OVER_LIMIT at a field. */
export function overLimit(field: string, text: { zh: string; en: string }): Refusal {
  return new Refusal('OVER_LIMIT', text, { field });
}

/** An allocation of which money has arrived stays as it is (PA-FD-04); throws STATE_CONFLICT then. */
export function requireNothingArrived(arrivedAmount: string): void {
  if (toTenThousandths(arrivedAmount) === 0n) return;
  throw new Refusal(
    'STATE_CONFLICT',
    {
      zh: '该文件已有资金到账，不能修改或删除；如系误登，请先由接收区划撤销到账',
      en: 'Money of this document has arrived, so it stays as it is; the receiver can withdraw a mistaken arrival first',
    },
    { field: 'id' },
  );
}

/** Money is entered where it belongs (ruling PA-FD-01): throws OUT_OF_REGION unless the caller stands for the region. */
export function requireOwnRegion(
  scope: { actor: string; regionLow: string; regionHigh: string },
  range: { low: string; high: string },
  field: string,
): void {
  if (scope.actor === 'SERVICE') return;
  if (scope.regionLow === range.low && scope.regionHigh === range.high) return;
  throw refuse.outOfRegion(field);
}
