import { Refusal, refuse } from '@junxian/errors';
import type { CaseItem } from '../cases/case.types';
import { isOver } from '../deadlines/periods.rules';
import { Faults, required, TEXT_LIMITS } from '../texts.rules';

export type Rating = 'SATISFIED' | 'BASICALLY_SATISFIED' | 'DISSATISFIED';
/** Why somebody is dissatisfied with the petition department (catalogue 2.3). */
export type DepartmentReason = 'LATE' | 'BAD_ATTITUDE' | 'WRONG_ROUTING' | 'NO_NOTICE' | 'OTHER';
/** Why somebody is dissatisfied with the responsible unit (catalogue 2.3). */
export type UnitReason =
  | 'LATE'
  | 'BAD_ATTITUDE'
  | 'BUCK_PASSING'
  | 'RESULT_UNACCEPTABLE'
  | 'NOT_IMPLEMENTED'
  | 'OTHER';
export type EvaluationStatus = 'PENDING' | 'NOT_EVALUATED' | 'EVALUATED' | 'EXPIRED';
export type EvaluationRound = 1 | 2;

/** What of an item decides whether it may be evaluated. */
export type ItemOfEvaluation = Pick<CaseItem, 'satisfactionInScope' | 'outcome'>;

/** What is stored of the evaluation so far. */
export interface EvaluationProgress {
  /** Last day of the first round; null while the item is not completed or out of scope. */
  firstDueOn: string | null;
  /** How many rounds were given. */
  rounds: number;
  /** Last day of the second round; null before the first. */
  secondDueOn: string | null;
}

/** How it stands with an item's evaluation. */
export interface EvaluationStanding {
  status: EvaluationStatus;
  /** The round that may be given now; null: the button is grey. */
  nextRound: EvaluationRound | null;
  /** Last day of the round that may be given, or might have been; null without one. */
  dueOn: string | null;
}

/** Whether an item is in scope and has reached its completion, other than by being archived. Rule: PT-SAT-05. */
export function canBeEvaluated({ satisfactionInScope, outcome }: ItemOfEvaluation): boolean {
  return satisfactionInScope && outcome !== null && outcome !== 'ARCHIVED';
}

/**
 * How it stands with an item's evaluation on a day: PENDING 待评价 while the first round may be given, EXPIRED 超期未评价 when
 * it was not given in time, EVALUATED 已评价 after a round, else NOT_EVALUATED 未评价. Rules: PT-SAT-05, PT-SAT-08…10.
 */
export function evaluationStanding(
  item: ItemOfEvaluation,
  { firstDueOn, rounds, secondDueOn }: EvaluationProgress,
  today: string,
): EvaluationStanding {
  const open = canBeEvaluated(item);
  if (rounds >= 2) return { status: 'EVALUATED', nextRound: null, dueOn: null };
  if (rounds === 1) {
    const given = open && secondDueOn !== null && !isOver(secondDueOn, today);
    return { status: 'EVALUATED', nextRound: given ? 2 : null, dueOn: secondDueOn };
  }
  if (!open || firstDueOn === null) return { status: 'NOT_EVALUATED', nextRound: null, dueOn: null };
  return isOver(firstDueOn, today)
    ? { status: 'EXPIRED', nextRound: null, dueOn: firstDueOn }
    : { status: 'PENDING', nextRound: 1, dueOn: firstDueOn };
}

/**
 * Checks that a round may be given today. Takes the round the person means to give, so that a repeated click is not
 * taken for the second round. Throws NOT_ELIGIBLE, LIMIT_REACHED, EVALUATION_EXPIRED, STALE_VERSION (another round is
 * due than the one meant). Rules: PT-SAT-05, PT-SAT-08…10.
 */
export function checkRound(
  item: ItemOfEvaluation,
  progress: EvaluationProgress,
  round: number,
  today: string,
): EvaluationRound {
  if (!canBeEvaluated(item)) throw notEligible();
  const { nextRound } = evaluationStanding(item, progress, today);
  if (progress.rounds >= 2) throw limitReached();
  if (nextRound === null) throw expired();
  if (round !== nextRound) throw refuse.staleVersion('round');
  return nextRound;
}

