import { randomUUID } from 'node:crypto';
import { citizenIdOf, scopeOf, serviceScope } from '@junxian/identity';
import {
  AccountRegionChanged,
  CitizenDeceased,
  CitizenRenumbered,
  type CloudEvent,
  EnrolmentChanged,
  type EventDefinition,
  envelopeOf,
  HardshipSubmitted,
} from '@junxian/messaging';
import { testKeys } from '@junxian/test-kit';
import { type Office, openOffice } from '../back-office/back-office.fixture';
import { idNumber } from '../testing/forms.support.test';
import { refused } from '../testing/refusals.support.test';
import { officer, operatorOf, VILLAGES } from '../testing/store.support.test';
import { toDoConsumers } from './to-dos.consumers';
import type { Settlement, ToDoFilter } from './to-dos.service';

let office: Office;
beforeAll(async () => {
  office = await openOffice();
});
beforeEach(() => office.adminQuery('TRUNCATE household, member, to_do CASCADE'));
afterAll(() => office.close());

const operator = operatorOf(VILLAGES.yunzhou1);
const scope = scopeOf(operator);
const all = { low: scope.regionLow, high: scope.regionHigh };
const listed = async (filter: ToDoFilter = { state: 'OPEN' }) =>
  (await office.database.read(scope, (tx) => office.services.toDos.page(tx, all, filter))).nodes;
const settle = (settlement: Settlement) =>
  office.database.write(scope, (tx) => office.services.toDos.settle(tx, settlement));
const citizen = (serial: number) => citizenIdOf(idNumber(serial), testKeys.citizenIdKey);

let hour = 0;
function eventOf(definition: EventDefinition, data: Record<string, unknown>): CloudEvent {
  const occurredAt = new Date(Date.UTC(2017, 10, 20, hour++));
  return envelopeOf(
    definition,
    { aggregateId: 'aggregate', data, occurredAt, regionCode: null },
    { actor: null, traceparent: undefined },
  );
}
/** Gives an event to the consumer that listens to it, as the runner does. */
async function deliver(event: CloudEvent): Promise<void> {
  const listening = toDoConsumers().filter(({ definitions }) => definitions.has(event.type));
  expect(listening).toHaveLength(1);
  for (const consumer of listening) {
    await office.database.write(serviceScope(consumer.name), (tx) => consumer.apply(tx, [event]));
  }
}
const receive = (definition: EventDefinition, data: Record<string, unknown>) =>
  deliver(eventOf(definition, data));
const insured = (citizenId: string, enrolled: boolean, kind = 'CRITICAL_ILLNESS') =>
  receive(EnrolmentChanged, { citizenId, kind, enrolled, effectiveMonth: '2017-12' });
/** Everything kept of a household, but for who changed it and when. */
const kept = async (id: string) => JSON.stringify(await office.file(id));

it('news of a member raises a to-do in the village and changes nothing', async () => {
  const { id, first, members } = await office.household();
  const before = await kept(id);
  await receive(CitizenDeceased, { citizenId: citizen(first), date: '2017-11-01' });
  await receive(CitizenRenumbered, { from: citizen(first), to: citizen(office.next()) });
  await receive(HardshipSubmitted, {
    citizenId: citizen(first),
    homeRegionCode: VILLAGES.yunzhou1,
    level: 'SEVERE',
  });
  await insured(citizen(first), true);
  expect((await listed()).map(({ kind, facts }) => [kind, facts])).toEqual([
    ['INSURANCE_ENROLMENT_CHANGED', { enrolled: true }],
    ['STUDENT_HARDSHIP_SUBMITTED', { hardshipLevel: 'SEVERE' }],
    ['CITIZEN_RENUMBERED', {}],
    ['CITIZEN_DECEASED', { deathDate: '2017-11-01' }],
  ]);
  expect((await listed())[0]).toMatchObject({
    regionCode: VILLAGES.yunzhou1,
    householdId: id,
    memberId: members[0]!.id,
    year: 2017,
  });
  expect(await listed({ kind: 'CITIZEN_DECEASED' })).toHaveLength(1);
  expect(await kept(id)).toBe(before);
});

