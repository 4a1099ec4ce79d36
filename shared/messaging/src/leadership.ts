import { outboxCommits } from './outbox';
import type { OutboxSession, WaitingRow } from './outbox-session';
import type { RelayHealth, RelayOptions, RelaySettings } from './relay-settings';
import type { Acknowledged } from './transport';
import { backoffDelay, onAbort, pause } from './waiting';

const HOUSEKEEPING_EVERY = 60_000;
const COUNT_BACKLOG_EVERY = 5000;
const DELETE_AT_ONCE = 1000;

/** The time in which one relay leads, from the lock to its loss. */
export class Leadership {
  private reached = new Map<string, bigint>();
  private clusterId: string | undefined;
  private marking: Promise<void> = Promise.resolve();
  private checkBrokerAt = 0;
  private countBacklogAt = 0;
  private housekeepingAt = 0;

  constructor(
    private readonly options: RelayOptions,
    private readonly settings: RelaySettings,
    private readonly session: OutboxSession,
    /** Aborted when the lead is lost or to be given up: nothing more is sent then. */
    private readonly over: AbortSignal,
    /** Tells what changed; `published` is an increment. */
    private readonly report: (change: Partial<RelayHealth>) => void,
  ) {}

  async run(): Promise<void> {
    for (const acknowledged of await this.session.acknowledged()) this.reach(acknowledged);
    let batch: WaitingRow[] = [];
    while (!this.over.aborted) {
      if (Date.now() >= this.checkBrokerAt && (await this.checkBroker())) batch = [];
      if (batch.length === 0) batch = await this.waiting([]);
      if (this.over.aborted) break;
      await this.watch();
      if (batch.length === 0) await this.rest();
      else batch = await this.relay(batch);
    }
    await this.marking;
  }

  /**
   * Publishes and marks one batch; returns the next one, read meanwhile where there is a backlog.
   * The mark of one batch runs while the next is sent; the statements of the session keep their order,
   * so a row is either on its way and left out, or marked.
   */
  private async relay(batch: WaitingRow[]): Promise<WaitingRow[]> {
    const isBacklog = this.isLarge(batch);
    const sending = this.publish(batch);
    const reading = isBacklog ? this.waiting(batch) : Promise.resolve([]);
    // A failure is met at the await of it; until then it must not count as unhandled.
    reading.catch(() => undefined);
    // First of all: nothing else may be sent, by a next leadership either, while this is on its way.
    const acknowledged = await sending;
    const next = await reading;
    await this.marking;
    if (acknowledged === undefined) return [];
    if (acknowledged.some((place) => !this.reach(place))) {
      await this.refill(await this.options.transport.clusterId(), 'a log became shorter');
      return [];
    }
    this.marking = this.session
      .mark(batch, acknowledged)
      .then(() => this.report({ published: batch.length }));
    this.marking.catch(() => undefined);
    if (!isBacklog) {
      await this.marking;
      await pause(this.settings.gatherMilliseconds, this.over);
    }
    return next;
  }

  private isLarge(batch: readonly WaitingRow[]): boolean {
    if (batch.length >= this.settings.batchRows / 2) return true;
    return batch.reduce((sum, { value }) => sum + value.length, 0) >= this.settings.batchBytes / 2;
  }

  /** Sends a batch until it is acknowledged; undefined when the lead ended, or the broker was filled anew, before. */
  private async publish(batch: readonly WaitingRow[]): Promise<Acknowledged[] | undefined> {
    for (let failures = 1; !this.over.aborted; failures += 1) {
      try {
        const acknowledged = await this.options.transport.publish(batch, this.clusterId);
        this.report({ isBrokerReachable: true });
        return acknowledged;
      } catch (error) {
        await this.brokerFailed(error, failures);
        // The broker that comes back may be another one, or empty; it is asked before it is sent more.
        this.checkBrokerAt = 0;
        if (await this.checkBroker()) return undefined;
      }
    }
    return undefined;
  }

  /** Notes how far a log reaches; false when it had been further, so that it must have been wiped. */
  private reach({ topic, partition, firstOffset }: Acknowledged): boolean {
    const place = `${topic}/${partition}`;
    const before = this.reached.get(place);
    if (before !== undefined && firstOffset <= before) return false;
    this.reached.set(place, firstOffset);
    return true;
  }

