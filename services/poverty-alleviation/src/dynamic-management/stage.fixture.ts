import { isRefusal, type Refusal } from '@junxian/errors';
import { type Principal, scopeOf } from '@junxian/identity';
import type { ScopedTransaction } from '@junxian/persistence';
import type { RelationToHead, Sex } from '../code-lists';
import { traceOf } from '../households/household-files.service';
import type { IdentificationInput, MemberInput } from '../households/identification.input';
import { type OutcomeValues, upsertOutcome } from '../households/outcomes.service';
import { householdForm, memberForm } from '../testing/forms.support.test';
import { officer, openStore, operatorOf, type TestStore, VILLAGES } from '../testing/store.support.test';
import { readSituations } from './operation-log.store';
import type { Situation } from './situation.rules';

/** All that the six checks of an exit ask for. */
export const ASSURED: Partial<OutcomeValues> = {
  waterSafe: true,
  waterDifficulty: false,
  housingSafe: true,
  criticalIllnessInsured: true,
  compulsoryEducationMet: true,
};

export const CYCLE = 2017;
export const COUNTY = '140215000000';
export const PROVINCE = '140000000000';
export const MANAGER = officer(COUNTY, 'COUNTY', 'MANAGER');
export const OPERATOR = officer(COUNTY, 'COUNTY', 'OPERATOR');
export const PROVINCE_ADMIN = officer(PROVINCE, 'PROVINCE', 'PROVINCE_ADMIN', 'MANAGER', 'FUND', 'PROJECT');

/** Sexes by which forms of these relations are filled in. */
const FEMALE = new Set<RelationToHead>(['SPOUSE', 'DAUGHTER', 'DAUGHTER_IN_LAW', 'MOTHER', 'SONS_DAUGHTER']);
const sexOf = (relation: RelationToHead): Sex => (FEMALE.has(relation) ? 'FEMALE' : 'MALE');

/** A household on the stage. */
export interface Family {
  id: string;
  /** Member ids by relation, for relations that occur once; the head under HEAD. */
  of: Readonly<Record<string, string>>;
}

export interface FamilyOptions {
  village?: string;
  netIncome?: string;
  outcome?: Partial<OutcomeValues>;
  form?: Partial<IdentificationInput>;
}

let serial = 0;

/** A member's form with a number nobody had yet. */
export function newMember(relationToHead: RelationToHead, changes: Partial<MemberInput> = {}): MemberInput {
  serial += 1;
  return memberForm(serial, { relationToHead, sex: sexOf(relationToHead), ...changes });
}

/** A test store with households, and what tests of dynamic management do and look at. */
export class Stage {
  /** The year that dynamic management writes. */
  cycle = CYCLE;

  private constructor(readonly store: TestStore) {}

  static async open(): Promise<Stage> {
    return new Stage(await openStore());
  }

  /** On a store that has other things in it. */
  static over(store: TestStore): Stage {
    return new Stage(store);
  }

  as<T>(who: Principal, work: (tx: ScopedTransaction) => Promise<T>): Promise<T> {
    return this.store.database.write(scopeOf(who), work);
  }

  /** An identification form in order. */
  form(village: string, members: readonly MemberInput[]): IdentificationInput {
    return householdForm(village, members);
  }

  /** A newly identified household of these members; the head is added. */
  async family(relations: readonly RelationToHead[] = [], options: FamilyOptions = {}): Promise<Family> {
    const { village = VILLAGES.yunzhou1, netIncome = '6000.00', outcome, form = {} } = options;
    const members = (['HEAD', ...relations] as const).map((relation) => newMember(relation));
    const id = await this.store.identify(
      householdForm(village, members, { incomeAndHealth: { wageIncome: netIncome }, ...form }),
    );
    if (outcome) {
      const who = operatorOf(village);
      await this.as(who, (tx) =>
        upsertOutcome(tx, { householdId: id, year: CYCLE }, outcome, traceOf(tx, this.store.clock)),
      );
    }
    const rows = await this.situation(id);
    return { id, of: Object.fromEntries(rows.members.map((row) => [row.relationToHead, row.id])) };
  }

  /** How a household stands. */
  async situation(id: string): Promise<Situation> {
    const found = await this.as(PROVINCE_ADMIN, (tx) => readSituations(tx, [id], this.cycle));
    return found.get(id)!;
  }

  /** Who counts in a household, with their relations, by member id. */
  async active(id: string): Promise<Record<string, RelationToHead>> {
    const { members } = await this.situation(id);
    return Object.fromEntries(
      members
        .filter(({ status }) => status === 'NORMAL' || status === 'TRANSFERRED_IN')
        .map((member) => [member.id, member.relationToHead]),
    );
  }

  /** Version, per-capita net income and member count of a household's record of the cycle. */
  async record(id: string): Promise<{ version: number; perCapita: string | null; memberCount: number }> {
    const [row] = await this.store.adminQuery<{
      version: number;
      perCapita: string | null;
      memberCount: number;
    }>(
      `SELECT version, per_capita_net_income AS "perCapita", member_count AS "memberCount"
       FROM household_year_record WHERE household_id = '${id}' AND year = ${this.cycle}`,
    );
    return row!;
  }

  /** Names and versions of households, as an input of population changes takes them. */
  async seen(...families: readonly { id: string }[]) {
    return Promise.all(
      families.map(async ({ id }) => ({
        householdId: id,
        expectedVersion: (await this.record(id)).version,
      })),
    );
  }

  /** Exits a household whatever its outcome was, as if the checks had been passed in a year. */
  async exitedIn(id: string, year: number): Promise<void> {
    await this.store.adminQuery(
      `UPDATE household_year_record SET poverty_status = '1', exit_year = ${year} WHERE household_id = '${id}' AND year = ${CYCLE}`,
    );
  }

  /** Data of the events of a kind that carry a value, in their order. */
  events(happened: string, id: string): Promise<Record<string, unknown>[]> {
    return this.store
      .adminQuery<{ data: Record<string, unknown> }>(
        `SELECT envelope::jsonb -> 'data' AS data FROM outbox
         WHERE envelope::jsonb ->> 'type' LIKE 'junxian.poverty-alleviation.%.${happened}.v1' AND envelope LIKE '%${id}%'
         ORDER BY position`,
      )
      .then((rows) => rows.map(({ data }) => data));
  }

  history(
    id: string,
  ): Promise<
    { operation: string; from: string | null; to: string; isRolledBack: boolean; reason: string | null }[]
  > {
    return this.store.adminQuery(
      `SELECT operation, from_status AS "from", to_status AS "to", rolled_back_by IS NOT NULL AS "isRolledBack", reason
       FROM household_status_history WHERE household_id = '${id}' ORDER BY id`,
    );
  }
}

/** The refusal that something ends in. */
export async function refusal(work: Promise<unknown>): Promise<Refusal> {
  const error = await work.then(
    () => new Error('It was not refused'),
    (thrown: unknown) => thrown,
  );
  if (isRefusal(error)) return error;
  throw error;
}
