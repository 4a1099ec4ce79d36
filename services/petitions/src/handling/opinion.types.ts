import type { Receipt, ServiceMode } from './document.rules';

/** 支持、部分支持、不支持 */
export type OpinionConclusion = 'SUPPORT' | 'PARTIAL' | 'NOT_SUPPORT';
/** What the petitioner says of it 信访人意见: 同意、不同意、未表示. */
export type PetitionerOpinion = 'AGREE' | 'DISAGREE' | 'NONE';

/** A handling opinion 答复意见书 of the responsible unit. */
export interface HandlingOpinion {
  id: string;
  caseItemId: string;
  organisationId: string;
  handlingRecordId: string | null;
  /** VOID: not served when the item was taken over from its organisation. */
  state: 'DRAFT' | 'IN_APPROVAL' | 'APPROVED' | 'SERVED' | 'VOID';
  conclusion: OpinionConclusion;
  facts: string;
  basis: string;
  body: string;
  remedyText: string;
  docNo: string | null;
  documentHash: string | null;
  /** The e-seal put on it when it was approved (PT-NTC-05); none on opinions approved before there was one. */
  sealedBy: string | null;
  seal: string | null;
  submittedAt: Date | null;
  submittedBy: string | null;
  decidedAt: Date | null;
  decidedBy: string | null;
  decisionText: string | null;
  serviceMode: ServiceMode | null;
  servedOn: string | null;
  receipt: Receipt | null;
  signedFor: string | null;
  petitionerOpinion: PetitionerOpinion | null;
  createdAt: Date;
  createdBy: string;
  updatedAt: Date;
  version: number;
}
