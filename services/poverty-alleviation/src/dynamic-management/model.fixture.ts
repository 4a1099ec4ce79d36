import type { CloudEvent } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Operation, Plan } from '../back-office/back-office.service';
import { HOUSEHOLD_ATTRIBUTE, RELATION_TO_HEAD } from '../code-lists';
import { traceOf } from '../households/household-files.service';
import { upsertOutcome } from '../households/outcomes.service';
import { MEMBER_ADD_REASON, MEMBER_REDUCE_REASON, MEMBER_TRANSFER_REASON } from '../population-code-lists';
import { scopes } from '../service-scopes';
import { recountHouseholds } from '../statistics/recounts.service';
import { statisticConsumers } from '../statistics/statistics.consumers';
import { registeredEarlier } from '../statistics/statistics.fixture';
import { householdForm, idNumber, memberForm } from '../testing/forms.support.test';
import { officer, VILLAGES } from '../testing/store.support.test';
import type { PopulationChangeInput } from './population-form.rules';
import type { Situation } from './situation.rules';
import { ASSURED, CYCLE, PROVINCE, type Stage } from './stage.fixture';
import type { StatusChange } from './status.rules';

/** Does everything: whether roles are kept is what access tests ask. */
export const EVERYBODY = officer(PROVINCE, 'PROVINCE', 'OPERATOR', 'MANAGER', 'PROVINCE_ADMIN');

const MODEL_VILLAGES = [VILLAGES.yunzhou1, VILLAGES.yunzhou2, VILLAGES.yungang];
const DAY = '2017-09-01';
/** So few people that the same ones come again: as duplicates, as members who return. */
const PEOPLE = 60;

/** Thrown by a move that found nothing to do: neither done nor refused. */
export class Idle extends Error {}

/** A household, and numbers by which the details of a move are picked. */
export interface Draw {
  place: number;
  move: number;
  x: number;
  y: number;
}

const pick = <Value>(values: readonly Value[], number: number): Value => {
  if (values.length === 0) throw new Idle();
  return values[number % values.length]!;
};

/** Households whose lives are played. */
export class World {
  private readonly ids: string[] = [];
  private heard = 0;
  private readonly consumers = statisticConsumers();

  private constructor(readonly stage: Stage) {}

  /** An empty country but for some households of earlier years, poor or exited. */
  static async open(stage: Stage): Promise<World> {
    await stage.store.adminQuery(
      'TRUNCATE statistic_counter, statistic_contribution, outbox, household, member CASCADE',
    );
    const world = new World(stage);
    for (let index = 0; index < 4; index += 1) await world.identify(index, index + 1);
    const [poor, exited] = [world.ids.slice(0, 2), world.ids.slice(2)];
    await registeredEarlier(stage.store, poor);
    await registeredEarlier(stage.store, exited, '1', 2015);
    await stage.store.adminQuery(
      `UPDATE household_status_history SET to_status = '1' WHERE household_id = ANY($1::uuid[])`,
      [exited],
    );
    await world.listen();
    // Their earlier year was never announced.
    const keys = world.ids.flatMap((householdId) => [2016, CYCLE].map((year) => ({ householdId, year })));
    await stage.store.database.write(scopes.rebuildCounters(), (tx) => recountHouseholds(tx, keys));
    return world;
  }

  get households(): readonly string[] {
    return this.ids;
  }

  /** Which move a draw is of. */
  static moveOf({ move }: Draw): MoveName {
    return pick(URN, move);
  }

  /** Which household a draw is about. */
  householdOf({ place }: Draw): string {
    return pick(this.ids, place);
  }

  /** Plays a move. Throws what the use case throws, and {@link Idle} when there was nothing to do. */
  async play(draw: Draw): Promise<void> {
    await MOVES[World.moveOf(draw)](this, this.householdOf(draw), draw.x, draw.y);
  }

  add(id: string): void {
    this.ids.push(id);
  }

