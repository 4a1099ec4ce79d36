import { rule } from '@junxian/test-kit';
import type { CaseState } from '../cases/case.types';
import { clockOfItem, clocksOfTask, urgencyOf } from './urgency.rules';

const item = {
  state: 'REGISTERED' as const,
  routedAt: null,
  routeDueOn: '2026-03-17',
  acceptedAt: null,
  acceptDueOn: null,
  handleDueOn: null,
};

rule(
  'PT-TSK-01',
  'one clock runs for whoever holds the item: routing, then acceptance, then handling',
  () => {
    const at = new Date(0);
    expect(clockOfItem(item)).toEqual({ kind: 'ROUTE', dueOn: '2026-03-17' });
    expect(clockOfItem({ ...item, routedAt: at })).toBeNull();
    const received = { ...item, state: 'IN_HANDLING' as const, routedAt: at, acceptDueOn: '2026-03-20' };
    expect(clockOfItem(received)).toEqual({ kind: 'ACCEPT', dueOn: '2026-03-20' });
    const accepted = { ...received, state: 'ACCEPTED' as const, acceptedAt: at, handleDueOn: '2026-05-09' };
    expect(clockOfItem(accepted)).toEqual({ kind: 'HANDLE', dueOn: '2026-05-09' });
    expect(clockOfItem({ ...accepted, state: 'COMPLETED' })).toBeNull();
  },
);

rule('PT-TSK-01', 'the date of a result presses who owes it and who waits for it', () => {
  const task = { custody: true, state: 'TODO' as const, resultDueOn: '2026-04-10' };
  expect(clocksOfTask(task, item).map(({ kind }) => kind)).toEqual(['ROUTE', 'RESULT']);
  expect(
    clocksOfTask({ ...task, custody: false, state: 'AWAITING_RESULT' }, item).map(({ kind }) => kind),
  ).toEqual(['RESULT']);
  expect(clocksOfTask({ ...task, custody: false, state: 'DONE' }, item)).toEqual([]);
});

rule('PT-SUP-05', 'a result that is awaited of a completed item presses nobody any more', () => {
  const awaiting = { custody: false, state: 'AWAITING_RESULT' as const, resultDueOn: '2026-04-10' };
  const clocksIn = (state: CaseState) => clocksOfTask(awaiting, { ...item, state }).map(({ kind }) => kind);
  for (const state of ['REGISTERED', 'IN_HANDLING', 'ACCEPTED'] as const)
    expect(clocksIn(state)).toEqual(['RESULT']);
  for (const state of [
    'COMPLETED',
    'UNDER_REVIEW',
    'REVIEWED',
    'UNDER_RE_REVIEW',
    'FINAL',
    'LAPSED',
  ] as const)
    expect(clocksIn(state)).toEqual([]);
});

rule(
  'PT-TSK-01',
  'near-due from 5 days left (handling: 10), overdue after the last day; the worst counts',
  () => {
    const cases = [
      ['ROUTE', '2026-03-11', 'NONE'],
      ['ROUTE', '2026-03-12', 'NEAR_DUE'],
      ['ROUTE', '2026-03-17', 'NEAR_DUE'],
      ['ROUTE', '2026-03-18', 'OVERDUE'],
      ['HANDLE', '2026-03-06', 'NONE'],
      ['HANDLE', '2026-03-07', 'NEAR_DUE'],
      ['RESULT', '2026-03-12', 'NEAR_DUE'],
      ['ACCEPT', '2026-03-11', 'NONE'],
    ] as const;
    for (const [kind, today, urgency] of cases)
      expect([kind, today, urgencyOf([{ kind, dueOn: '2026-03-17' }], today)]).toEqual([
        kind,
        today,
        urgency,
      ]);
    const both = [
      { kind: 'HANDLE' as const, dueOn: '2026-05-09' },
      { kind: 'RESULT' as const, dueOn: '2026-03-10' },
    ];
    expect(urgencyOf(both, '2026-03-11')).toBe('OVERDUE');
    expect(urgencyOf([], '2026-03-11')).toBe('NONE');
  },
);
