import { blindIndex, citizenIdOf, type FieldCipher } from '@junxian/identity';

/** The secrets by which personal data are sealed and found. */
export interface PersonalDataKeys {
  cipher: FieldCipher;
  blindIndexKey: Buffer;
  citizenIdKey: Buffer;
}

/** The sealed columns; the name is bound into the seal, so a value does not open in another column. */
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
export class PersonalData {
  constructor(private readonly keys: PersonalDataKeys) {}

  /** The sealed form of a value, or null for none. */
  seal(value: string | null | undefined, column: SealedColumn): string | null {
    return value == null ? null : this.keys.cipher.seal(value, column);
  }

  /** The value of a sealed form, or null for none. Throws when it was altered or sealed for another column. */
  open(sealed: string | null, column: SealedColumn): string | null {
    return sealed === null ? null : this.keys.cipher.open(sealed, column);
  }

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