  /** Asks until the broker answers whether it still holds what it was sent; fills it again if not. Returns whether it did. */
  private async checkBroker(): Promise<boolean> {
    for (let failures = 1; !this.over.aborted; failures += 1) {
      try {
        const loss = await this.lossOfBroker();
        this.report({ isBrokerReachable: true });
        this.checkBrokerAt = Date.now() + this.settings.checkBrokerMilliseconds;
        if (loss === undefined) return false;
        await this.refill(loss.clusterId, loss.reason);
        return true;
      } catch (error) {
        if (this.session.lost.aborted) throw error;
        await this.brokerFailed(error, failures);
      }
    }
    return false;
  }

  private async lossOfBroker(): Promise<{ clusterId: string; reason: string } | undefined> {
    const { transport } = this.options;
    const clusterId = await transport.clusterId();
    const known = await this.session.clusterId();
    this.clusterId = known ?? clusterId;
    if (known === undefined) {
      await this.session.rememberCluster(clusterId);
      return undefined;
    }
    if (known !== clusterId) return { clusterId, reason: 'the broker is another one' };
    const topics = [
      ...new Set([...this.reached.keys()].map((place) => place.slice(0, place.lastIndexOf('/')))),
    ];
    for (const topic of topics) {
      if (!(await transport.topicIsEmpty(topic))) continue;
      if (await this.session.keepsPublished(topic)) return { clusterId, reason: 'a topic is empty' };
      await this.session.forgetTopic(topic);
      for (const place of this.reached.keys()) if (place.startsWith(`${topic}/`)) this.reached.delete(place);
    }
    return undefined;
  }

  private async refill(clusterId: string, reason: string): Promise<void> {
    await this.marking;
    await this.session.unmarkAll(clusterId);
    this.clusterId = clusterId;
    this.reached = new Map();
    this.options.metrics.refills.inc();
    this.options.logger?.warn({ reason }, 'the broker lost events; all that are kept are published again');
  }

  private async brokerFailed(error: unknown, failures: number): Promise<void> {
    this.report({ isBrokerReachable: false });
    this.options.logger?.warn({ err: error }, 'the broker did not answer; trying again');
    await pause(backoffDelay(failures, this.settings.backoff), this.over);
  }

  private waiting(onTheirWay: readonly WaitingRow[]): Promise<WaitingRow[]> {
    return this.session.waiting(onTheirWay, this.settings.batchRows, this.settings.batchBytes);
  }

  /** Waits for a commit in this process or for the next look. */
  private async rest(): Promise<void> {
    const woken = new AbortController();
    const wake = () => woken.abort();
    const forget = onAbort(this.over, wake);
    outboxCommits.once('commit', wake);
    await pause(this.settings.pollMilliseconds, woken.signal);
    outboxCommits.off('commit', wake);
    forget();
  }

  /** Counts the backlog and deletes what is past its retention, now and then. */
  private async watch(): Promise<void> {
    const now = Date.now();
    if (now >= this.countBacklogAt) {
      this.countBacklogAt = now + COUNT_BACKLOG_EVERY;
      const { waiting, oldestSeconds } = await this.session.backlog();
      this.report({ waiting, oldestWaitingSeconds: oldestSeconds });
    }
    if (now < this.housekeepingAt) return;
    this.housekeepingAt = now + Math.min(HOUSEKEEPING_EVERY, this.settings.retentionMilliseconds);
    const { retentionMilliseconds, inboxRetentionMilliseconds } = this.settings;
    const deleteAll = async (some: () => Promise<number>) => {
      // Not without end: what waits to be published goes first again after a while.
      for (let rounds = 0; rounds < 50 && !this.over.aborted; rounds += 1) {
        if ((await some()) < DELETE_AT_ONCE) return;
      }
    };
    await deleteAll(() => this.session.deletePublished(retentionMilliseconds, DELETE_AT_ONCE));
    await deleteAll(() => this.session.deleteTaken(inboxRetentionMilliseconds, DELETE_AT_ONCE));
  }
}
