import type { CaseItem, IdType, Purpose } from '../cases/case.types';

/** Input as a person leaves it: anything may be missing. */
export type Given<T> = { readonly [Field in keyof T]?: T[Field] | null | undefined };

/** What is recorded about a petitioner, cleaned and checked. */
export interface PetitionerFacts {
  name: string | null;
  sex: 'MALE' | 'FEMALE' | null;
  idType: IdType | null;
  idNumber: string | null;
  householdAddress: string | null;
  householdRegionCode: string | null;
  usualAddress: string | null;
  usualRegionCode: string | null;
  mailingAddress: string | null;
  mailingRegionCode: string | null;
  mobile: string | null;
  phone: string | null;
  email: string | null;
  birthDate: string | null;
  ethnicity: string | null;
  politicalStatus: string | null;
  occupation: string | null;
  employer: string | null;
  postcode: string | null;
  residencyStatus: string | null;
}
export type PetitionerInput = Given<PetitionerFacts>;

/** What an item of any channel says, cleaned and checked. */
export type CaseFacts = Pick<
  CaseItem,
  | 'title'
  | 'problemRegionCode'
  | 'problemAddress'
  | 'content'
  | 'demand'
  | 'contentCategory'
  | 'litigationRelated'
  | 'confidential'
  | 'needToKnow'
  | 'cause'
  | 'hotTopic'
  | 'jointSignature'
  | 'affectedCount'
  | 'threat'
  | 'urgent'
  | 'skipLevel'
  | 'backlog'
  | 'accusedPerson'
  | 'accusedPost'
  | 'accusedOrganisationId'
  | 'accusedAccountId'
  | 'remarks'
> & { purpose: Purpose };

/** An item's data as typed; `satisfactionInScope` is what the officer ticked. */
export type CaseInput = Given<CaseFacts & { satisfactionInScope: boolean }>;

/** What is recorded about a person who came along, cleaned and checked. */
export interface CoVisitorFacts {
  name: string;
  sex: 'MALE' | 'FEMALE' | null;
  idType: IdType | null;
  idNumber: string | null;
  address: string | null;
  source: VisitorSource;
  representative: boolean;
  photoFileId: string | null;
}
export type CoVisitorInput = Given<CoVisitorFacts> & { readonly source: VisitorSource };

/** How a visitor's data came in (PT-VIS-01). */
export type VisitorSource = 'ID_READER' | 'MANUAL';
