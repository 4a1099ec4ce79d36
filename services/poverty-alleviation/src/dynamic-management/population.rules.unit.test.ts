import { isRefusal } from '@junxian/errors';
import { rule } from '@junxian/test-kit';
import type { PovertyStatus, RelationToHead, Sex } from '../code-lists';
import { type PersonFacts, PopulationPlan, type StagedChange } from './population.rules';
import { checkChanges } from './population-form.rules';

const person = (
  id: string,
  householdId: string,
  relationToHead: RelationToHead,
  sex: Sex = 'MALE',
): PersonFacts => ({
  id,
  householdId,
  relationToHead,
  sex,
});
/** Two households: a head with wife and son, and a head alone. */
const plan = (status: PovertyStatus = 'UNEXITED', incomes: [string, string] = ['10000.00', '100.00']) =>
  new PopulationPlan(
    [
      { id: 'a', povertyStatus: status, netIncome: incomes[0] },
      { id: 'b', povertyStatus: 'EXITED', netIncome: incomes[1] },
    ],
    [
      person('head', 'a', 'HEAD'),
      person('wife', 'a', 'SPOUSE', 'FEMALE'),
      person('son', 'a', 'SON'),
      person('other', 'b', 'HEAD'),
    ],
  );
const transfer = (
  memberId: string,
  relationToHead: RelationToHead = 'OTHER',
  toHouseholdId = 'b',
): StagedChange => ({
  kind: 'TRANSFER',
  memberId,
  toHouseholdId,
  relationToHead,
});
const reduce = (
  memberId: string,
  newHeadId: string | null = null,
  relations: { memberId: string; relationToHead: RelationToHead }[] = [],
): StagedChange => ({ kind: 'REDUCE', memberId, newHeadId, relations });
const refused = (work: () => unknown): [code: string, field: string | undefined] => {
  try {
    work();
  } catch (error) {
    if (isRefusal(error)) return [error.code, error.field];
    throw error;
  }
  throw new Error('It was not refused');
};

rule('PA-PC-03', 'a head with others stays; alone the head goes, and the household closes', () => {
  const staged = plan();
  expect(refused(() => staged.apply(transfer('head'), 'c'))).toEqual(['HEAD_NOT_ALLOWED', 'c.memberId']);
  staged.apply(transfer('wife'), 'c');
  expect(refused(() => staged.apply(transfer('head'), 'c'))).toEqual(['HEAD_NOT_ALLOWED', 'c.memberId']);
  staged.apply(transfer('son'), 'c');
  expect(staged.closed.size).toBe(0);
  const last = staged.apply(transfer('head'), 'c');
  expect([...staged.closed]).toEqual(['a']);
  expect(last.sides).toEqual([
    { householdId: 'a', direction: 'OUT', perCapitaBefore: '10000.00', perCapitaAfter: null },
    { householdId: 'b', direction: 'IN', perCapitaBefore: '33.33', perCapitaAfter: '25.00' },
  ]);
  expect(staged.standing('head')).toEqual(person('head', 'b', 'OTHER'));
  // What is closed takes nobody any more.
  const newborn: StagedChange = { kind: 'ADD', person: person('0', 'a', 'OTHER') };
  expect(refused(() => staged.apply(newborn, 'c'))).toEqual(['STATE_CONFLICT', 'c.householdId']);
});

rule('PA-PC-04', 'the head who goes is followed by one of the others; stated relations go first', () => {
  expect(refused(() => plan().apply(reduce('head'), 'c'))).toEqual(['HEAD_REQUIRED', 'c.newHeadId']);
  expect(refused(() => plan().apply(reduce('head', 'head'), 'c'))).toEqual(['HEAD_REQUIRED', 'c.newHeadId']);
  expect(refused(() => plan().apply(reduce('head', 'other'), 'c'))).toEqual(['HEAD_REQUIRED', 'c.newHeadId']);
  const followed = plan();
  expect(followed.apply(reduce('head', 'wife'), 'c').newHeadId).toBe('wife');
  expect(followed.standing('wife')?.relationToHead).toBe('HEAD');
  expect(followed.standing('son')?.relationToHead).toBe('SON');
  const stated = plan();
  stated.apply(reduce('head', 'wife', [{ memberId: 'son', relationToHead: 'OTHER' }]), 'c');
  expect(stated.standing('son')?.relationToHead).toBe('OTHER');
  for (const relation of [
    { memberId: 'wife', relationToHead: 'SPOUSE' as const },
    { memberId: 'head', relationToHead: 'SPOUSE' as const },
    { memberId: 'son', relationToHead: 'HEAD' as const },
  ]) {
    expect(refused(() => plan().apply(reduce('head', 'wife', [relation]), 'c'))).toEqual([
      'INVALID_INPUT',
      'c.relations[0]',
    ]);
  }
});

