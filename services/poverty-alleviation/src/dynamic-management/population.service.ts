import type { Clock } from '@junxian/calendar';
import { isRefusal, Refusal } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions, RegionCodes } from '@junxian/region-changes';
import { helpersAmong, isHelper } from '../assistance/helpers-and-members.service';
import {
  isActive,
  type OpenFile,
  openFiles,
  restate,
  type Trace,
  traceOf,
} from '../households/household-files.service';
import { memberRecord } from '../households/household-records.service';
import { heldNumbers, insertMembers } from '../households/household-registration.service';
import type { IdentityKey } from '../households/identity-documents.rules';
import { duplicateId } from '../households/member-form.rules';
import type { PersonalData } from '../personal-data';
import { currentCycle } from '../survey-years/survey-years.service';
import { settleDone } from '../to-dos/to-dos.service';
import { closeHousehold } from './closing.service';
import { announceMembers, type MemberMove } from './member-events.service';
import { keepOperation, situationOf } from './operation-log.store';
import { PopulationPlan } from './population.rules';
import {
  epochsOf,
  keepPopulationChanges,
  type MembershipChange,
  newChangeId,
  type PopulationChangeView,
  readPopulationChanges,
  settleMembers,
  writeMemberships,
} from './population.store';
import { checkChanges, type PopulationChangeInput } from './population-form.rules';
import { type Addition, type Played, stepsOf } from './population-steps.rules';

export type { PopulationChangeView } from './population.store';

export interface ApplyPopulationChangesInput {
  /** Every household concerned, with the version of its record that the person saw. */
  households: readonly { householdId: string; expectedVersion: number }[];
  changes: readonly PopulationChangeInput[];
}

/** What came of a list of changes. */
export interface PopulationChangesResult {
  householdIds: string[];
  changes: PopulationChangeView[];
}

/** Population changes 人口自然变更 (1.2.1.6): transfer, add and reduce members. */
export class PopulationService {
  constructor(
    private readonly personal: PersonalData,
    private readonly regions: PresentRegions,
    private readonly clock: Clock,
  ) {}

  /**
   * Saves a staged list of changes in its order, all or none (PA-PC-01…08): memberships, heads and relations,
   * per-capita incomes, closures of households whose last member left. Both households of a transfer lie in the
   * caller's region. Throws one Refusal with all faults of the form, then what {@link PopulationPlan.apply} and
   * {@link openFiles} throw, DUPLICATE_ID for a new member who is active elsewhere in the cycle, and STATE_CONFLICT
   * for one who is a helper (PA-AH-02) and while a region is being re-coded.
   */
  async apply(tx: ScopedTransaction, input: ApplyPopulationChangesInput): Promise<PopulationChangesResult> {
    const by = traceOf(tx, this.clock);
    const codes = await this.regions.hold(tx);
    const { year } = await currentCycle(tx);
    const keys = checkChanges(input.changes, { today: this.clock.today(), cycle: year });
    const files = await openFiles(
      tx,
      input.households.map((household, index) => ({ ...household, path: `households[${index}]` })),
      year,
      'households',
    );
    expectSettled(files, codes);

    const plan = planOf(files);
    const played = stepsOf(input.changes).map((step) => ({
      ...step,
      applied: plan.apply(step.change, step.path),
    }));
    const additions = played.filter((step): step is Addition => step.change.kind === 'ADD');
    await this.writeStanding(tx, files, plan, played, by);
    const idOf = await this.insertAdded(tx, files, input.changes, additions, keys, by);
    const concerned = files.filter(({ household: { id } }) =>
      played.some(({ applied }) => applied.sides.some(({ householdId }) => householdId === id)),
    );
    await Promise.all(concerned.map(({ record }) => restate(tx, record, by)));
    const history = await this.closeEmptied(tx, concerned, plan, played, year, by);
    const operationId = await keepOperation(
      tx,
      { kind: 'POPULATION_CHANGE', year },
      concerned.map((file) => ({
        householdId: file.household.id,
        before: situationOf(file),
        historyId: history.get(file.household.id) ?? null,
      })),
      by,
    );
    await keepPopulationChanges(
      tx,
      operationId,
      year,
      played.flatMap((step) => sidesOf(step, idOf)),
      by,
    );
    const dead = played.filter(({ status }) => status === 'DECEASED');
    await settleDone(
      tx,
      'CITIZEN_DECEASED',
      dead.map(({ applied }) => applied.memberId),
      by,
    );
    await announceMembers(tx, movesOf(files, played, idOf, this.citizens(files, keys)), year, by);
    return {
      householdIds: concerned.map(({ household }) => household.id),
      changes: await readPopulationChanges(tx, operationId),
    };
  }

