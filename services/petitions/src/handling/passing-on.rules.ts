import { type Fault, Refusal, refuse } from '@junxian/errors';
import { Faults, TEXT_LIMITS } from '../texts.rules';

/** One item of a batch, as the officer saw it. */
export interface BatchItem {
  caseItemId: string;
  expectedVersion: number;
}

export interface PassOnInput {
  destinationOrgId: string;
  opinion?: string | null;
  copyOrgIds?: readonly string[] | null;
  /** ASSIGN only: the last day for the result. */
  resultDueAt?: string | null;
}

/** What is passed on, checked. */
export interface PassOn {
  mode: 'FORWARD' | 'ASSIGN';
  destinationId: string;
  opinion: string | null;
  copyIds: string[];
  resultDueOn: string | null;
}

/** So many items one batch may have, and so many organisations get a copy. */
export const MOST_IN_BATCH = 100;
const MOST_COPIES = 20;

/**
 * Checks what an officer enters to forward or assign. ASSIGN needs a day for the result, today or later (PT-HND-05).
 * Throws all faults at once: FIELD_REQUIRED, RESULT_DUE_IN_PAST, INVALID_INPUT.
 */
export function checkPassOn(mode: PassOn['mode'], input: PassOnInput, today: string): PassOn {
  const faults = new Faults();
  const opinion = faults.optionalText('opinion', input.opinion, TEXT_LIMITS.OPINION);
  const destinationId = input.destinationOrgId.toLowerCase();
  const copyIds = [...new Set((input.copyOrgIds ?? []).map((id) => id.toLowerCase()))].filter(
    (id) => id !== destinationId,
  );
  if (copyIds.length > MOST_COPIES) {
    faults.add(
      refuse.invalid('copyOrgIds', {
        zh: `一次最多抄送 ${MOST_COPIES} 个机构`,
        en: `A copy goes to ${MOST_COPIES} organisations at most`,
      }),
    );
  }
  const resultDueOn = mode === 'ASSIGN' ? faults.text('resultDueAt', input.resultDueAt, 10) : null;
  if (resultDueOn && resultDueOn < today) {
    faults.add(
      new Refusal(
        'RESULT_DUE_IN_PAST',
        {
          zh: '交办的反馈期限不能早于今天，请重新选择日期',
          en: 'The result cannot be due before today; choose a later day',
        },
        { field: 'resultDueAt' },
      ),
    );
  }
  faults.throwIfAny();
  return { mode, destinationId, opinion, copyIds, resultDueOn };
}

/**
 * The items of a batch in the order in which they are locked, so that two batches never wait for each other. Throws
 * INVALID_INPUT for an empty batch, one too large, or an item chosen twice.
 */
export function inLockOrder(items: readonly BatchItem[]): BatchItem[] {
  const ordered = items
    .map((item) => ({ ...item, caseItemId: item.caseItemId.toLowerCase() }))
    .sort((a, b) => (a.caseItemId < b.caseItemId ? -1 : 1));
  const distinct = new Set(ordered.map(({ caseItemId }) => caseItemId));
  if (ordered.length === 0 || ordered.length > MOST_IN_BATCH || distinct.size < ordered.length) {
    throw refuse.invalid('items', {
      zh: `集中办理请选择 1 至 ${MOST_IN_BATCH} 个不重复的信访件`,
      en: `Choose 1 to ${MOST_IN_BATCH} different items for a batch`,
    });
  }
  return ordered;
}

/** Why one item of a batch cannot be passed on. */
export interface BatchFailure {
  caseItemId: string;
  /** Null for an item out of sight. */
  itemNo: string | null;
  refusal: Refusal;
}

/** The refusal of a whole batch, of which nothing moves: the code of the first failure, every item with its number. Rule: PT-HND-06. */
export function batchRefused(failures: readonly [BatchFailure, ...BatchFailure[]]): Refusal {
  const faults: Fault[] = failures.map(({ itemNo, caseItemId, refusal: { code, text } }) => {
    const name = itemNo ?? caseItemId;
    return {
      code,
      field: `items[${caseItemId}]`,
      text: { zh: `${name}：${text.zh}`, en: `${name}: ${text.en}` },
    };
  });
  const first = failures[0].refusal;
  return new Refusal(
    first.code,
    {
      zh: `集中办理未执行，${failures.length} 件不符合要求：${faults[0]!.text.zh}`,
      en: `Nothing was moved; ${failures.length} of the batch cannot be: ${faults[0]!.text.en}`,
    },
    {
      field: 'items',
      details: {
        items: failures.map(({ caseItemId, itemNo, refusal }) => ({
          caseItemId,
          itemNo,
          code: refusal.code,
        })),
      },
      httpStatus: first.httpStatus,
    },
    faults,
  );
}
