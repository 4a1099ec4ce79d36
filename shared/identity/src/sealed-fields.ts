import type { FieldCipher } from './field-cipher';

/** The secrets by which a service seals and finds personal data. */
export interface PersonalDataKeys {
  cipher: FieldCipher;
  blindIndexKey: Buffer;
  citizenIdKey: Buffer;
}

/** Seals and opens the personal data of a service; the column's name is bound into the seal, so a value does not open in another one. */
export class SealedFields<Column extends string> {
  constructor(protected readonly keys: PersonalDataKeys) {}

  /** The sealed form of a value, or null for none. */
  seal(value: string | null | undefined, column: Column): string | null {
    return value == null ? null : this.keys.cipher.seal(value, column);
  }

  /** The value of a sealed form, or null for none. Throws Error when it was altered or sealed for another column. */
  open(sealed: string | null, column: Column): string | null {
    return sealed === null ? null : this.keys.cipher.open(sealed, column);
  }
}
