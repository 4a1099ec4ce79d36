import { isProgressDue, type Progress } from './progress.rules';

const said: Progress = { phase: 'CHECKING', stepsDone: 100, stepsTotal: null, at: 5_000 };

it('is said at the beginning, then after a second or five hundred steps, with another phase and when all is done', () => {
  const cases: [Progress | null, Partial<Progress>, boolean][] = [
    [null, {}, true],
    [said, {}, false],
    [said, { stepsDone: 599, at: 5_999 }, false],
    [said, { at: 6_000 }, true],
    [said, { stepsDone: 600 }, true],
    [said, { phase: 'WRITING' }, true],
    [said, { stepsDone: 120, stepsTotal: 120 }, true],
    [said, { stepsDone: 119, stepsTotal: 120 }, false],
    // What is known to be complete already is not said once more.
    [{ ...said, stepsTotal: 100 }, { stepsTotal: 100 }, false],
  ];
  for (const [last, changes, due] of cases)
    expect([last, changes, isProgressDue(last, { ...said, ...changes })]).toEqual([last, changes, due]);
});
