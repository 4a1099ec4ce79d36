import { selectList } from '../rows';
import type { PublicAccount } from './public-account.types';

const ACCOUNT_FIELDS = [
  'id',
  'accountId',
  'username',
  'anonymous',
  'name',
  'sex',
  'idType',
  'idNumberSealed',
  'idNumberIndex',
  'citizenId',
  'householdAddress',
  'householdRegionCode',
  'usualAddress',
  'usualRegionCode',
  'mailingAddress',
  'mailingRegionCode',
  'mobileSealed',
  'phoneSealed',
  'emailSealed',
  'birthDate',
  'ethnicity',
  'politicalStatus',
  'occupation',
  'employer',
  'postcode',
  'residencyStatus',
  'termsAcceptedAt',
  'identityVerifiedAt',
  'activatedAt',
  'createdAt',
  'updatedAt',
  'version',
] as const satisfies readonly (keyof PublicAccount)[];

/** The select list of a profile with the alias `a`. */
export const ACCOUNT_COLUMNS = selectList(ACCOUNT_FIELDS, 'a');
