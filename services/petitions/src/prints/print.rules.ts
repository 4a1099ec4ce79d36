import { Refusal } from '@junxian/errors';
import type { IdentityView } from '../cases/petitioner-view.rules';
import type { PrintKind } from './print.types';

/** The kind of notice that a print of a kind shows; undefined for the other kinds. */
export const NOTICE_KIND_OF = {
  ACCEPTANCE_NOTICE: 'ACCEPTANCE',
  NON_ACCEPTANCE_NOTICE: 'NON_ACCEPTANCE',
  NO_LONGER_ACCEPTANCE_NOTICE: 'NO_LONGER_ACCEPTANCE',
} as const satisfies Partial<Record<PrintKind, string>>;
export type NoticePrintKind = keyof typeof NOTICE_KIND_OF;

export const isNoticePrint = (kind: PrintKind): kind is NoticePrintKind => kind in NOTICE_KIND_OF;

/** The level of review whose opinion a print of a kind shows. */
export const REVIEW_LEVEL_OF = {
  REVIEW_OPINION: 'REVIEW',
  RE_REVIEW_OPINION: 'RE_REVIEW',
} as const satisfies Partial<Record<PrintKind, string>>;
export type ReviewPrintKind = keyof typeof REVIEW_LEVEL_OF;

/** Checks that a document may be printed by an organisation: only by the one that issued it. Throws FORBIDDEN. */
export function checkIssuer(issuerId: string, organisationId: string): void {
  if (issuerId === organisationId) return;
  throw new Refusal(
    'FORBIDDEN',
    {
      zh: '文书只能由制作单位打印，请联系制作单位或查看电子文本',
      en: 'A document is printed by the organisation that issued it; ask that organisation, or read the text on screen',
    },
    { httpStatus: 403 },
  );
}

/** Checks that whoever prints may know the petitioner the print names; an anonymous one is printed as 匿名. Throws FORBIDDEN. Rule: section 6 matrix. */
export function checkMayName(view: IdentityView): asserts view is 'FULL' | 'ANONYMOUS' {
  if (view === 'FULL' || view === 'ANONYMOUS') return;
  throw new Refusal(
    'FORBIDDEN',
    {
      zh: '打印件载有信访人身份，您的岗位或单位不得知悉；请由当前办理机构的经办人打印，或请其标记“须知悉”后再打印',
      en: 'The print names the petitioner, whom your post or organisation may not know; have an officer of the organisation that holds the item print it, or mark it need-to-know',
    },
    { httpStatus: 403 },
  );
}

/** A document that is still being made. */
export const notIssued = (): Refusal =>
  new Refusal(
    'DOCUMENT_NOT_ISSUED',
    {
      zh: '文书尚未入库或签发，不能打印，请先完成入库或签发',
      en: 'The document is not filed or signed yet; file or sign it first, then print it',
    },
    { field: 'subjectId', httpStatus: 409 },
  );
