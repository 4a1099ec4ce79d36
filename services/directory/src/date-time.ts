const FORMAT = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'medium',
});

/** An instant as a wall clock in China shows it: `2026-03-01 14:00:00`. */
export function dateTimeInShanghai(instant: Date): string {
  return FORMAT.format(instant);
}