  /** Delivers what was published since, to the statistics that follow it. */
  async listen(): Promise<void> {
    const rows = await this.stage.store.adminQuery<{ position: string; envelope: string }>(
      'SELECT position, envelope::text AS envelope FROM outbox WHERE position > $1 ORDER BY position',
      [this.heard],
    );
    this.heard = Number(rows.at(-1)?.position ?? this.heard);
    const events = rows.map(({ envelope }) => JSON.parse(envelope) as CloudEvent);
    for (const consumer of this.consumers) {
      const given = events.filter(({ type }) => consumer.definitions.has(type));
      if (given.length === 0) continue;
      await this.stage.store.database.write(scopes.rebuildCounters(), (tx) => consumer.apply(tx, given));
    }
  }

  async identify(x: number, y: number): Promise<void> {
    const members = Array.from({ length: 1 + (y % 4) }, (_, index) =>
      memberForm((x + index * 9) % PEOPLE, {
        relationToHead: index === 0 ? 'HEAD' : pick(['SPOUSE', 'SON', 'OTHER'] as const, x + index),
      }),
    );
    const income = { wageIncome: `${(y % 9) * 2000}.01` };
    const form = householdForm(pick(MODEL_VILLAGES, x + y), members, { incomeAndHealth: income });
    this.add(await this.stage.store.identify(form, EVERYBODY));
  }

  as<T>(work: (tx: ScopedTransaction) => Promise<T>): Promise<T> {
    return this.stage.as(EVERYBODY, work);
  }

  version(id: string): Promise<number> {
    return this.stage.record(id).then(({ version }) => version);
  }

  /** Members who count, the head first; now and then those who do not, whom every move must refuse. */
  async members(id: string, y: number): Promise<string[]> {
    const { members } = await this.stage.situation(id);
    const counts = members.filter(({ status }) => status === 'NORMAL' || status === 'TRANSFERRED_IN');
    return (y % 13 === 0 ? members : counts).map((member) => member.id);
  }

  async changes(households: readonly string[], changes: readonly PopulationChangeInput[]): Promise<void> {
    const seen = await this.stage.seen(...[...new Set(households)].map((id) => ({ id })));
    await this.as((tx) => this.stage.store.services.population.apply(tx, { households: seen, changes }));
  }

  async office<Input extends object, P extends Plan>(
    operation: Operation<Input, P>,
    input: Input,
  ): Promise<void> {
    const { backOffice } = this.stage.store.services;
    const { confirmation, previewToken } = await this.as((tx) => backOffice.preview(tx, operation, input));
    const order = { reason: '模型测试', confirmation, previewToken };
    await this.as((tx) => backOffice.execute(tx, operation, input, order));
  }

  async keyTarget(id: string, isKeyTarget: boolean): Promise<void> {
    await this.as((tx) =>
      this.stage.store.services.statusChanges.setKeyTargets(tx, { householdIds: [id], isKeyTarget }),
    );
  }

  async stableExit(change: Exclude<StatusChange, 'EXIT' | 'RETURN'>, ids: readonly string[]): Promise<void> {
    await this.as((tx) =>
      this.stage.store.services.statusChanges.markStableExit(tx, change, { householdIds: ids }),
    );
  }
}

const relations = RELATION_TO_HEAD.names;
const transferOf = (memberId: string, toHouseholdId: string, x: number): PopulationChangeInput => ({
  transfer: {
    memberId,
    toHouseholdId,
    relationToHead: pick(relations, x),
    reason: pick(MEMBER_TRANSFER_REASON.names, x),
    changeDate: DAY,
  },
});
const reduceOf = (memberId: string, newHeadId: string | null, x: number): PopulationChangeInput => ({
  reduce: { memberId, newHeadId, reason: pick(MEMBER_REDUCE_REASON.names, x), changeDate: DAY },
});
const addOf = (householdId: string, x: number, y: number): PopulationChangeInput => ({
  add: {
    householdId,
    member: memberForm(x % PEOPLE, { relationToHead: pick(relations, y) }),
    reason: pick(MEMBER_ADD_REASON.names, x),
    changeDate: DAY,
  },
});

