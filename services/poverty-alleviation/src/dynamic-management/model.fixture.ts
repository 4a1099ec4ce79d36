import { applyMoves, type RegionMove } from '@junxian/administrative-region';
import type { ScopedTransaction } from '@junxian/persistence';
import type { Operation, Plan } from '../back-office/back-office.service';
import { ACTIVE_MEMBER } from '../households/household-files.service';
import { delivery } from '../statistics/deliver.fixture';
import { recounted, registeredEarlier } from '../statistics/statistics.fixture';
import { closedBefore } from '../survey-years/closed-years.fixture';
import { surveyYears } from '../survey-years/survey-years.service';
import { householdForm, memberForm } from '../testing/forms.support.test';
import { officer, VILLAGES } from '../testing/store.support.test';
import type { PopulationChangeInput } from './population-form.rules';
import type { Situation } from './situation.rules';
import { PROVINCE, Stage } from './stage.fixture';

/** Does everything: whether roles are kept is what access tests ask. */
export const EVERYBODY = officer(PROVINCE, 'PROVINCE', 'OPERATOR', 'MANAGER', 'PROVINCE_ADMIN');

/** So few people that the same ones come again: as duplicates, as members who return. */
export const PEOPLE = 60;
/** The first year-end of these lives; it stands before the first cycle. */
export const FIRST_YEAR = 2016;

/** Thrown by a move that found nothing to do: neither done nor refused. */
export class Idle extends Error {}

/** A household, and numbers by which the details of a move are picked. */
export interface Draw {
  place: number;
  move: number;
  x: number;
  y: number;
}

/** The value at a number, counted round; throws {@link Idle} when there is none. */
export const pick = <Value>(values: readonly Value[], number: number): Value => {
  if (values.length === 0) throw new Idle();
  return values[number % values.length]!;
};

/** Households whose lives are played. */
export class World {
  /** Villages by their present codes. */
  villages: string[] = [VILLAGES.yunzhou1, VILLAGES.yunzhou2, VILLAGES.yungang];
  /** Years that there are, the oldest first. */
  years: readonly number[] = [];
  /** Households that the cycle has data of. */
  households: readonly string[] = [];
  /** All households there ever were. */
  readonly known: string[] = [];
  /** Delivers what was published since, to the statistics that follow it. */
  readonly listen: () => Promise<void>;

  private constructor(readonly stage: Stage) {
    this.listen = delivery(stage.store);
  }

  /** An empty country but for some households of earlier years, poor or exited. */
  static async open(): Promise<World> {
    const stage = await Stage.open();
    const world = new World(stage);
    await closedBefore(stage.store, FIRST_YEAR);
    for (let index = 0; index < 4; index += 1) await world.identify(index, index + 1);
    const [poor, exited] = [world.known.slice(0, 2), world.known.slice(2)];
    await registeredEarlier(stage.store, poor);
    await registeredEarlier(stage.store, exited, '1', 2015);
    await stage.store.adminQuery(
      `UPDATE household_status_history SET to_status = '1' WHERE household_id = ANY($1::uuid[])`,
      [exited],
    );
    await world.lookAround();
    await world.listen();
    // Their earlier year was never announced.
    await recounted(stage.store, world.known, FIRST_YEAR);
    return world;
  }

  close(): Promise<void> {
    return this.stage.store.close();
  }

  /** Which years there are, and whom the cycle has data of: called after a year may have been opened. */
  async lookAround(): Promise<void> {
    const { stage } = this;
    const years = (await stage.as(EVERYBODY, surveyYears)).filter(({ year }) => year >= FIRST_YEAR);
    stage.cycle = years.find(({ isCurrentCycle }) => isCurrentCycle)!.year;
    this.years = years.flatMap(({ year }) => (year <= stage.cycle ? [year] : []));
    stage.store.clock.set(`${stage.cycle}-11-20T09:00:00+08:00`);
    const rows = await stage.store.adminQuery<{ id: string }>(
      `SELECT household_id AS id FROM household_year_record WHERE year = ${stage.cycle} ORDER BY household_id`,
    );
    this.households = rows.map(({ id }) => id);
  }

  /** Which household a draw is about. */
  householdOf({ place }: Pick<Draw, 'place'>): string {
    return pick(this.households, place);
  }

  /** Day of a change in the cycle. */
  get day(): string {
    return `${this.stage.cycle}-09-01`;
  }

  add(id: string): void {
    this.known.push(id);
    this.households = [...this.households, id];
  }

  /** Villages take the codes that a region change gives them. */
  recode(moves: readonly RegionMove[]): void {
    this.villages = [...new Set(this.villages.map((code) => applyMoves(code, moves)))];
  }

  async identify(x: number, y: number): Promise<void> {
    const members = Array.from({ length: 1 + (y % 4) }, (_, index) =>
      memberForm((x + index * 9) % PEOPLE, {
        relationToHead: index === 0 ? 'HEAD' : pick(['SPOUSE', 'SON', 'OTHER'] as const, x + index),
      }),
    );
    const income = { wageIncome: `${(y % 9) * 4000}.01` };
    const form = householdForm(pick(this.villages, x + y), members, { incomeAndHealth: income });
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
    const shown = y % 13 === 0 ? members : members.filter(({ status }) => ACTIVE_MEMBER.has(status));
    return shown.map((member) => member.id);
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
}

/** What a rollback must not have left otherwise: status, years, mark, and who counts in which relation. */
export function essence({ members, ...situation }: Situation) {
  const standing = members
    .filter(({ status }) => ACTIVE_MEMBER.has(status))
    .map(({ id, relationToHead }) => `${id} ${relationToHead}`)
    .sort();
  return { ...situation, standing };
}