it('of citizens who are no normal members, and of other kinds of insurance, nothing is raised', async () => {
  const { first, members } = await office.household([]);
  await insured(citizen(first), true, 'RESIDENT_PENSION');
  await receive(CitizenDeceased, { citizenId: citizen(office.next()), date: '2017-11-01' });
  await office.adminQuery(
    `UPDATE member_year_record SET status = '2', in_critical_illness_insurance = true WHERE member_id = $1`,
    [members[0]!.id],
  );
  await receive(CitizenDeceased, { citizenId: citizen(first), date: '2017-11-01' });
  await insured(citizen(first), false);
  expect(await listed()).toEqual([]);
  // A corrected number concerns the records of all years, whoever still counts.
  await receive(CitizenRenumbered, { from: citizen(first), to: citizen(office.next()) });
  expect(await listed()).toHaveLength(1);
});

it('an event that comes twice or late raises nothing; later news replaces what is open', async () => {
  const { first } = await office.household([]);
  const early = eventOf(EnrolmentChanged, {
    citizenId: citizen(first),
    kind: 'CRITICAL_ILLNESS',
    enrolled: true,
    effectiveMonth: '2017-10',
  });
  const late = eventOf(EnrolmentChanged, {
    citizenId: citizen(first),
    kind: 'CRITICAL_ILLNESS',
    enrolled: false,
    effectiveMonth: '2017-11',
  });
  await deliver(early);
  await deliver(early);
  expect((await listed()).map(({ facts, version }) => [facts, version])).toEqual([[{ enrolled: true }, 1]]);
  await deliver(late);
  await deliver(early);
  const [open, ...others] = await listed();
  expect([open!.facts, open!.version, others]).toEqual([{ enrolled: false }, 2, []]);
  await settle({ id: open!.id, expectedVersion: 2, decision: 'DISMISS', note: '已核实' });
  // News that was overtaken and comes after that is none any more.
  await deliver(late);
  await deliver({ ...early, id: randomUUID() });
  expect(await listed()).toEqual([]);
});

it('what the record says already raises nothing', async () => {
  const { first, members } = await office.household([]);
  await office.adminQuery(
    'UPDATE member_year_record SET in_critical_illness_insurance = true WHERE member_id = $1',
    [members[0]!.id],
  );
  await insured(citizen(first), true);
  expect(await listed()).toEqual([]);
  await insured(citizen(first), false);
  expect(await listed()).toHaveLength(1);
});

it('confirming an enrolment writes it into the record of the cycle; confirming a death writes nothing', async () => {
  const { id, first } = await office.household([]);
  await office.earlierYears(id, 2016);
  await insured(citizen(first), true);
  await receive(CitizenDeceased, { citizenId: citizen(first), date: '2017-11-01' });
  const [death, enrolment] = await listed();
  const before = await kept(id);
  expect(await settle({ id: death!.id, expectedVersion: 1, decision: 'CONFIRM' })).toMatchObject({
    state: 'CONFIRMED',
    settledBy: operator.accountId,
  });
  expect(await kept(id)).toBe(before);
  await settle({ id: enrolment!.id, expectedVersion: 1, decision: 'CONFIRM', note: '与医保局核对' });
  // Whoever has the household open sees that it changed.
  expect((await office.file(id)).record.version).toBe(2);
  const flag = async (year: number) => (await office.file(id, year)).members[0]!.inCriticalIllnessInsurance;
  expect([await flag(2016), await flag(2017)]).toEqual([null, true]);
  expect((await office.events('household.record-changed')).at(-1)!.data).toEqual({
    householdId: id,
    year: 2017,
    parts: ['MEMBERS'],
  });
});

