/**
 * Money of a household: yuan with two decimals outside, integer fen inside; never a float.
 * PA-HH-05, catalogue 2.1 (rounding half-up) and 2.3 tab 3.
 */

/** Incomes and expenses as they are typed in, yuan as decimal strings. */
export interface IncomeItems {
  wageIncome: string;
  businessIncome: string;
  propertyIncome: string;
  familyPlanningSubsidy: string;
  subsistenceAllowance: string;
  fiveGuaranteesBenefit: string;
  pension: string;
  ecologicalCompensation: string;
  otherTransfer: string;
  businessExpense: string;
}

/** Figures that follow from the items and are never typed in (PA-HH-05). */
export interface ComputedIncome {
  transferIncome: string;
  totalIncome: string;
  netIncome: string;
  /** null while the household has no active member. */
  perCapitaNetIncome: string | null;
}

/** The figures that make up transfer income 转移性收入. */
export const TRANSFER_ITEMS = [
  'familyPlanningSubsidy',
  'subsistenceAllowance',
  'fiveGuaranteesBenefit',
  'pension',
  'ecologicalCompensation',
  'otherTransfer',
] as const satisfies readonly (keyof IncomeItems)[];

const DECIMAL = /^(-?)(\d{1,12})(?:\.(\d{1,2}))?$/;

/** Whether a text is a decimal number with at most 12 digits before and 2 after the point. */
export function isDecimal(text: string): boolean {
  return DECIMAL.test(text);
}

/** Hundredths of a decimal text ("12.5" → 1250n): fen of yuan. Throws RangeError on any other text. */
export function toHundredths(text: string): bigint {
  const match = DECIMAL.exec(text);
  if (!match) throw new RangeError('Not a decimal number with at most two decimals');
  const size = BigInt(match[2]!) * 100n + BigInt((match[3] ?? '').padEnd(2, '0'));
  return match[1] === '-' ? -size : size;
}

/** Hundredths as a decimal text with two decimals (1250n → "12.50"). */
export function fromHundredths(hundredths: bigint): string {
  const size = hundredths < 0n ? -hundredths : hundredths;
  const text = `${size / 100n}.${(size % 100n).toString().padStart(2, '0')}`;
  return hundredths < 0n ? `-${text}` : text;
}

/** A quotient of two integers rounded half-up (四舍五入); a loss is rounded like the profit of the same size. */
export function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  if (divisor <= 0n) throw new RangeError('The divisor must be positive');
  const size = dividend < 0n ? -dividend : dividend;
  const rounded = (size * 2n + divisor) / (divisor * 2n);
  return dividend < 0n ? -rounded : rounded;
}

/**
 * Computes the derived incomes of a household (PA-HH-05). Takes the typed-in items and the number of active
 * members; returns decimal strings. Throws RangeError when an item is not a decimal: check them first.
 */
export function computeIncome(items: IncomeItems, activeMembers: number): ComputedIncome {
  const fen = (item: keyof IncomeItems) => toHundredths(items[item]);
  const transfer = TRANSFER_ITEMS.reduce((sum, item) => sum + fen(item), 0n);
  const total = fen('wageIncome') + fen('businessIncome') + fen('propertyIncome') + transfer;
  const net = total - fen('businessExpense');
  return {
    transferIncome: fromHundredths(transfer),
    totalIncome: fromHundredths(total),
    netIncome: fromHundredths(net),
    perCapitaNetIncome: activeMembers > 0 ? fromHundredths(divideHalfUp(net, BigInt(activeMembers))) : null,
  };
}
