import type { Bilingual } from '@junxian/errors';
import type { PrintKind } from '../print.types';

/** What the kinds of prints are called. */
export const PRINT_NAMES: Readonly<Record<PrintKind, Bilingual>> = {
  QUERY_CODE_SLIP: { zh: '信访事项查询码', en: 'Query-code slip' },
  ACCEPTANCE_NOTICE: { zh: '信访事项受理告知书', en: 'Notice of acceptance' },
  NON_ACCEPTANCE_NOTICE: { zh: '信访事项不予受理告知书', en: 'Notice of non-acceptance' },
  NO_LONGER_ACCEPTANCE_NOTICE: { zh: '信访事项不再受理告知书', en: 'Notice of no longer accepting' },
  HANDLING_OPINION: { zh: '信访事项答复意见书', en: 'Handling opinion' },
  REVIEW_OPINION: { zh: '信访事项复查意见书', en: 'Review opinion' },
  RE_REVIEW_OPINION: { zh: '信访事项复核意见书', en: 'Re-review opinion' },
};
