import { rule } from '@junxian/test-kit';
import {
  coversTerm,
  isInForceDuring,
  referenceDay,
  type Term,
  termFaults,
  unitNotPaired,
} from './terms.rules';

const term = (startDate: string, endDate: string | null = null): Term => ({ startDate, endDate });

describe('whether a unit is paired with the village for as long as its helper is with the household', () => {
  const cases: [title: string, unit: Term[], helper: Term, covered: boolean][] = [
    ['no pairing at all', [], term('2017-03-01'), false],
    ['both open', [term('2017-01-01')], term('2017-03-01'), true],
    ['both from the same day', [term('2017-03-01')], term('2017-03-01'), true],
    ['the unit comes a day later', [term('2017-03-02')], term('2017-03-01'), false],
    ['the unit has left', [term('2016-01-01', '2017-03-01')], term('2017-03-01'), false],
    ['the unit leaves, the helper is to stay', [term('2016-01-01', '2017-06-01')], term('2017-03-01'), false],
    ['both leave on one day', [term('2016-01-01', '2017-06-01')], term('2017-03-01', '2017-06-01'), true],
    ['the helper leaves later', [term('2016-01-01', '2017-06-01')], term('2017-03-01', '2017-06-02'), false],
    [
      'the unit is back: the second time counts',
      [term('2015-01-01', '2016-01-01'), term('2017-01-01')],
      term('2017-03-01'),
      true,
    ],
  ];
  rule('PA-HH-03', 'a helper’s unit is paired with the village during the whole pairing', () => {
    for (const [title, unit, helper, covered] of cases)
      expect([title, coversTerm(unit, helper)]).toEqual([title, covered]);
    expect(unitNotPaired('helperId')).toMatchObject({ code: 'UNIT_NOT_PAIRED', field: 'helperId' });
  });
});

it.each([
  [term('2016-05-01'), 2016, true],
  [term('2016-05-01'), 2015, false],
  [term('2016-05-01'), 2017, true],
  [term('2016-05-01', '2017-01-01'), 2016, true],
  [term('2016-05-01', '2017-01-01'), 2017, false],
  [term('2016-05-01', '2017-01-02'), 2017, true],
  [term('2017-05-01', '2017-05-01'), 2017, false],
])('%j is in force during %d: %s', (given, year, expected) => {
  expect(isInForceDuring(given, year)).toBe(expected);
});

it('a year is judged by its last day, or by today while it runs', () => {
  expect(referenceDay(2016, '2017-11-20')).toBe('2016-12-31');
  expect(referenceDay(2017, '2017-11-20')).toBe('2017-11-20');
});

it.each([
  [term('2017-03-01'), []],
  [term('2017-11-20', '2017-11-20'), []],
  [term('2017-11-21'), ['startDate']],
  [term('2017-02-30'), ['startDate']],
  [term('1989-12-31'), ['startDate']],
  [term('2017-03-01', '2017-02-28'), ['endDate']],
  [term('2017-03-01', '2017-11-21'), ['endDate']],
  [term('yesterday', 'tomorrow'), ['startDate', 'endDate']],
])('%j has faults in %j', (given, fields) => {
  const faults = termFaults(given, { latest: '2017-11-20', today: '2017-11-20' });
  expect(faults.map(({ field }) => field)).toEqual(fields);
});
