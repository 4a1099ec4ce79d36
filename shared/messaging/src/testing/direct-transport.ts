import type { CloudEvent } from '../event-definition';
import type { LogRecord, Subscription, SubscriptionOptions, Transport } from '../transport';

/** For tests of consumers alone: hands records over when told to, and keeps which were reported done. */
export class DirectTransport implements Transport {
  readonly kind = 'postgres';
  readonly subscriptions = new Map<string, SubscriptionOptions>();
  private nextOffset = 0n;
  done: bigint[] = [];

  async publish(): Promise<[]> {
    return [];
  }

  async subscribe(options: SubscriptionOptions): Promise<Subscription> {
    this.subscriptions.set(options.group, options);
    return { stop: async () => void this.subscriptions.delete(options.group) };
  }

  /** Records with the given texts, or events, as they would come out of one partition. */
  records(values: readonly (string | CloudEvent)[], topic = 'junxian.messaging-test.thing.v1'): LogRecord[] {
    return values.map((value) => {
      this.nextOffset += 1n;
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      return { topic, partition: 0, offset: this.nextOffset, key: 'k', value: text };
    });
  }

  /** Hands a batch to a consumer and waits until it is through. */
  async deliver(
    group: string,
    records: readonly LogRecord[],
    signal = new AbortController().signal,
  ): Promise<void> {
    await this.subscriptions.get(group)!.onBatch(records, {
      signal,
      done: async (record) => void this.done.push(record.offset),
    });
  }

  async clusterId(): Promise<string> {
    return 'direct';
  }

  async topicIsEmpty(): Promise<boolean> {
    return false;
  }

  async close(): Promise<void> {}
}
