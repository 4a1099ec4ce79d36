import { createHash } from 'node:crypto';
import { Refusal } from '@junxian/errors';
import type { CaseItem } from '../cases/case.types';
import { type IdentityView, isProtected } from '../cases/petitioner-view.rules';
import { type Faults, TEXT_LIMITS } from '../texts.rules';

export const SERVICE_MODES = ['IN_PERSON', 'POST', 'OTHER'] as const;
/** How a document reaches the petitioner 送达方式: 当面、邮寄、其他. */
export type ServiceMode = (typeof SERVICE_MODES)[number];
/** 签收、拒收 */
export type Receipt = 'SIGNED' | 'REFUSED';

/** How and when a document reached the petitioner 送达. */
export interface ServiceInput {
  serviceMode: ServiceMode;
  /** The day it reached the petitioner. */
  servedAt: string;
  receipt: Receipt;
  /** Who signed for it 签收人. */
  signedFor?: string | null;
}

export interface DocumentService {
  serviceMode: ServiceMode;
  servedOn: string;
  receipt: Receipt;
  signedFor: string | null;
}

/**
 * Checks the service of a document: between the day it was issued and today, and somebody signed unless it was
 * refused. Adds FIELD_REQUIRED, SERVED_OUT_OF_TIME to the faults.
 */
export function checkedService(
  input: ServiceInput,
  issuedOn: string,
  today: string,
  faults: Faults,
): DocumentService {
  const { serviceMode, servedAt, receipt } = input;
  if (servedAt < issuedOn || servedAt > today) {
    faults.add(
      new Refusal(
        'SERVED_OUT_OF_TIME',
        {
          zh: `送达日期应在文书签发之日（${issuedOn}）至今天之间，请核对送达回证`,
          en: `The day of service must lie between the day of issue (${issuedOn}) and today; check the receipt`,
        },
        { field: 'servedAt' },
      ),
    );
  }
  const signedFor = faults.textIf(receipt === 'SIGNED', 'signedFor', input.signedFor, TEXT_LIMITS.NAME);
  return { serviceMode, servedOn: servedAt, receipt, signedFor };
}

/** SHA-256 (hex) of a document's content, what a seal is put on. The names are sorted, so their order in the code does not matter. */
export function documentHash(content: Readonly<Record<string, string | null>>): string {
  return createHash('sha256')
    .update(JSON.stringify(Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1))))
    .digest('hex');
}

/**
 * Whether somebody who sees a document may read its text, which may name the petitioner: of an accusation or confidential item only those
 * who may know the petitioner, and the organisation that wrote it. Rule: section 6 matrix.
 */
export function mayReadText(
  item: Pick<CaseItem, 'purpose' | 'confidential'>,
  document: { organisationId: string },
  viewer: { organisationId: string | null; view: IdentityView },
): boolean {
  return !isProtected(item) || viewer.view === 'FULL' || document.organisationId === viewer.organisationId;
}

/** A document that was issued already, and does not change any more. */
export const settled = (): Refusal =>
  new Refusal(
    'DOCUMENT_FILED',
    {
      zh: '文书已入库，不能再修改；如有错误，请另行制作更正文书',
      en: 'The document is filed and does not change; issue a new one that corrects it',
    },
    { httpStatus: 409 },
  );
