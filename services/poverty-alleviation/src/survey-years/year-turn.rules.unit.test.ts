import { rule } from '@junxian/test-kit';
import { faultsOf } from '../testing/refusals.support.test';
import { checkClosing, checkOpening, type SurveyYear, yearFault } from './year-turn.rules';

const year = (changes: Partial<SurveyYear> = {}): SurveyYear => ({
  year: 2017,
  isCurrentCycle: true,
  editable: true,
  pairingOpen: true,
  povertyLine: '3100.00',
  hasCounty: true,
  hasNaturalVillage: true,
  closedAt: null,
  isBeingCopied: false,
  isBeingOpened: false,
  isBeingCounted: false,
  version: 1,
  ...changes,
});

rule('PA-YR-03', 'a year that takes no changes says why, and what to wait for or where to go', () => {
  const cases: [Partial<SurveyYear>, next: string | null][] = [
    [{}, null],
    [{ isCurrentCycle: false }, null],
    [{ isBeingCopied: true }, '2017 年度的数据正在结转到下一年度，请几分钟后再试'],
    [
      { year: 2018, isCurrentCycle: false, editable: false, isBeingOpened: true },
      '2017 年度的数据正在结转到下一年度，请几分钟后再试',
    ],
    [{ editable: false }, '开放 2018 年度后办理'],
    [{ year: 2015, isCurrentCycle: false, editable: false }, '在未关闭的年度办理'],
  ];
  for (const [changes, next] of cases) {
    const fault = yearFault(year(changes), 'year');
    if (next === null) expect(fault).toBeNull();
    else
      expect(fault).toMatchObject({
        code: 'YEAR_CLOSED',
        field: 'year',
        text: { zh: expect.stringContaining(next) },
      });
  }
});

rule('PA-YR-07', 'the year after the current cycle is opened, one at a time', () => {
  const cases: [Parameters<typeof checkOpening>, string[]][] = [
    [[{ year: 2018 }, year(), false], []],
    [[{ year: 2018, povertyLine: '3300.5' }, year(), false], []],
    [[{ year: 2018 }, year(), true], ['STATE_CONFLICT year']],
    [[{ year: 2017 }, year(), false], ['INVALID_INPUT input.year']],
    [[{ year: 2019 }, year(), false], ['INVALID_INPUT input.year']],
    [
      [{ year: 2019, povertyLine: '0' }, year(), true],
      ['INVALID_INPUT input.year', 'INVALID_INPUT input.povertyLine'],
    ],
    [[{ year: 2018, povertyLine: '3300.555' }, year(), false], ['INVALID_INPUT input.povertyLine']],
    [[{ year: 2018, povertyLine: '100000000' }, year(), false], ['INVALID_INPUT input.povertyLine']],
  ];
  for (const [given, expected] of cases) expect(faultsOf(() => checkOpening(...given))).toEqual(expected);
});

it('a year is closed once, not while it is being copied, and after all before it, whose money is carried over', () => {
  const closedAt = new Date();
  const [of2015, of2016] = [year({ year: 2015 }), year({ year: 2016 })];
  const closed = [
    { ...of2015, closedAt },
    { ...of2016, closedAt },
  ];
  const later = year({ year: 2018 });
  const cases: [Partial<SurveyYear>, SurveyYear[], string[]][] = [
    [{}, [...closed, year(), later], []],
    [{ isCurrentCycle: false }, closed, []],
    [{ editable: false, closedAt }, closed, ['STATE_CONFLICT year']],
    [{ isBeingCopied: true }, closed, ['STATE_CONFLICT year']],
    [{ editable: false }, closed, ['STATE_CONFLICT year']],
    [{}, [{ ...of2015, closedAt }, of2016], ['STATE_CONFLICT year']],
    // Closed to changes, its money still on the way.
    [{}, [{ ...of2015, editable: false }, ...closed.slice(1)], ['STATE_CONFLICT year']],
  ];
  for (const [changes, years, expected] of cases)
    expect(faultsOf(() => checkClosing(year(changes), years))).toEqual(expected);
  const years = [of2016, of2015, year()];
  expect(() => checkClosing(year(), years)).toThrow(/2015 is not closed/);
});
