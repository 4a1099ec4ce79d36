import { Refusal } from '@junxian/errors';

/** What a realm asks of passwords; the set of symbols is configuration (DI-ACC-10). */
export interface PasswordPolicy {
  minLength: number;
  /** Every symbol that may be used, as one text. */
  symbols: string;
}

/** Longer texts only cost the hash function time. */
const MAX_LENGTH = 64;
const DIGIT = /[0-9]/;
const LETTER = /[A-Za-z]/;

/**
 * The policy of an account that may enter several realms: the longest minimum, and only the symbols
 * that every realm allows. Takes at least one policy; throws RangeError on none.
 */
export function strictest(policies: readonly PasswordPolicy[]): PasswordPolicy {
  const [first, ...rest] = policies;
  if (first === undefined) throw new RangeError('an account has at least one realm');
  return rest.reduce(
    (left, right) => ({
      minLength: Math.max(left.minLength, right.minLength),
      symbols: [...left.symbols].filter((symbol) => right.symbols.includes(symbol)).join(''),
    }),
    first,
  );
}

/**
 * Checks a password a person chose (DI-ACC-10): digits, letters and symbols, and only symbols of the
 * allowed set. Throws one Refusal that names every fault; a symbol outside the set is named, the
 * password itself never appears.
 */
export function checkPassword(password: string, policy: PasswordPolicy, field = 'newPassword'): void {
  const characters = [...password];
  const foreign = [
    ...new Set(characters.filter((c) => !DIGIT.test(c) && !LETTER.test(c) && !policy.symbols.includes(c))),
  ];
  const faults: Refusal[] = [];
  const fault = (code: string, zh: string, en: string, details?: Record<string, unknown>) =>
    faults.push(new Refusal(code, { zh, en }, { field, details }));

  if (foreign.length > 0) {
    const named = foreign.map((symbol) => (symbol.trim() === '' ? '空格' : symbol)).join(' ');
    fault(
      'PASSWORD_SYMBOL_NOT_ALLOWED',
      `密码中的“${named}”不可使用，符号只能从 ${policy.symbols} 中选择`,
      `“${named}” cannot be used in a password; choose symbols from ${policy.symbols}`,
      { symbols: foreign, allowed: policy.symbols },
    );
  }
  if (characters.length < policy.minLength || characters.length > MAX_LENGTH) {
    fault(
      'PASSWORD_LENGTH',
      `密码长度应为 ${policy.minLength} 至 ${MAX_LENGTH} 位`,
      `A password has ${policy.minLength} to ${MAX_LENGTH} characters`,
    );
  }
  if (!characters.some((c) => DIGIT.test(c))) {
    fault(
      'PASSWORD_NEEDS_DIGIT',
      '密码须含数字，请加入至少一个数字',
      'A password needs a digit; add at least one',
    );
  }
  if (!characters.some((c) => LETTER.test(c))) {
    fault(
      'PASSWORD_NEEDS_LETTER',
      '密码须含英文字母，请加入至少一个字母',
      'A password needs a letter; add at least one',
    );
  }
  if (!characters.some((c) => policy.symbols.includes(c))) {
    fault(
      'PASSWORD_NEEDS_SYMBOL',
      `密码须含符号，请从 ${policy.symbols} 中至少选用一个`,
      `A password needs a symbol; use at least one of ${policy.symbols}`,
    );
  }
  if (faults.length > 0) throw Refusal.many(faults);
}

const DIGITS_TO_READ = '23456789';
const LETTERS_TO_READ = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ';

/** A whole number in `[0, below)`, uniformly; `crypto.randomInt` outside tests. */
export type RandomInt = (below: number) => number;

/**
 * A one-time password that meets the policy: twelve characters or the policy's minimum, without those
 * that are misread on paper (0/O, 1/l/I). Takes the source of chance.
 */
export function oneTimePassword(policy: PasswordPolicy, randomInt: RandomInt): string {
  const pick = (from: string) => from[randomInt(from.length)]!;
  const characters = [pick(DIGITS_TO_READ), pick(LETTERS_TO_READ), pick(policy.symbols)];
  while (characters.length < Math.max(12, policy.minLength))
    characters.push(pick(DIGITS_TO_READ + LETTERS_TO_READ));
  for (let index = characters.length - 1; index > 0; index -= 1) {
    const other = randomInt(index + 1);
    [characters[index], characters[other]] = [characters[other]!, characters[index]!];
  }
  return characters.join('');
}
