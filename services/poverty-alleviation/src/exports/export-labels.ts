import { Refusal } from '@junxian/errors';

const CLOSE_REASONS: Readonly<Record<string, string>> = {
  LAST_MEMBER_REDUCED: '最后一名成员减少',
  LAST_MEMBER_TRANSFERRED: '最后一名成员转出',
  DUPLICATES_DELETED: '重复人口删除',
  ROLLBACK: '综合回退',
};

/** Why a file was closed, as forms write it; a reason without a name stands for itself. */
export function closeReasonLabel(reason: string | null): string | null {
  return reason === null ? null : (CLOSE_REASONS[reason] ?? reason);
}

/** The year a list is asked for; throws FIELD_REQUIRED without one. */
export function yearOf({ year }: { year?: number | null | undefined }): number {
  if (year != null) return year;
  throw new Refusal('FIELD_REQUIRED', { zh: '请选择年度', en: 'Choose a year' }, { field: 'filter.year' });
}
