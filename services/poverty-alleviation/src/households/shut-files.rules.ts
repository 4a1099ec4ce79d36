import { type Bilingual, Refusal } from '@junxian/errors';
import type { HouseholdView } from './household-views.types';

/** What closes a file and can be rolled back (8.1) as long as its cycle lasts: a population change. */
const ROLLED_BACK: ReadonlySet<string | null> = new Set(['LAST_MEMBER_REDUCED', 'LAST_MEMBER_TRANSFERRED']);

/**
 * Decides whether a household's file takes changes in the year of a record (PA-PC-08). A closed or cleared file keeps its
 * earlier years open for correction; a file that goes on may be closed in one earlier year alone, when nobody was left of it
 * then (8.9). Takes the file, the record, whether its year is the current cycle, and the argument to name; returns null, or
 * the refusal STATE_CONFLICT, which says where to go if the file was shut by mistake.
 */
export function shutFile(
  { fileStatus, closedYear, closeReason }: Pick<HouseholdView, 'fileStatus' | 'closedYear' | 'closeReason'>,
  { year, basic: { closureYear } }: { year: number; basic: { closureYear: number | null } },
  isCurrentCycle: boolean,
  field: string,
): Refusal | null {
  const shut = (text: Bilingual) => new Refusal('STATE_CONFLICT', text, { field });
  if (fileStatus !== 'ACTIVE' && (closedYear === null || year >= closedYear)) {
    if (fileStatus === 'CLEARED') return shut(CLEARED);
    if (closeReason === 'ROLLBACK') return shut(SPLIT_TAKEN_BACK);
    return shut(isCurrentCycle && ROLLED_BACK.has(closeReason) ? CLOSED_BY_CHANGE : CLOSED);
  }
  return closureYear !== null && year >= closureYear ? shut(leftInYear(year)) : null;
}

const CLEARED: Bilingual = {
  zh: '该户已清退，不能再变更；清退有误的，请由省级管理员办理贫困户补录（8.11）',
  en: 'This household was cleared and takes no changes; if that was wrong, a province administrator enters it anew (8.11)',
};

const CLOSED_BY_CHANGE: Bilingual = {
  zh: '该户已销户，不能再变更；销户有误的，请由省级管理员办理综合回退（8.1）',
  en: 'The file of this household is closed and takes no changes; if that was wrong, a province administrator rolls it back (8.1)',
};

const CLOSED: Bilingual = {
  zh: '该户已销户，不能再变更；销户有误的，请由省级管理员办理贫困户补录（8.11）',
  en: 'The file of this household is closed and takes no changes; if that was wrong, a province administrator enters the household anew (8.11)',
};

const SPLIT_TAKEN_BACK: Bilingual = {
  zh: '该户由分户产生，分户已被综合回退，成员已回原户，请到原户办理',
  en: 'This household came of a split that was rolled back; its members are in the old household again, make the change there',
};

const leftInYear = (year: number): Bilingual => ({
  zh: `该户 ${year} 年度的数据已无成员，不能再变更，请选择其他年度`,
  en: `Nobody is left of this household in the data of ${year}, which take no changes; choose another year`,
});
