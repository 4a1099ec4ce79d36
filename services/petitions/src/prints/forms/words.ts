/** A date as documents write it: 2026年3月10日. Takes `YYYY-MM-DD`. */
export function chineseDate(date: string): string {
  const [year, month, day] = date.split('-').map(Number);
  return `${year}年${month}月${day}日`;
}

/** The paragraphs of a text that somebody typed, without blank lines. */
export function paragraphsOf(text: string | null | undefined): string[] {
  return (text ?? '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** A period in words: 30日, 5个工作日, 3个月. */
export function periodInWords({ amount, unit }: { amount: number; unit: string }): string {
  if (unit === 'WORKING_DAY') return `${amount}个工作日`;
  return unit === 'MONTH' ? `${amount}个月` : `${amount}日`;
}

/** How an anonymous petitioner, or one whose name is not known, stands on paper. */
export const ANONYMOUS_NAME = '匿名';
export const UNKNOWN_NAME = '（姓名不详）';
