import type { Receipt, ServiceMode } from './document.rules';

export const NOTICE_KINDS = ['ACCEPTANCE', 'NON_ACCEPTANCE', 'NO_LONGER_ACCEPTANCE'] as const;
/** 受理告知书、不予受理告知书、不再受理告知书 */
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** A notice 告知书 to the petitioner. */
export interface Notice {
  id: string;
  caseItemId: string;
  organisationId: string;
  handlingRecordId: string | null;
  kind: NoticeKind;
  state: 'DRAFT' | 'FILED';
  correctsId: string | null;
  docNo: string | null;
  body: string;
  legalBasis: string | null;
  reason: string | null;
  documentHash: string | null;
  sealedBy: string | null;
  seal: string | null;
  filedAt: Date | null;
  filedBy: string | null;
  serviceOwed: boolean | null;
  serviceMode: ServiceMode | null;
  servedOn: string | null;
  receipt: Receipt | null;
  signedFor: string | null;
  createdAt: Date;
  createdBy: string;
  updatedAt: Date;
  version: number;
}