/** All moves; refusals are part of the game. */
const MOVES = {
  identify: (world: World, _: string, x: number, y: number) => world.identify(x, y),
  exit: async (world: World, id: string, x: number) => {
    const key = { householdId: id, year: CYCLE };
    if (x % 4 > 0)
      await world.as((tx) => upsertOutcome(tx, key, ASSURED, traceOf(tx, world.stage.store.clock)));
    const expectedVersion = await world.version(id);
    await world.as((tx) =>
      world.stage.store.services.statusChanges.markExit(tx, { householdId: id, expectedVersion }),
    );
  },
  stableExit: (world: World, id: string, x: number) =>
    world.stableExit('STABLE_EXIT', x % 3 === 0 ? [id, pick(world.households, x)] : [id]),
  stableExitOfExited: (world: World, id: string) => world.stableExit('STABLE_EXIT_OF_EXITED', [id]),
  return: async (world: World, id: string) => {
    const expectedVersion = await world.version(id);
    const input = { householdId: id, expectedVersion, reason: 'ILLNESS' as const, returnDate: DAY };
    await world.as((tx) => world.stage.store.services.statusChanges.markReturned(tx, input));
  },
  keyTarget: (world: World, id: string, x: number) => world.keyTarget(id, x % 2 === 0),
  transfer: async (world: World, id: string, x: number, y: number) => {
    const to = pick(world.households, x);
    const members = await world.members(id, y);
    // Mostly from the last to the head, so that whole households move now and then.
    const moved = y % 5 === 0 ? [...members].reverse() : [pick([...members].reverse(), y % 3)];
    await world.changes(
      [id, to],
      moved.map((member) => transferOf(member, to, x + 1)),
    );
  },
  add: (world: World, id: string, x: number, y: number) => world.changes([id], [addOf(id, x, y)]),
  reduce: async (world: World, id: string, x: number, y: number) => {
    const members = await world.members(id, y);
    const member = pick(members, x);
    const heir = x % members.length === 0 && y % 4 > 0 ? (members[1 + (y % 3)] ?? members[1] ?? null) : null;
    await world.changes([id], [reduceOf(member, heir, y)]);
  },
  several: async (world: World, id: string, x: number, y: number) => {
    const to = pick(world.households, y);
    const members = await world.members(id, y);
    await world.changes(
      [id, to],
      [addOf(to, x, y + 1), transferOf(pick(members, x), to, y), reduceOf(pick(members, x + 1), null, x)],
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
        villageCode: pick(MODEL_VILLAGES, y),
        changeDate: DAY,
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
      year: CYCLE,
      householdAttribute: pick(HOUSEHOLD_ATTRIBUTE.names, x),
    }),
  moveVillage: (world: World, id: string, x: number) =>
    world.office(world.stage.store.services.backOfficeFunctions.moveVillage, {
      householdId: id,
      villageCode: pick(MODEL_VILLAGES, x),
    }),
  supplement: (world: World, id: string, x: number, y: number) =>
    world.office(world.stage.store.services.backOfficeFunctions.supplementMember, {
      householdId: id,
      member: memberForm(x % PEOPLE, { relationToHead: pick(relations, y) }),
    }),
} satisfies Record<string, (world: World, id: string, x: number, y: number) => Promise<unknown>>;

export type MoveName = keyof typeof MOVES;
export const MOVE_NAMES = Object.keys(MOVES) as MoveName[];

/** How often each move is drawn. */
const WEIGHTS: Readonly<Record<MoveName, number>> = {
  identify: 4,
  exit: 8,
  stableExit: 2,
  stableExitOfExited: 3,
  return: 6,
  keyTarget: 3,
  transfer: 10,
  add: 9,
  reduce: 9,
  several: 5,
  split: 6,
  rollback: 18,
  clearPersons: 3,
  clearHousehold: 1,
  correctIdentity: 3,
  attribute: 2,
  moveVillage: 3,
  supplement: 3,
};
const URN = MOVE_NAMES.flatMap((name) => Array<MoveName>(WEIGHTS[name]).fill(name));

/** What a rollback must not have left otherwise: status, years, mark, and who counts in which relation. */
export function essence({ members, ...situation }: Situation) {
  const standing = members
    .filter(({ status }) => status === 'NORMAL' || status === 'TRANSFERRED_IN')
    .map(({ id, relationToHead }) => `${id} ${relationToHead}`)
    .sort();
  return { ...situation, standing };
}
