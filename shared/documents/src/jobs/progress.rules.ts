/** How far a job was when it was last said, and when that was. */
export interface Progress {
  phase: string;
  stepsDone: number;
  /** null while it is not known. */
  stepsTotal: number | null;
  /** Milliseconds of the clock. */
  at: number;
}

const EVERY_MS = 1_000;
const EVERY_STEPS = 500;

/**
 * Whether it is time to say how far a job is, `said` having been the last word: at its beginning, with another phase, when all steps are
 * done, and in between after a second or five hundred steps, so that a long job costs few statements and a short one is not silent.
 */
export function isProgressDue(said: Progress | null, now: Progress): boolean {
  if (said === null || said.phase !== now.phase) return true;
  if (now.stepsDone === now.stepsTotal && said.stepsDone !== said.stepsTotal) return true;
  return now.at - said.at >= EVERY_MS || now.stepsDone - said.stepsDone >= EVERY_STEPS;
}