  /** The citizen whom a member is, or whom the place-holder of a new one stands for. */
  private citizens(
    files: readonly OpenFile[],
    keys: ReadonlyMap<number, IdentityKey>,
  ): (memberId: string) => string | null {
    const known = new Map(
      files.flatMap(({ members }) => members.map(({ id, citizenId }) => [id, citizenId])),
    );
    for (const [index, key] of keys) known.set(String(index), this.personal.citizenIdOf(key));
    return (memberId) => known.get(memberId) ?? null;
  }

  /** Writes the memberships of those who were members before, as the plan ends. */
  private async writeStanding(
    tx: ScopedTransaction,
    files: readonly OpenFile[],
    plan: PopulationPlan,
    played: readonly Played[],
    by: Trace,
  ): Promise<void> {
    const lastStep = new Map(played.map((step) => [step.applied.memberId, step]));
    const changes = files.flatMap(({ members }) =>
      members.filter(isActive).flatMap((member): MembershipChange[] => {
        const step = lastStep.get(member.id);
        const { householdId, relationToHead } = plan.standing(member.id)!;
        if (step === undefined && relationToHead === member.relationToHead) return [];
        return [
          {
            memberId: member.id,
            householdId,
            relationToHead,
            status: step?.status ?? member.status,
            statusDate: step?.changeDate ?? member.statusDate,
            statusReason: step?.reason ?? member.statusReason,
          },
        ];
      }),
    );
    const { year } = files[0]!.record;
    await writeMemberships(tx, changes, year, by);
    await settleMembers(
      tx,
      changes.map(({ memberId }) => memberId),
      year,
      by,
    );
  }

  /** Adds the new persons; returns the id of each by the place-holder it had in the plan. */
  private async insertAdded(
    tx: ScopedTransaction,
    files: readonly OpenFile[],
    changes: readonly PopulationChangeInput[],
    additions: readonly Addition[],
    keys: ReadonlyMap<number, IdentityKey>,
    by: Trace,
  ): Promise<(memberId: string) => string> {
    const ids = new Map<string, string>();
    const { year } = files[0]!.year;
    const added = additions.map(({ change }) => keys.get(Number(change.person.id))!);
    const [held, helpers] = await Promise.all([
      heldNumbers(tx, this.personal, added, year),
      helpersAmong(
        tx,
        added.map((key) => this.personal.indexOf(key)),
      ),
    ]);
    const faults = [
      ...held.map((place) => at(`${additions[place]!.path}.member`, duplicateId(0))),
      ...helpers.map((place) => isHelper(`${additions[place]!.path}.member.idNumber`)),
    ];
    if (faults.length > 0) throw Refusal.many(faults);
    const epochs = await epochsOf(
      tx,
      additions.map(({ change }) => change.person.householdId),
    );
    for (const { change, path, reason, changeDate } of additions) {
      const { household } = files.find((file) => file.household.id === change.person.householdId)!;
      const index = Number(change.person.id);
      const values = {
        ...memberRecord(changes[index]!.add!.member, keys.get(index)!, this.personal),
        statusDate: changeDate,
        statusReason: reason,
      };
      const registration = {
        villageCode: household.regionCode,
        year,
        identifiedYear: household.identifiedYear,
        epoch: epochs.get(household.id)!,
        by,
        origin: 'IDENTIFICATION' as const,
      };
      const [id] = await insertMembers(tx, registration, household, [values]).catch((error: unknown) => {
        throw isRefusal(error) ? at(`${path}.member`, error) : error;
      });
      ids.set(change.person.id, id!);
    }
    return (memberId) => ids.get(memberId) ?? memberId;
  }

