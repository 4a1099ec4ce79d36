import { Refusal } from '@junxian/errors';
import type { ScopedTransaction } from '@junxian/persistence';
import type { MemberStatus, RelationToHead } from '../code-lists';
import {
  isActive,
  type OpenFile,
  openFiles,
  readFiles,
  type Trace,
  updateMembers,
} from '../households/household-files.service';
import type { MemberView } from '../households/household-views.service';
import { computeIncome } from '../households/income.rules';
import type { OperationFacts } from './operation-facts.rules';
import type { Removal } from './removal.rules';

/** Reads households for a plan: locked when it is to be carried out. Throws what `openFiles` throws. */
export function filesFor(
  tx: ScopedTransaction,
  householdIds: readonly string[],
  year: number,
  lock: boolean,
  field: string,
): Promise<OpenFile[]> {
  const requests = householdIds.map((householdId) => ({ householdId }));
  return lock ? openFiles(tx, requests, year, field) : readFiles(tx, requests, year, field);
}

/** {@link filesFor} of one household. */
export async function fileFor(
  tx: ScopedTransaction,
  householdId: string,
  year: number,
  lock: boolean,
  field = 'input.householdId',
): Promise<OpenFile> {
  const [file] = await filesFor(tx, [householdId], year, lock, field);
  return file!;
}

/** Throws STATE_CONFLICT unless the household's file is active, whatever the year. */
export function refuseUnlessActive({ household }: OpenFile, field = 'input.householdId'): void {
  if (household.fileStatus === 'ACTIVE') return;
  throw new Refusal(
    'STATE_CONFLICT',
    {
      zh: '该户已销户或清退，不能办理；请核对户编号',
      en: 'The file of this household is closed or cleared; check the household number',
    },
    { field },
  );
}

/** What the log says of a household's members and income, of the members named here. */
export function standing(file: OpenFile, members: readonly MemberView[]): OperationFacts {
  return {
    householdNo: file.household.householdNo,
    memberCount: file.members.filter(isActive).length,
    perCapitaNetIncome: file.record.incomeAndHealth.perCapitaNetIncome,
    members: Object.fromEntries(
      members.map(({ personNo, status, relationToHead }) => [personNo, { status, relationToHead }]),
    ),
  };
}

/** {@link standing} after a removal: who left with which status, who is head now, the income restated (PA-HH-05). */
export function standingAfter(
  file: OpenFile,
  { leaving, remaining, relations }: Removal<MemberView>,
  status: MemberStatus,
): OperationFacts {
  const changed = remaining.filter(({ id }) => relations.has(id));
  return {
    householdNo: file.household.householdNo,
    memberCount: remaining.length,
    perCapitaNetIncome: computeIncome(file.record.incomeAndHealth, remaining.length).perCapitaNetIncome,
    members: Object.fromEntries([
      ...leaving.map(({ personNo, relationToHead }) => [personNo, { status, relationToHead }]),
      ...changed.map((member) => [
        member.personNo,
        { status: member.status, relationToHead: relations.get(member.id)! },
      ]),
    ]),
  };
}

/** Members named in {@link standing} before a removal: those who leave, and those whose relation changes. */
export function concerned({ leaving, remaining, relations }: Removal<MemberView>): MemberView[] {
  return [...leaving, ...remaining.filter(({ id }) => relations.has(id))];
}

/** Writes a removal: the statuses of those who leave, then the relations of those who remain. Does not restate incomes. */
export async function writeRemoval(
  tx: ScopedTransaction,
  year: number,
  { leaving, relations }: Removal<MemberView>,
  status: MemberStatus,
  statusDate: string,
  by: Trace,
): Promise<void> {
  await updateMembers(
    tx,
    leaving.map(({ id }) => id),
    year,
    { status, statusDate, statusReason: null },
    by,
  );
  // The old head has left by now, so the new one does not meet a second head.
  const byRelation = new Map<RelationToHead, string[]>();
  for (const [id, relation] of relations) byRelation.set(relation, [...(byRelation.get(relation) ?? []), id]);
  for (const [relationToHead, ids] of byRelation) await updateMembers(tx, ids, year, { relationToHead }, by);
}
