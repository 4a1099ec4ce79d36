/**
 * A share in per cent with two decimals, rounded half up (away from zero), or null when the denominator is zero
 * (catalogue 5.2). Takes whole numbers; returns text such as `90.00`. Exact: nothing is computed in floating point.
 */
export function percent(numerator: number, denominator: number): string | null {
  if (denominator === 0) return null;
  const scaled = BigInt(Math.abs(numerator)) * 10_000n * 2n + BigInt(denominator);
  const hundredths = scaled / (2n * BigInt(denominator));
  const text = `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`;
  return numerator < 0 && hundredths > 0n ? `-${text}` : text;
}

/** The change against a year before in per cent 同比, or null without anything to compare with. */
export function yearOnYear(now: number, before: number): string | null {
  return percent(now - before, before);
}
