import {
  fromTenThousandths,
  isTenThousands,
  MAX_TEN_THOUSANDTHS,
  sumTenThousandths,
  toTenThousandths,
} from './ten-thousands.rules';

describe('amounts in ten thousand yuan', () => {
  it.each([
    ['0', 0n, '0.0000'],
    ['0.0001', 1n, '0.0001'],
    ['12.5', 125_000n, '12.5000'],
    ['007.01', 70_100n, '7.0100'],
    ['99999999.9999', MAX_TEN_THOUSANDTHS, '99999999.9999'],
    ['999999999999.9999', 9_999_999_999_999_999n, '999999999999.9999'],
  ])('%s is %s ten-thousandths and reads %s', (text, amount, shown) => {
    expect(isTenThousands(text)).toBe(true);
    expect(toTenThousandths(text)).toBe(amount);
    expect(fromTenThousandths(amount)).toBe(shown);
  });

  it.each(['', ' 1', '-1', '+1', '1.', '.5', '1.00001', '1e3', '１', '1,000', '1234567890123', 'NaN'])(
    '"%s" is no amount',
    (text) => {
      expect(isTenThousands(text)).toBe(false);
      expect(() => toTenThousandths(text)).toThrow(RangeError);
    },
  );

  it('sums where floats would not', () => {
    expect(sumTenThousandths(['0.1', '0.2', '0.0003'])).toBe(3_003n);
    expect(sumTenThousandths([])).toBe(0n);
    expect(fromTenThousandths(-1n)).toBe('-0.0001');
  });
});
