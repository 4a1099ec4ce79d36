import { randomUUID } from 'node:crypto';
import type { ScopedTransaction } from '@junxian/persistence';
import { MEMBER_STATUS, type MemberStatus, RELATION_TO_HEAD, type RelationToHead } from '../code-lists';
import type { Trace } from '../households/household-files.service';

/** A membership as it is to be written. */
export interface MembershipChange {
  memberId: string;
  householdId: string;
  status: MemberStatus;
  relationToHead: RelationToHead;
  statusDate: string | null;
  statusReason: string | null;
}

/**
 * Writes memberships of existing members in a year: household, status, relation to the head; a member who moves takes
 * the region of the household. Takes households whose files are locked. No household has two heads on the way: who
 * leaves or steps back is written before who follows (PA-HH-06).
 */
export async function writeMemberships(
  tx: ScopedTransaction,
  changes: readonly MembershipChange[],
  year: number,
  { actor, now }: Trace,
): Promise<void> {
  const isHead = ({ status, relationToHead }: MembershipChange) =>
    relationToHead === 'HEAD' && (status === 'NORMAL' || status === 'TRANSFERRED_IN');
  for (const part of [changes.filter((change) => !isHead(change)), changes.filter(isHead)]) {
    if (part.length === 0) continue;
    await tx.query(
      `UPDATE member_year_record m SET household_id = c.household_id, status = c.status, relation_to_head = c.relation,
         status_date = c.status_date, status_reason = c.status_reason,
         region_code = r.region_code, region_epoch = r.region_epoch,
         updated_by = $1, updated_at = $2, version = m.version + 1
       FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::date[], $8::text[])
         AS c (member_id, household_id, status, relation, status_date, status_reason)
       JOIN household_year_record r ON r.household_id = c.household_id AND r.year = $9
       WHERE m.member_id = c.member_id AND m.year = $9`,
      [
        actor,
        now,
        part.map(({ memberId }) => memberId),
        part.map(({ householdId }) => householdId),
        part.map(({ status }) => MEMBER_STATUS.code(status)),
        part.map(({ relationToHead }) => RELATION_TO_HEAD.code(relationToHead)),
        part.map(({ statusDate }) => statusDate),
        part.map(({ statusReason }) => statusReason),
        year,
      ],
    );
  }
}

/** Takes the permanent rows of members, and the to-dos that are open about them, along to where they belong in a year. */
export async function settleMembers(
  tx: ScopedTransaction,
  memberIds: readonly string[],
  year: number,
  { actor, now }: Trace,
): Promise<void> {
  await tx.query(
    `UPDATE member p SET region_code = m.region_code, region_epoch = m.region_epoch,
       updated_by = $1, updated_at = $2, version = p.version + 1
     FROM member_year_record m
     WHERE m.member_id = p.id AND m.year = $4 AND p.id = ANY($3::uuid[]) AND p.region_code <> m.region_code`,
    [actor, now, memberIds, year],
  );
  await tx.query(
    `UPDATE to_do t SET household_id = m.household_id, region_code = m.region_code, region_epoch = m.region_epoch
     FROM member_year_record m
     WHERE m.member_id = t.member_id AND m.year = $2 AND t.member_id = ANY($1::uuid[]) AND t.state = 'OPEN'
       AND t.household_id <> m.household_id`,
    [memberIds, year],
  );
}

/** The number of the last region change that each household's row followed, for rows that take its code. */
export async function epochsOf(
  tx: ScopedTransaction,
  householdIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await tx.query<{ id: string; epoch: number }>(
    'SELECT id, region_epoch AS epoch FROM household WHERE id = ANY($1::uuid[])',
    [householdIds],
  );
  return new Map(rows.map(({ id, epoch }) => [id, epoch]));
}

/** A change of population in one household, as it is kept. */
export interface PopulationChangeEntry {
  /** The same on both sides of a transfer or split. */
  changeId: string;
  householdId: string;
  kind: 'TRANSFER' | 'ADD' | 'REDUCE' | 'SPLIT';
  direction: 'OUT' | 'IN';
  memberId: string;
  fromHouseholdId: string | null;
  toHouseholdId: string | null;
  /** Code of the reason; null for a split. */
  reason: string | null;
  changeDate: string;
  newHeadId: string | null;
  perCapitaBefore: string | null;
  perCapitaAfter: string | null;
}

/** An id for a change, common to its sides. */
export const newChangeId = (): string => randomUUID();

/** Keeps population changes 人口变更情况 of an operation, in their order, each in the region of its household. */
export async function keepPopulationChanges(
  tx: ScopedTransaction,
  operationId: string,
  year: number,
  entries: readonly PopulationChangeEntry[],
  { actor, now }: Trace,
): Promise<void> {
  await tx.query(
    `INSERT INTO population_change
       (change_id, household_id, operation_id, year, region_code, region_epoch, kind, direction, member_id,
        from_household_id, to_household_id, reason, change_date, new_head_id, per_capita_before, per_capita_after, operator, at)
     SELECT c.change_id, h.id, $1, $2, h.region_code, h.region_epoch, c.kind, c.direction, c.member_id,
       c.from_household_id, c.to_household_id, c.reason, c.change_date, c.new_head_id, c.per_capita_before, c.per_capita_after, $3, $4
     FROM unnest($5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::uuid[], $10::uuid[], $11::uuid[], $12::text[], $13::date[],
         $14::uuid[], $15::numeric[], $16::numeric[]) WITH ORDINALITY
       AS c (change_id, household_id, kind, direction, member_id, from_household_id, to_household_id, reason, change_date,
         new_head_id, per_capita_before, per_capita_after, place)
     JOIN household h ON h.id = c.household_id ORDER BY c.place`,
    [
      operationId,
      year,
      actor,
      now,
      ...(
        [
          'changeId',
          'householdId',
          'kind',
          'direction',
          'memberId',
          'fromHouseholdId',
          'toHouseholdId',
          'reason',
          'changeDate',
          'newHeadId',
          'perCapitaBefore',
          'perCapitaAfter',
        ] as const
      ).map((column) => entries.map((entry) => entry[column])),
    ],
  );
}

/** A population change of one household, as lists show it. */
export interface PopulationChangeView extends PopulationChangeEntry {
  year: number;
  at: Date;
  isRolledBack: boolean;
}

/** The population changes of an operation that the caller sees, in their order. */
export function readPopulationChanges(
  tx: ScopedTransaction,
  operationId: string,
): Promise<PopulationChangeView[]> {
  return tx.query<PopulationChangeView>(
    `SELECT change_id AS "changeId", household_id AS "householdId", kind, direction, year, member_id AS "memberId",
       from_household_id AS "fromHouseholdId", to_household_id AS "toHouseholdId", reason, change_date::text AS "changeDate",
       new_head_id AS "newHeadId", per_capita_before AS "perCapitaBefore", per_capita_after AS "perCapitaAfter", at,
       rolled_back_by IS NOT NULL AS "isRolledBack"
     FROM population_change WHERE operation_id = $1 ORDER BY position`,
    [operationId],
  );
}
