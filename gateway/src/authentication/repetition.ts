/**
 * Does something again and again: each time a pause after the last one is over, so never twice at once. Takes work that does not
 * fail, and how long the pause is, asked before each. Keeps no process alive.
 */
export class Repetition {
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly work: () => Promise<void>,
    private readonly pauseMilliseconds: () => number,
  ) {}

  /** Whether {@link stop} was called; work under way may look. */
  get isStopped(): boolean {
    return this.stopped;
  }

  /** Does it for the first time and goes on; resolves after that first time. */
  async start(): Promise<void> {
    await this.work();
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.start(), this.pauseMilliseconds());
    this.timer.unref();
  }

  /** Ends it; work under way comes to its end. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }
}
