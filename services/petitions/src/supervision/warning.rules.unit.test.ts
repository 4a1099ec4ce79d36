import { rule } from '@junxian/test-kit';
import { escalates, nextHigherBureau, supervisingOrganisation } from './escalation.rules';
import { type DeadlineKind, isRaised, supervisionDay, warningLevel } from './warning-level.rules';

rule('PT-SUP-01', 'levels of 5.1: yellow some days before, red after the last day', () => {
  const cases: [kind: DeadlineKind, dueOn: string, day: string, level: 'YELLOW' | 'RED' | null][] = [
    ['ROUTE', '2026-03-17', '2026-03-11', null],
    ['ROUTE', '2026-03-17', '2026-03-12', 'YELLOW'],
    ['ROUTE', '2026-03-17', '2026-03-17', 'YELLOW'],
    ['ROUTE', '2026-03-17', '2026-03-18', 'RED'],
    ['ACCEPT', '2026-03-20', '2026-03-14', null],
    ['ACCEPT', '2026-03-20', '2026-03-15', 'YELLOW'],
    ['RESULT', '2026-04-10', '2026-04-05', 'YELLOW'],
    ['RESULT', '2026-04-10', '2026-04-11', 'RED'],
    ['HANDLE', '2026-05-09', '2026-04-28', null],
    ['HANDLE', '2026-05-09', '2026-04-29', 'YELLOW'],
    ['HANDLE', '2026-05-09', '2026-05-10', 'RED'],
    ['REVIEW', '2026-07-01', '2026-06-25', null],
    ['REVIEW', '2026-07-01', '2026-06-26', 'YELLOW'],
    ['RE_REVIEW', '2026-09-02', '2026-08-28', 'YELLOW'],
    ['RE_REVIEW', '2026-09-02', '2026-09-03', 'RED'],
  ];
  for (const [kind, dueOn, day, level] of cases)
    expect([kind, dueOn, day, warningLevel(kind, dueOn, day)]).toEqual([kind, dueOn, day, level]);
});

it('tells of rises only', () => {
  const levels = [null, 'YELLOW', 'RED'] as const;
  const told = levels.flatMap((from) => levels.filter((to) => isRaised(from, to)).map((to) => [from, to]));
  expect(told).toEqual([
    [null, 'YELLOW'],
    [null, 'RED'],
    ['YELLOW', 'RED'],
  ]);
});

rule('PT-SUP-01', 'the run of a day comes due at 06:00 in China', () => {
  expect(supervisionDay(new Date('2026-03-12T05:59:59+08:00'))).toBe('2026-03-11');
  expect(supervisionDay(new Date('2026-03-12T06:00:00+08:00'))).toBe('2026-03-12');
  expect(supervisionDay(new Date('2026-03-13T00:30:00+08:00'))).toBe('2026-03-12');
});

describe('who sees to it', () => {
  const bureaus = [
    { id: 'nation', regionCode: '000000000000', supervisors: ['n'] },
    { id: 'jinan', regionCode: '370100000000', supervisors: ['j'] },
    { id: 'lixia', regionCode: '370102000000', supervisors: ['l'] },
  ];
  const without = (...ids: string[]) =>
    bureaus.map((bureau) => (ids.includes(bureau.id) ? { ...bureau, supervisors: [] } : bureau));
  const unit = { id: 'unit', regionCode: '370102000000', supervisors: [] };
  const supervised = { ...unit, supervisors: ['u'] };
  const accused = (accusedOrganisationId: string | null, accusedAccountId: string | null = null) => ({
    accusedOrganisationId,
    accusedAccountId,
  });
  const nobody = accused(null);

  it('is the organisation itself, else the nearest bureau with a supervisor', () => {
    expect(supervisingOrganisation(supervised, bureaus, nobody)).toBe('unit');
    expect(supervisingOrganisation(unit, bureaus, nobody)).toBe('lixia');
    expect(supervisingOrganisation(unit, without('lixia'), nobody)).toBe('jinan');
    expect(supervisingOrganisation(unit, without('lixia', 'jinan'), nobody)).toBe('nation');
    expect(supervisingOrganisation(unit, [], nobody)).toBeNull();
  });

  rule('PT-HND-08', 'is never the accused organisation, nor one where the accused alone supervises', () => {
    expect(supervisingOrganisation(unit, bureaus, accused('lixia'))).toBe('jinan');
    expect(supervisingOrganisation(supervised, bureaus, accused('unit'))).toBe('lixia');
    expect(supervisingOrganisation(supervised, bureaus, accused(null, 'u'))).toBe('lixia');
    expect(supervisingOrganisation(unit, bureaus, accused(null, 'l'))).toBe('jinan');
    const two = [...without('lixia'), { id: 'lixia', regionCode: '370102000000', supervisors: ['l', 'm'] }];
    expect(supervisingOrganisation(unit, two, accused(null, 'l'))).toBe('lixia');
    expect(nextHigherBureau('370102000000', bureaus, 'jinan')?.id).toBe('nation');
  });

  rule('PT-SUP-04', 'every third red reminder goes to the next-higher bureau', () => {
    expect([0, 1, 2, 3, 4, 5, 6].filter(escalates)).toEqual([3, 6]);
    expect(nextHigherBureau('370102001000', bureaus, null)?.id).toBe('lixia');
    expect(nextHigherBureau('370102000000', bureaus, null)?.id).toBe('jinan');
    // Shandong has no bureau here, so the nation's is next.
    expect(nextHigherBureau('370100000000', bureaus, null)?.id).toBe('nation');
    expect(nextHigherBureau('000000000000', bureaus, null)).toBeNull();
  });
});
