import { rule } from '@junxian/test-kit';
import { computeIncome, divideHalfUp, fromHundredths, type IncomeItems, toHundredths } from './income.rules';

const items = (given: Partial<IncomeItems>): IncomeItems => ({
  wageIncome: '0',
  businessIncome: '0',
  propertyIncome: '0',
  familyPlanningSubsidy: '0',
  subsistenceAllowance: '0',
  fiveGuaranteesBenefit: '0',
  pension: '0',
  ecologicalCompensation: '0',
  otherTransfer: '0',
  businessExpense: '0',
  ...given,
});

const everyItem = items({
  wageIncome: '1000.10',
  businessIncome: '2000.20',
  propertyIncome: '300.30',
  familyPlanningSubsidy: '1.01',
  subsistenceAllowance: '2.02',
  fiveGuaranteesBenefit: '3.03',
  pension: '4.04',
  ecologicalCompensation: '5.05',
  otherTransfer: '6.06',
  businessExpense: '500.50',
});

rule(
  'PA-HH-05',
  'net income is wage + business + property + transfer − expense, transfer the sum of its six items',
  () => {
    expect(computeIncome(everyItem, 1)).toEqual({
      transferIncome: '21.21',
      totalIncome: '3321.81',
      netIncome: '2821.31',
      perCapitaNetIncome: '2821.31',
    });
  },
);

rule('PA-HH-05', 'per-capita income is net income over active members, rounded half-up to the fen', () => {
  const perCapita = (net: string, members: number) =>
    computeIncome(items({ wageIncome: net }), members).perCapitaNetIncome;
  expect(perCapita('15500', 5)).toBe('3100.00');
  expect(perCapita('15499.97', 5)).toBe('3099.99');
  expect(perCapita('15499.98', 5)).toBe('3100.00');
  expect(perCapita('100', 3)).toBe('33.33');
  expect(perCapita('200', 3)).toBe('66.67');
  expect(perCapita('0.01', 2)).toBe('0.01');
  expect(perCapita('0.01', 3)).toBe('0.00');
  expect(perCapita('16000', 4)).toBe('4000.00');
  expect(perCapita('100', 0)).toBeNull();
});

rule('PA-HH-05', 'a loss gives a negative income, rounded like the profit of the same size', () => {
  expect(computeIncome(items({ wageIncome: '1', businessExpense: '1.01' }), 2)).toMatchObject({
    netIncome: '-0.01',
    perCapitaNetIncome: '-0.01',
  });
});

describe('decimal texts', () => {
  it.each([
    ['0', 0n],
    ['0.1', 10n],
    ['12.05', 1205n],
    ['-3.5', -350n],
    ['99999999999.99', 9999999999999n],
  ])('%s is %s hundredths', (text, hundredths) => {
    expect(toHundredths(text)).toBe(hundredths);
  });

  it('a figure no float can hold survives', () => {
    expect(fromHundredths(toHundredths('90071992547.43') + 1n)).toBe('90071992547.44');
  });

  it.each(['', '1.234', '1,000', 'NaN', '1e3', '.5', '5.', ' 5'])('refuses %j', (text) => {
    expect(() => toHundredths(text)).toThrow(RangeError);
  });

  it('divides half-up', () => {
    expect([1n, 2n, 3n, 4n, 5n].map((dividend) => divideHalfUp(dividend, 2n))).toEqual([1n, 1n, 2n, 2n, 3n]);
    expect(() => divideHalfUp(1n, 0n)).toThrow(RangeError);
  });
});
