import { Refusal } from '@junxian/errors';
import { HOUSEHOLD_CLOSE_REASON } from '../household-code-lists';

/** Why a file was closed, as forms write it. */
export function closeReasonLabel(reason: string | null): string | null {
  return reason === null ? null : HOUSEHOLD_CLOSE_REASON.label(HOUSEHOLD_CLOSE_REASON.name(reason));
}

/** The year a list is asked for; throws FIELD_REQUIRED without one. */
export function yearOf({ year }: { year?: number | null | undefined }): number {
  if (year != null) return year;
  throw new Refusal('FIELD_REQUIRED', { zh: '请选择年度', en: 'Choose a year' }, { field: 'filter.year' });
}
