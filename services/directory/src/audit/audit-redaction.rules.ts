import type { Json } from './audit-chain.rules';

const HIDDEN = '[hidden]';

/** Members that hold a secret or a personal number whatever their value looks like. */
const SECRET_MEMBER =
  /pass(word|phrase|wd)|secret|token|captcha|one.?time|credential|private.?key|hash$|id.?(number|card)|phone|mobile|landline|bank.?account|cookie|authorization/i;

/** Eighteen characters that may all be digits and are public. */
const PUBLIC_MEMBER = /unified.?social.?credit.?code/i;

const ALONE_BEFORE = '(?<![0-9A-Za-z])';
const ALONE_AFTER = '(?![0-9A-Za-z])';
/**
 * Personal numbers inside free text: ID numbers of 18 and 15 places, bank accounts, mobile numbers and
 * the last 11 places of an ID number (login names are made of these, DI-ACC-12), numbers with a
 * country prefix, landlines with area code. Region codes (12) and natural villages (14) do not match.
 */
const PERSONAL_NUMBERS = [
  new RegExp(`${ALONE_BEFORE}\\d{17}[\\dXx]${ALONE_AFTER}`, 'g'),
  new RegExp(`${ALONE_BEFORE}(?:\\d{15,17}|\\d{19})${ALONE_AFTER}`, 'g'),
  new RegExp(`${ALONE_BEFORE}\\d{10}[\\dXx]${ALONE_AFTER}`, 'g'),
  new RegExp(`(?:\\+|${ALONE_BEFORE}00)86[ -]?1\\d{2}[ -]?\\d{4}[ -]?\\d{4}${ALONE_AFTER}`, 'g'),
  new RegExp(`${ALONE_BEFORE}86[ -]?1[3-9]\\d{9}${ALONE_AFTER}`, 'g'),
  new RegExp(`${ALONE_BEFORE}1[3-9]\\d[ -]\\d{4}[ -]\\d{4}${ALONE_AFTER}`, 'g'),
  new RegExp(`${ALONE_BEFORE}0(?:10|2\\d|[3-9]\\d{2})[ -]?[2-9]\\d{6,7}${ALONE_AFTER}`, 'g'),
];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The text without personal numbers; full-width digits are found as well. */
export function redactText(text: string): string {
  // A lone surrogate or NUL has no place in jsonb and would make the whole transaction fail.
  const storable = Buffer.from(text, 'utf8').toString('utf8').replaceAll('\u0000', '');
  if (UUID.test(storable)) return storable;
  const plain = hideNumbers(storable);
  if (plain !== storable) return plain;
  const narrow = storable.normalize('NFKC');
  const hidden = hideNumbers(narrow);
  return hidden === narrow ? storable : hidden;
}

function hideNumbers(text: string): string {
  return PERSONAL_NUMBERS.reduce((seen, pattern) => seen.replace(pattern, HIDDEN), text);
}

/**
 * What may be kept of a before or after image: passwords, tokens, hashes, ID numbers and phones are
 * replaced, by the member's name or by their form (DI-AUD-02). Takes anything JSON can carry (dates
 * become ISO texts); `undefined` becomes null.
 */
export function redact(value: unknown): Json {
  if (value === undefined) return null;
  const text = JSON.stringify(value, (_, member) =>
    typeof member === 'bigint' ? member.toString() : member,
  );
  return text === undefined ? null : hide(JSON.parse(text) as Json);
}

function hide(value: Json): Json {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'number') return hideNumbers(String(value)) === String(value) ? value : HIDDEN;
  if (Array.isArray(value)) return value.map(hide);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [redactText(name), hideMember(name, member)]),
  );
}

function hideMember(name: string, member: Json): Json {
  if (member === null || typeof member === 'boolean') return member;
  if (PUBLIC_MEMBER.test(name)) return member;
  return SECRET_MEMBER.test(name) ? HIDDEN : hide(member);
}
