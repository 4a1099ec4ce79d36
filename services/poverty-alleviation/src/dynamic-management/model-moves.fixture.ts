import { HOUSEHOLD_ATTRIBUTE, RELATION_TO_HEAD } from '../code-lists';
import { traceOf } from '../households/household-files.service';
import { upsertOutcome } from '../households/outcomes.service';
import { MEMBER_ADD_REASON, MEMBER_REDUCE_REASON, MEMBER_TRANSFER_REASON } from '../population-code-lists';
import { idNumber, memberForm } from '../testing/forms.support.test';
import { Idle, PEOPLE, pick, type World } from './model.fixture';
import type { PopulationChangeInput } from './population-form.rules';
import { ASSURED } from './stage.fixture';
import type { StatusChange } from './status.rules';

const relations = RELATION_TO_HEAD.names;

const stableExit = async (
  world: World,
  change: Exclude<StatusChange, 'EXIT' | 'RETURN'>,
  householdIds: readonly string[],
) => {
  await world.as((tx) =>
    world.stage.store.services.statusChanges.markStableExit(tx, change, { householdIds }),
  );
};

const transferOf = (
  world: World,
  memberId: string,
  toHouseholdId: string,
  x: number,
): PopulationChangeInput => ({
  transfer: {
    memberId,
    toHouseholdId,
    relationToHead: pick(relations, x),
    reason: pick(MEMBER_TRANSFER_REASON.names, x),
    changeDate: world.day,
  },
});
const reduceOf = (
  world: World,
  memberId: string,
  newHeadId: string | null,
  x: number,
): PopulationChangeInput => ({
  reduce: { memberId, newHeadId, reason: pick(MEMBER_REDUCE_REASON.names, x), changeDate: world.day },
});
const addOf = (world: World, householdId: string, x: number, y: number): PopulationChangeInput => ({
  add: {
    householdId,
    member: memberForm(x % PEOPLE, { relationToHead: pick(relations, y) }),
    reason: pick(MEMBER_ADD_REASON.names, x),
    changeDate: world.day,
  },
});

/** A move of a household, in details that two numbers pick; it writes the cycle only. */
type Play = (world: World, id: string, x: number, y: number) => Promise<void>;

/** What dynamic management and the back office do; refusals are part of the game. */
export const DYNAMIC_MOVES = {
  identify: (world: World, _: string, x: number, y: number) => world.identify(x, y),
  exit: async (world: World, id: string, x: number) => {
    const key = { householdId: id, year: world.stage.cycle };
    const expectedVersion = await world.version(id);
    await world.as(async (tx) => {
      if (x % 4 > 0) await upsertOutcome(tx, key, ASSURED, traceOf(tx, world.stage.store.clock));
      await world.stage.store.services.statusChanges.markExit(tx, { householdId: id, expectedVersion });
    });
  },
  stableExit: (world: World, id: string, x: number) =>
    stableExit(world, 'STABLE_EXIT', x % 3 === 0 ? [id, pick(world.households, x)] : [id]),
  stableExitOfExited: (world: World, id: string) => stableExit(world, 'STABLE_EXIT_OF_EXITED', [id]),
  return: async (world: World, id: string) => {
    const expectedVersion = await world.version(id);
    const input = { householdId: id, expectedVersion, reason: 'ILLNESS' as const, returnDate: world.day };
    await world.as((tx) => world.stage.store.services.statusChanges.markReturned(tx, input));
  },
  keyTarget: async (world: World, id: string, x: number) => {
    const input = { householdIds: [id], isKeyTarget: x % 2 === 0 };
    await world.as((tx) => world.stage.store.services.statusChanges.setKeyTargets(tx, input));
  },
  transfer: async (world: World, id: string, x: number, y: number) => {
    const to = pick(world.households, x);
    const members = await world.members(id, y);
    // Mostly from the last to the head, so that whole households move now and then.
    const moved = y % 5 === 0 ? [...members].reverse() : [pick([...members].reverse(), y % 3)];
    await world.changes(
      [id, to],
      moved.map((member) => transferOf(world, member, to, x + 1)),
    );
  },
  add: (world: World, id: string, x: number, y: number) => world.changes([id], [addOf(world, id, x, y)]),
  reduce: async (world: World, id: string, x: number, y: number) => {
    const members = await world.members(id, y);
    const member = pick(members, x);
    const heir = x % members.length === 0 && y % 4 > 0 ? (members[1 + (y % 3)] ?? members[1] ?? null) : null;
    await world.changes([id], [reduceOf(world, member, heir, y)]);
  },
  several: async (world: World, id: string, x: number, y: number) => {
    const to = pick(world.households, y);
    const members = await world.members(id, y);
    await world.changes(
      [id, to],
      [
        addOf(world, to, x, y + 1),
        transferOf(world, pick(members, x), to, y),
        reduceOf(world, pick(members, x + 1), null, x),
      ],
    );
  },
  split: async (world: World, id: string, x: number, y: number) => {
    const members = (await world.members(id, 1)).slice(y % 7 === 0 ? 0 : 1).slice(0, 1 + (x % 2));
    if (members.length === 0) throw new Idle();
    const expectedVersion = await world.version(id);
    const made = await world.as((tx) =>
      world.stage.store.services.split.split(tx, {
        householdId: id,
        expectedVersion,
        members: members.map((memberId, index) => ({
          memberId,
          relationToHead: index === 0 ? 'HEAD' : 'SON',
        })),
        villageCode: pick(world.villages, y),
        changeDate: world.day,
        basic: { mainCause: 'ILLNESS', isMilitaryMartyrFamily: false },
        productionAndLiving: {},
        incomeAndHealth: { wageIncome: '3333.33' },
        relocation: { isRelocationHousehold: false },
      }),
    );
    world.add(made);
  },
  rollback: (world: World, id: string) =>
    world.office(world.stage.store.services.rollback, { householdId: id }),
  clearPersons: async (world: World, id: string, x: number, y: number) => {
    const members = await world.members(id, y);
    const leaving = pick(members, x);
    const newHeadId = x % members.length === 0 ? (members[1] ?? null) : null;
    const input = { householdId: id, memberIds: [leaving], newHeadId };
    await world.office(world.stage.store.services.backOfficeFunctions.clearPersons, input);
  },
  clearHousehold: (world: World, id: string) =>
    world.office(world.stage.store.services.backOfficeFunctions.clearHousehold, { householdId: id }),
  correctIdentity: async (world: World, id: string, x: number, y: number) => {
    const memberId = pick(await world.members(id, y), x);
    const input = { memberId, idNumber: idNumber(x % PEOPLE) };
    await world.office(world.stage.store.services.backOfficeFunctions.correctIdentity, input);
  },
  attribute: (world: World, id: string, x: number) =>
    world.office(world.stage.store.services.backOfficeFunctions.adjustAttribute, {
      householdId: id,
      year: world.stage.cycle,
      householdAttribute: pick(HOUSEHOLD_ATTRIBUTE.names, x),
    }),
  moveVillage: (world: World, id: string, x: number) =>
    world.office(world.stage.store.services.backOfficeFunctions.moveVillage, {
      householdId: id,
      villageCode: pick(world.villages, x),
    }),
  supplement: (world: World, id: string, x: number, y: number) =>
    world.office(world.stage.store.services.backOfficeFunctions.supplementMember, {
      householdId: id,
      member: memberForm(x % PEOPLE, { relationToHead: pick(relations, y) }),
    }),
} satisfies Record<string, Play>;
