/** The characters of GB 32100-2015: digits and capital letters without I, O, Z, S and V, by their value. */
const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
/** 3^i mod 31 for the first 17 places. */
const WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28] as const;
const SHAPE = /^[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}$/;

/** The code as it is stored: full-width forms made narrow, capitals, no blanks. */
export function normaliseCreditCode(text: string): string {
  return text.normalize('NFKC').replace(/\s/g, '').toUpperCase();
}

/** Whether a normalised text is a unified social credit code 统一社会信用代码 with a right check character (GB 32100). */
export function isCreditCode(text: string): boolean {
  return SHAPE.test(text) && checkCharacter(text) === text[17];
}

/** The 18th character that belongs to the first 17 of a code. Takes text of the right alphabet. */
export function checkCharacter(text: string): string {
  const sum = WEIGHTS.reduce((total, weight, place) => total + weight * ALPHABET.indexOf(text[place]!), 0);
  return ALPHABET[(31 - (sum % 31)) % 31]!;
}