  /** Closes the households that the plan left without members; returns the line of the history by household. */
  private async closeEmptied(
    tx: ScopedTransaction,
    files: readonly OpenFile[],
    plan: PopulationPlan,
    played: readonly Played[],
    year: number,
    by: Trace,
  ): Promise<ReadonlyMap<string, string>> {
    const history = new Map<string, string>();
    for (const { household, record } of files) {
      if (!plan.closed.has(household.id)) continue;
      const last = played.filter(({ applied }) => applied.fromHouseholdId === household.id).at(-1)!;
      const closable = { ...household, povertyStatus: record.basic.povertyStatus };
      const reason = last.kind === 'TRANSFER' ? 'LAST_MEMBER_TRANSFERRED' : 'LAST_MEMBER_REDUCED';
      history.set(household.id, await closeHousehold(tx, closable, year, reason, this.clock.today(), by));
    }
    return history;
  }
}

/**
 * Throws STATE_CONFLICT while a change of regions that rows are still following re-codes one of these households:
 * a member who moves takes the other household's code.
 */
export function expectSettled(files: readonly Pick<OpenFile, 'record'>[], codes: RegionCodes): void {
  if (!files.some(({ record }) => codes.isMoving(record.regionCode))) return;
  throw new Refusal('STATE_CONFLICT', {
    zh: '该户所在区划正在变更，请稍后再试',
    en: 'The region of this household is being re-coded; try again in a moment',
  });
}

function planOf(files: readonly OpenFile[]): PopulationPlan {
  return new PopulationPlan(
    files.map(({ household, record }) => ({
      id: household.id,
      povertyStatus: record.basic.povertyStatus,
      netIncome: record.incomeAndHealth.netIncome,
    })),
    files.flatMap(({ members }) => members.filter(isActive)),
  );
}

/** The rows that keep a change, one for each household concerned. */
function sidesOf({ kind, reason, changeDate, applied }: Played, idOf: (memberId: string) => string) {
  const changeId = newChangeId();
  const { memberId, fromHouseholdId, toHouseholdId, newHeadId } = applied;
  return applied.sides.map((side) => ({
    ...side,
    changeId,
    kind,
    memberId: idOf(memberId),
    fromHouseholdId,
    toHouseholdId,
    reason,
    changeDate,
    newHeadId,
  }));
}

/** What member.changed says of each change; of a transfer, with the figures of the household that gains. */
function movesOf(
  files: readonly OpenFile[],
  played: readonly Played[],
  idOf: (memberId: string) => string,
  citizenOf: (memberId: string) => string | null,
): MemberMove[] {
  return played.map(({ kind, reason, applied: { memberId, fromHouseholdId, toHouseholdId, sides } }) => {
    const { householdId, perCapitaBefore, perCapitaAfter } = sides.at(-1)!;
    return {
      kind,
      memberId: idOf(memberId),
      citizenId: citizenOf(memberId),
      fromHouseholdId,
      toHouseholdId,
      reason,
      perCapita: { before: perCapitaBefore, after: perCapitaAfter },
      regionCode: files.find(({ household }) => household.id === householdId)!.household.regionCode,
    };
  });
}

/** A refusal of one member's form, under the path it has in the list. */
function at(path: string, { code, text, details }: Refusal): Refusal {
  return new Refusal(code, text, { field: `${path}.idNumber`, details });
}
