import { rule } from '@junxian/test-kit';
import { codeOf } from '../testing/refusals.support.test';
import {
  checkInHand,
  checkInInbox,
  checkMayBeDone,
  checkReturn,
  checkTakeBack,
  type ReturnFacts,
  recipientRoles,
  type TakeBackFacts,
} from './task.rules';

const ME = 'me';

rule('PT-TSK-02', 'only what lies in the unit inbox is taken', () => {
  const cases = [
    ['UNIT_INBOX', null],
    ['TODO', 'ALREADY_TAKEN'],
    ['CANCELLED', 'TASK_CANCELLED'],
    ['RETURN_PENDING', 'WRONG_TASK_STATE'],
    ['DONE', 'WRONG_TASK_STATE'],
  ] as const;
  for (const [state, code] of cases)
    expect([state, codeOf(() => checkInInbox({ state, kind: 'HANDLE' }))]).toEqual([state, code]);
});

rule('PT-APR-01', 'nobody takes the approval of a leader who left', () => {
  expect(codeOf(() => checkInInbox({ state: 'UNIT_INBOX', kind: 'APPROVAL' }))).toBe('NOT_SENDABLE');
});

rule('PT-TSK-03', 'only a to-do in the own hands is passed on or set done', () => {
  const cases = [
    ['TODO', ME, null],
    ['TODO', 'other', 'NOT_HOLDER'],
    ['UNIT_INBOX', null, 'NOT_TAKEN'],
    ['IN_APPROVAL', ME, 'WRONG_TASK_STATE'],
    ['CANCELLED', ME, 'TASK_CANCELLED'],
  ] as const;
  for (const [state, holderId, code] of cases)
    expect([state, codeOf(() => checkInHand({ state, holderId }, { accountId: ME }))]).toEqual([state, code]);
  expect(codeOf(() => recipientRoles('APPROVAL'))).toBe('NOT_SENDABLE');
  expect(codeOf(() => recipientRoles('INTERVIEW'))).toBe('NOT_SENDABLE');
  expect(recipientRoles('HANDLE')).toContain('petitions:HANDLER');
});

rule('PT-TSK-03', 'set done: no custody, no result awaited, no other kind', () => {
  expect(codeOf(() => checkMayBeDone({ kind: 'HANDLE', custody: false }, false))).toBeNull();
  expect(codeOf(() => checkMayBeDone({ kind: 'HANDLE', custody: true }, false))).toBe('CUSTODY_OPEN');
  expect(codeOf(() => checkMayBeDone({ kind: 'HANDLE', custody: false }, true))).toBe('RESULT_AWAITED');
  for (const kind of ['INTERVIEW', 'APPROVAL', 'REPORT_REVIEW', 'REVIEW_STEP'] as const)
    expect(codeOf(() => checkMayBeDone({ kind, custody: false }, false))).toBe('WRONG_TASK_KIND');
});

rule('PT-TSK-03', 'taking back: the last actor, next task never opened, no notice filed', () => {
  const facts: TakeBackFacts = {
    task: { kind: 'HANDLE', state: 'DONE', doneBy: ME, holderId: ME },
    setDone: false,
    successor: { state: 'UNIT_INBOX', openedAt: null },
    noticeFiled: false,
    accountId: ME,
  };
  const cases: [Partial<TakeBackFacts>, string | null][] = [
    [{}, null],
    [{ task: { ...facts.task, state: 'AWAITING_RESULT', doneBy: null } }, null],
    [
      { task: { ...facts.task, state: 'AWAITING_RESULT', doneBy: null, holderId: 'other' } },
      'NOT_LAST_ACTOR',
    ],
    [{ task: { ...facts.task, doneBy: 'other' } }, 'NOT_LAST_ACTOR'],
    [{ task: { ...facts.task, state: 'TODO' } }, 'CANNOT_TAKE_BACK'],
    [{ task: { ...facts.task, kind: 'INTERVIEW' } }, 'CANNOT_TAKE_BACK'],
    [{ successor: undefined }, 'CANNOT_TAKE_BACK'],
    [{ successor: { state: 'UNIT_INBOX', openedAt: new Date(0) } }, 'CANNOT_TAKE_BACK'],
    [{ successor: { state: 'TODO', openedAt: null } }, 'CANNOT_TAKE_BACK'],
    [{ noticeFiled: true }, 'CANNOT_TAKE_BACK'],
    [{ setDone: true, successor: undefined, noticeFiled: true }, null],
    [{ setDone: true, successor: undefined, task: { ...facts.task, doneBy: 'other' } }, 'NOT_LAST_ACTOR'],
  ];
  for (const [change, code] of cases)
    expect([change, codeOf(() => checkTakeBack({ ...facts, ...change }))]).toEqual([change, code]);
});

rule('PT-TSK-03', 'returning: received from somebody, in hand, in time, no notice filed', () => {
  const facts: ReturnFacts = {
    task: { state: 'TODO', holderId: ME, custody: true, fromTaskId: 'sent' },
    noticeFiled: false,
    lastDay: '2026-03-12',
    today: '2026-03-12',
    accountId: ME,
  };
  const cases: [Partial<ReturnFacts>, string | null][] = [
    [{}, null],
    [{ task: { ...facts.task, state: 'UNIT_INBOX', holderId: null } }, null],
    [{ today: '2026-03-13' }, 'RETURN_TOO_LATE'],
    [{ noticeFiled: true }, 'CANNOT_RETURN'],
    [{ task: { ...facts.task, fromTaskId: null } }, 'CANNOT_RETURN'],
    [{ task: { ...facts.task, custody: false } }, 'CANNOT_RETURN'],
    [{ task: { ...facts.task, holderId: 'other' } }, 'NOT_HOLDER'],
    [{ task: { ...facts.task, state: 'IN_APPROVAL' } }, 'CANNOT_RETURN'],
    [{ task: { ...facts.task, state: 'CANCELLED' } }, 'TASK_CANCELLED'],
  ];
  for (const [change, code] of cases)
    expect([change, codeOf(() => checkReturn({ ...facts, ...change }))]).toEqual([change, code]);
});
