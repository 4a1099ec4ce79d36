import { rule } from '@junxian/test-kit';
import { POVERTY_STATUS, type PovertyStatus } from '../code-lists';
import { checkChangeDate } from './dates.rules';
import { type ExitCheckItem, type ExitFacts, exitChecks, expectAllPassed } from './exit-check.rules';
import { benefitEndMonth, STATUS_CHANGES, type StatusChange, statusFault } from './status.rules';

/** Every move of the state machine; all others are refused. */
const MOVES: Readonly<Record<StatusChange, readonly (readonly [PovertyStatus, PovertyStatus])[]>> = {
  EXIT: [
    ['UNEXITED', 'EXITED'],
    ['RETURNED', 'EXITED'],
  ],
  STABLE_EXIT: [
    ['UNEXITED', 'STABLE_EXIT'],
    ['RETURNED', 'STABLE_EXIT'],
  ],
  STABLE_EXIT_OF_EXITED: [['EXITED', 'STABLE_EXIT']],
  RETURN: [['EXITED', 'RETURNED']],
};

describe.each(Object.keys(MOVES) as StatusChange[])('%s', (change) => {
  it.each(POVERTY_STATUS.names)('from %s', (povertyStatus) => {
    const move = MOVES[change].find(([from]) => from === povertyStatus);
    const fault = statusFault(change, { povertyStatus, exitYear: 2016 }, 2017);
    if (move) {
      expect(fault).toBeNull();
      expect(STATUS_CHANGES[change].to).toBe(move[1]);
    } else expect(fault).toMatchObject({ code: 'STATE_CONFLICT', details: { status: povertyStatus } });
  });
});

rule(
  'PA-RT-03',
  'who takes the wrong function is told the right one; after a stable exit there is the rollback only',
  () => {
    const told = (change: StatusChange, povertyStatus: PovertyStatus) =>
      statusFault(change, { povertyStatus, exitYear: 2016 }, 2017)!.text.zh;
    for (const change of ['EXIT', 'STABLE_EXIT', 'STABLE_EXIT_OF_EXITED', 'RETURN'] as const)
      expect(told(change, 'STABLE_EXIT')).toContain('综合回退（8.1）');
    for (const status of ['UNEXITED', 'RETURNED'] as const)
      expect(told('RETURN', status)).toMatch(/1\.2\.1\.2.*1\.2\.1\.3/);
    expect(told('EXIT', 'EXITED')).toMatch(/1\.2\.1\.5.*1\.2\.1\.4/);
  },
);

rule('PA-RT-01', 'a return needs an exit of an earlier year', () => {
  const fault = (exitYear: number | null) =>
    statusFault('RETURN', { povertyStatus: 'EXITED', exitYear }, 2017);
  expect(fault(2014)).toBeNull();
  expect(fault(2016)).toBeNull();
  for (const year of [2017, 2018, null]) expect(fault(year)).toMatchObject({ code: 'STATE_CONFLICT' });
});

describe('the month in which benefits end', () => {
  it.each([
    ['2017-01', '2017-01'],
    ['2018-12', '2018-12'],
    [null, '2017-11'],
  ])('%s is %s', (given, month) => expect(benefitEndMonth(given, '2017-11-20', 2017)).toBe(month));

  it('is the last of a cycle that is over', () => {
    expect(benefitEndMonth(undefined, '2026-11-20', 2017)).toBe('2017-12');
  });

  it.each(['2016-12', '2019-01', '2017-13', '2017-1', '201711', ''])('%s is refused', (given) => {
    expect(() => benefitEndMonth(given, '2017-11-20', 2017)).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', field: 'benefitEndMonth' }),
    );
  });
});

it.each([
  ['2017-01-01', true],
  ['2017-11-20', true],
  ['2017-11-21', false],
  ['2016-12-31', false],
  ['2017-02-30', false],
  ['20170901', false],
])('the day of a change %s: %s', (date, allowed) => {
  expect(checkChangeDate(date, '2017-11-20', 2017, 'changeDate') === null).toBe(allowed);
});

describe('the six checks', () => {
  const GOOD: ExitFacts = {
    outcome: {
      waterSafe: true,
      waterDifficulty: false,
      housingSafe: true,
      criticalIllnessInsured: true,
      compulsoryEducationMet: true,
    },
    perCapitaNetIncome: '3100.00',
    povertyLine: '3100.00',
  };
  const outcome = (changes: Partial<ExitFacts['outcome']>): ExitFacts => ({
    ...GOOD,
    outcome: { ...GOOD.outcome, ...changes },
  });
  const CASES: [title: string, facts: ExitFacts, failed: ExitCheckItem[]][] = [
    ['all good', GOOD, []],
    ['a fen too little', { ...GOOD, perCapitaNetIncome: '3099.99' }, ['INCOME']],
    ['a longer number is not compared as text', { ...GOOD, perCapitaNetIncome: '10000.00' }, []],
    ['a loss', { ...GOOD, perCapitaNetIncome: '-3100.00' }, ['INCOME']],
    ['nobody left', { ...GOOD, perCapitaNetIncome: null }, ['INCOME']],
    ['no line', { ...GOOD, povertyLine: null }, ['INCOME']],
    ['unsafe water', outcome({ waterSafe: false }), ['WATER_SAFE']],
    ['hard to fetch', outcome({ waterDifficulty: true }), ['WATER_DIFFICULTY']],
    ['house', outcome({ housingSafe: false }), ['HOUSING']],
    ['insurance', outcome({ criticalIllnessInsured: false }), ['CRITICAL_ILLNESS_INSURANCE']],
    ['school', outcome({ compulsoryEducationMet: false }), ['EDUCATION']],
    ['two', outcome({ waterSafe: false, compulsoryEducationMet: false }), ['WATER_SAFE', 'EDUCATION']],
    [
      'nothing recorded',
      outcome({
        waterSafe: null,
        waterDifficulty: null,
        housingSafe: null,
        criticalIllnessInsured: null,
        compulsoryEducationMet: null,
      }),
      ['WATER_SAFE', 'WATER_DIFFICULTY', 'HOUSING', 'CRITICAL_ILLNESS_INSURANCE', 'EDUCATION'],
    ],
  ];

  rule('PA-EX-01', 'all six have to hold, and those that fail are listed', () => {
    for (const [title, facts, failed] of CASES) {
      const results = exitChecks(facts);
      expect([title, results.filter(({ passed }) => !passed).map(({ item }) => item)]).toEqual([
        title,
        failed,
      ]);
      if (failed.length === 0) expectAllPassed(results);
      else {
        expect(() => expectAllPassed(results)).toThrow(
          expect.objectContaining({ code: 'CHECK_FAILED', details: { failed } }),
        );
      }
    }
  });
});
