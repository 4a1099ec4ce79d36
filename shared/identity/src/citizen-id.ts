import { createHmac } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/**
 * The id of a citizen in every service (architecture §4): `c1_` and 26 characters of base32, the
 * first 130 bits of HMAC-SHA-256(key, number). Takes a number already normalised by
 * {@link checkCitizenNumber}; the same number and key always give the same id, and the id does not
 * give the number back.
 */
export function citizenIdOf(normalisedNumber: string, key: Buffer): string {
  const digest = createHmac('sha256', key).update(normalisedNumber, 'utf8').digest();
  let bits = 0n;
  for (let index = 0; index < 17; index += 1) bits = (bits << 8n) | BigInt(digest[index]!);
  bits >>= 6n; // 136 bits read, 130 kept
  let text = '';
  for (let index = 25; index >= 0; index -= 1) text += ALPHABET[Number((bits >> BigInt(index * 5)) & 31n)];
  return `c1_${text}`;
}

/** Whether a text has the form of a citizen id. */
export function isCitizenId(text: string): boolean {
  return /^c1_[a-z2-7]{26}$/.test(text);
}
