import { type Acknowledged, OtherCluster, type OutgoingRecord, type Transport } from '../transport';

/** For tests of the relay alone: a broker in memory that can be away, be wiped or be replaced. */
export class MemoryTransport implements Transport {
  readonly kind = 'postgres';
  log: OutgoingRecord[] = [];
  cluster = 'one';
  isAway = false;
  /** Called with each batch before it is written; may throw or take its time. */
  beforePublish: (records: readonly OutgoingRecord[]) => void | Promise<void> = () => undefined;
  private underWay = 0;
  /** Largest number of publish calls under way at once. */
  mostAtOnce = 0;

  async publish(records: readonly OutgoingRecord[], clusterId?: string): Promise<Acknowledged[]> {
    this.underWay += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.underWay);
    try {
      await this.beforePublish(records);
      if (this.isAway) throw new Error('the broker is away');
      if (clusterId !== undefined && clusterId !== this.cluster) throw new OtherCluster();
      const firsts = new Map<string, bigint>();
      for (const record of records) {
        if (!firsts.has(record.topic)) firsts.set(record.topic, BigInt(this.of(record.topic).length));
        this.log.push(record);
      }
      return [...firsts].map(([topic, firstOffset]) => ({ topic, partition: 0, firstOffset }));
    } finally {
      this.underWay -= 1;
    }
  }

  private of(topic: string): OutgoingRecord[] {
    return this.log.filter((record) => record.topic === topic);
  }

  async subscribe(): Promise<never> {
    throw new Error('this broker has no readers');
  }

  async clusterId(): Promise<string> {
    if (this.isAway) throw new Error('the broker is away');
    return this.cluster;
  }

  async topicIsEmpty(topic: string): Promise<boolean> {
    if (this.isAway) throw new Error('the broker is away');
    return this.of(topic).length === 0;
  }

  async close(): Promise<void> {}

  /** What stands in the log, as `thing/version`. */
  written(): string[] {
    return this.log.map(({ value }) => {
      const { data } = JSON.parse(value);
      return `${data.thing}/${data.version}`;
    });
  }
}
