import type { Bilingual } from '@junxian/errors';

/** How far a job has come. */
export type JobState = 'QUEUED' | 'RUNNING' | 'DONE' | 'REFUSED' | 'FAILED' | 'CANCELLED';

/** A job as whoever ordered it sees it. */
export interface Job<Input = unknown, Result = unknown> {
  id: string;
  kind: string;
  input: Input;
  state: JobState;
  /** What is being done at the moment, in the words of the kind of job. */
  phase: string | null;
  stepsDone: number;
  /** null while it is not known yet. */
  stepsTotal: number | null;
  /** What came of it, once it is DONE. */
  result: Result | null;
  /** Why it was refused. */
  refusal: { code: string; text: Bilingual } | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}