it('what is confirmed is written into the cycle, whichever year the to-do was raised in', async () => {
  const { id, first } = await office.household([]);
  await office.earlierYears(id, 2016);
  await insured(citizen(first), true);
  // As if it had been raised while the year was opened.
  await office.adminQuery('UPDATE to_do SET year = 2016');
  const [open] = await listed();
  expect(await settle({ id: open!.id, expectedVersion: 1, decision: 'CONFIRM' })).toMatchObject({
    state: 'CONFIRMED',
    year: 2017,
  });
  const flag = async (year: number) => (await office.file(id, year)).members[0]!.inCriticalIllnessInsurance;
  expect([await flag(2016), await flag(2017)]).toEqual([null, true]);
});

it('a to-do is settled once, by the version that was seen, with a note when it is dismissed', async () => {
  const { first } = await office.household([]);
  await insured(citizen(first), true);
  const [{ id } = { id: '' }] = await listed();
  const dismiss = (changes: object = {}) =>
    settle({ id, expectedVersion: 1, decision: 'DISMISS', note: '不属实', ...changes });
  expect(await refused(dismiss({ note: ' ' }))).toEqual(['REASON_REQUIRED input.note']);
  expect(await refused(dismiss({ note: '长'.repeat(201) }))).toEqual(['INVALID_INPUT input.note']);
  expect(await refused(dismiss({ expectedVersion: 2 }))).toEqual(['STALE_VERSION expectedVersion']);
  expect(await refused(dismiss({ id: 'nothing' }))).toEqual(['NOT_FOUND input.id']);
  const results = await Promise.allSettled([
    dismiss(),
    settle({ id, expectedVersion: 1, decision: 'CONFIRM' }),
  ]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await refused(dismiss())).toEqual(['STATE_CONFLICT input.id']);
});

it('a member who left meanwhile cannot be enrolled by a to-do', async () => {
  const { first, members } = await office.household([{ relationToHead: 'SON' }]);
  await insured(citizen(first), true);
  await office.adminQuery(`UPDATE member_year_record SET status = '2' WHERE member_id = $1`, [
    members[0]!.id,
  ]);
  const [open] = await listed();
  expect(await refused(settle({ id: open!.id, expectedVersion: 1, decision: 'CONFIRM' }))).toEqual([
    'STATE_CONFLICT input.id',
  ]);
});

it('nor can one whose household was cleared since: the answer says to dismiss the to-do', async () => {
  const { id, first } = await office.household([]);
  await insured(citizen(first), true);
  await office.confirmed(office.functions.clearHousehold, { householdId: id });
  const [open] = await listed();
  const confirmed = settle({ id: open!.id, expectedVersion: 1, decision: 'CONFIRM' });
  await expect(confirmed).rejects.toMatchObject({
    code: 'STATE_CONFLICT',
    field: 'input.id',
    text: { zh: expect.stringContaining('忽略该待办') },
  });
  await settle({ id: open!.id, expectedVersion: 1, decision: 'DISMISS', note: '已清退' });
  expect(await listed()).toEqual([]);
});

