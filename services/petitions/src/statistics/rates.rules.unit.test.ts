import { petitionSummary } from './petition-summary.rules';
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

describe('the summary of a region', () => {
  const figures = { items: 20, persons: 25, online: 10, letters: 3, visitBatches: 7, completed: 12 };
  it('is exact for those who count', () => {
    expect(petitionSummary(figures, true)).toEqual({
      items: 20,
      persons: 25,
      online: 10,
      letters: 3,
      visits: 7,
      completed: 12,
      suppressed: false,
    });
  });
  it('leaves out counts below five for others, and what they could be computed from', () => {
    expect(petitionSummary(figures, false)).toEqual({
      items: 20,
      persons: 25,
      online: 10,
      letters: null,
      visits: null,
      completed: 12,
      suppressed: true,
    });
    expect(petitionSummary({ ...figures, letters: 0, online: 13 }, false)).toMatchObject({
      letters: 0,
      visits: 7,
      suppressed: false,
    });
    expect(petitionSummary({ items: 3, persons: 3, online: 3 }, false)).toMatchObject({
      items: null,
      online: null,
      visits: 0,
      suppressed: true,
    });
    expect(petitionSummary({ ...figures, completed: 18 }, false).completed).toBeNull();
  });
});
