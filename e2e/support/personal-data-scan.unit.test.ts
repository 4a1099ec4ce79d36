import { citizenNumber, demoPassword } from './demo';
import { personalDataIn } from './personal-data-scan';

describe('the personal-data scan', () => {
  it.each([
    ['a citizen number', `{"idNumber":"${citizenNumber(7)}"}`],
    ['a citizen number', `value ${citizenNumber(8).toLowerCase()} is taken`],
    ['a mobile number', 'sent to 13800138000.'.replace('.', '')],
    ['a password', `login with ${demoPassword}`],
  ])('finds %s in %s', (what, text) => expect(personalDataIn(text)).toBe(what));

  it.each([
    ['a trace id', '4bf92f3577b34da6a3ce929d0e0e4736'],
    ['an id', '0199a1b2-0000-7000-8000-138001380001'],
    ['a household number', '14021510020000001'],
    [
      '18 digits that are no citizen number',
      '140215198001010019'.slice(0, 17) + (citizenNumber(1)[17] === '0' ? '1' : '0'),
    ],
    ['an instant in nanoseconds', '1763771234567890123'],
    ['a region code', '140215100200'],
  ])('lets %s be', (_what, text) => expect(personalDataIn(text)).toBeNull());
});