it('what its own function does settles it: a death when the member is reduced by it, a new number when it is corrected', async () => {
  const { id, first, members } = await office.household();
  const [head, , son] = members;
  const states = async () => (await listed({})).map(({ kind, memberId, state }) => [kind, memberId, state]);
  const reduced = async (reason: 'DECEASED' | 'MISSING', memberId: string) => {
    const { record } = await office.file(id);
    const households = [{ householdId: id, expectedVersion: record.version }];
    await office.database.write(scope, (tx) =>
      office.services.population.apply(tx, {
        households,
        changes: [{ reduce: { memberId, reason, changeDate: '2017-11-02' } }],
      }),
    );
  };
  await receive(CitizenDeceased, { citizenId: citizen(first + 2), date: '2017-11-01' });
  await receive(CitizenDeceased, { citizenId: members[1]!.citizenId, date: '2017-11-01' });
  await reduced('DECEASED', son!.id);
  // Whoever went otherwise may be dead all the same: a person decides.
  await reduced('MISSING', members[1]!.id);
  expect((await states()).sort()).toEqual(
    [
      ['CITIZEN_DECEASED', members[1]!.id, 'OPEN'],
      ['CITIZEN_DECEASED', son!.id, 'CONFIRMED'],
    ].sort(),
  );
  const [done] = await listed({ state: 'CONFIRMED' });
  expect(done).toMatchObject({ settledBy: operator.accountId, settledAt: expect.any(Date), version: 2 });

  await receive(CitizenRenumbered, { from: citizen(first), to: citizen(office.next()) });
  const ofHead = async () =>
    (await listed({ kind: 'CITIZEN_RENUMBERED' })).map(({ state, settledBy }) => [state, settledBy]);
  await office.confirmed(office.functions.correctIdentity, { memberId: head!.id, name: '演示改名' });
  expect(await ofHead()).toEqual([['OPEN', null]]);
  await office.confirmed(office.functions.correctIdentity, {
    memberId: head!.id,
    idNumber: idNumber(office.next()),
  });
  expect(await ofHead()).toEqual([['CONFIRMED', office.admin.accountId]]);
});

it('an account that leaves a region it registered households in raises one to-do there', async () => {
  await office.household([]);
  const [{ accountId } = { accountId: '' }] = await office.adminQuery<{ accountId: string }>(
    'SELECT created_by AS "accountId" FROM household',
  );
  const moved = (account: string, regionCode: string, regionLevel: string) =>
    receive(AccountRegionChanged, {
      accountId: account,
      organisationId: '01920000-0000-7000-8000-000000000001',
      regionCode,
      regionLevel,
      previousRegionCode: '140215000000',
    });
  // Raised to the city it still looks after them; who registered nothing leaves nothing behind.
  await moved(accountId, '140200000000', 'CITY');
  await moved('01920000-0000-7000-8000-000000000009', '370000000000', 'PROVINCE');
  expect(await listed()).toEqual([]);
  await moved(accountId, '140214000000', 'COUNTY');
  expect(await listed()).toMatchObject([
    {
      kind: 'ACCOUNT_REGION_CHANGED',
      regionCode: '140215000000',
      householdId: null,
      memberId: null,
      facts: { newRegionCode: '140214000000' },
    },
  ]);
});

it('a to-do goes with the person into another household, where it can be settled', async () => {
  const home = await office.household();
  const target = await office.household([], VILLAGES.yungang);
  const son = home.members.find(({ relationToHead }) => relationToHead === 'SON')!;
  await insured(son.citizenId!, true);
  const transfer = {
    memberId: son.id,
    toHouseholdId: target.id,
    relationToHead: 'OTHER',
    reason: 'MARRIAGE',
    changeDate: '2017-10-01',
  } as const;
  const households = [home, target].map(({ id, record }) => ({
    householdId: id,
    expectedVersion: record.version,
  }));
  await office.database.write(scopeOf(officer('140000000000', 'PROVINCE', 'OPERATOR')), (tx) =>
    office.services.population.apply(tx, { households, changes: [{ transfer }] }),
  );
  expect(await listed()).toEqual([]);
  const there = scopeOf(operatorOf(VILLAGES.yungang));
  const range = { low: there.regionLow, high: there.regionHigh };
  const [toDo] = (
    await office.database.read(there, (tx) => office.services.toDos.page(tx, range, { state: 'OPEN' }))
  ).nodes;
  expect(toDo).toMatchObject({ householdId: target.id, memberId: son.id, regionCode: VILLAGES.yungang });
  const settlement = { id: toDo!.id, expectedVersion: toDo!.version, decision: 'CONFIRM' as const };
  await office.database.write(there, (tx) => office.services.toDos.settle(tx, settlement));
  const { members } = await office.file(target.id);
  expect(members.find(({ id }) => id === son.id)!.inCriticalIllnessInsurance).toBe(true);
});
