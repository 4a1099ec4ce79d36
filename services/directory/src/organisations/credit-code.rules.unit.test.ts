import fc from 'fast-check';
import { checkCharacter, isCreditCode, normaliseCreditCode } from './credit-code.rules';

const ALPHABET = [...'0123456789ABCDEFGHJKLMNPQRTUWXY'];

describe('a unified social credit code (GB 32100)', () => {
  it.each(['91350100M000100Y43', '91110108MA01C6X0X1'.slice(0, 17) + checkCharacter('91110108MA01C6X0X')])(
    'is accepted: %s',
    (code) => {
      expect(isCreditCode(code)).toBe(true);
    },
  );

  it.each([
    ['a wrong check character', '91350100M000100Y44'],
    ['17 characters', '91350100M000100Y4'],
    ['19 characters', '91350100M000100Y433'],
    ['a letter that is not used (I)', '9I350100M000100Y43'],
    ['lower case, not normalised', '91350100m000100y43'],
    ['two places exchanged', '91530100M000100Y43'],
    ['an ID number', '140102199001011234'],
  ])('is refused: %s', (_name, code) => {
    expect(isCreditCode(code)).toBe(false);
  });

  it('is normalised from full-width and lower case', () => {
    expect(normaliseCreditCode(' ９１３５０１００ｍ000100y43　')).toBe('91350100M000100Y43');
  });

  it('finds every single wrong character', () => {
    const body = fc
      .tuple(
        fc.array(fc.constantFrom(...ALPHABET), { minLength: 2, maxLength: 2 }),
        fc.array(fc.constantFrom(...'0123456789'), { minLength: 6, maxLength: 6 }),
        fc.array(fc.constantFrom(...ALPHABET), { minLength: 9, maxLength: 9 }),
      )
      .map((parts) => parts.flat().join(''));
    fc.assert(
      fc.property(body, fc.nat(17), fc.constantFrom(...ALPHABET), (text, place, other) => {
        const code = text + checkCharacter(text);
        expect(isCreditCode(code)).toBe(true);
        if (code[place] === other) return;
        expect(isCreditCode(code.slice(0, place) + other + code.slice(place + 1))).toBe(false);
      }),
    );
  });
});
