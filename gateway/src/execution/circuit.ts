export interface CircuitOptions {
  /** Failures in a row after which calls fail fast. */
  failures: number;
  coolDownMilliseconds: number;
}

/**
 * Fails fast while a subgraph is down: after some failures in a row nothing is sent for a short
 * time, then one call tries; its success opens the way again.
 */
export class Circuit {
  private failuresInARow = 0;
  private closedUntil = 0;
  private trying = false;

  constructor(private readonly options: CircuitOptions) {}

  /** Whether a call may be sent now. A call that was let through must report {@link succeeded}, {@link failed} or {@link abandoned}. */
  mayCall(now: number): boolean {
    if (this.failuresInARow < this.options.failures) return true;
    if (now < this.closedUntil || this.trying) return false;
    this.trying = true;
    return true;
  }

  succeeded(): void {
    this.failuresInARow = 0;
    this.trying = false;
  }

  failed(now: number): void {
    this.failuresInARow += 1;
    this.trying = false;
    if (this.failuresInARow >= this.options.failures)
      this.closedUntil = now + this.options.coolDownMilliseconds;
  }

  /** The caller gave up before the subgraph answered, which says nothing about the subgraph. */
  abandoned(): void {
    this.trying = false;
  }

  /** Whether calls are failing fast. */
  isOpen(now: number): boolean {
    return this.failuresInARow >= this.options.failures && now < this.closedUntil;
  }
}