it('wants a new head only when a head leaves others behind', () => {
  expect(refused(() => plan().apply(reduce('son', 'wife'), 'c'))).toEqual(['INVALID_INPUT', 'c.newHeadId']);
  expect(refused(() => plan().apply(reduce('other', 'wife'), 'c'))).toEqual(['INVALID_INPUT', 'c.newHeadId']);
});

rule('PA-PC-05', 'the last member leaves nobody and the household closes', () => {
  const staged = plan();
  expect(staged.apply(reduce('other'), 'c').sides).toEqual([
    { householdId: 'b', direction: 'OUT', perCapitaBefore: '100.00', perCapitaAfter: null },
  ]);
  expect([...staged.closed]).toEqual(['b']);
});

rule('PA-PC-08', 'unexited, returned and exited households change, stable exits do not', () => {
  for (const status of ['UNEXITED', 'RETURNED', 'EXITED'] as const) {
    expect(plan(status).apply(reduce('son'), 'c').fromHouseholdId).toBe('a');
  }
  expect(refused(() => plan('STABLE_EXIT').apply(reduce('son'), 'c'))).toEqual([
    'STATE_CONFLICT',
    'c.memberId',
  ]);
  expect(refused(() => plan('STABLE_EXIT').apply(transfer('other', 'OTHER', 'a'), 'c'))).toEqual([
    'STATE_CONFLICT',
    'c.toHouseholdId',
  ]);
});

it('refuses strangers, the same household, unnamed households and second heads', () => {
  expect(refused(() => plan().apply(transfer('nobody'), 'c'))).toEqual(['NOT_FOUND', 'c.memberId']);
  expect(refused(() => plan().apply(transfer('son', 'OTHER', 'a'), 'c'))).toEqual([
    'INVALID_INPUT',
    'c.toHouseholdId',
  ]);
  expect(refused(() => plan().apply(transfer('son', 'OTHER', 'z'), 'c'))).toEqual([
    'INVALID_INPUT',
    'c.toHouseholdId',
  ]);
  expect(refused(() => plan().apply(transfer('son', 'HEAD'), 'c'))).toEqual([
    'HEAD_NOT_ALLOWED',
    'c.relationToHead',
  ]);
  const head: StagedChange = { kind: 'ADD', person: person('0', 'a', 'HEAD') };
  expect(refused(() => plan().apply(head, 'c'))).toEqual(['HEAD_NOT_ALLOWED', 'c.member.relationToHead']);
});

rule('PA-PC-06', 'changes take effect one after the other: who came may go again', () => {
  const staged = plan();
  staged.apply(transfer('son', 'SON'), 'c');
  staged.apply(reduce('other', 'son'), 'c');
  expect(staged.standing('son')).toEqual(person('son', 'b', 'HEAD'));
  expect(staged.apply(reduce('son'), 'c').sides[0]).toMatchObject({
    perCapitaBefore: '100.00',
    perCapitaAfter: null,
  });
  expect(staged.standing('son')).toEqual(person('son', 'b', 'HEAD'));
});

describe('the form of a list', () => {
  const dates = { today: '2017-11-20', cycle: 2017 };
  const moved = { memberId: 'x', toHouseholdId: 'y', relationToHead: 'OTHER' as const };
  const faultsOf = (changes: Parameters<typeof checkChanges>[0]) => {
    try {
      checkChanges(changes, dates);
      return [];
    } catch (error) {
      if (!isRefusal(error)) throw error;
      return (error.faults.length > 0 ? error.faults : [error]).map(({ code, field }) => [code, field]);
    }
  };

  it('wants a change, not too many, each of one kind, with a reason and a day of the cycle', () => {
    const good = { transfer: { ...moved, reason: 'OTHER' as const, changeDate: '2017-03-01' } };
    expect(faultsOf([good])).toEqual([]);
    expect(faultsOf([])).toEqual([['NOTHING_SELECTED', 'changes']]);
    expect(faultsOf(Array(101).fill(good))).toEqual([['INVALID_INPUT', 'changes']]);
    const both = { ...good, reduce: { memberId: 'x', reason: 'OTHER' as const, changeDate: '2017-03-01' } };
    expect(faultsOf([{}, both])).toEqual([
      ['INVALID_INPUT', 'changes[0]'],
      ['INVALID_INPUT', 'changes[1]'],
    ]);
    expect(faultsOf([{ transfer: { ...moved, changeDate: '2016-12-31' } }])).toEqual([
      ['REASON_REQUIRED', 'changes[0].transfer.reason'],
      ['INVALID_INPUT', 'changes[0].transfer.changeDate'],
    ]);
  });
});
