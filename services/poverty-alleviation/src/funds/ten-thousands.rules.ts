/**
 * Money of funds and projects: ten thousand yuan 万元 with four decimals outside, whole yuan (ten-thousandths of
 * it) as integers inside; never a float. Catalogue 2.1.
 */

const AMOUNT = /^(\d{1,12})(?:\.(\d{1,4}))?$/;

/** The largest single amount, 99,999,999.9999 万元; sums of all rows stay far inside their columns. */
export const MAX_TEN_THOUSANDTHS = 99_999_999_9999n;

/** Whether a text is an amount: at most 12 digits before and 4 after the point, no sign. */
export function isTenThousands(text: string): boolean {
  return AMOUNT.test(text);
}

/** Ten-thousandths of an amount ("12.5" → 125000n). Throws RangeError on any other text. */
export function toTenThousandths(text: string): bigint {
  const match = AMOUNT.exec(text);
  if (!match) throw new RangeError('Not an amount with at most four decimals');
  return BigInt(match[1]!) * 10_000n + BigInt((match[2] ?? '').padEnd(4, '0'));
}

/** Ten-thousandths as a text with four decimals (125000n → "12.5000"); a shortfall keeps its sign. */
export function fromTenThousandths(amount: bigint): string {
  const size = amount < 0n ? -amount : amount;
  const text = `${size / 10_000n}.${(size % 10_000n).toString().padStart(4, '0')}`;
  return amount < 0n ? `-${text}` : text;
}

/** The sum of amounts, in ten-thousandths. Throws RangeError when one is none. */
export function sumTenThousandths(amounts: readonly string[]): bigint {
  return amounts.reduce((sum, amount) => sum + toTenThousandths(amount), 0n);
}
