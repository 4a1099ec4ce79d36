/** Crockford's base32: no I, L, O and U, so that nobody takes one character for another. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 16;
const BITS = 5;
const BYTES = (LENGTH * BITS) / 8;

/** A verification code of 16 characters (80 bits) from 10 random bytes. Throws RangeError on fewer bytes. */
export function verificationCode(random: Uint8Array): string {
  if (random.length < BYTES) throw new RangeError(`a verification code takes ${BYTES} random bytes`);
  let number = BigInt(`0x${Buffer.from(random.subarray(0, BYTES)).toString('hex')}`);
  let code = '';
  for (let place = 0; place < LENGTH; place += 1) {
    code = ALPHABET[Number(number & 31n)] + code;
    number >>= 5n;
  }
  return code;
}

/** A code as it is printed, in groups of four: `7K3M-…`. */
export function groupedCode(code: string): string {
  return code.replace(/(.{4})(?=.)/g, '$1-');
}

/** The code somebody typed, without groups and with look-alikes put right (O is 0, I and L are 1); null when it is none. */
export function typedCode(text: string): string | null {
  const code = text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1');
  return code.length === LENGTH && [...code].every((character) => ALPHABET.includes(character)) ? code : null;
}