/** One organisation's rating as it was given. */
export interface GivenRating<Reason> {
  rating: Rating;
  reasons?: readonly Reason[] | null;
  comment?: string | null;
}

export interface EvaluationInput {
  round: number;
  department: GivenRating<DepartmentReason>;
  unit?: GivenRating<UnitReason> | null;
}

/** A rating fit to be stored. */
export interface CheckedRating<Reason> {
  rating: Rating;
  reasons: Reason[];
  comment: string | null;
}

export interface CheckedEvaluation {
  department: CheckedRating<DepartmentReason>;
  unit: CheckedRating<UnitReason> | null;
}

/**
 * Checks what was given. Takes whether a unit was responsible. Throws, all at once: UNIT_RATING_REQUIRED,
 * UNIT_RATING_NOT_ALLOWED, REASON_NOT_ALLOWED, FIELD_REQUIRED for a blank comment, INVALID_INPUT for one too long. Rules: PT-SAT-06,
 * PT-SAT-07.
 */
export function checkEvaluation(
  { department, unit = null }: EvaluationInput,
  hasUnit: boolean,
): CheckedEvaluation {
  const faults = new Faults();
  if (hasUnit && unit === null) faults.add(unitRatingRequired());
  if (!hasUnit && unit !== null) faults.add(unitRatingNotAllowed());
  const checked = {
    department: checkRating('department', department, faults),
    unit: unit === null ? null : checkRating('unit', unit, faults),
  };
  faults.throwIfAny();
  return checked;
}

function checkRating<Reason>(
  field: string,
  { rating, reasons, comment }: GivenRating<Reason>,
  faults: Faults,
): CheckedRating<Reason> {
  const chosen = [...new Set(reasons ?? [])];
  if (rating !== 'DISSATISFIED' && chosen.length > 0) faults.add(reasonNotAllowed(`${field}.reasons`));
  const text = faults.optionalText(`${field}.comment`, comment, TEXT_LIMITS.REASON);
  if (comment != null && text === null) faults.add(required(`${field}.comment`));
  return { rating, reasons: chosen, comment: text };
}

const notEligible = () =>
  new Refusal(
    'NOT_ELIGIBLE',
    {
      zh: '该信访件不能评价：只有纳入满意度评价范围且已办结的信访件可以评价，请待办结后再评价',
      en: 'This item cannot be evaluated: only one in scope and completed can; evaluate it once it is completed',
    },
    { httpStatus: 409 },
  );

const limitReached = () =>
  new Refusal(
    'LIMIT_REACHED',
    {
      zh: '该信访件已评价两次，不能再次评价；以最近一次评价为准',
      en: 'This item was evaluated twice, which is the limit; the latest evaluation counts',
    },
    { httpStatus: 409 },
  );

const expired = () =>
  new Refusal(
    'EVALUATION_EXPIRED',
    {
      zh: '评价期限已过；如仍有意见，请向办理机构反映或依法申请复查',
      en: 'The time to evaluate has passed; tell the handling organisation, or ask for a review',
    },
    { httpStatus: 409 },
  );

const unitRatingRequired = () =>
  new Refusal(
    'UNIT_RATING_REQUIRED',
    { zh: '请同时对责任单位作出评价', en: 'Rate the responsible unit as well' },
    { field: 'unit' },
  );

const unitRatingNotAllowed = () =>
  new Refusal(
    'UNIT_RATING_NOT_ALLOWED',
    {
      zh: '该信访件没有责任单位，请只评价信访部门',
      en: 'No unit was responsible for this item; rate the petition department only',
    },
    { field: 'unit' },
  );

const reasonNotAllowed = (field: string) =>
  new Refusal(
    'REASON_NOT_ALLOWED',
    {
      zh: '只有评价为“不满意”时才能选择原因，请取消原因或改选“不满意”',
      en: 'Reasons go with a dissatisfied rating only; remove them or change the rating',
    },
    { field },
  );
