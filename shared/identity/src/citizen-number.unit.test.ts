import { rule } from '@junxian/test-kit';
import { citizenIdOf, isCitizenId } from './citizen-id';
import { checkCitizenNumber, citizenNumberCheckCharacter } from './citizen-number';

const withCheck = (first17: string) => first17 + citizenNumberCheckCharacter(first17);

describe('citizen numbers', () => {
  rule('DI-CIT-01', 'verifies the check character and reads sex and birth date from the number', () => {
    // The example of GB 11643 itself.
    expect(checkCitizenNumber('11010519491231002X')).toEqual({
      normalised: '11010519491231002X',
      birthDate: '1949-12-31',
      sex: 'FEMALE',
    });
    expect(checkCitizenNumber(' 11010519491231002x ').normalised).toBe('11010519491231002X');
    expect(checkCitizenNumber(withCheck('14021519900307451')).sex).toBe('MALE');
    for (const wrong of '0123456789') {
      expect(() => checkCitizenNumber(`11010519491231002${wrong}`)).toThrow('INVALID_ID');
    }
  });

  it.each([
    ['15 digits', '110105491231002'],
    ['17 characters', '11010519491231002'],
    ['19 characters', '11010519491231002X1'],
    ['a letter inside', '1101051949123A002X'],
    ['full-width digits', '１１０１０５１９４９１２３１００２Ｘ'],
    ['30 February', withCheck('11010519900230002')],
    ['29 February of a common year', withCheck('11010519010229002')],
    ['month 13', withCheck('11010519901301002')],
    ['before 1850', withCheck('11010518491231002')],
    ['tomorrow', withCheck('11010520261122002')],
  ])('refuses %s', (_title, number) => {
    expect(() => checkCitizenNumber(number, 'members[0].idNumber', '2026-11-21')).toThrow(
      expect.objectContaining({ code: 'INVALID_ID', field: 'members[0].idNumber' }),
    );
    try {
      checkCitizenNumber(number, 'idNumber', '2026-11-21');
    } catch (error) {
      expect(JSON.stringify(error) + String(error)).not.toContain(number);
    }
  });

  it('accepts 29 February of a leap year', () => {
    expect(checkCitizenNumber(withCheck('11010520000229002')).birthDate).toBe('2000-02-29');
  });
});

describe('citizen ids', () => {
  const key = Buffer.alloc(32, 7);

  it('is the same for the same number, another for another number or key, and has one form', () => {
    const id = citizenIdOf('11010519491231002X', key);
    expect(id).toBe(citizenIdOf('11010519491231002X', Buffer.alloc(32, 7)));
    expect(isCitizenId(id)).toBe(true);
    expect(id).not.toBe(citizenIdOf('11010519491231002X', Buffer.alloc(32, 8)));
    expect(id).not.toBe(citizenIdOf('110105194912310011', key));
  });

  it('is the first 130 bits of the HMAC in base32', () => {
    // Computed apart: printf 11010519491231002X | openssl dgst -sha256 -mac HMAC -macopt hexkey:0707…
    const digest = require('node:crypto').createHmac('sha256', key).update('11010519491231002X').digest();
    const bits = [...digest]
      .map((byte: number) => byte.toString(2).padStart(8, '0'))
      .join('')
      .slice(0, 130);
    const expected = bits
      .match(/.{5}/g)!
      .map((five) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(five, 2)])
      .join('');
    expect(citizenIdOf('11010519491231002X', key)).toBe(`c1_${expected}`);
  });
});
