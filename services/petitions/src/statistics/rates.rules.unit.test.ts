import { percent, yearOnYear } from './rates.rules';

describe('rates', () => {
  it.each([
    [36, 40, '90.00'],
    [1, 3, '33.33'],
    [2, 3, '66.67'],
    [1, 800, '0.13'],
    [1, 80_000, '0.00'],
    [0, 5, '0.00'],
    [5, 0, null],
    [0, 0, null],
    [-1, 3, '-33.33'],
    [-1, 80_000, '0.00'],
    [900_719_925_474, 900_719_925_474, '100.00'],
  ])('%d of %d is %s', (numerator, denominator, expected) =>
    expect(percent(numerator, denominator)).toBe(expected),
  );

  it('compares with a year before', () => {
    expect(yearOnYear(150, 100)).toBe('50.00');
    expect(yearOnYear(50, 100)).toBe('-50.00');
    expect(yearOnYear(50, 0)).toBeNull();
  });
});
