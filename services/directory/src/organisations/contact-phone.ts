import type { FieldCipher } from '@junxian/identity';

const PURPOSE = 'organisation.contact_phone';

/** The telephone as it is stored; null stays null. */
export function sealPhone(cipher: FieldCipher, phone: string | null): string | null {
  return phone === null ? null : cipher.seal(phone, PURPOSE);
}

/** The telephone behind a sealed one; null stays null. */
export function openPhone(cipher: FieldCipher, sealed: string | null): string | null {
  return sealed === null ? null : cipher.open(sealed, PURPOSE);
}
