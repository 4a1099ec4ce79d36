import type { IdType } from '../cases/case.types';

export type Sex = 'MALE' | 'FEMALE';

/** What a citizen states, cleaned and checked: blanks gone, numbers in one form, an anonymous one without identity. */
export interface ProfileFacts {
  name: string | null;
  sex: Sex | null;
  idType: IdType | null;
  idNumber: string | null;
  householdAddress: string | null;
  householdRegionCode: string | null;
  usualAddress: string | null;
  usualRegionCode: string | null;
  mailingAddress: string | null;
  mailingRegionCode: string | null;
  mobile: string;
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

/** A profile as somebody typed it. */
export type ProfileInput = { readonly [Field in keyof ProfileFacts]?: ProfileFacts[Field] | null };

/** A citizen's profile 公众账号 as stored; sealed values are opened by PersonalData. */
export interface PublicAccount extends Omit<ProfileFacts, 'idNumber' | 'mobile' | 'phone' | 'email'> {
  id: string;
  accountId: string;
  username: string;
  anonymous: boolean;
  idNumberSealed: string | null;
  idNumberIndex: string | null;
  citizenId: string | null;
  mobileSealed: string;
  phoneSealed: string | null;
  emailSealed: string | null;
  termsAcceptedAt: Date;
  identityVerifiedAt: Date | null;
  activatedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  version: number;
}
