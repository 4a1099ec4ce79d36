import { refuse } from '@junxian/errors';
import { EvaluationSubmitted } from '@junxian/messaging';
import { isUniqueViolation, type ScopedTransaction } from '@junxian/persistence';
import DataLoader from 'dataloader';
import type { Actor, CaseItem } from '../cases/case.types';
import { caseById, caseEvent, noteOnCase } from '../cases/case-changes.service';
import { manyBy } from '../cases/case-reads.service';
import { dueOn } from '../deadlines/periods.service';
import { insertion, selectList } from '../rows';
import {
  checkEvaluation,
  checkRound,
  type DepartmentReason,
  type EvaluationInput,
  type EvaluationProgress,
  type Rating,
  type UnitReason,
} from './evaluation.rules';

/** One round of an evaluation 满意度评价 as stored. */
export interface Evaluation {
  id: string;
  caseItemId: string;
  round: number;
  deptOrganisationId: string;
  deptRating: Rating;
  deptReasons: DepartmentReason[];
  deptComment: string | null;
  unitOrganisationId: string | null;
  unitRating: Rating | null;
  unitReasons: UnitReason[];
  unitComment: string | null;
  at: Date;
  via: 'ACCOUNT' | 'QUERY_CODE';
  /** Last day of the second round, `YYYY-MM-DD`; null for the second. */
  secondDueOn: string | null;
}

const EVALUATION_COLUMNS = `${selectList(
  [
    'id',
    'caseItemId',
    'round',
    'deptOrganisationId',
    'deptRating',
    'deptReasons',
    'deptComment',
    'unitOrganisationId',
    'unitRating',
    'unitReasons',
    'unitComment',
    'at',
    'via',
  ],
  'e',
)}, e.second_due_on::text AS "secondDueOn"`;

/** Loaders of evaluations: however many items are asked for, each takes one statement. */
export interface EvaluationLoaders {
  /** The rounds of an item, the first one first. */
  evaluations: DataLoader<string, Evaluation[]>;
  /** Last day of the first round of an item, or null. */
  evaluationFirstDueOn: DataLoader<string, string | null>;
}

/** Makes the loaders of one request. */
export function evaluationLoaders(read: () => Promise<ScopedTransaction>): EvaluationLoaders {
  return {
    evaluations: manyBy(read, ({ caseItemId }) => caseItemId, evaluationsOf),
    evaluationFirstDueOn: new DataLoader(async (ids) => {
      const found = await firstDueDays(await read(), ids);
      return ids.map((id) => found.get(id) ?? null);
    }),
  };
}

/** The rounds of items in sight, by item and round. */
export function evaluationsOf(tx: ScopedTransaction, caseItemIds: readonly string[]): Promise<Evaluation[]> {
  return tx.query<Evaluation>(
    `SELECT ${EVALUATION_COLUMNS} FROM evaluation e WHERE e.case_item_id = ANY($1::uuid[]) ORDER BY e.case_item_id, e.round`,
    [caseItemIds],
  );
}

async function firstDueDays(
  tx: ScopedTransaction,
  caseItemIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await tx.query<{ id: string; dueOn: string }>(
    'SELECT case_item_id AS id, first_due_on::text AS "dueOn" FROM evaluation_window WHERE case_item_id = ANY($1::uuid[])',
    [caseItemIds],
  );
  return new Map(rows.map(({ id, dueOn: day }) => [id, day]));
}

/** What is stored of an item's evaluation. */
export interface EvaluationFacts {
  rounds: Evaluation[];
  firstDueOn: string | null;
}

/** What is stored of one item's evaluation, as far as the reader sees the item. */
export async function evaluationFacts(tx: ScopedTransaction, caseItemId: string): Promise<EvaluationFacts> {
  const rounds = await evaluationsOf(tx, [caseItemId]);
  return { rounds, firstDueOn: (await firstDueDays(tx, [caseItemId])).get(caseItemId) ?? null };
}

/** The progress that stored facts amount to. */
export function progressOf({ firstDueOn, rounds }: EvaluationFacts): EvaluationProgress {
  return { firstDueOn, rounds: rounds.length, secondDueOn: rounds[0]?.secondDueOn ?? null };
}

/** Who evaluates: the citizen by the account, or the holder of the query code by its token. */
export interface Evaluator {
  actor: Actor;
  via: Evaluation['via'];
}

/**
 * Stores one round of an evaluation in the transaction of the citizen or code holder, with journal entry and event. Of
 * two given at once exactly one is stored. Throws NOT_FOUND for an item that is not the evaluator's, NOT_ELIGIBLE, LIMIT_REACHED,
 * EVALUATION_EXPIRED, STALE_VERSION (the round meant was given meanwhile), and what {@link checkEvaluation} throws.
 * Rules: PT-SAT-05…10.
 */
export async function evaluate(
  tx: ScopedTransaction,
  caseItemId: string,
  input: EvaluationInput,
  { actor, via }: Evaluator,
  { at, today }: { at: Date; today: string },
): Promise<CaseItem> {
  const item = await caseById(tx, caseItemId);
  if (item === undefined) throw refuse.notFound('caseItemId');
  const round = checkRound(item, progressOf(await evaluationFacts(tx, item.id)), input.round, today);
  const unitOrganisationId = item.responsibleOrganisationId;
  const { department, unit } = checkEvaluation(input, unitOrganisationId !== null);
  const id = await stored(tx, {
    caseItemId: item.id,
    regionCode: item.regionCode,
    round,
    deptOrganisationId: item.petitionDeptOrganisationId,
    deptRating: department.rating,
    deptReasons: department.reasons,
    deptComment: department.comment,
    unitOrganisationId,
    unitRating: unit?.rating ?? null,
    unitReasons: unit?.reasons ?? [],
    unitComment: unit?.comment ?? null,
    at,
    via,
    secondDueOn: round === 1 ? await dueOn(tx, 'EVALUATION_SECOND', today) : null,
  });
  const ratings = { round, deptRating: department.rating, unitRating: unit?.rating ?? null };
  await noteOnCase(tx, item, {
    action: 'EVALUATE',
    actor,
    at,
    events: [caseEvent(EvaluationSubmitted, ratings)],
    subjectId: id,
    details: { ...ratings, via },
  });
  return item;
}

async function stored(
  tx: ScopedTransaction,
  row: Omit<Evaluation, 'id'> & { regionCode: string },
): Promise<string> {
  const { columns, placeholders, values } = insertion(row);
  try {
    const [evaluation] = await tx.query<{ id: string }>(
      `INSERT INTO evaluation (${columns}) VALUES (${placeholders}) RETURNING id`,
      values,
    );
    return evaluation!.id;
  } catch (error) {
    if (isUniqueViolation(error)) throw refuse.staleVersion('round');
    throw error;
  }
}
