import type { CodeRange } from '@junxian/administrative-region';
import type { Clock } from '@junxian/calendar';
import { Refusal, refuse } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { expectVersion, keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { ToDoKind, ToDoState } from '../back-office-code-lists';
import {
  ACTIVE_MEMBER_CODES,
  isActive,
  openFile,
  recordChanged,
  type Trace,
  traceOf,
  updateMembers,
  updateRecord,
} from '../households/household-files.service';
import { currentCycle } from '../survey-years/survey-years.service';

/** A to-do 待办 that news from another service raised. */
export interface ToDoView {
  id: string;
  kind: ToDoKind;
  state: ToDoState;
  regionCode: string;
  year: number;
  householdId: string | null;
  memberId: string | null;
  facts: { deathDate?: string; enrolled?: boolean; hardshipLevel?: string; newRegionCode?: string };
  occurredAt: Date;
  settledBy: string | null;
  settledAt: Date | null;
  note: string | null;
  version: number;
}

/** Which to-dos are sought. */
export interface ToDoFilter {
  kind?: ToDoKind | null | undefined;
  state?: ToDoState | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}

/** What a person decides on a to-do. */
export interface Settlement {
  id: string;
  expectedVersion: number;
  decision: 'CONFIRM' | 'DISMISS';
  note?: string | null | undefined;
}

const SELECT = `t.id, t.kind, t.state, t.region_code AS "regionCode", t.year, t.household_id AS "householdId",
  t.member_id AS "memberId", t.facts, t.occurred_at AS "occurredAt", t.settled_by AS "settledBy",
  t.settled_at AS "settledAt", t.note, t.version`;
const MAX_NOTE = 200;

/** The to-dos of a region: the list, and what a person decides. */
export class ToDosService {
  constructor(private readonly clock: Clock) {}

  /** One page of the to-dos in a range of codes, village by village, the latest of each first. Throws INVALID_INPUT on a bad cursor. */
  page(tx: ScopedTransaction, range: CodeRange, filter: ToDoFilter): Promise<Page<ToDoView>> {
    const parameters: unknown[] = [range.low, range.high];
    const where = ['t.region_code >= $1 AND t.region_code < $2'];
    if (filter.state) where.push(`t.state = $${parameters.push(filter.state)}`);
    if (filter.kind) where.push(`t.kind = $${parameters.push(filter.kind)}`);
    return keysetPage<ToDoView>(tx, {
      select: SELECT,
      from: 'to_do t',
      where,
      parameters,
      order: [
        { column: 't.region_code', key: 'regionCode', direction: 'DESC' },
        { column: 't.id', key: 'id', type: 'uuid' },
      ],
      first: filter.first,
      after: filter.after,
    });
  }

  /**
   * Confirms or dismisses a to-do. A confirmed enrolment is written into the member's record of the cycle; everything
   * else stays for the function that is made for it. Returns the to-do. Throws NOT_FOUND, STATE_CONFLICT for one that is
   * settled or whose person is no normal member any more, REASON_REQUIRED without a note on dismissal, INVALID_INPUT for
   * a note that is too long, STALE_VERSION, YEAR_CLOSED.
   */
  async settle(
    tx: ScopedTransaction,
    { id, expectedVersion, decision, note }: Settlement,
  ): Promise<ToDoView> {
    const by = traceOf(tx, this.clock);
    const text = note?.trim() || null;
    checkNote(text, decision);
    const [toDo] = isUuid(id)
      ? await tx.query<ToDoView>(`SELECT ${SELECT} FROM to_do t WHERE t.id = $1`, [id])
      : [];
    if (toDo === undefined) throw refuse.notFound('input.id');
    if (toDo.state !== 'OPEN') throw settledBefore();
    if (toDo.version !== expectedVersion) throw refuse.staleVersion();
    // The household is locked before the to-do, as by everybody who changes both.
    const enrols = decision === 'CONFIRM' && toDo.kind === 'INSURANCE_ENROLMENT_CHANGED';
    const year = enrols ? await this.enrol(tx, toDo, by) : toDo.year;
    return expectVersion(
      await tx.query<ToDoView>(
        `UPDATE to_do t SET state = $3, settled_by = $4, settled_at = $5, note = $6, year = $7,
           version = version + 1
         WHERE t.id = $1 AND t.version = $2 AND t.state = 'OPEN' RETURNING ${SELECT}`,
        [
          id,
          expectedVersion,
          decision === 'CONFIRM' ? 'CONFIRMED' : 'DISMISSED',
          by.actor,
          by.now,
          text,
          year,
        ],
      ),
    );
  }

  /** Writes an enrolment into the member's record of the cycle, whichever year it was heard of in; returns that year. */
  private async enrol(tx: ScopedTransaction, { memberId, facts }: ToDoView, by: Trace): Promise<number> {
    const { year } = await currentCycle(tx);
    const [record] = await tx.query<{ householdId: string }>(
      `SELECT household_id AS "householdId" FROM member_year_record
       WHERE member_id = $1 AND year = $2 AND status = ANY($3::text[])`,
      [memberId, year, ACTIVE_MEMBER_CODES],
    );
    if (record === undefined) throw noMember();
    const file = await openFile(tx, { householdId: record.householdId }, year);
    const member = file.members.find((one) => one.id === memberId);
    if (member === undefined || !isActive(member)) throw noMember();
    await updateMembers(tx, [member.id], year, { inCriticalIllnessInsurance: facts.enrolled === true }, by);
    // Whoever decides on the household by what they saw of its members learns that these have changed.
    await updateRecord(tx, file.record, {}, by);
    await recordChanged(tx, [file], ['MEMBERS'], by);
    return year;
  }
}

/**
 * Settles the open to-dos of a kind about these members, by whoever did what they ask for: the act confirms the news. Takes
 * members whose households are locked.
 */
export async function settleDone(
  tx: ScopedTransaction,
  kind: ToDoKind,
  memberIds: readonly string[],
  { actor, now }: Trace,
): Promise<void> {
  if (memberIds.length === 0) return;
  await tx.query(
    `UPDATE to_do SET state = 'CONFIRMED', settled_by = $3, settled_at = $4, version = version + 1
     WHERE member_id = ANY($2::uuid[]) AND kind = $1 AND state = 'OPEN'`,
    [kind, memberIds, actor, now],
  );
}

/**
 * Takes the to-dos that are open along from one cycle to the next, so that they show and change the record that counts. Those
 * about persons who have no record of the new year stay. Each gets its next version: who has one open looks at the old year.
 */
export async function carryToDosOver(tx: ScopedTransaction, from: number, to: number): Promise<void> {
  await tx.query(
    `UPDATE to_do t SET year = $2, version = version + 1 WHERE t.state = 'OPEN' AND t.year = $1
       AND (t.member_id IS NULL OR EXISTS (SELECT FROM member_year_record m WHERE m.member_id = t.member_id AND m.year = $2))`,
    [from, to],
  );
}

function checkNote(note: string | null, decision: Settlement['decision']): void {
  if (note === null && decision === 'DISMISS') {
    throw new Refusal(
      'REASON_REQUIRED',
      { zh: '忽略待办须填写处理说明', en: 'Say in a note why the to-do is dismissed' },
      { field: 'input.note' },
    );
  }
  if ([...(note ?? '')].length > MAX_NOTE) {
    throw refuse.invalid('input.note', {
      zh: `处理说明不超过 ${MAX_NOTE} 个字，请精简`,
      en: `The note has at most ${MAX_NOTE} characters; shorten it`,
    });
  }
}

function settledBefore(): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    { zh: '该待办已处理，请刷新列表', en: 'The to-do is settled already; reload the list' },
    { field: 'input.id' },
  );
}

function noMember(): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: '该人员已不是本辖区贫困户的正常成员，请忽略该待办并说明情况',
      en: 'The person is no normal member of a household here any more; dismiss the to-do and say so',
    },
    { field: 'input.id' },
  );
}
