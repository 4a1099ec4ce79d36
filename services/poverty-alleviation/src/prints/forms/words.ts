import type { CodeList } from '../../code-lists';

/** How a value stands on paper: yes and no in words, nothing for what is not known. */
export function onPaper(value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null;
  if (typeof value === 'boolean') return value ? '是' : '否';
  return String(value);
}

/** The labels of one or several values of a code list. */
export function labelsOf<Name extends string>(
  list: CodeList<Name>,
  names: Name | readonly Name[] | null,
): string | null {
  if (names === null) return null;
  const labels = (typeof names === 'string' ? [names] : names).map((name) => list.label(name));
  return labels.length === 0 ? null : labels.join('、');
}
