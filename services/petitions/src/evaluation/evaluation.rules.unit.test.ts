import { rule } from '@junxian/test-kit';
import type { CaseOutcome } from '../cases/case.types';
import {
  canBeEvaluated,
  checkEvaluation,
  checkRound,
  type EvaluationProgress,
  evaluationStanding,
} from './evaluation.rules';

const NOT_YET: EvaluationProgress = { firstDueOn: null, rounds: 0, secondDueOn: null };
const OPEN: EvaluationProgress = { firstDueOn: '2026-06-05', rounds: 0, secondDueOn: null };
const ONCE: EvaluationProgress = { firstDueOn: '2026-06-05', rounds: 1, secondDueOn: '2026-08-10' };
const TWICE: EvaluationProgress = { ...ONCE, rounds: 2 };
const REPLIED = { satisfactionInScope: true, outcome: 'REPLIED' } as const;

const refusal = (work: () => unknown) => {
  try {
    work();
    return 'accepted';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('eligibility', () => {
  const cases: [inScope: boolean, outcome: CaseOutcome | null, eligible: boolean][] = [
    [true, null, false],
    [true, 'REPLIED', true],
    [true, 'NOT_ACCEPTED', true],
    [true, 'NO_LONGER_ACCEPTED', true],
    [true, 'DIRECT_REPLY', true],
    [true, 'ARCHIVED', false],
    [false, 'REPLIED', false],
    [false, null, false],
  ];
  rule('PT-SAT-05', 'needs an item in scope that was completed and not archived', () => {
    for (const [satisfactionInScope, outcome, eligible] of cases) {
      const item = { satisfactionInScope, outcome };
      expect([item, canBeEvaluated(item)]).toEqual([item, eligible]);
      expect([item, refusal(() => checkRound(item, OPEN, 1, '2026-06-05'))]).toEqual([
        item,
        eligible ? 'accepted' : 'NOT_ELIGIBLE',
      ]);
    }
  });
});

rule(['PT-SAT-08', 'PT-SAT-09', 'PT-SAT-10'], 'rounds and their last days decide status and button', () => {
  const stands = (progress: EvaluationProgress, today: string) =>
    evaluationStanding(REPLIED, progress, today);
  expect(stands(NOT_YET, '2026-06-01')).toEqual({ status: 'NOT_EVALUATED', nextRound: null, dueOn: null });
  expect(stands(OPEN, '2026-06-05')).toEqual({ status: 'PENDING', nextRound: 1, dueOn: '2026-06-05' });
  expect(stands(OPEN, '2026-06-06')).toEqual({ status: 'EXPIRED', nextRound: null, dueOn: '2026-06-05' });
  // The first round's last day no longer matters once it was given.
  expect(stands(ONCE, '2026-08-10')).toEqual({ status: 'EVALUATED', nextRound: 2, dueOn: '2026-08-10' });
  expect(stands(ONCE, '2026-08-11')).toEqual({ status: 'EVALUATED', nextRound: null, dueOn: '2026-08-10' });
  expect(stands(TWICE, '2026-06-01')).toEqual({ status: 'EVALUATED', nextRound: null, dueOn: null });
  const reopened = { satisfactionInScope: true, outcome: null };
  expect(evaluationStanding(reopened, ONCE, '2026-06-01')).toMatchObject({
    status: 'EVALUATED',
    nextRound: null,
  });
});

rule(['PT-SAT-08', 'PT-SAT-10'], 'a round is refused by the reason that holds', () => {
  const given = (progress: EvaluationProgress, round: number, today: string) =>
    refusal(() => checkRound(REPLIED, progress, round, today));
  expect(given(OPEN, 1, '2026-06-05')).toBe('accepted');
  expect(given(OPEN, 1, '2026-06-06')).toBe('EVALUATION_EXPIRED');
  expect(given(OPEN, 2, '2026-06-05')).toBe('STALE_VERSION');
  expect(given(ONCE, 1, '2026-06-05')).toBe('STALE_VERSION');
  expect(given(ONCE, 2, '2026-08-10')).toBe('accepted');
  expect(given(ONCE, 2, '2026-08-11')).toBe('EVALUATION_EXPIRED');
  expect(given(TWICE, 3, '2026-06-05')).toBe('LIMIT_REACHED');
  expect(given(NOT_YET, 1, '2026-06-05')).toBe('EVALUATION_EXPIRED');
});

rule('PT-SAT-06', 'department and responsible unit are both rated, or only the department', () => {
  const department = { rating: 'SATISFIED' } as const;
  const unit = { rating: 'BASICALLY_SATISFIED' } as const;
  const codes = (given: Parameters<typeof checkEvaluation>[0], hasUnit: boolean) =>
    refusal(() => checkEvaluation(given, hasUnit));
  expect(codes({ round: 1, department }, true)).toBe('UNIT_RATING_REQUIRED');
  expect(codes({ round: 1, department, unit: null }, true)).toBe('UNIT_RATING_REQUIRED');
  expect(codes({ round: 1, department, unit }, false)).toBe('UNIT_RATING_NOT_ALLOWED');
  expect(codes({ round: 1, department, unit }, true)).toBe('accepted');
  expect(codes({ round: 1, department }, false)).toBe('accepted');
});

rule('PT-SAT-07', 'reasons go with a dissatisfied rating; reasons and comment may be left out', () => {
  const check = (rating: 'SATISFIED' | 'BASICALLY_SATISFIED' | 'DISSATISFIED', comment?: string) =>
    checkEvaluation({ round: 1, department: { rating, reasons: ['LATE', 'LATE', 'OTHER'], comment } }, false);
  expect(check('DISSATISFIED', ' 等了很久 ').department).toEqual({
    rating: 'DISSATISFIED',
    reasons: ['LATE', 'OTHER'],
    comment: '等了很久',
  });
  for (const rating of ['SATISFIED', 'BASICALLY_SATISFIED'] as const)
    expect(() => check(rating)).toThrow(
      expect.objectContaining({ code: 'REASON_NOT_ALLOWED', field: 'department.reasons' }),
    );
  expect(checkEvaluation({ round: 1, department: { rating: 'DISSATISFIED' } }, false).department).toEqual({
    rating: 'DISSATISFIED',
    reasons: [],
    comment: null,
  });
});

it('tells every fault of one input at once', () => {
  const given = {
    round: 1,
    department: { rating: 'SATISFIED', reasons: ['LATE'], comment: '  ' },
    unit: { rating: 'SATISFIED', comment: '长'.repeat(1001) },
  } as const;
  expect(() => checkEvaluation(given, true)).toThrow(
    expect.objectContaining({
      faults: [
        expect.objectContaining({ code: 'REASON_NOT_ALLOWED', field: 'department.reasons' }),
        expect.objectContaining({ code: 'FIELD_REQUIRED', field: 'department.comment' }),
        expect.objectContaining({ code: 'INVALID_INPUT', field: 'unit.comment' }),
      ],
    }),
  );
});
