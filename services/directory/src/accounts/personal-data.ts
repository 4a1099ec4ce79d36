import { blindIndex, citizenIdOf, type FieldCipher } from '@junxian/identity';

export interface PersonalDataKeys {
  fieldCipher: FieldCipher;
  blindIndexKey: Buffer;
  citizenIdKey: Buffer;
}

/** A value as it is stored: sealed to be read back, indexed to be found by equality. */
export interface SealedValue {
  sealed: string;
  index: string;
}

type Kind = 'loginName' | 'phone' | 'idNumber';

const PURPOSES: Readonly<Record<Kind, string>> = {
  loginName: 'account.personal_name',
  phone: 'account.phone',
  idNumber: 'account.id_number',
};

/** Seals, finds and opens the personal values of accounts. Nothing else in the service touches the keys. */
export class PersonalData {
  constructor(private readonly keys: PersonalDataKeys) {}

  seal(kind: Kind, value: string): SealedValue {
    return { sealed: this.keys.fieldCipher.seal(value, PURPOSES[kind]), index: this.index(kind, value) };
  }

  open(kind: Kind, sealed: string): string {
    return this.keys.fieldCipher.open(sealed, PURPOSES[kind]);
  }

  index(kind: Kind, value: string): string {
    return blindIndex(this.keys.blindIndexKey, kind, value);
  }

  /** A keyed digest of something short-lived (a captcha's solution, a code, a rate-limit key); `kind` keeps the uses apart. */
  digest(kind: string, value: string): string {
    return blindIndex(this.keys.blindIndexKey, kind, value);
  }

  /** Takes a number normalised by `checkCitizenNumber`. */
  citizenId(idNumber: string): string {
    return citizenIdOf(idNumber, this.keys.citizenIdKey);
  }
}
