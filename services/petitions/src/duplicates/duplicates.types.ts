import type { CaseState } from '../cases/case.types';

/** Why an item is proposed as a duplicate, from the surest to the weakest. */
export type DuplicateMatch = 'ID_NUMBER' | 'ACCOUNT' | 'MOBILE' | 'NAME_AND_ADDRESS' | 'NAME';

/** An item that may be about the same person: what anybody may know of it, wherever it lies (PT-DUP-06). */
export interface DuplicateCandidate {
  id: string;
  itemNo: string;
  petitionDate: string;
  organisationId: string;
  state: CaseState;
  match: DuplicateMatch;
  /** How alike name and address are, 0…1; 1 for equal numbers. */
  likeness: number;
}

/** Whom to search for. */
export interface DuplicateSearch {
  name?: string | null | undefined;
  address?: string | null | undefined;
  idNumber?: string | null | undefined;
  mobile?: string | null | undefined;
  /** The citizen's account, known from an online submission. */
  accountId?: string | null | undefined;
}

/** What a person decided about the proposals (PT-DUP-04). */
export type DuplicateDecisionKind = 'SAME_MATTER' | 'SAME_PERSON' | 'NEITHER';
export interface DuplicateDecision {
  kind: DuplicateDecisionKind;
  linkedItemId?: string | null | undefined;
}

/** A decision as stored. */
export interface StoredDecision {
  caseItemId: string;
  kind: DuplicateDecisionKind;
  linkedItemId: string | null;
}
