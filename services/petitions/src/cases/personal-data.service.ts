import { blindIndex, citizenIdOf, SealedFields } from '@junxian/identity';

/** The sealed columns. */
export type SealedColumn =
  | 'petitioner.id_number'
  | 'petitioner.mobile'
  | 'petitioner.phone'
  | 'petitioner.email'
  | 'public_account.id_number'
  | 'public_account.mobile'
  | 'public_account.phone'
  | 'public_account.email'
  | 'co_visitor.id_number'
  | 'query_code_delivery.mobile'
  | 'export_log.filter'
  | 'print_snapshot.html'
  | 'case_item.query_code';

/** What a blind index finds; an index of one kind never equals one of another. */
export type IndexKind =
  | 'idNumber'
  | 'mobile'
  | 'queryCode'
  | 'address'
  | 'submission'
  | 'attempt'
  | 'registration'
  | 'printedName';

/** Seals, opens and indexes personal data of petitioners. */
export class PersonalData extends SealedFields<SealedColumn> {
  /** The keyed index of a value, for equality only; null for none. The caller normalises (ID numbers in upper case, no blanks). */
  index(kind: IndexKind, value: string): string;
  index(kind: IndexKind, value: string | null | undefined): string | null;
  index(kind: IndexKind, value: string | null | undefined): string | null {
    return value == null ? null : blindIndex(this.keys.blindIndexKey, kind, value);
  }

  /** The citizen's id in every service, from a normalised resident ID number of 18 characters. */
  citizenId(residentIdNumber: string): string {
    return citizenIdOf(residentIdNumber, this.keys.citizenIdKey);
  }
}
