import type { Clock } from '@junxian/calendar';
import { isRefusal, Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { MemberChanged, recordEvent } from '@junxian/messaging';
import type { ScopedTransaction } from '@junxian/persistence';
import { closeHousehold } from '../dynamic-management/closing.service';
import {
  isActive,
  type OpenFile,
  restate,
  type Trace,
  updateRecord,
} from '../households/household-files.service';
import type { MemberView } from '../households/household-views.service';
import { takeIntoIndex } from '../households/repeated-numbers.service';
import type { Operation, Plan } from './back-office.service';
import { concerned, filesFor, standing, standingAfter, writeRemoval } from './household-plans';
import { type HeadChoice, type Removal, removalOf } from './removal.rules';

export interface DeleteDuplicatesInput {
  year: number;
  /** Who is kept; left out when the one who is kept stands outside the caller's region. */
  survivorId?: string | null | undefined;
  memberIds: readonly string[];
  heads?: Heads | null | undefined;
}

/** What is deleted of one household. */
interface Deletion {
  file: OpenFile;
  removal: Removal<MemberView>;
}

interface DeleteDuplicatesPlan extends Plan {
  year: number;
  survivor: MemberView | null;
  deletions: Deletion[];
}

/**
 * 8.8 同户重复贫困人口删除 and 8.9 不同户重复人口删除: of the normal members with one number in a year one is kept, the
 * others are deleted (PA-BO-08, PA-BO-09). Within the household of the one who is kept the head's copy is never deleted;
 * elsewhere a head is followed by a new one, and a household that nobody is left of is closed.
 */
export function deleteDuplicates(clock: Clock): Operation<DeleteDuplicatesInput, DeleteDuplicatesPlan> {
  return {
    plan: async (tx, input, lock) => {
      const { year, survivorId, memberIds } = input;
      checkSelection(input);
      const asked = survivorId == null ? [...memberIds] : [survivorId, ...memberIds];
      const files = await filesFor(tx, await householdsOf(tx, asked, year), year, lock, 'input.memberIds');
      const deleted = memberIds.map((id) => activeMember(files, id, 'input.memberIds'));
      const survivor = survivorId == null ? null : activeMember(files, survivorId, 'input.survivorId');
      const number = deleted[0]!.idNumberIndex;
      if (
        number === null ||
        [...deleted, ...(survivor ? [survivor] : [])].some((m) => m.idNumberIndex !== number)
      )
        throw notDuplicates();
      if (survivor === null) await refuseUnlessHeldElsewhere(tx, number, year);

      const deletions = deletionsOf(files, deleted, survivor, input.heads ?? []);
      const sameHousehold =
        survivor !== null && deletions.every(({ file }) => file.household.id === survivor.householdId);
      const byHousehold = (state: (deletion: Deletion) => unknown) =>
        Object.fromEntries(
          deletions.map((deletion) => [deletion.file.household.householdNo, state(deletion)]),
        );
      const kept = survivor?.personNo ?? null;
      return {
        function: sameHousehold ? 'DELETE_DUPLICATES_IN_HOUSEHOLD' : 'DELETE_DUPLICATES_ACROSS_HOUSEHOLDS',
        targetId: survivor?.id ?? deleted[0]!.id,
        householdId: deleted[0]!.householdId,
        year,
        before: { kept, households: byHousehold(({ file, removal }) => standing(file, concerned(removal))) },
        after: {
          kept,
          households: byHousehold(({ file, removal }) => standingAfter(file, removal, 'DELETED')),
          closed: deletions.flatMap(({ file, removal }) =>
            removal.remaining.length === 0 ? [file.household.householdNo] : [],
          ),
        },
        confirmation: kept ?? deleted[0]!.personNo,
        versions: files.flatMap(({ household, record }) => [household.id, household.version, record.version]),
        survivor,
        deletions,
      };
    },
    apply: async (tx, { year, survivor, deletions }, by) => {
      for (const deletion of deletions) await deleteFrom(tx, deletion, clock.today(), by);
      if (survivor !== null) await takeIntoIndex(tx, [survivor.id], year);
      return {};
    },
  };
}

function checkSelection({ survivorId, memberIds }: DeleteDuplicatesInput): void {
  if (memberIds.length === 0) {
    throw new Refusal(
      'NOTHING_SELECTED',
      { zh: '请至少选择一名要删除的重复人员', en: 'Choose at least one duplicate to delete' },
      { field: 'input.memberIds' },
    );
  }
  const all = survivorId == null ? memberIds : [survivorId, ...memberIds];
  if (new Set(all).size !== all.length) {
    throw refuse.invalid('input.memberIds', {
      zh: '要删除的人员不能重复选择，也不能包括保留的人员',
      en: 'Each person to delete is named once, and the one who is kept is not among them',
    });
  }
}

/** The households of persons in a year, as far as the caller sees them. */
async function householdsOf(
  tx: ScopedTransaction,
  memberIds: readonly string[],
  year: number,
): Promise<string[]> {
  if (!memberIds.every(isUuid)) throw refuse.notFound('input.memberIds');
  const rows = await tx.query<{ id: string }>(
    'SELECT DISTINCT household_id AS id FROM member_year_record WHERE member_id = ANY($1::uuid[]) AND year = $2',
    [memberIds, year],
  );
  if (rows.length === 0) throw refuse.notFound('input.memberIds');
  return rows.map(({ id }) => id);
}

function activeMember(files: readonly OpenFile[], id: string, field: string): MemberView {
  const member = files.flatMap(({ members }) => members).find((one) => one.id === id);
  if (member === undefined || !isActive(member)) throw refuse.notFound(field);
  return member;
}

type Heads = readonly (HeadChoice & { householdId: string })[];

/** What is deleted of each household; throws one refusal with every fault, those of several households by their numbers. */
function deletionsOf(
  files: readonly OpenFile[],
  deleted: readonly MemberView[],
  survivor: MemberView | null,
  heads: Heads,
): Deletion[] {
  const concerned = files.filter(({ household }) =>
    deleted.some(({ householdId }) => householdId === household.id),
  );
  const faults = heads.flatMap(({ householdId }, index) =>
    concerned.some(({ household }) => household.id === householdId)
      ? []
      : [nobodyLeaves(`input.heads[${index}].householdId`)],
  );
  const deletions = concerned.flatMap((file): Deletion[] => {
    const { id, householdNo } = file.household;
    const leaving = deleted.filter(({ householdId }) => householdId === id);
    try {
      return [{ file, removal: deletionOf(file, leaving, survivor, heads) }];
    } catch (error) {
      if (!isRefusal(error)) throw error;
      faults.push(concerned.length === 1 ? error : ofHousehold(householdNo, error));
      return [];
    }
  });
  if (faults.length > 0) throw Refusal.many(faults);
  return deletions;
}

function deletionOf(
  file: OpenFile,
  leaving: readonly MemberView[],
  survivor: MemberView | null,
  heads: Heads,
): Removal<MemberView> {
  const { id } = file.household;
  if (survivor?.householdId === id && leaving.some(({ relationToHead }) => relationToHead === 'HEAD')) {
    throw headCopy();
  }
  const place = heads.findIndex(({ householdId }) => householdId === id);
  const choice = `input.heads[${place}]`;
  return removalOf(
    file.members.filter(isActive),
    leaving.map((member) => member.id),
    heads[place] ?? {},
    place < 0
      ? { members: 'input.memberIds', newHead: 'input.heads', relations: 'input.heads' }
      : { members: 'input.memberIds', newHead: `${choice}.newHeadId`, relations: `${choice}.relations` },
  );
}

/** Without a survivor in sight somebody else must carry the number, where the caller cannot look. */
async function refuseUnlessHeldElsewhere(tx: ScopedTransaction, number: string, year: number): Promise<void> {
  const holders = await tx.query<{ outside: boolean }>(
    'SELECT member_id IS NULL AS outside FROM pa_du_01_holders($1, ARRAY[$2])',
    [year, number],
  );
  if (holders.some(({ outside }) => outside)) return;
  throw refuse.invalid('input.survivorId', {
    zh: '请选择要保留的人员；只有保留者在其他省时才可以留空',
    en: 'Choose the person who is kept; leave it out only if that person stands in another province',
  });
}

async function deleteFrom(
  tx: ScopedTransaction,
  { file, removal }: Deletion,
  today: string,
  by: Trace,
): Promise<void> {
  const { household, record, year } = file;
  await writeRemoval(tx, year.year, removal, 'DELETED', today, by);
  const { before, after } = await restate(tx, record, by);
  if (removal.remaining.length === 0) await closeEmptied(tx, file, today, by);
  for (const { id, citizenId } of removal.leaving) {
    await recordEvent(tx, MemberChanged, {
      aggregateId: id,
      regionCode: record.regionCode,
      occurredAt: by.now,
      data: {
        kind: 'DELETE_DUPLICATE',
        memberId: id,
        ...(citizenId === null ? {} : { citizenId }),
        year: year.year,
        fromHouseholdId: household.id,
        toHouseholdId: null,
        reason: null,
        perCapitaBefore: before,
        perCapitaAfter: after,
      },
    });
  }
}

/** In the cycle the file is closed; the record of an earlier year says so for its year, and the file lives on (PA-YR-01). */
async function closeEmptied(tx: ScopedTransaction, file: OpenFile, today: string, by: Trace): Promise<void> {
  const { household, record, year } = file;
  if (!year.isCurrentCycle) {
    await updateRecord(tx, record, { closureYear: year.year }, by);
    return;
  }
  const { id, regionCode } = household;
  await closeHousehold(
    tx,
    { id, regionCode, povertyStatus: record.basic.povertyStatus },
    year.year,
    'DUPLICATES_DELETED',
    today,
    by,
  );
}

/** A refusal with the number of the household it is about. */
function ofHousehold(householdNo: string, { code, text, field }: Refusal): Refusal {
  const told = { zh: `${householdNo}：${text.zh}`, en: `${householdNo}: ${text.en}` };
  return new Refusal(code, told, { field, details: { household: householdNo } });
}

function nobodyLeaves(field: string): Refusal {
  return refuse.invalid(field, {
    zh: '该户没有要删除的人员，不需要指定新户主，请去掉该户',
    en: 'Nobody of this household is deleted, so it needs no new head; leave it out',
  });
}

function notDuplicates(): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: '所选人员的证件号码不相同，不是重复人口；请从重复证件号码查询中选择',
      en: 'These persons do not carry the same number; choose them from the query of duplicate numbers',
    },
    { field: 'input.memberIds' },
  );
}

function headCopy(): Refusal {
  return new Refusal(
    'HEAD_NOT_ALLOWED',
    {
      zh: '同一户内的重复人口中有户主的，须保留户主，请改选要删除的人员',
      en: 'Of duplicates within one household the head is kept; choose the other copies to delete',
    },
    { field: 'input.memberIds' },
  );
}
