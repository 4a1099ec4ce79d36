import { Leadership } from './leadership';
import { OutboxSession } from './outbox-session';
import { RELAY_DEFAULTS, type RelayHealth, type RelayOptions, type RelaySettings } from './relay-settings';
import { backoffDelay, onAbort, pause } from './waiting';

/**
 * Publishes the outbox of one database. Of all processes that run a relay one leads; the others wait
 * to take its place. README of this package tells why nothing is lost and order is kept.
 */
export class Relay {
  private readonly settings: RelaySettings;
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;
  private state: RelayHealth = {
    isLeader: false,
    published: 0,
    waiting: undefined,
    oldestWaitingSeconds: undefined,
    isBrokerReachable: true,
  };

  constructor(private readonly options: RelayOptions) {
    this.settings = { ...RELAY_DEFAULTS, ...options.settings };
    this.running = this.run();
  }

  health(): RelayHealth {
    return { ...this.state };
  }

  /** Lets what is on its way be acknowledged and marked, then gives up the lead. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.stopping.signal.aborted) {
      try {
        const session = await OutboxSession.open(this.options.url, this.options.service);
        try {
          await this.waitToLead(session);
          failures = 0;
          if (!this.stopping.signal.aborted && !session.lost.aborted) await this.lead(session);
        } finally {
          await session.end();
        }
      } catch (error) {
        failures += 1;
        this.options.logger?.warn({ err: error }, 'the relay lost its database; trying again');
        await pause(backoffDelay(failures, this.settings.backoff), this.stopping.signal);
      }
    }
  }

  private async waitToLead(session: OutboxSession): Promise<void> {
    while (!this.stopping.signal.aborted && !session.lost.aborted) {
      if (await session.tryLead()) return;
      await pause(this.settings.standbyMilliseconds, this.stopping.signal);
    }
  }

  private async lead(session: OutboxSession): Promise<void> {
    const over = new AbortController();
    const forget = [this.stopping.signal, session.lost].map((signal) => onAbort(signal, () => over.abort()));
    this.update({ isLeader: true });
    this.options.logger?.info('this process publishes the outbox');
    try {
      await new Leadership(this.options, this.settings, session, over.signal, (change) =>
        this.update(change),
      ).run();
    } finally {
      for (const undo of forget) undo();
      this.update({ isLeader: false, waiting: undefined, oldestWaitingSeconds: undefined });
    }
  }

  private update(change: Partial<RelayHealth>): void {
    this.state = { ...this.state, ...change, published: this.state.published + (change.published ?? 0) };
    const { metrics } = this.options;
    if (change.published) metrics.published.inc(change.published);
    metrics.waiting.set(this.state.waiting ?? 0);
    metrics.oldestWaiting.set(this.state.oldestWaitingSeconds ?? 0);
    metrics.leader.set(this.state.isLeader ? 1 : 0);
  }
}
