import { dateInShanghai } from './dates';

/** Where the time comes from. Rules and services take one; only the process's wiring picks which. */
export interface Clock {
  now(): Date;
  /** Today's date in China, `YYYY-MM-DD`. */
  today(): string;
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => new Date(),
  today: () => dateInShanghai(new Date()),
};

/** A clock that stands still until it is told otherwise; for tests and for replays. */
export class ManualClock implements Clock {
  private time: number;

  /** Takes the first instant as ISO 8601, with its offset: `2024-03-01T09:00:00+08:00`. */
  constructor(start: string) {
    this.time = instant(start);
  }

  now(): Date {
    return new Date(this.time);
  }

  today(): string {
    return dateInShanghai(this.now());
  }

  /** Jumps to an instant, forwards or backwards. */
  set(iso: string): void {
    this.time = instant(iso);
  }

  /** Moves on by a number of milliseconds. */
  advance(milliseconds: number): void {
    this.time += milliseconds;
  }
}

function instant(iso: string): number {
  const time = Date.parse(iso);
  if (Number.isNaN(time) || !/(Z|[+-]\d{2}:?\d{2})$/.test(iso)) {
    throw new RangeError(`Not an instant with an offset: ${iso}`);
  }
  return time;
}
