import type { FileStatus, MemberStatus, PovertyCause, PovertyStatus, RelationToHead } from '../code-lists';

/** A membership as it is kept for a rollback: ids and codes only, never a personal datum. */
export interface MembershipSituation {
  id: string;
  status: MemberStatus;
  relationToHead: RelationToHead;
  statusDate: string | null;
  statusReason: string | null;
}

/** What a rollback restores of a household's yearly record, under the names it has there. */
export interface RecordSituation {
  povertyStatus: PovertyStatus;
  exitYear: number | null;
  returnYear: number | null;
  returnReason: PovertyCause | null;
  benefitEndMonth: string | null;
  isKeyTarget: boolean;
}

/** How a household stands: what dynamic management changes of it. */
export interface Situation extends RecordSituation {
  householdId: string;
  fileStatus: FileStatus;
  members: MembershipSituation[];
}

const RECORD_FIELDS = [
  'povertyStatus',
  'exitYear',
  'returnYear',
  'returnReason',
  'benefitEndMonth',
  'isKeyTarget',
] as const satisfies readonly (keyof RecordSituation)[];

const counts = ({ status }: MembershipSituation) => status === 'NORMAL' || status === 'TRANSFERRED_IN';

/** How many members count in a situation 正常、转入. */
export function activeMembers({ members }: Situation): number {
  return members.filter(counts).length;
}

/** What an operation did to one household. `before` is null for a household that it made. */
export interface OperationPart {
  before: Situation | null;
  after: Situation;
}

/** A membership to be restored; `householdId` is where the member belongs. */
export interface RestoredMembership extends MembershipSituation {
  householdId: string;
}

/** What takes an operation back. */
export interface Restoration {
  /** By household: the fields of its record that get the values they had before. */
  records: ReadonlyMap<string, Partial<RecordSituation>>;
  members: RestoredMembership[];
  /** Members who came with the operation, by the household they came to: their entry is deleted. */
  added: { id: string; householdId: string }[];
  /** Households that the operation closed, to be opened again, and those that it made, to be closed. */
  reopened: string[];
  unmade: string[];
}

/** The inverse of an operation, from what it did to each of its households. */
export function restorationOf(parts: readonly OperationPart[]): Restoration {
  const before = new Map(parts.flatMap((part) => memberships(part.before)));
  const after = new Map(parts.flatMap((part) => memberships(part.after)));
  return {
    records: new Map(
      parts.flatMap((part) =>
        part.before ? [[part.after.householdId, changedFields(part.before, part.after)]] : [],
      ),
    ),
    members: [...before].flatMap(([id, was]) => (sameMembership(was, after.get(id)) ? [] : [was])),
    added: [...after].flatMap(([id, { householdId }]) => (before.has(id) ? [] : [{ id, householdId }])),
    reopened: parts.flatMap(({ before: was, after: { fileStatus, householdId } }) =>
      was && was.fileStatus !== fileStatus ? [householdId] : [],
    ),
    unmade: parts.flatMap((part) => (part.before ? [] : [part.after.householdId])),
  };
}

/** Members who count again once the operation is taken back, and do not as the households stand `now`. */
export function comingBack({ members }: Restoration, now: ReadonlyMap<string, Situation>): string[] {
  const standing = new Set(
    [...now.values()].flatMap((one) => one.members.filter(counts).map(({ id }) => id)),
  );
  return members.filter((member) => counts(member) && !standing.has(member.id)).map(({ id }) => id);
}

/**
 * Whether something else changed what an operation changed, since: then taking it back would overwrite that. Takes
 * what the operation did to one household and how the household stands now. Changes of relations alone do not count,
 * unless another is head.
 */
export function isOverwritten({ before, after }: OperationPart, now: Situation): boolean {
  if (now.fileStatus !== after.fileStatus) return true;
  const fields =
    before === null
      ? RECORD_FIELDS
      : (Object.keys(changedFields(before, after)) as (typeof RECORD_FIELDS)[number][]);
  if (fields.some((field) => now[field] !== after[field])) return true;
  const touchedMembers =
    before === null ||
    JSON.stringify(standing(before)) !== JSON.stringify(standing(after)) ||
    movedRelations(before, after);
  return touchedMembers && JSON.stringify(standing(now)) !== JSON.stringify(standing(after));
}

/** The fields that an operation changed, with the values they had before. */
function changedFields(before: Situation, after: Situation): Partial<RecordSituation> {
  return Object.fromEntries(
    RECORD_FIELDS.filter((field) => before[field] !== after[field]).map((field) => [field, before[field]]),
  );
}

function memberships(situation: Situation | null): [id: string, RestoredMembership][] {
  if (situation === null) return [];
  const { householdId, members } = situation;
  return members.map((member) => [member.id, { ...member, householdId }]);
}

function sameMembership(a: RestoredMembership, b: RestoredMembership | undefined): boolean {
  return (
    b !== undefined &&
    a.householdId === b.householdId &&
    a.status === b.status &&
    a.relationToHead === b.relationToHead &&
    a.statusDate === b.statusDate &&
    a.statusReason === b.statusReason
  );
}

function movedRelations(before: Situation, after: Situation): boolean {
  const were = new Map(before.members.map(({ id, relationToHead }) => [id, relationToHead]));
  return after.members.some(({ id, relationToHead }) => were.get(id) !== relationToHead);
}

/** Who counts, and who is head, whatever the order in which they were read. */
function standing({ members }: Situation): [id: string, isHead: boolean][] {
  return members
    .filter(counts)
    .map(({ id, relationToHead }): [string, boolean] => [id, relationToHead === 'HEAD'])
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
