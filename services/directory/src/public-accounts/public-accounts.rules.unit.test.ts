import { rule } from '@junxian/test-kit';
import { codeOf } from '../testing/refusals.support.test';
import { checkMobile, checkUsername } from './public-account.rules';
import { chooseAccount, decideCode, MAX_TRIES } from './reset-code.rules';

describe('usernames', () => {
  it.each(['abcd', 'Zhang_San', 'a123456789', 'wang_2026_03_02', `a${'b'.repeat(31)}`])('takes %s', (name) =>
    expect(checkUsername(name)).toBe(name),
  );

  it.each([
    ['abc', 'is too short'],
    [`a${'b'.repeat(32)}`, 'is too long'],
    ['1abc', 'begins with a digit'],
    ['_abc', 'begins with an underscore'],
    ['张三张三', 'has other letters'],
    ['zhang san', 'has a space'],
    ['zhang.san', 'has a dot'],
    ['zhang\u0000san', 'has a NUL'],
    ['13812345678', 'is a mobile number'],
    ['a13812345678', 'has a mobile number inside'],
    ['u_138_1234_5678', 'has one cut up'],
    ['id11010519491231002X', 'has an ID number inside'],
    ['', 'is empty'],
  ])('refuses %j: it %s', (name) => expect(codeOf(() => checkUsername(name))).toBe('INVALID_USERNAME'));
});

describe('mobile numbers', () => {
  it.each(['13812345678', ' 138 1234 5678', '+8613812345678', '0086-13812345678', '138-1234-5678'])(
    'takes %j',
    (typed) => expect(checkMobile(typed)).toBe('13812345678'),
  );
  it.each(['1381234567', '138123456789', '12812345678', '', '0352-2345678', '138１2345678'])(
    'refuses %j',
    (typed) => expect(codeOf(() => checkMobile(typed))).toBe('INVALID_PHONE'),
  );
});

describe('codes for forgotten passwords', () => {
  const at = (time: string) => new Date(`2026-03-02T${time}+08:00`);
  const sent = (wrongTries = 0) => ({ expiresAt: at('10:05:00'), wrongTries });

  rule(
    'PT-PUB-08',
    'a code is good for five minutes and five tries, and only where there is an account',
    () => {
      const table = [
        ['right in time', sent(), true, true, '10:04:59.999', 'RIGHT'],
        ['right at the instant it expires', sent(), true, true, '10:05:00', 'EXPIRED'],
        ['right but late', sent(), true, true, '10:06:00', 'EXPIRED'],
        ['wrong', sent(), false, true, '10:01:00', 'WRONG'],
        ['wrong and late', sent(), false, true, '10:06:00', 'WRONG'],
        ['right after four wrong ones', sent(MAX_TRIES - 1), true, true, '10:01:00', 'RIGHT'],
        ['right after five wrong ones', sent(MAX_TRIES), true, true, '10:01:00', 'WRONG'],
        ['right after five wrong ones, and late', sent(MAX_TRIES), true, true, '10:06:00', 'WRONG'],
        ['guessed for a number without an account', sent(), true, false, '10:01:00', 'WRONG'],
        ['the same, late', sent(), true, false, '10:06:00', 'WRONG'],
        ['never asked for', undefined, false, true, '10:01:00', 'WRONG'],
      ] as const;
      for (const [what, code, equals, hasAccount, time, decision] of table)
        expect([what, decideCode(code, equals, hasAccount, at(time))]).toEqual([what, decision]);
    },
  );

  it('the names to choose from come in an order that tells nothing', () => {
    expect(chooseAccount(['b', 'a']).details).toEqual({ loginNames: ['a', 'b'] });
  });
});
