import type { ManualClock } from '@junxian/calendar';
import type { ScopedTransaction } from '@junxian/persistence';
import {
  type MemberView,
  readMembers,
  readYearRecords,
  type YearRecordView,
} from '../households/household-views.service';
import type { Services } from '../service';
import type { DemoYear } from './demo-lives.rules';

/** What the demonstration is played on: one transaction, the use cases, and the clock they go by. */
export interface DemoStage {
  tx: ScopedTransaction;
  services: Services;
  clock: ManualClock;
  /** Ids of the households by their numbers. */
  households: Map<number, string>;
}

/** Puts the clock to nine in the morning of a day. */
export function on({ clock }: DemoStage, day: string): void {
  clock.set(`${day}T09:00:00+08:00`);
}

/** The id of a household of the demonstration. */
export function householdOf({ households }: DemoStage, n: number): string {
  const id = households.get(n);
  if (id === undefined) throw new Error(`demonstration household ${n} was not identified yet`);
  return id;
}

/** A household's record of a year as it stands. */
export async function recordOf(stage: DemoStage, n: number, year: DemoYear): Promise<YearRecordView> {
  const [record] = await readYearRecords(stage.tx, [{ householdId: householdOf(stage, n), year }]);
  if (record === undefined) throw new Error(`demonstration household ${n} has no record of ${year}`);
  return record;
}

/** The one of a household's members with a relation to its head. */
export async function memberOf(
  stage: DemoStage,
  n: number,
  year: DemoYear,
  relation: MemberView['relationToHead'],
): Promise<MemberView> {
  const members = await readMembers(stage.tx, [{ householdId: householdOf(stage, n), year }]);
  const member = members.find(({ relationToHead }) => relationToHead === relation);
  if (member === undefined) throw new Error(`demonstration household ${n} has no ${relation}`);
  return member;
}
