export const PRINT_KINDS = [
  'QUERY_CODE_SLIP',
  'ACCEPTANCE_NOTICE',
  'NON_ACCEPTANCE_NOTICE',
  'NO_LONGER_ACCEPTANCE_NOTICE',
  'HANDLING_OPINION',
  'REVIEW_OPINION',
  'RE_REVIEW_OPINION',
] as const;
/** 查询码单、三种告知书、答复意见书、复查意见书、复核意见书 */
export type PrintKind = (typeof PRINT_KINDS)[number];

/** A document as it was first printed 打印快照; it never changes. */
export interface PrintSnapshot {
  id: string;
  caseItemId: string;
  kind: PrintKind;
  /** The notice, opinion or review document; the item itself for a slip. */
  subjectId: string;
  organisationId: string;
  docNo: string;
  /** The date of the document, `YYYY-MM-DD`. */
  issuedOn: string;
  verificationCode: string;
  contentHash: string;
  /** Of the petitioner's name on the page; null when it names nobody. */
  namedIndex: string | null;
  createdAt: Date;
}

/** What a print shows of a document, ready to be laid out and frozen. */
export interface PrintableDocument {
  kind: PrintKind;
  caseItemId: string;
  subjectId: string;
  /** Who issued it, and under what name at that time. */
  organisationId: string;
  organisationName: string;
  docNo: string;
  issuedOn: string;
  article: ArticleView;
}

/** A labelled value in the table of facts. */
export interface Fact {
  label: string;
  value: string;
}

/** A headed part of a text. */
export interface Section {
  title: string;
  paragraphs: readonly string[];
}

/** An earlier opinion about the same matter. */
export interface EarlierOpinion {
  level: string;
  docNo: string;
  date: string;
  organisation: string;
}

/** The receipt strip 送达回证 at the end of a document that is served. */
export interface ReceiptStrip {
  recipient: string;
  address: string;
  document: string;
  modes: readonly { label: string; chosen: boolean }[];
}

/** The view of the one layout of all forms; what a form has no use for is left out. */
export interface ArticleView {
  /** The issuing organisation, above the heading. */
  issuer: string;
  heading: string;
  docNo: string;
  addressee?: string | null;
  lead?: string | null;
  facts: readonly Fact[];
  /** The query code, in large characters. */
  code?: string;
  sections: readonly Section[];
  earlier?: readonly EarlierOpinion[];
  /** Signature block: who, when, and whether an e-seal was put on the document. */
  seal: { organisation: string; date: string; electronic: { documentHash: string } | null };
  receipt?: ReceiptStrip;
}
