import { createHmac } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const CHARACTERS = 26;

/**
 * The id of a citizen in every service (architecture §4): `c1_` and 26 characters of base32, the
 * first 130 bits of HMAC-SHA-256(key, number). Takes a number already normalised by
 * {@link checkCitizenNumber}; the same number and key always give the same id, and the id does not
 * give the number back.
 */
export function citizenIdOf(normalisedNumber: string, key: Buffer): string {
  const digest = createHmac('sha256', key).update(normalisedNumber, 'utf8').digest();
  let text = '';
  let bits = 0;
  let held = 0;
  for (let at = 0; text.length < CHARACTERS; at += 1) {
    // What was told already leaves at the top.
    bits = ((bits << 8) | digest[at]!) & 0xfff;
    held += 8;
    for (; held >= 5 && text.length < CHARACTERS; held -= 5) text += ALPHABET[(bits >> (held - 5)) & 31];
  }
  return `c1_${text}`;
}

/** Whether a text has the form of a citizen id. */
export function isCitizenId(text: string): boolean {
  return /^c1_[a-z2-7]{26}$/.test(text);
}
