import { isWithin, levelOfCode, scopeRange } from '@junxian/administrative-region';
import type { Clock } from '@junxian/calendar';
import { Refusal } from '@junxian/errors';
import { isUuid } from '@junxian/identity';
import { keysetPage, type Page, type ScopedTransaction } from '@junxian/persistence';
import type { PresentRegions } from '@junxian/region-changes';

/** A household of a split region that waits for its village. */
export interface SplitTaskView {
  householdId: string;
  regionCode: string;
  candidateCodes: string[];
}

/** The to-do list of split regions (DI-REG-08): what waits, and the assignment of a village. */
export class SplitTasksService {
  constructor(
    private readonly regions: PresentRegions,
    private readonly clock: Clock,
    /** Called after an assignment is committed, so that the rows follow at once. */
    private readonly assigned: () => void = () => undefined,
  ) {}

  /** One page of the open tasks in the caller's region. Throws INVALID_INPUT on a bad cursor. */
  page(
    tx: ScopedTransaction,
    { first, after }: { first?: number | null; after?: string | null },
  ): Promise<Page<SplitTaskView>> {
    return keysetPage<SplitTaskView>(tx, {
      select:
        't.household_id AS "householdId", t.region_code AS "regionCode", t.candidate_codes AS "candidateCodes"',
      from: 'split_task t',
      where: ['t.assigned_code IS NULL'],
      order: [
        { column: 't.region_code', key: 'regionCode' },
        { column: 't.household_id', key: 'householdId', type: 'uuid' },
      ],
      first,
      after,
    });
  }

  /**
   * Assigns households that wait to a village; their rows follow in the background. All or none.
   * Throws NOTHING_SELECTED without households, INVALID_REGION_CODE for a village that is none today or no
   * successor of theirs, STATE_CONFLICT when one of them does not wait (any more) in the caller's region.
   */
  async assign(tx: ScopedTransaction, householdIds: readonly string[], villageCode: string): Promise<number> {
    const ids = [...new Set(householdIds)];
    if (ids.length === 0) throw nothingSelected();
    if (!ids.every(isUuid)) throw notWaiting();
    const codes = await this.regions.hold(tx);
    if (codes.levelOf(villageCode) !== 'VILLAGE') throw notASuccessor();
    const tasks = await tx.query<SplitTaskView>(
      `SELECT household_id AS "householdId", candidate_codes AS "candidateCodes" FROM split_task
       WHERE household_id = ANY($1::uuid[]) AND assigned_code IS NULL FOR UPDATE`,
      [ids],
    );
    if (tasks.length !== ids.length) throw notWaiting();
    if (!tasks.every(({ candidateCodes }) => isSuccessor(villageCode, candidateCodes))) throw notASuccessor();
    await tx.query(
      `UPDATE split_task SET assigned_code = $2, assigned_by = $3, assigned_at = $4
       WHERE household_id = ANY($1::uuid[]) AND assigned_code IS NULL`,
      [ids, villageCode, tx.scope.accountId, this.clock.now()],
    );
    tx.afterCommit(this.assigned);
    return ids.length;
  }
}

function isSuccessor(villageCode: string, candidates: readonly string[]): boolean {
  return candidates.some((code) => isWithin(villageCode, scopeRange(code, levelOfCode(code))));
}

function nothingSelected(): Refusal {
  return new Refusal(
    'NOTHING_SELECTED',
    { zh: '请至少选择一户', en: 'Choose at least one household' },
    { field: 'householdIds' },
  );
}

function notASuccessor(): Refusal {
  return new Refusal(
    'INVALID_REGION_CODE',
    {
      zh: '请从拆分后的区划中选择一个现行的行政村',
      en: 'Choose a present village of one of the successors of the split region',
    },
    { field: 'villageCode' },
  );
}

function notWaiting(): Refusal {
  return new Refusal(
    'STATE_CONFLICT',
    {
      zh: '所选贫困户中有的不在待分配列表中，请刷新列表后重新选择',
      en: 'Some of these households do not wait for a village; reload the list and choose again',
    },
    { field: 'householdIds' },
  );
}
