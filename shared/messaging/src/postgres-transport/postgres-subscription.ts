import type { LogRecord, SubscriptionOptions } from '../transport';
import { type Backoff, backoffDelay, onAbort, pause } from '../waiting';
import { type EventLog, newsOf } from './event-log';
import type { LeaseSession } from './lease-session';
import { PARTITIONS } from './log-schema';

const BATCH_LIMIT = 500;
/** Publishers announce what is new; this look without news is only a safety net. */
const LOOK_EVERY = 5000;
const SAVE_POSITION_EVERY = 1000;
const TROUBLE: Backoff = { initialMilliseconds: 100, maxMilliseconds: 5000 };

/** Reads the log for one group: each partition on its own, under a lease, so that one that is stuck holds up no other. */
export class PostgresSubscription {
  private readonly stopping = new AbortController();
  private readonly loops: Promise<void>[];

  constructor(
    private readonly log: EventLog,
    private readonly leases: LeaseSession,
    private readonly options: SubscriptionOptions,
  ) {
    this.loops = Array.from({ length: PARTITIONS }, (_, partition) => this.keepReading(partition));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.loops);
  }

  private async keepReading(partition: number): Promise<void> {
    const stopped = this.stopping.signal;
    while (!stopped.aborted) {
      const lease = await this.leases.acquire(`junxian.lease/${this.options.group}/${partition}`, stopped);
      if (lease === undefined) return;
      const reading = new AbortController();
      const forget = [lease.signal, stopped].map((signal) => onAbort(signal, () => reading.abort()));
      try {
        await this.read(partition, reading.signal);
      } finally {
        for (const undo of forget) undo();
        await lease.release();
      }
    }
  }

  private async read(partition: number, signal: AbortSignal): Promise<void> {
    const { group, topics, gatherMilliseconds = 0 } = this.options;
    const places = new Set(topics.map((topic) => newsOf(topic, partition)));
    let news = true;
    let wake = () => {};
    const hear = (place: string) => {
      if (!places.has(place)) return;
      news = true;
      wake();
    };
    this.leases.news.on('news', hear);
    try {
      let failures = 0;
      while (!signal.aborted) {
        news = false;
        try {
          const records = await this.log.next(group, topics, partition, BATCH_LIMIT);
          let all = true;
          for (const topic of new Set(records.map((record) => record.topic))) {
            if (signal.aborted) break;
            all =
              (await this.hand(
                records.filter((record) => record.topic === topic),
                signal,
              )) && all;
          }
          failures = all ? 0 : failures + 1;
          // Fewer than asked for is all there was; what came since was announced.
          if (failures === 0 && records.length < BATCH_LIMIT && !news) {
            const woken = new AbortController();
            wake = () => woken.abort();
            const forget = onAbort(signal, wake);
            await pause(LOOK_EVERY, woken.signal);
            forget();
          }
          if (gatherMilliseconds > 0 && records.length < BATCH_LIMIT) await pause(gatherMilliseconds, signal);
        } catch (error) {
          failures += 1;
          this.options.onError?.(error);
        }
        if (failures > 0) await pause(backoffDelay(failures, TROUBLE), signal);
      }
    } finally {
      this.leases.news.off('news', hear);
    }
  }

  /** Hands records of one topic on and saves how far they were done; returns whether all were. */
  private async hand(records: readonly LogRecord[], signal: AbortSignal): Promise<boolean> {
    let last: LogRecord | undefined;
    let saved: LogRecord | undefined;
    let savedAt = Date.now();
    const save = async () => {
      if (last === undefined || last === saved) return;
      saved = last;
      savedAt = Date.now();
      await this.log.advance(this.options.group, last);
    };
    try {
      await this.options.onBatch(records, {
        signal,
        done: async (record) => {
          last = record;
          // Not after each record: what is delivered again after a crash is dropped by the inbox.
          if (Date.now() - savedAt > SAVE_POSITION_EVERY) await save();
        },
      });
    } catch (error) {
      this.options.onError?.(error);
    }
    await save();
    return last === records.at(-1);
  }
}
